"""Each destination by itself: switched off and on while the meeting is on the air, without the others noticing; and one
that has a second way."""

import json
from pathlib import Path
from typing import Any

from tests.support.commune import QUICK, Commune, commune
from tests.support.hls_ingest import HlsReceiver, known_as
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

KEY = "canary-5d1e"


async def views(here: Commune, id: str) -> dict[str, Any]:
    """Each destination's status."""
    return {view["name"]: view for view in (await here.status(id))["destinations"]}


async def test_each_destination_by_itself(tmp_path: Path) -> None:
    async with (
        RtmpServer(tmp_path / "main") as main, RtmpServer(tmp_path / "second") as second,
        RtmpServer(tmp_path / "side") as side, HlsReceiver(KEY) as tube,
    ):  # fmt: skip
        key_file = tmp_path / "key"
        key_file.write_text(KEY)
        key_file.chmod(0o600)
        places = [
            {"name": "Tube", "url": tube.url, "stream_key_file": str(key_file)},
            {"name": "Main", "url": main.url, "backup": second.url},
            {"name": "Side", "url": side.url},
            {"name": "Later", "url": side.url.replace("live2", "nowhere"), "starts": "by clerk"},
        ]
        async with commune(tmp_path, encoder=QUICK, destination=places) as here:
            id = str((await here.planned())["id"])
            await here.ok("POST", f"/{id}/go-live")
            await eventually(lambda: min(s.received for s in (main, second, side)) > 20_000, "all receive")
            seen = await views(here, id)
            assert [(name, view["backup_of"]) for name, view in seen.items() if view["ordered"]] == [
                ("Tube", ""), ("Main", ""), ("Main (backup)", "Main"), ("Side", ""),
            ], "one waits for the clerk"  # fmt: skip
            await one_is_switched_off_and_on(here, id, main, side)
            assert main.publishes() == [], "the others never noticed"
            await one_of_two_ways_is_lost(here, id, main, second)
            await here.ok("POST", f"/{id}/end")
            await eventually(lambda: second.publishes() and len(side.publishes()) == 2, "all is sent to its end")
            aired = [json.loads(line)[2] for line in (here.folder / id / "aired").read_text().splitlines()]
            assert tube.taken == [known_as(here.folder / id, name) for name in aired], "each piece, in order"
            assert tube.wrong == []
    assert len(second.publishes()) == 1


async def one_is_switched_off_and_on(here: Commune, id: str, main: RtmpServer, side: RtmpServer) -> None:
    await here.ok("POST", f"/{id}/destinations", destination="Side", order="rest")
    await eventually(lambda: len(side.publishes()) == 1, "the side has hung up")
    resting = (await views(here, id))["Side"]
    assert (resting["ordered"], resting["state"]) == (False, "idle")
    received, at_rest = main.received, side.received
    await eventually(lambda: main.received > received, "the main one goes on")
    assert side.received == at_rest
    for name, status, title in (
        ("Side", 409, "rests_already"), ("None", 404, "no_such_destination"),
        ("Main (backup)", 404, "no_such_destination"),
    ):  # fmt: skip
        refused, said = await here.api("POST", f"/{id}/destinations", destination=name, order="rest")
        assert (refused, said["title"]) == (status, title)
    await here.ok("POST", f"/{id}/destinations", destination="Side", order="send")
    await here.ok("POST", f"/{id}/destinations", destination="Later", order="send")
    await eventually(lambda: side.received > at_rest, "it receives again")

    async def fails() -> bool:
        return bool((await views(here, id))["Later"]["problem"])

    await eventually(fails, "the one that is not there says so")
    await here.ok("POST", f"/{id}/destinations", destination="Later", order="rest")


async def one_of_two_ways_is_lost(here: Commune, id: str, main: RtmpServer, second: RtmpServer) -> None:
    """A word about it, for as long as the other one receives."""
    await main.stop()
    received = second.received

    async def amber() -> bool:
        truth = (await here.status(id))["truth"]
        told = [(trouble["code"], trouble["about"]) for trouble in truth["troubles"]] if truth else []
        return told == [("destination_one_way", "Main")] and truth["light"] == "amber"

    await eventually(amber, "a word about it")
    assert second.received > received
