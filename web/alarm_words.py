"""What people who are not looking are told, in the council's first language; and what became of it, in the reader's."""

from collections.abc import Callable, Sequence
from typing import Any

from streamer.council.alarm import News, Note
from streamer.council.trouble import Severity
from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome
from web.i18n import N_, Translator
from web.truth_words import Gettext, sentences
from web.views import iso

OUTCOMES: dict[ChannelName, dict[Outcome, str]] = {
    ChannelName.EMAIL: {
        Outcome.SENT: N_("E-mail: the mail server took the message. Look whether it arrives."),
        Outcome.NO_SECRET: N_("E-mail: the password cannot be read. See smtp_password_file or smtp_password_env."),
        Outcome.UNREACHABLE: N_("E-mail: the mail server cannot be reached. Check smtp_host and the network."),
        Outcome.TIMED_OUT: N_("E-mail: the mail server does not answer. Check smtp_host, smtp_port and smtp_security."),
        Outcome.NOT_TRUSTED: N_("E-mail: the mail server's certificate is not valid, or smtp_security is wrong."),
        Outcome.NO_ENCRYPTION: N_("E-mail: the mail server offers no encryption or no sign-in. Check smtp_security."),
        Outcome.PASSWORD_REFUSED: N_("E-mail: the mail server refused the name or the password."),
        Outcome.ADDRESS_REFUSED: N_("E-mail: the mail server refused an address. Check email_to and smtp_from."),
        Outcome.REFUSED: N_("E-mail: the mail server refused the message."),
    },
    ChannelName.WEBHOOK: {
        Outcome.SENT: N_("Webhook: the other program took the message."),
        Outcome.NO_SECRET: N_("Webhook: the secret cannot be read. See webhook_secret_file or webhook_secret_env."),
        Outcome.UNREACHABLE: N_("Webhook: the other program cannot be reached. Check webhook_url and the network."),
        Outcome.TIMED_OUT: N_("Webhook: the other program does not answer."),
        Outcome.NOT_TRUSTED: N_("Webhook: the other program's certificate is not valid for its address."),
        Outcome.REFUSED: N_("Webhook: the other program refused the message. Check webhook_url and its secret."),
    },
}
NO_CHANNEL = N_("No e-mail address and no webhook is configured: alarms are seen and heard on the pages only.")


class AlarmWords:
    """Messages of one council. `new_id()` gives a short random id a call; `clock()` unix seconds."""

    def __init__(
        self, council: str, public_url: str, reader: Translator, new_id: Callable[[], str], clock: Callable[[], float]
    ) -> None:
        self._council, self._url, self._reader = council, public_url, reader
        self._new_id, self._clock = new_id, clock

    def compose(self, notes: Sequence[Note]) -> Message:
        """One message about all of `notes`, the newest meeting's board at its end."""
        lines = [self._line(note) for note in notes]
        board = f"{self._url}/clerk/meetings/{notes[-1].meeting}"
        foot = self._reader.gettext("The board of the meeting: %(url)s", url=board)
        data = {"council": self._council, "alarms": [self._data(note) for note in notes]}
        return self._message("alarm.changed", self._subject(notes), "\n\n".join([*lines, foot]), data)

    def trial(self) -> Message:
        """A message that says it is a test."""
        gettext = self._reader.gettext
        text = gettext("This is a test of Tribune's alarms. Nothing is wrong: somebody pressed the button.")
        subject = gettext("%(council)s: test of the alarms", council=self._council)
        return self._message("alarm.test", subject, f"{text}\n\n{self._url}/clerk", {"council": self._council})

    def _message(self, kind: str, subject: str, text: str, data: dict[str, Any]) -> Message:
        return Message(f"msg_{self._new_id()}{self._new_id()}", self._clock(), kind, subject, text + "\n", data)

    def _subject(self, notes: Sequence[Note]) -> str:
        """The worst of what was raised; or that it is over."""
        gettext = self._reader.gettext
        raised = [note for note in notes if note.news is News.RAISED]
        if not raised:
            return gettext("%(council)s: it is over", council=self._council)
        worst = next((note for note in raised if note.severity is Severity.ALARM), raised[0])
        return f"{self._council}: {sentences(gettext, worst.code, worst.values, worst.screening)[0]}"

    def _line(self, note: Note) -> str:
        gettext, time = self._reader.gettext, self._reader.time(note.at, "medium")
        what, todo = sentences(gettext, note.code, note.values, note.screening)
        if note.news is News.OVER:
            return gettext("Over at %(time)s: %(what)s", time=time, what=what)
        level = gettext("ALARM") if note.severity is Severity.ALARM else gettext("Warning")
        return f"{level} · {note.meeting_name} · {gettext('since %(at)s', at=time)}\n{what}\n{todo}"

    def _data(self, note: Note) -> dict[str, Any]:
        what, todo = sentences(self._reader.gettext, note.code, note.values, note.screening)
        return {
            "news": note.news, "meeting": note.meeting, "name": note.meeting_name, "code": note.code,
            "about": note.about, "severity": note.severity, "at": iso(note.at), "what": what, "todo": todo,
        }  # fmt: skip


def outcome_said(gettext: Gettext, deliveries: Sequence[Delivery]) -> list[str]:
    """A sentence for each channel that was tried, with the other end's own words where it refused."""
    if not deliveries:
        return [gettext(NO_CHANNEL)]
    return [_said(gettext, delivery) for delivery in deliveries]


def _said(gettext: Gettext, delivery: Delivery) -> str:
    sentence = gettext(OUTCOMES[delivery.channel].get(delivery.outcome, OUTCOMES[delivery.channel][Outcome.REFUSED]))
    quoted = delivery.answer and delivery.outcome is not Outcome.SENT
    return f"{sentence} ({delivery.answer})" if quoted else sentence
