"""What the API refuses, and how it says so: problem details with a code for a program and a sentence for a person."""

import json
from typing import Any

import pytest

from streamer.council.roles import Role
from tests.support.commune import Commune, Json
from tests.web.api_calls import START, asked, sent

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


async def names_in(here: Commune) -> list[str]:
    """The names of all meetings."""
    return [meeting["name"] for meeting in (await here.ok("GET", ""))["data"]]


def fields(problem: Json) -> dict[str, str]:
    """Each mistake's field and sentence."""
    return {row["field"]: row["message"] for row in problem["errors"]}


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
