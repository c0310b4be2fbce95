-- What was said in a meeting, line by line. Times are seconds since 1970 (UTC); a line's `at` is seconds of the replay.

-- One file, or one run of speech recognition: the passages `id` to `last`, numbered through all tracks without gaps, as
-- the index is smallest then.
CREATE TABLE IF NOT EXISTS caption_tracks (
    id       INTEGER PRIMARY KEY,
    last     INTEGER NOT NULL,
    meeting  TEXT    NOT NULL,
    language TEXT    NOT NULL,
    origin   TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    "by"     TEXT    NOT NULL,
    at       REAL    NOT NULL,
    lines    INTEGER NOT NULL,
    dropped  INTEGER NOT NULL,
    state    TEXT    NOT NULL                   -- coming, current, going
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS caption_tracks_current ON caption_tracks (meeting, language) WHERE state = 'current';

CREATE TABLE IF NOT EXISTS caption_lines (
    id      INTEGER PRIMARY KEY,                -- of its passage, times 64, and which line of it
    start   REAL    NOT NULL,
    "end"   REAL    NOT NULL,
    seconds REAL    NOT NULL,                   -- how long in the replay
    at      REAL,                               -- NULL: this time is not in the replay any more
    speaker TEXT,
    text    TEXT    NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS caption_changes (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    line    INTEGER NOT NULL,
    "by"    TEXT    NOT NULL,
    at      REAL    NOT NULL,
    speaker TEXT,                               -- before
    text    TEXT    NOT NULL                    -- before
) STRICT;

CREATE INDEX IF NOT EXISTS caption_changes_by_line ON caption_changes (line);
