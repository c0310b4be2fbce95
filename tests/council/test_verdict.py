"""Holes in a recording, and manifests that are none."""

import pytest

from streamer.council.chain import Break, BreakKind, Entry, Line, read
from streamer.council.meeting import Span
from streamer.council.verdict import holes, live_spans


def line(kind: Entry, **data: object) -> Line:
    return Line(1, "", kind, 100.0, "", data)


def recorded(start: float, seconds: float) -> Line:
    return line(Entry.SEGMENT, start=start, seconds=seconds)


def test_live_spans_are_those_of_the_signed_log() -> None:
    log = line(Entry.LOG, phases=[[10, "live"], [20, "recess"], [30, "live"]])
    assert live_spans(log) == [Span(10, 20), Span(30, 100.0)]


def test_a_hole_is_what_nothing_covers_for_long() -> None:
    there = [recorded(12, 2), recorded(14, 6), recorded(40, 2), recorded(43, 17)]
    assert holes(there, [Span(10, 20)]) == []
    assert holes(there, [Span(10, 50)]) == [Span(20, 40)]
    assert holes(there, [Span(0, 70)]) == [Span(0, 12), Span(20, 40), Span(60, 70)]
    assert holes([], [Span(0, 7)]) == [Span(0, 7)]
    assert holes([recorded(40, 2)], [Span(0, 7), Span(8, 10)]) == [Span(0, 7)], "what comes later covers nothing"


@pytest.mark.parametrize(
    "noise",
    [
        b"[1]", b"{}", b"null", b"\xff\xfe", b"[" * 100_000,
        b'{"seq":1,"prev":"","kind":"unknown","at":0}',
        b'{"seq":1,"prev":"","kind":"signature","at":0,"key":1,"signature":"x"}',
        b'{"seq":1,"prev":"","kind":"resumed","at":NaN}',
        b'{"seq":1,"prev":"","kind":"resumed","at":1e99}',
        b'{"seq":"1","prev":"","kind":"resumed","at":0}',
        b'{"seq":1,"prev":"","kind":"lost","at":0,"file":"a.ts","start":"early","seconds":2}',
        b'{"seq":1,"prev":"","kind":"log","at":0,"phases":[["long ago","live"]]}',
    ],
)  # fmt: skip
def test_noise_is_an_unreadable_line_and_no_more(noise: bytes) -> None:
    chain = read(noise + b"\n")
    assert (chain.lines, chain.breaks) == ((), (Break(BreakKind.UNREADABLE, 1),))


def test_a_manifest_of_nothing_or_of_half_a_line_is_read() -> None:
    assert read(b"").lines == ()
    assert read(b'{"seq"').torn
    assert read(b'{"seq":900000000,"prev":"","kind":"resumed","at":0}\n').breaks, "and not for hours"
