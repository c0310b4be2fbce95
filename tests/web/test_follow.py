"""A citizen follows by e-mail, from the form to the last click, against a real mail server; and by a word's feed."""

import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from streamer.council.captions import Clock
from tests.support.commune import NEXT_WEEK, QUICK, Commune, commune
from tests.support.mail_server import MailServer
from tests.support.waiting import eventually

ANNE, BEN, CLARA = "canary-anne@example.lu", "ben@example.lu", "clara@example.lu"
SAID = "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nWe renew the Waasserleitung next year.\n"


def letters(server: MailServer, to: str, part: str) -> list[EmailMessage]:
    return [mail for mail in server.mails if mail["To"] == to and part in mail["Subject"]]


def link(mail: EmailMessage) -> str:
    """The path of the follower's own page."""
    found = re.search(r"/follow/\S+", mail.get_content())
    assert found
    return found[0]


async def follow(here: Commune, server: MailServer, address: str, **form: str) -> str:
    """Ask, look into the mail, confirm; the path of the own page."""
    headers = {"Accept-Language": form.pop("language", "en")}
    async with here.http.post(f"{here.url}/follow", data={"address": address, **form}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert address in await answer.text()
    [mail] = await eventually(lambda: [m for m in server.mails if m["To"] == address], "a letter asks to confirm")
    path = link(mail)
    await here.text(path)
    assert not [f for f in await confirmed(here) if f == address], "looking at the page confirms nothing"
    async with here.http.post(here.url + path + "/confirm", headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        assert answer.status == 200
    return path


async def recorded(here: Commune, id: str) -> bool:
    return bool((await here.status(id))["recording"]["seconds"] >= 2)


async def confirmed(here: Commune) -> list[str]:
    rows = await here.up.service.followers._database.read("SELECT address FROM followers WHERE state = 'confirmed'")
    return [row["address"] for row in rows]


async def test_from_the_form_to_the_last_click(tmp_path: Path) -> None:
    """Planned, changed, live, said in the replay: each once, in the follower's language; then no byte is left."""
    async with MailServer() as server:
        alarms = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none", "smtp_from": "t@x.lu"}
        sections: dict[str, Any] = {"alarms": alarms, "news": {"email": True, "wait_minutes": 0.0}, "encoder": QUICK}
        async with commune(tmp_path, **sections) as here:
            await wrong_wishes_are_refused(here)
            anne = await follow(here, server, ANNE, topic="all", language="de")
            await follow(here, server, BEN, topic="word", word="Schools")
            id = (await here.planned())["id"]
            [told] = await eventually(lambda: letters(server, ANNE, "Sitzung am"), "a letter tells of the plan")
            text = told.get_content()
            assert "1 Budget" in text
            assert "Staff" not in text, "what is not public is in no letter"
            assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert told["List-Unsubscribe"].strip("<>").endswith(anne + "/leave")
            assert (
                "2 Schools" in (await eventually(lambda: letters(server, BEN, "agenda"), "the word"))[0].get_content()
            )
            desk = here.up.service.desk
            items = (await desk.meeting(id)).items
            await desk.change_plan(id, "Council", f"{NEXT_WEEK}T20:00:00", items, by="claire")
            await eventually(lambda: letters(server, ANNE, "geändert"), "a letter tells of the change")
            await here.ok("POST", f"/{id}/go-live")
            await eventually(lambda: letters(server, ANNE, "live"), "a letter tells that it is live")
            assert len(letters(server, BEN, "agenda")) == 1, "the same word of the same agenda is no news"
            await eventually(lambda: recorded(here, id), "something can be said in the replay")
            await here.ok("POST", f"/{id}/end")
            feed = await here.text("/feed.atom?word=schools")
            assert f"/meetings/{id}</id>" in feed
            assert "<entry>" not in await here.text("/feed.atom?word=hospital")
        told_until_now = len(server.mails)
        async with commune(tmp_path, **sections) as here:
            await here.ok("POST", f"/{id}/publish")
            await eventually(lambda: letters(server, ANNE, "Aufzeichnung"), "a letter tells of the replay")
            await eventually(lambda: letters(server, BEN, "replay"), "and one of the word")
            await follow(here, server, CLARA, topic="word", word="waasserleitung")
            transcripts, herald = here.up.service.transcripts, here.up.service.herald
            await transcripts.take(id, "lb", SAID.encode(), name="said.vtt", clock=Clock.REPLAY, by="claire")
            await herald.look_at_captions()
            [heard] = await eventually(lambda: letters(server, CLARA, "replay"), "captions that came later are heard")
            assert f"/meetings/{id}" in heard.get_content()
            assert len(server.mails) == told_until_now + 4, "a service that starts again tells nothing twice"
            async with aiohttp.ClientSession() as program:  # a mail program's one click: no cookie, no page of ours
                click = {"List-Unsubscribe": "One-Click"}
                async with program.post(f"{here.url}{anne}/leave", data=click) as answer:
                    assert answer.status == 200
                async with program.post(f"{here.url}{anne}/leave", data=click) as answer:
                    assert answer.status == 200, "twice is as good as once"
            assert sorted(await confirmed(here)) == [BEN, CLARA]
            files = b"".join(path.read_bytes() for path in here.folder.glob("tribune.db*"))
            assert ANNE.encode() not in files
            assert BEN.encode() in files, "the search finds what is there"


async def wrong_wishes_are_refused(here: Commune) -> None:
    """With what was typed; a link of somebody else's making leads nowhere."""
    async with here.http.post(
        f"{here.url}/follow", data={"address": "no <b>", "topic": "word", "word": "x.y/z"}
    ) as answer:
        text = await answer.text()
        assert answer.status == 422
        assert "no &lt;b&gt;" in text
        assert 'value="x.y/z"' in text
    async with here.http.get(f"{here.url}/follow/abc/{'0' * 32}") as answer:
        assert answer.status == 404


async def test_without_a_mail_server_there_are_feeds_alone(here: Commune) -> None:
    page = await here.text("/follow?word=water+supply")
    assert "/feed.atom?word=water+supply" in page
    assert 'type="email"' not in page
    async with here.http.post(f"{here.url}/follow", data={"address": ANNE}) as answer:
        assert answer.status == 404
