"""Alarms to a program: believed by the specification's own verifier, tried again under one id, the secret unseen."""

import base64
from pathlib import Path

import pytest

from streamer.council.roles import Role
from streamer.platforms.channel import Message, Outcome
from streamer.platforms.webhook import Webhook, key_of
from tests.support.commune import commune
from tests.support.ports import free_port
from tests.support.webhook_receiver import SECRET, WebhookReceiver

MESSAGE = Message("msg_7", 1_795_000_000.0, "alarm.changed", "", "", {"alarms": [{"what": "D’Bild ass schwaarz."}]})
AT_ONCE = (0.0, 0.0, 0.0)


async def test_it_is_believed() -> None:
    """Signature, type, time and data."""
    async with WebhookReceiver() as receiver:
        delivery = await Webhook(receiver.url, lambda: SECRET).tell(MESSAGE)
        assert delivery.outcome is Outcome.SENT, delivery
    assert receiver.took == [
        {"type": "alarm.changed", "timestamp": "2026-11-18T11:06:40.000+00:00", "data": dict(MESSAGE.data)}
    ]


async def test_a_wrong_secret_is_refused_and_not_tried_again() -> None:
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    async with WebhookReceiver() as receiver:
        delivery = await Webhook(receiver.url, lambda: other, AT_ONCE).tell(MESSAGE)
    assert (delivery.outcome, delivery.answer) == (Outcome.REFUSED, "401 Unauthorized the signature is wrong")
    assert receiver.ids == []


async def test_a_busy_receiver_gets_it_again_under_the_same_id() -> None:
    """Not when a person waits for the answer."""
    async with WebhookReceiver(503, 500) as receiver:
        delivery = await Webhook(receiver.url, lambda: SECRET, AT_ONCE).tell(MESSAGE)
        assert delivery.outcome is Outcome.SENT
        assert receiver.ids == ["msg_7"] * 3
    async with WebhookReceiver(503) as receiver:
        assert (await Webhook(receiver.url, lambda: SECRET).tell(MESSAGE, patient=False)).outcome is Outcome.REFUSED


async def test_nobody_there_is_told_without_the_address() -> None:
    """It may hold a token."""
    url = f"http://127.0.0.1:{free_port()}/alarms?token=canary"
    delivery = await Webhook(url, lambda: SECRET, ()).tell(MESSAGE)
    assert delivery.outcome is Outcome.UNREACHABLE
    assert "canary" not in repr(delivery)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "plain text", "whsec_" + "A" * 200])
async def test_a_secret_that_is_none_is_told(secret: str) -> None:
    with pytest.raises(ValueError):
        key_of(secret)
    assert (await Webhook("http://127.0.0.1:1/", lambda: secret).tell(MESSAGE)).outcome is Outcome.NO_SECRET


async def test_the_button_of_the_api_tries_every_way(tmp_path: Path) -> None:
    """For the clerk alone, with a sentence for each way."""
    (tmp_path / "hook").write_text(SECRET)
    (tmp_path / "hook").chmod(0o600)
    async with WebhookReceiver(401) as receiver:
        alarms = {"webhook_url": receiver.url, "webhook_secret_file": "hook"}
        async with commune(tmp_path, alarms=alarms) as c:
            answers = []
            for role in (Role.MODERATOR, Role.CLERK):
                headers = {"Authorization": f"Bearer {c.tokens[role]}", "Accept-Language": "en"}
                async with c.http.post(f"{c.url}/api/v1/alarms/test", headers=headers) as answer:
                    answers.append((answer.status, await answer.json()))
    assert answers[0][0] == 403
    [tried] = answers[1][1]["data"]
    assert (tried["channel"], tried["outcome"]) == ("webhook", "refused")
    assert tried["message"].startswith("Webhook: the other program refused the message.")
