"""What stands at YouTube about a meeting, in the council's first language: title, description, chapters."""

from collections.abc import Callable

from streamer.council.meeting import Meeting
from streamer.council.twin import DESCRIPTION_LENGTH, TITLE_LENGTH, Words, plain
from web.i18n import Translator


class TwinWords:
    """`start_of(meeting)`: unix seconds. The link to our own page is also what a broadcast is recognised by."""

    def __init__(self, council: str, public_url: str, reader: Translator, start_of: Callable[[Meeting], float]) -> None:
        self._council, self._url, self._reader, self._start_of = council, public_url, reader, start_of

    def __call__(self, meeting: Meeting, began: float | None) -> Words:
        """`began`: the video's second 0, unix seconds, where it is known."""
        start = self._start_of(meeting)
        title = plain(f"{meeting.name}, {self._reader.date(start, 'long')}", TITLE_LENGTH)
        return Words(title, plain(self._description(meeting), DESCRIPTION_LENGTH), start)

    def _description(self, meeting: Meeting) -> str:
        """The link first: whatever is cut, it stays."""
        gettext = self._reader.gettext
        link = gettext("Agenda, questions and replay: %(url)s", url=f"{self._url}/meetings/{meeting.id}")
        items = [f"{item.number} {item.name}".strip() for item in meeting.items if item.public]
        agenda = [gettext("Agenda"), *items] if items else []
        return "\n".join([self._council, link, *([""] if agenda else []), *agenda])
