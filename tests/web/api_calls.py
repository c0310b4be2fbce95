"""Calls that several tests of the API make, as other programs make them."""

import io
import json

from websockets.asyncio.client import connect

from streamer.council.roles import Role
from tests.support.commune import Commune, Json

START = "2026-11-27T19:00:00+01:00"


async def asked(here: Commune, id: str, text: str) -> str:
    """A citizen asks; the question's id."""
    async with connect(f"{here.url.replace('http', 'ws')}/meetings/{id}/live") as socket:
        await socket.send(json.dumps({"type": "ask", "id": "one", "text": text}))
        while (said := json.loads(await socket.recv()))["type"] != "ack":
            pass
        return str(said["question"]["id"])


async def sent(here: Commune, path: str, raw: bytes | io.BytesIO, **headers: str) -> tuple[int, Json]:
    """POST a body as it is, as the clerk."""
    sending = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Content-Type": "application/json", **headers}
    async with here.http.post(f"{here.url}/api/v1/meetings{path}", data=raw, headers=sending) as answer:
        return answer.status, await answer.json(content_type=None)
