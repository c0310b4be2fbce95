"""`tribune transcribe`: a recording is written down. By the service where one runs, else here and now."""

import asyncio
import getpass
import sys

from streamer.app import make_service
from streamer.cli import INTERRUPTED, Abort
from streamer.config import Config
from streamer.control.scribe import Scribe, State
from streamer.council.errors import Invalid, Refused
from streamer.store.database import Database
from streamer.store.folder import FolderInUse, alone_in
from web.auth import server_secret
from web.context import Service
from web.i18n import Languages, Translator
from web.rendering import explained, mistakes
from web.speech_words import TROUBLES


def run_transcribe(config: Config, meeting: str, language: str | None) -> int:
    """Write it down, saying how far it is; the exit code. Raises Abort with a sentence, `Unknown`, and what the
    database raises."""
    wanted = language or config.council.languages[0]
    try:
        with alone_in(config.recordings.folder):
            return asyncio.run(_with_service(config, meeting, wanted, alone=True))
    except FolderInUse:
        return asyncio.run(_with_service(config, meeting, wanted, alone=False))
    except KeyboardInterrupt:
        print("\nStopped. It goes on here, or when the service runs, where it stands.", file=sys.stderr)
        return INTERRUPTED


async def _with_service(config: Config, meeting: str, language: str, *, alone: bool) -> int:
    database = await Database.open(config.database)
    try:
        zone = config.council.zone
        secret = server_secret(config.recordings.folder / "secret.key")
        service = make_service(config, database, Languages(config.council.languages, zone), secret)
        await _order(service.scribe, meeting, language, Translator("en", zone))
        if alone:
            return await _here(service, meeting)
        page = f"{config.web.public_url}/clerk/meetings/{meeting}/captions"
        print(f"The service that runs writes it down, when no meeting is under way: {page}")
        return 0
    finally:
        await database.close()


async def _order(scribe: Scribe, meeting: str, language: str, reader: Translator) -> None:
    try:
        await scribe.order(meeting, language, by=getpass.getuser())
    except Refused as error:
        if error.code != "speech_under_way":
            raise Abort(explained(reader.gettext, error)) from None
    except Invalid as error:
        raise Abort(" ".join(mistakes(reader.gettext, error).values())) from None


async def _here(service: Service, id: str) -> int:
    """To the end. A meeting that a service left under way stays in its way."""
    meeting, scribe, said = await service.desk.meeting(id), service.scribe, -1
    work = asyncio.create_task(scribe.round())
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=1.0)
            found = scribe.progress(meeting)
            percent = int(found.share * 100) if found and found.state is State.WRITING else 0
            if percent // 10 > said:
                said = percent // 10
                print(f"  {percent} %", flush=True)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    left = scribe.progress(meeting)
    if left is None:
        track = max(await service.transcripts.tracks(id), key=lambda track: track.at)
        print(f"{meeting.name}: {track.lines} lines ({track.language}), by a machine. Read and correct them.")
        return 0
    if left.trouble:
        raise Abort(TROUBLES[left.trouble])
    raise Abort("A meeting is under way. It is written down when that is over: start the service, or type this again.")
