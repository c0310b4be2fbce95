"""Alarms by e-mail: encrypted, signed in, with the server's answer; and each mistake by its own name."""

import ssl

import pytest
import trustme

from streamer.platforms.channel import Message, Outcome
from streamer.platforms.mail import Email, MailServer, Security
from tests.support.mail_server import PASSWORD, USER
from tests.support.mail_server import MailServer as RealServer
from tests.support.ports import free_port

MESSAGE = Message("msg_1", 1_795_000_000.0, "alarm.changed", "Gemeng: D’Bild\r\nass schwaarz", "Kuckt no.\n")
TO = ["it@example.lu", "claire@example.lu"]


class Authority:
    """Certificates of the server, and whoever believes them."""

    def __init__(self) -> None:
        ca = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("127.0.0.1").configure_cert(self.server)
        self.trust = ssl.create_default_context()
        ca.configure_trust(self.trust)


def email(
    server: RealServer, security: Security, trust: ssl.SSLContext | None = None, password: str = PASSWORD
) -> Email:
    """With the right name, and a password."""
    settings = MailServer("127.0.0.1", server.port, security, USER, lambda: password, trust)
    return Email(settings, "Tribune <tribune@example.lu>", TO)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_it_arrives_encrypted_and_signed_in(authority: Authority, security: Security) -> None:
    """With headers that end neither in a header of somebody else's nor in a holiday notice."""
    async with RealServer(tls=authority.server, implicit=security is Security.TLS, login=True) as server:
        delivery = await email(server, security, authority.trust).tell(MESSAGE)
        assert delivery.outcome is Outcome.SENT, delivery
        assert "kept" in delivery.answer
        server.says = f"2.0.0 {'kept ' * 57}{PASSWORD}"
        told = (await email(server, security, authority.trust).tell(MESSAGE)).answer
        assert told.endswith("kept …"), "no part of the password, wherever a server repeats it"
    mail = server.mails[0]
    assert mail["Subject"] == "Gemeng: D’Bild ass schwaarz"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "Kuckt no."
    assert server.recipients == TO * 2


async def test_each_mistake_has_its_name(authority: Authority, caplog: pytest.LogCaptureFixture) -> None:
    """What whoever configured it must know; and the password is in no answer."""
    caplog.set_level("DEBUG")
    async with RealServer(tls=authority.server, login=True) as server:
        wrong = await email(server, Security.STARTTLS, authority.trust, "wrong canary").tell(MESSAGE)
        stranger = await email(server, Security.STARTTLS).tell(MESSAGE)
        assert (wrong.outcome, stranger.outcome) == (Outcome.PASSWORD_REFUSED, Outcome.NOT_TRUSTED)
        assert server.mails == []
    async with RealServer() as plain:
        assert (await email(plain, Security.STARTTLS).tell(MESSAGE)).outcome is Outcome.NO_ENCRYPTION
    async with RealServer(refuses=TO[0]) as choosy:
        settings = MailServer("127.0.0.1", choosy.port, Security.NONE)
        one, both = Email(settings, "tribune@example.lu", TO[:1]), Email(settings, "tribune@example.lu", TO)
        assert (await one.tell(MESSAGE)).outcome is Outcome.ADDRESS_REFUSED
        assert (await both.tell(MESSAGE)).answer.endswith("(not to 1 of 2)"), "the others get it all the same"
    nobody = MailServer("127.0.0.1", free_port(), Security.NONE)
    assert (await Email(nobody, "tribune@example.lu", TO).tell(MESSAGE)).outcome is Outcome.UNREACHABLE
    assert "canary" not in caplog.text + repr(wrong) + repr(stranger)


async def test_a_password_that_went_away_is_told() -> None:
    def gone() -> str | None:
        raise FileNotFoundError("smtp.password")

    settings = MailServer("127.0.0.1", 1, Security.NONE, USER, gone)
    assert (await Email(settings, "tribune@example.lu", TO).tell(MESSAGE)).outcome is Outcome.NO_SECRET
