"""How long a search takes over 1,000 meetings and 500,000 lines, beside ranking all hits: `make bench-search`.

The lines are made from sentences that people wrote: those of Tribune's own pages in French, German, Luxembourgish and
English, and `--captions FILE...` (JSON: [{"text": ...}]), if given. Some words get made-up compounds, so that there are
as many different ones as in years of meetings.
"""

import argparse
import asyncio
import json
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from streamer.council.captions import Line, Origin
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.searching import WORD, expression, fold, parse
from streamer.store import search_index
from streamer.store.captions import Captions
from streamer.store.database import Database
from streamer.store.search import Search, Wanted
from web.catalogs import extracted, load

PARTS = (
    "stroossen", "schoul", "bau", "verkehrs", "gemengen", "wasser", "haus", "park", "sport", "jugend", "kultur", "wald",
    "steuer", "umwelt", "energie",
)  # fmt: skip
ENDS = (
    "beliichtung", "organisatioun", "plang", "reglement", "kommissioun", "konzept", "projet", "fonds", "verwaltung",
    "planung", "ordnung",
)  # fmt: skip
ITEMS = 40
LIMITS = {"rare": 10, "words": 10, "phrase": 10, "speaker": 10, "common": 50, "two letters": 50, "inside": 25}
"""Milliseconds that 95 of 100 searches of a kind may take."""


def sentences(captions: Sequence[Path]) -> list[str]:
    """What people wrote or said."""
    found = [str(cue["text"]) for path in captions for cue in json.loads(path.read_text(encoding="utf-8"))]
    for language in ("fr", "de", "lb"):
        found += [text for message in load(language) for text in _texts(message.string)]
    found += [text for message in extracted() for text in _texts(message.id)]
    plain = (" ".join(re.sub(r"%\(\w+\)s|<[^>]*>", " ", text).split()) for text in found)
    return [text for text in plain if len(text) > 25]


def _texts(text: object) -> Iterator[str]:
    yield from (str(one) for one in (text if isinstance(text, list | tuple) else [text]) if one)


def compounds(chance: random.Random, count: int) -> list[str]:
    """Made-up words, some of which are common."""
    return ["".join(chance.sample(PARTS, chance.randint(1, 3))) + chance.choice(ENDS) for _ in range(count)]


async def filled(database: Database, meetings: int, lines: int, said: Sequence[str]) -> int:
    """Make the meetings; how many characters were said and named."""
    chance, captions, total = random.Random(7), Captions(database), 0
    made_up = compounds(chance, 60_000)
    for number in range(meetings):
        start = f"{2016 + number // 100}-{number % 12 + 1:02}-{number % 28 + 1:02}T18:00:00+01:00"
        id = f"{start[:10]}-{number:04}"
        talk = [_sentence(chance, said, made_up) for _ in range(lines)]
        cues = [
            Line(0, 5.0 * n, 5.0 * n + 5, 5.0, 5.0 * n, f"Speaker {n // 25 % 9}", text) for n, text in enumerate(talk)
        ]
        items = tuple(AgendaItem(f"{id}-{n}", str(n), _sentence(chance, said, made_up)) for n in range(ITEMS))
        await database.write(_planned(Meeting(id, f"Council {number}", start, items)))
        await captions.put(id, start, "lb", cues, origin=Origin.FILE, name="", by="", at=0, dropped=0)
        total += sum(map(len, talk)) + sum(len(item.name) for item in items)
    return total


def _planned(meeting: Meeting) -> Callable[[sqlite3.Connection], None]:
    def operation(connection: sqlite3.Connection) -> None:
        row = (meeting.id, meeting.name, meeting.start)
        connection.execute("INSERT INTO meetings VALUES (?, ?, ?, 'published', 1)", row)
        search_index.put_meeting(connection, meeting)

    return operation


def _sentence(chance: random.Random, said: Sequence[str], made_up: Sequence[str]) -> str:
    text = chance.choice(said)
    if chance.random() < 0.3:
        text += " " + made_up[min(len(made_up) - 1, int(chance.paretovariate(0.35)))]
    return text


def queries(counts: dict[str, int], chance: random.Random) -> dict[str, list[str]]:
    """Some of each kind, by how often a word is said."""
    by_count = sorted(counts, key=lambda word: -counts[word])
    words = [word for word in by_count if len(word) > 3]
    rare = [word for word in words if counts[word] < 60]
    middle = [word for word in words if 200 < counts[word] < 3000] or words
    pairs = [" ".join(chance.choices(middle, k=2)) for _ in range(40)]
    return {
        "rare": chance.choices(rare, k=40),
        "words": [*chance.choices(middle, k=30), *pairs],
        "common": by_count[:30],
        "two letters": [word[:2] for word in chance.choices(words, k=40)],
        "inside": [end for end in ENDS for _ in range(3)] + [part for part in PARTS if part != "haus"],
    }


