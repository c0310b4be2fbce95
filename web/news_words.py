"""What citizens who follow are told, in their own language: the words of each occasion, and the letter around them."""

from collections.abc import Mapping

from streamer.council.following import Topic, Wish, seal
from streamer.council.meeting import Meeting
from streamer.council.news import PLANS, Occasion
from streamer.platforms.mail import Letter as Mail
from streamer.store.followers import Letter
from streamer.store.search import Found
from web import screening_words as recorded
from web.i18n import N_, Translator
from web.screening_words import otherwise

SUBJECTS: dict[Occasion, str] = {
    Occasion.PLANNED: N_("%(council)s: meeting on %(when)s"),
    Occasion.CHANGED: N_("%(council)s: the meeting on %(when)s has changed"),
    Occasion.CANCELLED: N_("%(council)s: the meeting on %(when)s does not take place"),
    Occasion.LIVE: N_("%(council)s: the meeting is live now"),
    Occasion.PUBLISHED: N_("%(council)s: the replay of %(when)s is here"),
    Occasion.AGENDA: N_("%(council)s: “%(word)s” is on the agenda"),
    Occasion.SAID: N_("%(council)s: “%(word)s” in a replay"),
}
FIRST: dict[Occasion, str] = {
    Occasion.PLANNED: N_("A meeting is planned. You can watch it live."),
    Occasion.CHANGED: N_("The time or the agenda of a meeting has changed. This is how it stands now."),
    Occasion.CANCELLED: N_("This meeting does not take place."),
    Occasion.LIVE: N_("The meeting is live now. You can watch and ask questions."),
    Occasion.PUBLISHED: N_("The meeting can be watched again, with a chapter for each item."),
    Occasion.AGENDA: N_("“%(word)s” is on the agenda of this meeting."),
    Occasion.SAID: N_("“%(word)s” is found in the replay of this meeting."),
}
MOST_ITEMS = 40


def first(occasion: Occasion, meeting: Meeting) -> str:
    """The first sentence, to be translated."""
    return otherwise(meeting.screening, recorded.FIRST, occasion) or FIRST[occasion]


def followed(reader: Translator, wish: Wish) -> str:
    """What somebody follows, in a few words."""
    if wish.topic is Topic.WORD:
        return reader.gettext("the word “%(word)s”", word=wish.value)
    if wish.topic is Topic.BODY:
        return reader.gettext("the meetings of: %(body)s", body=wish.value)
    return reader.gettext("all meetings")


class NewsWords:
    """Letters of one council. `key`: the server's own, for the seals of links."""

    def __init__(self, council: str, public_url: str, readers: Mapping[str, Translator], key: bytes) -> None:
        self._council, self._url, self._readers, self._key = council, public_url, readers, key

    def reader(self, language: str) -> Translator:
        """Of that language; the council's first where it is no longer one of its own."""
        return self._readers.get(language) or next(iter(self._readers.values()))

    def link(self, follower: str) -> str:
        """The page on which a follower confirms and leaves."""
        return f"{self._url}/follow/{follower}/{seal(self._key, follower)}"

    def compose(self, letter: Letter, meeting: Meeting | None, found: Found | None) -> Mail:
        """The whole letter."""
        wish, link = letter.follower.wish, self.link(letter.follower.id)
        reader = self.reader(wish.language)
        id = f"{letter.follower.id}.{letter.news}"
        if letter.occasion is None or meeting is None:
            subject, text = self._confirm(reader, wish, link)
            return Mail(id, letter.at, wish.address, reader.language, subject, text)
        subject, lines = self._about(reader, letter.occasion, meeting, wish.value, found)
        foot = reader.gettext(
            "You get this because you follow %(what)s. Stop it with one click:", what=followed(reader, wish)
        )
        text = "\n".join([*lines, "", "-- ", foot, link, ""])
        return Mail(id, letter.at, wish.address, reader.language, subject, text, f"{link}/leave")

    def _confirm(self, reader: Translator, wish: Wish, link: str) -> tuple[str, str]:
        gettext, what = reader.gettext, followed(reader, wish)
        lines = [
            gettext("Somebody, probably you, wants to be told by e-mail about %(what)s.", what=what),
            "", gettext("To confirm, open this page and press the button:"), link,
            "", gettext("If it was not you, do nothing: this address is forgotten in two days."), "",
        ]  # fmt: skip
        return gettext("%(council)s: please confirm your address", council=self._council), "\n".join(lines)

    def _about(
        self, reader: Translator, occasion: Occasion, meeting: Meeting, word: str, found: Found | None
    ) -> tuple[str, list[str]]:
        when = reader.date(meeting.start, "long")
        said = {"council": self._council, "when": when, "word": word}
        page = f"{self._url}/meetings/{meeting.id}"
        items = [item.title for item in meeting.items if item.public] if occasion in PLANS else []
        if found:
            items = ["".join(text for text, _ in named.pieces) for named in found.named if named.kind != "question"]
        if occasion is Occasion.SAID and found and found.said and found.said[0].at:
            page = f"{page}?t={int(found.said[0].at)}{meeting.link_mark}"
        begins = reader.gettext(first(occasion, meeting), **said)
        lines = [
            begins, "", meeting.name, reader.day_and_time(meeting.start, "full"),
            *([""] if items else []), *(f"- {item}" for item in items[:MOST_ITEMS]), "", page,
        ]  # fmt: skip
        return reader.gettext(SUBJECTS[occasion], **said), lines
