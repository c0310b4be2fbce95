"""What is installed from the wheel: everything the service needs, nothing else, and it runs outside the checkout."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("streamer", "web")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what is in git, so that no stray file of this machine gets in, and none of ours gets out."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    tracked = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet", "-w", str(out), cwd=source)
    (built,) = out.glob("*.whl")
    return built


def run(*argv: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Output of a program that must succeed."""
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def names(wheel: Path) -> set[str]:
    """What is in it."""
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


def test_it_carries_every_file_that_the_service_reads(wheel: Path) -> None:
    """Code, templates, catalogs, static files, the database's schema, the mark of typed code: each one of them."""
    wanted = {".py", ".html", ".po", ".css", ".js", ".svg", ".sql", ".typed"}
    tracked = run("git", "ls-files", *CODE, cwd=ROOT).split()
    expected = {name for name in tracked if Path(name).suffix in wanted and (ROOT / name).exists()} | {
        "streamer/py.typed"
    }
    assert not expected - names(wheel)
    for kind in ("web/templates/base.html", "web/locales/", "web/static/", "streamer/store/schema.sql"):
        assert any(name.startswith(kind) for name in names(wheel)), kind


def test_it_carries_nothing_else(wheel: Path) -> None:
    """No recordings, tests, documents, node modules, compiled files or keys."""
    others = {name for name in names(wheel) if not name.startswith((*(f"{c}/" for c in CODE), "tribune-"))}
    assert others == set()
    unwanted = ("recordings", "tests", "node_modules", "__pycache__", ".key", ".db")
    assert not [name for name in names(wheel) if any(part in name for part in unwanted)]


def test_its_metadata_says_the_licence_and_the_command(wheel: Path) -> None:
    """EUPL-1.2 as SPDX writes it, with the licence's text; one command."""
    with zipfile.ZipFile(wheel) as packed:
        info = next(name.partition("/")[0] for name in packed.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(packed.read(f"{info}/METADATA"))
        commands = packed.read(f"{info}/entry_points.txt").decode()
        assert "EUROPEAN UNION PUBLIC LICENCE" in packed.read(f"{info}/licenses/LICENSE").decode().upper()
    assert metadata["License-Expression"] == "EUPL-1.2"
    assert metadata["Name"] == "tribune"
    assert "tribune = streamer.cli:main" in commands


def test_installed_elsewhere_it_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked into a folder of its own: the command answers, and the whole service can be put together from it."""
    there = tmp_path / "there"
    run(
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(there), str(wheel), cwd=tmp_path
    )
    (tmp_path / "config.toml").write_text('[source]\nurl = "demo:"\n', encoding="utf-8")
    env = {"PYTHONPATH": str(there), "PATH": "/usr/bin:/bin"}
    assert "usage: tribune" in run(str(there / "bin" / "tribune"), "--help", cwd=tmp_path, env=env)
    assert "is fine" in run(str(there / "bin" / "tribune"), "check", cwd=tmp_path, env=env)
    assert run(str(there / "bin" / "tribune"), "token", "add", "--role", "clerk", cwd=tmp_path, env=env)
    asked = "import streamer.app, web.i18n as i; print(streamer.app.__file__); print(len(list(i.TEMPLATES.iterdir())))"
    where, templates = run(sys.executable, "-c", asked, cwd=tmp_path, env=env).split()
    assert where.startswith(str(there))
    assert int(templates) > 5
