"""What is said of a meeting in other networks, in all of the council's languages: by programs, and by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from streamer.council.meeting import Meeting
from streamer.council.news import News, NewsState, Occasion
from streamer.council.phase import BEFORE, IN_SESSION, Phase
from streamer.platforms.channel import ChannelName, Message, Outcome
from streamer.platforms.mastodon import MOST, counted
from web.i18n import N_, Translator
from web.news_words import first

OCCASIONS: dict[Occasion, str] = {
    Occasion.PLANNED: N_("Planned"),
    Occasion.CHANGED: N_("Plan changed"),
    Occasion.CANCELLED: N_("Cancelled"),
    Occasion.LIVE: N_("Live"),
    Occasion.PUBLISHED: N_("Replay published"),
    Occasion.AGENDA: N_("A word on the agenda"),
    Occasion.SAID: N_("A word in the replay"),
}
STATES: dict[NewsState, str] = {
    NewsState.WAITING: N_("waits until the plan has not changed for some minutes"),
    NewsState.TOLD: N_("announced"),
    NewsState.DROPPED: N_("not announced: it was no longer so, or no news"),
}
CHANNELS: dict[ChannelName, str] = {
    ChannelName.MASTODON: "Mastodon",
    ChannelName.WEBHOOK: N_("Webhook"),
    ChannelName.WEBSUB: N_("Feed readers (WebSub)"),
    ChannelName.EMAIL: N_("E-mail"),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.SENT: N_("sent"),
    Outcome.NO_SECRET: N_("its key cannot be read: call the person who looks after this computer"),
    Outcome.UNREACHABLE: N_("it cannot be reached"),
    Outcome.TIMED_OUT: N_("it does not answer"),
    Outcome.NOT_TRUSTED: N_("its certificate is not valid"),
    Outcome.PASSWORD_REFUSED: N_("it refused the key: a new one is needed"),
    Outcome.REFUSED: N_("it refused"),
}


@dataclass(frozen=True)
class Network:
    """A network for whose posts a text is ready. `most` characters; `link`: whether one in the text can be pressed;
    `hint` what to know."""

    name: str
    most: int
    link: bool = True
    hint: str = ""


NETWORKS = (
    Network("Facebook", 5000),
    Network("Instagram", 2200, link=False, hint=N_("A link cannot be pressed there: take the square picture.")),
    Network("LinkedIn", 3000),
    Network(
        "X", 280, hint=N_("By hand it is free. Programs pay for each post with a link: Tribune never posts there.")
    ),
    Network("Bluesky", 300),
    Network("WhatsApp", 1000),
)


def occasion_now(seen: Meeting) -> Occasion | None:
    """What there is to say of a meeting as citizens see it; `None` between its end and its replay."""
    if seen.phase in BEFORE:
        return Occasion.PLANNED
    if seen.phase in IN_SESSION:
        return Occasion.LIVE
    return {Phase.PUBLISHED: Occasion.PUBLISHED, Phase.CANCELLED: Occasion.CANCELLED}.get(seen.phase)


class AnnounceWords:
    """Of one council. `readers`: its languages, the first one first."""

    def __init__(self, council: str, public_url: str, readers: Mapping[str, Translator]) -> None:
        self._council, self._url, self._readers = council, public_url, tuple(readers.values())

    def link(self, meeting: Meeting) -> str:
        """Its page, for good."""
        return f"{self._url}/meetings/{meeting.id}"

    def text(self, occasion: Occasion, meeting: Meeting, most: int, *, link: bool = True) -> str:
        """What happened in as many languages as fit into `most` characters; which meeting; where."""
        reader = self._readers[0]
        end = [meeting.name, reader.day_and_time(meeting.start, "full"), *([self.link(meeting)] if link else [])]
        lines: list[str] = []
        for reader in self._readers:
            longer = [*lines, reader.gettext(first(occasion, meeting))]
            if lines and counted("\n".join([*longer, "", *end])) > most:
                break
            lines = longer
        text = "\n".join([*lines, "", *end])
        over = counted(text) - most
        if over > 0:
            end[0] = end[0][: max(0, len(end[0]) - over - 1)].rstrip() + "…"
        return "\n".join([*lines, "", *end])

    def compose(self, news: News, meeting: Meeting, channel: str) -> Message:
        """For a program or a network."""
        text = self.text(news.occasion, meeting, MOST)
        data = {
            "council": self._council, "occasion": str(news.occasion), "meeting": meeting.id, "name": meeting.name,
            "start": meeting.start, "url": self.link(meeting), "language": self._readers[0].language,
            "said": {reader.language: reader.gettext(first(news.occasion, meeting)) for reader in self._readers},
        }  # fmt: skip
        id = f"news_{meeting.id}_{news.id}_{channel}"
        return Message(id, news.at, f"meeting.{news.occasion}", meeting.name, text, data)
