"""The light, the banner and the bell: they come by themselves and go by themselves."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from streamer.council.roles import Role
from streamer.council.schedule import Rules
from tests.browser.stage import PHONE, Stage, accessible, fits, stage
from tests.support.mail_server import MailServer
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually
from tests.support.webhook_receiver import SECRET, WebhookReceiver

pytestmark = pytest.mark.asyncio(loop_scope="package")

RINGS = "document.querySelector('#bell-switch').dataset.on === 'true'"


SECONDS_UNTIL_ASKED = 3.0


def light(page: Page, colour: str) -> re.Pattern[str]:
    return re.compile(rf"\blight-{colour}\b")


async def test_the_alarm_comes_and_goes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A server that is not there: the clerk's light is red and says what to do, the moderator's page has a banner, the
    tab says so; the bell rings where it was switched on, and can be hushed; who does not look has a mail. The server
    comes: all of it goes."""
    server = RtmpServer(tmp_path / "server")
    destination = [{"name": "YouTube", "url": server.url}]
    secret = tmp_path / "hook"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    async with MailServer() as mail, WebhookReceiver() as program, stage(
        tmp_path, destination=destination, alarms={
            "email_to": ["it@example.lu"], "smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": "none",
            "smtp_from": "tribune@example.lu", "webhook_url": program.url, "webhook_secret_file": "hook",
        },
    ) as s:  # fmt: skip
        id = await s.live_meeting()
        async with s.staff(Role.CLERK) as clerk, s.staff(Role.MODERATOR, PHONE) as moderator:
            await clerk.goto(f"{s.here.url}/clerk/meetings/{id}")
            await moderator.goto(f"{s.here.url}/moderator/meetings/{id}")
            await clerk.locator("#bell-switch").click()
            await clerk.wait_for_function(RINGS)
            await expect(clerk.locator("#part-light")).to_have_class(light(clerk, "red"))
            await expect(clerk.locator("#part-light")).to_contain_text("YouTube is not connected")
            await expect(clerk.locator("#part-light .todo")).to_contain_text("Tribune keeps trying")
            await expect(moderator.locator("#alarm-place")).to_contain_text("YouTube is not connected")
            await expect(moderator).to_have_title(re.compile("ALARM"))
            await clerk.locator("#bell-hush").click()
            await expect(clerk.locator("#bell-hush")).to_be_hidden()
            await eventually(lambda: mail.mails and program.took, "who does not look is told")
            assert "YouTube" in mail.mails[0]["Subject"]
            assert program.took[0]["data"]["alarms"][0]["code"] == "destination_lost"
            for page in (clerk, moderator):
                await accessible(page)
                await fits(page)
            async with server:
                await expect(clerk.locator("#part-light")).to_have_class(light(clerk, "green"))
                await expect(moderator.locator("#alarm-place")).to_be_empty()
                row = clerk.locator('[data-destination="YouTube"]')
                await expect(row).to_contain_text("data flows")
                await clerk.get_by_role("button", name="Send nothing more to YouTube").click()
                await expect(row.locator("[data-field=text]")).to_have_text("off")
                await expect(clerk.locator("#part-light")).to_have_class(light(clerk, "green"))
                await expect(moderator).not_to_have_title(re.compile("ALARM"))
                await goes_on(s, clerk, id)
                await clerk.goto(f"{s.here.url}/clerk")
                await clerk.get_by_role("button", name="Test the alarm").click()
                await expect(clerk.locator("#notices")).to_contain_text("the mail server took the message")
                await expect(clerk.locator("#notices")).to_contain_text("the other program took the message")
    assert SECRET.removeprefix("whsec_") not in caplog.text


async def goes_on(s: Stage, clerk: Page, id: str) -> None:
    """A break that nobody ends, with very little patience: the board asks, and one press answers."""
    service = s.here.up.service
    service.timekeeper.rules = Rules(forgotten_hours=SECONDS_UNTIL_ASKED / 3600)
    await s.here.ok("POST", f"/{id}/call-recess")
    await expect(clerk.locator("#part-light")).to_contain_text("Has the meeting ended?")
    await clerk.locator("form[data-order=goes-on] button").click()
    await expect(clerk.locator("#notices")).to_contain_text("it goes on")
    assert (await service.desk.meeting(id)).goes_on
    service.timekeeper.rules = Rules()
    await expect(clerk.locator("form[data-order=goes-on]")).to_be_hidden()
