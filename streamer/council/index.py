"""The marks of a replay's index: as the meeting made them, as the clerk put them right, and what may be put right."""

from collections.abc import Sequence
from itertools import pairwise

from streamer.council.correction import OPENING_MARK, Change, Correction, IndexMark, corrected
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.meeting import AgendaItem, Meeting, Span
from streamer.council.phase import OVER

SHORTEST = 0.5
"""Seconds. What is shorter was a slip of the finger."""
MAX_TITLE = 500
"""Characters, as of an agenda item."""
MAX_CHAPTERS = 1000


def marks_of(meeting: Meeting) -> list[IndexMark]:
    """Where chapters begin, in the order of their moments: of public items, and of what has a name of its own. The
    opening's mark is first, if it was given a name."""
    opened = [IndexMark(f"v{mark.version}", mark.at, mark.item) for mark in meeting.marks]
    return [mark for mark in corrected(opened, meeting.corrections) if _is_shown(meeting, mark)]


def _is_shown(meeting: Meeting, mark: IndexMark) -> bool:
    item = meeting.item(mark.item) if mark.item else None
    return item.public if item else bool(mark.name and not mark.item) or mark.id == OPENING_MARK


def withheld_spans(meeting: Meeting) -> list[Span]:
    """When something was discussed that is not shown in the replay."""
    if not meeting.withheld_parts or meeting.phase not in OVER:
        return []  # who reopens a meeting and comes back to such an item shows it
    edges = [IndexMark(OPENING_MARK, float("-inf")), *(m for m in marks_of(meeting) if m.id != OPENING_MARK)]
    ends = [mark.at for mark in edges[1:]] + [float("inf")]
    return [
        Span(mark.at, end)
        for mark, end in zip(edges, ends, strict=True)
        if (mark.item or mark.id) in meeting.withheld_parts
    ]


def title_of(meeting: Meeting, id: str) -> str:
    """What the mark of that id is, or was, about; nothing where that is not for everybody, or not known."""
    opened = [IndexMark(f"v{mark.version}", mark.at, mark.item) for mark in meeting.marks]
    found = {mark.id: mark for mark in opened}
    for correction in meeting.corrections:
        data = correction.data
        if correction.change is Change.SET:
            found |= {mark["id"]: IndexMark(**mark) for mark in data["marks"]}
        elif correction.change is Change.SPLIT:
            found[data["mark"]] = IndexMark(data["mark"], data["at"], data["item"], data["name"])
    mark = found.get(id, IndexMark("", 0.0))
    item = meeting.item(mark.item)
    if item is None or not item.public:
        return mark.name
    return " ".join(f"{mark.number or item.number} {mark.name or item.name}".split())


def standing(meeting: Meeting) -> Correction | None:
    """The last correction that counts: what "undo" undoes."""
    return next((c for c in reversed(meeting.corrections) if not c.undone), None)


def move(meeting: Meeting, mark: str, at: float) -> Fact:
    """A chapter begins at `at` (unix seconds) instead; never beyond its neighbours. Raises `Refused`, `Unknown`."""
    _over(meeting)
    _movable(meeting, mark)
    _fits(meeting, at, but=mark)
    return _fact(Change.MOVED, mark=mark, at=at)


def split(meeting: Meeting, new: str, of: str, at: float, *, item: str = "", name: str = "") -> Fact:
    """Another chapter begins at `at` (unix seconds), within the one of the mark `of`; its mark's id is `new`. It is
    about `item`, or is called `name`; with neither it goes on about the same. Raises `Refused`, `Invalid`, `Unknown`.
    """
    _over(meeting)
    found = _mark(meeting, of)
    _fits(meeting, at)
    if not (item or name.strip()):
        item, name = found.item, found.name
    return _fact(Change.SPLIT, mark=new, of=of, at=at, item=_public(meeting, item), name=_title(name, item))


def merge(meeting: Meeting, mark: str) -> Fact:
    """A chapter becomes a part of the one before. Raises `Refused`, `Unknown`."""
    _over(meeting)
    return _fact(Change.MERGED, mark=_movable(meeting, mark).id)


