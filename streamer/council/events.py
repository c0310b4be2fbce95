"""Facts of a meeting, past tense. The log holds them; everything else is folded from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What happened. `data` of each: see the comment beside it."""

    MEETING_PLANNED = "meeting_planned"  # name, start, items: [{id, number, name, public}], screening
    MEETING_CHANGED = "meeting_changed"  # the same, whole
    PHASE_CHANGED = "phase_changed"
    # verb, phase; at: unix seconds, where it holds from earlier than the event; reason: why live over a red line;
    # until: unix seconds, of a recess
    RECORDING_IMPORTED = "recording_imported"
    # start, end: unix seconds of the film; file (its name); made: copied or encoded. With that it is over
    PREFLIGHT_DONE = "preflight_done"  # outcomes: {check: outcome}; no details
    RECESS_CHANGED = "recess_changed"  # until: unix seconds, or null where that is not known any more
    MEETING_GOES_ON = "meeting_goes_on"  # somebody answered: it has not ended
    ITEM_OPENED = "item_opened"  # item, at: unix seconds (earlier than the event when "it began 30 s ago")
    ITEM_OPENING_UNDONE = "item_opening_undone"  # version: of the item_opened that does not count any more
    QUESTION_ASKED = "question_asked"  # question, status; never a text or a name
    QUESTION_MOVED = "question_moved"
    # question, status, verb, at; reason: its code; held: nobody outside is told, for it can still be undone, or was
    QUESTION_TOLD = "question_told"  # question, status, at: what was held is told now
    QUEUE_ARRANGED = "queue_arranged"  # order: ids of the queued questions, the next one first
    LOWER_THIRD_SHOWN = "lower_third_shown"  # third: item, speaker or question; name, function; question (its id)
    LOWER_THIRD_HIDDEN = "lower_third_hidden"
    DESTINATION_ORDERED = "destination_ordered"  # destination: its name; order: send or rest
    ITEM_RECORDED = "item_recorded"  # item, result, documents: [{name, url}]
    ITEM_LINKED = "item_linked"  # item, meeting, other: the same matter on the agenda of another meeting
    ITEM_UNLINKED = "item_unlinked"  # the same
    VOTE_CALLED = "vote_called"  # vote: its id, item, at
    VOTE_RECORDED = "vote_recorded"  # vote, item, name, yes, no, abstained, members: [{name, choice}]
    VOTE_REMOVED = "vote_removed"  # vote
    CHAPTERS_CORRECTED = "chapters_corrected"  # change: see council/correction.py, and what that needs
    CORRECTION_UNDONE = "correction_undone"  # version: of the chapters_corrected that does not count any more
    PART_REVIEWED = "part_reviewed"  # part: an item's id, or a mark's; showing: shown or withheld
    PUBLICATION_SET = "publication_set"  # at: unix seconds at which the replay publishes itself, or null
    REPLAY_CUT = "replay_cut"
    # what: both, sound or picture; start, end: unix seconds; position, seconds: the same in the replay; why: in words
    REPLAY_CUT_DONE = "replay_cut_done"  # cut: the version of its replay_cut
    ALARM_RAISED = "alarm_raised"  # code, about: which destination, severity: warn or alarm
    ALARM_TOLD = "alarm_told"  # code, about, channel: the first one that took it
    ALARM_CLEARED = "alarm_cleared"  # code, about


ALARMS = frozenset({Kind.ALARM_RAISED, Kind.ALARM_TOLD, Kind.ALARM_CLEARED})
"""Faults seen: they change nothing that anybody but the staff is told."""

QUESTIONS = frozenset({Kind.QUESTION_ASKED, Kind.QUESTION_MOVED, Kind.QUESTION_TOLD})
"""Something about one question, whose id is in `question`."""

VOTES = frozenset({Kind.VOTE_CALLED, Kind.VOTE_RECORDED, Kind.VOTE_REMOVED})
"""Citizens are told in the replay."""

LINKS = frozenset({Kind.ITEM_LINKED, Kind.ITEM_UNLINKED})

CUTS = frozenset({Kind.REPLAY_CUT, Kind.REPLAY_CUT_DONE})
"""Something was taken out of a replay for good."""

REVIEWS = frozenset({Kind.PART_REVIEWED})
"""What of a replay is shown."""

CORRECTIONS = LINKS | CUTS | REVIEWS | {Kind.CHAPTERS_CORRECTED, Kind.CORRECTION_UNDONE, Kind.ITEM_RECORDED}
"""The record was completed or put right: nothing of it is live."""

DESK_ONLY = frozenset({Kind.PREFLIGHT_DONE, Kind.DESTINATION_ORDERED})
"""None of the public's business."""

THIRDS = frozenset({Kind.LOWER_THIRD_SHOWN, Kind.LOWER_THIRD_HIDDEN})
"""Text in the picture: citizens see it there."""


@dataclass(frozen=True)
class Fact:
    """A fact not yet in the log."""

    kind: Kind
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A fact in the log. `at` in unix seconds; `version` counts a meeting's events from 1; `seq` those of all."""

    seq: int
    meeting: str
    version: int
    at: float
    by: str
    kind: Kind
    data: Mapping[str, Any]
