"""Every secret is a canary: much fails in a short meeting, others repeat what they were told, and none is heard here.

Looked at: the arguments of every process, all files of the service, its log and output, every page and answer to each
role, and the bodies of refusals. The search first finds each canary where it belongs.
"""

import asyncio
import base64
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web as aio

from streamer.app_news import Sites
from streamer.council.roles import Role
from streamer.media.binary import find_ffmpeg
from streamer.platforms.youtube.tokens import Grant, TokenFile
from tests.control.processes import programs
from tests.support.commune import QUICK, Commune, commune
from tests.support.fake_youtube import FakeYouTube
from tests.support.hls_ingest import HlsReceiver
from tests.support.live_page import live_page
from tests.support.mail_server import USER, MailServer
from tests.support.parrot import Parrot
from tests.support.ports import free_port
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually
from web.routes import add_routes

FILES = {
    "stream-key": "canary-stream-key", "hls-key": "canary-hls-key",
    "srt-id": "publish:canary-srt", "srt-passphrase": "canary srt passphrase",
    "captions-url": "canary-captions",
    "client-secret": "canary-client-secret", "mastodon": "canary-mastodon", "facebook": "canary-facebook",
    "x": "canary-app canary-app-secret 4711-canary-token canary-token-secret", "smtp": "canary smtp password",
    "news-hook": "whsec_" + base64.b64encode(b"canary-of-the-webhook-of-news").decode(),
    "alarm-hook": "whsec_" + base64.b64encode(b"canary-of-the-webhook-of-alarms").decode(),
}  # fmt: skip
"""What the operator keeps in files; those of X by an environment variable."""
SERVER_KEY = b"canary-of-32-bytes-of-the-server"
"""Signs what the cookies of askers, receipts and letters are known by."""
REFRESH, PASSWORD, CAMERA, IN_URL = "canary-refresh", "canary pass phrase", "canary-camera", "canary-in-a-url"
OURS = {"Sec-Fetch-Site": "same-origin"}
VALUES = {"shape": "wide", "language": "fr", "shown": "fr", "second": "1", "kind": "meetings", "verb": "end"}
"""What stands in addresses beside ids."""


class Canaries:
    """All secrets by name, and the search for them."""

    def __init__(self) -> None:
        self._spelt: dict[str, set[bytes]] = {}
        for name, text in FILES.items():
            for word in text.split() if name == "x" else [text]:
                self.add(word if name == "x" else name, word)
            if text.startswith("whsec_"):
                self.add(name, text.removeprefix("whsec_"), base64.b64decode(text.removeprefix("whsec_")))
        self.add("server key", SERVER_KEY)
        for word in (REFRESH, PASSWORD, CAMERA, IN_URL):
            self.add(word, word)

    def add(self, name: str, *words: str | bytes) -> None:
        """One more, in all its spellings."""
        for word in words:
            raw = word.encode() if isinstance(word, str) else word
            spelt = {raw, quote(raw).encode(), quote(raw, safe="").encode(), base64.b64encode(raw), raw.hex().encode()}
            self._spelt.setdefault(name, set()).update(spelt)

    def heard_in(self, *texts: str | bytes) -> set[str]:
        """The names of those that are found there."""
        data = b"\n".join(text.encode() if isinstance(text, str) else text for text in texts)
        return {name for name, spelt in self._spelt.items() if any(one in data for one in spelt)}

    @property
    def names(self) -> set[str]:
        """Of all."""
        return set(self._spelt)


class Talkative(FakeYouTube):
    """Its refusals repeat the token."""

    async def _token(self, request: aio.Request) -> aio.Response:
        if self.faults.consent_ended:
            return aio.json_response({"error": str(dict(await request.post()))}, status=400)
        return await super()._token(request)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's folder: every secret in a file of its own."""
    (tmp_path / "recordings").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("TRIBUNE_X_KEYS", FILES["x"])
    (tmp_path / "recordings" / "secret.key").touch(mode=0o600)
    (tmp_path / "recordings" / "secret.key").write_bytes(SERVER_KEY)
    TokenFile(tmp_path / "recordings" / "youtube.token").save(Grant(REFRESH, "scope", 0.0))
    return tmp_path


