"""The command line, run as a person would: a real process, its exit code and what it says."""

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from streamer.media.signing import installation_key
from streamer.store.folder import alone_in
from tests.support.waiting import PATIENCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('[source]\nurl = "demo:"\n', encoding="utf-8")
    return tmp_path


def tribune(folder: Path, *arguments: str, typed: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from streamer.cli import main; sys.exit(main())", *arguments],
        cwd=folder, input=typed, capture_output=True, text=True, timeout=2 * PATIENCE,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def rows(folder: Path, sql: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(folder / "recordings" / "tribune.db")
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_check(folder: Path) -> None:
    code, said, _ = tribune(folder, "check")
    assert code == 0
    assert "config.toml is fine" in said
    (folder / "bad.toml").write_text("[web]\nport = 0.5\n")
    code, _, complaint = tribune(folder, "check", "--config", "bad.toml")
    assert code == 2
    assert "bad.toml: 2 mistakes" in complaint
    assert "source.url: is missing" in complaint
    assert "web.port: must be a whole number" in complaint


def test_accounts(folder: Path) -> None:
    add = ("account", "add", "Weber", "--role", "clerk", "--password-stdin")
    code, said, _ = tribune(folder, *add, typed="Schueberfouer\n")
    assert (code, said) == (0, "weber can sign in as clerk: http://127.0.0.1:8080/sign-in\n")
    assert rows(folder, "SELECT name, role FROM accounts") == [("weber", "clerk")]
    code, _, complaint = tribune(folder, *add, typed="Schueberfouer\n")
    assert code == 1
    assert "tribune account password weber" in complaint
    code, _, complaint = tribune(folder, "account", "password", "weber", "--password-stdin", typed="short\n")
    assert (code, complaint) == (1, "the password needs at least 10 characters\n")
    assert tribune(folder, "account", "password", "weber", "--password-stdin", typed="Oktav 2026!\n")[0] == 0
    assert tribune(folder, "account", "remove", "weber")[0] == 0
    assert tribune(folder, "account", "remove", "weber")[2] == "there is no account weber\n"


def test_without_a_terminal_the_password_is_not_guessed_at(folder: Path) -> None:
    code, _, complaint = tribune(folder, "account", "add", "weber", "--role", "clerk")
    assert code == 1
    assert "--password-stdin" in complaint


def test_a_token_is_shown_once_and_not_stored(folder: Path) -> None:
    code, token, _ = tribune(folder, "token", "add", "--role", "moderator", "--label", "deck")
    assert code == 0
    assert token.startswith("tribune_")
    (stored,) = rows(folder, "SELECT hash, role, label FROM tokens")
    assert stored[1:] == ("moderator", "deck")
    assert token.strip() not in (folder / "recordings" / "tribune.db").read_bytes().decode("latin-1")


def test_who_has_access_is_listed_and_a_token_can_be_revoked(folder: Path) -> None:
    tribune(folder, "account", "add", "weber", "--role", "chair", "--password-stdin", typed="a long enough one\n")
    for _ in range(2):
        tribune(folder, "token", "add", "--role", "clerk", "--label", "deck")
    assert tribune(folder, "account", "list")[1].split() == ["chair", "weber"]
    assert tribune(folder, "token", "list")[1].split() == ["clerk", "deck", "clerk", "deck"]
    assert tribune(folder, "token", "remove", "deck")[0] == 0
    assert rows(folder, "SELECT hash FROM tokens") == []
    code, _, complaint = tribune(folder, "token", "remove", "deck")
    assert (code, complaint.strip()) == (1, "there is no token deck")


def test_a_mistake_in_the_call_or_a_broken_database(folder: Path) -> None:
    assert tribune(folder, "account", "add", "weber", "--role", "king")[0] == 2
    (folder / "recordings").mkdir()
    (folder / "recordings" / "tribune.db").write_text("this is not a database" * 50)
    code, _, complaint = tribune(folder, "token", "add", "--role", "clerk")
    assert code == 1
    assert "cannot open" in complaint


def test_recordings_that_another_service_uses_are_told(folder: Path) -> None:
    with alone_in(folder / "recordings"):
        code, _, complaint = tribune(folder, "serve")
    assert code == 1
    assert "in use by another Tribune" in complaint


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (folder / "config.toml").write_text(f'[source]\nurl = "demo:"\n[web]\nport = {port}\n')
        code, _, complaint = tribune(folder, "serve")
    assert code == 1
    assert str(port) in complaint


def test_the_public_key_is_printed_for_others(folder: Path) -> None:
    """Nothing but the key on standard output; before the first start there is none."""
    code, said, complaint = tribune(folder, "key")
    assert (code, said) == (1, "")
    assert "made when the service is started for the first time" in complaint
    (folder / "recordings").mkdir()
    installation_key(folder / "recordings")
    code, said, beside = tribune(folder, "key")
    assert code == 0
    assert said.startswith("-----BEGIN PUBLIC KEY-----")
    assert "Fingerprint: " in beside
