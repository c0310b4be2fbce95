"""The live channel says what docs/live-protocol.md says: a meeting, heard by every role (`Page` checks each word)."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.council.pace import Pace
from streamer.council.roles import STAFF, Role
from tests.support.commune import Commune, Json, commune
from tests.support.live_page import SECTIONS, Page, documented, live_page
from web.live import message_bytes

ANNA = {"Cookie": "tribune-asker=anna-anna-anna-anna-anna"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune where one person may ask a hundred questions."""
    async with commune(tmp_path, questions={"per_person": 100}) as it:
        yield it


async def moved(
    here: Commune, id: str, question: str, verb: str, role: Role = Role.CLERK, reason: str | None = None
) -> Json:
    """By a press."""
    return await here.ok("POST", f"/{id}/questions/{question}/{verb}", role, **({"reason": reason} if reason else {}))


async def test_every_message_of_a_meeting_is_as_documented(here: Commune) -> None:
    """All types are heard, each role hears its own, and the numbers of what happened go up one by one."""
    id = (await here.planned())["id"]
    async with (
        live_page(here, id, Role.MODERATOR) as moderator, live_page(here, id, Role.CHAIR) as chair,
        live_page(here, id, Role.CLERK) as clerk, live_page(here, id, headers=ANNA) as asker,
        live_page(here, id) as citizen,
    ):  # fmt: skip
        pages = [moderator, chair, clerk, asker, citizen]
        for page in pages:
            assert (await page.next())["type"] == "snapshot"
        asked = await asker.ask("a", "When is the school yard ready?", name="Anne")
        await moderator.question(asked["id"], "pending")
        await moderator.say({"type": "claim", "question": asked["id"], "page": "one"})
        assert (await moderator.next("claims"))["readers"] == {asked["id"]: {"page": "one", "by": "tests"}}
        while not (await chair.next("pulse")).get("readers"):
            pass
        await citizen.say({"type": "claim", "question": asked["id"], "page": "two"})
        assert (await citizen.next("refused"))["code"] == "not_understood"
        await moved(here, id, asked["id"], "publish", Role.MODERATOR)
        for page in pages:
            await page.question(asked["id"], "published")
        for verb in ("put-on-air", "answered", "put-on-air", "take-off-air", "reject"):
            await moved(here, id, asked["id"], verb, reason="no_question" if verb == "reject" else None)
        assert (await citizen.next("gone"))["id"] == asked["id"]
        assert (await asker.question(asked["id"], "rejected"))["question"]["reason"] == "no_question"
        await here.ok("POST", f"/{id}/open-doors")
        for page in pages:
            assert (await page.next("state"))["phase"] == "waiting"
        await asker.say({"type": "dance"})
        assert (await asker.next("refused"))["code"] == "not_understood"
        here.up.service.hub.tally(id, asked["id"], 3)
        while "votes" not in (heard := await citizen.next("pulse")):
            pass
        assert heard["votes"] == {asked["id"]: 3}
        while (await clerk.next("pulse")).get("encoder") is None:
            pass
        async with live_page(here, id, since=citizen.since) as back:
            assert (await back.next())["type"] == "resumed"
            await here.up.service.hub.close()
            for page in (*pages, back):
                assert (await page.next("bye"))["within"] >= 1.0
    for page in pages:
        numbers = [m["seq"] for m in page.heard if "seq" in m and m["type"] != "snapshot"]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    heard_types = {message["type"] for page in (*pages, back) for message in page.heard}
    assert heard_types == set(documented()) - set(SECTIONS.values())


async def test_who_was_away_gets_exactly_what_was_missed(here: Commune) -> None:
    """Each role its own; what was published and taken back meanwhile is told to nobody again; one's verdicts too."""
    id = (await here.planned())["id"]
    async with live_page(here, id) as citizen, live_page(here, id, Role.MODERATOR) as moderator:
        first, staff = await citizen.next("snapshot"), await moderator.next("snapshot")
        assert (first["seq"], staff["seq"]) == (0, 0)
    async with live_page(here, id, headers=ANNA) as asker:
        await asker.next("snapshot")
        kept, dropped, waiting = [(await asker.ask(n, f"Question {n}?"))["id"] for n in ("kept", "dropped", "waiting")]
        await moved(here, id, kept, "publish")
        await moved(here, id, dropped, "publish")
        await moved(here, id, dropped, "reject", reason="personal_data")
        await asker.next("gone")
        last = asker.since
    async with live_page(here, id, since=citizen.since) as back:
        first, missed = await what_was_missed(back)
        assert first["mine"] == []
        assert [(m["type"], m.get("id") or m["question"]["id"]) for m in missed] == [
            ("question", kept),
            ("gone", dropped),
        ]
        assert b"Question dropped?" not in back.bytes
    async with live_page(here, id, Role.MODERATOR, since=moderator.since) as back:
        _, missed = await what_was_missed(back)
        assert sorted(m["question"]["id"] for m in missed) == sorted([kept, dropped, waiting])
    async with live_page(here, id, since=last, headers=ANNA) as back:
        first, missed = await what_was_missed(back)
        # Nothing; or the last word once more, where several moves were told late, each as it was by then.
        again = {(m["type"], m.get("id") or m["question"]["id"]) for m in missed}
        assert again <= {("question", kept), ("gone", dropped)}
        assert [(q["clientId"], q["reason"]) for q in first["mine"]][1] == ("dropped", "personal_data")


