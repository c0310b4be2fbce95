"""The documents tell the truth: addresses, tables, links, commands and buttons are compared with the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web as aio
from pydantic import BaseModel

from streamer.config import Config
from streamer.council import alarm
from streamer.council.phase import TRANSITIONS, Phase
from streamer.council.questions import MOVES, WITH_THE_MEETING, QuestionVerb, Reason, Status
from streamer.council.trouble import LIMITS
from web import catalogs, routes
from web.routes import API
from web.words import REASONS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md")])
NOTES = sorted((DOCS / "decisions").glob("[0-9]*.md"))
NAMING_BUTTONS = [DOCS / f"{name}.md" for name in ("clerk", "moderator", "citizen", "operator")]
HEADINGS = ("We need", "The obvious way", "What we do", "Reconsider")
PARAGRAPHS = {
    "Two clerks.", "Several moderators.", "From YouTube.",
    "Ten seconds.", "Flags.", "Spam.", "Finding.", "Removing for good.",
    "The log.",
    "Closed session.", "Withdrawn.", "Items.", "The delay.",
    "The sound.", "Follow a meeting.", "Ask a question.", "Watch again.", "Without JavaScript", "Browsers.",
    "Languages.",
}  # fmt: skip
"""Bold words on those pages that begin a paragraph and are no button."""
KEY_LINE = re.compile(r"^(?:# )?([a-z_]+) = ")


def name_of(path: Path) -> str:
    """`docs/api.md`."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    """A document."""
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def section(path: Path, heading: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text_of(path), flags=re.MULTILINE | re.DOTALL)
    assert found, f"{name_of(path)} has no section {heading}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of its tables, without code marks."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def anchors(path: Path) -> set[str]:
    """Its headings, as links name them."""
    headings = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# The API.


def described(route: aio.RouteDef) -> bool:
    """Whether docs/api.md has a section for it, with an example of how it is called."""
    parts = re.split(r"^### ", text_of(DOCS / "api.md"), flags=re.MULTILINE)
    mine = [part for part in parts if part.partition("\n")[0] == f"{route.method} {route.path}"]
    return len(mine) == 1 and "curl" in mine[0]


@pytest.mark.parametrize("route", [r for r in API if isinstance(r, aio.RouteDef)], ids=lambda r: r.handler.__name__)
def test_every_route_of_the_api_is_described(route: aio.RouteDef) -> None:
    """Method and path as in the code."""
    assert described(route), f"docs/api.md lacks '### {route.method} {route.path}' with an example"


def test_the_api_page_describes_nothing_else() -> None:
    """A route that was removed leaves the page, too."""
    real = {f"{r.method} {r.path}" for r in API if isinstance(r, aio.RouteDef)} | {"GET /healthz"}
    assert set(re.findall(r"^### ((?:GET|POST|PUT|DELETE) .+)$", text_of(DOCS / "api.md"), flags=re.MULTILINE)) == real


@pytest.mark.parametrize("route", routes.PLAYERS, ids=lambda r: r.path.rpartition("/")[2])
def test_what_players_fetch_is_described(route: aio.RouteDef) -> None:
    """Playlists, segments, files."""
    assert f"| `{route.method} {route.path}` |" in section(DOCS / "api.md", "What players fetch")


def test_phases_verbs_statuses_and_reasons_are_those_of_the_rules() -> None:
    """In tables whose first column names them all."""
    meetings, questions = section(DOCS / "api.md", "Meetings"), section(DOCS / "api.md", "Questions")
    firsts = [row[0] for row in rows(meetings)]
    assert {str(phase) for phase in Phase} <= set(firsts)
    assert {str(verb) for _, verb in TRANSITIONS} <= set(firsts)
    said = {row[0]: row[1] for row in rows(questions)}
    assert said.keys() - {"reason"} == {str(name) for name in (*QuestionVerb, *Reason)}
    assert {reason: said[reason] for reason in Reason} == REASONS
    assert all(f"`{status}`" in questions for status in Status)


def refusals() -> Iterator[str]:
    """The codes of every `Refused(...)` in the rules, the desks and the tables of questions."""
    for path in [
        *ROOT.glob("streamer/council/*.py"),
        *ROOT.glob("streamer/control/*.py"),
        *ROOT.glob("streamer/store/question*.py"),
        ROOT / "streamer" / "store" / "submitting.py",
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refused"), args=[ast.Constant(value=str(code)), *_]):
                    yield code


def test_every_refusal_is_described() -> None:
    """And none that does not exist. `no_such_item` is a 404 there."""
    table = section(DOCS / "api.md", "Errors").partition("| refusal | when |")[2]
    described_codes = {
        code
        for line in table.splitlines()
        for code in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")
    }
    assert described_codes == set(refusals()) - {"no_such_item"}


# The tables of the rules.


def test_the_transitions_are_those_of_the_code() -> None:
    """The table, and the diagram."""
    text = section(DOCS / "architecture.md", "Transitions")
    real = {(str(phase), str(verb), str(target)) for (phase, verb), target in TRANSITIONS.items()}
    assert {tuple(row) for row in rows(text.partition("Beyond the table")[0])} == real
    drawn = re.findall(r"^ +(\w+) --> (\w+): ([\w-]+)$", text, flags=re.MULTILINE)
    assert {(phase, verb, target) for phase, target, verb in drawn} == real


def test_the_moves_of_questions_are_those_of_the_code() -> None:
    """With who may."""
    real = {(str(s), str(v), str(t or ""), ", ".join(sorted(who))) for (s, v), (t, who) in MOVES.items()}
    table, after = section(DOCS / "architecture.md", "Questions").split("| with the clerk's order |")
    told = [(start.strip(" `"), *rest) for starts, *rest in rows(table) for start in starts.split(",")]
    assert set(told) == real
    assert len(told) == len(real)
    followed = {(str(v), str(s), str(t)) for v, moves in WITH_THE_MEETING.items() for s, t in moves.items()}
    assert {(v, s.strip(" `"), t) for v, starts, t in rows(after) for s in starts.split(",")} == followed


def test_the_life_of_an_alarm_is_that_of_the_code() -> None:
    real = {(str(state), str(sign), str(to)) for (state, sign), to in alarm.MOVES.items()}
    assert {tuple(row) for row in rows(section(DOCS / "architecture.md", "The truth light"))} == real


def test_every_trouble_is_described_with_its_limits() -> None:
    real = {
        (str(code), f"{limit.warn:g}, {'never' if limit.alarm is None else f'{limit.alarm:g}'}")
        for code, limit in LIMITS.items()
    }
    table = section(DOCS / "api.md", "Meetings").partition("| `code` | what is wrong |")[2]
    assert {(row[0], row[2]) for row in rows(table.partition("\n\n")[0])} == real


# The configuration.


def keys(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, str]]:
    """Every key as (section, key)."""
    for name, field in model.model_fields.items():
        kinds: tuple[Any, ...] = (field.annotation, *get_args(field.annotation))
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if inner:
            yield from keys(inner[0], field.alias or name)
        else:
            yield place, field.alias or name


def manual() -> dict[tuple[str, str], bool]:
    """The keys of config.toml, and whether there is a sentence above; two that belong together may share one."""
    found: dict[tuple[str, str], bool] = {}
    place, since = "", 9
    for line in (ROOT / "config.toml").read_text(encoding="utf-8").splitlines():
        if table := re.match(r"^# \[(\w+)\.(\w+)\]$", line):
            found[table[1], table[2]] = True  # its sentences are below
        elif heading := re.match(r"^(?:# )?\[+(\w+)\]+$", line):
            place, since = heading[1], 9
        elif key := KEY_LINE.match(line):
            since += 1
            found[place, key[1]] = since <= 2
        elif line.startswith("#"):
            since = 0
    return found


def test_every_key_of_the_configuration_is_explained() -> None:
    """In config.toml, which is the manual; and no key there is unknown."""
    assert manual() == dict.fromkeys(keys(Config), True)


# Links, commands, notes, buttons.


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    """To a file, and to a heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), f"{name_of(path)} links to {target}"
        assert not anchor or anchor in anchors(aim), f"{name_of(path)} links to {target}: no such heading"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_make_targets_exist(path: Path) -> None:
    """Every `make something` that is named."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = re.findall(r"(?:`|^|&& sudo )make ([a-z]+)", text_of(path), flags=re.MULTILINE)
    assert set(named) <= targets, name_of(path)


def test_files_that_are_named_exist() -> None:
    """`streamer/...`, `web/...`, `tests/...` with an ending."""
    for path in PAGES:
        for file in re.findall(r"`((?:streamer|web|tests|docs)/[\w/.-]+\.(?:py|md|html|toml|json))`", text_of(path)):
            assert (ROOT / file).exists(), f"{name_of(path)} names {file}"


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.stem)
def test_a_decision_says_four_things(note: Path) -> None:
    """In this order; and the index lists it."""
    places = [text_of(note).find(f"\n**{heading}") for heading in HEADINGS]
    assert -1 not in places, dict(zip(HEADINGS, places, strict=True))
    assert places == sorted(places)
    assert f"({note.name})" in text_of(DOCS / "decisions" / "README.md")


@cache
def spoken() -> tuple[str, ...]:
    """Every text of the pages, in English."""
    ids = [message.id for message in catalogs.extracted() if message.id]
    return tuple(text for id in ids for text in ((id,) if isinstance(id, str) else id))


def is_spoken(words: str) -> bool:
    """Whether `words` is a text of the pages, or a part of one."""
    plain = re.sub(r"^\d+ s", "%(seconds)s s", words)
    return plain in spoken() or (len(plain.split()) >= 3 and any(plain in text for text in spoken()))


@pytest.mark.parametrize("page", NAMING_BUTTONS, ids=name_of)
def test_buttons_are_called_what_they_are_called(page: Path) -> None:
    """What is bold on the pages for people is a text of ours, whole or (from three words on) a part of one."""
    said = re.findall(r"\*\*(.+?)\*\*", prose(page))
    wrong = [words for words in said if words not in PARAGRAPHS and not is_spoken(words)]
    assert not wrong, f"{name_of(page)} names what no page says"
