"""Segments, playlists and the replay's time: lists made from lists."""

from pathlib import Path

import pytest

from streamer.media import playlist
from streamer.media.run import clear_run
from streamer.media.segments import RunClock, Segment, forget, parse, read_segments, write_clock
from streamer.media.timeline import Timeline


def segment(number: int, run: int = 1, start: float = 1000.0, duration: float = 2.0, skew: float = 0.0) -> Segment:
    return Segment(run, "program", f"{run:04d}-program-{number:06d}.ts", start, duration, start - 990 + skew)


THREE = [segment(0), segment(1, start=1002), segment(2, start=1004, duration=1.2)]
NEXT_RUN = [segment(0, 2, 1006.5), segment(1, 2, 1008.5)]


def test_a_playlist_that_is_being_written_gives_what_is_whole() -> None:
    text = "#EXTM3U\n#EXTINF:2.000000,\nPDT\na.ts\n#EXTINF:1.96,\nb.ts\n#EXTINF:2.0,\nc.t"
    assert [(found.name, found.duration) for found in parse(text)] == [("PDT", 2.0), ("b.ts", 1.96)]
    assert parse("") == []
    assert parse("#EXTINF:oops,\na.ts\n") == []


def test_a_folder_without_anything(tmp_path: Path) -> None:
    assert read_segments(tmp_path) == []
    (tmp_path / "0001-program.m3u8").write_text("#EXTINF:2.0,\n0001-program-000000.ts\n")
    assert read_segments(tmp_path) == []


def picture_at(seconds: float) -> bytes:
    """One MPEG-TS packet in which a picture begins (ISO 13818-1, 2.4.3.2 and 2.4.3.7)."""
    ticks = round(seconds * 90_000)
    stamp = [0x21 | ticks >> 29 & 0xE, ticks >> 22 & 255, 1 | ticks >> 14 & 254, ticks >> 7 & 255, 1 | ticks << 1 & 254]
    return bytes([0x47, 0x41, 0x00, 0x10, 0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, *stamp]).ljust(188, b"\xff")


