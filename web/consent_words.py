"""The consent for YouTube in words: for those who look after the computer, in the council's first language, and on the
clerk's pages in the reader's."""

from collections.abc import Callable

from streamer.council.consent import Consent, State
from streamer.platforms.channel import Message
from web.i18n import N_, Translator

ENDED = N_(
    "Google does not let Tribune act on YouTube any more: the consent of %(given)s has ended. The person who looks "
    "after this computer runs: tribune youtube connect"
)
MISSING = N_(
    "Nobody has connected the channel yet. The person who looks after this computer runs: tribune youtube connect"
)
ENDS = N_(
    "Google ends the consent for YouTube on %(day)s. The person who looks after this computer runs before then: "
    "tribune youtube connect"
)
UNTIL_THEN = N_("Pictures are sent to YouTube all the same. Broadcasts there must be planned, started and ended by "
                "hand, in YouTube Studio.")  # fmt: skip
WHY = N_(
    "A consent ends when somebody revokes it, when it was not used for six months, and after seven days as long as the "
    "project at Google is in “Testing”: there, set it to “In production” before you connect."
)


def standing(reader: Translator, consent: Consent | None) -> str:
    """A sentence where something is wrong or known to end; else nothing."""
    if consent is None:
        return ""
    if consent.state is State.ENDED:
        return reader.gettext(ENDED, given=reader.date(consent.given, "long"))
    if consent.state is State.MISSING:
        return reader.gettext(MISSING)
    if consent.ends is not None:
        return reader.gettext(ENDS, day=reader.day_and_time(consent.ends, "full"))
    return ""


class ConsentWords:
    """Messages of one council. `new_id()` gives a short random id a call; `clock()` unix seconds."""

    def __init__(
        self, council: str, public_url: str, reader: Translator, new_id: Callable[[], str], clock: Callable[[], float]
    ) -> None:
        self._council, self._url, self._reader = council, public_url, reader
        self._new_id, self._clock = new_id, clock

    def compose(self, consent: Consent) -> Message:
        """What is wrong, what goes on meanwhile, and why it happens."""
        said = standing(self._reader, consent)
        later = [self._reader.gettext(UNTIL_THEN)] if consent.state is not State.HOLDS else []
        text = "\n\n".join([said, *later, self._reader.gettext(WHY), f"{self._url}/clerk"])
        data = {"council": self._council, "state": consent.state, "ends": consent.ends, "what": said}
        subject = f"{self._council}: {said.split('. ')[0].split(': ')[0]}"
        return Message(f"msg_{self._new_id()}{self._new_id()}", self._clock(), "youtube.consent", subject,
                       text + "\n", data)  # fmt: skip
