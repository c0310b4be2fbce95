"""A whole broadcast at the real YouTube, private, in two minutes: what a user with a channel runs to see that it works.

Planned, bound to the stream in use, sent to with Tribune's own test picture, put on the air, ended, described, deleted.
Whatever fails, what was made is ended and deleted.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from streamer.control.broadcast import Studio
from streamer.control.preflight_camera import own_filming
from streamer.control.youtube_channel import Channel
from streamer.council.twin import Life, Step, Twin, Words
from streamer.media.publisher import Destination, Publisher
from streamer.media.redact import redact
from streamer.media.source import parse_source
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.errors import Refused, Unclear, YouTubeError
from streamer.platforms.youtube.methods import Method

PATIENCE_SECONDS = 180.0
"""How long one step may take: a stream or a transition takes a minute at YouTube."""
LOOK_SECONDS = 3.0
START_SECONDS = 300.0
"""The planned start must lie ahead."""
CHAPTERS = "0:00 First chapter\n0:10 Second chapter\n0:20 Third chapter"


@dataclass(frozen=True)
class Done:
    """One step. `wrong`: the error, empty where it went well; `told`: what was seen."""

    name: str
    seconds: float
    wrong: str = ""
    told: str = ""


class Unlike(Exception):
    """YouTube answered, and shows something else than it should. The message says what."""


class LiveCheck:
    """One run. `marker`: random, by which the broadcast is known; `tell` is called after each step."""

    def __init__(
        self, youtube: YouTube, channel: Channel, studio: Studio, to: Destination, marker: str,
        tell: Callable[[Done], None],
    ) -> None:  # fmt: skip
        self._youtube, self._channel, self._to, self._tell = youtube, channel, to, tell
        self._studio = replace(studio, source=parse_source("demo:"))
        self._words = Words("Tribune live check", f"A trial of Tribune, {marker}. It can be deleted.",
                            time.time() + START_SECONDS)  # fmt: skip
        self._stream, self._twin = "", ""
        self.done: list[Done] = []

    async def run(self) -> bool:
        """All steps, in order, until one fails; then what was made is put away, also where somebody presses Ctrl-C.
        Whether all went well."""
        try:
            well = await self._tried()
        finally:
            away = await self._put_away()
        return well and away

    async def _tried(self) -> bool:
        steps: Sequence[tuple[str, Callable[[], Awaitable[str]]]] = (
            ("the consent is good for a new token", self._consents),
            ("it is the channel that was connected", self._same_channel),
            ("the stream key belongs to a stream of it", self._finds_stream),
            ("a private broadcast is planned", self._plans),
            ("it is bound to the stream, read back", self._binds),
        )
        well = await self._all(steps)
        if well:
            async with self._sending():
                well = await self._all((
                    ("data arrive", self._arrives),
                    ("it goes live, read back", self._goes_live),
                    ("YouTube says how it is received", self._health),
                    ("it is ended, read back", self._ends),
                ))  # fmt: skip
        return well and await self._all((("its description is written, read back", self._describes),))

    async def _all(self, steps: Sequence[tuple[str, Callable[[], Awaitable[str]]]]) -> bool:
        for name, work in steps:
            if not await self._step(name, work):
                return False
        return True

    async def _step(self, name: str, work: Callable[[], Awaitable[str]]) -> bool:
        began, wrong, told = time.monotonic(), "", ""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = await work()
        except TimeoutError:
            wrong = "nothing came of it in time"
        except Refused as refused:
            wrong = f"refused: {refused.status} {refused.reason}"
        except Unclear as unclear:
            wrong = f"no clear answer to {unclear}"
        except (YouTubeError, Unlike, OSError) as error:
            wrong = str(error)
        self.done.append(Done(name, time.monotonic() - began, redact(wrong, self._secrets), told))
        self._tell(self.done[-1])
        return not wrong

    @property
    def _secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self._to.key, self._to.passphrase)))

    async def _consents(self) -> str:
        await self._youtube.grant(fresh=True)
        return ""

    async def _same_channel(self) -> str:
        answer = await self._youtube.call(Method.LIST_CHANNELS, {"part": "id,snippet", "mine": "true"})
        kept = self._youtube.kept().channel
        if kept and kept not in [item["id"] for item in answer.get("items", ())]:
            raise Unlike("Google answers with another channel than the one that was connected")
        return ""

    async def _finds_stream(self) -> str:
        self._stream = (await self._channel.stream()).id
        return ""

    async def _plans(self) -> str:
        try:
            made = await self._channel.do(Step.INSERT, None, self._words, self._stream)
        except YouTubeError:
            lost = await self._channel.find(self._words.description)  # it may have been made all the same
            self._twin = lost.id if lost else ""
            raise
        self._twin = made or ""
        return ""

    async def _binds(self) -> str:
        await self._channel.do(Step.BIND, await self._seen(), self._words, self._stream)
        return await self._until(lambda twin: twin.stream == self._stream)

    @contextlib.asynccontextmanager
    async def _sending(self) -> AsyncIterator[None]:
        """Tribune's own picture, by Tribune's own way, while the block lasts."""
        async with own_filming(self._studio) as filming:
            publisher = Publisher(self._to, filming.folder / "0001-program.m3u8", filming.folder, self._studio.ffmpeg)
            await publisher.start()
            try:
                yield
            finally:
                await publisher.stop()

    async def _arrives(self) -> str:
        while not (await self._channel.stream()).active:  # noqa: ASYNC110 - YouTube is asked
            await asyncio.sleep(LOOK_SECONDS)
        return ""

    async def _goes_live(self) -> str:
        await self._channel.do(Step.GO_LIVE, await self._seen(), self._words, self._stream)
        return await self._until(lambda twin: twin.life is Life.LIVE)

    async def _health(self) -> str:
        stream = await self._channel.stream()
        issues = ", ".join(f"{issue.kind} ({issue.severity})" for issue in stream.issues)
        return f"{stream.health or 'nothing'}{': ' if issues else ''}{issues}"

    async def _ends(self) -> str:
        await self._channel.do(Step.COMPLETE, await self._seen(), self._words, self._stream)
        return await self._until(lambda twin: twin.life is Life.COMPLETE)

    async def _describes(self) -> str:
        words = replace(self._words, description=f"{self._words.description}\n\n{CHAPTERS}")
        await self._channel.do(Step.UPDATE, await self._seen(), words, self._stream)
        return await self._until(lambda twin: CHAPTERS in twin.words.description)

    async def _put_away(self) -> bool:
        """Whatever was made is not left: what is live is ended first."""
        if not self._twin:
            return True
        with contextlib.suppress(YouTubeError, Unlike, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                if (await self._seen()).life is Life.LIVE_STARTING:
                    await self._until(lambda twin: twin.life is Life.LIVE)
                if (twin := await self._seen()).life is Life.LIVE:
                    await self._channel.do(Step.COMPLETE, twin, self._words, self._stream)
        return await self._step("the trial is deleted", self._deletes)

    async def _deletes(self) -> str:
        await self._channel.do(Step.DELETE, await self._seen(), self._words, self._stream)
        return ""

    async def _seen(self) -> Twin:
        if (twin := await self._channel.twin(self._twin)) is None:
            raise Unlike("the broadcast is not there")
        return twin

    async def _until(self, wanted: Callable[[Twin], bool]) -> str:
        """What YouTube shows, once it is so."""
        began = time.monotonic()
        while not wanted(await self._seen()):  # noqa: ASYNC110 - YouTube is asked
            await asyncio.sleep(LOOK_SECONDS)
        return f"after {time.monotonic() - began:.0f} s" if time.monotonic() - began >= 1 else ""
