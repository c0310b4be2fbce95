"""What a question's status means to its asker, and what comes next."""

from streamer.council.questions import Status
from web.i18n import N_

NEXT: dict[Status, str] = {
    Status.PENDING: N_("A moderator reads it first. What was decided then stands here."),
    Status.HELD: N_("It is looked at more closely before it is published. What was decided then stands here."),
    Status.RETURNED: N_("Please change it and send it again. Then it is read once more."),
    Status.REJECTED: N_("It is not published. The reason stands here."),
    Status.MERGED: N_("Somebody asked the same. The two are one question now and are answered together."),
    Status.PUBLISHED: N_("Everybody can read it. The council can take it up in the meeting."),
    Status.QUEUED: N_("Everybody can read it. It is one of the next to be answered."),
    Status.ON_AIR: N_("The council is answering it now."),
    Status.ANSWERED_LIVE: N_("The council has answered it in the meeting. You find the answer in the replay."),
    Status.ON_NOTICE: N_("The council answers it in writing. The answer will stand here."),
    Status.ANSWERED_WRITTEN: N_("The council has answered it in writing. The answer stands here."),
    Status.WITHDRAWN: N_("You took it back. It is not published."),
    Status.NOT_REACHED: N_("There was not enough time for it in the meeting. Everybody can read it."),
    Status.NOT_REVIEWED: N_("The meeting was over before anybody could read it. It is counted like that in public."),
    Status.REDACTED: N_("Its text was removed for good."),
}
