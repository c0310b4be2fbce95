"""Playlists, segments, the replay's files: what a player fetches. Every one passes the same gate: is it public yet?"""

from pathlib import Path

from aiohttp import web as aio

from streamer.control.broadcast import Broadcast
from streamer.council.meeting import Meeting
from streamer.council.roles import Role, sees_replay
from streamer.media.manifest import NAME
from web.auth import current
from web.context import SERVICE, Service, meeting_of

PLAYLIST = "application/vnd.apple.mpegurl"
SEGMENT = "video/mp2t"
FRESH = {"Cache-Control": "no-store"}
"""A meeting can be withdrawn: nothing of it may stay in a cache that we cannot empty."""


async def _asked(request: aio.Request) -> tuple[Service, Meeting, Role]:
    service = request.app[SERVICE]
    identity = await current(request)
    return service, await meeting_of(request), identity.role


async def live_playlist(request: aio.Request) -> aio.StreamResponse:
    """What the public has been sent by now, `delay_seconds` late. 404 until the first picture is out."""
    service, meeting, _ = await _asked(request)
    broadcast = service.conductor.airing(meeting.id)
    if broadcast is None:
        raise aio.HTTPNotFound
    return aio.Response(text=broadcast.live_playlist(), content_type=PLAYLIST, headers=FRESH)


async def preview_playlist(request: aio.Request) -> aio.StreamResponse:
    """The clerk's picture, without delay, rehearsals too."""
    service, meeting, role = await _asked(request)
    broadcast = service.conductor.broadcast(meeting.id)
    if role is not Role.CLERK or broadcast is None or not broadcast.segments:
        raise aio.HTTPNotFound
    return aio.Response(text=broadcast.preview_playlist(), content_type=PLAYLIST, headers=FRESH)


async def segment(request: aio.Request) -> aio.StreamResponse:
    """One segment, if it is in a playlist that this reader may have."""
    service, meeting, role = await _asked(request)
    name = request.match_info["name"]
    folder = _folder_of(service, meeting, role, name)
    if folder is None or not (folder / name).is_file():
        raise aio.HTTPNotFound
    return aio.FileResponse(folder / name, headers={"Content-Type": SEGMENT, **FRESH})


def _folder_of(service: Service, meeting: Meeting, role: Role, name: str) -> Path | None:
    for broadcast in (service.conductor.broadcast(meeting.id), service.conductor.airing(meeting.id)):
        if broadcast is not None and _may_fetch(broadcast, role, name):
            return broadcast.folder
    if sees_replay(role, meeting.phase) and name in {s.name for s in service.archive.segments(meeting)}:
        return service.archive.folder(meeting.id)
    return None


def _may_fetch(broadcast: Broadcast, role: Role, name: str) -> bool:
    """A citizen what was aired; the clerk whatever was encoded."""
    if not broadcast.rehearsal and name in broadcast.air.names:
        return True
    return role is Role.CLERK and any(segment.name == name for segment in reversed(broadcast.segments))


async def replay_playlist(request: aio.Request) -> aio.StreamResponse:
    """The replay from its segments: there the second the meeting ends."""
    service, meeting = await replay_of(request)
    return aio.Response(text=service.archive.playlist(meeting, "segments/"), content_type=PLAYLIST, headers=FRESH)


async def replay_mp4(request: aio.Request) -> aio.StreamResponse:
    """The replay as a file; `?download` gives it a name."""
    return await _file(request, "replay.mp4", "video/mp4")


async def replay_sound(request: aio.Request) -> aio.StreamResponse:
    """Its sound alone, with the chapters, for podcast players."""
    return await _file(request, "replay.m4a", "audio/mp4")


async def poster(request: aio.Request) -> aio.StreamResponse:
    """A picture of the meeting."""
    return await _file(request, "poster.jpg", "image/jpeg")


async def manifest(request: aio.Request) -> aio.StreamResponse:
    """The signed manifest of the recording: the hash of every segment, and of the MP4. 404 while it is not signed."""
    service, meeting = await replay_of(request)
    path = service.archive.folder(meeting.id) / NAME
    if service.archive.notary.seal(meeting.id) is None or not path.is_file():
        raise aio.HTTPNotFound
    return aio.FileResponse(path, headers={"Content-Type": "application/jsonl", **FRESH})


async def _file(request: aio.Request, name: str, content_type: str) -> aio.StreamResponse:
    service, meeting = await replay_of(request)
    path = service.archive.folder(meeting.id) / name
    if not path.is_file() or not (await service.archive.replay(meeting)).mp4_ready:
        raise aio.HTTPNotFound
    headers = {"Content-Type": content_type, **FRESH}
    if "download" in request.query:
        headers["Content-Disposition"] = f'attachment; filename="{meeting.id}{path.suffix}"'
    return aio.FileResponse(path, headers=headers)


async def replay_of(request: aio.Request) -> tuple[Service, Meeting]:
    """The meeting whose replay is asked for; 404 where this reader may not see it."""
    service, meeting, role = await _asked(request)
    if not sees_replay(role, meeting.phase):
        raise aio.HTTPNotFound
    return service, meeting
