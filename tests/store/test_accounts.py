"""Staff sign in, guessing gets slow, and the database holds nothing one could sign in with."""

import asyncio

import pytest
from argon2 import PasswordHasher

from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.roles import Role
from streamer.store.accounts import SESSION_SECONDS, Account, Accounts, Throttle, new_api_token, new_session_token
from streamer.store.database import Database

PASSWORD = "Schueberfouer 2026é"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def accounts(db: Database) -> Accounts:
    return Accounts(db, CHEAP)


async def test_sign_in_and_out(accounts: Accounts) -> None:
    await accounts.add(" Weber ", Role.CLERK, PASSWORD, now=0)
    account = await accounts.sign_in("WEBER", "Schueberfouer 2026e\u0301", "10.0.0.1", now=1)
    assert account == Account("weber", Role.CLERK)
    token = new_session_token()
    await accounts.open_session(account, token, now=1)
    assert await accounts.session(token, now=1 + SESSION_SECONDS - 1) == account
    assert await accounts.session(token, now=1 + SESSION_SECONDS) is None
    assert await accounts.session("guess", now=1) is None
    await accounts.close_session(token)
    assert await accounts.session(token, now=2) is None


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(accounts: Accounts) -> None:
    await accounts.add("weber", Role.CLERK, PASSWORD, now=0)
    for name in ("weber", "nobody", "", "\ud800\0"):
        with pytest.raises(Refused) as refusal:
            await accounts.sign_in(name, "wrong\ud800", "10.0.0.1", now=1)
        assert refusal.value.code == "sign_in_failed"


async def test_guessing_has_to_wait_but_only_there_and_not_for_ever(accounts: Accounts) -> None:
    await accounts.add("weber", Role.CLERK, PASSWORD, now=0)
    attempts = [accounts.sign_in("weber", "wrong", "6.6.6.6", now=1) for _ in range(20)]
    refusals = await asyncio.gather(*attempts, return_exceptions=True)
    codes = [refusal.code for refusal in refusals if isinstance(refusal, Refused)]
    assert codes.count("sign_in_failed") == 3
    assert codes.count("sign_in_wait") == 17
    with pytest.raises(Refused) as refusal:
        await accounts.sign_in("weber", PASSWORD, "6.6.6.6", now=1.5)
    assert refusal.value.values == {"seconds": 1}
    assert (await accounts.sign_in("weber", PASSWORD, "10.0.0.1", now=1.5)).role is Role.CLERK
    assert (await accounts.sign_in("weber", PASSWORD, "6.6.6.6", now=2)).role is Role.CLERK


def test_the_wait_doubles_up_to_a_minute_and_is_forgotten() -> None:
    throttle = Throttle()
    now, waits = 0.0, []
    for _ in range(12):
        throttle.attempt("weber", "a", now)
        waits.append(throttle.wait("weber", "a", now))
        now += waits[-1]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    throttle.attempt("weber", "a", now + Throttle.FORGOTTEN_AFTER)
    assert throttle.wait("weber", "a", now + Throttle.FORGOTTEN_AFTER) == 0
    for number in range(Throttle.REMEMBERED * 2):
        throttle.attempt(f"name{number}", "a", now)
    assert len(throttle._attempts) == Throttle.REMEMBERED


async def test_a_new_password_ends_the_sessions(accounts: Accounts) -> None:
    account = await accounts.add("weber", Role.MODERATOR, PASSWORD, now=0)
    await accounts.open_session(account, "token", now=0)
    await accounts.set_password("Weber", PASSWORD + "!")
    assert await accounts.session("token", now=1) is None
    assert await accounts.sign_in("weber", PASSWORD + "!", "a", now=1) == account
    with pytest.raises(Unknown):
        await accounts.set_password("nobody", PASSWORD)


async def test_removing_an_account_removes_its_sessions(accounts: Accounts, db: Database) -> None:
    account = await accounts.add("weber", Role.CHAIR, PASSWORD, now=0)
    await accounts.open_session(account, "token", now=0)
    await accounts.remove("weber")
    assert await db.read("SELECT * FROM sessions") == []
    with pytest.raises(Unknown):
        await accounts.remove("weber")


async def test_all_mistakes_of_an_account_at_once(accounts: Accounts) -> None:
    with pytest.raises(Invalid) as invalid:
        await accounts.add("a b", Role.CITIZEN, "short", now=0)
    assert {field: code for field, (code, _) in invalid.value.mistakes.items()} == {
        "name": "name_not_allowed",
        "role": "role_needs_no_account",
        "password": "password_too_short",
    }
    await accounts.add("weber", Role.CHAIR, PASSWORD, now=0)
    with pytest.raises(Invalid, match="name_taken"):
        await accounts.add("Weber", Role.CHAIR, PASSWORD, now=0)


async def test_api_tokens(accounts: Accounts) -> None:
    token = new_api_token()
    assert token.startswith("tribune_")
    await accounts.add_token(token, Role.CLERK, "stream deck", now=0)
    assert await accounts.by_token(token) == Account("stream deck", Role.CLERK)
    assert await accounts.by_token(token + "x") is None


async def test_the_database_holds_no_secret(accounts: Accounts, db: Database) -> None:
    account = await accounts.add("weber", Role.CLERK, PASSWORD, now=0)
    session, token = new_session_token(), new_api_token()
    await accounts.open_session(account, session, now=0)
    await accounts.add_token(token, Role.CLERK, "deck", now=0)
    tables = [await db.read(f"SELECT * FROM {table}") for table in ("accounts", "sessions", "tokens")]  # noqa: S608
    stored = [str(value) for rows in tables for row in rows for value in row]
    assert "weber" in stored  # the search finds what is there
    assert any(value.startswith("$argon2id$") for value in stored)
    assert not any(secret in value for value in stored for secret in (PASSWORD, session, token))
