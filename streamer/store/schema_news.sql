-- What is told outside, to whom, and what became of it. Idempotent: run at every start.

-- What happened that is news. One that waits is moved on when the plan changes again meanwhile.
CREATE TABLE IF NOT EXISTS news (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting  TEXT NOT NULL,
    occasion TEXT NOT NULL,
    at       REAL NOT NULL,
    due      REAL NOT NULL,
    state    TEXT NOT NULL DEFAULT 'waiting',      -- waiting, told, dropped
    plan     TEXT NOT NULL DEFAULT ''              -- a hash of the plan that was told
) STRICT;

CREATE INDEX IF NOT EXISTS news_by_meeting ON news (meeting, id);
CREATE INDEX IF NOT EXISTS news_waiting ON news (due) WHERE state = 'waiting';

-- How far the log was read.
CREATE TABLE IF NOT EXISTS news_state (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

-- Which captions of a published meeting were looked through for the words that are followed.
CREATE TABLE IF NOT EXISTS news_heard (
    meeting TEXT PRIMARY KEY,
    tracks  TEXT NOT NULL
) STRICT;

-- Who is written to. A row goes, with its letters, when somebody no longer wants it or never confirmed it.
CREATE TABLE IF NOT EXISTS followers (
    id       TEXT PRIMARY KEY,
    address  TEXT NOT NULL,
    topic    TEXT NOT NULL,                        -- all, body, word
    value    TEXT NOT NULL,
    language TEXT NOT NULL,
    state    TEXT NOT NULL,                        -- pending, confirmed
    since    REAL NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS followers_by_address ON followers (address);

-- Posts in other networks: one for each news and way out.
CREATE TABLE IF NOT EXISTS posts (
    news    INTEGER NOT NULL REFERENCES news (id),
    channel TEXT    NOT NULL,
    state   TEXT    NOT NULL DEFAULT 'waiting',    -- waiting, sent, given_up
    at      REAL    NOT NULL,                      -- since when it waits, then when that ended
    due     REAL    NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    outcome TEXT    NOT NULL DEFAULT '',           -- of the last attempt; begun: it is being made
    answer  TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (news, channel)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS posts_waiting ON posts (channel, due) WHERE state = 'waiting';

-- Letters: to be sent, being sent, sent. news 0: the one that asks to confirm.
CREATE TABLE IF NOT EXISTS letters (
    follower TEXT    NOT NULL REFERENCES followers (id) ON DELETE CASCADE,
    news     INTEGER NOT NULL,
    meeting  TEXT    NOT NULL,
    occasion TEXT    NOT NULL,
    at       REAL    NOT NULL,
    due      REAL    NOT NULL,
    state    TEXT    NOT NULL DEFAULT 'waiting',   -- waiting, sending, sent
    PRIMARY KEY (follower, news)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS letters_waiting ON letters (due) WHERE state = 'waiting';
