"""The gate before asking: who is quick waits, a crowd behind one network works or waits, and each is told so."""

import asyncio
import base64
import json

import altcha
import pytest

from streamer.council.errors import Refused
from streamer.council.pace import Pace
from web.addresses import Addresses, network_of
from web.gate import Gate, Tries, Visitor, WorkWanted
from web.work import GOOD_FOR, Work

NOW = 1_800_000_000.0


def gate(network: int = 3, person: int = 2) -> Gate:
    return Gate(Pace(person, 30.0), Pace(network, 60.0), Addresses(), Work(), "ask_wait")


async def test_the_third_question_of_one_person_waits_and_says_for_how_long() -> None:
    """Two at once; then the seconds are told, go down, and the door opens. Others are not concerned."""
    it, visitor = gate(), Visitor("anne", "203.0.113.9")
    for _ in range(2):
        await it.enter(visitor, "", NOW)
    for later, left in ((0.0, 30), (12.5, 18)):
        with pytest.raises(Refused) as refused:
            await it.enter(visitor, "", NOW + later)
        assert refused.value.code == "ask_wait"
        assert refused.value.values == {"seconds": left}
    await it.enter(Visitor("bob", "198.51.100.1"), "", NOW)
    await it.enter(visitor, "", NOW + 30)


async def test_what_came_to_nothing_does_not_count() -> None:
    it, visitor = gate(person=1), Visitor("anne", "203.0.113.9")
    await it.enter(visitor, "", NOW)
    it.give_back(visitor)
    await it.enter(visitor, "", NOW)


async def crowded() -> tuple[Gate, WorkWanted]:
    """Three came from one network; the fourth is offered work."""
    it = gate()
    for number in range(3):
        await it.enter(Visitor(f"v{number}", f"203.0.113.{number}"), "", NOW)
    with pytest.raises(WorkWanted) as wanted:
        await it.enter(Visitor("next", "203.0.113.77"), "", NOW)
    await it.enter(Visitor("elsewhere", "203.0.114.1"), "", NOW)
    return it, wanted.value


async def test_a_browser_that_worked_comes_in_once() -> None:
    """From a crowded network; the same solution, written down another way, opens the door to nobody else."""
    it, wanted = await crowded()
    puzzle = altcha.Challenge.from_dict(wanted.offer["puzzle"])
    solution = altcha.solve_challenge(puzzle)
    assert solution is not None
    proof = altcha.Payload(puzzle, solution).to_base64()
    await it.enter(Visitor("next", "203.0.113.77"), proof, NOW)
    again = base64.b64encode(json.dumps(json.loads(base64.b64decode(proof)), indent=3).encode()).decode()
    for used in (proof, again, "", "nonsense", "x" * 5000, base64.b64encode(b'{"challenge":{}}').decode()):
        with pytest.raises(WorkWanted):
            await it.enter(Visitor("another", "203.0.113.78"), used, NOW)


async def test_who_cannot_work_waits_with_a_ticket_that_is_good_once_at_its_time() -> None:
    """Tickets come one after another; one that is early keeps its time, one that was changed is none."""
    it, first = await crowded()
    ticket, seconds = first.offer["ticket"], first.offer["seconds"]
    with pytest.raises(WorkWanted) as early:
        await it.enter(Visitor("next", "203.0.113.77"), ticket, NOW + 4)
    assert early.value.offer["ticket"] == ticket
    assert early.value.offer["seconds"] == seconds - 4
    with pytest.raises(WorkWanted) as second:
        await it.enter(Visitor("other", "203.0.113.78"), "", NOW)
    assert second.value.offer["seconds"] > seconds
    forged = ticket.replace(ticket[:10], str(int(NOW) - 5))
    assert not await Work().accept(ticket, NOW + seconds), "of another server"
    with pytest.raises(WorkWanted):
        await it.enter(Visitor("next", "203.0.113.77"), forged, NOW + seconds)
    await it.enter(Visitor("next", "203.0.113.77"), ticket, NOW + seconds)
    with pytest.raises(WorkWanted):
        await it.enter(Visitor("third", "203.0.113.79"), ticket, NOW + seconds)


async def test_two_who_show_the_same_ticket_at_once() -> None:
    """Only one of them comes in."""
    work = Work()
    ticket = work.ticket(NOW)
    assert sorted(await asyncio.gather(*(work.accept(ticket, NOW) for _ in range(5)))) == [False] * 4 + [True]
    assert not await work.accept(work.ticket(NOW), NOW + GOOD_FOR + 1), "too late"


async def test_addresses_are_hashes_with_a_key_that_lasts_a_day() -> None:
    """The same visitor is known today, and not tomorrow; of an address there is nothing in the hash."""
    addresses = Addresses()
    today = addresses.network("203.0.113.9", NOW)
    assert today == addresses.network("203.0.113.200", NOW + 60) != addresses.one("203.0.113.9", NOW)
    assert today != addresses.network("203.0.113.9", NOW + 86_400)
    assert Addresses().network("203.0.113.9", NOW) != today


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_what_a_household_or_a_hall_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_guessing_codes_is_slowed_down_and_right_codes_are_not() -> None:
    tries = Tries(Pace(2, 4.0), Addresses(), "receipt_wait")
    for _ in range(2):
        tries.look("203.0.113.9", NOW)
        tries.mistake("203.0.113.9", NOW)
    with pytest.raises(Refused) as refused:
        tries.look("203.0.113.9", NOW)
    assert refused.value.values == {"seconds": 4}
    tries.look("203.0.113.9", NOW + 4)
