"""The API as a Stream Deck, a script or another council's software uses it."""

import io
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from streamer.council.roles import Role
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually
from tests.web.api_calls import START, asked, sent


async def test_planning_answers_201_with_the_id_its_address_and_oparls_names(here: Commune) -> None:
    """What was planned comes back as it was sent, and again from the address in `Location`."""
    items = [{"number": "1", "name": "Budget"}, {"number": "2", "name": "Staff", "public": False}]
    body = {"name": "  Council ", "start": START, "agendaItem": items}
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    async with here.http.post(f"{here.url}/api/v1/meetings", json=body, headers=headers) as answer:
        assert answer.status == 201
        planned = await answer.json()
        where = answer.headers["Location"]
    assert where == f"/api/v1/meetings/{planned['id']}"
    async with here.http.get(f"{here.url}{where}", headers=headers) as answer:
        assert answer.content_type == "application/json"
        assert await answer.json() == planned
    shown = planned["agendaItem"]
    ids = [item.pop("id") for item in shown]
    assert len(set(ids)) == 2
    expected = {
        "id": planned["id"], "name": "Council", "start": START, "phase": "scheduled", "version": 1, "lowerThird": None,
        "can": ["rehearse", "open-doors", "go-live", "cancel"], "publishAt": None, "withheld": [], "screening": "live",
        "agendaItem": [
            {"number": "1", "name": "Budget", "public": True, "order": 0, "start": None, "end": None},
            {"number": "2", "name": "Staff", "public": False, "order": 1, "start": None, "end": None},
        ],
    }  # fmt: skip
    assert planned == expected


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("2026-11-27T19:00:00", "2026-11-27T19:00:00+01:00"),
        ("2026-07-03T19:00", "2026-07-03T19:00:00+02:00"),
        ("2026-11-27T18:00:00Z", "2026-11-27T18:00:00+00:00"),
        ("2026-11-27T19:00:00+05:30", "2026-11-27T19:00:00+05:30"),
    ],
)
async def test_a_start_without_an_offset_is_the_communes_own_time(shared: Commune, start: str, kept: str) -> None:
    """In summer and in winter; one with an offset stays as it is."""
    assert (await shared.ok("POST", "", name="Council", start=start))["start"] == kept


async def test_a_pasted_agenda_is_read_as_the_clerks_page_reads_it(here: Commune) -> None:
    """Numbers, names, and what is not public."""
    meeting = await here.planned("Séance publique\n1. Budget\n• Roads\nHuis clos\n2) Staff")
    found = [(item["number"], item["name"], item["public"]) for item in meeting["agendaItem"]]
    assert found == [("1", "Budget", True), ("1.1", "Roads", True), ("2", "Staff", False)]


async def test_all_meetings_are_listed_the_latest_first_without_their_agendas(here: Commune) -> None:
    """A list is for choosing."""
    assert await here.ok("GET", "") == {"data": []}
    for month in ("03", "11", "07"):
        await here.ok("POST", "", name=f"Council {month}", start=f"2026-{month}-27T19:00:00")
    listed = (await here.ok("GET", ""))["data"]
    assert [meeting["name"] for meeting in listed] == ["Council 11", "Council 07", "Council 03"]
    assert not any("agendaItem" in meeting for meeting in listed)


async def test_an_evening_by_api_alone(tmp_path: Path) -> None:
    """Live with items that begin and end, its status, recess, end, publish, withdraw, reopen."""
    async with RtmpServer(tmp_path / "received") as server:
        destination = {"name": "YouTube", "url": server.url}
        async with commune(tmp_path, encoder=QUICK, destination=[destination]) as here:
            meeting = await here.planned()
            id = meeting["id"]
            assert (await here.status(id))["encoder"] is None
            assert (await here.ok("POST", f"/{id}/go-live"))["phase"] == "live"
            await the_status_tells_what_runs(here, id)
            await items_begin_and_end(here, meeting)
            await the_other_phases(here, id)


