"""`tribune verify` and `tribune key`: what a citizen or a court types, and the sentences they are answered with."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from streamer.council.chain import Line, short
from streamer.council.cut import What
from streamer.council.meeting import Span
from streamer.council.verdict import Fault, FaultKind, Report, Verdict
from streamer.media.manifest import NAME, VIDEO, verify
from streamer.media.signing import PUBLIC, KeyUnusable, fingerprint, read_public_key

WHOLE, NOT_WHOLE, CANNOT_TELL = 0, 1, 2
"""Exit codes."""

VERDICTS = {
    Verdict.WHOLE: (WHOLE, "WHOLE: every piece is as it was recorded."),
    Verdict.CUT: (
        WHOLE,
        "CUT, AND OTHERWISE WHOLE: the council cut something out, as told below. Every other piece is as it was "
        "recorded.",
    ),
    Verdict.BEING_CUT: (
        CANNOT_TELL,
        "BEING CUT: something is being cut out, or the service was stopped while it did that; it ends it when it is "
        "started again. Until then nothing can be told.",
    ),
    Verdict.NOT_WHOLE: (NOT_WHOLE, "NOT WHOLE: this is not the recording as it was made."),
    Verdict.NOT_SIGNED: (
        CANNOT_TELL,
        "NOT SIGNED: nothing is wrong so far, but the recording is not finished. The meeting is still running, or the "
        "service was stopped before it could sign; it signs when it is started again.",
    ),
    Verdict.NO_MANIFEST: (
        CANNOT_TELL,
        f"CANNOT BE CHECKED: there is no {NAME}. This is no meeting's folder, the file was taken out, or the meeting "
        "was recorded by a Tribune that did not keep one yet.",
    ),
}

FAULTS = {
    FaultKind.EDITED: "{file} was edited: its content is not what was recorded",
    FaultKind.CUT_SHORT: "{file} was cut short",
    FaultKind.EXCHANGED: "{file} was exchanged: it has the content of {other}",
    FaultKind.MISSING: "{file} is missing",
    FaultKind.ADDED: "{file} was added: it is not part of the recording",
    FaultKind.NOT_REMOVED: "{file} is here, although it was removed on purpose",
    FaultKind.LOST: "{file} was already gone or unreadable when the recording was signed",
    FaultKind.LINE_UNREADABLE: "line {line} of the manifest cannot be read: it was damaged or edited",
    FaultKind.LINE_EDITED: "line {line} of the manifest was edited: the line after it does not follow from it",
    FaultKind.LINE_TAKEN_OUT: "line {line} of the manifest was taken out",
    FaultKind.LINE_MOVED: "line {line} of the manifest stands in the wrong place",
    FaultKind.SIGNATURE_WRONG: "the signature in line {line} of the manifest does not fit: what it signs was changed",
    FaultKind.OTHER_KEY: "the signature in line {line} of the manifest was made with another key",
}


def run_verify(folder: Path, file: Path | None) -> int:
    """Check a folder: one verdict, then what it rests on. `file`: the public key, else that of the installation when
    the folder is among its recordings. Exit code 0 whole, 1 not whole, 2 cannot be told."""
    beside = folder.absolute().parent / PUBLIC
    if file is None and beside.exists():
        file = beside
    try:
        report = verify(folder, read_public_key(file) if file else None)
    except (OSError, KeyUnusable) as error:
        print(f"{folder}\nCANNOT BE CHECKED: {error}", file=sys.stderr)
        return CANNOT_TELL
    code, sentence = VERDICTS[report.verdict]
    print(f"{folder}\n{sentence}")
    for line in [*map(_fault, report.faults), *_details(report, file)]:
        print(f"  {line}")
    return code


def run_key(recordings: Path) -> int:
    """Print the installation's public key: the key on standard output, its fingerprint beside it."""
    path = recordings / PUBLIC
    try:
        key = read_public_key(path)
    except KeyUnusable as error:
        print(f"{error}. The key is made when the service is started for the first time.", file=sys.stderr)
        return NOT_WHOLE
    print(f"Fingerprint: {fingerprint(key)}", file=sys.stderr)
    print(path.read_text(encoding="ascii"), end="")
    return 0


def _fault(fault: Fault) -> str:
    text = FAULTS[fault.kind].format(file=fault.file, line=fault.line, other=fault.other)
    return f"{text}, a copy of {fault.other}" if fault.kind is FaultKind.ADDED and fault.other else text


def _details(report: Report, key: Path | None) -> Iterator[str]:
    if report.verdict is Verdict.NO_MANIFEST:
        return
    if report.name:
        yield report.name
    yield from _filmed(report.segments)
    yield from map(_cut, report.cuts)
    removed = [line for line in report.removed if "cut" not in line.data]
    for why in dict.fromkeys(str(line.data.get("why", "")) for line in removed):
        for span in _spans(line for line in removed if line.data.get("why") == why):
            yield f"removed on purpose, {why}: {_moment(span.start)} to {_moment(span.end)}"
    for hole in report.holes:
        yield f"nothing was recorded from {_moment(hole.start)} to {_moment(hole.end)}, although the meeting was live"
    if report.newer:
        yield f"not yet in the manifest: {', '.join(report.newer)}"
    if report.video_sealed is not None and report.verdict is not Verdict.NOT_WHOLE:
        made = f"{VIDEO} was made from these segments, and is as it was made"
        yield made if report.video_sealed else f"{VIDEO} is not in the manifest: it says nothing about the recording"
    yield from _signed(report, key)


CUT: dict[str, str] = {
    What.BOTH: "cut out",
    What.SOUND: "sound cut out, silence in its place",
    What.PICTURE: "picture cut out, a still in its place",
}


def _cut(line: Line) -> str:
    what, start = CUT.get(line.data["what"], "cut out"), float(line.data["start"])
    end, ordered = _moment(start + float(line.data["seconds"])), _moment(float(line.data["ordered"]))
    return f"{what}: {_moment(start)} to {end}; on {ordered}, by {line.data['by']}: {line.data['why']}"


def _filmed(segments: Sequence[Line]) -> Iterator[str]:
    spans = _spans(segments)
    if spans:
        length = _length(sum(float(line.data["seconds"]) for line in segments))
        first, last = min(span.start for span in spans), max(span.end for span in spans)
        yield f"{len(segments)} segments, {length}, from {_moment(first)} to {_moment(last)}"


def _signed(report: Report, key: Path | None) -> Iterator[str]:
    line = report.signature
    if line is None:
        return
    by = fingerprint(str(line.data.get("key", "")))
    if key:
        whose = f"the key in {key} ({by})" if report.verdict is not Verdict.NOT_WHOLE else f"the key {by}"
    else:
        whose = f"the key {by}. Ask the council whether this is its key, or give its public key with --key"
    earlier = "an earlier part was " if report.verdict is Verdict.NOT_SIGNED else ""
    yield f"{earlier}signed {_moment(line.at)}, seal {short(line.hash)}, with {whose}"


def _spans(lines: Iterable[Line]) -> list[Span]:
    """Segments end to end as one span."""
    found: list[Span] = []
    for start, end in sorted((at := float(s.data["start"]), at + float(s.data["seconds"])) for s in lines):
        if found and start - found[-1].end < 1.0:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found


def _moment(unix: float) -> str:
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
