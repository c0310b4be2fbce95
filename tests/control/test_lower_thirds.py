"""The clerk switches the text in the picture; what the encoder is told follows the log."""

from pathlib import Path

from streamer.council.roles import Role
from tests.support.commune import Commune, commune
from tests.support.until import until

QUESTION = "When is the school yard ready?"


async def says(here: Commune, id: str, wanted: str) -> None:
    """Wait until the program's text is so."""

    def read() -> bool:
        written = sorted((here.folder / id).glob("*-program.caption"))
        return bool(written) and written[-1].read_text(encoding="utf-8") == wanted

    await until(read, what=f"the picture says {wanted!r}")


async def test_the_text_in_the_picture_follows_the_log(tmp_path: Path) -> None:
    """Through an evening, and on after the service was started again."""
    async with commune(tmp_path) as here:
        id = str((await here.planned())["id"])
        third = f"/{id}/lower-third"
        status, refusal = await here.api("POST", third, show="item")
        assert (status, refusal["title"]) == (409, "no_program")
        assert refusal["can"]
        await here.ok("POST", f"/{id}/go-live")
        await the_item_that_is_open(here, id)
        await the_question_on_air(here, id)
        await here.ok("POST", third, show="item")
        await says(here, id, "2 Schools")
        await here.ok("POST", f"/{id}/call-recess")
        await here.ok("POST", f"/{id}/resume")
        await says(here, id, "")
        assert (await here.ok("GET", f"/{id}"))["lowerThird"] is None, "gone with the recess, and not back by itself"
        await here.ok("POST", third, show="speaker", name="Anne Weber", function="Mayor")
        await says(here, id, "Anne Weber\nMayor")
    async with commune(tmp_path) as here:
        await says(here, id, "Anne Weber\nMayor")
        async with here.http.post(
            f"{here.url}/api/v1/meetings/{id}/lower-third", json={"show": None},
            headers={"Authorization": f"Bearer {here.tokens[Role.CLERK]}"},
        ) as answer:  # fmt: skip
            assert answer.status == 200
        await says(here, id, "")
        status, refusal = await here.api("POST", third, show=None, name="x")
        assert (status, refusal["title"]) == (409, "no_lower_third")


async def the_item_that_is_open(here: Commune, id: str) -> None:
    """With its number; mistakes are told by their field, and only clerks may."""
    third = f"/{id}/lower-third"
    first, second, _ = (item["id"] for item in (await here.ok("GET", f"/{id}"))["agendaItem"])
    await here.ok("POST", f"/{id}/agenda/{first}/open")
    assert (await here.ok("POST", third, show="item"))["lowerThird"] == {"show": "item"}
    await says(here, id, "1 Budget")
    await here.ok("POST", f"/{id}/agenda/{second}/open")
    await says(here, id, "2 Schools")
    status, refusal = await here.api("POST", third, show="speaker", function="Mayor")
    assert (status, refusal["errors"][0]["field"]) == (422, "name")
    status, _ = await here.api("POST", third, Role.MODERATOR, show="item")
    assert status == 403


async def the_question_on_air(here: Commune, id: str) -> None:
    """Its text is in the picture while it is on air, and never in the log."""
    asked = await here.http.post(
        f"{here.url}/meetings/{id}/questions", data={"text": QUESTION, "client_id": "c1"}, allow_redirects=False
    )
    assert asked.status < 400
    (question,) = (await here.ok("GET", f"/{id}/questions"))["data"]
    await here.ok("POST", f"/{id}/questions/{question['id']}/publish")
    await here.ok("POST", f"/{id}/questions/{question['id']}/put-on-air", Role.CHAIR)
    await here.ok("POST", f"/{id}/lower-third", show="question")
    await says(here, id, QUESTION)
    news = [str(event.data) for event in await here.up.service.desk.news(0)]
    assert any(question["id"] in data for data in news)
    assert not any("school yard" in data for data in news)
    await here.ok("POST", f"/{id}/questions/{question['id']}/take-off-air", Role.CHAIR)
    await says(here, id, "")
