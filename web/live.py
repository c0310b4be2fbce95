"""The live channel of a meeting: a page connects, is told everything, then what changes; a citizen asks."""

import json
import secrets
from typing import Any

from aiohttp import web as aio

from streamer.control.question_desk import Asking
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.roles import Role
from streamer.store.database import DatabaseUnavailable
from web import live_messages as say
from web.auth import AUTH, address_of, asker_hash, asker_of, current
from web.context import SERVICE, Service
from web.i18n import Translator, translator_for
from web.live_socket import Connection, upgrade
from web.rendering import sentence
from web.security import same_origin


async def live(request: aio.Request) -> aio.StreamResponse:
    """`GET /meetings/{meeting}/live`, upgraded. 403 from a foreign page, 404 for no such meeting."""
    service: Service = request.app[SERVICE]
    if not same_origin(request, service.public_url):
        raise aio.HTTPForbidden(text="Refused: this page is not ours.\n")
    meeting = await service.desk.meeting(request.match_info["meeting"])
    identity, asker = await current(request), _asker(request)
    talk = Talk(service, meeting, asker, translator_for(request))

    async def handler(connection: Connection) -> None:
        with service.hub.join(meeting.id, connection, identity.role, asker, address_of(request)):
            await _send_snapshot(service, connection, meeting.id, identity.role, asker)
            while True:
                await connection.send(say.dump(await talk.answer(await connection.recv())))

    return await upgrade(request, handler)


async def _send_snapshot(service: Service, connection: Connection, id: str, role: Role, asker: str) -> None:
    """Everything as of now. Again, if something was logged meanwhile: its message may have been sent before."""
    seq = -1
    while seq != (last := await service.desk.last_seq()):
        seq, meeting = last, await service.desk.meeting(id)
        await connection.send(say.dump(await say.snapshot(service, meeting, role, asker)))


def _asker(request: aio.Request) -> str:
    """The visitor's keyed hash. A program without our cookie is somebody of its own for as long as it is connected."""
    return asker_of(request) or asker_hash(request.app[AUTH].secret, secrets.token_urlsafe(16))


class Talk:
    """What one page says and is answered. Nothing it sends can end the conversation but its size."""

    def __init__(self, service: Service, meeting: Meeting, asker: str, words: Translator) -> None:
        self._service, self._meeting, self._asker, self._words = service, meeting, asker, words

    async def answer(self, text: str | bytes) -> say.Message:
        """The reply to one message."""
        said = _understood(text)
        if said is None or said.get("type") != "ask":
            return self._refused("", "not_understood", {})
        id = _text(said, "id")
        try:
            return await self._ask(id, said)
        except Refused as error:
            return self._refused(id, error.code, error.values)
        except Invalid as error:
            code, values = next(iter(error.mistakes.values()))
            return self._refused(id, code, values)
        except (DatabaseUnavailable, Conflict):
            return self._refused(id, "database_unavailable", {})

    async def _ask(self, id: str, said: dict[str, Any]) -> say.Message:
        """Acknowledged only after it is committed."""
        asking = Asking(
            self._asker, id, _text(said, "text"), _text(said, "name"), _text(said, "item"), self._words.language
        )
        question = await self._service.questions.ask(self._meeting.id, asking)
        return {"type": "ack", "id": id, "question": say.mine(question)["question"]}

    def _refused(self, id: str, code: str, values: Any) -> say.Message:
        return {"type": "refused", "id": id, "code": code, "message": sentence(self._words.gettext, code, values)}


def _understood(text: str | bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _text(said: dict[str, Any], key: str) -> str:
    """A string, `""` for anything else. Half a character (a lone surrogate) can be neither kept nor sent."""
    value = said.get(key)
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""
