"""A soft claim: renewed, released, lapsed; and what somebody else reads stays theirs."""

from streamer.control.claims import ClaimBook
from streamer.council.claims import CLAIM_SECONDS, Claim, claimed, released, settled, standing


def test_a_claims_life() -> None:
    """Opened, renewed, lapsed; and free for the next one."""
    anna = claimed({}, "q1", "page 1", "Anna", at=0)
    assert anna == {"q1": Claim("page 1", "Anna", CLAIM_SECONDS)}
    renewed = claimed(anna, "q1", "page 1", "Anna", at=60)
    assert standing(renewed, at=60 + CLAIM_SECONDS - 1) == renewed
    assert standing(renewed, at=60 + CLAIM_SECONDS) == {}
    assert claimed(renewed, "q1", "page 2", "Ben", at=60 + CLAIM_SECONDS)["q1"].by == "Ben"


def test_what_another_one_reads_stays_theirs() -> None:
    """Looking at it as well takes nothing away, and gives up what one had open before."""
    both = claimed(claimed({}, "q1", "page 1", "Anna", at=0), "q2", "page 2", "Ben", at=1)
    looking = claimed(both, "q1", "page 2", "Ben", at=2)
    assert {question: claim.by for question, claim in looking.items()} == {"q1": "Anna"}
    assert released(looking, "page 1") == {}
    assert settled(both, "q1") == {"q2": both["q2"]}


def test_the_book_of_all_meetings() -> None:
    """Who reads what, each meeting apart; until they lapse, leave, or the question is moved."""
    now = [0.0]
    book = ClaimBook(lambda: now[0])
    book.claim("m", "q1", "page 1", "Anna")
    assert book.readers("m") == {"q1": {"page": "page 1", "by": "Anna"}}
    assert book.readers("another meeting") == {}
    now[0] = CLAIM_SECONDS
    assert book.readers("m") == {}
    for question in ("q2", "q3"):
        book.claim("m", question, "page 1", "Anna")
    assert list(book.readers("m")) == ["q3"]
    book.settle("m", "q3")
    assert book.readers("m") == {}
    book.claim("m", "q4", "page 1", "Anna")
    book.release("m", "page 2")
    assert list(book.readers("m")) == ["q4"]
    book.release("m", "page 1")
    assert book.readers("m") == {}
