"""Searching: what citizens may see, grouped by meeting. Only reads, on the connection that searches have to themselves.

What may be seen is asked of the meetings and the questions as they are now, not of the index: what is withdrawn this
moment is not found the next. Few hits are looked at all, and the meetings with most of them come first. Beyond `FEW`
nobody's idea of the best is worth the wait: the newest meetings come first, and no more is read than is shown.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from streamer.council.captions import ROOM, Line
from streamer.council.phase import Phase
from streamer.council.questions import PUBLIC, Status
from streamer.council.searching import Marker, Query, Term, expression, fold, parse, spelt, variants
from streamer.store.captions import line_of
from streamer.store.database import Database
from streamer.store.search_hits import Hits, Name, Seen, Track, Tracks, best, grouped, runs
from streamer.store.search_index import ROOM as ROOM_OF_THINGS

FEW = 1000
"""Hits that are all looked at: a few milliseconds."""
NAMES = 400
"""Of the names that match, the newest are looked at."""
MEETINGS, PASSAGES, NAMED = 10, 3, 4
"""On one page; passages and things of each."""
PAGES = 20
WORDS = 60
"""In how many words a beginning or a part is looked for."""
FEWER_WORDS = 16
"""The same where there are more places than anybody looks at."""
LONGER = 4
"""From how many letters on a word is also looked for inside others."""
AT_ONCE, WALKED = 12, 30
"""Meetings asked in one go; and how many, for each that is needed, before it is given up."""
Pieces = list[tuple[str, bool]]
T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """A search as somebody typed it; `page` from 1 on."""

    text: str = ""
    body: str = ""
    year: str = ""
    speaker: str = ""
    page: int = 1


@dataclass(frozen=True)
class Said:
    """A passage: `at` is the second of the replay at which what was looked for is said."""

    at: float
    language: str
    speaker: str | None
    pieces: Pieces


@dataclass(frozen=True)
class Named:
    """The name of a meeting (`kind` meeting), an item, or a question."""

    kind: str
    ref: str
    pieces: Pieces


@dataclass
class Found:
    """A meeting with what was found in it; `more`: there are more passages than these."""

    meeting: str
    name: str
    start: str
    phase: Phase
    named: list[Named] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class Results:
    """`newest`: so many hits that the newest come first. `inside`: also words were taken in which it is a part."""

    meetings: list[Found]
    page: int
    further: bool
    newest: bool
    inside: bool


class Search:
    """Reads what `search_index` keeps."""

    def __init__(self, database: Database) -> None:
        self._database, self._seen = database, Seen()

    async def find(self, wanted: Wanted) -> Results:
        """What a search finds. Never an error: what cannot be understood finds nothing."""
        return await self._look(lambda look: look.find(wanted))

    async def within(self, text: str, meeting: str) -> Found | None:
        """What of one meeting is found by `text`, for whoever follows a word; `None`: nothing."""
        return await self._look(lambda look: look.within(text, meeting))

    async def choices(self) -> tuple[list[str], list[str], list[str]]:
        """What can be filtered by: bodies, years (the newest first) and speakers of what is published."""
        return await self._look(lambda look: look.choices())

    async def _look(self, what: "Callable[[_Look], T]") -> T:
        """In the thread of searches from beginning to end: on a busy machine each way there and back is a wait."""
        generation = self._database.generation

        def operation(connection: sqlite3.Connection) -> T:
            self._seen.generation = generation
            return what(_Look(connection, self._seen))

        return await self._database.look(operation)


class _Look:
    """One search, on the connection that searches have."""

    def __init__(self, connection: sqlite3.Connection, seen: Seen) -> None:
        self._connection, self._seen = connection, seen

    def _rows(self, sql: str, params: Sequence[object] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(sql, params).fetchall()

    def find(self, wanted: Wanted) -> Results:
        """See `Search`."""
        query, page = parse(wanted.text), min(max(1, wanted.page), PAGES)
        tracks = self._tracks(wanted.body, wanted.year)
        words = [self._words(term) for term in query.wanted]
        found, newest = self._hits(query, wanted, words, (), page, tracks)
        longer: list[list[str]] = []
        if query.wanted and not newest and len(found) < MEETINGS:
            longer = [self._words_with(term) for term in query.wanted]
        if any(longer):
            words = [[*a, *b] for a, b in zip(words, longer, strict=True)]
            found, newest = self._hits(query, wanted, words, longer, page, tracks)
        first = (page - 1) * MEETINGS
        shown = dict(list(found.items())[first : first + MEETINGS])
        meetings = self._read(shown, query, words, tracks) if shown else []
        return Results(meetings, page, len(found) > first + MEETINGS and page < PAGES, newest, any(longer))

    def within(self, text: str, meeting: str) -> Found | None:
        """See `Search`."""
        query = parse(text)
        longer = [self._words_with(term) for term in query.wanted]
        words = [[*self._words(term), *more] for term, more in zip(query.wanted, longer, strict=True)]
        place, said = Wanted(text), _said_expression(query, "", words)
        hits = Hits(meeting, named=[name.id for name in self._named(query, place, longer, meeting)])
        tracks = Tracks([track for track in self._tracks("", "").all if track.meeting == meeting])
        for track in tracks.all if said else []:
            sql = "SELECT rowid FROM search_said WHERE search_said MATCH ? AND rowid BETWEEN ? AND ? LIMIT 4"
            hits.said += [row["rowid"] for row in self._rows(sql, (said, track.id, track.last))]
        found = self._read({meeting: hits}, query, words, tracks) if hits.said or hits.named else []
        return found[0] if found else None

    def choices(self) -> tuple[list[str], list[str], list[str]]:
        """See `Search`."""
        published = (Phase.PUBLISHED,)
        bodies = self._rows("SELECT DISTINCT body FROM search_meetings ORDER BY body")
        years = self._rows("SELECT DISTINCT substr(start, 1, 4) AS year FROM search_meetings ORDER BY year DESC")
        speakers = self._rows(
            "SELECT DISTINCT s.speaker FROM search_speakers s JOIN caption_tracks t ON t.id = s.track "
            "JOIN meetings m ON m.id = t.meeting WHERE t.state = 'current' AND m.phase = ? ORDER BY 1 LIMIT 500",
            published,
        )
        return [r["body"] for r in bodies], [r["year"] for r in years], [r["speaker"] for r in speakers]

    def _hits(
        self, query: Query, wanted: Wanted, words: Sequence[Sequence[str]], longer: Sequence[Sequence[str]],
        page: int, tracks: Tracks,
    ) -> tuple[dict[str, Hits], bool]:  # fmt: skip
        """By meeting, the best first; and whether those are the newest, and no more of them than are needed. `words`
        also count, term by term; `longer` are those of them that do not begin as the term does."""
        said = _said_expression(query, wanted.speaker, words)
        named = [] if wanted.speaker else self._named(query, wanted, longer)
        few = self._few(said)
        if few is not None:
            return best(grouped(few, tracks, named)), False
        said = _said_expression(query, wanted.speaker, [some[:FEWER_WORDS] for some in words])
        return self._newest(said, tracks, named, page * MEETINGS + 1), True

    def _few(self, said: str) -> list[int] | None:
        """All passages that match, where they are few."""
        if not said:
            return []
        sql = f"SELECT rowid FROM search_said WHERE search_said MATCH ? LIMIT {FEW + 1}"  # noqa: S608 a constant
        rows = self._rows(sql, (said,))
        return [row["rowid"] for row in rows] if len(rows) <= FEW else None

    def _named(self, query: Query, wanted: Wanted, longer: Sequence[Sequence[str]], meeting: str = "") -> list[Name]:
        """Names and questions that may be seen, the newest where there are very many; of one `meeting` or of all. What
        is asked of a meeting is asked once for all its names."""
        said = expression(query, longer)
        if not said:
            return []
        sql = f"""
            SELECT t.id, t.meeting, t.kind, t.ref FROM
            (SELECT rowid FROM search_named WHERE search_named MATCH ? AND rowid > ? AND rowid < ?
             ORDER BY rowid DESC LIMIT {NAMES}) n CROSS JOIN search_things t ON t.id = n.rowid"""  # noqa: S608
        rows = self._rows(sql, (said, *(self._room(meeting) if meeting else (0, 1 << 62))))
        starts = self._starts({row["meeting"] for row in rows}, wanted)
        known = self._known({row["ref"] for row in rows if row["kind"] == "question"})
        return [
            Name(row["id"], row["meeting"], starts[row["meeting"]])
            for row in rows
            if row["meeting"] in starts and (row["kind"] != "question" or row["ref"] in known)
        ]

    def _starts(self, meetings: Collection[str], wanted: Wanted) -> dict[str, str]:
        """When each begins, of those that a search is about."""
        sql = f"""
            SELECT meeting, start FROM search_meetings WHERE meeting IN ({_marks(meetings)})
            AND (? = '' OR body = ?) AND (? = '' OR substr(start, 1, 4) = ?)"""  # noqa: S608 question marks
        place = (wanted.body, wanted.body, wanted.year, wanted.year)
        return {row["meeting"]: row["start"] for row in self._rows(sql, (*meetings, *place))} if meetings else {}

    def _known(self, questions: Collection[str]) -> set[str]:
        """Those that may be seen now: published and told; in a replay, those that were answered."""
        sql = f"""
            SELECT q.id FROM questions q JOIN meetings m ON m.id = q.meeting WHERE q.id IN ({_marks(questions)})
            AND coalesce(q.told_status, q.status) IN ({_marks(PUBLIC)})
            AND (q.status = ? OR m.phase != ?)"""  # noqa: S608 question marks
        values = (*questions, *PUBLIC, Status.ANSWERED_LIVE, Phase.PUBLISHED)
        return {row["id"] for row in self._rows(sql, values)} if questions else set()

    def _room(self, meeting: str) -> tuple[int, int]:
        """Between which ids the things of a meeting are."""
        rows = self._rows("SELECT base FROM search_meetings WHERE meeting = ?", (meeting,))
        return (rows[0]["base"], rows[0]["base"] + ROOM_OF_THINGS) if rows else (0, 0)

    def _tracks(self, body: str, year: str) -> Tracks:
        """Captions of published replays, in the order of their ids. Read again when anything was written."""
        key = (self._seen.generation, body, year)
        if self._seen.key != key:
            rows = self._rows(
                "SELECT t.id, t.last, t.meeting, t.language FROM caption_tracks t JOIN meetings m ON m.id = t.meeting "
                "LEFT JOIN search_meetings s ON s.meeting = t.meeting WHERE t.state = 'current' AND m.phase = ? "
                "AND (? = '' OR s.body = ?) AND (? = '' OR substr(m.start, 1, 4) = ?) ORDER BY t.id",
                (Phase.PUBLISHED, body, body, year, year),
            )
            self._seen.key, self._seen.tracks = key, Tracks([Track(*row) for row in rows])
        return self._seen.tracks

    def _newest(self, said: str, tracks: Tracks, named: Sequence[Name], enough: int) -> dict[str, Hits]:
        """Ask one meeting after the other, the newest first, until there are enough: no more is read than is shown."""
        found: dict[str, Hits] = {}
        waiting = tracks.newest[: enough * WALKED]
        while waiting and len(found) < enough:
            asked, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for run in runs(asked):
                self._said_in(run, said, tracks, found)
        oldest = min((hits.start for hits in found.values()), default="") if waiting else ""
        for name in named:
            if name.start >= oldest:
                found.setdefault(name.meeting, Hits(name.start)).named.append(name.id)
        return dict(sorted(found.items(), key=lambda pair: pair[1].start, reverse=True))

    def _said_in(self, run: Sequence[Track], said: str, tracks: Tracks, found: dict[str, Hits]) -> None:
        """A few passages of each of these tracks: one look into the index, which costs more than what it finds."""
        sql = "SELECT rowid FROM search_said WHERE search_said MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
        most = PASSAGES + 1 if len(run) == 1 else -1
        for row in self._rows(sql, (said, run[0].id, run[-1].last, most)):
            track = tracks.of(row["rowid"])
            if track is not None and track in run:
                hits = found.setdefault(track.meeting, Hits(track.meeting))
                if len(hits.said) <= PASSAGES:
                    hits.said.append(row["rowid"])

    def _words(self, term: Term) -> list[str]:
        """How a word that is open may go on; where there are very many, the shortest, which are the commonest. FTS5
        would put all their places together before it gives the first."""
        if not term.open:
            return []
        begins = list(dict.fromkeys(spelt(word) for word in variants(term.words[0])))
        either = " OR ".join(["(word > ? AND word < ?)"] * len(begins))
        sql = f"SELECT word FROM search_words WHERE {either} ORDER BY length(word), word LIMIT {WORDS}"  # noqa: S608
        rows = self._rows(sql, [end for word in begins for end in (word, f"{word}\U0010ffff")])
        return _both(row["word"] for row in rows)

    def _words_with(self, term: Term) -> list[str]:
        """Words in which a word is a part: "beleuchtung" in "strassenbeleuchtung"."""
        part = spelt(fold(term.words[0])) if len(term.words) == 1 else ""
        if len(part) < LONGER:
            return []
        sql = f"SELECT word FROM search_parts WHERE word LIKE ? LIMIT {WORDS * 4}"  # noqa: S608 a constant
        rows = self._rows(sql, (f"%{part}%",))
        longer = sorted((row["word"] for row in rows if not row["word"].startswith(part)), key=len)
        return _both(longer[:WORDS])

    def _read(
        self, shown: dict[str, Hits], query: Query, words: Sequence[Sequence[str]], tracks: Tracks
    ) -> list[Found]:
        """What is shown of each meeting."""
        sql = f"SELECT id, name, start, phase FROM meetings WHERE id IN ({_marks(shown)})"  # noqa: S608 question marks
        rows = {row["id"]: row for row in self._rows(sql, list(shown))}
        marker = Marker(query, words)
        things = self._things([id for hits in shown.values() for id in hits.named[:NAMED]], marker)
        passages = [id for hits in shown.values() for id in hits.said[:PASSAGES]]
        said = self._passages(passages, marker, tracks)
        return [
            Found(
                id, rows[id]["name"], rows[id]["start"], Phase(rows[id]["phase"]),
                named=[things[thing] for thing in hits.named[:NAMED] if thing in things],
                said=[said[passage] for passage in hits.said[:PASSAGES] if passage in said],
                more=len(hits.said) > PASSAGES,
            )
            for id, hits in shown.items()
        ]  # fmt: skip

    def _things(self, ids: Sequence[int], marker: Marker) -> dict[int, Named]:
        sql = f"SELECT id, kind, ref, text FROM search_things WHERE id IN ({_marks(ids)})"  # noqa: S608 question marks
        rows = self._rows(sql, ids)
        return {row["id"]: Named(row["kind"], row["ref"], marker.marked([row["text"]])[0]) for row in rows}

    def _passages(self, ids: Sequence[int], marker: Marker, tracks: Tracks) -> dict[int, Said]:
        if not ids:
            return {}
        marks = ",".join(["(?)"] * len(ids))  # joined: of ranges in an OR, SQLite reads the whole table
        sql = (
            f"WITH wanted (id) AS (VALUES {marks}) SELECT l.* FROM wanted w CROSS JOIN caption_lines l "  # noqa: S608
            f"ON l.id BETWEEN w.id * {ROOM} AND w.id * {ROOM} + {ROOM - 1} WHERE l.at IS NOT NULL ORDER BY l.id"
        )
        lines = [line_of(row) for row in self._rows(sql, ids)]
        found = {}
        for passage, group in groupby(lines, key=lambda line: line.passage):
            if track := tracks.of(passage):
                found[passage] = _said(list(group), track.language, marker)
        return found


def _both(words: Iterable[str]) -> list[str]:
    """Each as it may be spelt: the vocabulary has ss for ß."""
    return [spelling for word in words for spelling in dict.fromkeys((word, word.replace("ss", "ß")))]


def _said(lines: Sequence[Line], language: str, marker: Marker) -> Said:
    """A passage with its marks, at the second of the line with most of them."""
    pieces = marker.marked([line.text for line in lines])
    best = max(range(len(lines)), key=lambda n: (sum(hit for _, hit in pieces[n]), -n))
    joined: Pieces = []
    for row in pieces:
        joined += [*([(" ", False)] if joined else []), *row]
    return Said(lines[best].at or 0.0, language, lines[best].speaker, joined)


def _said_expression(query: Query, speaker: str, words: Sequence[Sequence[str]]) -> str:
    """For transcripts: the words in the text, the speaker's name in the speaker."""
    said = expression(query, words, prefixes=False)
    parts = [f"{{text}} : ({said})"] if said else []
    named = " AND ".join(f'"{word}"' for term in parse(f'"{speaker}"').wanted for word in term.words)
    parts += [f"{{speaker}} : ({named})"] if named else []
    return " AND ".join(parts)


def _marks(values: Collection[object]) -> str:
    """A question mark for each."""
    return ",".join("?" * len(values))
