"""Every code and name of the rules has its words, in every language, and a refusal says what can be done."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from streamer.council import preflight
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.phase import Phase, Verb, available
from streamer.council.picture import SlateKind
from streamer.council.questions import QuestionVerb, Reason, Status
from streamer.council.roles import Role
from streamer.media.encoder_status import EncoderState
from web import preflight_words, words
from web.catalogs import TRANSLATED
from web.i18n import Translator
from web.rendering import Names, duration, explained, mistakes, sentence
from web.youtube_words import PROBLEMS

ROOT = Path(__file__).parents[2]
RULES = (*(ROOT / "streamer").rglob("council/*.py"), *(ROOT / "streamer").rglob("control/*.py"))
RULES += (*(ROOT / "streamer" / "store").glob("*.py"), *(ROOT / "web").glob("*.py"))
CODE = re.compile(r"""Refused\(\s*"(\w+)"|\(\s*"(\w+)",\s*\{""")
TABLES: tuple[Mapping[Any, str], ...] = (
    words.PHASES,
    words.VERBS,
    words.QUESTION_VERBS,
    words.STATUSES,
    words.REASONS,
    words.SENTENCES,
)
TABLES += (preflight_words.CHECKS, preflight_words.OUTCOMES, preflight_words.REASONS, preflight_words.RESULTS)
RESULT = re.compile(r"""Outcome\.\w+, "(\w+)\"|OK, "(\w+)\"|Unreachable\("(\w+)\"|return "(certificate_\w+)\"""")


def codes() -> set[str]:
    found = (match for path in RULES for match in CODE.findall(path.read_text(encoding="utf-8")))
    return {first or second for first, second in found}


def plain(text: str) -> str:
    return text


def test_the_codes_are_found_in_the_rules() -> None:
    assert {"wrong_phase", "name_missing", "too_many_questions", "questions_closed"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_sentence(code: str) -> None:
    assert code in words.SENTENCES


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (words.PHASES, Phase), (words.PHASES_EXPLAINED, Phase), (words.VERBS, Verb), (words.VERBS_EXPLAINED, Verb),
        (words.QUESTION_VERBS, QuestionVerb), (words.STATUSES, Status), (words.REASONS, Reason), (words.ROLES, Role),
        (words.STATES, EncoderState), (words.SLATES, SlateKind), (preflight_words.CHECKS, preflight.Check),
        (preflight_words.OUTCOMES, preflight.Outcome), (preflight_words.REASONS, preflight.Reason),
    ],
)  # fmt: skip
def test_every_name_has_its_word(table: dict[str, str], names: type[Phase]) -> None:
    assert set(table) == set(names)


def test_every_result_of_a_preflight_has_a_sentence() -> None:
    """Also each way in which a destination can be wrong; and no sentence is left that nothing says."""
    judged = [*(ROOT / "streamer/council").glob("*.py"), *(ROOT / "streamer/control").glob("*.py")]
    reached = (ROOT / "streamer/platforms/reach.py").read_text(encoding="utf-8")
    codes = {"".join(found) for path in judged for found in RESULT.findall(path.read_text(encoding="utf-8"))}
    codes |= {f"destination_{''.join(found)}" for found in RESULT.findall(reached)}
    assert {"camera_moves", "voice_missing", "destination_no_answer", "destination_certificate_expired"} <= codes
    assert codes <= set(preflight_words.RESULTS)
    unsaid = set(preflight_words.RESULTS) - codes
    composed = {"encoder_slow", "encoder_fast_upright", "encoder_slow_upright", "upload_tight", "upload_short"}
    assert unsaid <= composed | {"source_waited_for", *PROBLEMS}


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_values(language: str) -> None:
    gettext = Translator(language, ZoneInfo("Europe/Luxembourg")).gettext
    fields = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    for table in TABLES:
        for text in table.values():
            assert set(fields.findall(gettext(text))) == set(fields.findall(text)), text


def test_a_refusal_names_phase_and_verb_and_what_can_be_done() -> None:
    can = available(Phase.LIVE)
    error = Refused("wrong_phase", can=can, phase=Phase.LIVE, verb=Verb.PUBLISH)
    said = explained(plain, error)
    assert said.startswith("“Publish the replay” is not possible now. The meeting is: Live.")
    assert said.endswith("You can: Recess, Close the session, End the meeting.")


def test_the_two_withdrawals_are_told_apart() -> None:
    assert words.verb_name(Verb.WITHDRAW) != words.verb_name(QuestionVerb.WITHDRAW)


def test_conflicts_and_unknown_things_have_a_sentence() -> None:
    assert "faster" in explained(plain, Conflict(1, 2))
    assert explained(plain, Unknown("meeting", "x")) == words.SENTENCES["unknown"]


def test_mistakes_stand_by_their_field() -> None:
    error = Invalid({"text": ("question_too_long", {"limit": 500, "length": 501})})
    assert mistakes(plain, error) == {"text": "Your question has 501 characters; at most 500 are possible."}


def test_an_unknown_code_or_a_missing_value_does_not_break_the_page() -> None:
    assert sentence(plain, "brand_new", {}) == "brand_new"
    assert "%(limit)s" in sentence(plain, "too_many_items", {})


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (75.4, "1:15"), (3675, "1:01:15"), (-3, "0:00")])
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_names_for_templates() -> None:
    names = Names(plain)
    assert names.phase("live") == "Live"
    assert names.question_verb("publish") == "Publish"
    assert names.verb("publish") == "Publish the replay"
    assert names.table("SLATES").keys() == {str(kind) for kind in SlateKind}
