"""What belongs to a video at YouTube, asked for and sent: still picture, captions, playlist."""

from streamer.council.aftercare import Act, Errand, Kind
from streamer.platforms.youtube.client import File, YouTube
from streamer.platforms.youtube.errors import Refused
from streamer.platforms.youtube.methods import CALLS, Method

SRT = "application/octet-stream"
JPEG = "image/jpeg"
GONE = frozenset({"captionNotFound"})


class Things:
    """`name`: of our caption tracks there, by which they are told from those somebody else made."""

    def __init__(self, youtube: YouTube, name: str) -> None:
        self._youtube, self._name = youtube, name[:150]

    def units(self, errand: Errand) -> int:
        """What it costs at most."""
        methods = {
            (Kind.THUMBNAIL, Act.SEND): (Method.SET_THUMBNAIL,),
            (Kind.THUMBNAIL, Act.REPLACE): (Method.SET_THUMBNAIL,),
            (Kind.CAPTIONS, Act.SEND): (Method.LIST_CAPTIONS, Method.INSERT_CAPTIONS),
            (Kind.CAPTIONS, Act.REPLACE): (Method.UPDATE_CAPTIONS,),
            (Kind.CAPTIONS, Act.REMOVE): (Method.DELETE_CAPTIONS,),
        }.get((errand.thing.kind, errand.act), (Method.LIST_PLAYLIST, Method.INSERT_IN_PLAYLIST))
        return sum(CALLS[method].units for method in methods)

    async def find(self, video: str, errand: Errand) -> str | None:
        """The id of what is to be sent, where YouTube has it already. Raises YouTubeError."""
        about = errand.thing.about
        if errand.thing.kind is Kind.CAPTIONS:
            answer = await self._youtube.call(Method.LIST_CAPTIONS, {"part": "id,snippet", "videoId": video})
            ours = [item["id"] for item in answer.get("items", ()) if _same(item["snippet"], about, self._name)]
        elif errand.thing.kind is Kind.PLAYLIST:
            query = {"part": "id", "playlistId": about, "videoId": video}
            answer = await self._youtube.call(Method.LIST_PLAYLIST, query)
            ours = [item["id"] for item in answer.get("items", ())]
        else:
            return None  # set anew it is the same
        return str(ours[0]) if ours else None

    async def send(self, video: str, errand: Errand, data: bytes) -> str:
        """Its id there. Raises YouTubeError."""
        about = errand.thing.about
        match errand.thing.kind:
            case Kind.THUMBNAIL:
                await self._youtube.call(Method.SET_THUMBNAIL, {"videoId": video}, file=File(JPEG, data))
                return video
            case Kind.CAPTIONS:
                body = {"snippet": {"videoId": video, "language": about, "name": self._name, "isDraft": False}}
                made = await self._youtube.call(Method.INSERT_CAPTIONS, {"part": "snippet"}, body, File(SRT, data))
            case Kind.PLAYLIST:
                resource = {"kind": "youtube#video", "videoId": video}
                body = {"snippet": {"playlistId": about, "resourceId": resource}}
                made = await self._youtube.call(Method.INSERT_IN_PLAYLIST, {"part": "snippet"}, body)
        return str(made["id"])

    async def replace(self, remote: str, errand: Errand, data: bytes) -> str | None:
        """The same again, or None where somebody took it away there. Raises YouTubeError."""
        if errand.thing.kind is Kind.THUMBNAIL:
            return await self.send(remote, errand, data)
        try:
            await self._youtube.call(Method.UPDATE_CAPTIONS, {"part": "id"}, {"id": remote}, File(SRT, data))
        except Refused as refusal:
            if refusal.reason not in GONE:
                raise
            return None
        return remote

    async def remove(self, remote: str) -> None:
        """Captions that are here no more. Raises YouTubeError."""
        try:
            await self._youtube.call(Method.DELETE_CAPTIONS, {"id": remote})
        except Refused as refusal:
            if refusal.reason not in GONE:
                raise


def _same(snippet: dict[str, str], language: str, name: str) -> bool:
    return (snippet.get("language", "").lower(), snippet.get("name")) == (language.lower(), name)
