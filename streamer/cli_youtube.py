"""`tribune youtube`: the consent to act on the commune's channel, the stream that its key belongs to, how it stands.

The browser may be on another machine: it then ends on an address that it cannot open, and that address is pasted here.
"""

import asyncio
import os
import secrets
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streamer.cli import Abort
from streamer.config import Config
from streamer.config_destination import Destination as Place
from streamer.control.youtube_channel import Channel, KeyUnknown
from streamer.council.consent import Consent, State
from streamer.platforms.presets import PRESETS
from streamer.platforms.youtube import oauth
from streamer.platforms.youtube.answers import STREAM_PARTS, Ingestion, Stream, stream_body, stream_of
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.endpoints import GOOGLE, Endpoints
from streamer.platforms.youtube.errors import NotConnected, Refused, YouTubeError
from streamer.platforms.youtube.methods import Method
from streamer.platforms.youtube.tokens import Grant, TokenFile, ends_at

PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"Tribune has it. You can close this page.\n"
)
REFUSALS = {
    "denied": "Google says that no consent was given; nothing was changed",
    "state_wrong": "this address belongs to another attempt; open the address above once more",
    "not_an_address": "this is not the address that the browser ended on; it begins with http://127.0.0.1",
    "expired": "nobody said yes in time; begin again",
    "wrong_client": 'this client cannot do that: for --device, make one of the type "TVs and Limited Input devices"',
}
TROUBLES = {
    "youtube_not_connected": "not connected: run `tribune youtube connect`",
    "youtube_consent_ended": "the consent has ended (revoked, six months unused, or seven days after it was given "
    'while the Google project is in "Testing"): run `tribune youtube connect`',
    "youtube_unreachable": "Google does not answer; check the network",
}


def run_connect(config: Config, *, device: bool, other_channel: bool, endpoints: Endpoints = GOOGLE) -> int:
    """Get the consent and keep it. Raises Abort."""
    grant = _run(_connected(config, endpoints, device=device, other_channel=other_channel))
    print(f"Connected with the channel {grant.title}. Tribune plans, starts and ends its broadcasts from now on.")
    if device:
        print("By this way Google lets no captions be sent. `tribune youtube connect` without --device does.")
    return 0


def run_status(config: Config, endpoints: Endpoints = GOOGLE) -> int:
    """Tell whether the consent works and which stream the key in use belongs to. Raises Abort."""
    print("\n".join(_run(_standing(config, endpoints))))
    return 0


def run_stream(
    config: Config, key_file: Path, endpoints: Endpoints = GOOGLE, *, ingestion: Ingestion = Ingestion.RTMP,
    take: str | None = None,
) -> int:  # fmt: skip
    """Make a stream of the channel, for this chamber alone, or `take` the one of that title, and write its key to a
    file. Raises Abort."""
    if key_file.exists():
        raise Abort(f"there is a file {key_file} already; name another one, or use the key in it")
    stream = _run(_kept(config, key_file, ingestion, take, endpoints))
    done = "chosen" if take else "made"
    print(f'The stream "{stream.title}" is {done}, its key is in {key_file}. Write it into [[destination]]:')
    print("\n".join(f"  {line}" for line in (*_way_to(stream), f'stream_key_file = "{key_file}"')))
    return 0


def _way_to(stream: Stream) -> list[str]:
    """As the configuration has it: the preset, and the address where YouTube gives this stream another one."""
    preset = "youtube-hls" if stream.ingestion == Ingestion.HLS else "youtube"
    other = stream.ingestion == Ingestion.HLS and stream.address not in ("", PRESETS[preset].address)
    return [f'preset = "{preset}"', *([f'url = "{stream.address}"'] if other else [])]


