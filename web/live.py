"""The live channel of a meeting: a page connects, is told everything, then what changes; a citizen asks."""

import asyncio
import json
import secrets
from typing import Any

from aiohttp import web as aio

from streamer.control.question_desk import Asking
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.pace import Pace
from streamer.store.database import DatabaseUnavailable
from web import live_messages as say
from web.asking import ask
from web.auth import address_of, asker_of, current, known_as
from web.context import SERVICE, Service
from web.gate import offered
from web.i18n import Translator, translator_for
from web.live_claims import Reader
from web.live_socket import MAX_MESSAGE, Connection, upgrade
from web.live_stream import dump
from web.rendering import sentence
from web.security import may_connect

LISTENED = Pace(100, 0.1)
"""How fast one page is listened to. Nothing is refused: it waits."""


async def live(request: aio.Request) -> aio.StreamResponse:
    """`GET /meetings/{meeting}/live`, upgraded. 403 from a foreign page, 404 for no such meeting."""
    service: Service = request.app[SERVICE]
    if not may_connect(request, service.public_url, service.origins):
        raise aio.HTTPForbidden(text="Refused: this page is not ours.\n")
    id, since = request.match_info["meeting"], request.query.get("since", "")
    if not service.hub.knows(id):
        await service.desk.meeting(id)
    identity, asker, address = await current(request), _asker(request), address_of(request)
    role, reader = identity.role, Reader(service.claims, id, identity)
    talk = Talk(service, id, asker, translator_for(request), address, reader)

    async def handler(connection: Connection) -> None:
        with service.hub.join(id, connection, role, asker, known_as(request)) as room:
            stream = room.streams[role]
            known = await room.snapshot(role, lambda: say.snapshot(service, id, role, stream))
            await connection.send_frames(*say.greeting(known, stream, role, asker, since))
            clock, empty_at = asyncio.get_running_loop().time, 0.0
            try:
                while True:
                    text = await connection.recv()
                    pause, empty_at = LISTENED.wait(empty_at, now := clock()), LISTENED.after(empty_at, now)
                    if pause:
                        await asyncio.sleep(pause)
                    await connection.send(dump(await talk.answer(text)))
            finally:
                reader.leave()

    return await upgrade(request, handler, message_bytes(service.questions.rules.max_length))


def message_bytes(characters: int) -> int:
    """How long a message may be that carries a question of so many characters, in UTF-8."""
    return max(MAX_MESSAGE, 4 * characters + 2048)


def _asker(request: aio.Request) -> str:
    """The visitor's keyed hash. A program without our cookie is somebody of its own while it is connected."""
    return asker_of(request) or secrets.token_hex(32)


class Talk:
    """What one page says and is answered. Nothing it sends can end the conversation but its size."""

    def __init__(
        self, service: Service, meeting: str, asker: str, words: Translator, address: str, reader: Reader
    ) -> None:
        self._service, self._meeting, self._asker, self._words = service, meeting, asker, words
        self._address, self._reader = address, reader

    async def answer(self, text: str | bytes) -> say.Message:
        """The reply to one message."""
        said = _understood(text)
        if said is not None and (readers := self._reader.answer(said)):
            return readers
        if said is None or said.get("type") != "ask":
            return self._refused("", "not_understood", {})
        id = _text(said, "id")
        try:
            return await self._ask(id, said)
        except Refused as error:
            return self._refused(id, error.code, error.values) | offered(error)
        except Invalid as error:
            code, values = next(iter(error.mistakes.values()))
            return self._refused(id, code, values)
        except (DatabaseUnavailable, Conflict):
            return self._refused(id, "database_unavailable", {})

    async def _ask(self, id: str, said: dict[str, Any]) -> say.Message:
        """Acknowledged only after it is committed."""
        asking = Asking(
            self._asker,
            id,
            _text(said, "text"),
            _text(said, "name"),
            _text(said, "item"),
            self._words.language,
            name_public=said.get("namePublic") is True,
        )
        question = await ask(self._service, self._meeting, asking, self._address, _text(said, "proof"))
        return {"type": "ack", "id": id, "question": say.mine(question)["question"]}

    def _refused(self, id: str, code: str, values: Any) -> say.Message:
        return {"type": "refused", "id": id, "code": code, "message": sentence(self._words.gettext, code, values)}


def _understood(text: str | bytes) -> dict[str, Any] | None:
    """One object, flat, as text: nothing that we understand is deeper."""
    if isinstance(text, bytes):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    flat = isinstance(said, dict) and not any(isinstance(value, dict | list) for value in said.values())
    return said if flat else None


def _text(said: dict[str, Any], key: str) -> str:
    """A string, `""` for anything else. Half a character (a lone surrogate) can be neither kept nor sent."""
    value = said.get(key)
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""
