"""Clumsy, hostile and unlucky input: a clear answer, nobody else notices, nothing is lost."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from streamer.council.roles import Role
from tests.control.processes import programs
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.ports import free_port
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import PATIENCE, eventually

OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
KEY = "canary-51fb-stream-key"
TWENTY_MEGABYTES = 20_000_000
ROUNDS = 20


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune where one person may ask a hundred questions."""
    async with commune(tmp_path, encoder=QUICK, questions={"per_person": 100}) as it:
        yield it


def channel(here: Commune, id: str) -> str:
    """The address of a meeting's live channel."""
    return f"{here.url.replace('http', 'ws')}/meetings/{id}/live"


async def answer_to(socket: ClientConnection, message: str | bytes) -> Json:
    """What one message is answered, whatever else is told meanwhile."""
    await socket.send(message)
    async with asyncio.timeout(PATIENCE):
        while (said := json.loads(await socket.recv()))["type"] not in ("ack", "refused"):
            pass
    found: Json = said
    return found


def ask(id: str, text: str) -> str:
    """A question as a page sends it."""
    return json.dumps({"type": "ask", "id": id, "text": text})


# Agendas


async def test_a_meeting_without_an_agenda_can_be_planned_shown_and_run(here: Commune) -> None:
    """The agenda follows later; going live does not need it."""
    meeting = await here.ok("POST", "", name="Council", start="2026-11-27T19:00:00", agendaItem=[])
    id = meeting["id"]
    assert meeting["agendaItem"] == []
    assert "Council" in await here.text(f"/meetings/{id}")
    await here.clerks_page(f"/clerk/meetings/{id}")
    for verb in ("rehearse", "go-live", "end", "publish"):
        await here.ok("POST", f"/{id}/{verb}")
    assert "Council" in await here.text(f"/meetings/{id}")


async def test_an_agenda_of_four_hundred_items_is_planned_and_shown_whole(here: Commune) -> None:
    """By API and on the public's and the clerk's pages, in order."""
    items = [{"number": str(n), "name": f"Item <{n}>", "public": n % 10 != 0} for n in range(1, 401)]
    id = (await here.ok("POST", "", name="Budget", start="2026-11-27T19:00:00", agendaItem=items))["id"]
    shown = (await here.ok("GET", f"/{id}"))["agendaItem"]
    assert [(item["number"], item["name"], item["public"]) for item in shown] == [
        (item["number"], item["name"], item["public"]) for item in items
    ]
    public = await here.text(f"/meetings/{id}")
    agenda = public[public.index('id="agenda"') :]
    places = [agenda.index(f"Item &lt;{n}&gt;<") for n in range(1, 401) if n % 10]
    assert places == sorted(places)
    assert "Item &lt;10&gt;<" not in public
    board = await here.clerks_page(f"/clerk/meetings/{id}")
    assert all(f"Item &lt;{n}&gt;<" in board for n in range(1, 401))


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_meeting_in_an_impossible_year_does_not_take_the_front_page_down(here: Commune, start: str) -> None:
    """Refused by field or shown: either way everybody's pages go on."""
    status, answer = await here.api("POST", "", name="Slip of the finger", start=start)
    assert status in (201, 422)
    if status == 422:
        assert [row["field"] for row in answer["errors"]] == ["start"]
    await here.text("/")
    await here.clerks_page("/clerk")


async def test_a_line_break_in_an_address_is_not_one_in_a_header(here: Commune) -> None:
    """A stranger who asks for a page of the staff is shown the way in, whatever the address."""
    url = f"{here.url}/clerk/meetings/a%0d%0aX-Evil:%20b"
    async with ClientSession() as stranger, stranger.get(url, allow_redirects=False) as answer:
        assert answer.status in (303, 404)
        assert "X-Evil" not in answer.headers


# Too much


