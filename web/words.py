"""What the rules' codes and names are called on a page: a sentence each, in English, for the catalogs to translate."""

from streamer.council.errors import Conflict, Refused, Unknown
from streamer.council.flags import Flag
from streamer.council.phase import Phase, Verb
from streamer.council.picture import SlateKind
from streamer.council.questions import QuestionVerb, Reason, Status
from streamer.council.roles import Role
from web.i18n import N_

PHASES: dict[Phase, str] = {
    Phase.SCHEDULED: N_("Planned"),
    Phase.REHEARSAL: N_("Rehearsal"),
    Phase.WAITING: N_("About to begin"),
    Phase.LIVE: N_("Live"),
    Phase.RECESS: N_("Recess"),
    Phase.CLOSED_SESSION: N_("Closed session"),
    Phase.ENDED: N_("Ended"),
    Phase.PUBLISHED: N_("Replay online"),
    Phase.CANCELLED: N_("Cancelled"),
}

PHASES_EXPLAINED: dict[Phase, str] = {
    Phase.SCHEDULED: N_("Nothing is running. The public sees the date and the public agenda."),
    Phase.REHEARSAL: N_("Only you see this picture. The public still sees “planned”; nothing is kept."),
    Phase.WAITING: N_("The public sees a still with a countdown. The camera is off, nothing is recorded."),
    Phase.LIVE: N_("The public sees and hears the chamber. It is being recorded."),
    Phase.RECESS: N_("The public sees the recess picture. The chamber is neither shown nor recorded."),
    Phase.CLOSED_SESSION: N_("Picture and sound are cut. Nothing leaves the chamber, nothing is recorded."),
    Phase.ENDED: N_("Nothing is running. Look at the replay, then publish it."),
    Phase.PUBLISHED: N_("Everybody can watch the replay."),
    Phase.CANCELLED: N_("This meeting does not take place. The public is told so."),
}

VERBS: dict[Verb, str] = {
    Verb.REHEARSE: N_("Rehearse"),
    Verb.OPEN_DOORS: N_("Show the countdown"),
    Verb.STAND_DOWN: N_("Back to “planned”"),
    Verb.GO_LIVE: N_("Go live"),
    Verb.CALL_RECESS: N_("Recess"),
    Verb.CLOSE_SESSION: N_("Close the session"),
    Verb.RESUME: N_("Resume in public"),
    Verb.END: N_("End the meeting"),
    Verb.PUBLISH: N_("Publish the replay"),
    Verb.WITHDRAW: N_("Withdraw the replay"),
    Verb.REOPEN: N_("Reopen the meeting"),
    Verb.CANCEL: N_("Cancel the meeting"),
}

VERBS_EXPLAINED: dict[Verb, str] = {
    Verb.REHEARSE: N_("Try picture and sound in private"),
    Verb.OPEN_DOORS: N_("The public sees when it begins, not the chamber"),
    Verb.STAND_DOWN: N_("Nothing is sent, the camera is off"),
    Verb.GO_LIVE: N_("The public sees and hears the chamber"),
    Verb.CALL_RECESS: N_("A still picture, no sound"),
    Verb.CLOSE_SESSION: N_("Picture and sound are cut at once"),
    Verb.RESUME: N_("The chamber is seen and heard again"),
    Verb.END: N_("The broadcast and the recording stop"),
    Verb.PUBLISH: N_("Everybody can watch it"),
    Verb.WITHDRAW: N_("The public can no longer watch it"),
    Verb.REOPEN: N_("It was ended too early: back to the recess picture"),
    Verb.CANCEL: N_("It will not take place. This cannot be undone."),
}

