"""Questions by API: a verdict within its seconds, reasons of the commune's own, what is counted, found, alike."""

import csv
import io
from pathlib import Path

import aiohttp

from streamer.control.question_desk import Asking
from streamer.council.question import QuestionOrder
from streamer.council.questions import QuestionVerb
from streamer.council.roles import Role
from tests.support.commune import Commune, commune

REASONS = {"insulting": {}, "syndicate": {"fr": "C'est l'affaire du syndicat", "en": "It is for the syndicate"}}


async def ask(here: Commune, id: str, text: str, asker: str = "asker") -> str:
    question = await here.up.service.questions.ask(id, Asking(asker, text, text, language="en"))
    return question.id


async def test_a_slip_is_taken_back_and_a_verdict_is_told(tmp_path: Path) -> None:
    """The public page knows nothing of what was undone; of the rest after its second."""
    async with commune(tmp_path, questions={"undo_seconds": 1, "reasons": REASONS}) as here:
        id = (await here.planned())["id"]
        slip, told = await ask(here, id, "Du Idiot!"), await ask(here, id, "When is it ready?")
        published = await here.ok("POST", f"/{id}/questions/{slip}/publish", Role.MODERATOR)
        assert published["toldAt"]
        undone = await here.ok("POST", f"/{id}/questions/{slip}/undo", Role.MODERATOR, version=published["version"])
        assert (undone["status"], undone["toldAt"]) == ("pending", None)
        news = here.up.service.desk.follow()
        await here.ok("POST", f"/{id}/questions/{told}/publish", Role.MODERATOR)
        while (await here.ok("GET", f"/{id}/questions/{told}"))["toldAt"]:
            await news.wait()
            news.clear()
        page = await here.text(f"/meetings/{id}")
        assert "When is it ready?" in page
        assert "Du Idiot!" not in page
        status, problem = await here.api("POST", f"/{id}/questions/{told}/undo", Role.MODERATOR)
        assert (status, problem["title"]) == (409, "too_late_to_undo")

        status, problem = await here.api("POST", f"/{id}/questions/{slip}/reject", reason="outside_duties")
        assert (status, problem["errors"][0]["code"]) == (422, "reason_missing"), "the commune has dropped it"
        await here.ok("POST", f"/{id}/questions/{slip}/reject", reason="syndicate")
        async with here.http.get(f"{here.url}/api/v1/reasons", headers={"Accept-Language": "lb"}) as answer:
            said = {row["reason"]: row["message"] for row in (await answer.json())["data"]}
        assert list(said) == ["insulting", "syndicate"]
        assert said["syndicate"] == "C'est l'affaire du syndicat", (
            "the first language, where there is none of the reader's"
        )


async def test_questions_are_counted_found_and_compared(tmp_path: Path) -> None:
    """The tally is for everybody; the rest is not."""
    async with commune(tmp_path) as here:
        id = (await here.planned())["id"]
        first = await ask(here, id, "When is the school yard ready?")
        second = await ask(here, id, "When will the school yard be ready?", "another")
        third = await ask(here, id, "Is there a cycle lane in the budget?")
        alike = (await here.ok("GET", f"/{id}/questions/{second}/similar", Role.MODERATOR))["data"]
        assert [question["id"] for question in alike] == [first]
        assert 0.5 < alike[0]["likeness"] < 1
        merged = await here.ok("POST", f"/{id}/questions/{second}/merge", Role.MODERATOR, other=first)
        assert (merged["status"], merged["other"]) == ("merged", first)
        status, problem = await here.api("POST", f"/{id}/questions/{third}/merge", other=second)
        assert (status, problem["errors"][0]["field"]) == (422, "other"), "not into one that is merged itself"
        found = (await here.ok("GET", f"/{id}/questions?q=SCHOOL%20rea&status=pending"))["data"]
        assert [question["id"] for question in found] == [first]
        await here.ok("POST", f"/{id}/questions/{third}/reject", reason="insulting")
        async with aiohttp.ClientSession() as stranger:
            url = f"{here.url}/api/v1/meetings/{id}/questions"
            async with stranger.get(f"{url}/tally") as answer:
                counted = await answer.json()
            async with stranger.get(f"{url}/{first}/similar") as answer:
                assert answer.status == 401
        assert counted == {
            "received": 3, "published": 0, "waiting": 1, "statuses": {"pending": 1, "rejected": 1, "merged": 1},
            "rejected": {"insulting": 1},
        }  # fmt: skip
        page = await here.text(f"/meetings/{id}")
        assert "tally-title" in page
        assert first not in page, "counted is not shown"


async def test_the_log_is_taken_away_as_a_table(tmp_path: Path) -> None:
    """By clerk and moderator; a name that a spreadsheet would compute is text."""
    async with commune(tmp_path) as here:
        id = (await here.planned())["id"]
        question = await ask(here, id, "When?")
        order = QuestionOrder(QuestionVerb.PUBLISH, Role.CLERK, "=1+1")
        await here.up.service.questions.move(id, question, order)
        data = (await here.ok("GET", f"/{id}/questions/log", Role.MODERATOR))["data"]
        assert [(line["what"], line["verb"], line["by"]) for line in data][-1] == ("question_moved", "publish", "=1+1")
        assert (await here.api("GET", f"/{id}/questions/log", Role.CHAIR))[0] == 403
        headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
        async with here.http.get(
            f"{here.url}/api/v1/meetings/{id}/questions/log?format=csv", headers=headers
        ) as answer:
            assert "attachment" in answer.headers["Content-Disposition"]
            rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert [row["by"] for row in rows] == ["citizen", "'=1+1"]
