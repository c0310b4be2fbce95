"""Tells a hub that our feeds have something new (https://www.w3.org/TR/websub/): whoever follows by it has it at once.

How a publisher tells its hub is left open there; hubs take what PubSubHubbub 0.3 had: hub.mode=publish and hub.url.
"""

from collections.abc import Sequence

import aiohttp

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome

TIMEOUT = aiohttp.ClientTimeout(total=10)
ANSWER_LENGTH = 200


class WebSub:
    """Tells the hub at `hub` about `topics`, the addresses of our feeds."""

    name = ChannelName.WEBSUB

    def __init__(self, hub: str, topics: Sequence[str]) -> None:
        self._hub, self._topics = hub, tuple(topics)

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """One attempt. A hub told twice looks twice, and finds nothing new."""
        form = [("hub.mode", "publish"), *(("hub.url", topic) for topic in self._topics)]
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as http,
                http.post(self._hub, data=form, allow_redirects=False) as answer,
            ):
                words = (await answer.content.read(ANSWER_LENGTH)).decode("utf-8", "replace")
        except TimeoutError:
            return Delivery(self.name, Outcome.TIMED_OUT)
        except (aiohttp.ClientError, OSError) as error:
            return Delivery(self.name, Outcome.UNREACHABLE, str(error)[:ANSWER_LENGTH])
        said = " ".join(f"{answer.status} {answer.reason} {words}".split())
        return Delivery(self.name, Outcome.SENT if 200 <= answer.status < 300 else Outcome.REFUSED, said)
