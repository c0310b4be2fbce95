"""The commune's channel: what can be asked of it and done there, in Tribune's own words."""

from collections.abc import Callable

from streamer.council.chat import Page
from streamer.council.twin import Life, Step, Twin, Words
from streamer.platforms.youtube.answers import (
    BROADCAST_PARTS,
    CHAT_PARTS,
    STREAM_PARTS,
    Captions,
    Stream,
    broadcast_body,
    broadcast_change,
    chat_page,
    stream_of,
    twin_of,
    video_change,
)
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.errors import Refused, YouTubeError
from streamer.platforms.youtube.methods import Method

PAGES = 5
"""Of 50 broadcasts each: as far back as a lost answer is looked for."""
ALREADY = frozenset({"redundantTransition"})
"""It is so already: as good as done."""


class KeyUnknown(YouTubeError):
    """No stream of the channel has the stream key that Tribune sends to: it would go to somebody else's broadcast."""

    code = "youtube_key_unknown"


class Channel:
    """`key()` is the stream key in use; `privacy` of new broadcasts: public, unlisted or private; `captions`: how
    they come to them while they are live."""

    def __init__(
        self, youtube: YouTube, key: Callable[[], str | None], privacy: str, captions: Captions | None = None
    ) -> None:
        self._youtube, self._key, self._privacy, self._captions = youtube, key, privacy, captions
        self._units = 0
        youtube.spent = self._count

    def _count(self, units: int) -> None:
        self._units += units

    def take_units(self) -> int:
        """What was used since this was last asked."""
        used, self._units = self._units, 0
        return used

    async def stream(self) -> Stream:
        """The stream whose key is in use. Raises KeyUnknown, YouTubeError."""
        key = self._key()
        async for item in self._youtube.listed(Method.LIST_STREAMS, {"part": STREAM_PARTS, "mine": "true"}):
            if (stream := stream_of(item)).key == key:
                return stream
        raise KeyUnknown("no stream of the channel has the stream key in use")

    async def twin(self, id: str) -> Twin | None:
        """A broadcast, None where there is none of that id. Raises YouTubeError."""
        answer = await self._youtube.call(Method.LIST_BROADCASTS, {"part": BROADCAST_PARTS, "id": id})
        items = answer.get("items", [])
        return twin_of(items[0]) if items else None

    async def find(self, marker: str) -> Twin | None:
        """The newest broadcast whose description has `marker` in it. Raises YouTubeError."""
        query = {"part": BROADCAST_PARTS, "broadcastStatus": "all"}
        async for item in self._youtube.listed(Method.LIST_BROADCASTS, query, PAGES):
            twin = twin_of(item)
            if marker in twin.words.description and twin.life is not Life.COMPLETE:
                return twin
        return None

    async def chat(self, id: str, page: str | None) -> Page:
        """What was written in a live chat since `page`, from its beginning with `None`. Raises YouTubeError."""
        since = {"pageToken": page} if page else {}
        query = {"liveChatId": id, "part": CHAT_PARTS, "maxResults": "500", **since}
        return chat_page(await self._youtube.call(Method.LIST_CHAT, query))

    async def do(self, step: Step, twin: Twin | None, wanted: Words, stream: str) -> str | None:
        """One step; the id of the broadcast that the meeting has then. Raises YouTubeError."""
        if step is Step.INSERT:
            body = broadcast_body(wanted, self._privacy, self._captions)
            answer = await self._youtube.call(Method.INSERT_BROADCAST, {"part": "snippet,status,contentDetails"}, body)
            return str(answer["id"])
        assert twin
        match step:
            case Step.BIND:
                query = {"id": twin.id, "part": "id,contentDetails", "streamId": stream}
                await self._youtube.call(Method.BIND, query)
            case Step.GO_LIVE:
                await self._transition(twin.id, "live")
            case Step.COMPLETE:
                await self._transition(twin.id, "complete")
            case Step.UPDATE:
                await self._describe(twin, wanted)
            case Step.DELETE:
                await self._youtube.call(Method.DELETE_BROADCAST, {"id": twin.id})
                return None
        return twin.id

    async def _transition(self, id: str, status: str) -> None:
        query = {"id": id, "part": "id,status", "broadcastStatus": status}
        try:
            await self._youtube.call(Method.TRANSITION, query)
        except Refused as refusal:
            if refusal.reason not in ALREADY:
                raise

    async def _describe(self, twin: Twin, wanted: Words) -> None:
        if twin.life.upcoming:
            await self._youtube.call(Method.UPDATE_BROADCAST, {"part": "id,snippet"}, broadcast_change(twin.id, wanted))
            return
        answer = await self._youtube.call(Method.LIST_VIDEOS, {"part": "id,snippet", "id": twin.id})
        if items := answer.get("items"):
            await self._youtube.call(Method.UPDATE_VIDEO, {"part": "snippet"}, video_change(items[0], wanted))
