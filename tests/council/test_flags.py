"""What is flagged in real text, what is not, and that nobody can make it slow."""

import pytest

from streamer.council.flags import Flag, fingerprint, flags, marks, masked
from streamer.council.word_list import words

LIST = words(["connard", "idiot*", "Aarschlach", "ta gueule", "ass  # and nothing else", "", "# a comment"])

FLAGGED = {
    "https://github.com/ethereum/beacon-APIs/pull/630": (Flag.LINK,),
    "Today’s agenda btw: https://github.com/ethereum/pm/issues/2177": (Flag.LINK,),
    "Kuckt op www.beispill.lu/plang!": (Flag.LINK,),
    "Voir (exemple.lu), svp.": (Flag.LINK,),
    "Schreift mir: jos.muller+gemeng@example.lu.": (Flag.EMAIL,),
    "Mon numéro est le 621 123 456, rappelez-moi": (Flag.PHONE,),
    "+352 26 12 34 56": (Flag.PHONE,),
    "(+352) 691-12-34-56 abends": (Flag.PHONE,),
    "06 12 34 56 78": (Flag.PHONE,),
    "0651/12345-67": (Flag.PHONE,),
    "Tél. 479627": (Flag.PHONE,),
    "Uruffen um 26123456 w.e.g.": (Flag.PHONE,),
    "WARUM WIRD DIE SCHULE NICHT GEBAUT": (Flag.SHOUTING,),
    "Wann kommt der Bus?????": (Flag.SHOUTING,),
    "neeeeeeeeeeeein": (Flag.REPEATED,),
    "spam spam Spam SPAM": (Flag.REPEATED,),
    "Quel connard a signé cela ?": (Flag.WORD,),
    "C o n n a r d !": (Flag.WORD,),
    "c.0.n.n.a.r.d": (Flag.WORD,),
    "C0NN@RD": (Flag.WORD,),
    "соnnаrd": (Flag.WORD,),
    "Ces idiooooots du conseil": (Flag.WORD,),
    "Diese Idioten im Rat": (Flag.WORD,),
    "ass": (Flag.WORD,),
    "assss": (Flag.WORD,),
    "Ta  GUEULE": (Flag.WORD,),
    "Écrivez à a@b.lu ou 621 123 456, voir bus.lu": (Flag.LINK, Flag.EMAIL, Flag.PHONE),
}
CLEAN = [
    "Regarding 8363 - is the main goal to not allow 50%+ staked or the the fact that the current issuance is too high?",
    "`--network plataberget` on every client ideally",
    "@Pintail yeah my comment is agnostic to this",
    "Approbation d'un devis de 1 250 000,00 € pour le poste 4/611/221000-19022",
    "Budget 2025: 12.500.000 EUR, article 3/170/707250/99001",
    "PAP « rue de Luxembourg », réf. 19876/12C du 12.03.2025, à 19:30",
    "Séances du 12/03/2025 et 2025-04-17; plan 2019-2024",
    "z.B. die Kitas (u.a. Nr. 12.5), Art.Nr. 33",
    "Le PAG, le PAP NQ et le CGDIS : quand ?",
    "Tu as demandé le plan. Où est-il ?",
    "De Budget vun 123 456 789 Euro",
    "Was kostet das? 250000 für 10 Jahre …………………",
    "--------------------",
    "Woher kommen die 450 000 Personen?",
    "idiome, identité, assainissement",
]


@pytest.mark.parametrize(("text", "expected"), FLAGGED.items())
def test_what_wants_a_second_look(text: str, expected: tuple[Flag, ...]) -> None:
    assert flags(text, LIST) == expected


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_an_ordinary_question(text: str) -> None:
    """Amounts, dates, references and abbreviations of council agendas; and what people write in calls."""
    assert marks(text, LIST) == []


def test_another_ones_words() -> None:
    """Case, accents and signs do not make a new question; other words do."""
    assert fingerprint("Quand l’école ouvre-t-elle?") == fingerprint("quand l'ECOLE ouvre t elle ?!")
    assert fingerprint("Wann?") != fingerprint("Wann denn?")
    assert flags("Quand?", again=True) == (Flag.REPEATED,)


def test_masking_leaves_the_question() -> None:
    """Only the personal part goes; a second press changes nothing."""
    text = "Rufen Sie 621 123 456 oder (j.m@example.lu), siehe https://example.lu/x?y=1. Wann wird gebaut?"
    once = masked(text)
    assert once == "Rufen Sie [tel] oder ([e-mail]), siehe [link]. Wann wird gebaut?"
    assert masked(once) == once
    assert masked("Wann?") == "Wann?"


def test_marks_say_where() -> None:
    """So that the desk can show it within the text, also behind an emoji."""
    text = "🚌 bei www.bus.lu!"
    [mark] = marks(text)
    assert (mark.flag, text[mark.start : mark.end]) == (Flag.LINK, "www.bus.lu")


HARD = ["a" * 50_000, "@" * 50_000, "a@" * 25_000, "1 " * 25_000, "i." * 25_000, "x://" * 12_500, "tel 1" * 10_000,
        "a@b.lu " * 7_000, "İ@" * 20_000, "!" * 50_000]  # fmt: skip


@pytest.mark.parametrize("text", HARD, ids=lambda text: text[:6])
def test_a_hostile_text_is_no_heavier_than_its_length(text: str) -> None:
    """A hundred times the longest question, of what makes careless searches square: it ends (a square one would need
    hours), and every mark lies within the text."""
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks(text, LIST))


def test_a_long_list_costs_nothing() -> None:
    """Twenty thousand words find theirs, and nothing in an ordinary text."""
    long = words([*(f"xword{n:05}x" for n in range(20_000)), "schlëmm*"])
    assert [flags(text, long) for text in CLEAN[:4]] == [()] * 4
    assert flags("Dat ass schlemmer!", long) == (Flag.WORD,)
