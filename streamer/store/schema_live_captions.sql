-- What a captioner writes while a meeting is on the air, until it is a track of the replay. Times are seconds since 1970.

CREATE TABLE IF NOT EXISTS live_captions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting  TEXT NOT NULL,
    key      TEXT NOT NULL,                     -- made by the captioner's program
    language TEXT NOT NULL,
    speaker  TEXT,
    text     TEXT NOT NULL,
    start    REAL NOT NULL,
    came     REAL NOT NULL,
    "by"     TEXT NOT NULL,
    state    TEXT NOT NULL DEFAULT 'waiting',   -- waiting, shown, left
    UNIQUE (meeting, key)
) STRICT;

-- YouTube wants a number for each line that is posted, one more each time, and the same one when it is tried again.
CREATE TABLE IF NOT EXISTS live_caption_posts (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    line INTEGER NOT NULL UNIQUE
) STRICT;
