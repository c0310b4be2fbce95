"""HLS ingestion in YouTube's place, which holds whoever sends to the rules of
developers.google.com/youtube/v3/live/guides/hls-ingestion; it can be killed and revived, and refuse what is asked."""

import re
from pathlib import Path

from aiohttp import web as aio

from tests.support.ports import free_port
from tests.support.stand_in import StandIn

NAME = re.compile(r"[A-Za-z0-9_/.-]+\.(ts|m3u8|m3u)")
MOST_OUTSTANDING, MOST_ACKNOWLEDGED, MOST_SECONDS = 5, 2, 5.0
PACKET = 188


class HlsReceiver(StandIn):
    """`async with HlsReceiver(key) as there`: at `there.url`, without the key."""

    def __init__(self, key: str) -> None:
        self.key, self.port = key, free_port()
        self.taken: list[str] = []
        """Names of the segments, in the order in which they were acknowledged."""
        self.breaks: list[str] = []
        """Names of those that stood after a discontinuity."""
        self.wrong: list[str] = []
        """Rules that were broken."""
        self.connections: set[object] = set()
        self.refuse: list[int] = []
        """Statuses of the next answers."""
        self.reject: set[str] = set()
        """Segments that are not understood."""
        self.sizes: dict[str, int] = {}
        self._numbers: dict[int, str] = {}
        self._sequence: int | None = None
        self._listed: list[str] = []
        self._fresh = False
        self._early: set[str] = set()

    @property
    def url(self) -> str:
        return f"{self.site}/http_upload_hls?copy=0"

    async def die(self) -> None:
        """Hang up on everybody, and take nobody any more."""
        await self.__aexit__(None, None, None)

    async def revive(self) -> None:
        """On the same port, knowing what it knew."""
        await self.__aenter__()

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        for method in ("PUT", "POST"):
            router.add_route(method, "/http_upload_hls", self._take)

    async def _take(self, request: aio.Request) -> aio.Response:
        body, name = await request.read(), request.query.get("file", "")
        self.connections.add(request.transport)
        if self.refuse:
            return aio.Response(status=self.refuse.pop(0))
        if request.query.get("cid") != self.key:
            return aio.Response(status=401)
        self._rule(request.query.get("copy") == "0", "copy")
        self._rule(request.query_string.endswith(f"file={name}"), f"encoded name {request.query_string}")
        self._rule(bool(NAME.fullmatch(name)), f"name {name}")
        self._rule(request.headers.get("User-Agent", "").count(" / ") == 2, "user agent")
        return aio.Response(status=self._segment(name, body) if name.endswith(".ts") else self._playlist(body.decode()))

    def _rule(self, kept: bool, what: str) -> bool:
        if not kept:
            self.wrong.append(what)
        return kept

    def _segment(self, name: str, body: bytes) -> int:
        """A segment: MPEG-TS that begins with PAT and PMT, listed before, with a playlist of its own, its name new."""
        pids = [(body[at + 1] & 0x1F) << 8 | body[at + 2] for at in (0, PACKET)]
        starts = [body[at] for at in range(0, len(body), PACKET)]
        self._rule(set(starts) == {0x47} and len(body) % PACKET == 0, f"no MPEG-TS: {name}")
        self._rule(pids[0] == 0 and pids[1] not in (0, 0x1FFF), f"PAT and PMT first: {name}")
        self._rule(self.sizes.setdefault(name, len(body)) == len(body), f"two segments of one name: {name}")
        if name in self.reject:
            return 400
        if name not in self._listed:
            self._early.add(name)
            return 202
        self._rule(self._fresh, f"no playlist for {name}")
        self._fresh = False
        if name not in self.taken:
            self.taken.append(name)
        return 200

    def _playlist(self, text: str) -> int:
        """A media playlist: from number 0 on, never back, no number with two names, and little that is outstanding."""
        self._rule(text.startswith("#EXTM3U") and "#EXT-X-STREAM-INF" not in text, "no media playlist")
        self._rule("#EXT-X-KEY" not in text, "encrypted")
        self._rule(self.key not in text, "the key is in the playlist")
        [number] = map(int, re.findall(r"^#EXT-X-MEDIA-SEQUENCE:(\d+)$", text, re.MULTILINE))
        self._rule(number == 0 if self._sequence is None else number >= self._sequence, f"sequence {number}")
        self._sequence = number
        self._listed = [line for line in text.splitlines() if line and not line.startswith("#")]
        for at, name in enumerate(self._listed):
            self._rule(self._numbers.setdefault(number + at, name) == name, f"number {number + at} has two names")
        outstanding = [name for name in self._listed if name not in self.taken]
        self._rule(len(outstanding) <= MOST_OUTSTANDING, f"{len(outstanding)} are outstanding")
        self._rule(len(self._listed) - len(outstanding) <= MOST_ACKNOWLEDGED, "too many that are acknowledged")
        lasting = [float(seconds) for seconds in re.findall(r"^#EXTINF:([\d.]+),", text, re.MULTILINE)]
        self._rule(max(lasting) <= MOST_SECONDS, f"a segment of {max(lasting)} s")
        tagged = re.findall(r"#EXT-X-DISCONTINUITY\n(?:#.*\n)*(.+)", text)
        self.breaks += [name for name in tagged if name not in self.breaks]
        self._fresh = True
        for name in self._early & set(self._listed):
            self._early.discard(name)
            self.taken.append(name)
        return 200


def known_as(folder: Path, name: str) -> str:
    """What a segment of a meeting's folder is called there."""
    return f"{folder.name}-{name}"
