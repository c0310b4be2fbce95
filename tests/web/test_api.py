"""The API as a Stream Deck, a script or another council's software uses it: every address, every refusal."""

import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from streamer.council.roles import Role
from tests.support.commune import SMALL, Commune, Json, commune
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

START = "2026-11-27T19:00:00+01:00"
QUICK = {**SMALL, "segment_seconds": 1}
EVERYWHERE = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/{id}"),
    ("GET", "/{id}/status"),
    ("POST", "/{id}/go-live"),
    ("POST", "/{id}/agenda/{item}/open"),
    ("POST", "/{id}/agenda/undo"),
    ("GET", "/{id}/questions"),
    ("POST", "/{id}/questions/q/publish"),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune whose machines stand still until somebody goes live."""
    async with commune(tmp_path, encoder=QUICK) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """One commune for the many refusals that leave nothing behind."""
    async with commune(tmp_path_factory.mktemp("shared"), encoder=QUICK) as it:
        yield it


async def names_in(here: Commune) -> list[str]:
    """The names of all meetings."""
    return [meeting["name"] for meeting in (await here.ok("GET", ""))["data"]]


async def asked(here: Commune, id: str, text: str) -> str:
    """A citizen asks; the question's id."""
    async with connect(f"{here.url.replace('http', 'ws')}/meetings/{id}/live") as socket:
        await socket.send(json.dumps({"type": "ask", "id": "one", "text": text}))
        while (said := json.loads(await socket.recv()))["type"] != "ack":
            pass
        return str(said["question"]["id"])


async def sent(here: Commune, path: str, raw: bytes | io.BytesIO, **headers: str) -> tuple[int, Json]:
    """POST a body as it is, as the clerk."""
    sending = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Content-Type": "application/json", **headers}
    async with here.http.post(f"{here.url}/api/v1/meetings{path}", data=raw, headers=sending) as answer:
        return answer.status, await answer.json(content_type=None)


def fields(problem: Json) -> dict[str, str]:
    """Each mistake's field and sentence."""
    return {row["field"]: row["message"] for row in problem["errors"]}


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
        "can": ["rehearse", "open-doors", "go-live", "cancel"],
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
        one = status["destinations"][0] if status["destinations"] else {"moving": False, "seconds": 0}
        return status if one["moving"] and one["seconds"] > 0 and status["encoder"]["fps"] > 0 else None

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


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
async def test_without_a_known_token_the_answer_is_401(shared: Commune, method: str, path: str) -> None:
    """A wrong one or none: nothing is read or done, and the answer says how."""
    meeting = await shared.planned()
    url = f"{shared.url}/api/v1/meetings{path.format(id=meeting['id'], item=meeting['agendaItem'][0]['id'])}"
    for headers in ({"Authorization": "Bearer tribune_wrong"}, {"Sec-Fetch-Site": "none"}):
        async with shared.http.request(method, url, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (401, "application/problem+json")
            assert answer.headers.get("WWW-Authenticate", "").startswith("Bearer"), "RFC 9110, 11.6.1"
            assert (await answer.json(content_type=None))["title"] == "unauthorized"
    assert (await shared.ok("GET", f"/{meeting['id']}"))["version"] == 1, "nothing was done"


async def test_a_wrong_method_is_told_the_right_ones(here: Commune) -> None:
    """RFC 9110, 15.5.6."""
    async with here.http.put(f"{here.url}/api/v1/meetings", headers={"Authorization": "Bearer x"}) as answer:
        assert answer.status == 405
        assert answer.headers.get("Allow", "").replace(" ", "") == "GET,HEAD,POST"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CHAIR])
async def test_who_is_no_clerk_may_look_and_not_run_the_meeting(shared: Commune, role: Role) -> None:
    """403 for planning and every order; what they may read, they read."""
    meeting = await shared.planned()
    id, item = meeting["id"], meeting["agendaItem"][0]["id"]
    orders = [("POST", f"/{id}/{verb}") for verb in ("go-live", "rehearse", "cancel", "end")]
    for method, path in [*orders, ("GET", f"/{id}/status"), ("POST", f"/{id}/agenda/{item}/open"),
                         ("POST", f"/{id}/agenda/undo")]:  # fmt: skip
        status, problem = await shared.api(method, path, role)
        assert (status, problem["title"]) == (403, "forbidden"), path
    status, _ = await shared.api("POST", "", role, name="Council", start=START)
    assert status == 403
    seen = await shared.ok("GET", f"/{id}", role)
    assert (seen["phase"], seen["can"]) == ("scheduled", [])
    assert (await shared.ok("GET", f"/{id}/questions", role))["data"] == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nope", "no_such_meeting"),
        ("GET", "/nope/status", "no_such_meeting"),
        ("POST", "/nope/go-live", "no_such_meeting"),
        ("POST", "/nope/agenda/x/open", "no_such_meeting"),
        ("POST", "/nope/agenda/undo", "no_such_meeting"),
        ("GET", "/nope/questions", "no_such_meeting"),
        ("POST", "/nope/questions/x/publish", "no_such_meeting"),
        ("POST", "/{id}/explode", "no_such_verb"),
        ("POST", "/{id}/agenda/nope/open", "no_such_item"),
        ("POST", "/{id}/questions/nope/publish", "no_such_question"),
        ("POST", "/{id}/questions/nope/explode", "no_such_verb"),
        ("GET", "/{id}/nothing/here", "not_found"),
    ],
)
async def test_what_does_not_exist_is_404_by_name(shared: Commune, method: str, path: str, code: str) -> None:
    """A meeting, an item, a question, a verb, an address."""
    id = (await shared.planned())["id"]
    status, problem = await shared.api(method, path.format(id=id))
    assert (status, problem["title"], problem["status"]) == (404, code, 404)
    assert problem["detail"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("DELETE", "/{id}"), ("GET", "/{id}/go-live")])
