"""What belongs to a video at YouTube beside its description: a still picture, captions, a place in playlists.

As with the broadcast itself: what should be there is compared with what was sent, and errands follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

UPDATE_SECONDS = 6 * 3600.0
"""Corrections of captions are gathered for so long: each upload costs 450 of the day's 10,000 units."""


class Kind(StrEnum):
    """What it is, in the order in which it is seen to."""

    THUMBNAIL = "thumbnail"
    PLAYLIST = "playlist"
    CAPTIONS = "captions"


@dataclass(frozen=True)
class Thing:
    """`about`: the language of captions, the id of a playlist."""

    kind: Kind
    about: str = ""


@dataclass(frozen=True)
class Sent:
    """What YouTube has. `remote`: its id there; `digest`: of what was sent, empty where that is not known; `at`: unix
    seconds."""

    remote: str
    digest: str
    at: float


class Act(StrEnum):
    """What is done about a thing."""

    SEND = "send"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True)
class Errand:
    """One thing to do."""

    act: Act
    thing: Thing
    digest: str = ""

    @property
    def step(self) -> str:
        """Its name in the journal."""
        return " ".join(filter(None, (self.act, self.thing.kind, self.thing.about, self.digest)))


def errands(
    wanted: Mapping[Thing, str], sent: Mapping[Thing, Sent], now: float, *, settled: bool
) -> list[Errand]:  # fmt: skip
    """What is to be done, in order. `wanted`: each thing with the digest of what it should be; `settled`: the video is
    whole and public, so captions that are not wanted any more are taken away."""
    found = []
    for thing, digest in sorted(wanted.items(), key=lambda each: (list(Kind).index(each[0].kind), each[0].about)):
        known = sent.get(thing)
        if known is None:
            found.append(Errand(Act.SEND, thing, digest))
        elif known.digest != digest and _may_change(thing, known, now):
            found.append(Errand(Act.REPLACE, thing, digest))
    gone = [thing for thing in sent if thing.kind is Kind.CAPTIONS and thing not in wanted and settled]
    return found + [Errand(Act.REMOVE, thing) for thing in gone]


def _may_change(thing: Thing, known: Sent, now: float) -> bool:
    return thing.kind is not Kind.CAPTIONS or not known.digest or now - known.at >= UPDATE_SECONDS
