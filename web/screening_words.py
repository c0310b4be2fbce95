"""What is said otherwise of a meeting that is only recorded: nobody must read "live" where nobody sees anything, nor
the other way round."""

from collections.abc import Mapping
from typing import TypeVar

from streamer.council.news import Occasion
from streamer.council.phase import Phase, Verb
from streamer.council.screening import Screening
from streamer.council.trouble import Code
from web.i18n import N_

K = TypeVar("K")
V = TypeVar("V")

SCREENINGS: dict[Screening, str] = {
    Screening.LIVE: N_("Shown live"),
    Screening.DELAYED: N_("Recorded now, published later"),
}
"""In the form of the plan."""
SCREENINGS_EXPLAINED: dict[Screening, str] = {
    Screening.LIVE: N_("The public sees it while it goes on, here and wherever it is sent."),
    Screening.DELAYED: N_("Nobody sees it while it goes on. You go through the recording before it is published."),
}

PHASES: dict[Phase, str] = {Phase.LIVE: N_("Recording, nobody sees it")}
PHASES_EXPLAINED: dict[Phase, str] = {
    Phase.SCHEDULED: N_(
        "Nothing is running. It will be recorded, not shown live; the public sees when it will be published."
    ),
    Phase.REHEARSAL: N_(
        "Only you see this picture; nothing is kept. The meeting itself will be recorded, not shown live."
    ),
    Phase.LIVE: N_("The chamber is being recorded. Nothing is sent anywhere; you alone see it."),
    Phase.RECESS: N_("The chamber is neither shown nor recorded. The camera is off."),
    Phase.CLOSED_SESSION: N_("Picture and sound are cut. Nothing is recorded. The camera is off."),
    Phase.ENDED: N_("Nothing is running, and nobody has seen it. Go through the recording, then publish it."),
}
VERBS: dict[str, str] = {Verb.GO_LIVE: N_("Start recording")}
VERBS_EXPLAINED: dict[Verb, str] = {
    Verb.STAND_DOWN: N_("The camera is off"),
    Verb.GO_LIVE: N_("The chamber is recorded; nobody sees it"),
    Verb.CALL_RECESS: N_("The recording pauses"),
    Verb.CLOSE_SESSION: N_("Camera and recording stop at once"),
    Verb.RESUME: N_("The chamber is recorded again"),
    Verb.END: N_("The recording stops"),
    Verb.REOPEN: N_("It was ended too early: back to the recess"),
}

WELL: dict[Phase, str] = {
    Phase.LIVE: N_("Picture and sound are recorded. Nothing is sent: nobody else sees them."),
    Phase.WAITING: N_("The camera is off, and nothing is sent."),
    Phase.RECESS: N_("The camera is off, and nothing is sent."),
    Phase.CLOSED_SESSION: N_("The camera is off, and nothing is sent."),
}
"""Beside a green light."""
TROUBLES: dict[Code, tuple[str, str]] = {
    Code.CAMERA_LOST: (
        N_("The camera is gone: what is said now is not recorded."),
        N_("Check the camera's power and its cable. The chamber comes back by itself."),
    ),
    Code.CAMERA_STALLED: (
        N_("The camera is connected but sends no picture: what is said now is not recorded."),
        N_("Switch the camera off and on again. The chamber comes back by itself."),
    ),
    Code.NOT_LIVE_AT_START: (
        N_("The meeting should have begun, and it is not being recorded."),
        N_(
            "If it has begun in the room, press “Start recording”. If it is later or cancelled, say so: “Change”, or "
            "“Cancel”."
        ),
    ),
}
"""What happened, and what to do."""

FIRST: dict[Occasion, str] = {
    Occasion.PLANNED: N_("A meeting is planned. It is not shown live: it is recorded, and published afterwards."),
}
"""What those who follow are told."""


def otherwise(screening: str, said: Mapping[K, V], key: K) -> V | None:
    """What one of these tables says; `None` where a meeting is shown live, or nothing else is said of it."""
    return said.get(key) if screening == Screening.DELAYED else None
