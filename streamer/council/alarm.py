"""An alarm's life: raised when a trouble is worth somebody's attention, told to people who are not looking, cleared.

Its facts are in the log, so that a service that was restarted tells nobody twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from streamer.council.events import Event, Fact, Kind
from streamer.council.screening import Screening
from streamer.council.trouble import LIMITS, Code, Severity, Trouble, Value
from streamer.council.truth import Truth


class AlarmState(StrEnum):
    """WATCHING: nothing is wrong. RAISED: it is in the log. TOLD: at least one channel took it."""

    WATCHING = "watching"
    RAISED = "raised"
    TOLD = "told"


class Sign(StrEnum):
    """What moves an alarm on."""

    APPEARS = "appears"
    WORSENS = "worsens"
    SENT = "sent"
    CLEARS = "clears"


MOVES: dict[tuple[AlarmState, Sign], AlarmState] = {
    (AlarmState.WATCHING, Sign.APPEARS): AlarmState.RAISED,
    (AlarmState.RAISED, Sign.SENT): AlarmState.TOLD,
    (AlarmState.RAISED, Sign.WORSENS): AlarmState.RAISED,
    (AlarmState.TOLD, Sign.WORSENS): AlarmState.RAISED,
    (AlarmState.RAISED, Sign.CLEARS): AlarmState.WATCHING,
    (AlarmState.TOLD, Sign.CLEARS): AlarmState.WATCHING,
}
"""What is not here changes nothing: an alarm that was told and is sent again was told already."""

SETTLED_SECONDS = 10.0
"""A warning that lasts so long is worth a message; an alarm is at once."""
NOT_WORTH_A_MESSAGE = frozenset({Code.AIR_STARTING})
"""What every meeting begins with."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Alarm:
    """One that stands. `code` is the log's word: it may be of another version of Tribune."""

    code: str
    about: str
    severity: Severity
    state: AlarmState

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.code, self.about


class News(StrEnum):
    """What people are told of an alarm."""

    RAISED = "raised"
    OVER = "over"


@dataclass(frozen=True)
class Note:
    """One line of a message: an alarm of a meeting was raised, or is over. `at` in unix seconds: since when."""

    news: News
    meeting: str
    meeting_name: str
    code: Code
    about: str
    severity: Severity
    at: float
    values: Mapping[str, Value] = field(default_factory=dict)
    screening: Screening = Screening.LIVE


def key_of(fact: Event | Fact) -> Key:
    """What a fact about an alarm is about."""
    return fact.data["code"], fact.data["about"]


def fold_alarms(standing: Sequence[Alarm], event: Event | Fact) -> tuple[Alarm, ...]:
    """The alarms that stand after one more fact about them."""
    data, key = event.data, key_of(event)
    known = next((alarm for alarm in standing if alarm.key == key), None)
    before = known.state if known else AlarmState.WATCHING
    after = MOVES.get((before, _sign(event.kind, known)), before)
    if after is before and event.kind is not Kind.ALARM_RAISED:
        return tuple(standing)
    others = tuple(alarm for alarm in standing if alarm.key != key)
    if after is AlarmState.WATCHING:
        return others
    severity = Severity(data["severity"]) if "severity" in data else known.severity if known else Severity.ALARM
    return (*others, Alarm(*key, severity, after))


def _sign(kind: Kind, known: Alarm | None) -> Sign:
    match kind:
        case Kind.ALARM_TOLD:
            return Sign.SENT
        case Kind.ALARM_CLEARED:
            return Sign.CLEARS
        case _:
            return Sign.WORSENS if known else Sign.APPEARS


def news(standing: Sequence[Alarm], truth: Truth) -> list[Fact]:
    """What must be written down now: what appeared, what got worse, what is over."""
    known = {alarm.key: alarm for alarm in standing}
    facts = [raised(t) for t in worth_telling(truth.troubles) if _is_new(t, known.get((t.code, t.about)))]
    there = {(str(t.code), t.about) for t in truth.troubles}
    return facts + [cleared(alarm) for alarm in standing if alarm.key not in there]


def worth_telling(troubles: Iterable[Trouble]) -> list[Trouble]:
    """Alarms, and warnings that do not pass by themselves."""
    return [trouble for trouble in troubles if trouble.severity is Severity.ALARM or _settled(trouble)]


def _settled(trouble: Trouble) -> bool:
    lasted = trouble.seconds - LIMITS[trouble.code].warn
    return trouble.code not in NOT_WORTH_A_MESSAGE and lasted >= SETTLED_SECONDS


def _is_new(trouble: Trouble, known: Alarm | None) -> bool:
    return known is None or (known.severity is Severity.WARN and trouble.severity is Severity.ALARM)


def raised(trouble: Trouble) -> Fact:
    """The fact that somebody should look."""
    return Fact(
        Kind.ALARM_RAISED, {"code": str(trouble.code), "about": trouble.about, "severity": str(trouble.severity)}
    )


def told(code: str, about: str, channel: str) -> Fact:
    """The fact that a channel took it. Who read it is nobody's business."""
    return Fact(Kind.ALARM_TOLD, {"code": code, "about": about, "channel": channel})


def cleared(alarm: Alarm) -> Fact:
    """The fact that it is over."""
    return Fact(Kind.ALARM_CLEARED, {"code": alarm.code, "about": alarm.about})


def note_of(
    news: News, meeting: str, name: str, trouble: Trouble, at: float, screening: Screening = Screening.LIVE
) -> Note:
    """A line about `trouble`; `at`: unix seconds now; `screening`: of the meeting."""
    return Note(
        news, meeting, name, trouble.code, trouble.about, trouble.severity, at - trouble.seconds, trouble.values,
        screening,
    )  # fmt: skip


def note_from_log(alarm: Alarm, meeting: str, name: str) -> Note | None:
    """The same, of an alarm that an earlier service told; None where its code is no longer known."""
    if alarm.code not in set(Code):
        return None
    values = {"name": alarm.about} if alarm.about else {}
    return Note(News.RAISED, meeting, name, Code(alarm.code), alarm.about, alarm.severity, 0.0, values)


def over(note: Note, at: float) -> Note:
    """The line that ends what `note` began."""
    return replace(note, news=News.OVER, at=at)
