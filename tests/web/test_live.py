"""The live channel over real sockets: what a browser, a clumsy program or a bad line may do to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import ClientSession, WSMsgType
from aiohttp import web as aio
from aiohttp.test_utils import TestServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from streamer.council.roles import Role
from tests.support.waiting import PATIENCE
from web.live_hub import Hub, Limits, Make
from web.live_socket import MAX_BUFFER, MAX_MESSAGE, MAX_PINGS, Connection, Handler, upgrade
from web.live_stream import KEPT, Stream, dump
from web.security import same_origin


@asynccontextmanager
async def serving(handler: Handler, hub: Hub | None = None) -> AsyncIterator[str]:
    """A server on a free port whose /live is `handler`; its address without the scheme."""

    async def live(request: aio.Request) -> aio.StreamResponse:
        if not same_origin(request, "http://live.example.lu"):
            raise aio.HTTPForbidden
        return await upgrade(request, handler)

    async def page(request: aio.Request) -> aio.StreamResponse:
        return aio.Response(text="a page")

    app = aio.Application()
    app.router.add_get("/live", live)
    app.router.add_get("/", page)
    if hub is not None:

        async def goodbye(_: aio.Application) -> None:
            await hub.close()

        app.on_shutdown.append(goodbye)
    async with TestServer(app) as server:
        yield f"127.0.0.1:{server.port}"


async def echo(connection: Connection) -> None:
    while True:
        await connection.send(await connection.recv())


async def closed(client: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            await client.recv()
    assert client.close_code is not None
    return client.close_code


async def test_echo_with_both_clients_beside_ordinary_pages() -> None:
    async with serving(echo) as at, ClientSession() as session:
        async with session.get(f"http://{at}/") as answer:
            assert await answer.text() == "a page"
        async with connect(f"ws://{at}/live") as client:
            assert "Sec-WebSocket-Extensions" not in client.response.headers  # type: ignore[union-attr]
            await client.send("Moien ë")
            assert await client.recv() == "Moien ë"
        async with session.ws_connect(f"http://{at}/live") as other:
            await other.send_str("Moien")
            assert (await other.receive_str()) == "Moien"
            await other.close()
            assert other.close_code == 1000


async def test_fragments_with_a_ping_between_them() -> None:
    async with serving(echo) as at, connect(f"ws://{at}/live") as client:
        euro = "100 €".encode()
        client.transport.write(Frame(Opcode.TEXT, euro[:5], fin=False).serialize(mask=True))
        pong = await client.ping()
        client.transport.write(Frame(Opcode.CONT, euro[5:]).serialize(mask=True))
        assert await client.recv() == "100 €"
        await pong


async def test_many_messages_at_once_arrive_in_order_while_the_reader_is_slow() -> None:
    go = asyncio.Event()

    async def slow(connection: Connection) -> None:
        await go.wait()
        await echo(connection)

    async with serving(slow) as at, connect(f"ws://{at}/live", compression=None) as client:
        sending = asyncio.create_task(send_all(client, 3000))
        go.set()
        assert [await client.recv() for _ in range(3000)] == [f"{number:>500}" for number in range(3000)]
        await sending


async def send_all(client: ClientConnection, count: int) -> None:
    for number in range(count):
        await client.send(f"{number:>500}")


@pytest.mark.parametrize("whole", [True, False])
async def test_too_big_is_closed_with_1009(whole: bool) -> None:
    async with serving(echo) as at, connect(f"ws://{at}/live") as client:
        half = b"x" * (MAX_MESSAGE // 2 + 1)
        if whole:
            client.transport.write(Frame(Opcode.TEXT, half * 2).serialize(mask=True))
        else:
            client.transport.write(Frame(Opcode.TEXT, half, fin=False).serialize(mask=True))
            client.transport.write(Frame(Opcode.CONT, half).serialize(mask=True))
        assert await closed(client) == 1009


async def test_a_twenty_megabyte_question_costs_nothing() -> None:
    async with serving(echo) as at, ClientSession() as session:
        async with session.ws_connect(f"http://{at}/live") as clumsy:
            with suppress(ConnectionError):
                await clumsy.send_str("?" * 20_000_000)
            message = await clumsy.receive()
            assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)
        async with connect(f"ws://{at}/live") as again:
            await again.send("?")
            assert await again.recv() == "?"


async def test_invalid_utf8_is_closed_with_1007() -> None:
    async with serving(echo) as at, connect(f"ws://{at}/live") as client:
        client.transport.write(Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True))
        assert await closed(client) == 1007


async def test_an_unmasked_frame_is_a_protocol_error() -> None:
    async with serving(echo) as at, connect(f"ws://{at}/live") as client:
        client.transport.write(Frame(Opcode.TEXT, b"hello").serialize(mask=False))
        assert await closed(client) == 1002


async def test_a_visitor_who_hangs_up_or_half_closes_ends_the_handler() -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def handler(connection: Connection) -> None:
        try:
            await echo(connection)
        finally:
            ended.put_nowait("ended")

    async with serving(handler) as at:
        for how in ("abort", "write_eof"):
            async with connect(f"ws://{at}/live") as client:
                await client.send("?")
                await client.recv()
                getattr(client.transport, how)()
                assert await asyncio.wait_for(ended.get(), 5) == "ended"


async def test_what_is_not_json_is_for_the_handler_to_answer() -> None:
    async def handler(connection: Connection) -> None:
        while True:
            try:
                await connection.send(json.dumps({"got": json.loads(await connection.recv())}))
            except ValueError:
                await connection.send('{"error":"not_json"}')

    async with serving(handler) as at, connect(f"ws://{at}/live") as client:
        for sent, answered in (("{", '{"error":"not_json"}'), (b"\xff", '{"error":"not_json"}'), ("1", '{"got": 1}')):
            await client.send(sent)
            assert await client.recv() == answered


async def test_a_failing_handler_says_1011_and_only_there(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(connection: Connection) -> None:
        await connection.recv()
        raise RuntimeError("a mistake of ours")

    async with serving(handler) as at, connect(f"ws://{at}/live") as one, connect(f"ws://{at}/live") as other:
        await one.send("?")
        assert await closed(one) == 1011
        pong = await other.ping()
        await pong
    assert "a mistake of ours" in caplog.text


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://live.example.lu.evil.example", 403),
        ("http://live.example.lu", 101),
        (None, 101),
    ],
)
async def test_only_our_own_pages_may_connect(origin: str | None, status: int) -> None:
    async with serving(echo) as at, ClientSession() as session:
        handshake = SHAKEN | ({"Origin": origin} if origin else {})
        async with session.get(f"http://{at}/live", headers=handshake) as answer:
            assert answer.status == status


SHAKEN = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 426),
        (SHAKEN | {"Sec-WebSocket-Version": "12"}, 400),
        (SHAKEN | {"Sec-WebSocket-Key": "dG9vIHNob3J0"}, 400),
        (SHAKEN | {"Upgrade": "h2c"}, 426),
        (SHAKEN | {"Connection": "keep-alive, Upgrade"}, 101),
        (SHAKEN | {"Upgrade": "websocket "}, 101),
    ],
)
async def test_what_is_no_handshake_gets_an_ordinary_answer(headers: dict[str, str], status: int) -> None:
    async with serving(echo) as at, ClientSession() as session:
        async with session.get(f"http://{at}/live", headers=headers) as answer:
            assert answer.status == status
            # the example of RFC 6455, 1.3
            assert answer.headers.get("Sec-WebSocket-Accept") == (
                "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" if status == 101 else None
            )
        async with session.get(f"http://{at}/") as answer:
            assert answer.status == 200


def said(**by_role: str) -> Make:
    """What each role gets."""
    return lambda role: {"type": by_role[role]} if role in by_role else None


async def heard(client: ClientConnection, count: int = 1) -> list[str]:
    """The types of the next messages."""
    return [json.loads(await client.recv())["type"] for _ in range(count)]


def member_of(hub: Hub, joined: "asyncio.Queue[Connection]") -> Handler:
    """Joins with the role and asker that the visitor's first message names."""

    async def handler(connection: Connection) -> None:
        role, _, asker = str(await connection.recv()).partition(" ")
        with hub.join("m", connection, Role(role), asker or None, "10.0.0.1"):
            joined.put_nowait(connection)
            while True:
                await connection.recv()

    return handler


