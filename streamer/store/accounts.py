"""Who may sign in: staff accounts (argon2id), their sessions, API tokens, and the brake on guessing.

Of a session or API token only a hash is stored: whoever reads the database can sign in as nobody.
"""

import asyncio
import hashlib
import math
import re
import secrets
import sqlite3
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.roles import Role
from streamer.store.database import Database

SESSION_SECONDS = 12 * 3600
TOKEN_PREFIX = "tribune_"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
HASHER = PasswordHasher()
HASHES_AT_ONCE = 2
"""Each takes 64 MiB while it runs: many sign-ins at once must not exhaust the machine that is streaming."""


@dataclass(frozen=True)
class Account:
    """Somebody known: a member of staff, or a program with an API token (its label is then the name)."""

    name: str
    role: Role


def new_session_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """256 random bits, with a prefix by which scanners for leaked secrets can know it."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


class Throttle:
    """The brake on guessing: after 3 free mistakes each further one doubles the wait, up to a minute. Nobody is
    ever locked out for good, and only the address that guesses has to wait."""

    FREE = 3
    LONGEST_WAIT = 60.0
    FORGOTTEN_AFTER = 3600.0
    REMEMBERED = 10_000

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str], tuple[int, float]] = {}

    def wait(self, account: str, address: str, now: float) -> float:
        """Seconds until the next attempt is let through, 0 when it is now."""
        count, last = self._attempts.get((account, address), (0, 0.0))
        if count < self.FREE or now - last >= self.FORGOTTEN_AFTER:
            return 0.0
        return max(0.0, last + min(self.LONGEST_WAIT, 2.0 ** (count - self.FREE)) - now)

    def attempt(self, account: str, address: str, now: float) -> None:
        """Count an attempt before it is checked, so that a hundred at the same moment count too."""
        count, last = self._attempts.pop((account, address), (0, 0.0))
        count = 0 if now - last >= self.FORGOTTEN_AFTER else min(count, 100)
        self._attempts[account, address] = (count + 1, now)
        if len(self._attempts) > self.REMEMBERED:
            del self._attempts[next(iter(self._attempts))]  # the one that has been quiet the longest

    def succeeded(self, account: str, address: str) -> None:
        """Forget the mistakes of somebody who knew the password."""
        self._attempts.pop((account, address), None)


class Accounts:
    """Accounts, sessions and tokens in the database. `now` is always seconds since 1970."""

    def __init__(self, db: Database, hasher: PasswordHasher | None = None) -> None:
        self._db = db
        self._hasher = hasher or HASHER
        self._decoy = _decoy(self._hasher)
        self._room = asyncio.Semaphore(HASHES_AT_ONCE)
        self._throttle = Throttle()

    async def add(self, name: str, role: Role, password: str, now: float) -> Account:
        """A new account. Raises Invalid (fields `name`, `role`, `password`)."""
        name = _tidy(name)
        _check(name, role, password)
        row = (name, role.value, await self._hash(password), now)
        try:
            await self._db.write(lambda sql: sql.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", row).rowcount)
        except sqlite3.IntegrityError:
            raise Invalid({"name": ("name_taken", {"name": name})}) from None
        return Account(name, role)

    async def set_password(self, name: str, password: str) -> None:
        """A new password; whoever is signed in with the old one no longer is. Raises Unknown, Invalid."""
        name = _tidy(name)
        _check(name, Role.CLERK, password)
        hashed = await self._hash(password)

        def replace(sql: sqlite3.Connection) -> int:
            sql.execute("DELETE FROM sessions WHERE account = ?", (name,))
            return sql.execute("UPDATE accounts SET password = ? WHERE name = ?", (hashed, name)).rowcount

        if not await self._db.write(replace):
            raise Unknown("account", name)

    async def remove(self, name: str) -> None:
        """Delete the account and its sessions. Raises Unknown."""
        name = _tidy(name)
        if not await self._db.write(lambda sql: sql.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount):
            raise Unknown("account", name)

    async def sign_in(self, name: str, password: str, address: str, now: float) -> Account:
        """Check a password typed at `address`. Raises Refused `sign_in_failed`, or `sign_in_wait` (`seconds`)."""
        name = _tidy(name)
        wait = self._throttle.wait(name, address, now)
        if wait > 0:
            raise Refused("sign_in_wait", seconds=math.ceil(wait))
        self._throttle.attempt(name, address, now)
        account = await self._verified(name, password)
        if account is None:
            raise Refused("sign_in_failed")
        self._throttle.succeeded(name, address)
        return account

    async def open_session(self, account: Account, token: str, now: float) -> None:
        """Remember that the bearer of `token` is `account` for 12 hours; forget sessions that are over."""
        row = (_digest(token), account.name, now, now + SESSION_SECONDS)

        def insert(sql: sqlite3.Connection) -> None:
            sql.execute("DELETE FROM sessions WHERE expires_at <= ?", (now,))
            sql.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)

        await self._db.write(insert)

    async def session(self, token: str, now: float) -> Account | None:
        """Whose session it is, `None` when it is unknown or over."""
        rows = await self._db.read(
            "SELECT name, role FROM sessions JOIN accounts ON name = account WHERE token_hash = ? AND expires_at > ?",
            (_digest(token), now),
        )
        return _account(rows)

    async def close_session(self, token: str) -> None:
        """Sign out. No error when it was over already."""
        digest = _digest(token)
        await self._db.write(lambda sql: sql.execute("DELETE FROM sessions WHERE token_hash = ?", (digest,)).rowcount)

    async def add_token(self, token: str, role: Role, label: str, now: float) -> None:
        """Let the bearer of `token` (from `new_api_token`) act as `role`. Raises Invalid (field `role`)."""
        if role is Role.CITIZEN:
            raise Invalid({"role": ("role_needs_no_account", {})})
        row = (_digest(token), role.value, label, now)
        await self._db.write(lambda sql: sql.execute("INSERT INTO tokens VALUES (?, ?, ?, ?)", row).rowcount)

    async def remove_tokens(self, label: str) -> int:
        """Revoke every API token with this label. Raises Unknown where there is none."""
        gone = await self._db.write(lambda sql: sql.execute("DELETE FROM tokens WHERE label = ?", (label,)).rowcount)
        if not gone:
            raise Unknown("token", label)
        return gone

    async def listed(self) -> list[Account]:
        """The accounts, by name."""
        return await self._all("SELECT name, role FROM accounts ORDER BY name")

    async def tokens(self) -> list[Account]:
        """The API tokens by their labels; themselves they are not kept."""
        return await self._all("SELECT label AS name, role FROM tokens ORDER BY label, created_at")

    async def _all(self, sql: str) -> list[Account]:
        return [Account(row["name"], Role(row["role"])) for row in await self._db.read(sql)]

    async def by_token(self, token: str) -> Account | None:
        """Whom an API token stands for, `None` when it is unknown."""
        return _account(await self._db.read("SELECT label AS name, role FROM tokens WHERE hash = ?", (_digest(token),)))

    async def _verified(self, name: str, password: str) -> Account | None:
        rows = []
        if NAME.fullmatch(name):
            rows = await self._db.read("SELECT name, role, password FROM accounts WHERE name = ?", (name,))
        # A name that does not exist costs the same work, so that the time taken does not tell which names do.
        stored = rows[0]["password"] if rows else self._decoy
        known = len(password) <= LONGEST_PASSWORD and await self._matches(stored, password)
        return _account(rows) if known and rows else None

    async def _hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def _matches(self, stored: str, password: str) -> bool:
        async with self._room:
            try:
                return await asyncio.to_thread(self._hasher.verify, stored, _normal(password))
            except (VerifyMismatchError, InvalidHashError):
                return False


def _account(rows: list[sqlite3.Row]) -> Account | None:
    return Account(rows[0]["name"], Role(rows[0]["role"])) if rows else None


@cache
def _decoy(hasher: PasswordHasher) -> str:
    """A hash of what nobody knows."""
    return hasher.hash(secrets.token_hex())


def _check(name: str, role: Role, password: str) -> None:
    mistakes: dict[str, tuple[str, dict[str, object]]] = {}
    if not NAME.fullmatch(name):
        mistakes["name"] = ("name_not_allowed", {})
    if role is Role.CITIZEN:
        mistakes["role"] = ("role_needs_no_account", {})
    if len(password) < SHORTEST_PASSWORD:
        mistakes["password"] = ("password_too_short", {"least": SHORTEST_PASSWORD})
    if len(password) > LONGEST_PASSWORD:
        mistakes["password"] = ("password_too_long", {"most": LONGEST_PASSWORD})
    if mistakes:
        raise Invalid(mistakes)


def _tidy(name: str) -> str:
    return name.strip().casefold()


def _normal(password: str) -> bytes:
    # One keyboard types é as one character, another as two: the same password to the one who types it.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
