"""What is withheld is not shown; a replay publishes itself at its hour, once."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from streamer.control.hours import Publishing
from streamer.council import air, decide, review
from streamer.council.cut import Stretch, What
from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.events import Event, Fact, Kind
from streamer.council.meeting import Meeting, fold_event
from streamer.council.phase import Phase, Verb
from streamer.council.review import Showing
from tests.council.test_cut import Piece

ITEMS = [{"id": id, "number": id, "name": id, "public": id != "c"} for id in "abc"]
ZONE = ZoneInfo("Europe/Luxembourg")


def after(meeting: Meeting, kind: Kind, logged: float = 5000.0, **data: object) -> Meeting:
    """One fact later."""
    return fold_event(meeting, Event(0, "m", meeting.version + 1, logged, "claire", kind, data))


def moved(meeting: Meeting, verb: Verb, phase: Phase, at: float) -> Meeting:
    """To another phase."""
    return after(meeting, Kind.PHASE_CHANGED, logged=at, verb=verb, phase=phase)


def ended() -> Meeting:
    """Live from 1000 to 1100: a from 1010, b from 1030, a again from 1060."""
    meeting = after(Meeting("m"), Kind.MEETING_PLANNED, name="Council", start="2026-03-11T19:30:00", items=ITEMS)
    meeting = moved(meeting, Verb.GO_LIVE, Phase.LIVE, 1000)
    for item, at in (("a", 1010.0), ("b", 1030.0), ("a", 1060.0)):
        meeting = after(meeting, Kind.ITEM_OPENED, item=item, at=at)
    return moved(meeting, Verb.END, Phase.ENDED, 1100)


PIECES = [Piece(start, start + 2) for start in range(1000, 1100, 2)]


def shown(meeting: Meeting) -> list[float]:
    """Where the replay's pieces begin."""
    return [piece.start for piece in air.kept(meeting, PIECES)]


def test_what_is_withheld_is_not_shown_until_it_is_shown_again() -> None:
    """An item with all its stretches, or what comes before the first; nothing of it is destroyed or cut by accident."""
    meeting = ended()
    assert [(part.key, part.showing) for part in review.parts(meeting)] == [
        ("opening", Showing.SHOWN), ("a", Showing.SHOWN), ("b", Showing.SHOWN)
    ]  # fmt: skip
    fact = review.review(meeting, "a", Showing.WITHHELD)
    without = after(meeting, fact.kind, **fact.data)
    assert shown(without) == [*range(1000, 1010, 2), *range(1030, 1060, 2)]
    assert shown(after(without, Kind.PART_REVIEWED, part="opening", showing="withheld")) == [*range(1030, 1060, 2)]
    with pytest.raises(Refused, match="cut_over_withheld"):
        decide.cut(without, What.BOTH, Stretch(8, 4, 1008, 1032, 40), "a number")
    assert shown(after(without, Kind.PART_REVIEWED, part="a", showing="shown")) == shown(meeting)
    again = moved(moved(without, Verb.REOPEN, Phase.RECESS, 1200), Verb.RESUME, Phase.LIVE, 1210)
    assert len(shown(again)) == len(PIECES), "who comes back to the item on the air shows it"
    for key in ("c", "x"):
        with pytest.raises(Unknown):
            review.review(meeting, key, Showing.WITHHELD)
    with pytest.raises(Refused, match="index_too_early"):
        review.review(again, "a", Showing.WITHHELD)


def test_it_publishes_itself_at_its_hour_and_only_then() -> None:
    """Not when it was reopened, published or withdrawn meanwhile: who takes it back means it."""
    meeting = ended()
    for at in (1999.0, 2000.0 + 61 * 86400):
        with pytest.raises(Invalid, match="publication_bad"):
            review.publish_at(meeting, at, now=2000)
    fact: Fact = review.publish_at(meeting, 3000.0, now=2000)
    planned = after(meeting, fact.kind, **fact.data)
    assert [review.publishes_itself(planned, now) for now in (2999.0, 3000.0)] == [False, True]
    assert not review.publishes_itself(after(planned, Kind.PUBLICATION_SET, at=None), 3000)
    published = moved(planned, Verb.PUBLISH, Phase.PUBLISHED, 2500)
    withdrawn = moved(published, Verb.WITHDRAW, Phase.ENDED, 2600)
    assert not review.publishes_itself(withdrawn, 3000)
    with pytest.raises(Refused, match="publication_not_now"):
        review.publish_at(published, 3000.0, now=2500)


def test_the_next_working_day_is_neither_weekend_nor_holiday() -> None:
    """On the council's clock."""
    rule = Publishing(time(12), frozenset({date(2026, 6, 23)}), ZONE)
    for begun, day in (
        ("2026-03-11T19:30", "2026-03-12"),
        ("2026-03-13T19:30", "2026-03-16"),
        ("2026-06-22T19:30", "2026-06-24"),
    ):
        moment = datetime.fromisoformat(begun).replace(tzinfo=ZONE)
        live = moved(Meeting("m"), Verb.GO_LIVE, Phase.LIVE, moment.timestamp())
        usual = datetime.fromtimestamp(rule.usual(live, moment.timestamp() + 3 * 3600), ZONE)
        assert f"{usual:%Y-%m-%dT%H:%M}" == f"{day}T12:00"
    late = datetime(2026, 3, 20, 9, tzinfo=ZONE).timestamp()
    assert f"{datetime.fromtimestamp(rule.usual(live, late), ZONE):%Y-%m-%d}" in ("2026-06-24", "2026-03-23")
