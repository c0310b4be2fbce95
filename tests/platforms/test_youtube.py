"""Calling YouTube: tokens, what an answer means, Google's own description of every call."""

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streamer.platforms.youtube import client as client_module
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.errors import ConsentEnded, NotConnected, Refused, Unclear, Unreachable
from streamer.platforms.youtube.methods import CALLS, Method
from streamer.platforms.youtube.oauth import ClientId, ConsentRefused, Question, exchanged
from streamer.platforms.youtube.tokens import Grant, TokenFile
from tests.support import discovery
from tests.support.fake_youtube import FakeYouTube

CLIENT = ClientId("id", "secret")
NOW = 1_800_000_000.0


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[FakeYouTube, YouTube, TokenFile]]:
    tokens = TokenFile(folder / "youtube.token")
    tokens.save(Grant("canary-refresh", "scope", NOW))
    async with FakeYouTube() as fake:
        yield fake, YouTube(lambda: CLIENT, tokens, lambda: NOW, fake.endpoints), tokens


@pytest.mark.parametrize("method", list(Method))
def test_every_call_is_as_google_describes_it(method: Method) -> None:
    described, call = discovery.method(method), CALLS[method]
    assert call.verb == described["httpMethod"]
    assert call.path == "/" + described["path"]
    upload = described.get("mediaUpload")
    assert call.address == (upload["protocols"]["simple"]["path"] if upload else call.path)


async def test_tokens_are_refreshed_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    async with connected(tmp_path) as (fake, youtube, tokens):
        await youtube.call(Method.LIST_CHANNELS, {"part": "id,snippet", "mine": "true"})
        await youtube.call(Method.LIST_CHANNELS, {"part": "id,snippet", "mine": "true"})
        assert fake.tokens == 1
        assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
        fake.faults.expired.add("access-1")
        await youtube.call(Method.LIST_CHANNELS, {"part": "id,snippet", "mine": "true"})
        assert (fake.tokens, tokens.load().access_token) == (2, "access-2")
        assert "canary" not in repr(tokens.load())
        unwritable = tmp_path / "a folder"
        unwritable.mkdir()
        with pytest.raises(OSError, match="folder"):
            TokenFile(unwritable).save(tokens.load())
        assert list(tmp_path.glob(".youtube*")) == [], "no copy is left where one could not be put in place"
        assert fake.mistakes == []


async def test_an_error_says_what_it_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSE_SECONDS", 0.01)
    async with connected(tmp_path) as (fake, youtube, tokens):
        fake.faults.down = True
        with pytest.raises(Unreachable):
            await youtube.call(Method.LIST_STREAMS, {"part": "id", "mine": "true"})
        assert len(fake.calls) == client_module.ATTEMPTS
        with pytest.raises(Unclear):  # it may have happened: asked once only
            await youtube.call(Method.BIND, {"id": "x", "part": "id"})
        assert len(fake.calls) == client_module.ATTEMPTS + 1
        fake.faults.down, fake.faults.quota_gone = False, True
        with pytest.raises(Refused) as refused:
            await youtube.call(Method.LIST_STREAMS, {"part": "id", "mine": "true"})
        assert refused.value.quota_gone
        fake.faults.consent_ended = True
        tokens.save(Grant("canary-refresh", "scope", NOW))
        with pytest.raises(ConsentEnded) as ended:
            await youtube.grant()
        assert "canary" not in str(ended.value)
        tokens.path.unlink()
        with pytest.raises(NotConnected):
            await youtube.grant()


async def test_a_consent_is_asked_for_with_a_proof_and_only_its_own_answer_counts() -> None:
    question = Question(CLIENT, "http://127.0.0.1:5000", "v" * 43, "state-1")
    async with FakeYouTube() as fake:
        asked = question.url(fake.endpoints)
        assert "code_challenge_method=S256" in asked
        assert "secret" not in asked
        assert "vvv" not in asked
        code = question.code_in("http://127.0.0.1:5000/?state=state-1&code=4%2Fabc&scope=x")
        said = await exchanged(fake.endpoints, question, code)
        assert said["refresh_token"] == "canary-refresh"
    for address, why in (("?state=other&code=1", "state_wrong"), ("?state=state-1&error=access_denied", "denied"),
                         ("youtube.com", "not_an_address")):  # fmt: skip
        with pytest.raises(ConsentRefused) as refused:
            question.code_in(address)
        assert refused.value.code == why
