"""What the rules say to an order: the fact it becomes, or a refusal that tells what is possible."""

from collections.abc import Sequence

from streamer.council import cut as cutting
from streamer.council import record
from streamer.council.cut import Stretch, What
from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.index import withheld_spans
from streamer.council.links import ItemLink, check_room
from streamer.council.lower_third import MAX_SPEAKER, LowerThird, ThirdKind
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.networks import Sending
from streamer.council.phase import BACKDATED, BEFORE, ON_AIR, OVER, TRANSITIONS, Phase, Verb
from streamer.council.picture import Program, desired
from streamer.council.preflight import Report, reason_given
from streamer.council.record import Document
from streamer.council.screening import CHANGEABLE, POINTLESS, Screening
from streamer.council.vote import Outcome

MAX_ITEMS = 1000
MAX_NAME = 500
"""Characters. The longest agenda item seen among 18,677 real ones has 250."""
FIRST_YEAR, LAST_YEAR = "1900", "2199"
"""Of a start, in ISO 8601. Outside of them clocks and calendars cannot follow."""
MAX_SECONDS_AGO = 3600.0
"""Of opening an item."""
MAX_RECESS_MINUTES = 600
MAX_ORDER_SECONDS_AGO = 300.0
"""Of leaving the air: no further back than a citizen can rewind. It destroys, and a slip must not cost an evening."""


def plan(
    name: str, start: str, items: Sequence[AgendaItem], *, changes: Meeting | None = None,
    screening: Screening | None = None,
) -> Fact:  # fmt: skip
    """Plan a meeting, or change the plan of `changes`. `start`: ISO 8601; `screening`: as it was, else live, where
    nothing is said of it. Raises `Invalid`, `Refused`."""
    before = changes.screening if changes else Screening.LIVE
    if changes and screening not in (None, before) and changes.phase not in CHANGEABLE:
        raise Refused("screening_fixed", can=changes.can, phase=changes.phase)
    if changes is not None and changes.phase not in BEFORE:
        _only_additions(changes, items)
    mistakes = dict(_plan_mistakes(name, start, items))
    if mistakes:
        raise Invalid(mistakes)
    kind = Kind.MEETING_CHANGED if changes else Kind.MEETING_PLANNED
    listed = [item.as_data() for item in items]
    return Fact(kind, {"name": name.strip(), "start": start, "items": listed, "screening": screening or before})


def screen(meeting: Meeting, screening: Screening) -> Fact:
    """Show it live, or record it only; the rest of the plan stays. Raises `Refused`."""
    return plan(meeting.name, meeting.start, meeting.items, changes=meeting, screening=screening)


def _plan_mistakes(
    name: str, start: str, items: Sequence[AgendaItem]
) -> Sequence[tuple[str, tuple[str, dict[str, object]]]]:
    found: list[tuple[str, tuple[str, dict[str, object]]]] = []
    if not name.strip():
        found.append(("name", ("name_missing", {})))
    elif len(name) > MAX_NAME:
        found.append(("name", ("name_too_long", {"limit": MAX_NAME})))
    if not FIRST_YEAR <= start[:4] <= LAST_YEAR:
        found.append(("start", ("start_bad", {})))
    if len(items) > MAX_ITEMS:
        found.append(("agendaItem", ("too_many_items", {"limit": MAX_ITEMS})))
    for index, item in enumerate(items):
        if not item.name.strip():
            found.append((f"agendaItem[{index}].name", ("name_missing", {})))
        elif len(item.name) > MAX_NAME:
            found.append((f"agendaItem[{index}].name", ("name_too_long", {"limit": MAX_NAME})))
    return found