async def test_a_twenty_megabyte_question_on_the_live_channel_is_closed_with_1009(here: Commune) -> None:
    """Everybody else's connection stays, and their questions arrive."""
    id = (await here.planned())["id"]
    async with connect(channel(here, id)) as other, here.http.ws_connect(channel(here, id)) as clumsy:
        with suppress(ConnectionError):
            await clumsy.send_str(ask("big", "?" * TWENTY_MEGABYTES))
        async for _ in clumsy:
            pass
        assert clumsy.close_code in (1009, 1006)  # 1006: still sending when the connection was gone
        assert (await answer_to(other, ask("one", "Why?")))["type"] == "ack"
    assert [question["text"] for question in (await here.ok("GET", f"/{id}/questions"))["data"]] == ["Why?"]


async def test_a_message_just_too_long_is_told_1009(here: Commune) -> None:
    """Small enough to have been sent whole before the connection is closed: then the reason arrives."""
    id = (await here.planned())["id"]
    async with connect(channel(here, id)) as clumsy:
        await clumsy.send(ask("big", "?" * 9000))
        with suppress(ConnectionClosed):
            while True:
                await clumsy.recv()
        assert clumsy.close_code == 1009


async def test_a_twenty_megabyte_question_by_form_gets_a_page(here: Commune) -> None:
    """413 in the same dress, nothing stored, and the service goes on."""
    id = (await here.planned())["id"]
    body = io.BytesIO(b"client_id=big&text=" + b"x" * TWENTY_MEGABYTES)
    async with here.http.post(f"{here.url}/meetings/{id}/questions", data=body, headers=FORM) as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (413, "text/html")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "/static/tribune.css" in page
    assert "Musterbierg" in page
    assert (await here.ok("GET", f"/{id}/questions"))["data"] == []
    async with here.http.post(
        f"{here.url}/meetings/{id}/questions", data={"client_id": "a", "text": "Why?"}, headers=OURS
    ) as answer:
        assert "Why?" in await answer.text()


async def test_a_question_of_501_characters_comes_back_to_be_shortened(here: Commune) -> None:
    """By form: 422, and every typed character is still in the box."""
    id, text = (await here.planned())["id"], "é" * 501
    form = {"client_id": "a", "text": text, "name": "Anne"}
    async with here.http.post(f"{here.url}/meetings/{id}/questions", data=form, headers=OURS) as answer:
        page = await answer.text()
        assert answer.status == 422
    assert f">{text}</textarea>" in page
    assert 'value="Anne"' in page


NOT_UNDERSTOOD: list[str | bytes] = [
    "", "{", "1", "null", '"ask"', "[]", "[" * 8000, "\x00", b"\xff\xfe", "{}", '{"type": 7}', '{"type": "dance"}',
    '{"type": ["ask"]}',
]  # fmt: skip
REFUSED: list[str] = [
    '{"type": "ask"}',
    '{"type": "ask", "id": {}, "text": []}',
    '{"type": "ask", "id": "a", "text": {"b": 1}}',
    '{"type": "ask", "id": "a", "text": "   "}',
    '{"type": "ask", "id": "a", "text": "\\u202e\\u0000"}',
    '{"type": "ask", "id": "' + "i" * 65 + '", "text": "x"}',
    '{"type": "ask", "id": ' + "[" * 900 + "]" * 900 + ', "text": "x"}',
    '{"type": "ask", "id": "\\ud800", "text": "x"}',
    '{"type": "ask", "id": "\\ud800", "text": ""}',
]


@pytest.mark.parametrize("message", [*NOT_UNDERSTOOD, *REFUSED], ids=lambda message: repr(message)[:44])
async def test_nonsense_on_the_live_channel_is_answered_and_the_connection_stays(
    here: Commune, message: str | bytes
) -> None:
    """In words, and a question asked right afterwards over the same connection is taken."""
    id = (await here.planned())["id"]
    async with connect(channel(here, id)) as socket:
        said = await answer_to(socket, message)
        assert said["type"] == "refused"
        assert said["message"]
        if message in NOT_UNDERSTOOD:
            assert said["code"] == "not_understood"
        assert (await answer_to(socket, ask("one", "Why?")))["type"] == "ack"


