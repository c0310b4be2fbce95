"""Whether a recording is whole: its manifest's chain, held against what is found in the folder. Time and files are
arguments, and so is the arithmetic of signatures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.chain import BreakKind, Chain, Entry, Head, Line, message
from streamer.council.meeting import Span

Check = Callable[[str, str, bytes], bool]
"""(public key, signature, message) -> whether it fits. Key and signature as they stand in the manifest."""

HASHED = (Entry.SEGMENT, Entry.FILE, Entry.VIDEO)
"""Lines that name a file with its content."""
HOLE_SECONDS = 5.0
"""A live meeting without a picture for longer than this is worth a word: opening a camera takes up to 3.2 s."""


class Verdict(StrEnum):
    """The answer."""

    WHOLE = "whole"
    CUT = "cut"  # whole, but for what the clerk cut out
    BEING_CUT = "being_cut"
    NOT_WHOLE = "not_whole"
    NOT_SIGNED = "not_signed"
    NO_MANIFEST = "no_manifest"


class FaultKind(StrEnum):
    """What is wrong, with a file or with a line of the manifest."""

    EDITED = "edited"
    CUT_SHORT = "cut_short"
    EXCHANGED = "exchanged"  # `other`: the file whose content it has
    MISSING = "missing"
    ADDED = "added"  # `other`: the file it is a copy of, if it is one
    NOT_REMOVED = "not_removed"
    LOST = "lost"
    LINE_UNREADABLE = "line_unreadable"
    LINE_EDITED = "line_edited"
    LINE_TAKEN_OUT = "line_taken_out"
    LINE_MOVED = "line_moved"
    SIGNATURE_WRONG = "signature_wrong"
    OTHER_KEY = "other_key"


LINE_FAULTS = {
    BreakKind.UNREADABLE: FaultKind.LINE_UNREADABLE,
    BreakKind.EDITED: FaultKind.LINE_EDITED,
    BreakKind.TAKEN_OUT: FaultKind.LINE_TAKEN_OUT,
    BreakKind.MOVED: FaultKind.LINE_MOVED,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: with a `file`, or with the line `line` of the manifest."""

    kind: FaultKind
    file: str = ""
    line: int = 0
    other: str = ""


@dataclass(frozen=True)
class Found:
    """A file as it lies in the folder."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Report:
    """Everything there is to say about a recording. Unix seconds, seconds. `newer`: files not yet in the manifest;
    `holes`: when the meeting was live and nothing was recorded; `video_sealed`: the MP4 in the folder is the one that
    was made, `None` where there is none. `cuts`: what the clerk cut out, by whom and why."""

    verdict: Verdict
    faults: Sequence[Fault] = ()
    name: str = ""
    segments: Sequence[Line] = ()
    removed: Sequence[Line] = ()
    newer: Sequence[str] = ()
    holes: Sequence[Span] = ()
    signature: Line | None = None
    video_sealed: bool | None = None
    cuts: Sequence[Line] = ()


def judge(
    chain: Chain, found: Mapping[str, Found], *, video: str, check: Check, key: str | None = None, cutting: bool = False
) -> Report:
    """The verdict on a manifest and the files of its folder that it should cover. `video`: the name of the MP4; `key`:
    the public key that must have signed, else any one may have; `cutting`: a cut was begun in the folder and is not
    ended, so that what is wrong may be right in a moment."""
    lines = [Fault(LINE_FAULTS[broken.kind], line=broken.seq) for broken in chain.breaks]
    beside = [name for name in found if name not in chain.newest and name != video]
    owners = {line.data["sha256"]: line.file for line in chain.newest.values() if line.kind in HASHED}
    files = [fault for line in chain.newest.values() if (fault := _wrong(line, found, owners, video))]
    signed = chain.signed and not chain.torn
    added = [Fault(FaultKind.ADDED, name, other=owners.get(found[name].sha256, "")) for name in beside if signed]
    faults = [*lines, *_signatures(chain, check, key), *files, *added]
    segments = [line for line in chain.newest.values() if line.kind is Entry.SEGMENT]
    removed = [line for line in chain.newest.values() if line.kind is Entry.REMOVED]
    cuts = [line for line in chain.lines if line.kind is Entry.CUT]
    log = chain.last(Entry.LOG)
    return Report(
        verdict=_verdict(bool(faults), signed, bool(cuts), cutting),
        faults=faults,
        name=str(log.data.get("name", "")) if log else "",
        segments=segments,
        removed=removed,
        newer=[] if signed else beside,
        holes=holes([*segments, *removed], live_spans(log)) if log and not faults else (),
        signature=chain.last(Entry.SIGNATURE),
        video_sealed=video in chain.newest if video in found else None,
        cuts=cuts,
    )


def _verdict(faults: bool, signed: bool, cuts: bool, cutting: bool) -> Verdict:
    if faults:
        return Verdict.BEING_CUT if cutting else Verdict.NOT_WHOLE
    if not signed:
        return Verdict.NOT_SIGNED
    return Verdict.CUT if cuts else Verdict.WHOLE


def _wrong(line: Line, found: Mapping[str, Found], owners: Mapping[str, str], video: str) -> Fault | None:
    """What is wrong with the file of a line. `owners`: whose content a hash is, according to the manifest."""
    here = found.get(line.file)
    match line.kind:
        case Entry.REMOVED:
            return Fault(FaultKind.NOT_REMOVED, line.file) if here else None
        case Entry.LOST:
            return Fault(FaultKind.LOST, line.file)
    if here is None:
        return Fault(FaultKind.MISSING, line.file) if line.file != video else None
    if here.sha256 == line.data.get("sha256"):
        return None
    if here.sha256 in owners:
        return Fault(FaultKind.EXCHANGED, line.file, other=owners[here.sha256])
    shorter = here.bytes < int(line.data.get("bytes", 0))
    return Fault(FaultKind.CUT_SHORT if shorter else FaultKind.EDITED, line.file)


def _signatures(chain: Chain, check: Check, key: str | None) -> list[Fault]:
    signatures = [line for line in chain.lines if line.kind is Entry.SIGNATURE]
    faults = []
    for line in signatures:
        by, signature = str(line.data.get("key", "")), str(line.data.get("signature", ""))
        if by != (key or signatures[-1].data.get("key")):
            faults.append(Fault(FaultKind.OTHER_KEY, line=line.seq))
        elif not check(by, signature, message(Head(line.seq - 1, line.prev), line.at)):
            faults.append(Fault(FaultKind.SIGNATURE_WRONG, line=line.seq))
    return faults


def live_spans(log: Line) -> list[Span]:
    """When the meeting was live, as its signed log tells it."""
    changes = [(float(at), str(phase)) for at, phase in log.data.get("phases", [])]
    ends = [at for at, _ in changes[1:]] + [log.at]
    return [Span(at, end) for (at, phase), end in zip(changes, ends, strict=True) if phase == "live"]


def holes(recorded: Iterable[Line], spans: Iterable[Span], longer_than: float = HOLE_SECONDS) -> list[Span]:
    """Stretches of `spans` of which nothing is there, if they are longer than so many seconds."""
    stretches = sorted((start := float(line.data["start"]), start + float(line.data["seconds"])) for line in recorded)
    found: list[Span] = []
    for span in spans:
        reached = span.start
        for start, end in [*stretches, (span.end, span.end)]:
            if min(start, span.end) - reached > longer_than:
                found.append(Span(reached, min(start, span.end)))
            reached = max(reached, end)
    return found