def _only_additions(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    """Once it has begun, what was opened must stay, and stay as public or as closed as it was."""
    kept = {item.id: item for item in items}
    for mark in meeting.marks:
        before, after = meeting.item(mark.item), kept.get(mark.item)
        if before and (after is None or after.public != before.public):
            raise Refused("item_was_opened", number=before.number, name=before.name)


def order(
    meeting: Meeting, verb: Verb, *, now: float = 0.0, seconds_ago: float = 0.0, reason: str = "",
    camera_used_by: str | None = None, leaks: int = 0, minutes: int | None = None,
) -> Fact:  # fmt: skip
    """Move the meeting to its next phase, as of `seconds_ago` (0 to 300 s before `now`; only to leave the air).

    `reason`: why it goes live although the preflight has red lines; `camera_used_by`: name of another meeting that is
    rehearsing or on the air; `leaks`: kept segments inside a closed span; `minutes`: how long a recess is to last
    (1 to 600). Raises `Refused`, `Invalid`.
    """
    phase = TRANSITIONS.get((meeting.phase, verb))
    if phase is None:
        raise Refused("wrong_phase", can=meeting.can, phase=meeting.phase, verb=verb)
    if verb in POINTLESS[meeting.screening]:
        raise Refused("only_recorded", can=meeting.can)
    if camera_used_by and (phase.on_air or phase is Phase.REHEARSAL):
        raise Refused("camera_in_use", name=camera_used_by, can=[])
    if verb is Verb.PUBLISH and leaks:
        raise Refused("closed_part_in_replay", can=[Verb.REOPEN], count=leaks)
    stated = _stated(meeting, now, reason_given(reason)) if verb is Verb.GO_LIVE else {}
    dated, until = _dated_back(meeting, verb, now, seconds_ago), _until(verb, now, minutes)
    return Fact(Kind.PHASE_CHANGED, {"verb": verb, "phase": phase, **dated, **stated, **until})


def _until(verb: Verb, now: float, minutes: int | None) -> dict[str, float]:
    """When a recess is over, to the nearest minute: nobody announces seconds."""
    return {"until": _back_at(now, minutes)} if verb is Verb.CALL_RECESS and minutes is not None else {}


def _back_at(now: float, minutes: int) -> float:
    if not 1 <= minutes <= MAX_RECESS_MINUTES:
        raise Invalid({"minutes": ("minutes_bad", {"limit": MAX_RECESS_MINUTES})})
    return 60.0 * round(now / 60 + minutes)


def change_recess(meeting: Meeting, *, now: float, minutes: int | None) -> Fact:
    """The recess lasts `minutes` more (1 to 600), or nobody knows how long. Raises `Refused`, `Invalid`."""
    if meeting.phase is not Phase.RECESS:
        raise Refused("not_in_recess", can=meeting.can, phase=meeting.phase)
    return Fact(Kind.RECESS_CHANGED, {"until": None if minutes is None else _back_at(now, minutes)})


def _dated_back(meeting: Meeting, verb: Verb, now: float, seconds_ago: float) -> dict[str, float]:
    """When it holds from, where that is earlier than now; never before the phase it leaves began."""
    if seconds_ago <= 0:
        return {}
    if verb not in BACKDATED:
        raise Refused("not_dated_back", can=[], verb=verb)
    return {"at": max(now - min(seconds_ago, MAX_ORDER_SECONDS_AGO), meeting.changes[-1][0])}


def _stated(meeting: Meeting, now: float, reason: str) -> dict[str, object]:
    """Going live over a red line wants a reason. Without a preflight that counts there is no red line."""
    red = meeting.preflight.red(now) if meeting.preflight else []
    if red and not reason:
        raise Refused("preflight_red", can=meeting.can, checks=tuple(red))
    return {"reason": reason} if reason else {}


def goes_on(meeting: Meeting) -> Fact:
    """Somebody says that a meeting has not ended, silent as it may be. Raises `Refused`."""
    if not meeting.phase.in_session:
        raise Refused("not_under_way", can=meeting.can, phase=meeting.phase)
    return Fact(Kind.MEETING_GOES_ON)


def preflight_done(meeting: Meeting, report: Report) -> Fact:
    """What a preflight found. Raises `Refused` once the meeting is on the air or over."""
    if meeting.phase not in (Phase.SCHEDULED, Phase.REHEARSAL):
        raise Refused("preflight_too_late", phase=meeting.phase)
    outcomes = {str(check): str(outcome) for check, outcome in report.outcomes().items()}
    return Fact(Kind.PREFLIGHT_DONE, {"outcomes": outcomes})


def open_item(meeting: Meeting, item_id: str, *, now: float, seconds_ago: float = 0.0) -> Fact:
    """Open an agenda item, as of `seconds_ago` (0 to 3600 s). Raises `Refused`."""
    item = meeting.item(item_id)
    if item is None:
        raise Refused("no_such_item", item=item_id)
    if not meeting.phase.in_session:
        raise Refused("not_on_air", can=meeting.can, phase=meeting.phase)
    if not item.public and meeting.phase is not Phase.CLOSED_SESSION:
        raise Refused("item_not_public", can=[Verb.CLOSE_SESSION], number=item.number, name=item.name)
    if item.public and meeting.phase is Phase.CLOSED_SESSION:
        raise Refused("item_is_public", can=[Verb.RESUME], number=item.number, name=item.name)
    if meeting.open_item == item:
        raise Refused("item_already_open", number=item.number, name=item.name)
    at = _moment(meeting, now - min(max(seconds_ago, 0.0), MAX_SECONDS_AGO))
    return Fact(Kind.ITEM_OPENED, {"item": item.id, "at": at})


def _moment(meeting: Meeting, at: float) -> float:
    """Not before the meeting went live, nor before the item that is open now was opened."""
    floor = max(meeting.went_live_at or at, meeting.marks[-1].at if meeting.marks else 0.0)
    return max(at, floor)


def record_item(meeting: Meeting, item_id: str, result: str, documents: Sequence[Document]) -> Fact:
    """Enter an item's result and its documents, in place of those before. Raises `Refused`, `Invalid`."""
    if meeting.item(item_id) is None:
        raise Refused("no_such_item", item=item_id)
    return Fact(Kind.ITEM_RECORDED, {"item": item_id, **record.checked(result, documents).as_data()})


def link_items(meeting: Meeting, item_id: str, other: Meeting, other_id: str) -> Fact:
    """An item of `other` is the same matter as one of `meeting`. Both are public. Raises `Refused`."""
    mine, theirs = meeting.item(item_id), other.item(other_id)
    if mine is None or theirs is None:
        raise Refused("no_such_item", item=item_id if mine is None else other_id)
    if meeting.id == other.id or not (mine.public and theirs.public):
        raise Refused("link_impossible")
    link = ItemLink(item_id, other.id, other_id)
    if link in meeting.links:
        raise Refused("linked_already")
    check_room(meeting.links, item_id)
    return link.fact(Kind.ITEM_LINKED)


def unlink_items(meeting: Meeting, link: ItemLink) -> Fact:
    """They are not the same matter. Raises `Unknown`."""
    if link not in meeting.links:
        raise Unknown("link", link.other)
    return link.fact(Kind.ITEM_UNLINKED)


def call_vote(meeting: Meeting, vote: str, *, now: float, seconds_ago: float = 0.0) -> Fact:
    """A vote on the open item begins, or began `seconds_ago` (0 to 3600 s); `vote` is its id. Raises `Refused`."""
    if meeting.open_item is None:
        raise Refused("no_open_item")
    if meeting.phase is not Phase.LIVE or not meeting.open_item.public:
        raise Refused("vote_not_public", can=meeting.can, phase=meeting.phase)
    at = _moment(meeting, now - min(max(seconds_ago, 0.0), MAX_SECONDS_AGO))
    return Fact(Kind.VOTE_CALLED, {"vote": vote, "item": meeting.open_item.id, "at": at})


def record_vote(meeting: Meeting, vote: str, item_id: str, outcome: Outcome) -> Fact:
    """Enter how a vote came out, in place of what was entered; one that nobody called is new. Raises `Refused`."""
    known = next((one for one in meeting.votes if one.id == vote), None)
    if meeting.item(item_id) is None or (known and known.item != item_id):
        raise Refused("no_such_item", item=item_id)
    return Fact(Kind.VOTE_RECORDED, {"vote": vote, "item": item_id, **outcome.as_data()})


def remove_vote(meeting: Meeting, vote: str) -> Fact:
    """There was no such vote. Raises `Unknown`."""
    if all(one.id != vote for one in meeting.votes):
        raise Unknown("vote", vote)
    return Fact(Kind.VOTE_REMOVED, {"vote": vote})


def cut(meeting: Meeting, what: What, stretch: Stretch, why: str) -> Fact:
    """Cut a stretch out of the replay, for good. Raises `Refused`, `Invalid`."""
    if meeting.phase not in OVER:
        raise Refused("index_too_early", can=meeting.can, phase=meeting.phase)
    if any(span.start < stretch.end and span.end > stretch.start for span in withheld_spans(meeting)):
        raise Refused("cut_over_withheld", can=[])
    return cutting.order(meeting.cuts, what, stretch, why)


def undo_opening(meeting: Meeting) -> Fact:
    """Take the last opening of an item back. Raises `Refused`."""
    if not meeting.marks:
        raise Refused("nothing_to_undo", can=meeting.can)
    return Fact(Kind.ITEM_OPENING_UNDONE, {"version": meeting.marks[-1].version})


def show_lower_third(meeting: Meeting, kind: ThirdKind, *, name: str = "", function: str = "") -> Fact:
    """Show a text in the picture of the chamber, in place of the one before. `name`, `function`: of a speaker.

    Raises `Refused`, `Invalid`.
    """
    if not isinstance(desired(meeting.phase), Program):
        raise Refused("no_program", can=meeting.can, phase=meeting.phase)
    if kind is ThirdKind.ITEM and meeting.open_item is None:
        raise Refused("no_open_item")
    if kind is ThirdKind.QUESTION and meeting.question_on_air is None:
        raise Refused("no_question_on_air")
    third = LowerThird(kind, meeting.question_on_air, " ".join(name.split()), " ".join(function.split()))
    if kind is ThirdKind.SPEAKER and (mistakes := _speaker_mistakes(third)):
        raise Invalid(mistakes)
    return Fact(Kind.LOWER_THIRD_SHOWN, third.as_data())


def _speaker_mistakes(third: LowerThird) -> dict[str, tuple[str, dict[str, object]]]:
    found: dict[str, tuple[str, dict[str, object]]] = {}
    if not third.name:
        found["name"] = ("name_missing", {})
    elif len(third.name) > MAX_SPEAKER:
        found["name"] = ("name_too_long", {"limit": MAX_SPEAKER})
    if len(third.function) > MAX_SPEAKER:
        found["function"] = ("function_too_long", {"limit": MAX_SPEAKER})
    return found


def order_destination(meeting: Meeting, destination: str, order: Sending, *, usual: Sending) -> Fact:
    """Send to one destination, or no more; `usual`: what holds until somebody orders. Raises `Refused`."""
    if meeting.phase not in BEFORE | ON_AIR:
        raise Refused("not_to_be_sent", can=meeting.can, phase=meeting.phase)
    if meeting.screening is Screening.DELAYED:
        raise Refused("only_recorded", can=meeting.can)
    if meeting.sending(destination, usual) is order:
        if order is Sending.SEND:
            raise Refused("sent_already", name=destination)
        raise Refused("rests_already", name=destination)
    return Fact(Kind.DESTINATION_ORDERED, {"destination": destination, "order": order})


def hide_lower_third(meeting: Meeting) -> Fact:
    """Take the text out of the picture. Raises `Refused`."""
    if meeting.lower_third is None:
        raise Refused("no_lower_third")
    return Fact(Kind.LOWER_THIRD_HIDDEN)
