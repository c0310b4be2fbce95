"""Who may come in, who sees what, and what a page is made of: over real HTTP, through the real forms."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, WSServerHandshakeError

from streamer.council.roles import Role
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.waiting import PATIENCE, eventually

OURS = {"Sec-Fetch-Site": "same-origin"}
NAMES = {Role.CLERK: "claire", Role.MODERATOR: "marc", Role.CHAIR: "chantal"}
PASSWORD = "Schueberfouer 2026"
EVIL = "\"><x-evil onclick='evil()'></script><script>evil()</script>{{ 7*7 }}&lt;"
ROLES_OF = {
    "/clerk": {Role.CLERK},
    "/clerk/meetings/{id}": {Role.CLERK},
    "/clerk/meetings/{id}/plan": {Role.CLERK},
    "/moderator": {Role.CLERK, Role.MODERATOR},
    "/moderator/meetings/{id}": {Role.CLERK, Role.MODERATOR},
    "/chair": set(NAMES),
    "/chair/meetings/{id}": set(NAMES),
}
WRITES_OF = {
    "/clerk/meetings": {Role.CLERK},
    "/clerk/meetings/{id}/plan": {Role.CLERK},
    "/clerk/meetings/{id}/publish": {Role.CLERK},
    "/clerk/meetings/{id}/agenda/undo": {Role.CLERK},
    "/clerk/meetings/{id}/agenda/x/open": {Role.CLERK},
    "/staff/meetings/{id}/questions/x/publish": set(NAMES),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune with an account for each role."""
    async with commune(tmp_path_factory.mktemp("people"), encoder=QUICK, council={"name": "Gemeng & Co"}) as it:
        for role, name in NAMES.items():
            await it.up.accounts.add(name, role, PASSWORD, 0.0)
        yield it


pytestmark = pytest.mark.asyncio(loop_scope="module")


@contextlib.asynccontextmanager
async def browser(here: Commune, role: Role = Role.CITIZEN) -> AsyncIterator[ClientSession]:
    """A browser of its own, signed in over the form."""
    async with ClientSession(here.url, cookie_jar=CookieJar(unsafe=True), headers={"Accept-Language": "en"}) as session:
        if role is not Role.CITIZEN:
            assert await sign_in(session, NAMES[role]) == (303, "/" + role)
        yield session