async def test_each_role_gets_its_message_and_an_asker_their_own() -> None:
    hub, joined = Hub(), asyncio.Queue[Connection]()
    async with (
        serving(member_of(hub, joined), hub) as at,
        connect(f"ws://{at}/live") as citizen,
        connect(f"ws://{at}/live") as moderator,
    ):
        await citizen.send("citizen anna")
        await moderator.send("moderator")
        await joined.get()
        await joined.get()
        assert await hub.publish("m", said(citizen="public", moderator="private"), "a") == 2
        assert await hub.publish("m", said(moderator="more"), "a") == 1
        assert await hub.publish("other", said(citizen="elsewhere"), "a") == 0
        assert await hub.send_to("m", "anna", {"type": "yours"}) == 1
        assert await hub.gauge("m", said(citizen="viewers")) == 1
        assert await heard(moderator, 2) == ["private", "more"]
        assert await heard(citizen, 3) == ["public", "yours", "viewers"]
        assert (hub.viewers("m"), hub.meetings()) == (1, ["m"])


async def test_messages_of_a_meeting_stay_in_order_for_everybody() -> None:
    hub, joined = Hub(), asyncio.Queue[Connection]()
    async with serving(member_of(hub, joined), hub) as at:
        clients = await asyncio.gather(*(connect(f"ws://{at}/live") for _ in range(250)))
        for client in clients:
            await client.send("citizen")
        for _ in clients:
            await joined.get()
        await asyncio.gather(*(hub.publish("m", said(citizen=str(number)), "a") for number in range(10)))
        for client in clients:
            assert await heard(client, 10) == [str(number) for number in range(10)]
        await asyncio.gather(*(client.close() for client in clients))


