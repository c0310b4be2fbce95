"""Malformed messages, frames and forms: no error of ours, no dropped neighbour, no memory kept.

A few hundred, from a seed that is printed; `make fuzz` sends ten thousand (`make fuzz MESSAGES=10000 SEED=7`).
"""

import asyncio
import gc
import logging
import os
import random
import resource
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.support.commune import Commune, commune
from tests.support.live_page import live_page
from tests.support.nonsense import Nonsense
from tests.support.waiting import eventually

MESSAGES = int(os.environ.get("FUZZ") or 400)
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
AT_ONCE = 12
A_SOCKET = 20
KEPT_MEGABYTES = 60
PATHS = ("/meetings/{id}/questions", "/meetings/{id}/questions/nope/withdraw", "/language", "/sign-in")


async def say_nonsense(here: Commune, id: str, nonsense: Nonsense, *, frames: bool) -> None:
    """One connection that says something, until it is closed or has said enough."""
    url = f"{here.url.replace('http', 'ws')}/meetings/{id}/live"
    async with connect(url, compression=None, close_timeout=1, max_size=None) as socket:
        with suppress(ConnectionClosed):
            for _ in range(A_SOCKET):
                said = nonsense.text().encode("utf-8", "surrogatepass")
                frame = nonsense.frame() if frames else Frame(Opcode.TEXT, said).serialize(mask=True)
                socket.transport.write(frame)
                if not frames:
                    await socket.recv()
        socket.transport.abort()


async def post_nonsense(here: Commune, id: str, nonsense: Nonsense, number: int) -> None:
    """One form, which gets an ordinary answer."""
    headers, body = nonsense.form()
    path = PATHS[number % len(PATHS)].format(id=id)
    async with here.http.post(f"{here.url}{path}", data=body, headers=headers, allow_redirects=False) as answer:
        assert answer.status < 500, (path, headers, body)


async def everything(here: Commune, id: str, nonsense: Nonsense, messages: int) -> None:
    """So many messages and frames, and a fifth as many forms."""
    sockets = messages // A_SOCKET
    for start in range(0, sockets, AT_ONCE):
        turns = range(start, min(start + AT_ONCE, sockets))
        await asyncio.gather(*(say_nonsense(here, id, nonsense, frames=turn % 2 == 0) for turn in turns))
        forms = range(start * A_SOCKET // 5, (turns.stop * A_SOCKET) // 5)
        await asyncio.gather(*(post_nonsense(here, id, nonsense, number) for number in forms))


def megabytes() -> float:
    """What this process has in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def test_nonsense_hurts_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A neighbour hears and asks all the while; afterwards the hall is as empty as before."""
    print(f"\nfuzz: SEED={SEED} FUZZ={MESSAGES}")
    nonsense = Nonsense(SEED)
    caplog.set_level(logging.ERROR)
    async with commune(tmp_path, questions={"per_person": 100}) as here:
        id = (await here.planned())["id"]
        async with live_page(here, id) as neighbour:
            await neighbour.next("snapshot")
            await everything(here, id, nonsense, min(MESSAGES, 100))
            before = megabytes()
            await everything(here, id, nonsense, MESSAGES)
            assert megabytes() - before < KEPT_MEGABYTES
            assert (await neighbour.ask("one", "Am I still here?"))["text"] == "Am I still here?"
            await eventually(lambda: here.up.service.hub.viewers(id) == 1, "the others are gone")
    assert [record.getMessage() for record in caplog.records] == [], f"SEED={SEED}"