def rename(meeting: Meeting, mark: str, name: str) -> Fact:
    """A chapter is called `name`; "" is the item's own name again. Raises `Refused`, `Invalid`, `Unknown`."""
    _over(meeting)
    found = _mark(meeting, mark)
    return _fact(Change.RENAMED, mark=mark, name=_title(name, OPENING_MARK if mark == OPENING_MARK else found.item))


def set_all(meeting: Meeting, marks: Sequence[IndexMark], *, seen: int | None = None) -> Fact:
    """These chapters in place of all. `seen`: the meeting's version they were made upon.

    Raises `Refused`, `Invalid`, `Unknown` (of an item), `Conflict`.
    """
    _over(meeting)
    if seen is not None and seen != meeting.version:
        raise Conflict(seen, meeting.version)
    if len(marks) > MAX_CHAPTERS:
        raise Invalid({"chapters": ("too_many_chapters", {"limit": MAX_CHAPTERS})})
    order = sorted(range(len(marks)), key=lambda index: marks[index].at)
    for before, after in pairwise(order):
        if marks[after].at - marks[before].at < SHORTEST:
            raise Invalid({f"chapters[{after}].start": ("chapters_meet", {})})
    return _fact(Change.SET, marks=[_checked(meeting, marks[index], index) for index in order])


def undo(meeting: Meeting, version: int | None = None) -> Fact:
    """The last correction does not count any more; `version`: which one that was, as it was seen.

    Raises `Refused`, `Conflict`.
    """
    _over(meeting)
    last = standing(meeting)
    if last is None:
        raise Refused("no_correction", can=[])
    if version is not None and version != last.version:
        raise Conflict(version, last.version)
    return Fact(Kind.CORRECTION_UNDONE, {"version": last.version})


def _fact(change: Change, **data: object) -> Fact:
    return Fact(Kind.CHAPTERS_CORRECTED, {"change": change, **data})


def _over(meeting: Meeting) -> None:
    if meeting.phase not in OVER:
        raise Refused("index_too_early", can=meeting.can, phase=meeting.phase)


def _mark(meeting: Meeting, id: str) -> IndexMark:
    if id == OPENING_MARK:
        return IndexMark(OPENING_MARK, 0.0)
    found = next((mark for mark in marks_of(meeting) if mark.id == id), None)
    if found is None:
        raise Unknown("mark", id)
    return found


def _movable(meeting: Meeting, id: str) -> IndexMark:
    if id == OPENING_MARK:
        raise Refused("opening_stays", can=[])
    return _mark(meeting, id)


def _fits(meeting: Meeting, at: float, *, but: str = "") -> None:
    """Between its neighbours, none of which may vanish."""
    marks = marks_of(meeting)
    here = next((mark.at for mark in marks if mark.id == but), at)
    others = [mark.at for mark in marks if mark.id not in (but, OPENING_MARK)]
    before = max((other for other in others if other <= here), default=float("-inf"))
    after = min((other for other in others if other > here), default=float("inf"))
    if not before + SHORTEST <= at <= after - SHORTEST:
        raise Refused("mark_beyond", can=[])


def _public(meeting: Meeting, id: str) -> str:
    """The id of an item of which a replay may speak, or nothing."""
    item: AgendaItem | None = meeting.item(id)
    if id and (item is None or not item.public):
        raise Unknown("item", id)
    return id


def _title(name: str, item: str) -> str:
    name = " ".join(name.split())
    if not name and not item:
        raise Invalid({"name": ("name_missing", {})})
    if len(name) > MAX_TITLE:
        raise Invalid({"name": ("name_too_long", {"limit": MAX_TITLE})})
    return name


def _checked(meeting: Meeting, mark: IndexMark, index: int) -> dict[str, object]:
    try:
        name = _title(mark.name, mark.item)
    except Invalid as error:
        raise Invalid({f"chapters[{index}].name": error.mistakes["name"]}) from None
    item = _public(meeting, mark.item)
    return {"id": mark.id, "at": mark.at, "item": item, "number": " ".join(mark.number.split()), "name": name}