async def the_status_tells_what_runs(here: Commune, id: str) -> None:
    """Ordered and actual state of each machine, bytes and seconds."""

    async def sending() -> Json | None:
        status = await here.status(id)
        one = status["destinations"][0] if status["destinations"] else {"moving": False, "bytes": 0}
        return status if one["moving"] and one["bytes"] > 1000 and status["encoder"]["fps"] > 0 else None

    status = await eventually(sending, "the broadcast arrives")
    assert (status["meeting"], status["phase"], status["delay_seconds"]) == (id, "live", 0)
    assert {key: status["source"][key] for key in ("url", "ok", "problem")} == {
        "url": "demo:", "ok": True, "problem": None,
    }  # fmt: skip
    assert status["source"]["level_db"] > -60
    encoder = status["encoder"]
    assert (encoder["ordered"], encoder["showing"], encoder["state"]) == ("program", "program", "running")
    assert encoder["fps"] == pytest.approx(25, abs=12)
    assert status["recording"]["seconds"] >= 1
    assert status["recording"]["bytes"] > 10_000
    assert status["recording"]["free_bytes"] > 0
    (destination,) = status["destinations"]
    assert (destination["name"], destination["ordered"], destination["state"]) == ("YouTube", True, "running")
    assert destination["bytes"] > 1000
    assert destination["problem"] is None
    assert status["aired_seconds"] > 0
    assert status["elapsed_seconds"] > 0


async def items_begin_and_end(here: Commune, meeting: Json) -> None:
    """The real times of the items, one of them told late, one taken back."""
    id, (first, second, third) = meeting["id"], (item["id"] for item in meeting["agendaItem"])
    await here.ok("POST", f"/{id}/agenda/{first}/open")
    status, answer = await here.api("POST", f"/{id}/agenda/{first}/open")
    assert (status, answer["title"]) == (409, "item_already_open")
    status, answer = await here.api("POST", f"/{id}/agenda/{third}/open")
    assert (status, answer["title"], answer["can"]) == (409, "item_not_public", ["close-session"])
    await here.ok("POST", f"/{id}/agenda/{second}/open")
    items = (await here.ok("POST", f"/{id}/agenda/undo"))["agendaItem"]
    assert [bool(item["start"]) for item in items] == [True, False, False]
    items = (await here.ok("POST", f"/{id}/agenda/{second}/open", secondsAgo=0.5))["agendaItem"]
    assert items[0]["end"] == items[1]["start"]
    assert items[1]["end"] is None
    began, ended = (datetime.fromisoformat(items[0][key]) for key in ("start", "end"))
    assert began.utcoffset() is not None
    assert began <= ended


async def the_other_phases(here: Commune, id: str) -> None:
    """Each verb leads where the table says, and the end closes the item that was open."""
    verbs = ("call-recess", "close-session", "resume", "end", "publish", "withdraw", "reopen", "end")
    reached = [(await here.ok("POST", f"/{id}/{verb}"))["phase"] for verb in verbs]
    assert reached == ["recess", "closed_session", "live", "ended", "published", "ended", "recess", "ended"]
    assert (await here.ok("GET", f"/{id}"))["agendaItem"][1]["end"] is not None
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")
    idle: Json = {
        "meeting": id,
        "phase": "ended",
        "source": None,
        "encoder": None,
        "recording": None,
        "destinations": [],
        "signals": None,
        "truth": None,
        "screening": "live",
    }
    assert await here.status(id) == idle


async def test_rehearse_stand_down_and_cancel(here: Commune) -> None:
    """The verbs before a meeting begins."""
    id = (await here.planned())["id"]
    reached = [(await here.ok("POST", f"/{id}/{verb}"))["phase"] for verb in ("rehearse", "stand-down", "cancel")]
    assert reached == ["rehearsal", "scheduled", "cancelled"]


