"""Stands in for YouTube: every request and every answer is held against Google's own discovery document.

Above it the life of a broadcast (https://developers.google.com/youtube/v3/live/life-of-a-broadcast): only what receives
data may go live, a transition takes a while, the plan may only be changed before. `streamStatus` follows `receives`.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import BodyPartReader
from aiohttp import web as aio

from streamer.platforms.youtube.endpoints import Endpoints
from streamer.platforms.youtube.methods import CALLS, Method
from tests.support import discovery
from tests.support.stand_in import StandIn

Json = dict[str, Any]


class Refusal(Exception):
    """An error in Google's form."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class Faults:
    """What goes wrong next. `lost`: the answer to this method is lost after it was done; `down`: nothing but 503;
    `quota_gone`, `consent_ended`: as Google says it; `expired`: access tokens that are no longer taken; `consent_ends`:
    how many seconds the consent still lasts, which Google says while a project is in "Testing"."""

    lost: Counter[str] = field(default_factory=Counter)
    down: bool = False
    quota_gone: bool = False
    consent_ended: bool = False
    consent_ends: int | None = None
    expired: set[str] = field(default_factory=set)


ADDRESSES = {
    "rtmp": "rtmp://a.example/live2",
    "hls": "https://a.upload.youtube.com/http_upload_hls?cid={key}&copy=0&file=",
}
"""Where a stream takes its data, by its ingestionType; of HLS with its key in it
(developers.google.com/youtube/v3/live/guides/hls-ingestion)."""


