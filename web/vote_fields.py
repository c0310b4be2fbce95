"""The form of a vote: what stands in it, and what it says. A clerk's words for yes and no are in `council/vote.py`."""

from collections.abc import Mapping
from typing import Any

from streamer.council.errors import Invalid
from streamer.council.vote import Choice, Counts, Outcome, Vote, checked, members_of
from web.i18n import N_, Translator
from web.typed import whole_number

CHOICES: dict[Choice, str] = {Choice.YES: N_("yes"), Choice.NO: N_("no"), Choice.ABSTAINED: N_("abstained")}
"""As they are shown in the form, where they are read again."""
FIELDS = ("name", *Choice, "members")
NOTHING_VOTED = dict.fromkeys(map(str, FIELDS), "")


def vote_fields(vote: Vote, reader: Translator) -> dict[str, str]:
    """What stands in the form of a vote."""
    outcome = vote.outcome
    counts = zip(Choice, (outcome.yes, outcome.no, outcome.abstained), strict=True)
    members = "".join(f"{member.name}: {reader.gettext(CHOICES[member.choice])}\n" for member in outcome.members)
    shown = {str(choice): "" if count is None else str(count) for choice, count in counts}
    return {"name": outcome.name, **shown, "members": members}


def typed_in(form: Mapping[str, Any]) -> dict[str, str]:
    """What was sent."""
    return {str(name): str(form.get(name, "")) for name in FIELDS}


def outcome_of(typed: Mapping[str, str]) -> Outcome:
    """What it says. Raises `Invalid`."""
    counts: Counts = (_count(typed["yes"]), _count(typed["no"]), _count(typed["abstained"]))
    return checked(typed["name"], counts, members_of(typed["members"]))


def _count(text: str) -> int | None:
    """None where nothing was entered. Raises `Invalid`."""
    if not text.strip():
        return None
    if (number := whole_number(text, 5)) is None:
        raise Invalid({"counts": ("count_bad", {})})
    return number
