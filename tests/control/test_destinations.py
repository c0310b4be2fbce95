"""Each destination by itself: switched off and on while the meeting is on the air, without the others noticing."""

from pathlib import Path
from typing import Any

from tests.support.commune import Commune, commune
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

QUICK = {"width": 320, "height": 180, "fps": 25, "video_bitrate": 400_000, "segment_seconds": 1}


async def views(here: Commune, id: str) -> dict[str, Any]:
    """Each destination's status."""
    return {view["name"]: view for view in (await here.status(id))["destinations"]}


async def test_one_is_switched_off_and_on_while_the_others_go_on(tmp_path: Path) -> None:
    async with RtmpServer(tmp_path / "main") as main, RtmpServer(tmp_path / "side") as side:
        places = [
            {"name": "Main", "url": main.url},
            {"name": "Side", "url": side.url},
            {"name": "Later", "url": side.url.replace("live2", "nowhere"), "starts": "by clerk"},
        ]
        async with commune(tmp_path, encoder=QUICK, destination=places) as here:
            id = str((await here.planned())["id"])
            await here.ok("POST", f"/{id}/go-live")
            await eventually(lambda: main.received > 20_000 and side.received > 20_000, "both receive")
            assert not (await views(here, id))["Later"]["ordered"], "it waits for the clerk"

            await here.ok("POST", f"/{id}/destinations", destination="Side", order="rest")
            await eventually(lambda: len(side.publishes()) == 1, "the side has hung up")
            resting = (await views(here, id))["Side"]
            assert (resting["ordered"], resting["state"]) == (False, "idle")
            received, at_rest = main.received, side.received
            await eventually(lambda: main.received > received + 20_000, "the main one goes on")
            assert side.received == at_rest
            status, said = await here.api("POST", f"/{id}/destinations", destination="Side", order="rest")
            assert (status, said["title"]) == (409, "rests_already")
            status, said = await here.api("POST", f"/{id}/destinations", destination="None", order="send")
            assert (status, said["title"]) == (404, "no_such_destination")

            await here.ok("POST", f"/{id}/destinations", destination="Side", order="send")
            await here.ok("POST", f"/{id}/destinations", destination="Later", order="send")
            await eventually(lambda: side.received > at_rest + 20_000, "it receives again")

            async def fails() -> bool:
                return bool((await views(here, id))["Later"]["problem"])

            await eventually(fails, "the one that is not there says so")
            await here.ok("POST", f"/{id}/end")
            await eventually(lambda: main.publishes() and len(side.publishes()) == 2, "all is sent to its end")
    assert len(main.publishes()) == 1, "the main one never noticed"