async def test_a_reader_who_does_not_read_is_dropped_and_nobody_waits_for_it() -> None:
    hub, joined = Hub(), asyncio.Queue[Connection]()
    async with (
        serving(member_of(hub, joined), hub) as at,
        connect(f"ws://{at}/live", compression=None, max_queue=1) as lazy,
        connect(f"ws://{at}/live") as keen,
    ):
        await lazy.send("citizen lazy")
        first = await joined.get()
        await keen.send("moderator")
        await joined.get()
        lazy.transport.pause_reading()
        message = "x" * 60_000
        while hub.viewers("m"):
            await hub.publish("m", said(citizen=message, moderator=message), "a")
            assert await heard(keen) == [message]
        assert not first.open
        lazy.transport.abort()
    assert MAX_BUFFER == 256 * 1024


async def test_the_dead_are_dropped_and_the_living_stay() -> None:
    hub, joined = Hub(ping_seconds=0.05, dead_seconds=0.5), asyncio.Queue[Connection]()
    sweeping = asyncio.create_task(hub.sweep())
    async with (
        serving(member_of(hub, joined), hub) as at,
        ClientSession() as session,
        connect(f"ws://{at}/live") as living,
        session.ws_connect(f"http://{at}/live", autoping=False) as dead,
    ):
        await living.send("moderator")
        await dead.send_str("citizen")
        await joined.get()
        await joined.get()
        async with asyncio.timeout(PATIENCE):
            while (message := await dead.receive()).type is WSMsgType.PING:
                pass
        assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING)
        assert hub.viewers("m") == 0
        assert await hub.publish("m", said(moderator="still there"), "a") == 1
        assert await heard(living) == ["still there"]
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)


async def test_too_many_connections_of_one_person_are_told_to_come_back_later() -> None:
    hub, joined = Hub(Limits(per_person=2, per_address=3)), asyncio.Queue[Connection]()
    async with serving(member_of(hub, joined), hub) as at:
        clients = [await connect(f"ws://{at}/live") for _ in range(5)]
        for number, hello in enumerate(("citizen a", "citizen a", "citizen a", "citizen b", "citizen c")):
            await clients[number].send(hello)
            if number in (2, 4):
                assert await closed(clients[number]) == 1013
            else:
                await joined.get()
        assert hub.viewers("m") == 3
        await asyncio.gather(*(client.close() for client in clients))


async def test_when_the_hall_is_full_staff_still_come_in() -> None:
    hub, joined = Hub(Limits(viewers=1)), asyncio.Queue[Connection]()
    async with serving(member_of(hub, joined), hub) as at:
        clients = [await connect(f"ws://{at}/live") for _ in range(3)]
        for client, hello in zip(clients, ("citizen", "moderator", "citizen"), strict=True):
            await client.send(hello)
            if client is not clients[2]:
                await joined.get()
        assert await closed(clients[2]) == 1013
        assert await hub.publish("m", said(citizen="a", moderator="b"), "a") == 2
        await asyncio.gather(*(client.close() for client in clients))


async def test_a_service_that_goes_down_says_when_to_come_back() -> None:
    hub, joined = Hub(), asyncio.Queue[Connection]()
    async with serving(member_of(hub, joined), hub) as at:
        client = await connect(f"ws://{at}/live")
        await client.send("citizen")
        await joined.get()
        late = await connect(f"ws://{at}/live")
        await hub.close()
        assert json.loads(await client.recv()) == {"type": "bye", "within": 1.0}
        await late.send("citizen")
        assert await closed(late) == 1012
    assert await closed(client) == 1012


@pytest.mark.parametrize(
    ("frame", "code"),
    [(Frame(Opcode.CONT, b"", fin=False), 1009), (Frame(Opcode.PING, b"x" * 100), 1008)],
    ids=["pieces without an end", "pings without an end"],
)
async def test_what_costs_the_sender_nothing_ends(frame: Frame, code: int) -> None:
    async with serving(echo) as at, connect(f"ws://{at}/live") as client, connect(f"ws://{at}/live") as other:
        if frame.opcode is Opcode.CONT:
            client.transport.write(Frame(Opcode.TEXT, b"x", fin=False).serialize(mask=True))
        for _ in range(MAX_PINGS + 1):
            client.transport.write(frame.serialize(mask=True))
        assert await closed(client) == code
        await other.send("?")
        assert await other.recv() == "?"


def test_what_was_missed_is_the_last_word_about_each_thing() -> None:
    stream = Stream()

    def tell(about: str, word: str) -> None:
        stream.keep(about, dump(stream.next({"type": word})))

    for about, word in (("a", "secret"), ("b", "b"), ("a", "gone")):
        tell(about, word)
    assert stream.missed(stream.id, 0) == ['{"type":"b","seq":2}', '{"type":"gone","seq":3}']
    assert stream.missed(stream.id, 2) == ['{"type":"gone","seq":3}']
    assert stream.missed(stream.id, 3) == []
    assert stream.missed(stream.id, 4) is None
    assert stream.missed(Stream().id, 0) is None
    for number in range(KEPT):
        tell(str(number), "x")
    assert stream.missed(stream.id, 2) is None
    assert len(stream.missed(stream.id, 3) or []) == KEPT
