"""Alarms and letters by e-mail: a connection each, encrypted unless told otherwise, and the server's answer kept."""

import ssl
from collections.abc import Callable, Mapping, Sequence
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
        delivery, client = await _carry(self._server, self._written(message), self._to)
        if client:
            await _close(client)
        return delivery

    def _written(self, message: Message) -> EmailMessage:
        mail = _headed(self._sender, ", ".join(self._to), message.subject, message.at)
        mail["Message-ID"] = make_msgid(message.id, domain=_domain(self._sender))
        mail.set_content(message.text)
        return mail


@dataclass(frozen=True)
class Letter:
    """To one citizen. `id` stays when it is tried again, so that a mailbox shows it once; `leave`: the address that
    ends it with one click (RFC 8058)."""

    id: str
    at: float
    to: str
    language: str
    subject: str
    text: str
    leave: str = ""


class Letters:
    """Writes from `sender` to one citizen at a time, over one connection until `rest` ends it."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server, self._sender = server, sender
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, letter: Letter) -> Delivery:
        """One attempt."""
        mail = _headed(self._sender, letter.to, letter.subject, letter.at)
        mail["Message-ID"] = f"<{letter.id}@{_domain(self._sender)}>"
        mail["Content-Language"] = letter.language
        for name, value in _leaving(letter.leave).items():
            mail[name] = value
        mail.set_content(letter.text)
        known, self._client = self._client, None  # whatever goes wrong, the next letter begins anew
        delivery, self._client = await _carry(self._server, mail, [letter.to], known)
        return delivery

    async def rest(self) -> None:
        """There is nothing to send for now."""
        client, self._client = self._client, None
        if client:
            await _close(client)


def _leaving(address: str) -> Mapping[str, str]:
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _headed(sender: str, to: str, subject: str, at: float) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, " ".join(subject.split())
    mail["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    return mail


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip(">")


async def _carry(
    server: MailServer, mail: EmailMessage, to: Sequence[str], client: aiosmtplib.SMTP | None = None
) -> tuple[Delivery, aiosmtplib.SMTP | None]:
    """One attempt over `client`, or a new connection; what became of it, and the connection where it can go on."""
    try:
        password = server.password()
    except (OSError, KeyError, UnicodeDecodeError):
        return Delivery(ChannelName.EMAIL, Outcome.NO_SECRET), None
    if client is None or not client.is_connected:
        client = _client(server)
    try:
        if not client.is_connected:
            await client.connect()
            if server.user:
                await client.login(server.user, password or "")
        refused, answer = await client.send_message(mail)
    except (aiosmtplib.SMTPException, OSError) as error:
        await _close(client)
        return Delivery(ChannelName.EMAIL, outcome_of(error), _clean(str(error), password)), None
    missed = [address for address in to if address in refused]
    said = _clean(f"{answer} (not to {len(missed)} of {len(to)})" if missed else answer, password)
    return Delivery(ChannelName.EMAIL, Outcome.SENT, said), client


def _client(server: MailServer) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host, port=server.port, timeout=TIMEOUT_SECONDS,
        use_tls=server.security is Security.TLS, start_tls=server.security is Security.STARTTLS,
        tls_context=server.trust if server.security is not Security.NONE else None,
    )  # fmt: skip


async def _close(client: aiosmtplib.SMTP) -> None:
    """Say goodbye if anybody is there."""
    try:
        if client.is_connected:
            await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        pass
    finally:
        client.close()


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
    if password:
        words = words.replace(password, "…")
    return " ".join(words.split())[:ANSWER_LENGTH]
