"""When a meeting begins, as a moment: its plan tells it in words. And when its replay is usually published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from streamer.council.meeting import Meeting


def start_of(meeting: Meeting, zone: tzinfo) -> float:
    """Unix seconds. A start without a zone is on the council's own clock, `zone`."""
    start = datetime.fromisoformat(meeting.start)
    return (start if start.tzinfo else start.replace(tzinfo=zone)).timestamp()


def next_working_day(moment: datetime, hour: time, holidays: Collection[date] = ()) -> datetime:
    """`hour` of the next day after `moment` that is neither a Saturday, nor a Sunday, nor a holiday."""
    day = moment.date() + timedelta(days=1)
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return datetime.combine(day, hour, moment.tzinfo)


@dataclass(frozen=True)
class Publishing:
    """The commune's rule: at which hour of the next working day, on the clock of `zone`."""

    hour: time
    holidays: frozenset[date]
    zone: tzinfo

    def told(self, meeting: Meeting) -> float:
        """When a meeting that is only recorded is to be published, as citizens are told before anybody has gone through
        it: the working day after its own, unix seconds."""
        begun = datetime.fromtimestamp(meeting.went_live_at or start_of(meeting, self.zone), self.zone)
        return next_working_day(begun, self.hour, self.holidays).timestamp()

    def usual(self, meeting: Meeting, now: float) -> float:
        """When a meeting would be published, unix seconds: the working day after its own day, or after today."""
        planned = self.told(meeting)
        if planned <= now:
            today = datetime.fromtimestamp(now, self.zone)
            planned = next_working_day(today, self.hour, self.holidays).timestamp()
        return planned
