"""A recording is whole, or `verify` names what was done to it: to a file, to a line, to the signature."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.council.chain import Entry
from streamer.council.verdict import FaultKind, Report, Verdict
from streamer.media.manifest import NAME, VIDEO, Manifest, covered, sealed, verify
from streamer.media.signing import PUBLIC, KeyUnusable, SigningKey, installation_key, read_public_key

FIVE = [f"0001-program-{number:06}.ts" for number in range(5)]
CLOSED = "0001-program-000005.ts"


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """The installation's."""
    return installation_key(tmp_path)


@pytest.fixture
def folder(tmp_path: Path, key: SigningKey) -> Path:
    """A recording of five segments, a sixth that was removed, and its MP4; signed."""
    path = tmp_path / "2026-11-27-abcd"
    path.mkdir()
    manifest = Manifest(path)
    for number, name in enumerate(FIVE):
        (path / name).write_bytes(os.urandom(2000 + number))
        where = {"picture": "program", "start": 100.0 + 2 * number, "seconds": 2.0}
        manifest.append([(Entry.SEGMENT, {**sealed(path / name), **where})], 102.0 + 2 * number)
    manifest.append([(Entry.REMOVED, {"file": CLOSED, "start": 110.0, "seconds": 2.0, "why": "closed session"})], 113.0)
    (path / "0001-program.m3u8").write_text("\n".join(FIVE))
    (path / "0001-program.run").write_text('{"epoch": 90.0, "lag": 0.1}')
    manifest.append([(Entry.FILE, sealed(path / f"0001-program.{end}")) for end in ("m3u8", "run")], 114.0)
    told = {"name": "Council", "phases": [[99.0, "live"], [110.0, "closed_session"], [112.0, "ended"]], "items": []}
    manifest.append([(Entry.LOG, told)], 114.0)
    manifest.sign(key, 114.0)
    (path / VIDEO).write_bytes(os.urandom(3000))
    manifest.append([(Entry.VIDEO, sealed(path / VIDEO))], 120.0)
    manifest.sign(key, 120.0)
    return path


def said(report: Report) -> set[tuple[FaultKind, str | int]]:
    """Each fault with its file or line."""
    return {(fault.kind, fault.file or fault.line) for fault in report.faults}


def test_an_untouched_recording_is_whole_wherever_it_is_copied(folder: Path, tmp_path: Path, key: SigningKey) -> None:
    """With and without the key; what was removed on purpose is told, and is no fault."""
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "copy")
    (copy / "poster.jpg").touch()
    for report in (verify(copy), verify(copy, key.public), verify(folder, read_public_key(tmp_path / PUBLIC))):
        assert (report.verdict, report.faults, report.holes) == (Verdict.WHOLE, [], [])
        assert [line.file for line in report.removed] == [CLOSED]
        assert len(report.segments) == 5
        assert report.video_sealed is True
    (copy / VIDEO).unlink()
    assert verify(copy).verdict is Verdict.WHOLE, "the MP4 can be made again"


