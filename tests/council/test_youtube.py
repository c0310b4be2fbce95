"""The text for YouTube is always one that YouTube makes chapters of, and says what was mended for that."""

import random

import pytest

from streamer.council.youtube import Description, Line, Mend, describe
from tests.support.youtube import chapters_seen

KLATSCH = [(5, "Introduction"), (10, "Twitter"), (151, "Instagram"), (213, "LinkedIn"), (299, "Twitch et YouTube"),
           (426, "TikTok"), (604, "Facebook"), (631, "Conclusion")]  # fmt: skip
"""The chapters of a real podcast on communes and social networks: first at 0:05, the second five seconds later."""
CITY = {
    "in order, but the first at 5:48": ([348, 353, 443, 500, 1560, 2700, 4276], 4300),
    "items under headings, out of order": ([2378, 2556, 2876, 2927, 6065, 6483, 6631, 6969, 204, 753, 1683, 7466, 7518,
                                            7991], 8100),
    "an honour before the call to order": ([366, 52, 431, 437, 512, 1288, 1290], 3600),
    "four on one second, two a second apart": ([74, 300, 300, 300, 300, 301, 900], 1500),
    "one single item": ([31], 640),
    "after the captions end": ([60, 118, 123, 4205, 10275, 10276], 10300),
}  # fmt: skip
"""Marks as a real city's clerks published them, in seconds; none of its lists was valid for YouTube."""


def described(marks: list[tuple[int, str]], duration: float) -> Description:
    """With everything around it."""
    lines = [Line(start, title) for start, title in marks]
    around = {"head": "Council 19:30", "foot": "More: http://127.0.0.1:8080/m"}
    return describe(lines, duration, opening="Opening", again="{title} (continued)", **around)


def test_the_list_of_a_real_podcast_becomes_valid_and_says_what_was_changed() -> None:
    """The first begins at 0:00; after that the second is ten seconds later, as it should be."""
    made = described(KLATSCH, 700)
    assert chapters_seen(made.text, 700) == [(0, "Introduction"), *KLATSCH[1:]]
    assert [(one.mend, one.title) for one in made.mended] == [(Mend.TO_ZERO, "Introduction")]


@pytest.mark.parametrize("case", CITY)
def test_the_marks_of_a_real_city_become_valid_and_none_is_lost(case: str) -> None:
    """Every item still stands there, if need be beside another one."""
    starts, duration = CITY[case]
    marks = [(start, f"Item {number}") for number, start in enumerate(starts, 1)]
    assert not chapters_seen("\n".join(f"{s // 60}:{s % 60:02} {t}" for s, t in marks), duration), "as published"
    made = described(marks, duration)
    seen = chapters_seen(made.text, duration)
    assert seen, made.text
    assert all(any(title in said.split(" · ") or title in said for _, said in seen) for _, title in marks)
    assert made.mended


def test_any_list_at_all_becomes_valid() -> None:
    """Five hundred of them, drawn from a seed: up to 1,000 chapters, titles of 250 characters, signs, times of day."""
    draw = random.Random(5)
    for number in range(500):
        duration = draw.choice([30, 31, 45, 700, 5400, 22_800])
        count = draw.choice([0, 1, 2, 3, 4, 12, 40] if number % 50 else [394, 1000])
        words = ["ö" * draw.randint(0, 250), "a <b> & c", "at 18:30", "  ", "1:02:03", "Budget"]
        marks = [(draw.randint(0, duration + 20), draw.choice(words)) for _ in range(count)]
        made = described(marks, duration + draw.random())
        assert chapters_seen(made.text, duration), (number, marks, made.text)


def test_a_valid_list_is_left_as_it_is() -> None:
    """Nothing is said, because nothing was done."""
    marks = [(0, "Opening"), (10, "One"), (3675, "Two")]
    made = described(marks, 4000)
    assert made.mended == ()
    assert "0:00 Opening\n0:10 One\n1:01:15 Two\n" in made.text


def test_what_was_mended_is_said() -> None:
    """Each with its chapter."""
    made = described([(40, "b <i>"), (100, "at 18:30"), (104, "c"), (90, "d")], 115)
    assert [(one.mend, one.title) for one in made.mended] == [
        (Mend.CLEANED, "b ‹i›"),
        (Mend.CLEANED, "at 18.30"),
        (Mend.SORTED, ""),
        (Mend.OPENING_ADDED, "Opening"),
        (Mend.JOINED, "c"),
    ]
    assert [line.title for line in made.lines] == ["Opening", "b ‹i›", "d", "at 18.30 · c"]
    assert [one.mend for one in described([(0, "a")], 29.9).mended] == [Mend.NO_LIST]
    long = described([(60 * n, "x" * 250) for n in range(394)], 60 * 394)
    assert {one.mend for one in long.mended} == {Mend.SHORTENED, Mend.LEFT_OUT}
