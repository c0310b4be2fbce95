"""`tribune import`: a recording from elsewhere becomes a meeting that is over, for the clerk to look at and publish."""

import asyncio
import getpass
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from streamer.app import new_id
from streamer.app_studio import encoder_settings
from streamer.cli import INTERRUPTED, Abort
from streamer.config import Config
from streamer.control.old_recording import Imported, OldRecordings, Wanted
from streamer.council.captions import Cue, check_language
from streamer.council.chapters import chapters
from streamer.council.decide import MAX_ITEMS, MAX_NAME
from streamer.council.errors import Invalid, Refused
from streamer.council.old_recording import MarksUnreadable, OldMark, read_marks
from streamer.council.trouble import DISK_FULL_BYTES
from streamer.council.youtube import describe, lines_of
from streamer.media.binary import Ffmpeg, find_ffmpeg
from streamer.media.caption_files import read
from streamer.media.old_recording import Film, NoFilm, Why, look
from streamer.media.room import free_bytes
from streamer.store.database import Database
from web.mend_words import mend_said

WHY = {
    Why.CODEC: "its picture is {codec}, and players want H.264",
    Why.TURNED: "its picture is turned, which a replay cannot say",
    Why.KEY_FRAMES: "its key frames are so far apart that nobody could jump to a chapter",
}
SENTENCES = {
    "name_missing": "the meeting needs a name: --name",
    "name_too_long": f"a name has at most {MAX_NAME} characters",
    "start_bad": "--start must be a day between 1900 and 2199",
    "too_many_items": f"there are more than {MAX_ITEMS} different marks",
    "language_code_bad": "--language must be a code as fr, de or lb",
    "captions_too_big": "the file of captions has more than {limit} MB",
    "captions_unknown": "the file of captions is neither WebVTT nor SubRip",
    "captions_not_utf8": "the file of captions is not UTF-8 in line {line}",
    "captions_time": "the file of captions has no right time in line {line}",
    "captions_backwards": "a line of captions ends before it begins, in line {line} of the file",
    "captions_none": "there is nothing said in the file of captions",
    "captions_too_many": "the file of captions has more than {limit} lines",
}


@dataclass(frozen=True)
class Asked:
    """As it was typed."""

    video: Path
    name: str
    start: str
    marks: Path | None = None
    captions: Path | None = None
    language: str | None = None


def run_import(config: Config, asked: Asked) -> int:
    """Take it in, saying what is done; the exit code. Raises Abort with a sentence."""
    ffmpeg = find_ffmpeg()
    try:
        done = asyncio.run(_run(config, asked, ffmpeg))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\nStopped. Nothing was imported.", file=sys.stderr)
        return INTERRUPTED
    except NoFilm as error:
        raise Abort(str(error)) from None
    except Invalid as invalid:
        told = [SENTENCES.get(code, code).format(**values) for code, values in invalid.mistakes.values()]
        raise Abort("; ".join(told)) from None
    except Refused:
        raise Abort("No line of the captions is within the recording; nothing was imported.") from None
    print("\n".join(_report(config, done)))
    return 0


async def _run(config: Config, asked: Asked, ffmpeg: Ffmpeg) -> Imported:
    stop = asyncio.current_task()
    assert stop is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.cancel)
    start = _start(asked.start, config.council.zone)
    marks, cues = _marks(asked.marks), _cues(asked.captions)
    language = check_language(asked.language or config.council.languages[0])
    film = await look(_there(asked.video), ffmpeg)
    _room(config.recordings.folder, asked.video)
    database = await Database.open(config.database)
    try:
        old = OldRecordings(
            database, config.recordings.folder, encoder_settings(config), ffmpeg, time.time, new_id
        )  # fmt: skip
        wanted = Wanted(
            film, asked.name, start.isoformat(), start.timestamp(), marks, cues, language,
            asked.captions.name if asked.captions else "",
        )  # fmt: skip
        return await old.take(wanted, by=getpass.getuser(), begun=_begun(film), progress=_Percent())
    finally:
        await database.close()


def _there(file: Path) -> Path:
    if not file.is_file():
        raise Abort(f"there is no file {file}")
    return file


def _start(text: str, zone: ZoneInfo) -> datetime:
    try:
        start = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Abort(f"{text!r} is no day and hour: write --start as 2019-05-20T18:30") from None
    return start if start.tzinfo else start.replace(tzinfo=zone)


def _marks(file: Path | None) -> list[OldMark]:
    if file is None:
        return []
    try:
        return read_marks(_text(_there(file).read_bytes()))
    except MarksUnreadable as error:
        where = f"Line {error.line} of {file}" if error.line else str(file)
        raise Abort(f"{where} cannot be understood: each mark needs a time and a title.") from None


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # a table that an old spreadsheet has written
        return raw.decode("cp1252", "replace")


def _cues(file: Path | None) -> list[Cue]:
    return read(_there(file).read_bytes()) if file else []


def _room(recordings: Path, video: Path) -> None:
    """The recording, the MP4 that is made of it, and what must stay free."""
    need = 2.2 * video.stat().st_size + DISK_FULL_BYTES
    free = free_bytes(recordings.absolute())
    if free < need:
        raise Abort(
            f"There is too little room on the disk: {free / 1e9:.1f} GB are free, {need / 1e9:.1f} GB are needed."
        )


def _begun(film: Film) -> Callable[[Why | None], None]:
    def tell(why: Why | None) -> None:
        if why is None:
            sound = "" if film.copies_sound else "; its sound is made anew" if film.sound_codec else "; it has no sound"
            print(f"{film.file.name}: the picture stays as it is{sound}.", flush=True)
        else:
            print(f"{film.file.name} is encoded anew, for {WHY[why].format(codec=film.picture_codec)}.", flush=True)
            print("That takes a while, and gives way to a meeting that is on the air. Ctrl-C stops it.", flush=True)

    return tell


class _Percent:
    """Tells how far it is: in place on a terminal, else a line every ten per cent."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, share: float) -> None:
        """`share` 0..1."""
        percent, step = int(share * 100), 1 if sys.stdout.isatty() else 10
        if percent // step > self._said:
            self._said = percent // step
            print(f"\r  {percent} %" if step == 1 else f"  {percent} %", end="" if step == 1 else "\n", flush=True)


def _report(config: Config, done: Imported) -> list[str]:
    meeting, found = done.meeting, done.taken
    hours, rest = divmod(round(done.seconds), 3600)
    length = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    here = "\r" if sys.stdout.isatty() else ""  # over the last per cent
    said = [f"{here}{meeting.name}: {length} are taken in, with {found.marks} marks."]
    if found.beyond:
        said.append(f"Left out, because they lie after the end: {found.beyond} marks.")
    if done.track:
        left = f"; {done.track.dropped} lie after the end" if done.track.dropped else ""
        said.append(f"Captions ({done.track.language}): {done.track.lines} lines{left}.")
    if found.marks and (mended := _mended(done)):
        said.append("For YouTube's description its chapters are mended:")
        said += [f"  {line}" for line in mended]
    page = f"{config.web.public_url}/clerk/meetings/{meeting.id}"
    return [*said, f"Nobody but the staff sees it yet. Look at it and publish it: {page}"]


def _mended(done: Imported) -> list[str]:
    """What must be changed about the marks so that YouTube makes chapters of them."""
    begun = done.meeting.went_live_at or 0.0
    index = chapters(done.meeting, lambda at: at - begun if at - begun < done.seconds else None, done.seconds)
    made = describe(lines_of(index, "Opening"), done.seconds, opening="Opening")
    return [mend_said(lambda text, **_: text, one) for one in made.mended]
