"""What is counted in public, and which questions ask the same."""

from dataclasses import replace

import pytest

from streamer.council.question import Limits, Question, QuestionOrder, moved
from streamer.council.questions import QuestionVerb, Status
from streamer.council.similar import ALIKE, likeness, similar
from streamer.council.tally import tally

ASKED = Question("q", "m", "hash", "c", "When?", None, None, "en", Status.PENDING, None, 1, 100.0, 100.0)


def test_everything_received_is_counted_once() -> None:
    """In every status there is; rejected ones by their reason."""
    questions = [replace(ASKED, id=str(n), status=status) for n, status in enumerate(Status)]
    questions.append(replace(ASKED, id="r1", status=Status.REJECTED, reason="insulting"))
    questions.append(replace(ASKED, id="r2", status=Status.REJECTED, reason="our_own"))
    counted = tally(questions)
    assert (counted.received, counted.published, counted.waiting) == (len(Status) + 2, 7, 2)
    assert counted.rejected == {"insulting": 1, "our_own": 1}
    assert counted.of(Status.NOT_REACHED, Status.NOT_REVIEWED) == 2


def test_a_verdict_that_can_still_be_undone_does_not_count() -> None:
    order = QuestionOrder(QuestionVerb.REJECT, "clerk", "claire", reason="insulting")
    counted = tally([moved(ASKED, order, Limits(), at=200.0)])
    assert (counted.waiting, counted.rejected) == (1, {})


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Wéini ass de Schoulhaff fäerdeg?", "WEINI GETT DE SCHOULHAFF ENDLECH FAERDEG", True),
        ("Quand la cour d'école sera-t-elle prête ?", "La cour de l'école, c'est prêt quand ?", True),
        ("Wann ist der Schulhof fertig?", "Wann wird der Schulhof endlich fertig?", True),
        ("When is the school yard ready?", "Is there a cycle lane in the budget?", False),
        ("Wann ist der Schulhof fertig?", "Wann ist das Schwimmbad wieder offen?", False),
        ("?!", "?!", False),
    ],
)
def test_the_same_in_other_words(one: str, other: str, alike: bool) -> None:
    """Without accents, capitals and punctuation; in any language."""
    assert (likeness(one, other) >= ALIKE) is alike
    assert likeness(one, other) == likeness(other, one)


def test_only_what_could_be_merged_is_suggested() -> None:
    """The most alike first, never itself, none that was rejected."""
    others = [
        replace(ASKED, id="near", text="When exactly?"), replace(ASKED, id="same", status=Status.PUBLISHED),
        replace(ASKED, id="no", status=Status.REJECTED), replace(ASKED, id="far", text="Who pays?"), ASKED,
    ]  # fmt: skip
    assert [question.id for question, _ in similar(ASKED, others)] == ["same", "near"]
