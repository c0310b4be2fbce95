"""Google's JSON on one side, our own words on the other: what answers mean, and the bodies of what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from streamer.council.chat import Message, Page, Sort
from streamer.council.ingest_issues import Issue
from streamer.council.twin import Life, Twin, Words

BROADCAST_PARTS = "id,snippet,status,contentDetails"
STREAM_PARTS = "id,snippet,cdn,status"
CHAT_PARTS = "id,snippet,authorDetails"
MOST_TITLE = 128
"""Characters of a stream's title."""
CHAT_WAIT_SECONDS = 10.0
"""Until the next look, where an answer does not say."""


class Captions(StrEnum):
    """How live captions come to a broadcast (`closedCaptionsType`)."""

    HTTP_POST = "closedCaptionsHttpPost"


class Ingestion(StrEnum):
    """How a stream takes its data. The value is Google's word; there are others that Tribune does not send."""

    RTMP = "rtmp"
    HLS = "hls"


@dataclass(frozen=True)
class Stream:
    """A stream of the channel. `key`: its name, which is the stream key; `health`: Google's word, empty while none;
    `ingestion`: Google's word; `address`: where it takes its data, without the key."""

    id: str
    title: str
    key: str = field(repr=False)
    active: bool
    health: str = ""
    issues: tuple[Issue, ...] = ()
    ingestion: str = Ingestion.RTMP
    address: str = ""


def twin_of(item: Mapping[str, Any]) -> Twin:
    """Of a LiveBroadcast with the parts `BROADCAST_PARTS`."""
    snippet, details = item["snippet"], item.get("contentDetails", {})
    words = Words(snippet["title"], snippet.get("description", ""), _seconds(snippet.get("scheduledStartTime")) or 0.0)
    began = _seconds(snippet.get("actualStartTime"))
    return Twin(
        item["id"], Life(item["status"]["lifeCycleStatus"]), words, stream=details.get("boundStreamId"), began=began,
        chat=snippet.get("liveChatId"),
    )  # fmt: skip


def chat_page(answer: Mapping[str, Any]) -> Page:
    """Of a LiveChatMessageListResponse with the parts `CHAT_PARTS`."""
    wait = float(answer.get("pollingIntervalMillis", CHAT_WAIT_SECONDS * 1000)) / 1000
    return Page(tuple(map(_message, answer.get("items", ()))), answer.get("nextPageToken"), wait)


def _message(item: Mapping[str, Any]) -> Message:
    """The details of deletions are marked as deprecated in the discovery document, and still sent; a tombstone has the
    id of the message that it stands for."""
    snippet, author = item.get("snippet", {}), item.get("authorDetails", {})
    match snippet.get("type"):
        case "textMessageEvent":
            text = snippet.get("textMessageDetails", {}).get("messageText") or snippet.get("displayMessage", "")
            channel = author.get("channelId") or snippet.get("authorChannelId", "")
            at = _seconds(snippet.get("publishedAt")) or 0.0
            own = bool(author.get("isChatOwner"))
            return Message(item["id"], Sort.TEXT, at, channel, author.get("displayName", ""), text, own)
        case "tombstone":
            return Message(item["id"], Sort.GONE)
        case "messageDeletedEvent":
            return Message(snippet.get("messageDeletedDetails", {}).get("deletedMessageId", ""), Sort.GONE)
        case "messageRetractedEvent":
            return Message(snippet.get("messageRetractedDetails", {}).get("retractedMessageId", ""), Sort.GONE)
        case "userBannedEvent" if snippet.get("userBannedDetails", {}).get("banType") == "permanent":
            who = snippet["userBannedDetails"].get("bannedUserDetails", {}).get("channelId", "")
            return Message(item["id"], Sort.BANNED, channel=who)
    return Message(item["id"], Sort.OTHER)


def stream_of(item: Mapping[str, Any]) -> Stream:
    """Of a LiveStream with the parts `STREAM_PARTS`."""
    status = item.get("status", {})
    health = status.get("healthStatus", {})
    issues = tuple(Issue(i.get("type", ""), i.get("severity", "")) for i in health.get("configurationIssues", ()))
    cdn = item.get("cdn", {})
    info = cdn.get("ingestionInfo", {})
    active = status.get("streamStatus") == "active"
    return Stream(
        item["id"], item["snippet"]["title"], info.get("streamName", ""), active, health.get("status", ""), issues,
        cdn.get("ingestionType", Ingestion.RTMP), without_key(info.get("ingestionAddress", "")),
    )  # fmt: skip


def without_key(address: str) -> str:
    """An address as it stands in a configuration: of HLS the key (`cid`) and the name of a file go, which are put there
    with each request (developers.google.com/youtube/v3/live/guides/hls-ingestion)."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("cid", "file")]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def broadcast_body(words: Words, privacy: str, captions: Captions | None = None) -> dict[str, Any]:
    """A new broadcast: it begins and ends when Tribune says so, never by itself, and has no test picture of its own."""
    return {
        "snippet": _snippet(words),
        "status": {"privacyStatus": privacy, "selfDeclaredMadeForKids": False},
        "contentDetails": {
            "enableAutoStart": False,
            "enableAutoStop": False,
            "enableDvr": True,
            "enableEmbed": True,
            "recordFromStart": True,
            "latencyPreference": "normal",
            **({"closedCaptionsType": captions} if captions else {}),
            "monitorStream": {"enableMonitorStream": False, "broadcastStreamDelayMs": 0},
        },
    }


def broadcast_change(id: str, words: Words) -> dict[str, Any]:
    """Title, description and start, of a broadcast that has not begun."""
    return {"id": id, "snippet": _snippet(words)}


def video_change(item: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Title and description of a video, everything else as it was read: `videos.update` forgets what is not sent."""
    snippet = item["snippet"]
    kept = {name: snippet[name] for name in ("categoryId", "tags", "defaultLanguage", "defaultAudioLanguage")
            if name in snippet}  # fmt: skip
    return {"id": item["id"], "snippet": {**kept, "title": words.title, "description": words.description}}


def stream_body(title: str, ingestion: Ingestion = Ingestion.RTMP) -> dict[str, Any]:
    """A room's own stream, used again for every meeting; YouTube finds out by itself what picture it gets."""
    return {
        "snippet": {"title": title[:MOST_TITLE]},
        "cdn": {"ingestionType": str(ingestion), "resolution": "variable", "frameRate": "variable"},
        "contentDetails": {"isReusable": True},
    }


def _snippet(words: Words) -> dict[str, Any]:
    at = datetime.fromtimestamp(words.start, UTC).isoformat().replace("+00:00", "Z")
    return {"title": words.title, "description": words.description, "scheduledStartTime": at}


def _seconds(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None
