"""An asker's receipt, support, limits and rights, over real HTTP; one service for all."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar

from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb
from streamer.council.retention import DAY_SECONDS
from tests.support.commune import Commune, commune
from tests.support.waiting import eventually

OURS = {"Sec-Fetch-Site": "same-origin"}
SECRET = "Zwibbelzalot"
"""A word that stands nowhere else: looked for as bytes in the database's files."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    questions = {"per_person": 4, "pause_seconds": 30.0}
    council = {"name": "Musterbierg", "languages": ["en", "fr", "de", "lb"]}
    async with commune(tmp_path_factory.mktemp("asker"), questions=questions, council=council) as it:
        yield it


@asynccontextmanager
async def browser(here: Commune, language: str = "en") -> AsyncIterator[ClientSession]:
    """Somebody with cookies of their own."""
    headers = {"Accept-Language": language, **OURS}
    async with ClientSession(here.url, cookie_jar=CookieJar(unsafe=True), headers=headers) as session:
        yield session


async def get(session: ClientSession, path: str) -> str:
    async with session.get(path) as answer:
        assert answer.status == 200, f"{path}: {answer.status}"
        return await answer.text()


async def post(session: ClientSession, path: str, **form: str) -> tuple[int, str]:
    """Status and text, after following where it leads."""
    async with session.post(path, data=form) as answer:
        return answer.status, await answer.text()


async def asked(here: Commune, session: ClientSession, id: str, text: str, **more: str) -> tuple[Question, str]:
    """Ask as a form does; the question, and the address of its receipt."""
    await get(session, f"/meetings/{id}")
    status, _ = await post(session, f"/meetings/{id}/questions", text=text, client_id=text[-60:], **more)
    assert status == 200
    [question] = [q for q in await here.up.service.questions.listed(id) if q.text == text]
    async with session.get(f"/meetings/{id}/questions/{question.id}/receipt", allow_redirects=False) as answer:
        assert answer.status == 303
        return question, answer.headers["Location"]


async def order(here: Commune, q: Question, verb: QuestionVerb, role: str = "clerk", **more: str) -> Question:
    return await here.up.service.questions.move(q.meeting, q.id, QuestionOrder(verb, role, "test", **more))  # type: ignore[arg-type]


async def test_a_receipt_is_found_by_its_code_on_another_device_and_only_by_it(here: Commune) -> None:
    """With status and reason in that browser's language; not cached, not indexed; the code is stored nowhere."""
    id = (await here.planned())["id"]
    async with browser(here) as anne, browser(here, "de") as later, browser(here) as other:
        question, receipt = await asked(here, anne, id, "When is the school ready?", name="Anne", item="")
        code = receipt.removeprefix("/receipt/")
        assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{3}", code)
        assert "When is the school ready?" in await get(anne, receipt)
        await order(here, question, QuestionVerb.REJECT, reason="named_person")
        typed = f" {code.replace('-', ' ').lower()} "
        status, page = await post(later, "/receipt", code=typed)
        assert status == 200
        assert "When is the school ready?" in page
        assert "Anne" in page
        assert re.search(r"Nicht (angenommen|zugelassen)", page), "the status in German"
        async with later.get(receipt) as answer:
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["Referrer-Policy"] == "same-origin"
        assert (await post(other, "/receipt", code="ABC-DEF-GH"))[0] == 422
        assert (await post(other, "/receipt", code="222-222-222"))[0] == 404
        async with other.get(f"/meetings/{id}/questions/{question.id}/receipt") as answer:
            assert answer.status == 404, "not the browser that asked"
    stored = b"".join(path.read_bytes() for path in here.folder.glob("tribune.db*"))
    plain = code.replace("-", "").lower().encode()
    assert question.id.encode() in stored
    assert plain not in stored
    assert code.encode() not in stored


async def test_guessing_codes_is_slowed_down_but_not_for_the_browser_that_asked(here: Commune) -> None:
    """429 with the seconds; nothing is told about right and wrong any more."""
    id = (await here.planned())["id"]
    async with browser(here) as anne, browser(here) as guesser:
        _, receipt = await asked(here, anne, id, "Who guesses?")
        found = set()
        for number in range(40):
            found.add((await post(guesser, "/receipt", code=f"22{number:07}".replace("0", "a").replace("1", "b")))[0])
        assert found == {404, 429}
        status, page = await post(guesser, "/receipt", code=receipt.removeprefix("/receipt/"))
        assert (status, "Please wait" in page) == (429, True)
        assert "Who guesses?" in await get(anne, receipt)
    here.up.service.gates.receipts._networks._empty_at.clear()