async def test_a_wrong_method_is_405_and_changes_nothing(shared: Commune, method: str, path: str) -> None:
    """GET never changes anything."""
    id = (await shared.planned())["id"]
    headers = {"Authorization": f"Bearer {shared.tokens[Role.CLERK]}"}
    url = f"{shared.url}/api/v1/meetings{path.format(id=id)}"
    async with shared.http.request(method, url, headers=headers) as answer:
        assert answer.status == 405
        assert (await answer.json(content_type=None))["title"] == "method_not_allowed"
    assert (await shared.ok("GET", f"/{id}"))["phase"] == "scheduled"


async def test_a_wrong_phase_is_409_with_what_can_be_done(here: Commune) -> None:
    """The code for a program, the sentence for a person, in their language."""
    id = (await here.planned())["id"]
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Accept-Language": "de"}
    async with here.http.post(f"{here.url}/api/v1/meetings/{id}/publish", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (409, "application/problem+json")
        problem = await answer.json(content_type=None)
    assert problem["title"] == "wrong_phase"
    assert problem["can"] == ["rehearse", "open-doors", "go-live", "cancel"]
    assert "nicht" in problem["detail"]
    assert "%(" not in problem["detail"]
    status, problem = await here.api("POST", f"/{id}/agenda/undo")
    assert (status, problem["title"]) == (409, "nothing_to_undo")
    item = (await here.ok("GET", f"/{id}"))["agendaItem"][0]["id"]
    status, problem = await here.api("POST", f"/{id}/agenda/{item}/open")
    assert (status, problem["title"], problem["can"]) == (
        409,
        "not_on_air",
        ["rehearse", "open-doors", "go-live", "cancel"],
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"name", "start"}),
        ({"name": " ", "start": START}, {"name"}),
        ({"name": "x" * 501, "start": START}, {"name"}),
        ({"name": 7, "start": "soon"}, {"name", "start"}),
        ({"name": "A", "start": START, "agendaItem": {"name": "Budget"}}, {"agendaItem"}),
        ({"name": "A", "start": START, "agendaItem": [{"name": "Budget"}, {"number": "2"}, {"name": ["x"]}]},
         {"agendaItem[1].name", "agendaItem[2].name"}),
        ({"name": "A", "start": START, "agendaItem": [{"name": ""}, {"name": "x" * 501}]},
         {"agendaItem[0].name", "agendaItem[1].name"}),
        ({"name": "A", "start": START, "agendaItem": [{"name": "B", "number": "9" * 41}]}, {"agendaItem[0].number"}),
        ({"name": "A", "start": START, "agendaItem": [{"name": "B"}] * 1001}, {"agendaItem"}),
        ({"name": "\ud800", "start": START}, {"name"}),
        ([], {"body"}),
        (None, {"body"}),
    ],
)  # fmt: skip
async def test_each_mistake_of_a_plan_is_told_by_its_field(shared: Commune, body: Any, wrong: set[str]) -> None:
    """422, all of them at once, and nothing is stored."""
    before = await names_in(shared)
    status, problem = await sent(shared, "", json.dumps(body).encode())
    assert (status, problem["title"]) == (422, "invalid")
    assert fields(problem).keys() == wrong
    assert all(message for message in fields(problem).values())
    assert await names_in(shared) == before


async def test_mistakes_in_orders_about_items_and_questions(here: Commune) -> None:
    """Seconds that cannot be, a reason that is none, a status that is none."""
    meeting = await here.planned()
    id, item = meeting["id"], meeting["agendaItem"][0]["id"]
    question = await asked(here, id, "Why?")
    for raw in (b'{"secondsAgo": -1}', b'{"secondsAgo": 3601}', b'{"secondsAgo": NaN}', b'{"secondsAgo": "x"}'):
        status, problem = await sent(here, f"/{id}/agenda/{item}/open", raw)
        assert (status, [*fields(problem)]) == (422, ["secondsAgo"]), raw
    for raw in (b'{"reason": "ugly"}', b"{}"):
        status, problem = await sent(here, f"/{id}/questions/{question}/reject", raw)
        assert (status, [*fields(problem)]) == (422, ["reason"]), raw
    status, problem = await here.api("GET", f"/{id}/questions?status=bogus")
    assert (status, [*fields(problem)]) == (422, ["status"])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"{", "application/json"),
        (b"name=Council&start=now", "application/x-www-form-urlencoded"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"\xc3\x28", "application/json; charset=nonsense"),
    ],
)
async def test_what_is_no_json_is_400(shared: Commune, raw: bytes, kind: str) -> None:
    """Broken, a form, nested without end, no UTF-8, an unheard-of encoding."""
    before = await names_in(shared)
    status, problem = await sent(shared, "", raw, **{"Content-Type": kind})
    assert (status, problem["title"]) == (400, "bad_request")
    assert await names_in(shared) == before


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
        "redactionBy", "toldAt",
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