async def what_was_missed(back: Page) -> tuple[Json, list[Json]]:
    """How it begins, and what follows at once about questions (the state is told now and then, too)."""
    first = await back.next()
    assert first["type"] == "resumed"
    missed = [await back.next() for _ in range(first["missed"])]
    return first, [message for message in missed if message["type"] != "state"]


async def test_what_cannot_be_told_is_a_snapshot(here: Commune) -> None:
    """Nonsense, another stream, the future, another role's place: a moderator who was signed out gets a citizen's."""
    id = (await here.planned())["id"]
    async with live_page(here, id) as page, live_page(here, id, Role.MODERATOR) as moderator:
        stream = (await page.next("snapshot"))["stream"]
        await moderator.next("snapshot")
    nonsense = ["", "x", "0.0", ".", "deadbeef.1", "deadbeef.-1", f"{stream}.99999", f"{stream}.1e9"]
    for since in [*nonsense, f"{stream}.{'9' * 5000}", moderator.since]:
        async with live_page(here, id, since=since) as page:
            assert (await page.next())["type"] == "snapshot", since


async def test_everybody_ends_with_the_same_questions_however_often_they_were_away(here: Commune) -> None:
    """Citizens who leave and come back all the while a moderator works end with what the API tells."""
    id = (await here.planned())["id"]

    async def restless(done: asyncio.Event) -> dict[str, str]:
        shown: dict[str, str] = {}
        since = ""
        while True:
            last = done.is_set()
            async with live_page(here, id, since=since) as page:
                first = await page.next()
                if first["type"] == "snapshot":
                    shown = {q["id"]: q["status"] for q in first["questions"]}
                for _ in range(first.get("missed", 0) if first["type"] == "resumed" else 0):
                    remember(shown, await page.next())
                if not last:
                    remember(shown, await page.next("question", "gone", "pulse"))
                since = page.since
            if last:
                return shown

    async with live_page(here, id, headers=ANNA) as asker:
        await asker.next("snapshot")
        ids = [(await asker.ask(str(n), f"Question {n}?"))["id"] for n in range(8)]
        done = asyncio.Event()
        away = [asyncio.create_task(restless(done)) for _ in range(4)]
        for turn in range(3):
            for question in ids[turn:]:
                await moved(here, id, question, "restore" if turn % 2 else "publish")
        last = (await asker.ask("last", "The last question?"))["id"]
        await moved(here, id, last, "publish")
        await asker.question(last, "published")
        done.set()
        public = {
            q["id"]: q["status"]
            for q in (await here.ok("GET", f"/{id}/questions"))["data"]
            if q["status"] == "published"
        }
        assert [await task for task in away] == [public] * 4
        assert len(public) == 8


def remember(shown: dict[str, str], message: Json) -> None:
    """As a page does."""
    if message["type"] == "question":
        shown[message["question"]["id"]] = message["question"]["status"]
    elif message["type"] == "gone":
        shown.pop(message["id"], None)


def test_a_page_that_says_too_much_is_read_slowly() -> None:
    """Two at once, then one a second; after a pause as before."""
    pace, empty_at = Pace(2, 1.0), [0.0]

    def pauses(now: float, times: int) -> list[float]:
        found = []
        for _ in range(times):
            found.append(pace.wait(empty_at[0], now))
            empty_at[0] = pace.after(empty_at[0], now)
        return found

    assert pauses(0.0, 4) == [0, 0, 1, 2]
    assert pauses(100.0, 3) == [0, 0, 1]


def test_the_longest_question_fits_into_a_message() -> None:
    """Of four bytes a character."""
    for characters in (500, 5000):
        assert len(json.dumps({"text": "𝄞" * characters}, ensure_ascii=False).encode()) < message_bytes(characters)


def test_staff_roles_are_all_meant() -> None:
    """The tables know `staff`, not each of them."""
    assert {*STAFF, Role.CITIZEN} == set(Role)
