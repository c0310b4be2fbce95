"""Votes, as the clerk enters them: that one begins, by a press on the board; how it came out, on the page of results.
By form, and by the API. And as citizens see them beside a replay's chapters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.council.chapters import Chapter, ChapterKind
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.roles import Role
from streamer.council.vote import MAX_MEMBERS, Choice, MemberVote, Vote, checked
from web.api import MEETING, body
from web.auth import require
from web.clerk_items import not_kept
from web.context import SERVICE
from web.i18n import translator_for
from web.live_messages import state
from web.rendering import answer, refused
from web.views import iso, meeting_view
from web.vote_fields import outcome_of, typed_in

routes = aio.RouteTableDef()


async def call(request: aio.Request) -> aio.StreamResponse:
    """A vote on the open item begins now."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    service, to = request.app[SERVICE], f"/clerk/meetings/{id}"
    try:
        after = await service.desk.call_vote(id, service.new_id(), by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("The vote is noted. Enter the outcome below “Results and documents”.")
    return answer(request, to, said, state=state(service, after, identity.role))


async def record(request: aio.Request) -> aio.StreamResponse:
    """How a vote came out; one that nobody called has the id `new`. With the button `remove` there was none."""
    identity, where, form = await require(request, Role.CLERK), request.match_info, await request.post()
    service, gettext = request.app[SERVICE], translator_for(request).gettext
    item, typed = str(form.get("item", "")), typed_in(form)
    board = f"/clerk/meetings/{where['meeting']}"
    to = board if form.get("from") == "board" else f"{board}/items#votes-{item}"
    try:
        if "remove" in form:
            after = await service.desk.remove_vote(where["meeting"], where["vote"], by=identity.name)
            return answer(request, to, gettext("The vote is removed."), state=state(service, after, identity.role))
        vote = service.new_id() if where["vote"] == "new" else where["vote"]
        await service.desk.record_vote(where["meeting"], vote, item, outcome_of(typed), by=identity.name)
    except Invalid as error:
        return await not_kept(request, f"{item}-{where['vote']}", typed, error)
    except (Refused, Conflict, Unknown) as error:
        return refused(request, to, error)
    return answer(request, to, gettext("The changes are saved."))


class Calling(BaseModel):
    """How long ago the vote began, seconds."""

    secondsAgo: float = Field(0.0, ge=0, le=3600)


class NewMember(BaseModel):
    """How a member voted."""

    name: str = Field(min_length=1)
    choice: Choice


class NewOutcome(BaseModel):
    """How a vote on `item` came out. Counts may be left out where `members` are given."""

    item: str
    name: str = ""
    yes: int | None = None
    no: int | None = None
    abstained: int | None = None
    members: list[NewMember] = Field(default_factory=list, max_length=MAX_MEMBERS)


@routes.post(MEETING + "/votes")
async def call_vote(request: aio.Request) -> aio.Response:
    """A vote on the open item begins: 201 with its `vote`."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    service, calling = request.app[SERVICE], await body(request, Calling)
    vote = service.new_id()
    after = await service.desk.call_vote(id, vote, by=identity.name, seconds_ago=calling.secondsAgo)
    return aio.json_response({**meeting_view(after, identity.role), "vote": vote}, status=201)


@routes.put(MEETING + "/votes/{vote}")
async def record_vote(request: aio.Request) -> aio.Response:
    """Enter how a vote came out. One that is not known yet is made, without a moment of its own."""
    identity, where = await require(request, Role.CLERK), request.match_info
    new, desk = await body(request, NewOutcome), request.app[SERVICE].desk
    members = [MemberVote(member.name, member.choice) for member in new.members]
    outcome = checked(new.name, (new.yes, new.no, new.abstained), members)
    after = await desk.record_vote(where["meeting"], where["vote"][:40], new.item, outcome, by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))


@routes.delete(MEETING + "/votes/{vote}")
async def remove_vote(request: aio.Request) -> aio.Response:
    """There was no such vote."""
    identity, where = await require(request, Role.CLERK), request.match_info
    after = await request.app[SERVICE].desk.remove_vote(where["meeting"], where["vote"], by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))


def vote_view(vote: Vote, spots: Sequence[Chapter]) -> dict[str, Any]:
    """For programs; `start`: in seconds of the replay, None where it is not in it."""
    start = next((round(spot.start, 3) for spot in spots if spot.ref == vote.id), None)
    return {"id": vote.id, "item": vote.item, "at": iso(vote.at), "start": start, **vote.outcome.as_data()}


@dataclass(frozen=True)
class Taken:
    """A vote beside its item, and where in the replay it is, None where it is not in it."""

    vote: Vote
    spot: Chapter | None


def taken_on(meeting: Meeting, spots: Sequence[Chapter], item: str) -> list[Taken]:
    """The votes on an item that citizens see: those with an outcome, or with a place in the replay (`spots`)."""
    where = {spot.ref: spot for spot in spots}
    found = [Taken(vote, where.get(vote.id)) for vote in meeting.votes_on(item)]
    return [taken for taken in found if taken.spot or taken.vote.outcome.counted]


def taken_in(meeting: Meeting, spots: Sequence[Chapter], index: Sequence[Chapter]) -> dict[str, list[Taken]]:
    """By the mark of each chapter of `index`, the votes beside it: where they were taken, else at the item's end."""
    last = {chapter.ref: chapter.mark for chapter in index if chapter.kind is ChapterKind.ITEM}
    found: dict[str, list[Taken]] = {chapter.mark: [] for chapter in index}
    for item in last:
        for taken in taken_on(meeting, spots, item):
            found[_mark(taken.spot, index) or last[item]].append(taken)
    return found


def _mark(spot: Chapter | None, index: Sequence[Chapter]) -> str | None:
    return next((c.mark for c in index if spot and c.start <= spot.start < c.end), None)
