"""What stands at YouTube about a meeting, in the council's first language: title, description, chapters."""

from collections.abc import Callable

from streamer.council.chapters import chapters
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.twin import TITLE_LENGTH, Words, plain
from streamer.council.youtube import describe, fitting, lines_of
from web.i18n import Translator


class TwinWords:
    """`start_of(meeting)`: unix seconds; `delay`: seconds the public runs behind. The link to our own page is also what
    a broadcast is recognised by: it stands first, so whatever is cut, it stays."""

    def __init__(
        self, council: str, public_url: str, reader: Translator, start_of: Callable[[Meeting], float], delay: float
    ) -> None:
        self._council, self._url, self._reader = council, public_url, reader
        self._start_of, self._delay = start_of, delay

    def __call__(self, meeting: Meeting, began: float | None) -> Words:
        """`began`: the video's second 0, unix seconds, where it is known."""
        start = self._start_of(meeting)
        title = plain(f"{meeting.name}, {self._reader.date(start, 'long')}", TITLE_LENGTH)
        link = self._reader.gettext("Agenda, questions and replay: %(url)s", url=f"{self._url}/meetings/{meeting.id}")
        head = [self._council, link]
        ended = meeting.ended_at
        if meeting.phase is Phase.PUBLISHED and began is not None and ended is not None:
            return Words(title, self._chapters(meeting, "\n".join(head), began, ended + self._delay - began), start)
        return Words(title, fitting([*head, *self._agenda(meeting)]), start)

    def picture(self, meeting: Meeting) -> list[str]:
        """What stands on the video's still picture."""
        start = self._start_of(meeting)
        return [self._council, meeting.name, self._reader.date(start, "long")]

    def _agenda(self, meeting: Meeting) -> list[str]:
        items = [item.title for item in meeting.items if item.public]
        return ["", self._reader.gettext("Agenda"), *items] if items else []

    def _chapters(self, meeting: Meeting, head: str, began: float, duration: float) -> str:
        """YouTube's video is as long as the broadcast was: recesses and closed sessions are stills in it, which our
        replay leaves out. So its seconds are the clock's, not the replay's."""

        def position(at: float) -> float | None:
            second = at + self._delay - began
            return max(second, 0.0) if second < duration else None

        lines = lines_of(chapters(meeting, position, duration), meeting.name)
        return describe(lines, duration, opening=meeting.name, head=head).text
