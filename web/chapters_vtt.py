"""A replay's index as WebVTT (W3C), for players and for taking away."""

from collections.abc import Sequence

from streamer.council.chapters import Chapter
from streamer.media.caption_files import moment


def chapters_vtt(chapters: Sequence[Chapter], *, opening: str) -> str:
    """The file's text; `opening` names the stretch before the first item."""
    cues = [f"{i}\n{moment(c.start)} --> {moment(c.end)}\n{_title(c, opening)}\n" for i, c in enumerate(chapters, 1)]
    return "\n".join(["WEBVTT\n", *cues])


def _title(chapter: Chapter, opening: str) -> str:
    """One line; `-->` would end the cue, `&` and `<` begin markup."""
    text = chapter.titled(opening)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
