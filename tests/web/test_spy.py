"""Anonymous means anonymous on the wire: a spy keeps every byte that a citizen is sent, and may know every one."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from streamer.council.roles import Role
from tests.support.commune import Commune, commune
from tests.support.live_page import Page, live_page

ANNE = {"Cookie": "tribune-asker=anne-cookie-anne-cookie", "X-Forwarded-For": "203.0.113.71"}
PAUL = {"Cookie": "tribune-asker=paul-cookie-paul-cookie", "X-Forwarded-For": "203.0.113.72"}
MARKS = {"client_id": ("client-of-anne", "client-of-paul", "client-of-nobody"), "text": ("Never to be published?",)}
NAMES = ("Paulette",)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune."""
    async with commune(tmp_path) as it:
        yield it


def secrets_of(here: Commune) -> set[str]:
    """What the database has of the askers; it is there to be found."""
    with sqlite3.connect(here.folder / "tribune.db") as database:
        rows = database.execute("SELECT asker, client_id, text, name, status FROM questions").fetchall()
    kept = {column: {row[place] for row in rows} for place, column in enumerate(("asker", "client_id", "text", "name"))}
    assert set(MARKS["client_id"]) <= kept["client_id"]
    assert set(MARKS["text"]) <= kept["text"]
    assert set(NAMES) <= kept["name"]
    assert len(kept["asker"]) == 2
    headers = {value for asker in (ANNE, PAUL) for value in asker.values()}
    cookies = {header.partition("=")[2] for header in headers} - {""}
    addresses = {header for header in headers if "=" not in header}
    return (
        kept["asker"]
        | kept["client_id"]
        | set(MARKS["text"])
        | set(NAMES)
        | cookies
        | addresses
        | set(here.tokens.values())
    )


def words(value: object) -> Iterator[str]:
    """Every string in a message."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner)


async def an_evening(here: Commune, id: str, spy: Page) -> tuple[str, str]:
    """Two askers; one question is published, one rejected, one withdrawn. The ids of the first two."""
    async with live_page(here, id, headers=ANNE) as anne, live_page(here, id, headers=PAUL) as paul:
        published = await anne.ask("client-of-anne", "When is the school yard ready?", name="Anne")
        rejected = await paul.ask("client-of-paul", "Never to be published?", name="Paulette")
        assert b"client-of-anne" in anne.bytes, "one's own is told"
        withdrawn = await paul.ask("client-of-nobody", "I take this back", name="Paulette")
        for question, verb in (
            (published, "publish"),
            (rejected, "reject"),
            (published, "put-on-air"),
            (published, "answered"),
        ):
            path = f"/{id}/questions/{question['id']}/{verb}"
            await here.ok("POST", path, Role.CLERK, **({"reason": "no_question"} if verb == "reject" else {}))
        async with here.http.post(
            f"{here.url}/meetings/{id}/questions/{withdrawn['id']}/withdraw",
            headers={"Sec-Fetch-Site": "same-origin", **PAUL},
        ) as answer:
            assert answer.status == 200
        assert (await paul.question(withdrawn["id"], "withdrawn"))["type"] == "mine"
        await spy.question(published["id"], "answered_live")
        return published["id"], rejected["id"]


async def test_a_spy_learns_nothing_that_is_not_everybodys(here: Commune) -> None:
    """On the live channel, away and back, and on the pages: each word is one that everybody may read."""
    meeting = await here.planned()
    id = meeting["id"]
    async with live_page(here, id, Role.MODERATOR) as moderator, live_page(here, id) as early:
        first = await early.next("snapshot")
        published, rejected = await an_evening(here, id, early)
        await moderator.question(published, "answered_live")
        found = secrets_of(here)
        assert {secret for secret in found if secret.encode() in moderator.bytes} >= {*MARKS["text"], *NAMES}
        assert not {secret for secret in found if secret in moderator.bytes.decode()} - {*MARKS["text"], *NAMES}
    heard, raw = list(early.heard), early.bytes
    for since in ("", f"{first['stream']}.{first['seq']}", early.since):
        async with live_page(here, id, since=since) as late:
            here.up.service.hub.tally(id, published, 1)
            await late.next("pulse")
            heard += late.heard
            raw += late.bytes
    page = (await here.text(f"/meetings/{id}")).encode()
    for secret in found:
        assert secret.encode() not in raw + page, f"the spy knows {secret}"
    times = {message["question"]["askedAt"] for message in heard if message["type"] == "question"}
    everybodys = {
        "When is the school yard ready?", "Anne", published, "published", "on_air", "answered_live", meeting["phase"],
        meeting["screening"], first["stream"], *times, "fr",
        "snapshot", "resumed", "state", "question", "pulse",
    }  # fmt: skip
    assert set(words(heard)) <= everybodys
    assert rejected.encode() not in raw