def _run(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except oauth.ConsentRefused as refused:
        raise Abort(REFUSALS[refused.code]) from None
    except Refused as refused:
        raise Abort(f"YouTube refused: {refused.reason}") from None
    except YouTubeError as error:
        raise Abort(TROUBLES.get(error.code, str(error))) from None


def _client(config: Config) -> oauth.ClientId:
    if not config.youtube.client_id:
        raise Abort("there is no client_id in the section [youtube]: docs/youtube.md says how to get one")
    return oauth.ClientId(config.youtube.client_id, config.youtube.client_secret())


def youtube_of(config: Config, endpoints: Endpoints) -> YouTube:
    """The commune's channel. Raises Abort where there is no client, OSError, KeyError where its secret went away."""
    client = _client(config)
    return YouTube(lambda: client, TokenFile(config.youtube_token), time.time, endpoints)


async def _connected(config: Config, endpoints: Endpoints, *, device: bool, other_channel: bool) -> Grant:
    """Keep a consent only once it is known whose channel it is for."""
    client, tokens = _client(config), TokenFile(config.youtube_token)
    said = await (_by_device(endpoints, client) if device else _by_address(endpoints, client))
    now = time.time()
    grant = Grant(
        said["refresh_token"], said["scope"], now, access_token=said["access_token"],
        expires_at=now + float(said["expires_in"]), ends_at=ends_at(said, now),
    )  # fmt: skip
    trial = TokenFile(tokens.path.with_name(".youtube.trial"))
    trial.save(grant)
    try:
        youtube = YouTube(lambda: client, trial, time.time, endpoints)
        answer = await youtube.call(Method.LIST_CHANNELS, {"part": "id,snippet", "mine": "true"})
        channel = _only(answer)
        _same_channel(tokens, channel["id"], other_channel=other_channel)
        named = replace(trial.load(), channel=channel["id"], title=channel["snippet"]["title"])
        tokens.save(named)
    finally:
        trial.path.unlink(missing_ok=True)
    return named


def _only(answer: dict[str, Any]) -> dict[str, Any]:
    items = answer.get("items")
    if not items:
        raise Abort("this account has no YouTube channel; choose the commune's when Google asks")
    channel: dict[str, Any] = items[0]
    return channel


def _same_channel(tokens: TokenFile, channel: str, *, other_channel: bool) -> None:
    """The wrong account is chosen easily: a change of channel must be meant."""
    try:
        before = tokens.load()
    except NotConnected:
        return
    if before.channel not in ("", channel) and not other_channel:
        raise Abort(
            f"this is another channel than before ({before.title}); nothing was changed. "
            "If that is meant, say --other-channel"
        )


async def _by_address(endpoints: Endpoints, client: oauth.ClientId) -> dict[str, Any]:
    """Whichever comes first: the browser's own call to this machine, or its address pasted here."""
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(lambda r, w: _called(r, w, came), "127.0.0.1", 0)
    async with server:
        redirect = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        question = oauth.Question(client, redirect, secrets.token_urlsafe(48), secrets.token_urlsafe(24))
        print("Open this address and choose the commune's channel:\n")
        print(f"  {question.url(endpoints)}\n")
        print("If the browser is on another machine, it ends on a page that it cannot open: paste its address here.")
        reading = asyncio.create_task(_pasted(came))
        try:
            address = await came
        finally:
            reading.cancel()
    return await oauth.exchanged(endpoints, question, question.code_in(address))


async def _called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, came: "asyncio.Future[str]") -> None:
    """One request of a browser: its address is all that counts."""
    try:
        async with asyncio.timeout(10):
            line = (await reader.readline()).decode("ascii", "replace").split()
        if len(line) > 1 and "state=" in line[1] and not came.done():
            came.set_result(f"http://127.0.0.1{line[1]}")
        writer.write(PAGE)
        await writer.drain()
    except (TimeoutError, OSError, ValueError):
        pass
    finally:
        writer.close()


async def _pasted(came: "asyncio.Future[str]") -> None:
    loop, line = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(sys.stdin.fileno(), line.set)
    except (OSError, ValueError, PermissionError):  # no terminal, nor a pipe
        return
    try:
        await line.wait()
        text = sys.stdin.readline()
        if text.strip() and not came.done():
            came.set_result(text)
    finally:
        loop.remove_reader(sys.stdin.fileno())


