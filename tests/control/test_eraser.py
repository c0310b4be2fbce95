"""The round of erasing is made again, whatever went wrong with the last one."""

import asyncio
from pathlib import Path

import pytest

from streamer.control import eraser as rounds
from streamer.control.desk import Desk
from streamer.control.eraser import Eraser
from streamer.control.question_desk import QuestionDesk, QuestionRules
from streamer.council.retention import Retention
from streamer.store.database import Database
from streamer.store.erasing import Erasing
from streamer.store.log import Log
from streamer.store.questions import Questions
from tests.support.waiting import eventually

NOW = 1_795_554_000.0


async def renamed(database: Database, table: str, name: str) -> None:
    await database.write(lambda connection: connection.execute(f"ALTER TABLE {table} RENAME TO {name}").rowcount)


async def test_a_round_that_failed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rounds, "RETRY_SECONDS", 0.05)
    database = await Database.open(tmp_path / "tribune.db")
    desk = Desk(Log(database), lambda: NOW, lambda meeting: 0)
    questions = QuestionDesk(desk, Questions(database), QuestionRules(), lambda: NOW, lambda: "q")
    eraser = Eraser(Erasing(database), questions, Retention(), lambda: NOW)
    await renamed(database, "erasure_rounds", "gone")
    running = asyncio.create_task(eraser.run())
    try:
        await eventually(lambda: "could not be made" in caplog.text or running.done(), "it failed")
        await renamed(database, "gone", "erasure_rounds")
        assert not running.done()
        await eventually(eraser.last_round, "it is made")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()
