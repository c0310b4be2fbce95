"""Caption files: WebVTT (W3C) and SubRip read and written. The only place that knows the library for them.

The library leaves out what it cannot read, without a word. A clerk must be told instead, with the line to look at: so
every line that wants to be a time is looked at first.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from streamer.council.captions import MAX_LINES, MAX_SPEAKER, MAX_TEXT, Cue, Line
from streamer.council.errors import Invalid

MAX_BYTES = 8 * 1024 * 1024
_VTT_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_SRT_TIME = r"\d{1,3}:[0-5]\d:[0-5]\d[,.]\d{1,3}"
_VTT_TIMING = re.compile(rf"\s*({_VTT_TIME})\s*-->\s*({_VTT_TIME})(?:\s|$)")
_SRT_TIMING = re.compile(rf"\s*({_SRT_TIME})\s*-->\s*({_SRT_TIME})(?:\s|$)")
_BREAK = re.compile(r"\r\n|\r|\n")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_TAG = re.compile(r"</?[A-Za-z\d][^<>]*>|\{\\[^}]*\}")
_NAMED = re.compile(r"(\w[\w .'’\-]{0,60}?)\s*: +(?=\S)")
MOSTLY = 0.8
"""Share of lines that begin with "Name: ", above which the file is taken to write its speakers so."""


def read(raw: bytes) -> list[Cue]:
    """The lines of a WebVTT or SubRip file. Raises `Invalid` (field `file`), with the number of the line."""
    if len(raw) > MAX_BYTES:
        raise _wrong("captions_too_big", limit=MAX_BYTES // 1024 // 1024)
    text = _decoded(raw)
    is_vtt = text.startswith("WEBVTT")
    rows = _BREAK.split(text)
    if not is_vtt and not any(_SRT_TIMING.match(row) for row in rows):
        if not any("-->" in row for row in rows):
            raise _wrong("captions_unknown")
        raise _wrong("captions_time", line=next(number for number, row in enumerate(rows, 1) if "-->" in row))
    _look(rows, _VTT_TIMING if is_vtt else _SRT_TIMING)
    try:
        parsed = webvtt.from_string(text) if is_vtt else webvtt.from_string(_as_vtt(rows))
    except (MalformedFileError, MalformedCaptionError):
        raise _wrong("captions_unknown") from None
    cues = [cue for caption in parsed.captions for cue in _cues(caption)]
    if not cues:
        raise _wrong("captions_none")
    if len(cues) > MAX_LINES:
        raise _wrong("captions_too_many", limit=MAX_LINES)
    return _speakers(cues)


def _decoded(raw: bytes) -> str:
    """WebVTT is UTF-8; SubRip files of older programs are not always."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
            raise _wrong("captions_not_utf8", line=raw[: error.start].count(b"\n") + 1) from None
        return raw.decode("cp1252", "replace")


def _look(rows: Sequence[str], timing: re.Pattern[str]) -> None:
    """Raises `Invalid` for the first line that wants to be a time and is none, or ends before it begins."""
    for number, row in enumerate(rows, 1):
        if "-->" not in row or row.startswith("NOTE"):
            continue
        found = timing.match(row)
        if found is None:
            raise _wrong("captions_time", line=number)
        if _seconds(found[2]) < _seconds(found[1]):
            raise _wrong("captions_backwards", line=number)


def _as_vtt(rows: Sequence[str]) -> str:
    """SubRip as WebVTT: the head, and times with a point. What follows the times (coordinates) is left out."""
    said = ["WEBVTT", ""]
    for row in rows:
        found = _SRT_TIMING.match(row)
        said.append(f"{moment(_seconds(found[1]))} --> {moment(_seconds(found[2]))}" if found else row)
    return "\n".join(said)


def _cues(caption: webvtt.Caption) -> list[Cue]:
    """One for each voice in it."""
    start, end = _seconds(caption.start), _seconds(caption.end)
    pieces = _VOICE.split(caption.raw_text)
    said = [(None, pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    cues = [Cue(start, end, _plain(text), " ".join(html.unescape(who).split()) if who else None) for who, text in said]
    return [replace(cue, speaker=(cue.speaker or "")[:MAX_SPEAKER] or None) for cue in cues if cue.text]


def _plain(text: str) -> str:
    """Without tags and entities, on one line, printable."""
    bare = html.unescape(_TAG.sub("", text))
    shown = "".join(c if c.isprintable() else " " for c in bare if not "\u202a" <= c <= "\u202e")
    return " ".join(shown.split())[:MAX_TEXT]


def _speakers(cues: list[Cue]) -> list[Cue]:
    """Programs for video meetings write "Name: what was said": where nearly all lines do, those are the speakers."""
    if any(cue.speaker for cue in cues):
        return cues
    found = [_NAMED.match(cue.text) for cue in cues]
    names = Counter(match[1] for match in found if match)
    if sum(names.values()) < MOSTLY * len(cues) or len(names) > max(3, len(cues) // 2):
        return cues
    return [
        replace(cue, speaker=match[1], text=cue.text[match.end() :]) if match else cue
        for cue, match in zip(cues, found, strict=True)
    ]


def as_vtt(lines: Iterable[Line]) -> str:
    """WebVTT; speakers as voices."""
    said = ["WEBVTT\n"]
    for number, line in enumerate(lines, 1):
        voice = f"<v {html.escape(line.speaker, quote=False)}>" if line.speaker else ""
        text = "\n".join(html.escape(row, quote=False) for row in line.text.splitlines())
        said.append(f"{number}\n{moment(line.at or 0.0)} --> {moment(line.until)}\n{voice}{text}\n")
    return "\n".join(said)


def as_srt(lines: Iterable[Line]) -> str:
    """SubRip; it knows no voices, so a name stands before what its owner begins to say."""
    said, before = list[str](), None
    for number, line in enumerate(lines, 1):
        name = f"{line.speaker}: " if line.speaker and line.speaker != before else ""
        start, end = (moment(at).replace(".", ",") for at in (line.at or 0.0, line.until))
        text = line.text.replace("-->", "->")
        said.append(f"{number}\n{start} --> {end}\n{name}{text}\n")
        before = line.speaker
    return "\n".join(said)


def as_text(lines: Iterable[Line], title: str) -> str:
    """To be read: a paragraph for each passage, its time, and who speaks."""
    said, passage, speaker = [title, ""], -1, None
    for line in lines:
        if line.passage != passage:
            clock = moment(line.at or 0.0)[:8]
            named = f"{line.speaker}: " if line.speaker and line.speaker != speaker else ""
            said.append(f"\n[{clock}] {named}{' '.join(line.text.split())}")
        else:
            said[-1] += " " + " ".join(line.text.split())
        passage, speaker = line.passage, line.speaker
    return "\n".join(said) + "\n"


def _seconds(clock: str) -> float:
    hours, minutes, seconds = (["0", *clock.replace(",", ".").split(":")])[-3:]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def moment(seconds: float) -> str:
    """As in WebVTT: `01:02:03.004`."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _wrong(code: str, **values: object) -> Invalid:
    return Invalid({"file": (code, values)})