async def test_a_second_meeting_cannot_have_the_camera(here: Commune) -> None:
    """409 names the meeting that has it; planning goes on meanwhile."""
    one, other = (await here.planned())["id"], (await here.planned())["id"]
    await here.ok("POST", f"/{one}/rehearse")
    status, problem = await here.api("POST", f"/{other}/go-live")
    assert (status, problem["title"]) == (409, "camera_in_use")
    assert "Council" in problem["detail"]


async def test_a_body_of_more_than_a_megabyte_is_413(here: Commune) -> None:
    """As a problem document, and the service goes on."""
    status, problem = await sent(here, "", io.BytesIO(b'{"name": "' + b"x" * 2_000_000 + b'"}'))
    assert (status, problem["status"]) == (413, 413)
    assert (await here.planned())["phase"] == "scheduled"


AS_MODERATOR = ["return", "reject", "merge", "restore", "reword", "translate", "queue", "answer-in-writing",
                "propose-redaction"]  # fmt: skip
"""What a moderator can do with a published question whose verdict has been told."""


async def test_questions_are_listed_chosen_and_moved(here: Commune) -> None:
    """By status, with who may do what, and nothing of who asked."""
    id = (await here.planned())["id"]
    first, second = await asked(here, id, "Wéini?"), await asked(here, id, "Du Idiot!")
    after = await here.ok("POST", f"/{id}/questions/{second}/reject", Role.MODERATOR, reason="insulting")
    assert (after["status"], after["reason"], after["version"]) == ("rejected", "insulting", 2)
    assert (await here.ok("POST", f"/{id}/questions/{first}/publish", Role.MODERATOR))["status"] == "published"
    status, problem = await here.api("POST", f"/{id}/questions/{first}/put-on-air", Role.MODERATOR)
    assert (status, problem["title"], problem["can"]) == (409, "question_not_so", AS_MODERATOR)
    assert (await here.ok("POST", f"/{id}/questions/{first}/put-on-air", Role.CHAIR))["status"] == "on_air"
    listed = (await here.ok("GET", f"/{id}/questions"))["data"]
    assert [question["id"] for question in listed] == [first, second]
    assert listed[0].keys() == {
        "id", "text", "name", "item", "status", "askedAt", "version", "reason", "language", "can", "reworded",
        "original", "translations", "notice", "answer", "other", "namePublic", "changedAt", "place", "editedAt",
        "redactionBy", "toldAt", "flags", "marks", "masked", "origin",
    }  # fmt: skip
    chosen = (await here.ok("GET", f"/{id}/questions?status=rejected"))["data"]
    assert [question["text"] for question in chosen] == ["Du Idiot!"]


async def test_a_question_somebody_else_moved_meanwhile_is_a_conflict(here: Commune) -> None:
    """409 with the version that counts now; the first decision stands."""
    id = (await here.planned())["id"]
    question = await asked(here, id, "Why?")
    path = f"/{id}/questions/{question}"
    assert (await here.ok("POST", f"{path}/publish", Role.MODERATOR, version=1))["version"] == 2
    status, problem = await here.api("POST", f"{path}/reject", Role.MODERATOR, version=1, reason="insulting")
    assert (status, problem["title"], problem["version"]) == (409, "conflict", 2)
    assert (problem["question"]["id"], problem["question"]["status"]) == (question, "published")
    assert (await here.ok("GET", f"/{id}/questions"))["data"][0]["status"] == "published"


async def test_healthz_tells_a_watchdog_that_all_is_well(here: Commune) -> None:
    """Without a token, with the number of broadcasts."""
    async with aiohttp.ClientSession() as stranger, stranger.get(f"{here.url}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "broadcasts": 0}
    await here.ok("POST", f"/{(await here.planned())['id']}/rehearse")
    assert await eventually(lambda: here.up.service.conductor.running(), "the machines run")
    assert '"broadcasts": 1' in await here.text("/healthz")
