"""What was mended in a text for YouTube, in words."""

from streamer.council.youtube import Mend, Mended
from web.i18n import N_
from web.rendering import Gettext

MENDS: dict[Mend, str] = {
    Mend.TO_ZERO: N_("“%(title)s” begins at 0:00: the first chapter must."),
    Mend.OPENING_ADDED: N_("“%(title)s” was added at 0:00: the first chapter must begin there."),
    Mend.SORTED: N_("The chapters were put in order."),
    Mend.JOINED: N_("“%(title)s” shares the line before: a chapter must last at least 10 seconds."),
    Mend.DIVIDED: N_("“%(title)s” has more than one line: there must be at least three chapters."),
    Mend.CLEANED: N_("“%(title)s”: signs that YouTube does not take, or reads as a time, were replaced."),
    Mend.SHORTENED: N_("Titles were cut at %(count)s characters: the text would be too long."),
    Mend.LEFT_OUT: N_("%(count)s of the shortest chapters were left out: the text would be too long."),
    Mend.NO_LIST: N_("The video lasts less than 30 seconds: YouTube makes no chapters of it."),
}


def mend_said(gettext: Gettext, mended: Mended) -> str:
    """A sentence."""
    return gettext(MENDS[mended.mend]) % {"title": mended.title, "count": mended.count}