class Around:
    """The programs around a service: the networks that take it, and those that refuse and repeat."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.main, self.second = RtmpServer(folder / "main"), RtmpServer(folder / "second")
        self.tube, self.google = HlsReceiver(FILES["hls-key"]), Talkative(self.main.takes)
        self.parrot, self.mail = Parrot(), MailServer(login=True)

    def sections(self) -> dict[str, Any]:
        """The configuration of a commune that uses all there is."""
        tube = {"name": "Tube", "url": self.tube.url, "stream_key_file": "hls-key"}
        youtube = {"name": "YouTube", "url": self.main.url, "backup": self.second.url, "stream_key_file": "stream-key"}
        stage = {
            "name": "Stage", "url": f"srt://127.0.0.1:{free_port()}", "stream_key_file": "srt-id",
            "passphrase_file": "srt-passphrase",
        }  # fmt: skip
        hook = f"{self.parrot.site}/hook?token={IN_URL}"
        news = {
            "mastodon_url": self.parrot.site, "mastodon_token_file": "mastodon", "facebook_page": "4711",
            "facebook_token_file": "facebook", "x": "with-link", "x_keys_env": "TRIBUNE_X_KEYS", "webhook_url": hook,
            "webhook_secret_file": "news-hook", "websub_hub": f"{self.parrot.site}/hub", "email": True,
        }  # fmt: skip
        alarms = {
            "email_to": ["it@example.lu"], "smtp_host": "127.0.0.1", "smtp_port": self.mail.port,
            "smtp_security": "none", "smtp_from": "tribune@example.lu", "smtp_user": USER,
            "smtp_password_file": "smtp", "webhook_url": hook, "webhook_secret_file": "alarm-hook",
        }  # fmt: skip
        client = {"client_id": "id", "client_secret_file": "client-secret", "captions_url_file": "captions-url"}
        address = f"{self.parrot.site}/closedcaption?cid={FILES['captions-url']}"
        (self._folder / "captions-url").write_text(address)
        return {
            "encoder": QUICK, "destination": [tube, youtube, stage], "news": news, "alarms": alarms, "youtube": client,
        }  # fmt: skip


@contextlib.asynccontextmanager
async def around(folder: Path) -> AsyncIterator[Around]:
    """All of them, running."""
    it = Around(folder)
    async with it.main, it.second, it.tube, it.google, it.parrot, it.mail:
        yield it


@contextlib.asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[set[str]]:
    """The arguments of every process that works in `folder` meanwhile."""
    seen: set[str] = set()

    async def watch() -> None:
        while True:
            seen.update(program.argv for program in programs(folder))
            await asyncio.sleep(0.5)  # whoever fails is started again and again, and seen one time or another

    task = asyncio.create_task(watch())
    yield seen
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def a_meeting(here: Commune, there: Around) -> str:
    """On the air: two networks receive, everybody else refuses; then what went well fails, too. Its id."""
    id = str((await here.planned())["id"])
    await here.ok("POST", f"/{id}/go-live")
    await eventually(lambda: min(s.received for s in (there.main, there.second)) > 5_000, "two ways receive")
    await eventually(lambda: there.tube.taken and there.google.tokens, "HLS is taken, Google has given a token")
    await here.ok("POST", f"/{id}/live-captions", text="Bonjour")
    paths = ("/closedcaption", "/api/v1/statuses", "/v26.0/4711/feed", "/2/tweets", "/hook", "/hub")
    await eventually(lambda: set(there.parrot.heard) >= set(paths), "the others refuse")
    there.tube.key = "another"
    there.google.faults.expired = {f"access-{n}" for n in range(99)}
    there.google.faults.consent_ended = True
    await there.main.stop()

    async def all_is_wrong() -> bool:
        views = (await here.status(id))["destinations"]
        return all(view["problem"] for view in views if view["name"] in ("Tube", "YouTube", "Stage"))

    await eventually(all_is_wrong, "and what went well fails")
    return id


def addresses(meeting: str, others: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Method and address of every route, with ids that are there."""
    app, known = aio.Application(), {**VALUES, **others, "meeting": meeting}
    add_routes(app)
    for route in app.router.routes():
        assert route.resource
        path = route.resource.canonical
        if route.method in ("GET", "POST") and not path.endswith(("/live", "/segments/{name}")):
            yield route.method, re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "none"), path)


async def everything_said(here: Commune, id: str, others: Mapping[str, str], signed_in: str) -> dict[str, bytes]:
    """Every page and answer to nobody and to a clerk, to others what is theirs; and what is said to nonsense."""
    bearers = {role: {"Authorization": f"Bearer {token}"} for role, token in here.tokens.items()}
    people: list[tuple[str, str, Mapping[str, str]]] = [
        ("nobody", "", {}), ("clerk", "", bearers[Role.CLERK]), ("chair", "/chair", bearers[Role.CHAIR]),
        ("moderator", "/moderator", bearers[Role.MODERATOR]),
        ("signed in", f"/clerk/meetings/{id}/announcements", {"Cookie": signed_in}),
    ]  # fmt: skip
    said: dict[str, bytes] = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        for who, theirs, headers in people:
            for method, path in addresses(id, others):
                if not path.startswith(theirs) or (method == "POST" and who != "clerk"):
                    continue
                nonsense = {"data": b"{", "headers": {**headers, **OURS, "Content-Type": "application/json"}}
                how: Any = {"headers": headers} if method == "GET" else nonsense
                async with http.request(method, here.url + path, allow_redirects=False, **how) as answer:
                    said[f"{method} {path} to {who}"] = await answer.read() + str(answer.headers).encode()
    for role in (Role.CITIZEN, *here.tokens):
        async with live_page(here, id, role) as page:
            await page.next("snapshot")
            said[f"the live channel to {role}"] = page.bytes
    return said