class FakeYouTube(StandIn):
    """`async with FakeYouTube(receives) as youtube`. `mistakes` must be empty at the end."""

    def __init__(self, receives: Callable[[str], bool] = lambda key: False, starting: float = 0.2) -> None:
        self.receives, self.starting = receives, starting
        self.broadcasts: dict[str, Json] = {}
        self.streams: dict[str, Json] = {}
        self.mistakes: list[str] = []
        self.calls: list[str] = []
        self.faults = Faults()
        self.health: Json = {"status": "good"}
        self.tokens = 0
        self.captions: dict[str, Json] = {}
        self.texts: dict[str, bytes] = {}
        self.playlist: list[Json] = []
        self.thumbnails: dict[str, bytes] = {}
        self.privacies: list[str] = []
        self.said: list[str] = []
        self.chats: dict[str, list[Json]] = {}

    @property
    def endpoints(self) -> Endpoints:
        """Where it is."""
        return Endpoints(f"{self.site}/consent", f"{self.site}/token", f"{self.site}/device", self.site)

    def add_stream(self, key: str, title: str = "Chamber", ingestion: str = "rtmp") -> str:
        """A stream that somebody made in Studio. Its id."""
        id = f"stream-{len(self.streams) + 1}"
        snippet = {"title": title, "channelId": "UC1"}
        cdn = {
            "ingestionType": ingestion,
            "ingestionInfo": {"streamName": key, "ingestionAddress": ADDRESSES[ingestion].format(key=key)},
        }
        self.streams[id] = {"id": id, "kind": "youtube#liveStream", "snippet": snippet, "cdn": cdn}
        return id

    def life(self, broadcast: str) -> str:
        """Its lifeCycleStatus."""
        return str(self.broadcasts[broadcast]["status"]["lifeCycleStatus"])

    def write(
        self, chat: str, text: str, *, at: float, by: str = "UCviewer", name: str = "Viewer", **author: Any
    ) -> str:
        """Somebody writes in a live chat at `at` (unix seconds). The message's id."""
        snippet = {"type": "textMessageEvent", "textMessageDetails": {"messageText": text}, "displayMessage": text}
        return self._put(chat, {**snippet, "authorChannelId": by}, at, {"channelId": by, "displayName": name, **author})

    def happen(self, chat: str, kind: str, at: float, **details: Json) -> str:
        """Something else happens there: a deletion, a ban."""
        return self._put(chat, {"type": kind, **details}, at)

    def _put(self, chat: str, snippet: Json, at: float, author: Json | None = None) -> str:
        messages = self.chats.setdefault(chat, [])
        id, when = f"LCC.{chat}.{len(messages)}", datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
        whole = {"liveChatId": chat, "publishedAt": when, "hasDisplayContent": True, **snippet}
        messages.append({"id": id, "kind": "youtube#liveChatMessage", "snippet": whole,
                         **({"authorDetails": author} if author else {})})  # fmt: skip
        return id

    def _chat(self, query: Json) -> Json:
        """https://developers.google.com/youtube/v3/live/docs/liveChatMessages/list: all that there is without a token,
        from there on with it; an error where there is no such chat, or once the broadcast is over."""
        if (id := query["liveChatId"]) not in self.chats:
            raise Refusal(404, "liveChatNotFound")
        lives = [b["status"]["lifeCycleStatus"] for b in self.broadcasts.values()
                 if b["snippet"].get("liveChatId") == id]  # fmt: skip
        if "complete" in lives:
            raise Refusal(403, "liveChatEnded")
        messages = self.chats[id][int(query.get("pageToken", 0)) :]
        return {"kind": "youtube#liveChatMessageListResponse", "items": messages, "pollingIntervalMillis": 7000,
                "nextPageToken": str(len(self.chats[id]))}  # fmt: skip

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/token", self._token)
        for method, call in CALLS.items():
            router.add_route(call.verb, call.address, self._handler(method))

    async def _token(self, request: aio.Request) -> aio.Response:
        form = await request.post()
        if self.faults.consent_ended:
            return aio.json_response({"error": "invalid_grant"}, status=400)
        if form["grant_type"] == "authorization_code" and not form.get("code_verifier"):
            return aio.json_response({"error": "invalid_request"}, status=400)
        self.tokens += 1
        scope = "https://www.googleapis.com/auth/youtube.force-ssl"
        said: Json = {"access_token": f"access-{self.tokens}", "expires_in": 3599, "scope": scope}
        said["token_type"] = "Bearer"
        if self.faults.consent_ends is not None:
            said["refresh_token_expires_in"] = self.faults.consent_ends
        return aio.json_response(said | ({"refresh_token": "canary-refresh"} if "code" in form else {}))

    def _handler(self, method: Method) -> Callable[[aio.Request], Any]:
        async def handle(request: aio.Request) -> aio.Response:
            self.calls.append(method)
            try:
                answer = await self._answered(method, request)
            except Refusal as refusal:
                error = {"code": refusal.status, "errors": [{"reason": refusal.reason, "domain": "youtube"}]}
                return aio.json_response({"error": error}, status=refusal.status)
            if self.faults.lost[method] > 0:
                self.faults.lost[method] -= 1
                assert request.transport
                request.transport.abort()
            if answer is None:
                return aio.Response(status=204)
            self.mistakes += discovery.wrong_answer(method, answer)
            return aio.json_response(answer)

        return handle

    async def _answered(self, method: Method, request: aio.Request) -> Json | None:
        self._let_in(request)
        query = dict(request.query)
        self.mistakes += discovery.wrong_query(method, query)
        body, file = await _parts(request)
        self.mistakes += discovery.wrong_request(method, body)
        self.mistakes += discovery.wrong_upload(method, query, file)
        match method:
            case Method.LIST_CHANNELS:
                return {"items": [{"id": "UC1", "snippet": {"title": "Gemeng Musterbierg"}}]}
            case Method.INSERT_BROADCAST:
                return self._insert(body)
            case Method.LIST_BROADCASTS:
                return {"items": self._chosen(self.broadcasts, query)}
            case Method.LIST_STREAMS:
                return {"items": [self._stream(id) for id in self.streams]}
            case Method.INSERT_STREAM:
                return self._stream(self.add_stream("made-key", body["snippet"]["title"], body["cdn"]["ingestionType"]))
            case Method.LIST_CHAT:
                return self._chat(query)
            case Method.LIST_VIDEOS:
                return {"items": [self._video(item) for item in self._chosen(self.broadcasts, query)]}
        if method.startswith(("captions", "playlistItems", "thumbnails")):
            return self._thing(method, query, body, file[1] if file else b"")
        item = self._known(query.get("id") or body["id"])
        return self._changed(method, item, query, body)

    def _changed(self, method: Method, item: Json, query: Json, body: Json) -> Json | None:
        match method:
            case Method.UPDATE_BROADCAST:
                if item["status"]["lifeCycleStatus"] not in ("created", "ready"):
                    raise Refusal(403, "invalidTransition")
                item["snippet"] |= body["snippet"]
            case Method.UPDATE_VIDEO:
                item["snippet"] |= {key: body["snippet"].get(key, "") for key in ("title", "description")}
                return self._video(item)
            case Method.BIND:
                if query.get("streamId") not in self.streams:
                    raise Refusal(404, "liveStreamNotFound")
                item["contentDetails"]["boundStreamId"] = query["streamId"]
                item["status"]["lifeCycleStatus"] = "ready"
            case Method.TRANSITION:
                self._transition(item, query["broadcastStatus"])
            case Method.DELETE_BROADCAST:
                del self.broadcasts[item["id"]]
                return None
        return item

    def _thing(self, method: Method, query: Json, body: Any, data: bytes) -> Json | None:
        """Captions, playlists, thumbnails; a video that is being processed takes no captions."""
        match method:
            case Method.SET_THUMBNAIL:
                self._known(query["videoId"])
                self.thumbnails[query["videoId"]] = data
                return {"kind": "youtube#thumbnailSetResponse", "items": []}
            case Method.LIST_CAPTIONS:
                tracks = self.captions.values()
                return {"items": [track for track in tracks if track["snippet"]["videoId"] == query["videoId"]]}
            case Method.INSERT_CAPTIONS:
                return self._insert_captions(body, data)
            case Method.UPDATE_CAPTIONS | Method.DELETE_CAPTIONS:
                id = query.get("id") or body["id"]
                if id not in self.captions:
                    raise Refusal(404, "captionNotFound")
                if method is Method.DELETE_CAPTIONS:
                    del self.captions[id]
                    return None
                self.texts[id] = data
                return self.captions[id]
            case Method.LIST_PLAYLIST:
                there = [item for item in self.playlist if item["snippet"]["playlistId"] == query["playlistId"]]
                return {"items": [i for i in there if i["snippet"]["resourceId"]["videoId"] == query["videoId"]]}
        item = {"id": f"item-{len(self.playlist) + 1}", "kind": "youtube#playlistItem", "snippet": body["snippet"]}
        self.playlist.append(item)
        return item

    def _insert_captions(self, body: Json, data: bytes) -> Json:
        snippet = body["snippet"]
        if self._known(snippet["videoId"])["status"]["lifeCycleStatus"] != "complete":
            raise Refusal(403, "forbidden")
        same = [track for track in self.captions.values()
                if all(track["snippet"][key] == snippet[key] for key in ("videoId", "language", "name"))]  # fmt: skip
        if same:
            raise Refusal(409, "captionExists")
        id = f"caption-{len(self.texts) + 1}"
        self.captions[id] = {"id": id, "kind": "youtube#caption", "snippet": snippet}
        self.texts[id] = data
        return self.captions[id]

    def _let_in(self, request: aio.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.faults.down:
            raise Refusal(503, "backendError")
        if not token.startswith("access-") or token in self.faults.expired:
            raise Refusal(401, "authError")
        if self.faults.quota_gone:
            raise Refusal(403, "quotaExceeded")

    def _insert(self, body: Json) -> Json:
        if datetime.fromisoformat(body["snippet"]["scheduledStartTime"]) < datetime.now(UTC):
            raise Refusal(400, "invalidScheduledStartTime")
        self.privacies.append(body["status"]["privacyStatus"])
        id = f"broadcast-{len(self.privacies)}"
        status = {**body["status"], "lifeCycleStatus": "created"}
        body["snippet"]["liveChatId"] = f"chat-{id}"
        self.chats[f"chat-{id}"] = []
        self.broadcasts[id] = {
            "id": id, "kind": "youtube#liveBroadcast", "snippet": body["snippet"], "status": status,
            "contentDetails": body["contentDetails"],
        }  # fmt: skip
        return self.broadcasts[id]

    def _transition(self, item: Json, to: str) -> None:
        now = item["status"]["lifeCycleStatus"]
        if now == to or (now, to) == ("liveStarting", "live"):
            raise Refusal(403, "redundantTransition")
        stream = item["contentDetails"].get("boundStreamId")
        if to == "live":
            if not stream or not self._active(stream):
                raise Refusal(403, "errorStreamInactive")
            if now != "ready":
                raise Refusal(403, "invalidTransition")
            item["status"]["lifeCycleStatus"] = "liveStarting"
            asyncio.get_running_loop().call_later(self.starting, self._live, item)
        elif now != "live":
            raise Refusal(403, "invalidTransition")
        else:
            item["status"]["lifeCycleStatus"] = "complete"

    def _live(self, item: Json) -> None:
        item["status"]["lifeCycleStatus"] = "live"
        item["snippet"]["actualStartTime"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    def _known(self, id: str) -> Json:
        if id not in self.broadcasts:
            raise Refusal(404, "liveBroadcastNotFound")
        return self.broadcasts[id]

    def _chosen(self, items: dict[str, Json], query: Json) -> list[Json]:
        return [item for id, item in items.items() if query.get("id") in (None, id)]

    def _active(self, id: str) -> bool:
        return self.receives(self.streams[id]["cdn"]["ingestionInfo"]["streamName"])

    def _stream(self, id: str) -> Json:
        active = self._active(id)
        status = {"streamStatus": "active" if active else "inactive",
                  "healthStatus": self.health if active else {"status": "noData"}}  # fmt: skip
        return {**self.streams[id], "status": status}

    def _video(self, item: Json) -> Json:
        return {"id": item["id"], "snippet": {
            "title": item["snippet"]["title"], "description": item["snippet"]["description"], "categoryId": "25",
        }}  # fmt: skip


async def _parts(request: aio.Request) -> tuple[Any, tuple[str, bytes] | None]:
    """The JSON and the file (its media type, its bytes) of a request."""
    if request.content_type == "multipart/related":
        reader, found = await request.multipart(), []
        while (part := await reader.next()) is not None:
            assert isinstance(part, BodyPartReader)
            found.append((part.headers["Content-Type"].partition(";")[0], bytes(await part.read())))
        (kind, body), file = found
        assert kind == "application/json"
        return json.loads(body), file
    if not request.can_read_body:
        return None, None
    if request.content_type == "application/json":
        return await request.json(), None
    return None, (request.content_type, await request.read())
