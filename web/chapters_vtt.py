"""A replay's index as WebVTT (W3C), for players and for taking away."""

from collections.abc import Sequence

from streamer.council.chapters import Chapter


def chapters_vtt(chapters: Sequence[Chapter], *, opening: str) -> str:
    """The file's text; `opening` names the stretch before the first item."""
    cues = [f"{i}\n{_moment(c.start)} --> {_moment(c.end)}\n{_title(c, opening)}\n" for i, c in enumerate(chapters, 1)]
    return "\n".join(["WEBVTT\n", *cues])


def _title(chapter: Chapter, opening: str) -> str:
    """One line; `-->` would end the cue, `&` and `<` begin markup."""
    text = " ".join(f"{chapter.number} {chapter.name or opening}".split())
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
