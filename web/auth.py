"""Who is asking: staff by session cookie, programs by bearer token, citizens by nothing but a cookie of their own.

Give the application `AUTH` and mount what is needed; pages and API ask `current` and `require`.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web as aio

from streamer.council.errors import Refused
from streamer.council.roles import STAFF, Role
from streamer.store.accounts import SESSION_SECONDS, Account, Accounts, new_session_token
from web.addresses import Addresses

Render = Callable[[aio.Request, Mapping[str, object]], Awaitable[aio.Response]]
"""Makes the sign-in page. Values: `error` (Refused or None), `name` and `next` as they were typed."""

SESSION = "session"
ASKER = "asker"
YEAR = 365 * 24 * 3600
HOME = {Role.CLERK: "/clerk", Role.MODERATOR: "/moderator", Role.CHAIR: "/chair", Role.CITIZEN: "/"}
"""Where each role's work is, for a sign-in that came from nowhere in particular."""


@dataclass(frozen=True)
class Identity:
    """Somebody as the pages know them. `name` stands in the log; citizens have none."""

    role: Role
    name: str = ""

    @property
    def staff(self) -> bool:
        """Signed in."""
        return self.role in STAFF


CITIZEN = Identity(Role.CITIZEN)


@dataclass(frozen=True)
class Auth:
    """What signing in needs. `secret` keys the askers' hashes, `clock()` gives unix seconds. `home` is where each
    role lands. `demo_links` (secret of the link -> who one then is) exist only in the demo."""

    accounts: Accounts
    secret: bytes = field(repr=False)
    clock: Callable[[], float]
    public_url: str
    home: Mapping[Role, str] = field(default_factory=lambda: HOME)
    demo_links: Mapping[str, Identity] = field(default_factory=dict, repr=False)
    addresses: Addresses = field(default_factory=Addresses, repr=False)

    @property
    def https(self) -> bool:
        """Whether cookies may be `Secure`: on plain http they would never come back (but for a browser's localhost)."""
        return self.public_url.startswith("https://")

    def cookie(self, name: str) -> str:
        """The cookie's name. `__Host-`: no other host under our domain, and no path, can have set it."""
        return f"__Host-tribune-{name}" if self.https else f"tribune-{name}"


AUTH = aio.AppKey("auth", Auth)
_IDENTITY = aio.RequestKey("identity", Identity)


async def current(request: aio.Request) -> Identity:
    """Who is asking: by bearer token, else by session cookie, else a citizen. A wrong token raises 401: a script
    must not believe it acted as staff."""
    found = request.get(_IDENTITY)
    if found is None:
        found = await _identify(request, request.app[AUTH])
        request[_IDENTITY] = found
    return found


async def require(request: aio.Request, *roles: Role) -> Identity:
    """Who is asking, if it is one of `roles`. Raises HTTPUnauthorized for strangers, HTTPForbidden for the others."""
    identity = await current(request)
    if identity.role in roles:
        return identity
    if identity.staff:
        raise aio.HTTPForbidden(text=f"This is not for the role {identity.role}.\n")
    raise _unauthorized("Sign in first, or send an API token.\n")


async def sign_in_page(request: aio.Request, render: Render) -> aio.Response:
    """GET: the form."""
    return await render(request, {"error": None, "name": "", "next": inside(request.query.get("next"))})


async def sign_in(request: aio.Request, render: Render) -> aio.Response:
    """POST `name`, `password`, `next`: to the page one came for, or the form again (401, 429) with the reason."""
    auth, form = request.app[AUTH], await request.post()
    name, password, destination = (str(form.get(key, "")) for key in ("name", "password", "next"))
    try:
        account = await auth.accounts.sign_in(name, password, known_as(request), auth.clock())
    except Refused as refusal:
        page = await render(request, {"error": refusal, "name": name, "next": inside(destination)})
        page.set_status(429 if refusal.code == "sign_in_wait" else 401)
        if "seconds" in refusal.values:
            page.headers["Retry-After"] = str(refusal.values["seconds"])
        return page
    return await _signed_in(request, account, inside(destination) or auth.home[account.role])


async def sign_out(request: aio.Request) -> aio.Response:
    """POST: the session is over, here and in the database."""
    auth = request.app[AUTH]
    if token := request.cookies.get(auth.cookie(SESSION)):
        await auth.accounts.close_session(token)
    response = _see_other("/")
    _forget(auth, response)
    return response