async def test_an_asker_edits_and_withdraws_by_the_receipt_alone(here: Commune) -> None:
    """From a browser without any cookie; a text that is too long comes back whole."""
    id = (await here.planned())["id"]
    async with browser(here) as anne, browser(here) as later:
        question, receipt = await asked(here, anne, id, "What about bicycles?", name="Anne")
        status, page = await post(later, f"{receipt}/edit", text="x" * 501, version="1")
        assert status == 422
        assert "x" * 501 in page
        status, page = await post(
            later, f"{receipt}/edit", text="What about the bicycles?", name="Anne", name_public="1", version="1"
        )
        assert status == 200
        assert "What about the bicycles?" in page
        status, page = await post(later, f"{receipt}/edit", text="Something else", version="1")
        assert status == 409, "somebody changed it meanwhile"
        assert "Something else" in page
        assert (await post(later, f"{receipt}/withdraw"))[0] == 200
        now = await here.up.service.questions.one(id, question.id)
        assert (now.status, now.text, now.name_public) == ("withdrawn", "What about the bicycles?", True)


async def test_an_answer_in_writing_arrives_on_the_receipt(here: Commune) -> None:
    id = (await here.planned())["id"]
    async with browser(here) as anne:
        question, receipt = await asked(here, anne, id, "How much was it?")
        for verb, more in (
            (QuestionVerb.PUBLISH, {}),
            (QuestionVerb.TAKE_ON_NOTICE, {"notice_by": "The treasurer", "notice_until": "2030-01-31"}),
        ):
            await order(here, question, verb, **more)
        assert "The treasurer answers by 31 January 2030." in await get(anne, receipt)
        await order(here, question, QuestionVerb.ANSWER_IN_WRITING, text="Twelve thousand euros.")
        assert "Twelve thousand euros." in await get(anne, receipt)


async def test_support_counts_each_browser_once_and_never_the_asker(here: Commune) -> None:
    """Signed ballots: a forged one counts nothing, and what is stored links no two questions of one browser."""
    id = (await here.planned())["id"]
    async with browser(here) as anne, browser(here) as bob, browser(here) as stranger:
        first, _ = await asked(here, anne, id, "First question?")
        second, _ = await asked(here, anne, id, "Second question?")
        for question in (first, second):
            assert (await post(bob, f"/meetings/{id}/questions/{question.id}/support"))[0] == 404, "not published"
            await order(here, question, QuestionVerb.PUBLISH)
        page = await get(bob, f"/meetings/{id}")
        assert "I want to know too" in page
        for _ in range(2):
            await post(bob, f"/meetings/{id}/questions/{second.id}/support")
        await post(bob, f"/meetings/{id}/questions/{first.id}/support")
        await post(bob, f"/meetings/{id}/questions/{first.id}/support", back="1")
        _, page = await post(anne, f"/meetings/{id}/questions/{second.id}/support")
        assert "your own question" in page
        stranger.cookie_jar.update_cookies({"tribune-ballot": "AAAAAAAAAAAAAAAAAAAAAA.0000"})
        _, page = await post(stranger, f"/meetings/{id}/questions/{second.id}/support")
        assert "keeps no cookie" in page
        assert await here.up.service.supporters.counts(id) == {second.id: 1, first.id: 0}
        page = await get(bob, f"/meetings/{id}?order=support")
        assert page.index("Second question?") < page.index("First question?")
        page = await get(bob, f"/meetings/{id}?order=newest")
        assert page.index("Second question?") < page.index("First question?")
        await post(bob, f"/meetings/{id}/questions/{first.id}/support")
        await post(stranger, f"/meetings/{id}/questions/{first.id}/support")
        page = await get(bob, f"/meetings/{id}?order=support")
        assert page.index("First question?") < page.index("Second question?")
        rows = await here.up.service.supporters._support._database.read(
            "SELECT ballot FROM support WHERE question IN (?, ?)", (first.id, second.id)
        )
        assert len({row["ballot"] for row in rows}) == len(rows) == 3


async def test_limits_are_told_before_and_after(here: Commune) -> None:
    """How many are left; then a pause with its seconds, the text kept; then that it was the last one."""
    id = (await here.planned())["id"]
    async with browser(here) as anne:
        assert "You can ask 4 more questions in this meeting." in await get(anne, f"/meetings/{id}")
        for number in range(3):
            await asked(here, anne, id, f"Question number {number}?")
        assert "You can ask 1 more question in this meeting." in await get(anne, f"/meetings/{id}")
        async with anne.post(f"/meetings/{id}/questions", data={"text": "Too quick?", "client_id": "q"}) as answer:
            page = await answer.text()
            assert answer.status == 429
            assert 1 <= int(answer.headers["Retry-After"]) <= 30
        assert "Please wait" in page
        assert "Too quick?</textarea>" in page
        repeat = {"text": "Question number 0?", "client_id": "Question number 0?"}
        assert (await post(anne, f"/meetings/{id}/questions", **repeat))[0] == 200, "a repeat is no new question"
        assert len(await here.up.service.questions.listed(id)) == 3
        here.up.service.gates.asking._persons._empty_at.clear()
        await asked(here, anne, id, "The last one?")
        page = await get(anne, f"/meetings/{id}")
        assert "as many questions as one person can" in page


