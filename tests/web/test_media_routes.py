"""What a player may fetch, and when: one gate for playlists, segments and the replay's files."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from streamer.council.roles import Role
from tests.support.commune import QUICK, Commune, commune
from tests.support.probe import ask, decode_errors, streams
from tests.support.waiting import eventually

REPLAY = ("replay.m3u8", "replay.mp4", "poster.jpg", "chapters.vtt")
DELAY = 6.0

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune without delay."""
    async with commune(tmp_path_factory.mktemp("media"), encoder=QUICK) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filmed(here: Commune) -> str:
    """A meeting that has been filmed and ended; its files are made."""
    meeting = await here.planned()
    id = meeting["id"]
    await here.ok("POST", f"/{id}/go-live")
    for number, item in enumerate(meeting["agendaItem"][:2], 1):
        await seconds_recorded(here, id, 2 * number)
        await here.ok("POST", f"/{id}/agenda/{item['id']}/open")
    await seconds_recorded(here, id, 6)
    await ended(here, id)
    return str(id)


async def seconds_recorded(here: Commune, id: str, seconds: float) -> None:
    """Wait until so much is on the disk."""

    async def enough() -> bool:
        recording = (await here.status(id))["recording"]
        return bool(recording and recording["seconds"] >= seconds)

    await eventually(enough, f"{seconds} s are recorded")


async def ended(here: Commune, id: str) -> None:
    """End it; the machines have stopped and the files are made."""
    await here.ok("POST", f"/{id}/end")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")

    async def made() -> bool:
        return (await here.replay(id)).current

    await eventually(made, "the MP4 is made")


async def fetched(here: Commune, id: str, path: str, role: Role = Role.CITIZEN) -> tuple[int, str, bytes]:
    """Status, type and body of one of a meeting's files."""
    headers = {} if role is Role.CITIZEN else {"Authorization": f"Bearer {here.tokens[role]}"}
    async with ClientSession() as browser, browser.get(f"{here.url}/meetings/{id}/{path}", headers=headers) as answer:
        return answer.status, answer.content_type, await answer.read()


async def listed(here: Commune, id: str, playlist: str, role: Role = Role.CITIZEN) -> list[str]:
    """The segments in a playlist, as addresses beside it; none while it is not there."""
    status, _, body = await fetched(here, id, playlist, role)
    return [line for line in body.decode().splitlines() if line and line[0] != "#"] if status == 200 else []


async def test_a_rehearsal_is_served_to_the_clerk_alone(here: Commune) -> None:
    """The clerk's preview plays; for citizens, moderators and the chair there is no playlist and no segment."""
    id = (await here.planned())["id"]
    await here.ok("POST", f"/{id}/rehearse")
    segments = await eventually(lambda: listed(here, id, "preview.m3u8", Role.CLERK), "the preview has a segment")
    status, kind, body = await fetched(here, id, segments[0], Role.CLERK)
    assert (status, kind) == (200, "video/mp2t")
    assert body[:1] == b"\x47"
    for role in (Role.CITIZEN, Role.MODERATOR, Role.CHAIR):
        for path in ("live.m3u8", "preview.m3u8", *segments, *REPLAY):
            assert (await fetched(here, id, path, role))[0] == 404, (role, path)
    assert (await fetched(here, id, "live.m3u8", Role.CLERK))[0] == 404
    await here.ok("POST", f"/{id}/stand-down")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the rehearsal is over")
    assert (await fetched(here, id, segments[0], Role.CLERK))[0] == 404, "nothing of it is kept"
    assert not (here.folder / id / "rehearsal").exists()


async def test_before_the_delay_has_passed_a_segment_does_not_exist_for_citizens(tmp_path: Path) -> None:
    """The clerk sees it at once; a citizen who guesses its name gets 404 until it is due."""
    async with commune(tmp_path, encoder=QUICK, broadcast={"delay_seconds": DELAY}) as here:
        id = (await here.planned())["id"]
        await here.ok("POST", f"/{id}/go-live")
        first = (await eventually(lambda: listed(here, id, "preview.m3u8", Role.CLERK), "the clerk's picture"))[0]
        assert (await fetched(here, id, first, Role.CLERK))[0] == 200
        assert (await fetched(here, id, "live.m3u8"))[0] == 404
        service = here.up.service
        broadcast = service.conductor.broadcast(id)
        assert broadcast
        filmed_until = broadcast.segments[0].end

        async def served() -> bool:
            status, _, _ = await fetched(here, id, first)
            assert (status == 200) == (first in await listed(here, id, "live.m3u8")) or status == 404
            assert status == 404 or service.clock() > filmed_until + DELAY, "not before the delay has passed"
            return status == 200

        await eventually(served, "it is served in the end")
        newest = (await listed(here, id, "preview.m3u8", Role.CLERK))[-1]
        assert (await fetched(here, id, newest))[0] == 404, "what was just filmed is still ahead"
        assert newest not in await listed(here, id, "live.m3u8")


async def test_a_player_reads_the_live_playlist_over_http(here: Commune) -> None:
    """ffprobe, as any player would: H.264 and AAC, every listed segment there, not to be cached."""
    id = (await here.planned())["id"]
    await here.ok("POST", f"/{id}/go-live")
    url = f"{here.url}/meetings/{id}/live.m3u8"

    async def three() -> bool:
        return len(await listed(here, id, "live.m3u8")) >= 3

    await eventually(three, "three segments are on air")
    async with here.http.get(url) as answer:
        assert answer.content_type == "application/vnd.apple.mpegurl"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "#EXT-X-ENDLIST" not in await answer.text()
    found = await streams(url)
    assert {kind: stream["codec_name"] for kind, stream in found.items()} == {"video": "h264", "audio": "aac"}
    assert (found["video"]["width"], found["video"]["height"]) == (QUICK["width"], QUICK["height"])
    for segment in await listed(here, id, "live.m3u8"):
        assert (await fetched(here, id, segment))[0] == 200
    await here.ok("POST", f"/{id}/end")

    async def end_told() -> bool:
        return "#EXT-X-ENDLIST" in (await fetched(here, id, "live.m3u8"))[2].decode()

    await eventually(end_told, "players are told the end")
    assert (await fetched(here, id, (await listed(here, id, "live.m3u8"))[-1]))[0] == 200, "and still find it"