async def test_a_name_or_an_item_that_is_none_does_not_lose_the_question(here: Commune) -> None:
    """Wrong types beside a good text count as not given; a half character is left out."""
    id = (await here.planned())["id"]
    async with connect(channel(here, id)) as socket:
        odd = '{"type": "ask", "id": "a", "text": "Wh\\ud800y?", "name": 7, "item": "nope"}'
        assert (await answer_to(socket, odd))["question"]["text"] == "Why?"
    (kept,) = (await here.ok("GET", f"/{id}/questions"))["data"]
    assert (kept["text"], kept["name"], kept["item"]) == ("Why?", None, None)


# At the same moment


async def test_two_clerks_press_the_same_button_at_the_same_moment(here: Commune) -> None:
    """Each time exactly one phase change; the other gets 409 and what can be done now."""
    id = (await here.planned())["id"]
    for verb in ("go-live", "end"):
        await here.ok("POST", f"/{id}/{verb}")
    before = (await here.ok("GET", f"/{id}"))["version"]
    for turn in range(ROUNDS):
        verb = "withdraw" if turn % 2 else "publish"
        answers = await asyncio.gather(*(here.api("POST", f"/{id}/{verb}") for _ in range(2)))
        (won, meeting), (lost, problem) = sorted(answers, key=lambda answer: answer[0])
        assert (won, lost, problem["title"]) == (200, 409, "wrong_phase")
        assert meeting["version"] == before + turn + 1
        assert problem["can"] == meeting["can"]
    assert (await here.ok("GET", f"/{id}"))["version"] == before + ROUNDS


async def test_two_meetings_that_go_live_at_the_same_moment(here: Commune) -> None:
    """There is one camera: exactly one gets it, the other is told who has it."""
    for _ in range(5):
        ids = [(await here.planned())["id"] for _ in range(2)]
        answers = await asyncio.gather(*(here.api("POST", f"/{id}/rehearse") for id in ids))
        assert sorted(status for status, _ in answers) == [200, 409]
        (problem,) = [problem for status, problem in answers if status == 409]
        assert problem["title"] == "camera_in_use"
        for id in ids:
            await here.api("POST", f"/{id}/stand-down")


async def test_two_moderators_take_up_the_same_question_at_the_same_moment(here: Commune) -> None:
    """One decides, the other is told so; what was decided is what the winner said."""
    id = (await here.planned())["id"]
    async with connect(channel(here, id)) as socket:
        ids = [(await answer_to(socket, ask(str(n), f"Why {n}?")))["question"]["id"] for n in range(ROUNDS)]
    for question in ids:
        path = f"/{id}/questions/{question}"
        answers = await asyncio.gather(
            here.api("POST", f"{path}/publish", Role.MODERATOR, version=1),
            here.api("POST", f"{path}/reject", Role.MODERATOR, version=1, reason="no_question"),
        )
        assert sorted(status for status, _ in answers) == [200, 409]
        (after,) = [answer for status, answer in answers if status == 200]
        (problem,) = [answer for status, answer in answers if status == 409]
        assert (problem["title"], problem["version"]) == ("conflict", 2)
        listed = {q["id"]: q for q in (await here.ok("GET", f"/{id}/questions"))["data"]}
        assert (listed[question]["status"], listed[question]["version"]) == (after["status"], 2)


# Machines that are not there


