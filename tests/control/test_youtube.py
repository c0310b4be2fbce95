"""A meeting's whole life with its twin at a stand-in for YouTube, a real publisher and a real RTMP server between them.

What the stand-in is asked and what it answers is held against Google's own discovery document.
"""

import time
from pathlib import Path
from typing import Any

import pytest

from streamer.control import youtube as follower
from streamer.control import youtube_aftercare
from streamer.council import twin as rules
from streamer.council.questions import Status
from streamer.council.roles import Role
from streamer.platforms.youtube import client
from streamer.platforms.youtube.tokens import Grant, TokenFile
from tests.support.caption_ingest import CaptionIngest
from tests.support.commune import commune
from tests.support.fake_youtube import FakeYouTube
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

KEY, TOKEN, SECRET, CID = "canary-key", "canary-refresh", "canary-secret", "canary-cid"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes between two Google servers takes parts of a second here."""
    monkeypatch.setattr(rules, "KEPT_BACK_SECONDS", 0.5)
    monkeypatch.setattr(follower, "WAITING_SECONDS", 0.2)
    monkeypatch.setattr(follower, "STREAM_SECONDS", 0.5)
    monkeypatch.setattr(follower, "TWIN_SECONDS", 1.0)
    monkeypatch.setattr(follower, "LISTED_SECONDS", 0.5)
    monkeypatch.setattr(follower, "PAUSES", (0.2, 0.4))
    monkeypatch.setattr(youtube_aftercare, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(client, "PAUSE_SECONDS", 0.05)


async def test_an_evening_with_its_twin(tmp_path: Path) -> None:
    """Planned here, planned there; live, ended, described; through lost answers, a dead token, 5xx and a restart."""
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "secret").write_text(SECRET)
    for name in ("key", "secret"):
        (tmp_path / name).chmod(0o600)
    TokenFile(tmp_path / "recordings" / "youtube.token").save(Grant(TOKEN, "scope", 0.0))
    async with (
        RtmpServer(tmp_path / "received") as server,
        FakeYouTube(server.takes) as fake,
        CaptionIngest(CID) as captions,
    ):
        (tmp_path / "captions").write_text(captions.url)
        (tmp_path / "captions").chmod(0o600)
        fake.add_stream("somebody-else")
        stream = fake.add_stream(KEY)
        sections: dict[str, Any] = {
            "destination": [{"name": "YouTube", "url": server.url, "stream_key_file": str(tmp_path / "key")}],
            "youtube": {
                "client_id": "id",
                "client_secret_file": str(tmp_path / "secret"),
                "privacy": "unlisted",
                "chat": "questions",
                "captions_url_file": str(tmp_path / "captions"),
            },
        }
        async with commune(tmp_path, google=fake.endpoints, **sections) as here:
            fake.faults.lost["liveBroadcasts.insert"] = 1
            id = (await here.planned())["id"]
            await eventually(lambda: any(
                b["contentDetails"].get("boundStreamId") == stream for b in fake.broadcasts.values()
            ), "it is planned and bound there")  # fmt: skip
            (twin,) = fake.broadcasts.values()
            assert (twin["status"]["privacyStatus"], id in twin["snippet"]["description"]) == ("unlisted", True)
            assert "Staff" not in twin["snippet"]["description"], "the closed part's agenda is not public"

            service = here.up.service
            youtube, meeting = service.youtube, await service.desk.meeting(id)
            assert youtube
            assert (await youtube.preflight(meeting)).code == "platform_ready"
            removed = fake.streams.pop(stream)
            line = await youtube.preflight(meeting)
            assert (line.outcome, line.code) == ("red", "youtube_key_unknown")
            fake.streams[stream] = removed

            fake.faults.lost["liveBroadcasts.transition"] = 1
            await here.ok("POST", f"/{id}/go-live")
            await eventually(lambda: fake.life(twin["id"]) == "live", "it is live there")
            status = await here.status(id)
            assert status["youtube"]["id"] == twin["id"]

            fake.write(f"chat-{twin['id']}", "When is the school ready?", at=time.time())

            async def asked() -> bool:
                waiting = await service.questions.listed(id, Status.HELD)
                return [(q.text, q.origin) for q in waiting] == [("When is the school ready?", "youtube")]

            await eventually(asked, "what is asked in the chat waits for the moderators")

            fake.faults.down = True
            await eventually(lambda: youtube.view(id).problem, "the outage is seen")

            async def moves() -> bool:
                return bool((await here.status(id))["destinations"][0]["moving"])

            await eventually(moves, "the push goes on")
            fake.faults.down = False
            fake.faults.expired.update(f"access-{n}" for n in range(fake.tokens + 1))
            await eventually(lambda: youtube.view(id).problem is None, "it is followed again")

            await eventually(lambda: twin["id"] in fake.thumbnails, "its still picture is there")
            written: dict[str, Any] = {"text": "Bonjour", "speaker": "Claire", "id": "1", "secondsAgo": 0}
            assert (await here.ok("POST", f"/{id}/live-captions", Role.MODERATOR, **written))["language"] == "fr"
            await eventually(lambda: captions.lines == ["Claire: Bonjour"], "it is read there with the picture")
            board = await here.ok("GET", f"/{id}/live-captions")
            assert (board["shown"], board["problem"], CID in str(board)) == (1, None, False)

            await here.ok("POST", f"/{id}/end")
            await eventually(lambda: fake.life(twin["id"]) == "complete", "it is ended there")

            async def in_the_replay() -> bool:
                tracks = (await here.ok("GET", f"/{id}/captions"))["data"]
                return [(track["language"], track["origin"]) for track in tracks] == [("fr", "live")]

            await eventually(in_the_replay, "what was written is in the replay")
            code, refused = await here.api("POST", f"/{id}/live-captions", **written)
            assert (code, refused["title"]) == (409, "live_captions_not_now")
            assert twin["contentDetails"]["closedCaptionsType"] == "closedCaptionsHttpPost"
        assert len(fake.broadcasts) == 1, "never a second broadcast"
        assert fake.mistakes + captions.mistakes == []
