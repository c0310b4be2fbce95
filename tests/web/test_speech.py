"""From the clerk's button to words that everybody finds: heard by the real program, with a model that we made."""

import asyncio
import os
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from streamer.cli import main
from streamer.council.phase import Phase
from streamer.media import records
from streamer.media.dictation import RATE
from streamer.media.speech import decoding, heard_file
from tests.support import marks_reader, tiny_whisper
from tests.support.commune import SMALL, Commune, Json, commune
from tests.support.past_meeting import AGENDA, DAY, past_meeting
from tests.support.speaker import SPEECH
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
SPOKEN, MARKED = f"{DAY}-spoken", f"{DAY}-marked"
TWICE = f"{SPEECH},apad=whole_dur=8[a];{SPEECH},apad=whole_dur=8[b];[a][b]concat=n=2:v=0:a=1"
"""Somebody speaks from second 0 and from second 8 on, for five seconds each."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune with two meetings that are over. Its configuration names a model; there is none yet."""
    folder = tmp_path_factory.mktemp("speech")
    await past_meeting(folder, [(2, "item-b")], 16, id=SPOKEN, phase=Phase.ENDED, sound=TWICE)
    await past_meeting(folder, [(2, "item-a"), (4, "item-b"), (8, "item-d")], 12, id=MARKED, marked=True)
    async with commune(folder, encoder=SMALL, speech={"model": str(folder / "model")}) as it:
        yield it


async def progress(here: Commune) -> Json | None:
    found: Json | None = (await here.ok("GET", f"/{SPOKEN}/speech"))["progress"]
    return found


async def test_a_clear_word_where_the_model_is_missing_or_knows_another_language(here: Commune) -> None:
    """On the page, by the API; and what failed is left at one press."""
    folder = here.folder.parent / "model"
    page = await here.clerks_page(f"/clerk/meetings/{SPOKEN}/captions")
    assert "There is no whole model where the configuration says" in page
    status, answer = await here.api("POST", f"/{SPOKEN}/speech", language="en")
    assert (status, answer["title"]) == (409, "speech_no_model")
    tiny_whisper.make(folder)
    assert (await here.ok("POST", f"/{SPOKEN}/speech", language="lb"))["ready"] == "ready"

    async def failed() -> bool:
        found = await progress(here)
        return found is not None and found["state"] == "failed"

    await eventually(failed, "it has failed")
    assert "This model knows English only." in await here.clerks_page(f"/clerk/meetings/{SPOKEN}/captions")
    assert (await here.ok("DELETE", f"/{SPOKEN}/speech"))["progress"] is None


async def test_it_gives_way_to_a_rehearsal_and_what_it_writes_is_found(here: Commune) -> None:
    """Ended at once, goes on where it stood; then captions like others, which say that a machine wrote them."""
    folder, planned = here.folder / SPOKEN, str((await here.planned())["id"])
    await here.ok("POST", f"/{SPOKEN}/speech", language="en")
    record = await eventually(lambda: records.read(folder / "speech" / ".work" / "dictation"), "it is being heard")
    assert os.getpriority(os.PRIO_PROCESS, record.pid) == 19
    await here.ok("POST", f"/{planned}/rehearse")
    await eventually(lambda: not record.runs, "the process is gone")
    meeting = await here.up.service.desk.meeting(SPOKEN)
    pictures = here.up.service.archive.timeline(meeting).signature
    heard_file(folder, pictures).write_text('[8.0, [[0.5, 2.0, "What was heard before"]]]\n[16.0, [[9.0')
    found = await progress(here)
    assert found is not None
    assert (found["state"], found["share"]) == ("waiting", 0.5)
    assert (await here.api("POST", f"/{SPOKEN}/speech", language="en"))[1]["title"] == "speech_under_way"
    await here.ok("POST", f"/{planned}/stand-down")

    async def written() -> bool:
        return await progress(here) is None

    await eventually(written, "it is written down")
    assert not (folder / "speech").exists()
    lines = (await here.ok("GET", f"/{SPOKEN}/captions/en/lines"))["data"]
    assert [line["text"] for line in lines] == ["What was heard before", *tiny_whisper.SAYS]
    assert 7.5 < lines[1]["start"] < 9, "the voice of the second eight, at its second"
    assert (await here.ok("GET", f"/{SPOKEN}/captions"))["data"][0]["origin"] == "speech"
    assert (await here.api("POST", f"/{SPOKEN}/speech", language="en"))[1]["title"] == "speech_there"
    await here.ok("POST", f"/{SPOKEN}/captions/en/lines/{lines[1]['id']}", text="The new pool", version=1)
    await here.ok("POST", f"/{SPOKEN}/publish")
    async with here.http.get(f"{here.url}/api/v1/search?q=september") as answer:
        assert (await answer.json())["data"][0]["meeting"] == SPOKEN
    for path in ("", "/transcript", "/transcript?q=pool"):
        assert "Written by a machine" in await here.clerks_page(f"/meetings/{SPOKEN}{path}"), path
    assert "The new pool" in await here.text(f"/meetings/{SPOKEN}/captions.en.vtt")


async def test_what_is_withheld_is_never_heard(here: Commune, tmp_path: Path) -> None:
    """Every second of the recording has its own tone: which of them get as far as the ear?"""
    archive, desk = here.up.service.archive, here.up.service.desk

    async def tones(begin: float) -> list[int]:
        segments = archive.segments(await desk.meeting(MARKED))
        argv = await decoding(here.folder / MARKED, segments, begin, tmp_path, archive._ffmpeg)
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        sound, _ = await process.communicate()
        with wave.open(str(tmp_path / "sound.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(sound)
        return list(dict.fromkeys(tone.code for tone in await marks_reader.tones(tmp_path / "sound.wav")))

    assert await tones(0.0) == list(range(12)), "the search finds what is there"
    await here.ok("PUT", f"/{MARKED}/parts/{AGENDA[1].id}", showing="withheld")
    assert await tones(0.0) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert await tones(5.0) == [9, 10, 11], "whoever goes on begins at the right second"


async def test_by_command_where_no_service_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Here and now; a second time there is something already."""
    await past_meeting(tmp_path, [(2, "item-b")], 8, id=SPOKEN, phase=Phase.ENDED, sound=f"{SPEECH},apad")
    tiny_whisper.make(tmp_path / "model")
    config = tmp_path / "config.toml"
    config.write_text('[source]\nurl = "demo:"\n[speech]\nmodel = "model"\n')
    argv = ["transcribe", SPOKEN, "--language", "en", "--config", str(config)]
    assert await asyncio.to_thread(main, argv) == 0, capsys.readouterr()
    assert "Council: 2 lines (en), by a machine." in capsys.readouterr().out
    assert await asyncio.to_thread(main, argv) == 1
    assert "never overwritten" in capsys.readouterr().err