def edit(path: Path) -> None:
    """One byte."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def swap(folder: Path) -> None:
    """Two segments change places."""
    (folder / FIVE[0]).rename(folder / "aside")
    (folder / FIVE[3]).rename(folder / FIVE[0])
    (folder / "aside").rename(folder / FIVE[3])


TAMPERINGS: dict[str, tuple[Callable[[Path], object], set[tuple[FaultKind, str | int]]]] = {
    "one byte changed": (lambda f: edit(f / FIVE[2]), {(FaultKind.EDITED, FIVE[2])}),
    "cut short": (lambda f: os.truncate(f / FIVE[1], 100), {(FaultKind.CUT_SHORT, FIVE[1])}),
    "deleted": (lambda f: (f / FIVE[4]).unlink(), {(FaultKind.MISSING, FIVE[4])}),
    "names swapped": (swap, {(FaultKind.EXCHANGED, FIVE[0]), (FaultKind.EXCHANGED, FIVE[3])}),
    "renamed": (
        lambda f: (f / FIVE[4]).rename(f / "0002-program-000000.ts"),
        {(FaultKind.MISSING, FIVE[4]), (FaultKind.ADDED, "0002-program-000000.ts")},
    ),
    "a file added": (lambda f: (f / "0001-program-000009.ts").touch(), {(FaultKind.ADDED, "0001-program-000009.ts")}),
    "a run added": (lambda f: (f / "0002-slate.m3u8").touch(), {(FaultKind.ADDED, "0002-slate.m3u8")}),
    "the order edited": (lambda f: edit(f / "0001-program.m3u8"), {(FaultKind.EDITED, "0001-program.m3u8")}),
    "the clock edited": (lambda f: edit(f / "0001-program.run"), {(FaultKind.EDITED, "0001-program.run")}),
    "the MP4 edited": (lambda f: edit(f / VIDEO), {(FaultKind.EDITED, VIDEO)}),
    "what was removed put back": (lambda f: (f / CLOSED).touch(), {(FaultKind.NOT_REMOVED, CLOSED)}),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_done_to_a_file_is_named(folder: Path, tampering: str) -> None:
    """And nothing else is accused."""
    change, expected = TAMPERINGS[tampering]
    change(folder)
    report = verify(folder)
    assert said(report) == expected
    assert report.verdict is Verdict.NOT_WHOLE


def test_an_exchanged_segment_says_whose_content_it_has(folder: Path) -> None:
    """So does a copy under another name."""
    swap(folder)
    shutil.copy(folder / FIVE[1], folder / "0009-program-000000.ts")
    others = {fault.file: fault.other for fault in verify(folder).faults}
    assert others == {FIVE[0]: FIVE[3], FIVE[3]: FIVE[0], "0009-program-000000.ts": FIVE[1]}


Lines = list[bytes]


def lines_of(folder: Path) -> Lines:
    """The manifest's, with their newlines."""
    return (folder / NAME).read_bytes().splitlines(keepends=True)


