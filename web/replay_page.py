"""The page on which a meeting is watched again, by chapter; and each agenda item's own page, for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any

from aiohttp import web as aio

from streamer.control.archive import Replay
from streamer.control.matters import same_matter
from streamer.council import cut as rules
from streamer.council.chapters import Chapter, ChapterKind
from streamer.council.cut import Cut, moved
from streamer.council.errors import Unknown
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.passage import Missing, Passage, as_linked, found_again, item_at
from streamer.council.phase import Phase
from streamer.council.question import Question
from streamer.council.questions import ANSWERED, Status
from streamer.council.quote import Quote, quote, seconds_in
from streamer.council.roles import Role, sees_replay
from streamer.council.tally import tally
from web import auth, embed
from web.context import SERVICE, Service, meeting_of
from web.i18n import Translator, translator_for
from web.media import FRESH, replay_of
from web.rendering import duration, page
from web.structured import for_item, for_replay
from web.typed import whole_number
from web.views import items_for, known_questions, own_questions, question_view, tally_view
from web.votes import taken_in, taken_on

SHORT = 90
"""Seconds up to which a length is said in seconds."""
HARDLY = 0.01
"""Seconds: what was a whole second is still one after it was looked for on the clock."""


async def replay_page(request: aio.Request, found: Meeting) -> aio.StreamResponse:
    """What was kept of a meeting. `?t=120` begins there, `?t=120,185` is a quote; `?from=2:00&to=3:05` makes one."""
    service = request.app[SERVICE]
    if made := _quote_asked(request, found):
        return made
    replay = await service.archive.replay(found)
    questions = await service.questions.listed(found.id)
    answered = _answered(questions)
    link = linked(request, found)
    at, until = link.at, link.until
    passage = quote(replay.chapters, at, until, replay.duration) if until is not None else None
    return await page(
        request, "replay.html",
        meeting=found,
        replay=replay,
        rows=chapter_rows(replay, answered),
        records=dict(found.records),
        votes=taken_in(found, replay.vote_chapters, replay.chapters),
        link=link,
        at=at,
        until=until if passage else None,
        quote=passage,
        length=partial(length, translator_for(request)),
        quote_said=_said(translator_for(request), passage) if passage else "",
        private=found.phase is not Phase.PUBLISHED,
        cuts=_cuts(found),
        captions=await service.transcripts.tracks(found.id),
        items=items_for(found, Role.CITIZEN),
        mine=own_questions(questions, auth.asker_of(request)),
        tally=tally_view(tally(questions)),
        written=_written(questions),
        asked_until=service.questions.asked_until(found) if service.questions.open_for(found) else None,
        structured=for_replay(service, found, replay, translator_for(request)),
        whole=f"{service.public_url}/meetings/{found.id}",
        code=embed.code(service, found),
    )  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """From and until which second a link leads, in the replay as it is now; what of its passage is withheld, and the
    item that was discussed there."""

    at: int
    until: int | None
    missing: Missing = Missing.NOTHING
    item: AgendaItem | None = None


def linked(request: aio.Request, meeting: Meeting) -> Linked:
    """Where a link leads: it may be older than a cut, or than what is withheld or shown again."""
    start, end = seconds_in(request.query.get("t", ""))
    seen = whole_number(request.query.get("cuts", ""), 4) or 0
    at = moved(meeting.cuts, start, seen)
    until = None if end is None else moved(meeting.cuts, end, seen)
    then, archive = as_linked(meeting, whole_number(request.query.get("held", ""), 4)), request.app[SERVICE].archive
    passage = Passage(at, until)
    if "t" in request.query and then.withheld_parts != meeting.withheld_parts:
        passage = found_again(archive.timeline_then(then), archive.timeline(meeting), at, until)
    whole = passage.missing is Missing.NOTHING  # else not even the end of what was before it
    begins = int(passage.at + HARDLY) if whole else ceil(passage.at - HARDLY)
    ends = None if passage.until is None else int(passage.until + HARDLY)
    item = None if passage.wall is None else item_at(meeting, passage.wall)
    return Linked(begins, ends if ends and ends > begins else None, passage.missing, item)


def _cuts(meeting: Meeting) -> list[tuple[Cut, float]]:
    """What was cut, and where that is in the replay now."""
    moves = rules.moves(meeting.cuts)
    return [
        (cut, moved(meeting.cuts, cut.position, sum(other.version <= cut.version for other in moves)))
        for cut in meeting.cuts
    ]


def _written(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Those that were answered in writing or will be, as citizens see them."""
    views = known_questions(questions, Role.CITIZEN)
    return [view for view in views if view["answer"] or view["status"] == Status.ON_NOTICE]


