"""Whether a meeting is shown while it goes on, or recorded now and shown afterwards.

It is planned, and fixed as soon as anything may be on the air: nobody must find out in the middle that the chamber was
seen after all.
"""

from enum import StrEnum

from streamer.council.phase import Phase, Verb, available


class Screening(StrEnum):
    """The value is the word in the log, in forms and in the API."""

    LIVE = "live"
    DELAYED = "delayed"
    """Recorded; nobody sees anything of it before it was gone through and published."""


CHANGEABLE = frozenset({Phase.SCHEDULED, Phase.REHEARSAL})
"""Phases in which it may still be planned otherwise: nothing is or was sent."""
POINTLESS = {Screening.LIVE: frozenset[Verb](), Screening.DELAYED: frozenset({Verb.OPEN_DOORS})}
"""Verbs of the phase that make no sense: a countdown for nobody."""


def possible(phase: Phase, screening: Screening) -> list[Verb]:
    """What the clerk can order in a phase, in the order of `Verb`."""
    return [verb for verb in available(phase) if verb not in POINTLESS[screening]]
