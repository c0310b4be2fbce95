"""What is news, once; and what somebody who wants to follow may type."""

from dataclasses import replace

import pytest

from streamer.council.errors import Invalid
from streamer.council.following import Topic, is_sealed, seal, usable_address, wish
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.news import RECENT_SECONDS, News, NewsState, Occasion, plan_of, state_now, verdict
from streamer.council.phase import Phase

NOW, SOON = 1_795_000_000.0, 1_795_003_600.0
MEETING = Meeting(
    "m", "Council", "2026-11-18T19:00", (AgendaItem("a", "1", "Budget"), AgendaItem("b", "2", "x", False))
)
TOLD, DROPPED, WAITING = NewsState.TOLD, NewsState.DROPPED, NewsState.WAITING
HEARD = News(1, "m", Occasion.PLANNED, 0, 0, TOLD, plan_of(MEETING))


def news(occasion: Occasion) -> News:
    return News(9, "m", occasion, NOW, NOW)


def judged(
    occasion: Occasion, meeting: Meeting, *before: News, seen: Meeting | None = None, start: float = SOON
) -> str:
    return verdict(news(occasion), meeting, seen or meeting, before, start=start, now=NOW)


def at(phase: Phase) -> Meeting:
    return replace(MEETING, phase=phase)


def test_a_plan_is_told_once_and_again_only_when_what_is_public_of_it_changed() -> None:
    """Not what is closed, nor what is over."""
    other = replace(MEETING, items=(AgendaItem("a", "1", "Schools"), *MEETING.items[1:]))
    secret = replace(MEETING, items=(MEETING.items[0], AgendaItem("b", "2", "another", False)))
    assert judged(Occasion.PLANNED, MEETING) == TOLD
    assert judged(Occasion.CHANGED, other, HEARD) == TOLD
    assert judged(Occasion.CHANGED, secret, HEARD) == DROPPED
    assert judged(Occasion.PLANNED, MEETING, start=NOW - 1) == DROPPED
    assert judged(Occasion.PLANNED, at(Phase.LIVE)) == DROPPED


@pytest.mark.parametrize("phase", Phase)
def test_a_plan_waits_for_nothing_once_the_meeting_has_begun(phase: Phase) -> None:
    """Nobody is told that it waits; what was told stays told, and what is live waits for the delay."""
    before = phase in (Phase.SCHEDULED, Phase.REHEARSAL, Phase.WAITING)
    for occasion in (Occasion.PLANNED, Occasion.CHANGED):
        assert state_now(news(occasion), at(phase)) == (WAITING if before else DROPPED)
    assert state_now(HEARD, at(phase)) == TOLD
    assert state_now(news(Occasion.LIVE), at(phase)) == WAITING


def test_a_meeting_goes_live_for_those_who_see_it_and_once() -> None:
    """It waits for the delay; after a recess it is no news."""
    assert judged(Occasion.LIVE, at(Phase.LIVE), seen=at(Phase.SCHEDULED)) == WAITING
    assert judged(Occasion.LIVE, at(Phase.LIVE), HEARD) == TOLD
    assert judged(Occasion.LIVE, at(Phase.LIVE), replace(HEARD, occasion=Occasion.LIVE)) == DROPPED
    assert judged(Occasion.LIVE, at(Phase.ENDED)) == DROPPED


def test_an_old_replay_is_no_news_nor_is_one_that_was_told() -> None:
    assert judged(Occasion.PUBLISHED, at(Phase.PUBLISHED), start=NOW - 9999) == TOLD
    assert judged(Occasion.PUBLISHED, at(Phase.PUBLISHED), start=NOW - RECENT_SECONDS - 1) == DROPPED
    assert judged(Occasion.PUBLISHED, at(Phase.PUBLISHED), replace(HEARD, occasion=Occasion.PUBLISHED)) == DROPPED
    assert judged(Occasion.PUBLISHED, at(Phase.ENDED)) == DROPPED


def test_nobody_hears_that_what_they_never_heard_of_is_cancelled() -> None:
    assert judged(Occasion.CANCELLED, at(Phase.CANCELLED), HEARD) == TOLD
    assert judged(Occasion.CANCELLED, at(Phase.CANCELLED), replace(HEARD, state=WAITING)) == DROPPED
    assert judged(Occasion.CANCELLED, at(Phase.CANCELLED)) == TOLD, "it was planned before anything was told"


@pytest.mark.parametrize(
    ("address", "topic", "value", "mistake"),
    [
        ("nobody", "all", "", "address"), ("a@b@c.lu", "all", "", "address"), ("a@localhost", "all", "", "address"),
        ("a@x.lu\r\nBcc: b@x.lu", "all", "", "address"), ("é@x.lu", "all", "", "address"),
        ("a@x.lu", "word", "buy now: http://x.lu", "word"), ("a@x.lu", "word", "!", "word"),
        ("a@x.lu", "word", "a" * 61, "word"), ("a@x.lu", "body", "Nobody's", "body"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_said_by_its_field(address: str, topic: str, value: str, mistake: str) -> None:
    """A word that is followed cannot carry an advertisement to a stranger's letter-box."""
    with pytest.raises(Invalid) as found:
        wish(address, topic, value, "fr", ["Council"])
    assert list(found.value.mistakes) == [mistake]


def test_what_can_be_followed_is_kept_as_it_is_meant() -> None:
    made = wish(" Anne@Bücher.LU ", "word", " eau  potable ", "fr", [])
    assert (made.address, made.topic, made.value) == ("Anne@xn--bcher-kva.lu", Topic.WORD, "eau potable")
    assert usable_address("a" * 250 + "@x.lu") is None
    assert is_sealed(b"key", "id", seal(b"key", "id"))
    assert not is_sealed(b"key", "other", seal(b"key", "id"))