async def timed(find: Callable[[str], Awaitable[object]], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each."""
    found = []
    for text in texts:
        begun = time.perf_counter()
        await find(text)
        found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def shown(times: Sequence[float]) -> str:
    """min/median/p95/max."""
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return "/".join(f"{value:.1f}" for value in (times[0], statistics.median(times), p95, times[-1]))


class Naive:
    """The same passages in FTS5 as its manual has it: the text in it, a prefix index, bm25 and snippet."""

    def __init__(self, path: Path, passages: Sequence[tuple[int, str]]) -> None:
        self._file = sqlite3.connect(path, check_same_thread=False)
        self._file.execute(
            "CREATE VIRTUAL TABLE f USING fts5(text, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2')"
        )
        self._file.executemany("INSERT INTO f (rowid, text) VALUES (?, ?)", passages)
        self._file.commit()

    async def find(self, text: str) -> object:
        """The best twenty."""
        sql = "SELECT rowid, snippet(f, 0, '[', ']', '...', 30) FROM f WHERE f MATCH ? ORDER BY bm25(f) LIMIT 20"
        return self._file.execute(sql, (expression(parse(text)),)).fetchall()


def size_of(path: Path, *tables: str) -> int:
    """Bytes of an index and all that belongs to it."""
    with closing(sqlite3.connect(path)) as file:
        where = " OR ".join("name GLOB ?" for _ in tables)
        sql = f"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE {where}"  # noqa: S608 question marks
        return int(file.execute(sql, [f"{table}*" for table in tables]).fetchone()[0])


async def bench(folder: Path, meetings: int, lines: int, captions: Sequence[Path]) -> None:
    """Make, measure, print."""
    path = folder / "tribune.db"
    database = await Database.open(path)
    begun = time.perf_counter()
    characters = await filled(database, meetings, lines, sentences(captions))
    print(f"{meetings} meetings, {meetings * lines} lines, {characters / 1e6:.0f} MB of text: "
          f"{time.perf_counter() - begun:.0f} s to take and index")  # fmt: skip
    rows = await database.search("SELECT id / 64 AS passage, text FROM caption_lines ORDER BY id")
    passages: dict[int, list[str]] = {}
    counts: dict[str, int] = {}
    for row in rows:
        passages.setdefault(row["passage"], []).append(row["text"])
    for texts in passages.values():
        for word in {fold(word) for text in texts for word in WORD.findall(text)}:
            counts[word] = counts.get(word, 0) + 1
    naive = Naive(folder / "naive.db", [(id, " ".join(texts)) for id, texts in passages.items()])
    search, kinds = Search(database), queries(counts, random.Random(3))
    kinds["phrase"] = [f'"{" ".join(WORD.findall(random.Random(n).choice(rows)["text"])[:3])}"' for n in range(40)]
    index = size_of(path, "search_said", "search_named", "search_parts", "search_words", "search_speakers")
    print(f"index {index / 1e6:.0f} MB, {100 * index / characters:.0f} % of the text (at most 45); "
          f"{len(counts)} different words")  # fmt: skip
    print("ms, min/median/p95/max | searches | Tribune | processor time each | p95 at most | all ranked by bm25")
    for kind, texts in kinds.items():
        begun = time.process_time()
        ours = await timed(lambda text: search.find(Wanted(text)), texts)
        used = (time.process_time() - begun) * 1000 / len(texts)
        theirs = await timed(naive.find, texts)
        print(f"{kind} | {len(texts)} | {shown(ours)} | {used:.1f} | {LIMITS[kind]} | {shown(theirs)}")
    one = [f"Speaker {n % 9}" for n in range(20)]
    begun = time.process_time()
    times = await timed(lambda who: search.find(Wanted(kinds["words"][0], speaker=who)), one)
    used = (time.process_time() - begun) * 1000 / len(one)
    print(f"with a speaker | {len(one)} | {shown(times)} | {used:.1f} | {LIMITS['speaker']} |")
    await database.close()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--captions", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench(Path(folder), given.meetings, given.lines, given.captions))


if __name__ == "__main__":
    main()
