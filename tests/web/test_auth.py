"""Signing in over real HTTP: cookies, roles, tokens, other sites' writes, and the headers of every answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp import web as aio
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from yarl import URL

from streamer.council.roles import Role
from streamer.store.accounts import SESSION_SECONDS, Accounts
from streamer.store.database import Database
from web import auth
from web.security import add_headers, refuse_cross_site

PASSWORD = "Schueberfouer 2026"
PUBLIC = "https://live.example.lu"
OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Gallery:
    """A site with sign-in, one page per role and a write."""

    browser: ClientSession
    url: URL
    accounts: Accounts
    now: list[float]

    async def post(self, path: str, headers: Mapping[str, str] = OURS, **form: str) -> ClientResponse:
        return await self.browser.post(path, data=form, headers=headers, allow_redirects=False)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.browser.get(path, headers=headers, allow_redirects=False)

    async def text(self, path: str, **headers: str) -> str:
        return await (await self.get(path, **headers)).text()


async def render(request: aio.Request, values: Mapping[str, object]) -> aio.Response:
    error = getattr(values["error"], "code", "")
    return aio.Response(text=f"{error}|{values['name']}|{values['next']}")


async def who(request: aio.Request) -> aio.Response:
    identity = await auth.current(request)
    return aio.Response(text=f"{identity.role} {identity.name}".strip())


async def clerks_only(request: aio.Request) -> aio.Response:
    return aio.Response(text=(await auth.require(request, Role.CLERK)).name)


async def form(request: aio.Request) -> aio.Response:
    return await auth.sign_in_page(request, render)


async def submit(request: aio.Request) -> aio.Response:
    return await auth.sign_in(request, render)


async def asker(request: aio.Request) -> aio.Response:
    response = aio.Response()
    response.text = auth.remember_asker(request, response)
    return response


@pytest.fixture(params=["http://127.0.0.1:8080", PUBLIC])
async def gallery(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Gallery]:
    db = await Database.open(tmp_path / "tribune.db")
    accounts, now = Accounts(db, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)), [1000.0]
    await accounts.add("weber", Role.CLERK, PASSWORD, now=0)
    secret = auth.server_secret(tmp_path / "secret.key")
    links = {"s3cret": auth.Identity(Role.CLERK, "weber"), "c1tizen": auth.CITIZEN}
    app = aio.Application(middlewares=[refuse_cross_site(request.param)])
    app[auth.AUTH] = auth.Auth(accounts, secret, lambda: now[0], request.param, demo_links=links)
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            aio.get("/who", who), aio.post("/who", who), aio.get("/clerk", clerks_only), aio.get("/asker", asker),
            aio.get("/sign-in", form), aio.post("/sign-in", submit), aio.post("/sign-out", auth.sign_out),
            aio.get("/enter/{secret}", auth.enter),
        ]
    )  # fmt: skip
    async with TestServer(app) as server:
        url = server.make_url("/")
        jar = CookieJar(unsafe=True, treat_as_secure_origin=url)  # a browser trusts this machine as if it were https
        async with ClientSession(url, cookie_jar=jar) as browser:
            yield Gallery(browser, url, accounts, now)
    await db.close()


async def test_in_work_and_out_again(gallery: Gallery) -> None:
    assert await gallery.text("/who") == "citizen"
    answer = await gallery.post("/sign-in", name="Weber", password=PASSWORD, next="/clerk")
    assert (answer.status, answer.headers["Location"]) == (303, "/clerk")
    assert await gallery.text("/clerk") == "weber"
    assert (await gallery.post("/sign-out")).status == 303
    assert await gallery.text("/who") == "citizen"


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(gallery: Gallery) -> None:
    answer = await gallery.post("/sign-in", name="weber", password=PASSWORD, next="")
    cookie = answer.headers["Set-Cookie"]
    assert answer.headers["Location"] == auth.HOME[Role.CLERK]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={SESSION_SECONDS}"))
    assert cookie.startswith("__Host-") == ("Secure" in cookie)
    assert "Domain" not in cookie


async def test_a_session_ends_by_itself_and_signing_out_ends_it_in_the_database(gallery: Gallery) -> None:
    await gallery.post("/sign-in", name="weber", password=PASSWORD, next="")
    stolen = {cookie.key: cookie.value for cookie in gallery.browser.cookie_jar}
    await gallery.post("/sign-out")
    gallery.browser.cookie_jar.update_cookies(stolen, gallery.url)
    assert await gallery.text("/who") == "citizen"
    await gallery.post("/sign-in", name="weber", password=PASSWORD, next="")
    gallery.now[0] += SESSION_SECONDS
    assert await gallery.text("/who") == "citizen"


async def test_a_wrong_password_gets_the_form_again_and_then_has_to_wait(gallery: Gallery) -> None:
    for _ in range(3):
        answer = await gallery.post("/sign-in", name="weber", password="guess", next="/clerk")
        assert (answer.status, await answer.text()) == (401, "sign_in_failed|weber|/clerk")
    answer = await gallery.post("/sign-in", name="weber", password=PASSWORD, next="/clerk")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    gallery.now[0] += 1
    assert (await gallery.post("/sign-in", name="weber", password=PASSWORD, next="/clerk")).status == 303


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example", "clerk", "/a\r\nb"])
async def test_after_signing_in_one_stays_on_this_site(gallery: Gallery, next: str) -> None:
    answer = await gallery.post("/sign-in", name="weber", password=PASSWORD, next=next)
    assert answer.headers["Location"] == auth.HOME[Role.CLERK]
    assert await gallery.text("/sign-in?next=//evil.example") == "||"


async def test_roles_and_api_tokens(gallery: Gallery) -> None:
    await gallery.accounts.add_token("tribune_clerk", Role.CLERK, "deck", now=0)
    await gallery.accounts.add_token("tribune_mod", Role.MODERATOR, "bot", now=0)
    assert (await gallery.get("/clerk")).status == 401
    assert (await gallery.get("/clerk", Authorization="Bearer tribune_mod")).status == 403
    assert (await gallery.get("/who", Authorization="Bearer tribune_wrong")).status == 401
    assert await gallery.text("/clerk", Authorization="Bearer tribune_clerk") == "deck"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC, "Host": "live.example.lu"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example", "Host": "live.example.lu"}, 403),
        ({"Origin": "http://live.example.lu", "Host": "live.example.lu"}, 200),
        ({}, 200),  # without a cookie there is nothing to abuse
        ({"Cookie": "a=b"}, 403),
        ({"Authorization": "Bearer tribune_clerk"}, 200),
        ({"Authorization": "Bearer tribune_clerk", "Cookie": "a=b"}, 200),  # no page of another site can do that
    ],
)
async def test_writes_from_other_sites_are_refused(gallery: Gallery, headers: dict[str, str], status: int) -> None:
    await gallery.accounts.add_token("tribune_clerk", Role.CLERK, "deck", now=0)
    assert (await gallery.post("/who", headers)).status == status


async def test_every_answer_carries_the_headers_also_an_error(gallery: Gallery) -> None:
    for path in ("/who", "/clerk", "/nowhere"):
        headers = (await gallery.get(path)).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"


async def test_the_demo_links(gallery: Gallery) -> None:
    assert (await gallery.get("/enter/guess")).status == 404
    assert (await gallery.get("/enter/s3cret")).headers["Location"] == auth.HOME[Role.CLERK]
    assert await gallery.text("/who") == "clerk weber"
    assert (await gallery.get("/enter/c1tizen")).headers["Location"] == "/"
    assert await gallery.text("/who") == "citizen"


async def test_an_asker_is_known_again_by_a_hash_only(gallery: Gallery) -> None:
    first = await gallery.get("/asker")
    known = await first.text()
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert known not in first.headers["Set-Cookie"]
    second = await gallery.get("/asker")
    assert await second.text() == known
    assert "Set-Cookie" not in second.headers
    gallery.browser.cookie_jar.clear()
    assert await gallery.text("/asker") != known


def test_the_servers_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    secret = auth.server_secret(path)
    assert len(secret) == 32
    assert auth.server_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"short")
    with pytest.raises(auth.SecretDamaged):
        auth.server_secret(path)