async def enter(request: aio.Request) -> aio.Response:
    """GET /enter/{secret}: the demo's links. 404 for every other secret, and always where there is no demo."""
    auth = request.app[AUTH]
    offered = request.match_info["secret"].encode("utf-8", "surrogatepass")
    for secret, identity in auth.demo_links.items():
        if hmac.compare_digest(secret.encode(), offered):
            if identity.staff:
                return await _signed_in(request, Account(identity.name, identity.role), auth.home[identity.role])
            response = _see_other(auth.home[identity.role])
            _forget(auth, response)
            return response
    raise aio.HTTPNotFound


def asker_of(request: aio.Request) -> str | None:
    """The keyed hash of this visitor's asker cookie, `None` before there is one. Only the hash is ever stored."""
    auth = request.app[AUTH]
    value = request.cookies.get(auth.cookie(ASKER), "")
    return asker_hash(auth.secret, value) if 20 <= len(value) <= 64 else None


def remember_asker(request: aio.Request, response: aio.StreamResponse) -> str:
    """Give the visitor an asker cookie (128 random bits, for a year) unless there is one; its keyed hash."""
    known = asker_of(request)
    if known is not None:
        return known
    auth, value = request.app[AUTH], secrets.token_urlsafe(16)
    response.set_cookie(
        auth.cookie(ASKER), value, max_age=YEAR, path="/", httponly=True, secure=auth.https, samesite="Lax"
    )
    return asker_hash(auth.secret, value)


def asker_hash(secret: bytes, cookie: str) -> str:
    """HMAC-SHA256: without the server's key nobody can tell whose question it was, nor try cookies."""
    return hmac.new(secret, cookie.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class SecretDamaged(OSError):
    """The file is not a key. A new one, made unasked, would take everybody's questions from them."""


def server_secret(path: Path) -> bytes:
    """The key kept in `path` (recordings/secret.key), made at the first start, mode 0600. Raises OSError, of which
    SecretDamaged is one."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
        if len(secret) != 32:
            raise SecretDamaged(
                f"{path} is damaged. Restore it from a backup. Without one, delete it: a new key is made, and whoever "
                "has asked a question before is not recognised any more."
            ) from None
        return secret
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret := secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    return secret


def address_of(request: aio.Request) -> str:
    """Where a request comes from: the proxy's last word when a proxy on this machine speaks, else the connection."""
    peer = request.remote or ""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if peer in ("127.0.0.1", "::1") and forwarded:
        return forwarded[-1].rsplit(",", 1)[-1].strip()[:64]
    return peer


def known_as(request: aio.Request) -> str:
    """The address as it is remembered to count by: a keyed hash, another one every day."""
    auth = request.app[AUTH]
    return auth.addresses.one(address_of(request), auth.clock())


async def _identify(request: aio.Request, auth: Auth) -> Identity:
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Bearer "):
        account = await auth.accounts.by_token(authorization.removeprefix("Bearer ").strip())
        if account is None:
            raise _unauthorized("This API token is not known.\n")
    elif token := request.cookies.get(auth.cookie(SESSION)):
        account = await auth.accounts.session(token, auth.clock())
    else:
        account = None
    return Identity(account.role, account.name) if account else CITIZEN


async def _signed_in(request: aio.Request, account: Account, destination: str) -> aio.Response:
    auth, token = request.app[AUTH], new_session_token()
    if old := request.cookies.get(auth.cookie(SESSION)):
        await auth.accounts.close_session(old)
    await auth.accounts.open_session(account, token, auth.clock())
    response = _see_other(destination)
    # Lax, not Strict: with Strict a link to the clerk's page in a mail or calendar would open it signed out.
    # Writes from other sites are refused by security.refuse_cross_site, whatever the cookie.
    response.set_cookie(
        auth.cookie(SESSION), token, max_age=SESSION_SECONDS, path="/", httponly=True, secure=auth.https, samesite="Lax"
    )
    return response


def _see_other(destination: str) -> aio.Response:
    return aio.Response(status=303, headers={"Location": destination, "Cache-Control": "no-store"})


def _forget(auth: Auth, response: aio.Response) -> None:
    # A browser takes a `__Host-` cookie, also one that deletes, only with its attributes complete.
    response.del_cookie(auth.cookie(SESSION), path="/", httponly=True, secure=auth.https, samesite="Lax")


def _unauthorized(text: str) -> aio.HTTPUnauthorized:
    return aio.HTTPUnauthorized(text=text, headers={"WWW-Authenticate": 'Bearer realm="tribune"'})


def inside(destination: str | None) -> str:
    """A path of this site, or nothing: an address that came with a form must not lead to somebody else's page."""
    safe = destination or ""
    ours = safe.startswith("/") and not safe.startswith(("//", "/\\")) and safe.isprintable()
    return safe if ours else ""
