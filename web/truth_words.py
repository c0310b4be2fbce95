"""The truth light in a reader's words: what it says, what to do, and since when."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from streamer.council.phase import Phase
from streamer.council.screening import Screening
from streamer.council.trouble import Code, Severity, Trouble
from streamer.council.truth import Light, Truth
from web import screening_words as recorded
from web.i18n import N_
from web.screening_words import otherwise
from web.words import PHASES_EXPLAINED

Gettext = Callable[[str], str]

LIGHTS: dict[Light, str] = {
    Light.OFF: N_("Nothing is running"),
    Light.GREEN: N_("All is well"),
    Light.AMBER: N_("Attention"),
    Light.RED: N_("Something is wrong"),
}

UNKNOWN_LIGHT = N_("Not known")
NOT_KNOWN_YET = N_("Tribune is looking. This takes a few seconds.")

WELL: dict[Phase, str] = {
    Phase.REHEARSAL: N_("Picture and sound arrive. Only you see and hear them."),
    Phase.LIVE: N_("Picture and sound go out and are recorded."),
    Phase.WAITING: N_("The countdown goes out. The camera is off."),
    Phase.RECESS: N_("The recess picture goes out. The camera is off."),
    Phase.CLOSED_SESSION: N_("The camera is off. The public sees the picture “this part is not public”."),
}
"""Beside a green light."""

TROUBLES: dict[Code, tuple[str, str]] = {
    Code.CAMERA_NOT_OFF: (
        N_("The camera is still on, although it was ordered off."),
        N_(
            "Pull the camera's cable or switch it off by hand, now. Then call the person who looks after this computer."
        ),
    ),
    Code.DISK_FULL: (
        N_("The disk is full: nothing more can be recorded."),
        N_("Call the person who looks after this computer: files that are not needed must be removed, now."),
    ),
    Code.ENCODER_DEAD: (
        N_("The picture cannot be made."),
        N_("Call the person who looks after this computer. Tribune keeps trying."),
    ),
    Code.SLATE_MISSING: (
        N_("The still picture for the public does not go out."),
        N_("Nothing of the chamber is shown. If it stays so, call the person who looks after this computer."),
    ),
    Code.NOT_LIVE_AT_START: (
        N_("The meeting should have begun, and it is not live."),
        N_("If it has begun in the room, press “Go live”. If it is later or cancelled, say so: “Change”, or “Cancel”."),
    ),
    Code.FORGOTTEN: (
        N_("Has the meeting ended? For hours nothing has been heard or seen of it."),
        N_("If it goes on, press “It goes on”; if not, “End the meeting”. Without an answer it ends by itself."),
    ),
    Code.CAMERA_LOST: (
        N_("The camera is gone. The public sees the picture “one moment please”; the broadcast goes on."),
        N_("Check the camera's power and its cable. The chamber comes back by itself."),
    ),
    Code.CAMERA_STALLED: (
        N_("The camera is connected but sends no picture. The public sees the picture “one moment please”."),
        N_("Switch the camera off and on again. The chamber comes back by itself."),
    ),
    Code.FILM_ENDED: (
        N_("The film that stands in for the camera has come to its end."),
        N_("Call a recess or end the meeting."),
    ),
    Code.ENCODER_DIED: (
        N_("The program that makes the picture was ended and is being started again."),
        N_("Wait a few seconds. If this happens again, call the person who looks after this computer."),
    ),
    Code.CAMERA_OPENING: (
        N_("The camera has not sent a picture yet."),
        N_("Wait a few seconds. If nothing comes, check that the camera is switched on and its cable is in."),
    ),
    Code.RECORDING_STILL: (
        N_("The recording does not grow: what is said now may be missing from the replay."),
        N_("Call the person who looks after this computer. If you can, ask the chair for a short break."),
    ),
    Code.AIR_STILL: (
        N_("No new picture goes out to the public."),
        N_("Wait a few seconds. If it stays so, call the person who looks after this computer."),
    ),
    Code.DESTINATION_REFUSES: (
        N_("%(name)s does not accept the stream key: nothing is shown there. The recording is not affected."),
        N_("Call the person who looks after this computer: the key must be copied anew, and Tribune restarted."),
    ),
    Code.DESTINATION_LOST: (
        N_("%(name)s is not connected. The recording is not affected."),
        N_(
            "Tribune keeps trying by itself. If it stays so, check the network, and call the person who looks after it."
        ),
    ),
    Code.DESTINATION_STUCK: (
        N_("%(name)s takes nothing any more, although it is connected."),
        N_("Tribune connects anew by itself in a few seconds. If it stays so, check the network."),
    ),
    Code.DESTINATION_SLOW: (
        N_("The network is too slow for %(name)s: its viewers see the picture falter. The recording is not affected."),
        N_("Nobody else here should send or download large files now. Call the person who looks after the network."),
    ),
    Code.DESTINATION_ONE_WAY: (
        N_("%(name)s gets the broadcast by one of its two ways only. Its viewers do not notice."),
        N_("Tribune keeps trying the other way by itself. “Where it is sent” says which one it is."),
    ),
    Code.UPRIGHT_MISSING: (
        N_("The upright picture for %(name)s is not being made. The broadcast and the recording are not affected."),
        N_(
            "Tribune keeps trying by itself. If it stays so, send no more to %(name)s and tell the person who looks "
            "after this computer."
        ),
    ),
    Code.UPRIGHT_SLOW: (
        N_(
            "This computer is too slow for the upright picture: at %(name)s it falters. The broadcast and the "
            "recording come first."
        ),
        N_("Close every other program. If it stays so, send no more to %(name)s."),
    ),
    Code.PLATFORM_NOT_LIVE: (
        N_("%(name)s does not show the broadcast yet, although it is sent there."),
        N_("Tribune keeps trying. If it stays so, start it by hand in YouTube Studio. Our own page is not affected."),
    ),
    Code.PLATFORM_COMPLAINS: (
        N_("%(name)s is not content with what it receives: %(issue)s"),
        N_("The recording and our own page are not affected."),
    ),
    Code.PLATFORM_UNKNOWN: (
        N_("%(name)s cannot be asked what it shows. The broadcast is sent there all the same."),
        N_("Look at the broadcast's page there, if you can. Tribune keeps asking."),
    ),
    Code.PICTURE_BLACK: (
        N_("The picture is black."),
        N_("Is the lens cap off, the light on, the right input chosen?"),
    ),
    Code.PICTURE_FROZEN: (
        N_("The picture stands still."),
        N_("Look into the chamber: if people move, switch the camera off and on again."),
    ),
    Code.NO_SOUND: (
        N_("There is no sound."),
        N_("Are the microphones on? Ask in the room, and look at the sound mixer."),
    ),
    Code.DATABASE_LOCKED: (
        N_("The database takes no orders: another program is holding it. The broadcast goes on."),
        N_("Wait a moment and press again. If it stays so, call the person who looks after this computer (a backup?)."),
    ),
    Code.CLOCK_JUMPED: (
        N_("This computer's clock jumped by %(seconds)s seconds, or the computer slept. The broadcast goes on."),
        N_("Chapters may begin at the wrong place. Call the person who looks after this computer."),
    ),
    Code.DISK_LOW: (
        N_("The disk is nearly full: there is room for about %(minutes)s more minutes."),
        N_("Call the person who looks after this computer, before it is full."),
    ),
    Code.CHANNEL_DEAD: (
        N_("Only one side of the sound arrives; this one is dead: %(side)s."),
        N_("Check the cable between the sound mixer and the camera or computer."),
    ),
    Code.CLIPPING: (
        N_("The sound is too loud and distorted."),
        N_("Turn the level at the sound mixer down a little."),
    ),
    Code.SOUND_APART: (
        N_("Sound and picture are %(seconds)s seconds apart."),
        N_("Switch the camera off and on again when there is a break."),
    ),
    Code.TOO_LONG: (
        N_("The broadcast has lasted eleven and a half hours. YouTube keeps no archive of more than twelve."),
        N_("The recording here is complete. For an archive there, end the meeting within half an hour."),
    ),
    Code.AIR_STARTING: (
        N_("The broadcast is starting. The public sees the first picture in a few seconds."),
        N_("Nothing needs to be done."),
    ),
}
"""What happened, and what to do."""

ISSUES = {
    "network": N_("too little arrives. The network is too slow, or something else uses it."),
    "encoder": N_("a setting of the picture does not fit. The person who looks after this computer should know."),
    "sound": N_("something is wrong with the sound."),
    "other": N_("YouTube Studio says what it is."),
}
SIDES = {"left": N_("left"), "right": N_("right")}


@dataclass(frozen=True)
class Said:
    """A trouble in words. `since` in unix seconds."""

    code: str
    severity: Severity
    what: str
    todo: str
    since: float


@dataclass(frozen=True)
class LightSaid:
    """The light by its name, one sentence, what to do; the other troubles below."""

    light: str
    name: str
    sentence: str
    todo: str = ""
    since: float | None = None
    code: str = ""
    others: tuple[Said, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it asks if the meeting has ended."""
        return Code.FORGOTTEN in (self.code, *(other.code for other in self.others))


