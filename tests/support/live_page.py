"""A page on the live channel that holds every message against docs/live-protocol.md."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from streamer.council.roles import STAFF, Role
from tests.support.commune import Commune, Json

DOCUMENT = Path(__file__).parents[2] / "docs" / "live-protocol.md"
SECTIONS = {"A question": "Question", "An item": "Item"}
"""What is in a message, by the heading of its table."""
PLAIN: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "time": lambda value: isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None,
}
Fields = dict[str, tuple[str, bool, set[str]]]
"""By name: kind, whether it may be missing, to whom."""


@cache
def documented() -> dict[str, Fields]:
    """The tables of the document."""
    found: dict[str, Fields] = {}
    for part in re.split(r"^### ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        found[SECTIONS.get(heading, heading)] = dict(_rows(text.partition("\n## ")[0]))
    return found


def _rows(text: str) -> Iterator[tuple[str, tuple[str, bool, set[str]]]]:
    for row in re.findall(r"^\| (`.+?)\|(.+?)\|(.+?)\|", text, flags=re.MULTILINE):
        names, kind, to = (cell.strip() for cell in row)
        for name, optional in re.findall(r"`(\w+)`(\??)", names):
            yield name, (kind, bool(optional), set(to.split(", ")))


def check(message: Json, role: Role) -> None:
    """Raises AssertionError where the document does not know it, or it is not meant for `role`."""
    type_ = message.get("type")
    assert type_ in set(documented()) - set(SECTIONS.values()), f"not in {DOCUMENT.name}: {message}"
    own = type_ in ("mine", "ack")
    _check_fields({k: v for k, v in message.items() if k != "type"}, type_, _who(role, own=own))


def _who(role: Role, *, own: bool) -> set[str]:
    return {"all", "staff" if role in STAFF else "citizens", *(["asker"] if own else [])}


def _check_fields(value: Json, table: str, who: set[str]) -> None:
    fields = documented()[table]
    missing = {name for name, (_, optional, to) in fields.items() if not optional and to & who} - set(value)
    assert not missing, f"{table} lacks {missing}: {value}"
    for name, inner in value.items():
        assert name in fields, f"{table}: `{name}` is not in {DOCUMENT.name}"
        kind, _, to = fields[name]
        assert to & who, f"{table}: `{name}` is for {to}, and was told to {who}"
        inside = who | {"asker"} if name == "mine" or inner_is_own(inner) else who
        assert _is(inner, kind, inside), f"{table}: `{name}` is no {kind}: {inner!r}"


def inner_is_own(value: object) -> bool:
    """One's own question, as its own page shows it."""
    return isinstance(value, dict) and value.get("own") is True


def _is(value: Any, kind: str, who: set[str]) -> bool:
    if " or " in kind:
        return any(_is(value, one, who) for one in kind.split(" or "))
    if kind.startswith("list of "):
        return isinstance(value, list) and all(_is(each, kind.removeprefix("list of "), who) for each in value)
    if kind in PLAIN:
        return PLAIN[kind](value)
    if not isinstance(value, dict):
        return False
    _check_fields({k: v for k, v in value.items() if k != "type"}, kind, who)
    return True


class Page:
    """What it heard, checked: `heard` in order, `bytes` as they came."""

    def __init__(self, socket: ClientConnection, role: Role) -> None:
        self.role, self._socket = role, socket
        self.heard: list[Json] = []
        self.bytes = b""

    async def next(self, *types: str, seconds: float = 30.0) -> Json:
        """The next message of one of these types; those before it are heard, too."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self._receive()
                if not types or message["type"] in types:
                    return message

    async def question(self, id: str, status: str) -> Json:
        """The next word that a question is so."""
        while True:
            said = await self.next("question", "mine")
            if (said["question"]["id"], said["question"]["status"]) == (id, status):
                return said

    async def ask(self, id: str, text: str, **more: str) -> Json:
        """Ask; the question as it was acknowledged."""
        await self.say({"type": "ask", "id": id, "text": text, **more})
        said = await self.next("ack", "refused")
        assert said["type"] == "ack", said
        found: Json = said["question"]
        return found

    async def say(self, message: object) -> None:
        """Send JSON."""
        await self._socket.send(json.dumps(message))

    @property
    def since(self) -> str:
        """What a page asks for that comes back."""
        numbered = [message for message in self.heard if "seq" in message]
        return f"{[m['stream'] for m in numbered if 'stream' in m][-1]}.{numbered[-1]['seq']}"

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def _receive(self) -> Json:
        raw = await self._socket.recv(decode=False)
        message: Json = json.loads(raw)
        self.bytes += raw
        check(message, self.role)
        self.heard.append(message)
        return message


@contextlib.asynccontextmanager
async def live_page(
    here: Commune, id: str, role: Role = Role.CITIZEN, *, since: str = "", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Page]:
    """A page that is connected. `headers`: with a `Cookie` one is the same asker again."""
    sent = dict(headers or {})
    if role in STAFF:
        sent["Authorization"] = f"Bearer {here.tokens[role]}"
    url = f"{here.url.replace('http', 'ws')}/meetings/{id}/live{f'?since={since}' if since else ''}"
    async with connect(url, additional_headers=sent, compression=None, max_size=None) as socket:
        yield Page(socket, role)