async def signed_in(here: Commune) -> str:
    """The cookie of a clerk who signed in by the form."""
    await here.up.accounts.add("claire", Role.CLERK, PASSWORD, here.up.service.clock())
    form = {"name": "claire", "password": PASSWORD, "next": "/clerk"}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        async with http.post(f"{here.url}/sign-in", data={**form, "password": f"{PASSWORD}!"}, headers=OURS) as wrong:
            assert PASSWORD not in await wrong.text()
        async with http.post(f"{here.url}/sign-in", data=form, headers=OURS, allow_redirects=False) as answer:
            return str(answer.headers["Set-Cookie"]).partition(";")[0]


async def asked(here: Commune, id: str) -> tuple[str, str, str]:
    """A citizen asks: the question's id, the code of its receipt, the browser's cookie."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=OURS) as http:
        async with http.get(f"{here.url}/meetings/{id}") as page:
            assert page.status == 200
        form = {"text": "When?", "client_id": "one"}
        async with http.post(f"{here.url}/meetings/{id}/questions", data=form) as answer:
            assert answer.status == 200
        [question] = await here.up.service.questions.listed(id)
        path = f"{here.url}/meetings/{id}/questions/{question.id}/receipt"
        async with http.get(path, allow_redirects=False) as answer:
            code = answer.headers["Location"].removeprefix("/receipt/")
        [cookie] = [morsel.value for morsel in http.cookie_jar if morsel.key.endswith("asker")]
    return question.id, code, cookie


def files_of(folder: Path) -> dict[str, bytes]:
    """What the service keeps, but for its own three secret files."""
    own = ("secret.key", "youtube.token", "signing.key")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in own
    }


async def test_no_secret_is_heard(
    kept: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("streamer", "web", "aiohttp", "aiosmtplib"):
        caplog.set_level(logging.DEBUG, name)
    canaries, camera = Canaries(), f"rtsp://clerk:{CAMERA}@127.0.0.1:{free_port()}/live"
    async with around(kept) as there, watched(kept / "recordings") as arguments:
        sites = Sites(there.parrot.site, there.parrot.site)
        async with commune(kept, camera, there.google.endpoints, sites, **there.sections()) as here:
            id = await a_meeting(here, there)
            question, code, asker = await asked(here, id)
            cookie = await signed_in(here)
            clerk = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
            async with here.http.post(f"{here.url}/clerk/alarms/test", headers={**clerk, **OURS}) as answer:
                tried = await answer.text()
            item = (await here.ok("GET", f"/{id}"))["agendaItem"][0]["id"]
            said = await everything_said(here, id, {"question": question, "item": item, "fact": item}, cookie)
            shown = said[f"GET /clerk/meetings/{id}/announcements to {Role.CLERK}"].decode()
            status = repr(here.up.service.conductor.broadcast(id)) + str(await here.status(id))
            for name, token in here.tokens.items():
                canaries.add(f"token of the {name}", token)
        places: dict[str, str | bytes] = {
            "signing key": (kept / "recordings" / "signing.key").read_bytes(),
            "session": cookie.partition("=")[2], "receipt": code, "asker": asker,
        }  # fmt: skip
        for name, word in places.items():
            canaries.add(name, word)
    there_it_is: list[str | bytes] = [(kept / name).read_bytes() for name in FILES]
    there_it_is += [there.parrot.said, SERVER_KEY, REFRESH, PASSWORD, CAMERA, *places.values(), *here.tokens.values()]
    assert canaries.heard_in(*there_it_is) == canaries.names
    told = {"captions-url", "mastodon", "facebook", "canary-app", "4711-canary-token", IN_URL}
    assert canaries.heard_in(there.parrot.said) == told, "others hear what is theirs, and would repeat it"
    assert shown.count("401 No") >= 3, "their words are shown, without what they repeat"

    files, out = files_of(kept / "recordings"), "".join(capfd.readouterr())
    everything = {**said, **files, "log": caplog.text.encode(), "output": out.encode(), "alarms": tried.encode()}
    everything["status"] = status.encode()
    sung = {place: heard for place, text in everything.items() if (heard := canaries.heard_in(text))}
    assert sung == {}
    access = [f"access-{number}".encode() for number in range(1, there.google.tokens + 1)]
    assert [place for place, text in everything.items() if any(token in text for token in access)] == []
    in_argv, shows_ways = canaries.heard_in(*arguments), {"stream-key", "srt-id", "srt-passphrase"}
    assert in_argv == {CAMERA} | (set() if find_ffmpeg().hides_key else shows_ways), (
        "a camera's password is an argument with every ffmpeg, the way to a network with some; nothing else is"
    )