NOBODY_LOOKED = "unknown"
"""The light while nothing is known: never green."""


def light_said(
    gettext: Gettext, truth: Truth | None, phase: Phase, now: float, screening: Screening = Screening.LIVE
) -> LightSaid:
    """Everything a page shows of the light; `now` in unix seconds."""
    if truth is None:
        return LightSaid(NOBODY_LOOKED, gettext(UNKNOWN_LIGHT), gettext(NOT_KNOWN_YET))
    name = gettext(LIGHTS[truth.light])
    if not truth.troubles:
        well = otherwise(screening, recorded.WELL, phase) or WELL.get(phase) if truth.light is Light.GREEN else None
        explained = otherwise(screening, recorded.PHASES_EXPLAINED, phase) or PHASES_EXPLAINED[phase]
        return LightSaid(truth.light, name, gettext(well or explained))
    first, *others = [said(gettext, trouble, now, screening) for trouble in truth.troubles]
    return LightSaid(truth.light, name, first.what, first.todo, first.since, first.code, tuple(others))


def said(gettext: Gettext, trouble: Trouble, now: float, screening: Screening = Screening.LIVE) -> Said:
    """A trouble's two sentences."""
    what, todo = sentences(gettext, trouble.code, trouble.values, screening)
    return Said(trouble.code, trouble.severity, what, todo, now - trouble.seconds)


def sentences(
    gettext: Gettext, code: Code, values: Mapping[str, object], screening: Screening = Screening.LIVE
) -> tuple[str, str]:
    """What happened, and what to do. A value that is no longer known is an ellipsis."""
    what, todo = otherwise(screening, recorded.TROUBLES, code) or TROUBLES[code]
    named = {key: _named(gettext, key, value) for key, value in values.items()}
    return gettext(what) % defaultdict(lambda: "…", named), gettext(todo)


def _named(gettext: Gettext, key: str, value: object) -> object:
    tables = {"side": SIDES, "issue": ISSUES}
    text = tables.get(key, {}).get(str(value))
    return gettext(text) if text else value
