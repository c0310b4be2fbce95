"""The clock presses the buttons: a real service, and an hour that is an argument."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamer.control.timekeeper import Timekeeper
from streamer.council.events import Kind
from streamer.council.phase import Phase
from streamer.council.schedule import GoLive, Rules
from tests.support.commune import Commune, commune
from tests.support.waiting import eventually


class Hour:
    """A clock that is set by hand, unix seconds."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def keeper(here: Commune, hour: Hour, rules: Rules) -> Timekeeper:
    """Of that commune, under other rules than its own."""
    service = here.up.service
    return Timekeeper(service.desk, service.conductor, rules, UTC, hour)


async def planned(here: Commune, in_seconds: float) -> str:
    """A meeting that begins so many seconds from now; its id."""
    start = datetime.fromtimestamp(here.up.service.clock(), UTC) + timedelta(seconds=in_seconds)
    return str((await here.ok("POST", "", name="Council", start=start.isoformat(), agenda="1. Budget"))["id"])


async def shows(here: Commune, id: str, what: str) -> None:
    """Wait until that is really encoded."""

    async def look() -> bool:
        encoder = (await here.status(id))["encoder"]
        return bool(encoder and encoder["showing"] == what)

    await eventually(look, f"it shows {what}")


async def test_an_evening_without_anybody(tmp_path: Path) -> None:
    """Rehearsed, announced and live, each once and each as the schedule's; the log says over which reason."""
    async with commune(tmp_path) as here:
        id = await planned(here, 86_400)
        meeting = await here.up.service.desk.meeting(id)
        hour = Hour(0)
        clock = keeper(here, hour, Rules(automatic=True, live=GoLive.AT_START))
        start = clock.start_of(meeting)
        seen = []
        for minutes, picture in (
            (-16, None),
            (-15, "program"),
            (-14, "program"),
            (-10, "slate:waiting"),
            (0, "program"),
        ):
            hour.at = start + 60 * minutes
            await clock.look()
            await clock.look()
            if picture:
                await shows(here, id, picture)
            seen.append((await here.up.service.desk.meeting(id)).phase)
        assert seen == [Phase.SCHEDULED, Phase.REHEARSAL, Phase.REHEARSAL, Phase.WAITING, Phase.LIVE]
        facts = [e for e in await here.up.service.desk.news(0) if e.meeting == id and e.kind is Kind.PHASE_CHANGED]
        assert [(fact.by, fact.data["phase"]) for fact in facts] == [
            ("schedule", "rehearsal"), ("schedule", "waiting"), ("schedule", "live"),
        ]  # fmt: skip
        assert facts[-1].data["reason"] == "scheduled"


async def test_of_two_meetings_the_one_whose_hour_it_is_has_the_camera(tmp_path: Path) -> None:
    """The other waits; what is refused is tried again, and nobody's loop ends."""
    async with commune(tmp_path) as here:
        first, second = await planned(here, 86_400), await planned(here, 86_400 + 600)
        desk = here.up.service.desk
        clock = keeper(here, hour := Hour(0), Rules(automatic=True))
        hour.at = clock.start_of(await desk.meeting(first)) - 60
        await clock.look()
        await clock.look()
        assert [(await desk.meeting(id)).phase for id in (first, second)] == [Phase.WAITING, Phase.SCHEDULED]


async def test_a_meeting_that_should_be_live_rings_the_alarm(tmp_path: Path) -> None:
    """Though nothing runs and nobody looks; it is over when the meeting goes live. So is it with machines."""
    async with commune(tmp_path) as here:
        id, desk = await planned(here, -60), here.up.service.desk

        async def codes() -> list[str]:
            return [alarm.code for alarm in (await desk.meeting(id)).alarms]

        async def rings() -> bool:
            return "not_live_at_start" in await codes()

        async def silent() -> bool:
            return "not_live_at_start" not in await codes()

        await eventually(rings, "the alarm is in the log")
        await here.ok("POST", f"/{id}/open-doors")
        await shows(here, id, "slate:waiting")
        assert await rings()
        await here.ok("POST", f"/{id}/go-live")
        await eventually(silent, "it is over")


async def test_a_forgotten_meeting_asks_and_then_ends_itself(tmp_path: Path) -> None:
    """The camera has been gone for hours: the light asks; without an answer the log says who ended it."""
    async with commune(tmp_path, "rtsp://127.0.0.1:9/none") as here:
        id, service = await planned(here, 0), here.up.service
        await here.ok("POST", f"/{id}/go-live")
        await shows(here, id, "slate:fault")
        clock = keeper(here, hour := Hour(service.clock()), Rules())
        await clock.look()
        hour.at += 3.1 * 3600
        await clock.look()
        hours = clock.hours(id)
        assert hours
        assert 300 < hours.forgotten < 400
        assert (await service.desk.meeting(id)).phase is Phase.LIVE
        assert (await here.ok("POST", f"/{id}/goes-on"))["phase"] == "live"
        hour.at += 1800
        await clock.look()
        assert (await service.desk.meeting(id)).phase is Phase.ENDED
        assert [e.by for e in await service.desk.news(0) if e.kind is Kind.PHASE_CHANGED][-1] == "schedule"
        code, problem = await here.api("POST", f"/{id}/goes-on")
        assert (code, problem["title"]) == (409, "not_under_way")
