"""Letters to who follows: tried again when the server was away, never twice, and nothing is left of who leaves."""

import asyncio
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from streamer.control.desk import Desk
from streamer.control.postman import ADDRESS_SECONDS, GIVE_UP_SECONDS, PAUSES, Postman
from streamer.council.following import CONFIRM_SECONDS, MOST_A_DAY, Topic, Wish
from streamer.platforms.mail import Letter as Mail
from streamer.platforms.mail import Letters, Security
from streamer.platforms.mail import MailServer as Carrier
from streamer.store.database import Database
from streamer.store.followers import Followers, Letter
from tests.support.mail_server import MailServer
from tests.support.ports import free_port

ADDRESS, DEAD = "canary-anne@example.lu", "dead@example.lu"


class Holding(MailServer):
    """Where it `holds`, it keeps a letter and does not say so until it is `let_go`."""

    holds = False

    def __init__(self, *, refuses: str) -> None:
        super().__init__(refuses=refuses)
        self.took, self.let_go = asyncio.Event(), asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.holds:
            self.holds = False
            self.took.set()
            await self.let_go.wait()
        return answer


def written(letter: Letter) -> Mail:
    """Nobody finds words for one."""
    id = letter.follower.id
    if id == "broken":
        raise LookupError(id)
    return Mail(id, letter.at, letter.follower.wish.address, "en", "s", "t")


class Post:
    """A postman with a clock that is set by hand; the letters are those that ask to confirm."""

    def __init__(self, database: Database, port: int) -> None:
        self.now, self.followers = 1_795_000_000.0, Followers(database)
        letters = Letters(Carrier("127.0.0.1", port, Security.NONE), "tribune@example.lu")
        nothing = cast(Any, None)  # no meeting is asked for
        self.postman = Postman(
            cast(Desk, None), self.followers, letters,
            lambda letter, meeting, found: written(letter), nothing, nothing, lambda: self.now,
        )  # fmt: skip

    async def ask(self, id: str, address: str = ADDRESS) -> bool:
        return await self.followers.ask(id, Wish(address, Topic.ALL, "", "en"), self.now)


async def test_a_server_that_was_away_gets_the_letter_later_and_once(tmp_path: Path) -> None:
    """One that was being sent when the service was killed is not sent again."""
    database, port = await Database.open(tmp_path / "t.db"), free_port()
    try:
        post = Post(database, port)
        await post.ask("one")
        await post.postman.round()
        [waiting] = await post.followers.waiting(post.now, 9)
        server = Holding(refuses=DEAD)
        server.port = port
        async with server:
            await post.postman.round()
            assert server.mails == [], "the server gets a rest"
            post.now += PAUSES[0] + 1
            await post.postman.round()
            await post.postman.round()
            assert [mail["To"] for mail in server.mails] == [ADDRESS]
            await post.followers.again(waiting, post.now)
            server.holds = True
            killed = asyncio.create_task(post.postman.round())
            await server.took.wait()
            killed.cancel()
            await asyncio.gather(killed, return_exceptions=True)
            server.let_go.set()
            await Post(database, port).postman.round()
            assert len(server.mails) == 2, "it went out before the service was killed: not again"
            server.mails.pop()
            await post.ask("dead", DEAD)
            await post.ask("broken", "broken@example.lu")
            await post.ask("two")
            await post.postman.round()
            assert [mail["To"] for mail in server.mails] == [ADDRESS] * 2, "what cannot be sent holds nobody up"
            before = server.connections
            for number in range(5):
                await post.ask(f"more{number}", f"more{number}@example.lu")
            await post.postman.round()
            assert (len(server.mails), server.connections) == (7, before + 1), (
                "a crowd's letters go over one connection"
            )
            await post.followers.confirm("dead", post.now)
            post.now += GIVE_UP_SECONDS - CONFIRM_SECONDS + ADDRESS_SECONDS
            await post.postman.round()
            assert await post.followers.find("dead"), "a server may refuse a stranger for a while"
            post.now += GIVE_UP_SECONDS
            await post.ask("three")
    finally:
        await database.close()


async def test_who_leaves_or_never_confirmed_leaves_no_byte(tmp_path: Path) -> None:
    """And a stranger's letter-box gets a few letters a day at most."""
    database = await Database.open(tmp_path / "t.db")
    try:
        post = Post(database, 1)

        def stored() -> bool:
            return any(ADDRESS.encode() in path.read_bytes() for path in tmp_path.iterdir())

        asked = [await post.ask(f"f{number}") for number in range(MOST_A_DAY + 2)]
        assert asked == [True] * MOST_A_DAY + [False] * 2
        assert stored()
        confirmed = await post.followers.confirm("f0", post.now)
        assert confirmed
        assert await post.followers.find("f1") is None, "the same wish is kept once"
        await post.followers.leave(confirmed)
        assert not stored()
        await post.ask("late")
        post.now += CONFIRM_SECONDS + 1
        await post.postman.round()
        assert await post.followers.find("late") is None
        assert not stored()
    finally:
        await database.close()