async def sign_in(
    session: ClientSession, name: str, password: str = PASSWORD, next: str = "", headers: Mapping[str, str] = OURS
) -> tuple[int, str]:
    """Send the form; status, and where it leads."""
    form = {"name": name, "password": password, "next": next}
    async with session.post("/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


async def status_of(session: ClientSession, path: str) -> int:
    """Without following where it leads."""
    async with session.get(path, allow_redirects=False) as answer:
        return answer.status


# Signing in and out


async def test_staff_sign_in_over_the_form_and_land_where_they_wanted_to_go(here: Commune) -> None:
    """A stranger at the clerk's door is shown the form, which leads back; a foreign `next` does not count."""
    async with browser(here) as session:
        async with session.get("/clerk", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/clerk")
        async with session.get("/sign-in?next=/clerk") as answer:
            assert 'name="next" value="/clerk"' in await answer.text()
        assert await sign_in(session, "claire", "wrong password") == (401, "")
        assert await sign_in(session, "claire", next="/clerk") == (303, "/clerk")
        assert await status_of(session, "/clerk") == 200
        assert await sign_in(session, "claire", next="https://evil.example/") == (303, "/clerk")


async def test_the_database_holds_argon2id_and_no_password(here: Commune) -> None:
    """Whoever steals the file has to guess, slowly."""
    stored = b"".join(path.read_bytes() for path in here.folder.glob("tribune.db*"))
    assert stored.count(b"$argon2id$v=19$m=65536,t=3,p=4$") >= len(NAMES)
    assert PASSWORD.encode() not in stored


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_on_somebody_elses_page_is_refused(here: Commune, headers: dict[str, str]) -> None:
    """403 for signing in and for every write with the clerk's own cookie; nothing happens."""
    id = (await here.planned())["id"]
    async with browser(here, Role.CLERK) as session:
        assert (await sign_in(session, "claire", headers=headers))[0] == 403
        for path in (f"/clerk/meetings/{id}/cancel", "/sign-out", "/language", f"/meetings/{id}/questions"):
            async with session.post(path, headers=headers, data={"text": "Why?", "client_id": "a"}) as answer:
                assert answer.status == 403, path
        assert await status_of(session, "/clerk") == 200, "still signed in"
    assert (await here.ok("GET", f"/{id}"))["phase"] == "scheduled"
    assert (await here.ok("GET", f"/{id}/questions"))["data"] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_somebody_else_cannot_open_the_live_channel(here: Commune, origin: str) -> None:
    """It would ask with our visitor's cookie. Our own page can."""
    id = (await here.planned())["id"]
    async with browser(here) as session:
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(f"/meetings/{id}/live", headers={"Origin": origin})
        assert refused.value.status == 403
        async with session.ws_connect(f"/meetings/{id}/live", headers={"Origin": here.url}) as socket:
            assert "snapshot" in await until_heard(socket, '"type":"snapshot"')


async def test_the_session_cookie_is_out_of_reach_and_over_https_secure(here: Commune, tmp_path: Path) -> None:
    """HttpOnly, SameSite, the whole site and no other; `Secure` and `__Host-` as soon as the address is https."""
    form = {"name": "claire", "password": PASSWORD}
    async with browser(here) as session, session.post("/sign-in", data=form, headers=OURS, allow_redirects=False) as a:
        plain = a.headers["Set-Cookie"]
    web = {"port": 0, "public_url": "https://live.example.lu"}
    async with commune(tmp_path, encoder=QUICK, web=web) as other:
        await other.up.accounts.add("claire", Role.CLERK, PASSWORD, 0.0)
        async with other.http.post(f"{other.url}/sign-in", data=form, headers=OURS, allow_redirects=False) as answer:
            secure = answer.headers["Set-Cookie"]
    for cookie in (plain, secure):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert plain.startswith("tribune-session=")
    assert secure.startswith("__Host-tribune-session=")
    assert "Secure" in secure.split("; ")


async def test_signing_out_ends_the_session_on_the_server(here: Commune) -> None:
    """A cookie that was copied before is worth nothing afterwards."""
    async with browser(here, Role.CLERK) as session:
        copied = {cookie.key: cookie.value for cookie in session.cookie_jar}
        async with session.post("/sign-out", headers=OURS, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert await status_of(session, "/clerk") == 303
    async with ClientSession(here.url, cookies=copied, cookie_jar=CookieJar(unsafe=True)) as thief:
        assert await status_of(thief, "/clerk") == 303


async def test_whoever_guesses_is_told_how_long_to_wait_and_then_let_in(here: Commune) -> None:
    """Three mistakes are free; then 429 with the seconds on the page and in `Retry-After`, right password or not."""
    await here.up.accounts.add("guessed", Role.CHAIR, PASSWORD, 0.0)
    async with browser(here) as session:
        assert [(await sign_in(session, "guessed", f"guess number {n}"))[0] for n in range(3)] == [401, 401, 401]
        form = {"name": "guessed", "password": PASSWORD}
        async with session.post("/sign-in", data=form, headers=OURS) as answer:
            assert answer.status == 429
            seconds = int(answer.headers["Retry-After"])
            assert f"Please wait {seconds} seconds" in await answer.text()
        assert 1 <= seconds <= 60

        async def let_in() -> bool:
            return (await sign_in(session, "guessed"))[0] == 303

        await eventually(let_in, "the wait is over")


# Roles


@pytest.mark.parametrize("role", list(Role))
async def test_each_page_of_the_staff_is_for_its_roles(here: Commune, role: Role) -> None:
    """200 for those, 403 for other staff, and strangers are shown the way in."""
    id = (await here.planned())["id"]
    other = 303 if role is Role.CITIZEN else 403
    async with browser(here, role) as session:
        found = {path: await status_of(session, path.format(id=id)) for path in ROLES_OF}
    assert found == {path: 200 if role in roles else other for path, roles in ROLES_OF.items()}


@pytest.mark.parametrize("role", list(Role))
async def test_each_write_of_the_staff_is_for_its_roles(here: Commune, role: Role) -> None:
    """Others get 401 or 403 before anything is looked at; nothing changes."""
    id = (await here.planned())["id"]
    other = 401 if role is Role.CITIZEN else 403
    async with browser(here, role) as session:
        for path, roles in WRITES_OF.items():
            async with session.post(path.format(id=id), headers=OURS, data={}, allow_redirects=False) as answer:
                assert (answer.status == other) == (role not in roles), path
    assert (await here.ok("GET", f"/{id}"))["version"] == 1


# What pages are made of


@dataclass
class Page(HTMLParser):
    """An HTML page as a browser takes it apart."""

    text: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    shown: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data

    def inline_code(self) -> list[str]:
        """What a strict policy would refuse: code or style inside the page."""
        found = []
        for tag, attributes in self.tags:
            data = (attributes.get("type") or "").endswith("json")
            if tag == "style" or (tag == "script" and "src" not in attributes and not data):
                found.append(f"<{tag}>")
            found += [f"<{tag} {name}>" for name in attributes if name == "style" or name.startswith("on")]
            values = [value.strip().lower() for value in attributes.values() if value]
            found += [f"<{tag} {value}>" for value in values if value.startswith("javascript:")]
        return found


@dataclass
class Evening:
    """A meeting that was published, and one that is planned, both named by an attacker; with all pages to look at."""

    published: str
    planned: str

    @property
    def pages(self) -> dict[str, Role]:
        """Every page that shows what somebody typed, and who looks at it."""
        one, other = self.published, self.planned
        return {
            "/": Role.CITIZEN,
            f"/meetings/{one}": Role.CITIZEN,
            f"/meetings/{other}": Role.CITIZEN,
            "/clerk": Role.CLERK,
            f"/clerk/meetings/{one}": Role.CLERK,
            f"/clerk/meetings/{other}": Role.CLERK,
            f"/clerk/meetings/{other}/plan": Role.CLERK,
            f"/moderator/meetings/{other}": Role.MODERATOR,
            f"/moderator/meetings/{one}": Role.CLERK,
            f"/chair/meetings/{other}": Role.CHAIR,
            f"/chair/meetings/{one}": Role.CHAIR,
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evening(here: Commune) -> Evening:
    """Everything that can be typed is full of markup."""
    ids = []
    for start in ("2026-11-26T19:00:00", "2027-11-27T19:00:00"):
        items = [{"number": "1<b>", "name": f"Item {EVIL}"}]
        meeting = await here.ok("POST", "", name=f"Meeting {EVIL}", start=start, agendaItem=items)
        ids.append(id := meeting["id"])
        async with browser(here) as asker:
            for verb in ("publish", "reject", None):
                await ask_by_form(asker, id, f"{verb} {EVIL}")
        moves: dict[str, Json] = {"publish": {}, "reject": {"reason": "insulting"}}
        for question in (await here.ok("GET", f"/{id}/questions"))["data"]:
            verb = question["text"].split()[0]
            if verb in moves:
                await here.ok("POST", f"/{id}/questions/{question['id']}/{verb}", **moves[verb])
    await filmed(here, ids[0])
    return Evening(*ids)


async def ask_by_form(session: ClientSession, id: str, text: str) -> None:
    """With a name that is as bad."""
    form = {"client_id": text.split()[0], "text": text, "name": f"Name {EVIL}"[:80]}
    async with session.post(f"/meetings/{id}/questions", data=form, headers=OURS) as answer:
        assert answer.status == 200


async def filmed(here: Commune, id: str) -> None:
    """Live for a few seconds, one item, one question answered; then published."""
    meeting = await here.ok("POST", f"/{id}/go-live")

    async def recorded() -> bool:
        status = await here.status(id)
        return bool(status["recording"] and status["recording"]["seconds"] >= 1)

    await eventually(recorded, "something is recorded")
    await here.ok("POST", f"/{id}/agenda/{meeting['agendaItem'][0]['id']}/open")
    (question,) = (await here.ok("GET", f"/{id}/questions?status=published"))["data"]
    for verb in ("put-on-air", "answered"):
        await here.ok("POST", f"/{id}/questions/{question['id']}/{verb}")
    before = (await here.status(id))["recording"]["seconds"]

    async def more() -> bool:
        return bool((await here.status(id))["recording"]["seconds"] >= before + 2)

    await eventually(more, "the item is recorded")
    for verb in ("end", "publish"):
        await here.ok("POST", f"/{id}/{verb}")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")


async def test_what_people_type_is_text_on_every_page(here: Commune, evening: Evening) -> None:
    """Names, items, questions full of tags and quotes are shown as they are, and are nowhere markup."""
    for path, role in evening.pages.items():
        async with browser(here, role) as session, session.get(path) as answer:
            page = Page(await answer.text())
        assert answer.status == 200, path
        everything = page.shown + " ".join(value or "" for _, attributes in page.tags for value in attributes.values())
        assert EVIL in everything, f"{path} shows it"
        assert not [tag for tag, _ in page.tags if tag == "x-evil"], path
        assert not page.inline_code(), path


async def test_citizens_read_of_the_questions_what_was_published(here: Commune, evening: Evening) -> None:
    """On both kinds of page; staff read the rest."""
    for id in (evening.published, evening.planned):
        assert "publish &#34;&gt;" in (shown := await here.text(f"/meetings/{id}"))
        assert "reject &#34;&gt;" not in shown
        assert "None &#34;&gt;" not in shown
        async with browser(here, Role.MODERATOR) as session, session.get(f"/moderator/meetings/{id}") as answer:
            assert "reject &#34;&gt;" in await answer.text()


async def test_a_chapters_name_cannot_break_out_of_the_index_file(here: Commune, evening: Evening) -> None:
    """`<` and `>` are escaped in WebVTT: no cue ends early, no tag begins."""
    vtt = await here.text(f"/meetings/{evening.published}/chapters.vtt")
    assert "Item \"&gt;&lt;x-evil onclick='evil()'" in vtt
    assert not re.search(r"<|>(?<!-->)", vtt)


async def test_what_was_typed_into_a_refused_form_comes_back_as_text(here: Commune) -> None:
    """The plan, the sign-in and the question, and an address that does not exist."""
    id = (await here.planned())["id"]
    forms = {
        "/clerk/meetings": {"name": EVIL, "date": EVIL, "time": EVIL, "agenda": f"1. {EVIL}"},
        "/sign-in": {"name": EVIL, "password": "x", "next": f"/{EVIL}"},
        f"/meetings/{id}/questions": {"client_id": EVIL * 9, "text": EVIL, "name": EVIL * 9},
    }
    async with browser(here, Role.CLERK) as session:
        for path, form in forms.items():
            async with session.post(path, data=form, headers=OURS) as answer:
                page = Page(await answer.text())
            assert answer.status in (401, 422), path
            assert "x-evil" in page.text, path
            assert not [tag for tag, _ in page.tags if tag == "x-evil"], path
            assert not page.inline_code(), path
        async with session.get(f"/{EVIL}?a={EVIL}") as answer:
            assert answer.status == 404
            assert not [tag for tag, _ in Page(await answer.text()).tags if tag == "x-evil"]


async def test_every_answer_carries_the_strict_policy_and_no_page_has_inline_code(
    here: Commune, evening: Evening
) -> None:
    """Pages, errors, files, the API: scripts and styles come from our own files only."""
    others = ["/sign-in", "/moderator", "/chair", "/nowhere", "/meetings/nope", "/healthz", "/static/tribune.css"]
    others += ["/api/v1/meetings", "/api/v1/nope", f"/meetings/{evening.published}/replay.m3u8", "/enter/guess"]
    for path, role in {**dict.fromkeys(others, Role.CLERK), **evening.pages, "/clerk/nope": Role.CHAIR}.items():
        async with browser(here, role) as session, session.get(path) as answer:
            text = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy, path
        assert "default-src 'self';" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.content_type == "text/html":
            assert not Page(text).inline_code(), path
            assert "/static/tribune.css" in text, f"{path} is in the same dress"


# The live channel's secrets


async def test_a_spy_hears_nothing_of_others_but_what_was_published(here: Commune) -> None:
    """Every byte a second citizen receives is searched for the asker's hash, their number for the question, texts
    that were not published, reasons, the closed item and the rehearsal. The asker and the clerk do receive them."""
    meeting = await here.planned("1. Budget\nHuis clos\n2. Dismissal of the beadle")
    id = meeting["id"]
    async with browser(here) as one, browser(here) as two, browser(here, Role.CLERK) as three:
        for session in (one, two):
            assert await status_of(session, f"/meetings/{id}") == 200  # the page gives the asker's cookie
        live = f"/meetings/{id}/live"
        async with one.ws_connect(live) as asker, two.ws_connect(live) as spy, three.ws_connect(live) as clerk:
            meanwhile = await everything_happens(here, id, asker, clerk)
            heard = {socket: await until_the_end(socket) for socket in (asker, spy, clerk)}
            heard[clerk] += meanwhile
        async with two.ws_connect(live) as spy_again:
            heard[spy] += await until_heard(spy_again, '"type":"snapshot"')
    asked = await here.up.service.questions.listed(id)
    (hash,) = {question.asker for question in asked}
    secrets = [question.id for question in asked if question.text not in ("Taken back", "Published at last")]
    secrets += [
        "client-number",
        "never published",
        "Idiot",
        "withdrawn by me",
        "insulting",
        "outside_duties",
        "rejected",
    ]
    secrets += ["beadle", "rehearsal", "withdrawn"]
    assert [secret for secret in secrets if secret in heard[spy]] == []
    assert hash not in "".join(heard.values()), "nobody is told the hash"
    assert "Published at last" in heard[spy]
    assert '{"type":"gone"' in heard[spy], "of the one that was taken back"
    assert all(secret in heard[asker] for secret in ("client-number", "insulting", "never published"))
    assert all(secret in heard[clerk] for secret in ("never published", "Idiot", "insulting", "rehearsal"))
    assert "client-number" not in heard[clerk], "nor does the staff know which page it was"


async def everything_happens(
    here: Commune, id: str, asker: ClientWebSocketResponse, clerk: ClientWebSocketResponse
) -> str:
    """Asked, rejected, withdrawn, published and taken back, rehearsed; at last one that everybody may read. What the
    clerk hears up to the rehearsal: what is told late is told as it is by then, so the rest waits for that."""
    texts = ("never published", "Idiot", "withdrawn by me", "Taken back", "Published at last")
    for number, text in enumerate(texts):
        await asker.send_json({"type": "ask", "id": f"client-number-{number}", "text": text})
    service = here.up.service.questions

    async def all_asked() -> list[Json]:
        listed: list[Json] = (await here.ok("GET", f"/{id}/questions"))["data"]
        return listed if len(listed) == len(texts) else []

    ids = {question["text"]: question["id"] for question in await eventually(all_asked, "all are asked")}
    await here.ok("POST", f"/{id}/questions/{ids['Idiot']}/reject", reason="insulting")
    await here.ok("POST", f"/{id}/questions/{ids['Taken back']}/publish")
    await here.ok("POST", f"/{id}/questions/{ids['Taken back']}/reject", reason="outside_duties")
    (hash,) = {question.asker for question in await service.listed(id)}
    await service.withdraw(id, ids["withdrawn by me"], asker=hash)
    await here.ok("POST", f"/{id}/rehearse")
    heard = await until_heard(clerk, '"rehearsal"')
    await here.ok("POST", f"/{id}/stand-down")
    await here.ok("POST", f"/{id}/questions/{ids['Published at last']}/publish")
    return heard


async def until_heard(socket: ClientWebSocketResponse, word: str) -> str:
    """Everything that arrives, up to and with the message that has `word`."""
    heard = ""
    async with asyncio.timeout(PATIENCE):
        while word not in heard:
            heard += await socket.receive_str()
    return heard


async def until_the_end(socket: ClientWebSocketResponse) -> str:
    """Everything that arrives, up to and with the question that is published last."""
    heard = ""
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await socket.receive()
            assert message.type is WSMsgType.TEXT
            heard += (text := str(message.data))
            said = json.loads(text)
            about = said.get("question", {})
            if said["type"] == "question" and about["text"] == "Published at last" and about["status"] == "published":
                return heard
