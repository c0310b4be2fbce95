"""What a search finds before anything is read of it: whose passages they are, and in which order meetings come."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

GAP, SPAN = 200, 2400
"""Passages: so many of others may lie between two tracks that are asked together, and so many there may be in all."""


@dataclass(frozen=True)
class Track:
    id: int
    last: int
    meeting: str
    language: str


class Tracks:
    """Captions that may be searched, to be found by a passage of theirs. `newest`: of the latest meeting first."""

    def __init__(self, tracks: Sequence[Track] = ()) -> None:
        self.all, self._starts = tracks, [track.id for track in tracks]
        self.newest = sorted(tracks, key=lambda track: track.meeting, reverse=True)

    def of(self, passage: int) -> Track | None:
        """The one that a passage is of; `None` where it is of none of these."""
        place = bisect_right(self._starts, passage) - 1
        return self.all[place] if place >= 0 and passage <= self.all[place].last else None


@dataclass
class Seen:
    """The captions that the last search looked at, for the next one: `key` says of which state of the database, which
    body and year. Only the thread of searches looks at it."""

    generation: int = -1
    key: tuple[int, str, str] = (-1, "", "")
    tracks: Tracks = field(default_factory=Tracks)


@dataclass(frozen=True)
class Name:
    """Something with a name, by its id in the index; `start`: of its meeting."""

    id: int
    meeting: str
    start: str


@dataclass
class Hits:
    """Of one meeting, before anything is read of it: ids of passages and of things. `start`: its day, or more exactly;
    a meeting's id begins with it."""

    start: str
    said: list[int] = field(default_factory=list)
    named: list[int] = field(default_factory=list)


def runs(tracks: Iterable[Track]) -> list[list[Track]]:
    """Tracks whose passages follow one another, or nearly so, and are not very many."""
    found: list[list[Track]] = []
    for track in sorted(tracks, key=lambda track: track.id):
        run = found[-1] if found else []
        if run and track.id - run[-1].last <= GAP and track.last - run[0].id < SPAN:
            run.append(track)
        else:
            found.append([track])
    return found


def grouped(said: Iterable[int], tracks: Tracks, named: Iterable[Name]) -> dict[str, Hits]:
    found: dict[str, Hits] = {}
    for name in named:
        found.setdefault(name.meeting, Hits(name.start)).named.append(name.id)
    for id in sorted(said):
        if track := tracks.of(id):
            if track.meeting not in found:
                found[track.meeting] = Hits(track.meeting)
            found[track.meeting].said.append(id)
    return found


def best(found: dict[str, Hits]) -> dict[str, Hits]:
    """A name counts as much as ten passages; of equals the newest is first."""
    newest = sorted(found.items(), key=lambda pair: pair[1].start, reverse=True)
    return dict(sorted(newest, key=lambda pair: -(10 * len(pair[1].named) + len(pair[1].said))))
