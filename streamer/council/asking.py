"""What may be asked, and when."""

from streamer.council.errors import Invalid
from streamer.council.phase import BEFORE, OVER, Phase

MAX_CLIENT_ID = 64
MAX_NAME = 80


def asking_open(phase: Phase, *, before: bool, after: bool = False) -> bool:
    """Whether questions are taken: on air (never in closed session), and `before` and `after` the meeting if the
    commune wants."""
    if phase in BEFORE:
        return before
    if phase in OVER:
        return after
    return phase in (Phase.LIVE, Phase.RECESS)


def check_text(text: str, name: str | None, *, limit: int) -> tuple[str, str | None]:
    """The text and name as they will be stored. Raises `Invalid`."""
    text = plain(text)
    name = plain(name or "") or None
    if not text:
        raise Invalid({"text": ("question_empty", {})})
    if len(text) > limit:
        raise Invalid({"text": ("question_too_long", {"limit": limit, "length": len(text)})})
    if name and len(name) > MAX_NAME:
        raise Invalid({"name": ("name_too_long", {"limit": MAX_NAME})})
    return text, name


def plain(text: str) -> str:
    """Printable characters and line breaks only: control and bidirectional override characters deceive moderators."""
    if text.isprintable():  # as nearly all are
        return text.strip()
    kept = "".join(c for c in text if c == "\n" or (c.isprintable() and not "\u202a" <= c <= "\u202e"))
    return kept.strip()
