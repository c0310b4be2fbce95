"""`make soak MINUTES=10 SEED=1`: meetings on which everything goes wrong, drawn from a seed, until the time is over.

Each meeting has the next seed, which is printed, and is judged when it is over. Exit code 1, and the meeting's folder
is kept, when one was not as promised.
"""

import argparse
import asyncio
import logging
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.chaos.evening import evening
from tests.chaos.evidence import gather
from tests.chaos.faults import KINDS, Fault, ServerStopped, draw, possible, suffer
from tests.chaos.judge import Evidence, complaints, missing_seconds, story

MEETING_SECONDS = 240.0
"""No meeting gets faults for longer: one that fails is to be looked at."""
FAULTS_AT_ONCE = 4


async def outages(seconds: list[float]) -> bool:
    """One meeting whose server is away for so long, and again. Whether it was as promised."""
    folder = Path(tempfile.mkdtemp(prefix="tribune-outage-"))
    stopped: list[Fault] = [ServerStopped(away) for away in seconds]
    async with evening(folder) as it:
        await suffer(it, stopped)
        await it.finish()
        good = judged(0, await gather(it), folder)
    if good:
        shutil.rmtree(folder)
    return good


async def meeting(seed: int, seconds: float, folder: Path) -> Evidence:
    """One evening with faults for so long."""
    chance = Random(seed)
    until = time.monotonic() + seconds
    async with evening(folder) as it:
        kinds = possible(it)
        if left_out := sorted(set(KINDS) - set(kinds)):
            print(f"  not possible here, left out: {', '.join(left_out)}", flush=True)
        faults = draw(chance, kinds)
        while faults and time.monotonic() < until:
            await suffer(it, faults[:FAULTS_AT_ONCE], chance)
            faults = faults[FAULTS_AT_ONCE:] or draw(chance, kinds)
        await it.finish()
        return await gather(it)


def judged(seed: int, it: Evidence, folder: Path) -> bool:
    """Print what was found. Whether it is as promised."""
    found = complaints(it)
    kinds = Counter(re.split(r",| \d", fault.name)[0] for fault in it.timeline.faults)
    told = ", ".join(f"{times} x {kind}" for kind, times in kinds.most_common())
    print(f"seed {seed}: {'as promised' if not found else 'NOT AS PROMISED'}. {told}", flush=True)
    public = sum(end - start for start, end in it.timeline.live)
    print(
        f"  {public:.0f} s public, {missing_seconds(it):.1f} s of them not in the replay; "
        f"{len(it.received)} connections at the server",
        flush=True,
    )
    if found:
        print("\n".join(f"  {said}" for said in found))
        print(f"{story(it)}\n  kept in {folder}\n  again: make soak MINUTES=5 SEED={seed}", flush=True)
    return not found


async def soak(minutes: float, seed: int) -> bool:
    """Meeting after meeting. Whether all were as promised."""
    until = time.monotonic() + minutes * 60
    well, meetings = 0, 0
    while (left := until - time.monotonic()) > 0:
        meetings += 1
        well += await one(seed, min(left, MEETING_SECONDS))
        seed += 1
    print(f"{well} of {meetings} meetings as promised", flush=True)
    return well == meetings


async def one(seed: int, seconds: float) -> bool:
    """One meeting, judged; its folder stays when it was not as promised."""
    folder = Path(tempfile.mkdtemp(prefix=f"tribune-soak-{seed}-"))
    try:
        good = judged(seed, await meeting(seed, seconds, folder), folder)
    except Exception:
        logging.exception("seed %d: the meeting did not come to its end; it is in %s", seed, folder)
        return False
    if good:
        shutil.rmtree(folder)
    return good


async def tally(seeds: list[int], runs: int, seconds: float) -> bool:
    """Each seed so many times, one round after the other; after each round what there is so far."""
    green = dict.fromkeys(seeds, 0)
    for run in range(1, runs + 1):
        for seed in seeds:
            green[seed] += await one(seed, seconds)
        told = ", ".join(f"{seed}: {good}/{run}" for seed, good in green.items())
        print(f"as promised, by seed: {told}; {sum(green.values())} of {run * len(seeds)}", flush=True)
    return sum(green.values()) == runs * len(seeds)


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--seed", type=int, default=None, help="of the first meeting; without one, any")
    arguments.add_argument("--seeds", help="these again and again, each for so many minutes: 1 2 7")
    arguments.add_argument("--runs", type=int, default=1, help="of each of the seeds")
    arguments.add_argument(
        "--outages", help="one meeting instead, with a server that is away for so many seconds: 10 300"
    )
    options = arguments.parse_args()
    if options.outages:
        return 0 if asyncio.run(outages([float(word) for word in options.outages.split()])) else 1
    if options.seeds:
        seeds = [int(word) for word in options.seeds.replace(",", " ").split()]
        return 0 if asyncio.run(tally(seeds, options.runs, options.minutes * 60)) else 1
    seed = options.seed if options.seed is not None else Random().randrange(100_000)
    print(f"seed {seed}, {options.minutes:g} minutes", flush=True)
    return 0 if asyncio.run(soak(options.minutes, seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