FORGERIES: dict[str, tuple[Callable[[Lines], Lines], set[tuple[FaultKind, str | int]]]] = {
    "a line edited": (
        lambda t: [*t[:2], t[2].replace(b'"seconds":2.0', b'"seconds":3.0'), *t[3:]], {(FaultKind.LINE_EDITED, 3)}
    ),
    "a line taken out": (lambda t: [*t[:6], *t[7:]], {(FaultKind.LINE_TAKEN_OUT, 7), (FaultKind.ADDED, CLOSED)}),
    "two lines exchanged": (lambda t: [*t[:3], t[4], t[3], *t[5:]], {(FaultKind.LINE_MOVED, 4)}),
    "a line damaged": (lambda t: [*t[:9], b"?" + t[9], *t[10:]], {(FaultKind.LINE_UNREADABLE, 10)}),
    "a line said twice": (lambda t: [*t[:3], t[2], *t[3:]], {(FaultKind.LINE_MOVED, 3)}),
    "the signature edited": (
        lambda t: [*t[:-1], t[-1].replace(b'"signature":"', b'"signature":"AAAA')],
        {(FaultKind.SIGNATURE_WRONG, 13)},
    ),
    "dated back": (lambda t: [*t[:-1], t[-1].replace(b'"at":120', b'"at":119')], {(FaultKind.SIGNATURE_WRONG, 13)}),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_done_to_the_manifest_is_named(folder: Path, forgery: str) -> None:
    """By its line."""
    (folder / CLOSED).touch() if forgery == "a line taken out" else None
    change, expected = FORGERIES[forgery]
    (folder / NAME).write_bytes(b"".join(change(lines_of(folder))))
    report = verify(folder)
    assert said(report) == expected
    assert report.verdict is Verdict.NOT_WHOLE


def forged(folder: Path, key: SigningKey) -> None:
    """A segment is edited, and the whole manifest made anew to fit, signed with `key`."""
    edit(folder / FIVE[2])
    old = [json.loads(line) for line in lines_of(folder)]
    (folder / NAME).unlink()
    manifest = Manifest(folder)
    for line in old[1:-1]:
        head = {name: line.pop(name) for name in ("seq", "prev", "kind", "at")}
        if head["kind"] == Entry.SIGNATURE:
            continue
        again = sealed(folder / line["file"]) if head["kind"] == Entry.SEGMENT else {}
        manifest.append([(Entry(head["kind"]), {**line, **again})], head["at"])
    manifest.sign(key, 120.0)


def test_a_manifest_made_anew_needs_the_councils_key(folder: Path, tmp_path: Path, key: SigningKey) -> None:
    """Another key makes a recording that is whole in itself: who has the council's public key is not deceived."""
    (tmp_path / "forger").mkdir()
    forged(folder, installation_key(tmp_path / "forger"))
    assert verify(folder).verdict is Verdict.WHOLE
    assert {kind for kind, _ in said(verify(folder, key.public))} == {FaultKind.OTHER_KEY}


def test_a_forger_cannot_pass_off_his_signature_as_the_councils(folder: Path, tmp_path: Path, key: SigningKey) -> None:
    """The council's key is written beside a signature that it has not made."""
    (tmp_path / "forger").mkdir()
    forger = installation_key(tmp_path / "forger")
    forged(folder, forger)
    text = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(text.replace(forger.public.encode(), key.public.encode()))
    assert {kind for kind, _ in said(verify(folder, key.public))} == {FaultKind.SIGNATURE_WRONG}


def test_before_it_is_signed_a_recording_is_neither_whole_nor_not(folder: Path) -> None:
    """A file that is not in the manifest yet is no fault; one that was edited is."""
    (folder / NAME).write_bytes(b"".join(lines_of(folder)[:4]))
    for name in ("0001-program.m3u8", "0001-program.run"):
        (folder / name).unlink()
    report = verify(folder)
    assert (report.verdict, report.faults, report.newer) == (Verdict.NOT_SIGNED, [], FIVE[3:])
    edit(folder / FIVE[0])
    assert said(verify(folder)) == {(FaultKind.EDITED, FIVE[0])}


def test_a_line_that_a_crash_cut_short_is_gone_on_from(folder: Path, key: SigningKey) -> None:
    """The next service writes over it, says that it is another one, and signs."""
    whole = lines_of(folder)
    (folder / NAME).write_bytes(b"".join([*whole[:-1], whole[-1][:40] * 50]))
    assert verify(folder).verdict is Verdict.NOT_SIGNED
    manifest = Manifest(folder)
    assert not manifest.signed
    manifest.sign(key, 130.0)
    assert lines_of(folder)[:-2] == whole[:-1]
    assert json.loads(lines_of(folder)[-2])["kind"] == Entry.RESUMED
    assert verify(folder).verdict is Verdict.WHOLE


def test_a_meeting_that_is_reopened_goes_on_and_is_signed_again(folder: Path, key: SigningKey) -> None:
    """Both signatures hold."""
    manifest = Manifest(folder)
    (folder / "0002-program-000000.ts").write_bytes(b"more")
    where = {"picture": "program", "start": 200.0, "seconds": 2.0}
    manifest.append([(Entry.SEGMENT, {**sealed(folder / "0002-program-000000.ts"), **where})], 202.0)
    assert verify(folder).verdict is Verdict.NOT_SIGNED
    manifest.sign(key, 203.0)
    assert verify(folder).verdict is Verdict.WHOLE
    assert [json.loads(line)["kind"] for line in lines_of(folder)].count(Entry.SIGNATURE) == 3


def test_only_what_makes_the_replay_has_to_be_covered(folder: Path) -> None:
    """Logs of processes, stills, and what the public was sent come and go."""
    for name in ("air.m3u8", "poster.jpg", "replay.json", "epoch", "0001-program.log", ".replay.mp4-x"):
        (folder / name).touch()
    assert covered(folder) == sorted([*FIVE, "0001-program.m3u8", "0001-program.run"])


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """A lost or damaged one is told, never replaced behind anybody's back."""
    key = installation_key(tmp_path)
    assert installation_key(tmp_path).public == key.public == read_public_key(tmp_path / PUBLIC)
    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in repr(key)
    content = (tmp_path / "signing.key").read_bytes()
    (tmp_path / "signing.key").write_bytes(content[:50])
    with pytest.raises(KeyUnusable, match="damaged: restore it from a backup"):
        installation_key(tmp_path)
    (tmp_path / "signing.key").unlink()
    with pytest.raises(KeyUnusable, match="is gone: restore it from a backup"):
        installation_key(tmp_path)
    with pytest.raises(KeyUnusable, match="BEGIN PUBLIC KEY"):
        read_public_key(Path(__file__))
