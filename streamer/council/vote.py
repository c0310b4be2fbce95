"""Votes on agenda items: when one was taken, and how it came out, in the clerk's words. Tribune counts no votes: it
keeps what the council counted. Who voted how is shown only where the clerk entered it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from streamer.council.errors import Invalid
from streamer.council.events import Event, Kind

MAX_NAME = 300
MAX_MEMBERS = 200
MAX_COUNT = 10_000


class Choice(StrEnum):
    """How a member voted. Somebody who was not there is not listed."""

    YES = "yes"
    NO = "no"
    ABSTAINED = "abstained"


WORDS: Mapping[Choice, frozenset[str]] = {
    Choice.YES: frozenset({"yes", "aye", "for", "oui", "pour", "ja", "dafür", "jo", "dofir"}),
    Choice.NO: frozenset({"no", "nay", "against", "non", "contre", "nein", "dagegen", "nee", "dergéint"}),
    Choice.ABSTAINED: frozenset({
        "abstained", "abstains", "abstention", "abstain", "s'abstient",
        "enthaltung", "enthalten", "enthalung", "enthalen",
    }),
}  # fmt: skip
"""What a clerk types, in fr, de, lb or en."""


@dataclass(frozen=True)
class MemberVote:
    """One member's."""

    name: str
    choice: Choice


@dataclass(frozen=True)
class Outcome:
    """How it came out. `name`: what was voted on where the item has several votes. Counts are None until entered."""

    name: str = ""
    yes: int | None = None
    no: int | None = None
    abstained: int | None = None
    members: tuple[MemberVote, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether there is anything to show but that a vote was taken."""
        return self.yes is not None

    def as_data(self) -> dict[str, Any]:
        """For the log."""
        members = [{"name": member.name, "choice": member.choice} for member in self.members]
        return {"name": self.name, "yes": self.yes, "no": self.no, "abstained": self.abstained, "members": members}


@dataclass(frozen=True)
class Vote:
    """On `item` (an agenda item's id), at `at` (unix seconds; None where only the outcome was entered)."""

    id: str
    item: str
    at: float | None = None
    outcome: Outcome = Outcome()


def fold_votes(known: tuple[Vote, ...], event: Event) -> tuple[Vote, ...]:
    """The votes after one more event."""
    data = event.data
    match event.kind:
        case Kind.VOTE_CALLED:
            return (*known, Vote(data["vote"], data["item"], data["at"]))
        case Kind.VOTE_RECORDED:
            outcome = _outcome(data)
            if all(vote.id != data["vote"] for vote in known):
                return (*known, Vote(data["vote"], data["item"], None, outcome))
            return tuple(replace(vote, outcome=outcome) if vote.id == data["vote"] else vote for vote in known)
        case Kind.VOTE_REMOVED:
            return tuple(vote for vote in known if vote.id != data["vote"])
        case _:
            return known


def _outcome(data: Mapping[str, Any]) -> Outcome:
    members = tuple(MemberVote(member["name"], Choice(member["choice"])) for member in data["members"])
    return Outcome(data["name"], data["yes"], data["no"], data["abstained"], members)


Counts = tuple[int | None, int | None, int | None]


def checked(name: str, counts: Counts, members: Sequence[MemberVote]) -> Outcome:
    """An outcome that can be kept; `counts`: for, against, abstained. What the members' votes add up to need not be
    counted by hand. Raises `Invalid`, also where the two contradict each other."""
    name = " ".join(name.split())
    members = tuple(MemberVote(" ".join(member.name.split()), member.choice) for member in members)
    if len(name) > MAX_NAME or any(len(member.name) > MAX_NAME for member in members):
        raise Invalid({"name": ("name_too_long", {"limit": MAX_NAME})})
    if len(members) > MAX_MEMBERS:
        raise Invalid({"members": ("too_many_members", {"limit": MAX_MEMBERS})})
    times = Counter(member.name.casefold() for member in members)
    if twice := next((member.name for member in members if times[member.name.casefold()] > 1), None):
        raise Invalid({"members": ("member_twice", {"name": twice})})
    if any(count is not None and not 0 <= count <= MAX_COUNT for count in counts):
        raise Invalid({"counts": ("count_bad", {})})
    return Outcome(name, *_agreed(counts, members), members)


def _agreed(counts: Counts, members: Sequence[MemberVote]) -> Counts:
    """The counts as entered, or as the members' votes add up; none where nothing was entered."""
    if not members:
        return counts if counts == (None, None, None) else (counts[0] or 0, counts[1] or 0, counts[2] or 0)
    cast = Counter(member.choice for member in members)
    added = cast[Choice.YES], cast[Choice.NO], cast[Choice.ABSTAINED]
    if any(count not in (None, sum_) for count, sum_ in zip(counts, added, strict=True)):
        raise Invalid({"counts": ("votes_contradict", {"yes": added[0], "no": added[1], "abstained": added[2]})})
    return added


_SAID = re.compile(r"^(.+?)\s*[:;|\t–—-]\s*([^:;|\t–—-]+)$")


def members_of(text: str) -> list[MemberVote]:
    """One a line: the name, a colon (or a dash), and yes, no or abstained in fr, de, lb or en. Raises `Invalid`."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        said = _SAID.match(line)
        choice = next((c for c, words in WORDS.items() if said and said[2].strip().casefold() in words), None)
        if said is None or choice is None:
            raise Invalid({"members": ("member_vote_bad", {"line": line[:80]})})
        found.append(MemberVote(said[1], choice))
    return found
