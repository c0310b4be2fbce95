"""A real SMTP server: keeps what it is sent, wants TLS and a password where it is told to."""

import asyncio
import ssl
import warnings
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "tribune", "a secret of 7 words, canary"


class MailServer:
    """`async with MailServer(...) as server`. `tls`: after STARTTLS, or from the first byte with `implicit`.

    `says`: its answer to a letter."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False, refuses: str = ""
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.says = "2.0.0 kept"
        self.recipients: list[str] = []
        self.port = 0
        self.connections = 0
        self._tls, self._implicit, self._login, self._refuses = tls, implicit, login, refuses
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(
            self._connection, "127.0.0.1", self.port, ssl=self._tls if self._implicit else None
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    def _connection(self) -> SMTP:
        self.connections += 1
        starttls = self._tls if not self._implicit else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not know that TLS is there from the first byte
            return SMTP(
                self, hostname="mail.example", tls_context=starttls, require_starttls=starttls is not None,
                auth_required=self._login, auth_require_tls=starttls is not None, authenticator=self._authenticate,
            )  # fmt: skip

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        return AuthResult(success=(said.login, said.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        if to == self._refuses:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return f"250 {self.says}"
