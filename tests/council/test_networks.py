"""What a network takes is compared with what we make; and a destination is sent to as it was ordered last."""

from dataclasses import replace

import pytest

from streamer.council import decide
from streamer.council.errors import Refused
from streamer.council.events import Kind
from streamer.council.networks import Made, Sending, judge_network
from streamer.council.phase import Phase
from streamer.platforms.presets import PRESETS
from tests.council.story import Story
from web.network_words import NETWORKS

USUAL = Made(1280, 720, 30, 4_000_000, 2.0)
"""What config.toml makes by itself."""
HIGH = replace(USUAL, width=1920, height=1080, bitrate=8_000_000)


def found(network: str, made: Made) -> dict[str, str]:
    lines = judge_network("Stage", network, PRESETS[network].limits, made)
    return {line.code: str(line.outcome) for line in lines}


@pytest.mark.parametrize(
    ("network", "made", "codes"),
    [
        ("youtube", USUAL, {"network_fits": "ok"}),
        ("youtube", replace(HIGH, bitrate=4_000_000), {"network_bitrate_low": "warn"}),
        ("youtube", replace(USUAL, key_seconds=4.0), {"network_key_long": "warn"}),
        ("youtube", replace(USUAL, key_seconds=5.0), {"network_key_over": "red"}),
        ("twitch", replace(USUAL, bitrate=6_000_000), {"network_fits": "ok"}),
        ("twitch", replace(HIGH, fps=60), {"network_bitrate_over": "red"}),
        ("facebook", HIGH, {"network_bitrate_high": "warn"}),
        ("facebook", replace(HIGH, key_seconds=6.0), {"network_bitrate_high": "warn", "network_key_over": "red"}),
        ("x", replace(USUAL, key_seconds=3.0), {"network_fits": "ok"}),
        ("linkedin", replace(USUAL, fps=60), {"network_fps_high": "warn"}),
        ("instagram", USUAL, {"network_upright": "warn"}),
        ("tiktok", Made(1080, 1920, 30, 4_000_000, 2.0), {"network_fits": "ok"}),
        ("peertube", Made(3840, 2160, 60, 50_000_000, 6.0), {"network_fits": "ok"}),
    ],
)
def test_the_picture_beside_what_a_network_takes(network: str, made: Made, codes: dict[str, str]) -> None:
    assert found(network, made) == codes


def test_the_usual_picture_stands_in_nobodys_way() -> None:
    assert not [network for network in PRESETS if "red" in found(network, USUAL).values()]


def test_every_network_says_what_it_needs() -> None:
    assert set(NETWORKS) == set(PRESETS)
    assert "30 days" in NETWORKS["facebook"].remark


def test_a_destination_is_ordered_off_and_on_until_the_meeting_is_over() -> None:
    story = Story()
    assert story.meeting.sending("A", Sending.SEND) is Sending.SEND
    assert story.meeting.sending("A", Sending.REST) is Sending.REST
    story = story.at(1.0, Kind.DESTINATION_ORDERED, destination="A", order="rest")
    assert story.meeting.sending("A", Sending.SEND) is Sending.REST
    assert story.meeting.sending("B", Sending.SEND) is Sending.SEND
    with pytest.raises(Refused, match="rests_already"):
        decide.order_destination(story.meeting, "A", Sending.REST, usual=Sending.SEND)
    fact = decide.order_destination(story.meeting, "A", Sending.SEND, usual=Sending.SEND)
    assert fact.data == {"destination": "A", "order": "send"}
    over = story.phase(2.0, Phase.ENDED)
    with pytest.raises(Refused, match="not_to_be_sent"):
        decide.order_destination(over.meeting, "A", Sending.SEND, usual=Sending.SEND)
