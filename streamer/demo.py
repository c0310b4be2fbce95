"""`tribune demo`: a commune to try. It really films a short meeting, publishes it, and goes live with a second one.

Nothing is kept: the folder, and the receiver that stands in for YouTube, are gone when it ends.
"""

import asyncio
import logging
import secrets
import shutil
import socket
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from streamer.app import Running, new_id, running, stopped_by_signal
from streamer.config import Config
from streamer.control.question_desk import Asking
from streamer.council.agenda import parse_agenda
from streamer.council.meeting import Meeting, meeting_id
from streamer.council.phase import Verb
from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb
from streamer.council.roles import Role
from streamer.demo_receiver import Receiver
from web.auth import Identity

COUNCIL = "Gemeng Beispillduerf"
ITEM_SECONDS = 7.0
STAFF = {Role.CLERK: "claire", Role.MODERATOR: "marc", Role.CHAIR: "chantal"}

FINISHED = """Séance publique
1. Approbation du procès-verbal de la séance du 23 octobre
2. Budget rectifié 2026 et budget 2027
3. Réaménagement de la cour d'école
4. Questions des citoyens
Séance non publique
5. Affaires de personnel"""
TODAY = """Séance publique
1. Communications du collège échevinal
2. Plan communal de développement
3. Subsides aux associations locales
   • Fanfare municipale
   • Club des jeunes
4. Motion sur l'éclairage public nocturne
Séance non publique
5. Nomination d'un fonctionnaire"""
QUESTIONS = (
    ("lb", "Wéini gëtt de Schoulhaff fäerdeg?", "Anne"),
    ("fr", "Le budget prévoit-il des pistes cyclables entre les deux villages ?", None),
    ("de", "Wird die Straßenbeleuchtung nachts wirklich abgeschaltet?", "J. Weber"),
)


def run(port: int) -> int:
    """Until Ctrl-C. Exit code 0; 1 where the port is taken."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    folder = Path(tempfile.mkdtemp(prefix="tribune-demo-"))
    try:
        with socket.create_server(("127.0.0.1", port), reuse_port=False):
            pass
    except OSError:
        print(f"Port {port} is in use. Choose another one: make demo PORT=8090")
        return 1
    try:
        asyncio.run(_run(port, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


async def _run(port: int, folder: Path) -> None:
    receiver = Receiver(folder / "received")
    config = _config(port, folder, receiver)
    secret_of = {role: secrets.token_urlsafe(12) for role in STAFF}
    links = {secret: Identity(role, STAFF[role]) for role, secret in secret_of.items()}
    async with receiver, running(config, links) as up:
        for role, name in STAFF.items():
            await up.accounts.add(name, role, secrets.token_urlsafe(16), up.service.clock())
        show = asyncio.create_task(_show(up, secret_of, receiver))
        stop = asyncio.create_task(stopped_by_signal().wait())
        show.add_done_callback(lambda task: stop.cancel() if not task.cancelled() and task.exception() else None)
        await asyncio.wait({stop})
        show.cancel()
        await asyncio.gather(show, return_exceptions=not (show.done() and not show.cancelled()))
        print("\nThe demo ends; its recordings are deleted.")


def _config(port: int, folder: Path, receiver: Receiver) -> Config:
    key = folder / "stream.key"
    key.touch(mode=0o600)
    key.write_text(receiver.key)
    sent_to = {"name": "YouTube (stand-in)", "url": receiver.url, "stream_key_file": str(key)}
    data = {
        "council": {"name": COUNCIL},
        "source": {"url": "demo:"},
        "encoder": {"video_bitrate": 2_000_000},
        "broadcast": {"delay_seconds": 4},
        "destination": [sent_to],
        "web": {"port": port},
        "recordings": {"folder": str(folder / "recordings")},
    }
    return Config.of(data, folder)


async def _show(up: Running, secret_of: dict[Role, str], receiver: Receiver) -> None:
    print(f"{COUNCIL}: filming a short meeting for the replay, about a minute.", flush=True)
    finished = await _finished_meeting(up)
    live = await _live_meeting(up)
    url = f"http://127.0.0.1:{up.port}"
    print(
        f"""
  Citizen     {url}/meetings/{live}
  Moderator   {url}/enter/{secret_of[Role.MODERATOR]}
  Clerk       {url}/enter/{secret_of[Role.CLERK]}
  Replay      {url}/meetings/{finished}

The live meeting is being sent to {receiver.url}, which stands in for YouTube here
and writes what it receives to {receiver.folder}.
One browser is one person: open the moderator and the clerk in two windows, one of them private.
Ctrl-C ends everything.""",
        flush=True,
    )


async def _planned(up: Running, name: str, agenda: str) -> Meeting:
    start = datetime.now(ZoneInfo("Europe/Luxembourg")).replace(second=0, microsecond=0)
    id = meeting_id(start.isoformat(), new_id())
    return await up.service.desk.plan(id, name, start.isoformat(), parse_agenda(agenda, new_id), by=STAFF[Role.CLERK])


async def _order(up: Running, meeting: str, verb: Verb) -> None:
    await up.service.desk.order(meeting, verb, by=STAFF[Role.CLERK])


async def _finished_meeting(up: Running) -> str:
    """Film it: go live, discuss each item for a few seconds, answer a question, end, publish."""
    meeting = await _planned(up, "Séance du conseil communal (démonstration)", FINISHED)
    await _order(up, meeting.id, Verb.GO_LIVE)
    await _until_filming(up, meeting.id)
    question = await _asked(up, meeting.id, 0)
    for item in [item for item in meeting.items if item.public]:
        await up.service.desk.open_item(meeting.id, item.id, by=STAFF[Role.CLERK])
        print(f"  {item.number}. {item.name}", flush=True)
        if item == meeting.items[2]:
            await _answered(up, meeting.id, question)
        else:
            await asyncio.sleep(ITEM_SECONDS)
    await _order(up, meeting.id, Verb.END)
    while not (await up.service.archive.replay(await up.service.desk.meeting(meeting.id))).mp4_ready:  # noqa: ASYNC110 made by a process
        await asyncio.sleep(0.2)
    await _order(up, meeting.id, Verb.PUBLISH)
    return meeting.id


async def _live_meeting(up: Running) -> str:
    """One that is on the air now, with questions waiting."""
    meeting = await _planned(up, "Séance du conseil communal", TODAY)
    await _order(up, meeting.id, Verb.GO_LIVE)
    await _until_filming(up, meeting.id)
    await up.service.desk.open_item(meeting.id, meeting.items[0].id, by=STAFF[Role.CLERK])
    for number in range(len(QUESTIONS)):
        await _asked(up, meeting.id, number)
    return meeting.id


async def _until_filming(up: Running, meeting: str) -> None:
    while (status := await up.service.conductor.status(meeting)) is None or status.recording.seconds == 0:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def _asked(up: Running, meeting: str, number: int) -> Question:
    language, text, name = QUESTIONS[number]
    asking = Asking(asker=f"demo-{number}", client_id=f"demo-{number}", text=text, name=name, language=language)
    return await up.service.questions.ask(meeting, asking)


async def _answered(up: Running, meeting: str, question: Question) -> None:
    for verb in (QuestionVerb.PUBLISH, QuestionVerb.PUT_ON_AIR, QuestionVerb.ANSWERED):
        order = QuestionOrder(verb, Role.CLERK, STAFF[Role.CLERK])
        await up.service.questions.move(meeting, question.id, order)
        await asyncio.sleep(ITEM_SECONDS / 2)
