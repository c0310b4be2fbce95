"""Captions: a track a language, its lines, and what they said before somebody corrected them.

Written in small pieces: a question that is asked meanwhile waits for some hundred lines and not for six hours of them.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace

from streamer.council.captions import ROOM, Change, Line, Origin, Track, in_passages
from streamer.council.errors import Conflict, Unknown
from streamer.store import search_index as index
from streamer.store.database import Database

PIECE = 400
"""Lines a transaction."""
_LINE = 'id, start, "end", seconds, at, speaker, text, version'
_INSERT = f"INSERT INTO caption_lines ({_LINE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 constants of this file


class Captions:
    """The tables `caption_tracks`, `caption_lines`, `caption_changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, meeting: str, start: str, language: str, lines: Sequence[Line], *, origin: Origin, name: str, by: str,
        at: float, dropped: int,
    ) -> Track:  # fmt: skip
        """A new track in place of the one before in its language: nobody sees half of it. `start`: of the meeting, ISO
        8601; `at` in unix seconds."""

        def coming(connection: sqlite3.Connection) -> tuple[Track, list[Line]]:
            (id,) = connection.execute("SELECT coalesce(max(last), 0) + 1 FROM caption_tracks").fetchone()
            numbered = in_passages(lines, id)
            track = Track(id, numbered[-1].passage, meeting, language, origin, name, by, at, len(lines), dropped)
            connection.execute(
                "INSERT INTO caption_tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'coming')",
                (id, track.last, meeting, language, origin, name, by, at, len(lines), dropped),
            )
            index.add_speakers(connection, id, {line.speaker for line in lines if line.speaker})
            return track, numbered

        track, numbered = await self._database.write(coming)
        for piece in _pieces(numbered):
            await self._database.write(_adding(piece))

        def current(connection: sqlite3.Connection) -> None:
            _let_go(connection, meeting, language)
            connection.execute("UPDATE caption_tracks SET state = 'current' WHERE id = ?", (track.id,))

        await self._database.write(current)
        await self.clear()
        return track

    async def remove(self, meeting: str, language: str) -> None:
        """Take a track away, with its corrections. Raises `Unknown`."""
        if not await self._database.write(lambda connection: _let_go(connection, meeting, language)):
            raise Unknown("captions", language)
        await self.clear()

    async def erase(self, meeting: str, start: float, end: float) -> None:
        """Destroy what was said from `start` to `end` (unix seconds), whole lines, with what they said before they were
        corrected; and every trace of it in the index. Raises DatabaseUnavailable."""
        gone = 0
        for row in await self._database.read("SELECT id, last FROM caption_tracks WHERE meeting = ?", (meeting,)):
            gone += await self._database.write(_erasing(row["id"], row["last"], start, end))
        if gone:
            await self._database.write(index.forget_said)
        await self._database.empty_log()

    async def clear(self) -> None:
        """Remove the lines of what was replaced, and of what a service that was killed did not finish."""
        for row in await self._database.read("SELECT id, last FROM caption_tracks WHERE state != 'current'"):
            while await self._database.write(_removing(row["id"], row["last"])):
                pass

    async def tracks(self, meeting: str) -> list[Track]:
        """A meeting's, by language."""
        sql = "SELECT * FROM caption_tracks WHERE meeting = ? AND state = 'current' ORDER BY language"
        return [_track(row) for row in await self._database.read(sql, (meeting,))]

    async def all_tracks(self) -> list[Track]:
        """Of all meetings, the oldest first."""
        sql = "SELECT * FROM caption_tracks WHERE state = 'current' ORDER BY id"
        return [_track(row) for row in await self._database.read(sql)]

    async def track(self, meeting: str, language: str) -> Track:
        """Raises `Unknown`."""
        found = next((t for t in await self.tracks(meeting) if t.language == language), None)
        if found is None:
            raise Unknown("captions", language)
        return found

    async def lines(self, track: Track, *, hidden: bool = False) -> list[Line]:
        """Those that are in the replay, in order; `hidden`: the others, too."""
        where = "" if hidden else "AND at IS NOT NULL"
        sql = f"SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? {where} ORDER BY id"  # noqa: S608
        return [line_of(row) for row in await self._database.read(sql, _ids(track.id, track.last))]

    async def correct(
        self, track: Track, line: int, *, seen: int, speaker: str | None, text: str, by: str, at: float
    ) -> Line:
        """A line says something else from now on; what it said is kept. `seen`: the version that was corrected.

        Raises `Unknown`, `Conflict`.
        """

        def operation(connection: sqlite3.Connection) -> Line:
            row = connection.execute("SELECT * FROM caption_lines WHERE id = ?", (line,)).fetchone()
            if row is None or not track.id <= line // ROOM <= track.last:
                raise Unknown("line", str(line))
            if row["version"] != seen:
                raise Conflict(seen, row["version"])
            return _corrected(
                connection, track, line_of(row), replace(line_of(row), speaker=speaker, text=text), by, at
            )

        return await self._database.write(operation)

    async def changes(self, track: Track) -> dict[int, list[Change]]:
        """By line, the newest first."""
        sql = "SELECT * FROM caption_changes WHERE line BETWEEN ? AND ? ORDER BY seq DESC"
        found: dict[int, list[Change]] = {}
        for row in await self._database.read(sql, _ids(track.id, track.last)):
            change = Change(row["line"], row["by"], row["at"], row["speaker"], row["text"])
            found.setdefault(change.line, []).append(change)
        return found

    async def move(self, lines: Sequence[Line]) -> None:
        """Whole passages, where their lines are in the replay now."""
        for piece in _pieces(lines):
            await self._database.write(_moving(piece))


async def add_to_index(database: Database, track: Track, lines: Sequence[Line]) -> None:
    """Index a track again."""
    speakers = {line.speaker for line in lines if line.speaker}
    await database.write(lambda connection: index.add_speakers(connection, track.id, speakers))
    for piece in _pieces(lines):
        await database.write(_indexing(piece))


def _indexing(piece: Sequence[Line]) -> Callable[[sqlite3.Connection], None]:
    return lambda connection: index.add_lines(connection, piece)


def _pieces(lines: Sequence[Line]) -> list[list[Line]]:
    """Some hundred lines each; a passage is in one of them whole."""
    found: list[list[Line]] = []
    for line in lines:
        if not found or (len(found[-1]) >= PIECE and found[-1][-1].passage != line.passage):
            found.append([])
        found[-1].append(line)
    return found


def _adding(piece: Sequence[Line]) -> Callable[[sqlite3.Connection], None]:
    def operation(connection: sqlite3.Connection) -> None:
        connection.executemany(_INSERT, [_row(line) for line in piece])
        index.add_lines(connection, piece)

    return operation


def _ids(first: int, last: int) -> tuple[int, int]:
    """The first and the last id that lines of these passages may have."""
    return first * ROOM, last * ROOM + ROOM - 1


def _erasing(track: int, last: int, start: float, end: float) -> Callable[[sqlite3.Connection], int]:
    """How many lines went."""

    def operation(connection: sqlite3.Connection) -> int:
        sql = 'SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? AND start < ? AND "end" > ? ORDER BY id'
        gone = [line_of(row) for row in connection.execute(sql, (*_ids(track, last), end, start)).fetchall()]
        for passage in dict.fromkeys(line.passage for line in gone):
            sql = "SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? ORDER BY id"
            lines = [line_of(row) for row in connection.execute(sql, _ids(passage, passage)).fetchall()]
            index.drop_lines(connection, lines)
            connection.executemany("DELETE FROM caption_changes WHERE line = ?", [(line.id,) for line in gone])
            connection.executemany("DELETE FROM caption_lines WHERE id = ?", [(line.id,) for line in gone])
            index.add_lines(connection, [line for line in lines if line not in gone])
        connection.execute("UPDATE caption_tracks SET lines = lines - ? WHERE id = ?", (len(gone), track))
        connection.execute(
            "DELETE FROM search_speakers WHERE track = ? AND speaker NOT IN "
            "(SELECT speaker FROM caption_lines WHERE id BETWEEN ? AND ? AND speaker IS NOT NULL)",
            (track, *_ids(track, last)),
        )
        return len(gone)

    return operation


def _removing(track: int, last: int) -> Callable[[sqlite3.Connection], int]:
    """How many lines went; after the last goes the track."""

    def operation(connection: sqlite3.Connection) -> int:
        sql = "SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
        rows = connection.execute(sql, (*_ids(track, last), PIECE + ROOM)).fetchall()
        if not rows:
            connection.execute("DELETE FROM caption_tracks WHERE id = ?", (track,))
            connection.execute("DELETE FROM search_speakers WHERE track = ?", (track,))
            return 0
        piece = _pieces([line_of(row) for row in rows])[0]
        index.drop_lines(connection, piece)
        connection.execute("DELETE FROM caption_changes WHERE line BETWEEN ? AND ?", (piece[0].id, piece[-1].id))
        connection.execute("DELETE FROM caption_lines WHERE id BETWEEN ? AND ?", (piece[0].id, piece[-1].id))
        return len(piece)

    return operation


def _moving(piece: Sequence[Line]) -> Callable[[sqlite3.Connection], None]:
    def operation(connection: sqlite3.Connection) -> None:
        places = {line.id: line.at for line in piece}
        sql = "SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? ORDER BY id"
        rows = connection.execute(sql, (piece[0].id, piece[-1].id)).fetchall()
        before = [line for line in map(line_of, rows) if line.id in places]
        after = [replace(line, at=places[line.id]) for line in before]
        if [line.at is None for line in before] != [line.at is None for line in after]:
            index.drop_lines(connection, before)
            index.add_lines(connection, after)
        connection.executemany("UPDATE caption_lines SET at = ? WHERE id = ?", [(line.at, line.id) for line in after])

    return operation


def _let_go(connection: sqlite3.Connection, meeting: str, language: str) -> int:
    sql = "UPDATE caption_tracks SET state = 'going' WHERE meeting = ? AND language = ? AND state = 'current'"
    return connection.execute(sql, (meeting, language)).rowcount


def _corrected(connection: sqlite3.Connection, track: Track, before: Line, after: Line, by: str, at: float) -> Line:
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    sql = "SELECT * FROM caption_lines WHERE id BETWEEN ? AND ? ORDER BY id"
    passage = [line_of(row) for row in connection.execute(sql, _ids(before.passage, before.passage)).fetchall()]
    index.drop_lines(connection, passage)
    connection.execute(
        "UPDATE caption_lines SET speaker = ?, text = ?, version = ? WHERE id = ?",
        (after.speaker, after.text, after.version, after.id),
    )
    index.add_lines(connection, [after if line.id == after.id else line for line in passage])
    if after.speaker != before.speaker:
        index.add_speakers(connection, track.id, {after.speaker} if after.speaker else set())
        sql = "SELECT 1 FROM caption_lines WHERE id BETWEEN ? AND ? AND speaker = ?"
        if not connection.execute(sql, (*_ids(track.id, track.last), before.speaker)).fetchone():
            connection.execute(
                "DELETE FROM search_speakers WHERE track = ? AND speaker = ?", (track.id, before.speaker)
            )
    connection.execute(
        "INSERT INTO caption_changes (line, by, at, speaker, text) VALUES (?, ?, ?, ?, ?)",
        (before.id, by, at, before.speaker, before.text),
    )
    return after


def _row(line: Line) -> tuple[object, ...]:
    return (line.id, line.start, line.end, line.seconds, line.at, line.speaker, line.text, line.version)


def line_of(row: sqlite3.Row) -> Line:
    """A line as the table has it."""
    return Line(
        id=row["id"], start=row["start"], end=row["end"], seconds=row["seconds"], at=row["at"],
        speaker=row["speaker"], text=row["text"], version=row["version"],
    )  # fmt: skip


def _track(row: sqlite3.Row) -> Track:
    values = {name: row[name] for name in ("id", "last", "meeting", "language", "name", "by", "at", "lines", "dropped")}
    return Track(**values, origin=Origin(row["origin"]))