async def test_a_missing_camera_is_told_and_the_slate_is_on_air(tmp_path: Path) -> None:
    """The status says so; the public gets the slate; the meeting can be ended."""
    async with commune(tmp_path, f"rtsp://127.0.0.1:{free_port()}/x", encoder=QUICK) as here:
        id = (await here.planned())["id"]
        await here.ok("POST", f"/{id}/go-live")

        async def told() -> Json | None:
            status = await here.status(id)
            return status if status["source"] and status["source"]["problem_code"] else None

        status = await eventually(told, "the status says what is wrong")
        assert status["source"]["ok"] is False
        assert status["source"]["problem_code"] == "source_open"
        assert status["source"]["problem"]
        assert (status["encoder"]["ordered"], status["encoder"]["showing"]) == ("program", "slate:fault")

        async def on_air() -> bool:
            async with here.http.get(f"{here.url}/meetings/{id}/live.m3u8") as answer:
                return answer.status == 200 and "-slate-" in await answer.text()

        await eventually(on_air, "the public sees the slate")
        assert (await here.ok("POST", f"/{id}/end"))["phase"] == "ended"
        await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")
        await eventually(lambda: not programs(here.folder), "no process is left")
        assert "Council" in await here.clerks_page(f"/clerk/meetings/{id}")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A stream key that must be nowhere else."""
    path = tmp_path / "stream.key"
    path.touch(mode=0o600)
    path.write_text(KEY)
    return path


async def test_a_wrong_rtmp_address_hurts_nobody_else_and_no_stream_key_is_told(
    tmp_path: Path, key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody listens at one, another has no such application, the third one receives. The key reaches the server and
    is in no log, page, answer, file or argument list, though two destinations fail with it all the while."""
    caplog.set_level(logging.DEBUG)
    async with RtmpServer(tmp_path / "received") as server:
        addresses = {
            "Good": server.url,
            "Refused": f"rtmp://127.0.0.1:{free_port()}/live2",
            "Nowhere": f"rtmp://127.0.0.1:{server.port}/nosuchapp",
        }
        destinations = [{"name": n, "url": u, "stream_key_file": str(key_file)} for n, u in addresses.items()]
        async with commune(tmp_path, encoder=QUICK, destination=destinations) as here:
            id = (await here.planned())["id"]
            await here.ok("POST", f"/{id}/go-live")
            status = await both_are_told(here, id)
            await the_others_go_on(here, id, status, server)
            await nobody_tells_the_key(here, id)
            await here.ok("POST", f"/{id}/end")
            await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")
        assert KEY not in caplog.text
    assert server.publishes() == [KEY], "it was there to be found, and one connection was enough"


async def both_are_told(here: Commune, id: str) -> Json:
    """What is wrong with each, and that bytes move to the good one."""

    async def told() -> Json | None:
        status = await here.status(id)
        views = {view["name"]: view for view in status["destinations"]}
        known = views and views["Refused"]["problem"] and views["Nowhere"]["problem"] and views["Good"]["moving"]
        return status if known else None

    status: Json = await eventually(told, "the status tells what is wrong")
    views = {view["name"]: view for view in status["destinations"]}
    assert "refused" in views["Refused"]["problem"].lower()
    assert not views["Refused"]["moving"]
    assert views["Refused"]["bytes"] == 0
    assert views["Good"]["problem"] is None
    assert views["Good"]["state"] == "running"
    return status


async def the_others_go_on(here: Commune, id: str, before: Json, server: RtmpServer) -> None:
    """Recording and the good destination."""
    received = server.received

    async def more() -> bool:
        status = await here.status(id)
        return bool(status["recording"]["seconds"] > before["recording"]["seconds"] + 2)

    await eventually(more, "the recording goes on")
    await eventually(lambda: server.received > received, "the good destination receives")


async def nobody_tells_the_key(here: Commune, id: str) -> None:
    """Looked for where it could be, while it is being sent."""
    running = programs(here.folder)
    assert any("publisher-Good" in program.argv for program in running), "a publisher runs"
    assert not [program for program in running if KEY in program.argv + program.environment]
    answers = [json.dumps(await here.status(id)), json.dumps(await here.ok("GET", f"/{id}"))]
    answers += [await here.clerks_page(path) for path in ("/clerk", f"/clerk/meetings/{id}", f"/meetings/{id}")]
    async with connect(
        channel(here, id), additional_headers={"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    ) as s:
        while "pulse" not in (said := str(await s.recv())):
            answers.append(said)
        answers.append(said)
    assert not [answer for answer in answers if KEY in answer]
    files = [path for path in here.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if KEY.encode() in read(path)]


def read(path: Path) -> bytes:
    """A file, empty when it was cleared away meanwhile."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""