async def test_the_replay_is_for_citizens_while_it_is_published(here: Commune, filmed: str) -> None:
    """Staff see it the moment the meeting ends; citizens between publishing and withdrawing."""
    segments = await listed(here, filmed, "replay.m3u8", Role.CLERK)
    assert len(segments) >= 5
    await eventually(lambda: here.up.service.conductor.airing(filmed) is None, "the live picture is over")
    assert (await fetched(here, filmed, "live.m3u8"))[0] == 404
    for verb, citizen in (("", 404), ("publish", 200), ("withdraw", 404), ("publish", 200)):
        if verb:
            await here.ok("POST", f"/{filmed}/{verb}")
        for path in (*REPLAY, segments[0], segments[-1]):
            assert (await fetched(here, filmed, path))[0] == citizen, (verb, path)
            for role in NAMED:
                assert (await fetched(here, filmed, path, role))[0] == 200, (verb, path, role)
    await here.ok("POST", f"/{filmed}/withdraw")
    await reopened_it_begins_anew(here, filmed, segments)


async def reopened_it_begins_anew(here: Commune, id: str, withdrawn: list[str]) -> None:
    """What was withdrawn stays so when the meeting is reopened: the public sees what comes."""
    await here.ok("POST", f"/{id}/reopen")

    async def live() -> list[str]:
        return await listed(here, id, "live.m3u8") if (await fetched(here, id, "live.m3u8"))[0] == 200 else []

    shown = await eventually(live, "the recess is aired")
    assert not set(shown) & set(withdrawn)
    assert {(await fetched(here, id, name))[0] for name in withdrawn} == {404}
    await ended(here, id)


NAMED = (Role.MODERATOR, Role.CHAIR, Role.CLERK)


async def test_the_replays_files_are_what_they_say(here: Commune, filmed: str) -> None:
    """Types, a name for the download, and the same chapters in the MP4 as in the index."""
    kinds = {path: (await fetched(here, filmed, path, Role.CLERK))[1] for path in REPLAY}
    assert kinds == {
        "replay.m3u8": "application/vnd.apple.mpegurl",
        "replay.mp4": "video/mp4",
        "poster.jpg": "image/jpeg",
        "chapters.vtt": "text/vtt",
    }
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    async with here.http.get(f"{here.url}/meetings/{filmed}/replay.mp4?download", headers=headers) as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{filmed}.mp4"'
        assert answer.headers["Cache-Control"] == "no-store"
    mp4 = here.folder / filmed / "replay.mp4"
    assert await decode_errors(mp4) == []
    inside = [chapter["tags"]["title"] for chapter in (await ask(mp4, "-show_chapters"))["chapters"]]
    assert inside == ["Council", "1 Budget", "2 Schools"]
    _, _, vtt = await fetched(here, filmed, "chapters.vtt", Role.CLERK)
    assert vtt.startswith(b"WEBVTT\n")
    assert re.findall(r"--> .*\n(.+)\n", vtt.decode()) == inside


async def test_a_player_jumps_in_the_mp4_by_asking_for_a_range(here: Commune, filmed: str) -> None:
    """206 with exactly the bytes asked for, at the start, inside, at the end; 416 beyond."""
    whole = (here.folder / filmed / "replay.mp4").read_bytes()
    size = len(whole)
    token = f"Bearer {here.tokens[Role.CLERK]}"
    for asked, start, end in (("0-99", 0, 99), ("1000-1999", 1000, 1999), (f"{size - 10}-", size - 10, size - 1),
                              ("-5", size - 5, size - 1)):  # fmt: skip
        headers = {"Authorization": token, "Range": f"bytes={asked}"}
        async with here.http.get(f"{here.url}/meetings/{filmed}/replay.mp4", headers=headers) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{size}"
            assert await answer.read() == whole[start : end + 1]
    headers = {"Authorization": token, "Range": f"bytes={size}-"}
    async with here.http.get(f"{here.url}/meetings/{filmed}/replay.mp4", headers=headers) as answer:
        assert answer.status == 416


@pytest.mark.parametrize(
    "name",
    ["../tribune.db", "..%2ftribune.db", "..%2f..%2fsecret.key", "%2e%2e%2ftribune.db", "..%5ctribune.db", "replay.mp4",
     "0001-program.m3u8", "0001-program.run", "air.m3u8", "0001-program-000000.ts%00", "/etc/passwd", ".."],
)  # fmt: skip
async def test_a_segments_name_is_a_name_out_of_a_playlist(here: Commune, filmed: str, name: str) -> None:
    """Nothing beside the segments can be fetched by that address, not even by the clerk."""
    headers = f"GET /meetings/{filmed}/segments/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    headers += f"Authorization: Bearer {here.tokens[Role.CLERK]}\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", here.up.port)  # no client that tidies the path up
    writer.write(headers.encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] in (b"404", b"400")
    assert (await fetched(here, filmed, "segments/0001-program-000000.ts", Role.CLERK))[0] == 200
