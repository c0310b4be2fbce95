"""The preflight as people and programs see it: its lines in words, and the clerk's button."""

from typing import Any

from aiohttp import web as aio

from streamer.council.errors import Conflict, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE
from streamer.council.preflight import WORST_FIRST, Line, Outcome, worst
from streamer.council.roles import Role
from streamer.platforms.presets import PRESETS
from web import preflight_words as words
from web.auth import require
from web.context import SERVICE, Service
from web.i18n import Translator, translator_for
from web.rendering import answer, refused
from web.views import iso
from web.words import PROBLEMS


def told(reader: Translator, line: Line) -> str:
    """A line's sentence."""
    text = words.RESULTS.get(line.code) or PROBLEMS.get(line.code, line.code)
    said = {key: _value(reader, key, value) for key, value in line.values.items()}
    return reader.gettext(text, **said) if said else reader.gettext(text)


def _value(reader: Translator, key: str, value: object) -> object:
    if key == "network":
        return PRESETS[str(value)].title
    if key == "start" and isinstance(value, float | int):
        return reader.day_and_time(value, "long")
    return reader.number(round(value, 1)) if isinstance(value, float | int) else value


def line_view(reader: Translator, line: Line) -> dict[str, Any]:
    """One line: stable codes, and words in the reader's language."""
    return {
        "check": line.check,
        "subject": line.subject or None,
        "name": reader.gettext(words.CHECKS[line.check]) + (f": {line.subject}" if line.subject else ""),
        "outcome": line.outcome,
        "word": reader.gettext(words.OUTCOMES[line.outcome]),
        "code": line.code,
        "values": dict(line.values),
        "sentence": told(reader, line),
    }


def preflight_view(service: Service, reader: Translator, meeting: Meeting) -> dict[str, Any]:
    """What is being checked, what was found, and what stands in the way of going live."""
    now, seen, kept = service.clock(), service.preflights.view(meeting.id), meeting.preflight
    found = seen.lines if kept or seen.running else ()  # what was found for another way of showing it is no answer
    lines = sorted(found, key=lambda line: WORST_FIRST.index(line.outcome)) if not seen.running else found
    red = kept.red(now) if kept and meeting.phase in BEFORE else []
    return {
        "running": seen.running,
        "done": seen.done,
        "total": seen.total,
        "at": iso(kept.at) if kept else None,
        "counts": bool(kept and kept.counts(now)),
        "outcome": worst(kept.outcomes.values()) if kept else None,
        "red": red,
        "lines": [line_view(reader, line) for line in lines] or _remembered(reader, meeting),
    }


def _remembered(reader: Translator, meeting: Meeting) -> list[dict[str, Any]]:
    """What the log still knows of a preflight whose sentences went with the service that wrote them."""
    if meeting.preflight is None:
        return []
    kept = sorted(meeting.preflight.outcomes.items(), key=lambda each: WORST_FIRST.index(each[1]))
    return [
        {
            "check": check, "subject": None, "name": reader.gettext(words.CHECKS[check]), "outcome": outcome,
            "word": reader.gettext(words.OUTCOMES[outcome]), "code": None, "values": {},
            "sentence": "" if outcome is Outcome.OK else reader.gettext("Check again to learn more."),
        }
        for check, outcome in kept
    ]  # fmt: skip


def pulse(service: Service, id: str) -> dict[str, Any] | None:
    """For the clerk's open page, each second: how far it is, and how loud it is right now."""
    seen = service.preflights.view(id)
    if not seen.running and seen.at is None:
        return None
    return {"running": seen.running, "done": seen.done, "total": seen.total, "at": seen.at, "level_db": seen.level_db}


async def check(request: aio.Request) -> aio.StreamResponse:
    """The button “Check everything”."""
    identity, where = await require(request, Role.CLERK), request.match_info
    to = f"/clerk/meetings/{where['meeting']}"
    try:
        await request.app[SERVICE].preflights.start(where["meeting"], by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    return answer(request, f"{to}#part-preflight")


async def stop(request: aio.Request) -> aio.StreamResponse:
    """The button beside it, while it runs."""
    await require(request, Role.CLERK)
    id = request.match_info["meeting"]
    await request.app[SERVICE].preflights.cancel(id)
    said = translator_for(request).gettext("The check was stopped. What it had found does not count.")
    return answer(request, f"/clerk/meetings/{id}#part-preflight", said)