QUESTION_VERBS: dict[QuestionVerb, str] = {
    QuestionVerb.PUBLISH: N_("Publish"),
    QuestionVerb.RETURN: N_("Return to its asker"),
    QuestionVerb.REJECT: N_("Reject"),
    QuestionVerb.MERGE: N_("Merge into another"),
    QuestionVerb.HOLD: N_("Set apart"),
    QuestionVerb.RELEASE: N_("Back among the waiting"),
    QuestionVerb.RESTORE: N_("Put back to waiting"),
    QuestionVerb.UNDO: N_("Undo"),
    QuestionVerb.REWORD: N_("Reword"),
    QuestionVerb.TRANSLATE: N_("Translate"),
    QuestionVerb.QUEUE: N_("Put in the running order"),
    QuestionVerb.UNQUEUE: N_("Take out of the running order"),
    QuestionVerb.PUT_ON_AIR: N_("Put on air"),
    QuestionVerb.TAKE_OFF_AIR: N_("Take off air"),
    QuestionVerb.ANSWERED: N_("Answered"),
    QuestionVerb.TAKE_ON_NOTICE: N_("Take on notice"),
    QuestionVerb.ANSWER_IN_WRITING: N_("Answer in writing"),
    QuestionVerb.EDIT: N_("Change"),
    QuestionVerb.WITHDRAW: N_("Withdraw"),
    QuestionVerb.PROPOSE_REDACTION: N_("Propose to remove it for good"),
    QuestionVerb.CONFIRM_REDACTION: N_("Remove it for good"),
    QuestionVerb.DROP_REDACTION: N_("Keep it after all"),
}

STATUSES: dict[Status, str] = {
    Status.PENDING: N_("Waiting to be read"),
    Status.HELD: N_("Waiting for a second look"),
    Status.RETURNED: N_("Returned: please change it"),
    Status.REJECTED: N_("Not accepted"),
    Status.MERGED: N_("Put together with another question"),
    Status.PUBLISHED: N_("Published"),
    Status.QUEUED: N_("Coming up"),
    Status.ON_AIR: N_("Being answered now"),
    Status.ANSWERED_LIVE: N_("Answered in the meeting"),
    Status.ON_NOTICE: N_("Will be answered in writing"),
    Status.ANSWERED_WRITTEN: N_("Answered in writing"),
    Status.WITHDRAWN: N_("Withdrawn"),
    Status.NOT_REACHED: N_("Not reached in the meeting"),
    Status.NOT_REVIEWED: N_("Not read before the meeting ended"),
    Status.REDACTED: N_("Removed for good"),
}

REASONS: dict[Reason, str] = {
    Reason.OUTSIDE_DUTIES: N_("It is not a matter for the municipality"),
    Reason.PERSONAL_DATA: N_("It contains personal data"),
    Reason.NAMED_PERSON: N_("It is about a person by name"),
    Reason.INSULTING: N_("Its tone is insulting"),
    Reason.ASKED_ALREADY: N_("It has been asked already"),
    Reason.NO_QUESTION: N_("It is not a question"),
    Reason.CLOSED_MATTER: N_("It is about a matter that is not public"),
}

FLAGS: dict[Flag, str] = {
    Flag.LINK: N_("Link"),
    Flag.EMAIL: N_("E-mail address"),
    Flag.PHONE: N_("Telephone number"),
    Flag.SHOUTING: N_("Shouting"),
    Flag.REPEATED: N_("Repeated text"),
    Flag.WORD: N_("Word on the list"),
}

ROLES: dict[Role, str] = {
    Role.CITIZEN: N_("Citizen"),
    Role.MODERATOR: N_("Moderator"),
    Role.CHAIR: N_("Chair"),
    Role.CLERK: N_("Clerk"),
}

STATES: dict[str, str] = {
    "idle": N_("off"),
    "starting": N_("starting"),
    "running": N_("running"),
    "stalled": N_("stuck"),
    "died": N_("stopped unexpectedly"),
    "backoff": N_("trying again in a moment"),
    "stopping": N_("stopping"),
}
"""Of an encoder or a publisher."""

SLATES: dict[SlateKind, str] = {
    SlateKind.WAITING: N_("the picture with the countdown"),
    SlateKind.RECESS: N_("the recess picture"),
    SlateKind.CLOSED_SESSION: N_("the picture “this part is not public”"),
    SlateKind.CUT: N_("the picture “this part is not shown”"),
    SlateKind.FAULT: N_("the picture “one moment please”"),
}

PROBLEMS: dict[str, str] = {
    "source_open": N_(
        "The camera cannot be reached. Check that it is switched on and its cable is in; Tribune keeps trying."
    ),
    "source_died": N_("The camera stopped sending. Check its power and its cable; Tribune keeps trying."),
    "encoder_died": N_("The program that makes the picture was ended. Tribune has started it again."),
    "source_stalled": N_(
        "The camera is connected but sends no picture. Switch it off and on again; Tribune keeps trying."
    ),
    "source_ended": N_("The film that stands in for the camera has come to its end."),
    "encoder_start": N_("The picture cannot be made. Call the person who looks after this computer."),
    "slate_died": N_("The still picture cannot be made. Call the person who looks after this computer."),
    "disk_full": N_(
        "The disk is full: the public sees a still picture, and nothing is recorded until there is room. What was "
        "recorded is safe. Call the person who looks after this computer."
    ),
}
"""What is wrong with the picture, and what to do."""

