"""Caption files as people have them: read whole, or refused with the line to look at."""

from dataclasses import replace

import pytest

from streamer.council.captions import Cue, Line
from streamer.council.errors import Invalid
from streamer.media.caption_files import as_srt, as_text, as_vtt, read

VTT = "WEBVTT - council\n\nSTYLE\n::cue { color: red }\n\nNOTE a word --> to the reader\n\n"


def mistake(raw: bytes) -> tuple[str, object]:
    """Why a file is refused: (code, number of the line)."""
    with pytest.raises(Invalid) as refused:
        read(raw)
    code, values = refused.value.mistakes["file"]
    return code, values.get("line")


def test_webvtt_with_voices_tags_and_entities() -> None:
    """Each voice is a line of its own; what is markup is not text; hours may be left out."""
    cues = read(
        (VTT + "a name\n00:01.000 --> 00:02.500 align:start\n<v.loud Fisch &amp; Weber>A <b>big</b> word\nand more\n\n"
         "00:02.000 --> 01:00:03.000\n<v Anna>Yes.</v> <v Bob>No.\n").encode()
    )  # fmt: skip
    assert cues == [
        Cue(1.0, 2.5, "A big word and more", "Fisch & Weber"),
        Cue(2.0, 3603.0, "Yes.", "Anna"),
        Cue(2.0, 3603.0, "No.", "Bob"),
    ]


def test_awkward_but_allowed() -> None:
    """A byte order mark, other line ends, names of cues that look like arrows, cues without a blank line between."""
    raw = "\ufeffWEBVTT\r\r -- >\r00:00:00.000 --> 00:00:01.000\rtext1\r->\r\r00:00.000 --> 00:01.000\rtext2".encode()
    assert [cue.text for cue in read(raw)] == ["text1 ->", "text2"]


def test_subrip_as_old_programs_write_it() -> None:
    """Not UTF-8, coordinates after the times, a blank line inside, and names before what is said."""
    srt = (
        "1\r\n00:00:01,000 --> 00:00:02,000 X1:63\r\n<i>L'école</i>\r\n\r\n2\r\n0:00:03,5 --> 00:00:04,000\r\nÄerm\r\n"
    )
    assert read(srt.encode("cp1252")) == [Cue(1.0, 2.0, "L'école"), Cue(3.5, 4.0, "Äerm")]


def test_names_before_what_is_said_are_speakers_where_nearly_all_lines_have_one() -> None:
    """As video meetings export them. A single "Note: ..." makes nobody a speaker."""
    head, times = "WEBVTT\n\n", "00:00:0{0}.000 --> 00:00:0{0}.900\n{1}\n\n"
    talk = head + "".join(times.format(n, f"{'Zoé K.' if n % 2 else 'Jos Weis'}: Well, {n}.") for n in range(8))
    assert {(cue.speaker, cue.text[:5]) for cue in read(talk.encode())} == {("Zoé K.", "Well,"), ("Jos Weis", "Well,")}
    plain = head + "".join(times.format(n, "Note: that" if n == 3 else "Something else") for n in range(8))
    assert {cue.speaker for cue in read(plain.encode())} == {None}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nfine\n\n00:00:3.000 --> 00:00:04.000\nnot", ("captions_time", 6)),
        (b"WEBVTT\n\n00:00:01.000 -- > 00:00:02.000\nx\n\n00::00.000 --> 00:01.000\ny", ("captions_time", 6)),
        (b"WEBVTT\n\n00:00:05.000 --> 00:00:04.999\nbackwards", ("captions_backwards", 3)),
        (b"WEBVTT\n\nNOTE nothing said\n", ("captions_none", None)),
        (b"1\n00:00:01 --> 00:00:02\nno milliseconds", ("captions_time", 2)),
        (b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n\xe9cole", ("captions_not_utf8", 4)),
        (b"%PDF-1.7 ...", ("captions_unknown", None)),
        (b"", ("captions_unknown", None)),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(raw: bytes, said: tuple[str, int | None]) -> None:
    assert mistake(raw) == said


def test_what_is_written_can_be_read_again() -> None:
    """Also what would be markup, and an arrow inside a line."""
    line = Line(64, 0.0, 0.0, 1.5, 1.0, "A & B", "2 < 3 --> so\nit is")
    lines = [line, replace(line, id=128, at=3700.0, speaker=None, text="Ende")]
    again = [Cue(1.0, 2.5, "2 < 3 --> so it is", "A & B"), Cue(3700.0, 3701.5, "Ende")]
    assert read(as_vtt(lines).encode()) == again
    assert [cue.text for cue in read(as_srt(lines).encode())] == ["A & B: 2 < 3 -> so it is", "Ende"]
    assert as_text(lines, "Council") == "Council\n\n\n[00:00:01] A & B: 2 < 3 --> so it is\n\n[01:01:40] Ende\n"
