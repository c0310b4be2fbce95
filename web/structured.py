"""What a page says to programs that read pages: schema.org's VideoObject with its clips, and Open Graph.

For key moments search engines want a VideoObject with `hasPart` of Clips (name, startOffset, endOffset, url), or a
SeekToAction; both are there. See schema.org and developers.google.com/search/docs/appearance/structured-data/video.
"""

from collections.abc import Sequence
from typing import Any

from streamer.control.archive import Replay
from streamer.council.chapters import Chapter
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.phase import Phase
from web.context import Service
from web.i18n import Translator

Json = dict[str, Any]


def for_replay(service: Service, meeting: Meeting, replay: Replay, reader: Translator) -> Json | None:
    """Of a published replay; `None` of one that is for staff."""
    if meeting.phase is not Phase.PUBLISHED or replay.duration <= 0:
        return None
    base = f"{service.public_url}/meetings/{meeting.id}"
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": base,
        "name": meeting.name,
        "description": described(service, meeting, reader),
        "thumbnailUrl": [f"{base}/poster.jpg"],
        "uploadDate": meeting.start,
        "duration": iso_duration(replay.duration),
        "contentUrl": f"{base}/replay.mp4" if replay.mp4_ready else f"{base}/replay.m3u8",
        "url": base,
        "publisher": {"@type": "GovernmentOrganization", "name": service.council.name, "url": service.public_url},
        "potentialAction": {
            "@type": "SeekToAction",
            "target": f"{base}?t={{seek_to_second_number}}{meeting.link_mark}",
            "startOffset-input": "required name=seek_to_second_number",
        },
        "hasPart": [clip(base, meeting, c, reader) for c in replay.chapters],
    }


def clip(base: str, meeting: Meeting, chapter: Chapter, reader: Translator) -> Json:
    """A chapter as a Clip: whole seconds, as its link has them."""
    return {
        "@type": "Clip",
        "name": chapter.titled(reader.gettext("Opening")),
        "startOffset": int(chapter.start),
        "endOffset": max(int(chapter.end), int(chapter.start) + 1),
        "url": f"{base}?t={int(chapter.start)}{meeting.link_mark}",
    }


def for_item(
    service: Service, meeting: Meeting, item: AgendaItem, stretches: Sequence[Chapter], replay: Replay | None,
    reader: Translator,
) -> Json | None:  # fmt: skip
    """Of an item of a published replay: its clips, as parts of the whole."""
    whole = for_replay(service, meeting, replay, reader) if replay else None
    if whole is None or not stretches:
        return None
    del whole["potentialAction"]
    base = f"{service.public_url}/meetings/{meeting.id}"
    return {**whole, "hasPart": [clip(base, meeting, c, reader) for c in stretches]}


def described(service: Service, meeting: Meeting, reader: Translator) -> str:
    """A sentence about a meeting."""
    names = [item.title for item in meeting.items if item.public]
    said = reader.gettext(
        "%(council)s, %(day)s: the public meeting, by agenda item.", council=service.council.name,
        day=reader.date(meeting.start, "long"),
    )  # fmt: skip
    return " ".join([said, *names])[:300]


def iso_duration(seconds: float) -> str:
    """ISO 8601: `PT1H2M3S`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"PT{hours}H{minute}M{second}S"