SENTENCES: dict[str, str] = {
    "preflight_red": N_(
        "Not live yet: something is not all right (%(checks)s). Put it right and check again, or say why you go live "
        "all the same."
    ),
    "preflight_too_late": N_("It is too late to check everything: the meeting is %(phase)s. See “What really runs”."),
    "preflight_elsewhere": N_("Another meeting is being checked: %(name)s. Try again in a minute."),
    "wrong_phase": N_("“%(verb)s” is not possible now. The meeting is: %(phase)s."),
    "camera_in_use": N_("The camera is used by another meeting: %(name)s. End that one first."),
    "closed_part_in_replay": N_(
        "The replay was not published: %(count)s pieces of it touch a closed session. Nobody but you has seen them."
    ),
    "no_such_item": N_("This item is no longer on the agenda."),
    "not_on_air": N_("Items can be opened once the meeting is live. The meeting is: %(phase)s."),
    "item_not_public": N_("Item %(number)s is not public. Close the session first."),
    "item_is_public": N_("Item %(number)s is public. Resume in public first."),
    "item_already_open": N_("Item %(number)s is open already."),
    "item_was_opened": N_(
        "Item %(number)s “%(name)s” has been discussed: it can neither be removed nor made public or closed."
    ),
    "not_dated_back": N_("“%(verb)s” is possible from now on only, not from some seconds ago."),
    "not_in_recess": N_("The meeting is not in recess. It is: %(phase)s."),
    "not_under_way": N_("The meeting is not under way. It is: %(phase)s."),
    "no_program": N_(
        "Text can be put into the picture of the chamber only: live, or in a rehearsal. The meeting is: %(phase)s."
    ),
    "no_open_item": N_("No item is open. Open one first."),
    "vote_not_public": N_("Votes are noted while a public item is open and the meeting is live."),
    "no_question_on_air": N_("No question is on air. The chair puts one on air; then it can be shown."),
    "no_lower_third": N_("There is no text in the picture."),
    "only_recorded": N_("This meeting is only recorded: nothing of it is shown or sent before it is published."),
    "screening_fixed": N_(
        "Whether the public sees it live is fixed as soon as it begins. Put it back to “planned” first. "
        "The meeting is: %(phase)s."
    ),
    "not_to_be_sent": N_("The broadcast is over; nothing can be sent any more. The meeting is: %(phase)s."),
    "sent_already": N_("%(name)s is sent to already."),
    "rests_already": N_("Nothing is sent to %(name)s already."),
    "function_too_long": N_("This function is too long; at most %(limit)s characters are possible."),
    "nothing_to_undo": N_("There is nothing to undo."),
    "captions_no_file": N_("Choose a file first: captions as WebVTT (.vtt) or SubRip (.srt)."),
    "captions_unknown": N_("These are no captions. Bring a WebVTT (.vtt) or SubRip (.srt) file."),
    "captions_not_utf8": N_("Line %(line)s of the file is not UTF-8 text. Save it as UTF-8; nothing was changed."),
    "captions_time": N_(
        "Line %(line)s of the file is not a time such as 00:01:02.000 --> 00:01:05.000. Correct it; "
        "nothing was changed."
    ),
    "captions_backwards": N_("Line %(line)s of the file ends before it begins. Correct it; nothing was changed."),
    "captions_none": N_("There is not a single line in this file. Nothing was changed."),
    "captions_too_many": N_("This file has too many lines; at most %(limit)s are possible."),
    "captions_too_big": N_("This file is too big; at most %(limit)s MB are possible."),
    "captions_elsewhere": N_(
        "Not a single line of this file falls into a public part of the recording. Nothing was changed. "
        "Do its times count from somewhere else?"
    ),
    "captions_too_early": N_("Captions are brought when the meeting is over. The meeting is: %(phase)s."),
    "captions_no_recording": N_("There is no recording of this meeting that captions could belong to."),
    "speech_not_set": N_(
        "Nothing can be written down by a machine here: no model is named in the configuration. The operator does that."
    ),
    "speech_no_extra": N_(
        "Nothing can be written down by a machine here: the program for it is not installed. The operator does that."
    ),
    "speech_no_model": N_(
        "Nothing can be written down by a machine here: there is no model where the configuration says. "
        "Tell the operator."
    ),
    "speech_there": N_(
        "There are captions in this language. They are never overwritten by a machine: "
        "remove them first, if that is right."
    ),
    "speech_under_way": N_("This recording is being written down already. Stop that first."),
    "speech_language": N_("The machine does not know this language."),
    "live_captions_not_now": N_(
        "Captions are taken while the meeting is live, from ten seconds after a closed session on. "
        "The meeting is: %(phase)s."
    ),
    "language_code_bad": N_("This is not the code of a language, such as “fr”."),
    "caption_empty": N_("A line cannot be empty."),
    "caption_too_long": N_("This line is too long; at most %(limit)s characters are possible."),
    "result_too_long": N_("This result is too long; at most %(limit)s characters are possible."),
    "link_impossible": N_("Only public items of two different meetings can be linked."),
    "linked_already": N_("These two items are linked already."),
    "too_many_links": N_("An item can be linked with %(limit)s others at most."),
    "too_many_members": N_("These are too many members; at most %(limit)s are possible."),
    "member_twice": N_("%(name)s is listed twice. Leave each member once."),
    "member_vote_bad": N_("“%(line)s” is not understood. Type one member a line: name, colon, yes, no or abstained."),
    "count_bad": N_("A number of votes is a whole number from 0 to 10,000."),
    "votes_contradict": N_(
        "The members listed make %(yes)s for, %(no)s against, %(abstained)s abstained; the numbers say something else. "
        "Put one of them right, or leave the numbers out."
    ),
    "too_many_documents": N_("These are too many documents; at most %(limit)s are possible."),
    "address_bad": N_("“%(address)s” is no address of a document. It begins with https://"),
    "clip_too_early": N_("Clips are made when the meeting is over. The meeting is: %(phase)s."),
    "clip_empty": N_("The clip must end at least one second after it begins, and lie within the replay."),
    "clip_too_long": N_("A clip has at most %(limit)s minutes. The whole replay can be downloaded."),
    "index_too_early": N_("Chapters are put right when the meeting is over. The meeting is: %(phase)s."),
    "mark_beyond": N_("This chapter would begin before the one before it, or after the next. Nothing was changed."),
    "opening_stays": N_("The opening begins at 0:00: it can be given a name, and nothing else."),
    "no_correction": N_("There is no change to undo."),
    "chapters_meet": N_("Two chapters begin at the same moment."),
    "too_many_chapters": N_("These are too many chapters; at most %(limit)s are possible."),
    "cut_over_withheld": N_(
        "Within this stretch lies something that is withheld. Show it first, so that you see what you cut."
    ),
    "publication_not_now": N_("When a replay publishes itself is said when the meeting has ended."),
    "publication_bad": N_("Please give a day and an hour that are still to come, within %(limit)s days."),
    "cut_under_way": N_("Something is being cut out of this replay. Please wait until that is done."),
    "cut_too_short": N_("This is too short to be cut: it must last at least %(limit)s s."),
    "cut_leaves_nothing": N_("Nothing would be left of the replay. To hide all of it, withdraw it."),
    "cut_empty": N_("This is no stretch of the replay. Write two times that lie in it, the earlier one first."),
    "cut_not_sure": N_("Please tick that you know that it cannot be undone."),
    "why_missing": N_("Please say why: the record must tell it."),
    "why_too_long": N_("This is too long; at most %(limit)s characters are possible."),
    "moment_bad": N_("This is not a moment of the replay. Write it like 1:02:03."),
    "questions_closed": N_("Questions are not being taken now."),
    "questions_frozen": N_("During a closed session questions rest: nothing was changed."),
    "question_not_so": N_("This is not possible with this question. It is: %(status)s."),
    "question_not_yours": N_("This question is not yours to withdraw."),
    "question_empty": N_("Please write your question first."),
    "question_too_long": N_("Your question has %(length)s characters; at most %(limit)s are possible."),
    "too_many_questions": N_("You have asked %(limit)s questions in this meeting: that is the limit for one person."),
    "ask_wait": N_("You have just asked. Please wait %(seconds)s seconds; your text is kept."),
    "work_wanted": N_(
        "Very many questions are arriving from your network. Yours is kept; please send it again in %(seconds)s "
        "seconds."
    ),
    "support_wait": N_("That was quick. Please wait %(seconds)s seconds."),
    "support_own": N_("This is your own question: it counts already."),
    "support_needs_cookie": N_(
        "Your browser could not be counted, because it keeps no cookie of ours yet. Please press once more."
    ),
    "receipt_not_a_code": N_("A code has nine letters and digits, like ABC-DEF-GHJ. Please look again."),
    "receipt_unknown": N_("There is no question with this code. Please look again whether every letter is right."),
    "receipt_wait": N_("Too many wrong codes were tried from your network. Please wait %(seconds)s seconds."),
    "address_unusable": N_("This is not an e-mail address. Write one like anne@example.lu."),
    "word_unusable": N_("Write one or two words of 2 to 60 letters, without dots and strokes."),
    "body_unknown": N_("Choose a body from the list."),
    "follow_wait": N_("Too many letters were asked for. Nothing is lost: please press again in %(seconds)s seconds."),
    "erase_on_air": N_("The council is answering this question now. Please come back in a few minutes."),
    "client_id_bad": N_("This question was not understood. Please reload the page and send it again."),
    "reason_missing": N_("Please choose a reason."),
    "other_bad": N_("Please choose another question of this meeting, one that waits or is published."),
    "language_bad": N_("Please choose a language that the question is not in: %(languages)s."),
    "notice_by_bad": N_("Please write who will answer; at most %(limit)s characters are possible."),
    "date_bad": N_("Please give a day."),
    "answer_bad": N_("Please write the answer; at most %(limit)s characters are possible."),
    "too_late_to_undo": N_("It is too late to undo this: it has been told. It can still be changed back."),
    "nobody_to_return_to": N_(
        "This question was asked at YouTube: nobody there can change it and send it again. Reject it, or reword it."
    ),
    "redaction_needs_two": N_("Two people remove a question for good: one proposes it, another one confirms."),
    "queue_changed": N_("The running order has changed meanwhile. This is how it stands now; please look again."),
    "name_missing": N_("A name is missing."),
    "name_too_long": N_("This name is too long; at most %(limit)s characters are possible."),
    "too_many_items": N_("The agenda has too many items; at most %(limit)s are possible."),
    "start_bad": N_("Please give the date and the time."),
    "minutes_bad": N_("Please give the minutes of the recess, 1 to %(limit)s."),
    "seconds_bad": N_("This is not a number of seconds."),
    "no_such_verb": N_("There is no such button."),
    "sign_in_failed": N_("Name or password is wrong."),
    "sign_in_wait": N_("Too many attempts. Please wait %(seconds)s seconds."),
    "name_taken": N_("There is already an account with this name."),
    "name_not_allowed": N_("This name cannot be used for an account."),
    "role_needs_no_account": N_("Citizens need no account."),
    "password_too_short": N_("The password needs at least %(least)s characters."),
    "password_too_long": N_("The password may have at most %(most)s characters."),
    "conflict": N_("Somebody else was faster. This is how it stands now; please look again."),
    "unknown": N_("This does not exist, or no longer."),
    "not_understood": N_("This message was not understood."),
    "field_bad": N_("This cannot be used: %(problem)s"),
    "database_unavailable": N_("The recordings' disk does not answer. Nothing was changed; please try again."),
    "offline": N_("No connection. Nothing was changed; please try again."),
}

PUBLIC_HEADING = N_("Public session")
CLOSED_HEADING = N_("Closed session (not public)")

NAMED: dict[str, dict[str, str]] = {
    "phase": {str(key): text for key, text in PHASES.items()},
    "status": {str(key): text for key, text in STATUSES.items()},
}
"""Values of a sentence that are names themselves."""


def verb_name(verb: str) -> str:
    """What a button is called. The two `withdraw` are told apart by their type."""
    if isinstance(verb, QuestionVerb):
        return QUESTION_VERBS[verb]
    return VERBS[Verb(verb)] if verb in set(Verb) else QUESTION_VERBS[QuestionVerb(verb)]


def code_of(error: Refused | Conflict | Unknown) -> str:
    """Under which code an error's sentence stands."""
    if isinstance(error, Refused):
        return error.code
    return "conflict" if isinstance(error, Conflict) else "unknown"