def _quote_asked(request: aio.Request, meeting: Meeting) -> aio.Response | None:
    """The form for a quote leads to its link; with what is no time, to the page without one."""
    if "from" not in request.query:
        return None
    start, end = (_typed(request.query.get(name, "")) for name in ("from", "to"))
    range_asked = f"{start},{end}" if start is not None and end is not None and end > start else start
    asked = "" if start is None else f"?t={range_asked}{meeting.link_mark}"
    return aio.Response(status=303, headers={"Location": f"/meetings/{meeting.id}{asked}#quote", **FRESH})


def _typed(text: str) -> int | None:
    """`1:02:03`, `2:03` or `123` as whole seconds."""
    parts = text.strip().split(":")
    if len(parts) > 3:
        return None
    seconds = 0
    for part in parts:
        if (number := whole_number(part, 6)) is None:
            return None
        seconds = 60 * seconds + number
    return seconds


def _said(reader: Translator, passage: Quote) -> str:
    """How much of what a quote is."""
    part, whole = length(reader, passage.seconds), length(reader, passage.about)
    chapter = passage.chapter
    if chapter and chapter.kind is ChapterKind.ITEM:
        title = chapter.titled("")
        return reader.gettext("This is %(part)s of %(whole)s on item “%(title)s”.", part=part, whole=whole, title=title)
    return reader.gettext("This is %(part)s of %(whole)s.", part=part, whole=whole)


def length(reader: Translator, seconds: float) -> str:
    """`47 min`, `65 s`."""
    if seconds < SHORT:
        return reader.gettext("%(count)s s", count=round(seconds))
    return reader.gettext("%(count)s min", count=round(seconds / 60))


SPOKEN_OF = ANSWERED | {Status.ON_NOTICE}
"""What a question is, or is told to be, that was dealt with in the meeting."""
Spot = tuple[Chapter, Any]
"""A stretch in which a question was on air, and the question as citizens see it."""


def _answered(questions: Sequence[Question]) -> dict[str, Any]:
    """By their ids, as citizens see them: no name but one that its asker wants published."""
    return {q.id: question_view(q, Role.CITIZEN) for q in questions if q.as_told.status in SPOKEN_OF}


def chapter_rows(replay: Replay, answered: Mapping[str, Any]) -> list[tuple[Chapter, list[Spot]]]:
    """Each chapter with the questions that were answered during it."""
    spots = [(spot, answered[spot.ref]) for spot in replay.question_chapters if spot.ref in answered]
    return [(chapter, [s for s in spots if chapter.start <= s[0].start < chapter.end]) for chapter in replay.chapters]


async def item_page(request: aio.Request) -> aio.StreamResponse:
    """One item of the agenda: when it is, or was, discussed; its stretches of the replay, documents, result, answered
    questions. An item that is not public has none."""
    service, found = request.app[SERVICE], await meeting_of(request)
    shown = [item for item in found.items if item.public]
    item = next((item for item in shown if item.id == request.match_info["item"]), None)
    if item is None:
        raise Unknown("item", request.match_info["item"])
    identity = await auth.current(request)
    replay = await service.archive.replay(found) if sees_replay(identity.role, found.phase) else None
    stretches = [c for c in replay.chapters if c.ref == item.id and c.kind is ChapterKind.ITEM] if replay else []
    return await page(
        request, "item.html",
        meeting=found,
        item=item,
        phase=service.conductor.as_seen(found).phase,
        record=found.record(item.id),
        votes=taken_on(found, replay.vote_chapters, item.id) if replay else [],
        stretches=stretches,
        total=length(translator_for(request), sum(c.seconds for c in stretches)),
        spots=await _spots(service, replay, item, stretches) if replay else [],
        matter=await same_matter(service.desk, found, item),
        around=_around(shown, item),
        structured=for_item(service, found, item, stretches, replay, translator_for(request)),
        whole=f"{service.public_url}/meetings/{found.id}/items/{item.id}",
        duration=duration,
    )  # fmt: skip


async def _spots(service: Service, replay: Replay, item: AgendaItem, stretches: Sequence[Chapter]) -> list[Spot]:
    """Questions about the item, and those answered while it was discussed."""
    known = _answered(await service.questions.listed(replay.meeting))
    spots = [(spot, known[spot.ref]) for spot in replay.question_chapters if spot.ref in known]
    return [
        (spot, asked)
        for spot, asked in spots
        if asked["item"] == item.id or any(c.start <= spot.start < c.end for c in stretches)
    ]


def _around(shown: Sequence[AgendaItem], item: AgendaItem) -> tuple[AgendaItem | None, AgendaItem | None]:
    """The items before and after it."""
    place = shown.index(item)
    return shown[place - 1] if place else None, shown[place + 1] if place + 1 < len(shown) else None


async def still(request: aio.Request) -> aio.StreamResponse:
    """A small picture of a chapter, by the second in which it begins."""
    service, meeting = await replay_of(request)
    second = whole_number(request.match_info["second"], 6)
    file = await service.archive.still(meeting, second) if second is not None else None
    if file is None:
        raise aio.HTTPNotFound
    return aio.FileResponse(file, headers={"Content-Type": "image/jpeg", **FRESH})