async def test_a_form_that_is_too_large_or_none_at_all_is_refused(here: Commune) -> None:
    """413, 4xx, never 500; files and half characters count as nothing."""
    id = (await here.planned())["id"]
    async with browser(here) as anne:
        path = f"/meetings/{id}/questions"
        assert (await post(anne, path, text="x" * 70_000, client_id="a"))[0] == 413
        for body, kind in (
            (b"\xff\xfe", "application/x-www-form-urlencoded"),
            (b"--x", "multipart/form-data"),
            (b"{}", ""),
        ):
            async with anne.post(path, data=body, headers={"Content-Type": kind}) as answer:
                assert 400 <= answer.status < 500, (kind, answer.status)
        assert (await post(anne, f"/receipt/{'x' * 500}/edit", text="?"))[0] == 404
    assert await here.up.service.questions.listed(id) == []


def files_hold(here: Commune, word: str) -> list[Path]:
    """The files of the database in which these bytes stand."""
    return [path for path in here.folder.glob("tribune.db*") if word.encode() in path.read_bytes()]


async def test_an_asker_takes_the_data_along_and_has_it_destroyed(here: Commune) -> None:
    """Text, name and earlier texts leave no byte in the files; the number and the status stay."""
    id = (await here.planned())["id"]
    async with browser(here) as anne, browser(here) as later:
        question, receipt = await asked(here, anne, id, f"{SECRET} one?", name=f"{SECRET}er")
        await post(later, f"{receipt}/edit", text=f"{SECRET} two?", name=f"{SECRET}er", version="1")
        data = json.loads(await get(later, f"{receipt}/data.json"))
        assert data["question"]["text"] == f"{SECRET} two?"
        assert data["earlierTexts"][0]["text"] == f"{SECRET} one?"
        assert files_hold(here, SECRET), "it was there to be found"
        assert (await post(later, f"{receipt}/delete"))[0] == 200
        assert not files_hold(here, SECRET)
        assert "The text has been deleted." in await get(later, receipt)
        now = await here.up.service.questions.one(id, question.id)
        assert (now.status, now.text, now.name, now.asker) == ("withdrawn", "", None, "")


async def test_what_is_due_is_destroyed_and_counts_stay(here: Commune) -> None:
    """Unpublished after its term, published after the longer one; nothing before; ballots become a number."""
    id = (await here.planned())["id"]
    eraser, moment = here.up.service.eraser, here.up.service.clock()
    async with browser(here) as anne, browser(here) as bob:
        kept, _ = await asked(here, anne, id, f"{SECRET} published?")
        gone, _ = await asked(here, anne, id, f"{SECRET} pending?")
        await order(here, kept, QuestionVerb.PUBLISH)
        await get(bob, f"/meetings/{id}")
        await post(bob, f"/meetings/{id}/questions/{kept.id}/support")
        assert await eraser.round() == 0
        eraser._clock = lambda: moment + 60 * DAY_SECONDS
        assert await eraser.round() > 0
        assert await here.up.service.eraser.erased(gone.id)
        assert [q.text for q in await here.up.service.questions.listed(id)] == [f"{SECRET} published?", ""]
        assert not files_hold(here, f"{SECRET} pending?")
        eraser._clock = lambda: moment + 3000 * DAY_SECONDS
        await eraser.round()
        assert not files_hold(here, SECRET)
        here.up.service.supporters._counts.clear()
        assert (await here.up.service.supporters.counts(id))[kept.id] == 1
        page = await get(bob, f"/meetings/{id}")
        assert "The text has been deleted." in page
        eraser._clock = here.up.service.clock


async def test_the_page_about_privacy_tells_the_commune_s_own_terms(here: Commune) -> None:
    """In four languages; that the round was made is shown, for it was made at the start."""
    await eventually(here.up.service.eraser.last_round, "the first round is made")
    for language, term in {"en": "2,190 days", "fr": "2190", "de": "2190", "lb": "2190"}.items():
        async with browser(here, language) as anne:
            page = await get(anne, "/privacy")
            assert re.search(term.replace("2190", r"2\W?190"), page) or "2190" in page
            assert "30" in page
