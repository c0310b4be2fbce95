"""`tribune serve` where it cannot start: a sentence for a person, an exit code for a script, nothing left behind."""

import asyncio
import socket
import sys
from pathlib import Path

from tests.control.processes import programs
from tests.support.waiting import PATIENCE

TRIBUNE = [sys.executable, "-c", "import sys; from streamer.cli import main; sys.exit(main())"]


async def served(folder: Path, config: str) -> tuple[int, str, str]:
    """Exit code, words and complaints of a service that does not start."""
    (folder / "config.toml").write_text(config, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *TRIBUNE, "serve", cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE):
        said, complained = await process.communicate()
    assert programs(folder) == []
    assert b"Traceback" not in complained
    return process.returncode or 0, said.decode(), complained.decode()


async def test_a_broken_configuration_is_told_whole_and_ends_with_2(tmp_path: Path) -> None:
    """Every mistake by its key; nothing is made in the folder."""
    code, said, complaint = await served(
        tmp_path,
        '[source]\nurl = "gopher://x"\n[encoder]\nwidth = 321\nfps = "thirty"\n[web]\nport = 99999\ncolour = "red"\n'
        '[[destination]]\nname = "YouTube"\nurl = "https://youtube.example"\nstream_key_file = "nope.key"\n',
    )
    assert (code, said) == (2, "")
    for key in ("source.url", "encoder.width", "encoder.fps", "web.port", "web.colour", "destination[0].url",
                "destination[0].stream_key_file"):  # fmt: skip
        assert f"{key}:" in complaint, key
    assert "7 mistakes" in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


async def test_a_file_that_is_no_toml_or_is_missing_ends_with_2(tmp_path: Path) -> None:
    """With the line, or with what to do."""
    code, _, complaint = await served(tmp_path, "[source\nurl = demo:")
    assert code == 2
    assert "line 1" in complaint
    process = await asyncio.create_subprocess_exec(
        *TRIBUNE, "serve", "--config", "other.toml", cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    assert b"other.toml" in (await process.communicate())[1]
    assert process.returncode == 2


async def test_a_port_that_is_taken_ends_with_1_and_a_sentence(tmp_path: Path) -> None:
    """It names the port; no encoder was started for it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said, complaint = await served(tmp_path, f'[source]\nurl = "demo:"\n[web]\nport = {port}\n')
    assert (code, said) == (1, "")
    assert complaint.startswith("cannot go on: ")
    assert str(port) in complaint


async def test_a_damaged_database_ends_with_1_and_stays_as_it_is(tmp_path: Path) -> None:
    """Nobody's meetings are written over."""
    (tmp_path / "recordings").mkdir()
    database = tmp_path / "recordings" / "tribune.db"
    database.write_bytes(b"this is not a database" * 50)
    code, said, complaint = await served(tmp_path, '[source]\nurl = "demo:"\n[web]\nport = 0\n')
    assert (code, said) == (1, "")
    assert "tribune.db" in complaint
    assert database.read_bytes() == b"this is not a database" * 50


async def test_a_damaged_key_of_the_askers_ends_with_1_and_stays_as_it_is(tmp_path: Path) -> None:
    """A new one would take their questions from people; whoever runs the service decides."""
    key = tmp_path / "recordings" / "secret.key"
    key.parent.mkdir()
    key.write_bytes(b"cut short")
    code, said, complaint = await served(tmp_path, '[source]\nurl = "demo:"\n[web]\nport = 0\n')
    assert (code, said) == (1, "")
    assert f"{key} is damaged. Restore it from a backup." in complaint
    assert key.read_bytes() == b"cut short"