async def _by_device(endpoints: Endpoints, client: oauth.ClientId) -> dict[str, Any]:
    """RFC 8628: somebody types a code on any device, we ask until they did."""
    try:
        asked = await oauth.device_code(endpoints, client)
    except Refused:
        raise oauth.ConsentRefused("wrong_client") from None
    print(f"Open {asked['verification_url']} on any device and type {asked['user_code']}")
    pause, ends = float(asked.get("interval", 5)), time.monotonic() + float(asked["expires_in"])
    while time.monotonic() < ends:
        await asyncio.sleep(pause)
        try:
            return await oauth.device_tokens(endpoints, client, asked["device_code"])
        except Refused as refused:
            if refused.reason == "slow_down":
                pause += 5
            elif refused.reason != "authorization_pending":
                raise oauth.ConsentRefused("denied") from None
    raise oauth.ConsentRefused("expired")


async def _standing(config: Config, endpoints: Endpoints) -> list[str]:
    youtube, place = youtube_of(config, endpoints), config.youtube_destination
    grant = await youtube.grant(fresh=True)
    channel = Channel(youtube, place.stream_key if place else lambda: None, config.youtube.privacy)
    try:
        whose = _whose(await channel.stream(), place)
    except KeyUnknown:
        whose = "the stream key in use belongs to NO stream of this channel: nothing would arrive there"
    return [f"connected with the channel {grant.title}", lasts(grant, time.time()), whose]


def _whose(stream: Stream, place: Place | None) -> str:
    """A key of one way is refused on the other."""
    said = f'the stream key in use belongs to its stream "{stream.title}"'
    sent = Ingestion.HLS if place and place.address.startswith("http") else Ingestion.RTMP
    if stream.ingestion == sent:
        return said
    return f"{said}, which takes {stream.ingestion.upper()}, and {sent.upper()} is sent: nothing would arrive there"


def lasts(grant: Grant, now: float) -> str:
    """How long the consent lasts, as far as that is known."""
    consent = Consent(State.HOLDS, grant.consented_at, grant.ends_at or None, now)
    given = f"the consent of {_day(grant.consented_at)}"
    if consent.ends is not None:
        return f"{given} ends on {_day(consent.ends)}: Google says so. Connect anew before then"
    if consent.may_end is not None:
        return (f"{given} holds; if the project at Google is still in “Testing”, it ends on {_day(consent.may_end)}. "
                "Set it to “In production”, then connect anew")  # fmt: skip
    return f"{given} holds"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


async def _kept(config: Config, key_file: Path, ingestion: Ingestion, take: str | None, endpoints: Endpoints) -> Stream:
    youtube = youtube_of(config, endpoints)
    stream = await _chosen(youtube, ingestion, take) if take else await _made(youtube, ingestion, config.council.name)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(stream.key + "\n")
    return stream


async def _made(youtube: YouTube, ingestion: Ingestion, council: str) -> Stream:
    title = f"{council} (HLS)" if ingestion is Ingestion.HLS else council
    answer = await youtube.call(Method.INSERT_STREAM, {"part": STREAM_PARTS}, stream_body(title, ingestion))
    return stream_of(answer)


async def _chosen(youtube: YouTube, ingestion: Ingestion, title: str) -> Stream:
    """The one stream of that title, which must take what is to be sent."""
    query = {"part": STREAM_PARTS, "mine": "true"}
    every = [stream_of(item) async for item in youtube.listed(Method.LIST_STREAMS, query)]
    fitting = [stream for stream in every if stream.ingestion == ingestion]
    found = [stream for stream in fitting if stream.title == title]
    if len(found) == 1:
        return found[0]
    if found:
        raise Abort(f'{len(found)} streams are called "{title}"; give one of them another name in YouTube Studio')
    others = ", ".join(f'"{stream.title}"' for stream in fitting) or "none"
    raise Abort(f'the channel has no stream "{title}" that takes {ingestion.upper()}; it has: {others}')
