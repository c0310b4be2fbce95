"""What is said of a meeting in other networks, in all of the council's languages: by programs, and by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from streamer.council.meeting import Meeting
from streamer.council.news import News, NewsState, Occasion
from streamer.council.phase import BEFORE, IN_SESSION, Phase
from streamer.platforms import facebook, mastodon, x
from streamer.platforms.channel import ChannelName, Message, Outcome
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
    ChannelName.FACEBOOK: "Facebook",
    ChannelName.X: "X",
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.SENT: N_("sent"),
    Outcome.NO_SECRET: N_("its key cannot be read: call the person who looks after this computer"),
    Outcome.UNREACHABLE: N_("it cannot be reached"),
    Outcome.TIMED_OUT: N_("it does not answer"),
    Outcome.NOT_TRUSTED: N_("its certificate is not valid"),
    Outcome.PASSWORD_REFUSED: N_("it refused the key: a new one is needed"),
    Outcome.REFUSED: N_("it refused"),
    Outcome.UNCLEAR: N_("it gave no clear answer; look there whether it was posted"),
}


@dataclass(frozen=True)
class Network:
    """A network and the texts for it. `most` characters, as `count` counts them; `link`: whether one stands in the
    text; `hint` what to know; `channel` where Tribune can post there by itself."""

    name: str
    most: int
    link: bool = True
    hint: str = ""
    count: Callable[[str], int] = mastodon.counted
    channel: ChannelName | None = None


NETWORKS = (
    Network("Facebook", facebook.MOST, channel=ChannelName.FACEBOOK),
    Network("Instagram", 2200, link=False, hint=N_("A link cannot be pressed there: take the square picture.")),
    Network("LinkedIn", 3000),
    Network(
        "X",
        x.MOST,
        count=x.weight,
        channel=ChannelName.X,
        hint=N_(
            "By hand it is free. X charges for each post by a program, over ten times as much for one with a link."
        ),
    ),
    Network("Bluesky", 300),
    Network("WhatsApp", 1000),
)
BY_ITSELF = {
    ChannelName.FACEBOOK: Network("Facebook", facebook.MOST, link=False),
    ChannelName.X: Network("X", x.MOST, count=x.weight),
}
"""What Tribune posts there; Facebook takes the link beside the text. All others get what Mastodon gets."""
MASTODON = Network("Mastodon", mastodon.MOST)


def occasion_now(seen: Meeting) -> Occasion | None:
    """What there is to say of a meeting as citizens see it; `None` between its end and its replay."""
    if seen.phase in BEFORE:
        return Occasion.PLANNED
    if seen.phase in IN_SESSION:
        return Occasion.LIVE
    return {Phase.PUBLISHED: Occasion.PUBLISHED, Phase.CANCELLED: Occasion.CANCELLED}.get(seen.phase)


class AnnounceWords:
    """Of one council. `readers`: its languages, the first one first; `link_on_x`: whether posts there, by program, hold
    a link."""

    def __init__(
        self, council: str, public_url: str, readers: Mapping[str, Translator], *, link_on_x: bool = False
    ) -> None:
        self._council, self._url, self._readers = council, public_url, tuple(readers.values())
        self._forms = BY_ITSELF | {ChannelName.X: replace(BY_ITSELF[ChannelName.X], link=link_on_x)}

    def link(self, meeting: Meeting) -> str:
        """Its page, for good."""
        return f"{self._url}/meetings/{meeting.id}"

    def text(self, occasion: Occasion, meeting: Meeting, form: Network) -> str:
        """What happened in as many languages as fit; which meeting; where."""
        when = self._readers[0].day_and_time(meeting.start, "full")
        end = [meeting.name, when, *([self.link(meeting)] if form.link else [])]
        lines: list[str] = []
        for reader in self._readers:
            longer = [*lines, reader.gettext(first(occasion, meeting))]
            if lines and form.count("\n".join([*longer, "", *end])) > form.most:
                break
            lines = longer
        name = meeting.name
        while name and form.count("\n".join([*lines, "", *end])) > form.most:
            name = name[:-1].rstrip()
            end[0] = f"{name}…"
        return "\n".join([*lines, "", *end])

    def compose(self, news: News, meeting: Meeting, channel: str) -> Message:
        """For a program or a network."""
        text = self.text(news.occasion, meeting, self._forms.get(ChannelName(channel), MASTODON))
        data = {
            "council": self._council, "occasion": str(news.occasion), "meeting": meeting.id, "name": meeting.name,
            "start": meeting.start, "url": self.link(meeting), "language": self._readers[0].language,
            "said": {reader.language: reader.gettext(first(news.occasion, meeting)) for reader in self._readers},
        }  # fmt: skip
        id = f"news_{meeting.id}_{news.id}_{channel}"
        return Message(id, news.at, f"meeting.{news.occasion}", meeting.name, text, data)
