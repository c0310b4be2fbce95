"""How a meeting stands at YouTube, in the clerk's words: one sentence, and what to do where something is in the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streamer.control.live_captions import Standing as LiveStanding
from streamer.control.status import ChatState, ChatView, ThingView, TwinView
from streamer.council.aftercare import Kind
from streamer.council.twin import Life
from web.i18n import N_, NAMES, Translator

Gettext = Callable[[str], str]
DAILY_UNITS = 10_000
"""What Google allows a project in a day, by default."""

NOT_THERE = N_("Not planned there yet.")
LIVES: dict[Life, str] = {
    Life.CREATED: N_("Planned there; its stream is being chosen."),
    Life.READY: N_("Planned there. Tribune starts it when the broadcast begins."),
    Life.TEST_STARTING: N_("Is being started there."),
    Life.TESTING: N_("Is being tested there; viewers do not see it yet."),
    Life.LIVE_STARTING: N_("Is being started there. This takes up to a minute."),
    Life.LIVE: N_("Live there: YouTube says so itself."),
    Life.COMPLETE: N_("Ended there."),
    Life.REVOKED: N_("YouTube has removed the broadcast. Look into YouTube Studio."),
}
PROBLEMS = {
    "youtube_not_connected": N_(
        "Nobody has connected the channel yet. The person who looks after this computer runs: tribune youtube connect"
    ),
    "youtube_consent_ended": N_(
        "Google does not let Tribune act on the channel any more. The person who looks after this computer runs: "
        "tribune youtube connect. The broadcast is sent there all the same; start it in YouTube Studio."
    ),
    "youtube_key_unknown": N_(
        "The stream key belongs to no stream of this channel: the broadcast would not arrive. The person who looks "
        "after this computer compares the key with YouTube Studio."
    ),
    "youtube_unreachable": N_(
        "YouTube does not answer. Tribune keeps asking; the broadcast is sent there all the same."
    ),
    "youtube_unclear": N_("YouTube gave no answer to an order. Tribune looks whether it was done."),
    "youtube_refused": N_("YouTube refused an order (%(reason)s). Tribune tries again; YouTube Studio may say why."),
    "youtube_units_kept": N_(
        "What is left of the day's questions to YouTube is kept for a broadcast. It is sent tomorrow."
    ),
    "youtube_failed": N_("Something went wrong with YouTube. Tribune tries again."),
}
REFUSALS = {
    "quotaExceeded": N_("The day's number of questions to YouTube is used up. It is counted anew at midnight in "
                        "California. The broadcast is sent there all the same; start and end it in YouTube Studio."),
    "liveStreamingNotEnabled": N_("Live streaming is not switched on for this channel. Switch it on in YouTube Studio; "
                                  "the first time this takes up to 24 hours."),
    "livePermissionBlocked": N_("YouTube does not let this channel broadcast for now. YouTube Studio says why."),
    "userBroadcastsExceedLimit": N_("This channel has planned too many broadcasts. Delete old ones in YouTube Studio."),
    "insufficientPermissions": N_("The way in which the channel was connected allows no captions. The person who looks "
                                  "after this computer runs: tribune youtube connect, without --device."),
    "playlistNotFound": N_("There is no such playlist on this channel. The person who looks after this computer "
                           "compares the configuration with YouTube Studio."),
    "errorStreamInactive": N_("Nothing arrives at YouTube yet. Tribune tries again in a moment."),
}  # fmt: skip
"""Google's word -> a sentence of its own."""

THINGS: dict[Kind, str] = {
    Kind.THUMBNAIL: N_("Still picture: %(how)s"),
    Kind.PLAYLIST: N_("Playlist: %(how)s"),
    Kind.CAPTIONS: N_("Captions, %(language)s: %(how)s"),
}
THERE = N_("there")
WAITS = N_("not there yet, Tribune tries again at %(time)s.")

CHAT: dict[ChatState, str] = {
    ChatState.WAITS: N_("Live chat: it is read once the broadcast is live there."),
    ChatState.NONE: N_("Live chat: this broadcast has none."),
    ChatState.READS: N_("Live chat: read every %(seconds)s s; its questions wait for the moderators."),
    ChatState.CLOSED: N_("Live chat: not read while the session is closed."),
    ChatState.SPENT: N_("Live chat: not read any more today. The questions to YouTube that are left are kept for the "
                        "broadcast itself; on our own page everybody can still ask."),
    ChatState.FAILED: N_("Live chat: it cannot be read, Tribune tries again at %(time)s."),
}  # fmt: skip


CAPTIONS_KEPT = N_("Live captions: %(came)s lines are kept for the replay.")
CAPTIONS_SHOWN = N_("Live captions: %(came)s lines are kept for the replay, %(shown)s of them were shown at YouTube.")
CAPTIONS_REFUSED = N_(
    "Live captions: YouTube does not take them now (HTTP %(status)s). They are kept for the replay; Tribune tries "
    "again. The person who looks after this computer compares the address for captions with YouTube Studio."
)
CAPTIONS_LOST = N_("Live captions: YouTube does not answer. They are kept for the replay; Tribune tries again.")


def captions_said(reader: Translator, live: LiveStanding) -> str:
    """How it stands with what a captioner writes; empty while nothing came."""
    if not live.came:
        return ""
    if live.problem is not None:
        return reader.gettext(CAPTIONS_REFUSED if live.problem else CAPTIONS_LOST, status=live.problem)
    return reader.gettext(CAPTIONS_SHOWN if live.sent_there else CAPTIONS_KEPT, came=live.came, shown=live.shown)


@dataclass(frozen=True)
class Standing:
    """`problem`: empty where nothing is in the way. `units`: of `DAILY_UNITS`; `chat`: empty where it is not read."""

    sentence: str
    problem: str
    link: str | None
    units: int
    things: Sequence[str] = ()
    most: int = DAILY_UNITS
    chat: str = ""


def standing(
    reader: Translator, twin: TwinView, things: Sequence[ThingView] = (), chat: ChatView | None = None
) -> Standing:
    """What the board says; `things`: what belongs to the video; `chat`: beside it, where that is read."""
    gettext = reader.gettext
    sentence = gettext(LIVES[twin.life]) if twin.life else gettext(NOT_THERE)
    said = [_thing(reader, thing) for thing in things]
    beside = _chat(reader, chat) if chat else ""
    return Standing(sentence, _problem(gettext, twin.problem), twin.link, twin.units, said, chat=beside)


def _chat(reader: Translator, chat: ChatView) -> str:
    said = reader.gettext(CHAT[chat.state], seconds=f"{chat.seconds:.0f}", time=reader.time(chat.again))
    return f"{said} {_problem(reader.gettext, chat.problem)}" if chat.state is ChatState.FAILED else said


def _thing(reader: Translator, thing: ThingView) -> str:
    how = reader.gettext(THERE)
    if thing.again is not None:
        how = f"{reader.gettext(WAITS, time=reader.time(thing.again))} {_problem(reader.gettext, thing.problem)}"
    return reader.gettext(THINGS[thing.kind], how=how, language=NAMES.get(thing.about, thing.about))


def _problem(gettext: Gettext, problem: tuple[str, str] | None) -> str:
    if problem is None:
        return ""
    code, reason = problem
    if reason in REFUSALS:
        return gettext(REFUSALS[reason])
    return gettext(PROBLEMS.get(code, PROBLEMS["youtube_failed"])) % {"reason": reason}
