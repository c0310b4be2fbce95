"""Alarms by e-mail: one SMTP connection a message, encrypted unless told otherwise, and the server's answer kept."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum

import aiosmtplib

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome

TIMEOUT_SECONDS = 10.0
"""For each step: connecting, greeting, each answer."""
ANSWER_LENGTH = 300


class Security(StrEnum):
    """How the connection is encrypted: from the first byte, after a greeting in the clear, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
"""Where servers listen (RFC 8314, RFC 6409, RFC 5321)."""


@dataclass(frozen=True)
class MailServer:
    """Who carries the mail. `password()` is asked each time: a file that was changed is read anew.

    `trust`: whose certificates are believed, None for the system's authorities.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: Callable[[], str | None] = field(default=lambda: None, repr=False)
    trust: ssl.SSLContext | None = None


class Email:
    """Writes to `to`, from `sender`."""

    name = ChannelName.EMAIL

    def __init__(self, server: MailServer, sender: str, to: Sequence[str]) -> None:
        self._server, self._sender, self._to = server, sender, tuple(to)

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """One attempt: who asks keeps what was not delivered."""
        try:
            password = self._server.password()
        except (OSError, KeyError, UnicodeDecodeError):
            return Delivery(self.name, Outcome.NO_SECRET)
        try:
            return Delivery(self.name, Outcome.SENT, await self._send(self._written(message), password))
        except (aiosmtplib.SMTPException, OSError) as error:
            return Delivery(self.name, outcome_of(error), _clean(str(error), password))

    async def _send(self, mail: EmailMessage, password: str | None) -> str:
        """The server's answer. Raises SMTPException, OSError."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, timeout=TIMEOUT_SECONDS,
            use_tls=server.security is Security.TLS, start_tls=server.security is Security.STARTTLS,
            tls_context=server.trust if server.security is not Security.NONE else None,
        )  # fmt: skip
        async with client:
            if server.user:
                await client.login(server.user, password or "")
            refused, answer = await client.send_message(mail)
        missed = [address for address in self._to if address in refused]
        return _clean(f"{answer} (not to {len(missed)} of {len(self._to)})" if missed else answer, password)

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, ", ".join(self._to), " ".join(message.subject.split())
        mail["Date"] = format_datetime(datetime.fromtimestamp(message.at, UTC))
        mail["Message-ID"] = make_msgid(message.id, domain=self._sender.rpartition("@")[2].strip(">"))
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
        mail.set_content(message.text)
        return mail


def outcome_of(error: Exception) -> Outcome:
    """What a failure means to whoever must do something about it."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return Outcome.PASSWORD_REFUSED
        case aiosmtplib.SMTPRecipientsRefused() | aiosmtplib.SMTPSenderRefused():
            return Outcome.ADDRESS_REFUSED
        case aiosmtplib.SMTPConnectTimeoutError() | aiosmtplib.SMTPTimeoutError() | TimeoutError():
            return Outcome.TIMED_OUT
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Outcome.NOT_TRUSTED
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPServerDisconnected | OSError):
        return Outcome.UNREACHABLE
    # the library has no class of its own for a server without STARTTLS
    unsupported = isinstance(error, aiosmtplib.SMTPNotSupported) or "not supported" in str(error)
    return Outcome.NO_ENCRYPTION if unsupported else Outcome.REFUSED


def _clean(words: str, password: str | None) -> str:
    """One line, without the password should a server repeat it."""
    line = " ".join(words.split())[:ANSWER_LENGTH]
    return line.replace(password, "…") if password else line
