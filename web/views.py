"""Meetings, items and questions as the outside sees them: one place for the API, the live channel and the pages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from streamer.council.flags import Mark, masked
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.question import Question, can_do
from streamer.council.questions import Status
from streamer.council.roles import STAFF, Role, known_to, may_run_meetings, sees_item
from streamer.council.tally import Tally


def iso(at: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC with milliseconds."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def items_for(meeting: Meeting, role: Role) -> list[AgendaItem]:
    """The agenda as `role` sees it."""
    return [item for item in meeting.items if sees_item(role, item.public)]


def item_view(meeting: Meeting, item: AgendaItem | None) -> dict[str, Any] | None:
    """OParl's AgendaItem, with the real `start` and `end`."""
    if item is None:
        return None
    start, end = meeting.item_span(item) or (None, None)
    record = meeting.record(item.id)
    entered = record.as_data() if record.result or record.documents else {}
    return {**item.as_data(), **entered, "order": meeting.items.index(item), "start": iso(start), "end": iso(end)}


def meeting_view(meeting: Meeting, role: Role) -> dict[str, Any]:
    """OParl's Meeting with our `phase`, for staff: as it is. `can` are the verbs the phase allows."""
    return {
        "id": meeting.id,
        "name": meeting.name,
        "start": meeting.start,
        "phase": meeting.phase,
        "screening": meeting.screening,
        "agendaItem": [item_view(meeting, item) for item in items_for(meeting, role)],
        **(_staffs(meeting) if role in STAFF else {}),
        "can": list(meeting.can) if may_run_meetings(role) else [],
    }


def _staffs(meeting: Meeting) -> dict[str, Any]:
    """What only staff is told of a meeting."""
    return {
        "version": meeting.version,
        "lowerThird": third_view(meeting),
        "publishAt": iso(meeting.publish_at),
        "withheld": list(meeting.withheld_parts),
    }


def third_view(meeting: Meeting) -> dict[str, Any] | None:
    """The text in the picture, for staff."""
    third = meeting.lower_third
    if third is None:
        return None
    data = third.as_data()
    return {"show": data.pop("third"), **data}


def state_view(meeting: Meeting, role: Role, *, asking: bool, air: bool) -> dict[str, Any]:
    """What changes while a page is open. `meeting`: as `role` sees it; `asking`: questions are taken; `air`: there is a
    picture to play."""
    opened = meeting.open_item
    shown = opened if opened and sees_item(role, opened.public) else None
    staff = role in STAFF
    return {
        "type": "state",
        "phase": meeting.phase,
        "since": iso(meeting.changes[-1][0]) if meeting.changes and (staff or meeting.phase.on_air) else None,
        "backAt": iso(meeting.back_at),
        "item": item_view(meeting, shown),
        "asking": asking,
        "air": air,
        "screening": meeting.screening,
        **({"next": item_view(meeting, meeting.next_item), "can": list(meeting.can),
            "lowerThird": third_view(meeting)} if staff else {}),
    }  # fmt: skip


Earlier = Iterable[tuple[str, float, bool]]


def question_view(
    question: Question, role: Role, *, own: bool = False, by: str = "", earlier: Earlier | None = None
) -> dict[str, Any]:
    """A question. Nothing of another asker's identity leaves: no hash, no client id, no name but one that its asker
    wants published. `by`: who looks, for what only a second person can do; `earlier`: what it said before."""
    staff = role in STAFF
    known = question if staff else question.as_told
    shown: dict[str, Any] = {
        "id": known.id,
        "text": known.text,
        "name": known.name if known.name_public or staff or own else None,
        "item": known.item,
        "status": known.status,
        "askedAt": iso(known.asked_at),
        "language": known.language,
        "reworded": known.original is not None,
        "translations": dict(known.translations),
        "notice": {"by": known.notice_by, "until": known.notice_until} if known.notice_by else None,
        "answer": known.answer,
    }
    if staff or own:
        shown |= {"version": known.version, "reason": known.reason, "original": known.original, "other": known.other}
        shown["namePublic"] = known.name_public
    if staff:
        shown["changedAt"] = iso(known.changed_at)
        shown |= {"flags": list(dict.fromkeys(mark.flag for mark in known.flags)), "marks": mark_views(known.flags)}
        shown["origin"] = known.origin
        shown["masked"] = text if (text := masked(known.text)) != known.text else None
        shown |= {"place": known.place, "editedAt": iso(known.edited_at), "redactionBy": known.redaction_by}
        shown |= {"toldAt": iso(known.told.at) if known.told else None, "can": list(can_do(known, role, by))}
    if own:
        shown |= {"clientId": known.client_id, "own": True, "can": list(can_do(known, Role.CITIZEN))}
    if earlier is not None and staff:
        shown["earlier"] = [{"text": text, "until": iso(at), "byAsker": asker} for text, at, asker in earlier]
    return shown


def mark_views(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Where something in a text wants a second look, in characters."""
    return [{"flag": mark.flag, "start": mark.start, "end": mark.end} for mark in marks]


def question_views(
    questions: Iterable[Question], role: Role, *, own: bool = False, by: str = ""
) -> list[dict[str, Any]]:
    """Several at once."""
    return [question_view(question, role, own=own, by=by) for question in questions]


def known_questions(questions: Iterable[Question], role: Role) -> list[dict[str, Any]]:
    """Those of a meeting that `role` may know."""
    return question_views((question for question in questions if known_to(role, question)), role)


def own_questions(questions: Iterable[Question], asker: str | None) -> list[dict[str, Any]]:
    """One asker's own of a meeting, the newest first."""
    return question_views([q for q in questions if q.asker == asker], Role.CITIZEN, own=True)[::-1]


def tally_view(counted: Tally) -> dict[str, Any]:
    """What became of the questions, in numbers."""
    return {
        "received": counted.received,
        "published": counted.published,
        "waiting": counted.waiting,
        "statuses": {str(status): counted.of(status) for status in Status if counted.of(status)},
        "rejected": dict(counted.rejected),
    }