@pytest.mark.parametrize("first", ["2.000000", "12.000000"])
def test_a_first_segment_that_is_listed_from_zero_on(tmp_path: Path, first: str) -> None:
    """As ffmpeg's two muxers do it: its own length is what counts, whether or not its file is still there."""
    names = [f"0001-program-{number:06d}.ts" for number in range(3)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(picture_at(10 + 2 * number))
    lengths = (first, "2.000000", "2.000000")
    lines = [f"#EXTINF:{length},\n{name}\n" for length, name in zip(lengths, names, strict=True)]
    (tmp_path / "0001-program.m3u8").write_text("".join(lines))
    write_clock(tmp_path, "0001-program", RunClock(1000.0))
    for gone in (None, *names[:2]):
        if gone:
            (tmp_path / gone).unlink()
        forget()
        assert [(found.start, found.duration) for found in read_segments(tmp_path)] == [(1010, 2), (1012, 2), (1014, 2)]


def test_a_run_whose_first_files_are_gone_keeps_its_time(tmp_path: Path) -> None:
    """A closed session took them, or the disk: the others were filmed when they were filmed."""
    names = [f"0001-program-{number:06d}.ts" for number in range(3)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(picture_at(10 + 2 * number))
    (tmp_path / "0001-program.m3u8").write_text("".join(f"#EXTINF:2.000000,\n{name}\n" for name in names))
    write_clock(tmp_path, "0001-program", RunClock(1000.0))
    whole = read_segments(tmp_path)
    assert [found.start for found in whole] == [1010.0, 1012.0, 1014.0]
    (tmp_path / names[0]).unlink()
    forget()
    assert read_segments(tmp_path) == whole
    for name in names[1:]:
        (tmp_path / name).unlink()
    forget()
    assert read_segments(tmp_path) == []


@pytest.mark.parametrize("left", ["", "#EXTM3U\n#EXTINF:2.000000,\n0001-program-000000.ts\n#EXTI"])
def test_a_list_that_a_full_disk_has_shortened(tmp_path: Path, left: str) -> None:
    """What is finished is listed again; what was open when the disk was full is not, nor what was destroyed."""
    names = [f"0001-program-{number:06d}.ts" for number in range(6)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(picture_at(10 + 2 * number))
    (tmp_path / names[3]).unlink()
    (tmp_path / "0001-program.m3u8").write_text(left)
    write_clock(tmp_path, "0001-program", RunClock(1000.0))
    clear_run(tmp_path, "0001-program")
    forget()
    found = {segment.name: (segment.start, segment.duration) for segment in read_segments(tmp_path)}
    kept = [names[number] for number in (0, 1, 2, 4)]
    assert {name: found[name] for name in kept} == {name: (1010 + 2 * names.index(name), 2.0) for name in kept}
    assert names[5] not in found
    assert [path.name for path in sorted(tmp_path.glob("*.ts"))] == kept


def test_a_list_that_is_whole_is_left_alone(tmp_path: Path) -> None:
    names = [f"0001-program-{number:06d}.ts" for number in range(2)]
    for name in names:
        (tmp_path / name).write_bytes(picture_at(10))
    listed = f"#EXTM3U\n#EXTINF:2.000000,\n{names[0]}\n"
    (tmp_path / "0001-program.m3u8").write_text(listed)
    clear_run(tmp_path, "0001-program")
    assert (tmp_path / "0001-program.m3u8").read_text() == listed
    assert [path.name for path in tmp_path.glob("*.ts")] == names[:1], "what was begun and not finished goes"


def test_what_a_killed_encoder_had_open_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    """Cut before the picture that may not be whole, and listed with its own length; unless nobody may see it."""
    names = [f"0001-program-{number:06d}.ts" for number in range(2)]
    for at, name in zip((10, 12), names, strict=True):
        (tmp_path / name).write_bytes(b"".join(picture_at(at + n / 25) for n in (0, 3, 1, 2, 6, 4)) + b"\x47\x41")
    (tmp_path / "0001-program.m3u8").write_text(f"#EXTM3U\n#EXTINF:2.000000,\n{names[0]}\n")
    write_clock(tmp_path, "0001-program", RunClock(1000.0))
    clear_run(tmp_path, "0001-program", salvage=True)
    assert (tmp_path / names[1]).stat().st_size == 5 * 188
    found = read_segments(tmp_path)[-1]
    assert (found.name, found.start) == (names[1], 1012.0)
    assert found.duration == pytest.approx(7 / 25, abs=0.001)
    clear_run(tmp_path, "0001-program", salvage=True)
    assert read_segments(tmp_path)[-1] == found, "once"


def test_a_vod_playlist() -> None:
    text = playlist.render([*THREE, *NEXT_RUN], target_duration=2, kind="VOD", prefix="/m/7/")
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    assert "#EXT-X-TARGETDURATION:2" in lines
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in lines
    assert lines[-1] == "#EXT-X-ENDLIST"
    assert lines.count("#EXT-X-DISCONTINUITY") == 1
    assert lines[lines.index("#EXT-X-DISCONTINUITY") + 3] == "/m/7/0002-program-000000.ts"
    assert "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:16:40.000Z" in lines


def test_a_segment_left_out_is_a_discontinuity() -> None:
    text = playlist.render([THREE[0], THREE[2]], target_duration=2, kind="LIVE")
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "PLAYLIST-TYPE" not in text
    assert "ENDLIST" not in text


def test_a_longer_segment_raises_the_target() -> None:
    assert "TARGETDURATION:5\n" in playlist.render([segment(0, duration=4.6)], target_duration=2, kind="EVENT")


def test_a_window_keeps_the_numbers_of_an_append_only_list() -> None:
    aired = [*THREE, *NEXT_RUN, segment(0, 3, 1020)]
    shown = playlist.window(aired, 3.5)
    assert [found.run for found in shown.segments] == [2, 3]
    assert (shown.media_sequence, shown.discontinuity_sequence) == (4, 1)
    assert playlist.window(aired, 1).discontinuity_sequence == 2
    whole = playlist.window(aired, 100)
    assert (list(whole.segments), whole.media_sequence, whole.discontinuity_sequence) == (aired, 0, 0)
    empty = playlist.window([], 30)
    assert (list(empty.segments), empty.media_sequence, empty.discontinuity_sequence) == ([], 0, 0)


def test_what_a_player_counts_stays_the_same_as_the_window_moves() -> None:
    aired = [*THREE, *NEXT_RUN, segment(0, 3, 1020), segment(1, 3, 1022)]
    for length in range(1, len(aired) + 1):
        shown = playlist.window(aired[:length], 5)
        text = playlist.render(
            shown.segments, target_duration=2, media_sequence=shown.media_sequence,
            discontinuity_sequence=shown.discontinuity_sequence, kind="LIVE",
        )  # fmt: skip
        count = shown.discontinuity_sequence + text.count("#EXT-X-DISCONTINUITY\n")
        assert count == aired[length - 1].run - 1


def test_writing_replaces_at_once(tmp_path: Path) -> None:
    path = tmp_path / "air.m3u8"
    playlist.write(path, "one")
    playlist.write(path, "two")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_the_replays_time_closes_gaps_up() -> None:
    timeline = Timeline([*THREE, *NEXT_RUN])
    assert timeline.duration == pytest.approx(9.2)
    assert timeline.position(900) == 0.0
    assert timeline.position(1003.5) == pytest.approx(3.5)
    assert timeline.position(1005.9) == pytest.approx(5.2), "in the gap: the next that was kept"
    assert timeline.position(1007.5) == pytest.approx(6.2)
    assert timeline.position(1010.5) is None
    assert timeline.wall(6.2) == pytest.approx(1007.5)
    assert timeline.wall(0) == 1000.0
    assert timeline.wall(9.2) is None
    assert timeline.wall(-1) is None


def test_nothing_kept() -> None:
    timeline = Timeline([])
    assert (timeline.duration, timeline.position(0), timeline.wall(0)) == (0.0, None, None)


def test_runs_that_overlap_in_wall_time_never_send_a_chapter_back() -> None:
    """A camera's first pictures were filmed while the slate before it was still being shown."""
    timeline = Timeline([segment(0, 1, 1000), segment(1, 1, 1002, 1.0), segment(0, 2, 1001.6), segment(1, 2, 1003.6)])
    positions = [timeline.position(1000 + tenth / 10) for tenth in range(55)]
    assert positions == sorted(p for p in positions if p is not None)
