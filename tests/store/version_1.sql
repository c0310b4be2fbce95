-- Tribune's memory. Idempotent: run at every start. Times are seconds since 1970 (UTC).
-- No personal data outside `questions` and `accounts`: the log must be keepable for ever.

-- What people decided. The truth about a meeting; nothing here is ever changed.
CREATE TABLE IF NOT EXISTS log (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,  -- a follower's cursor, over all meetings
    meeting TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    at      REAL    NOT NULL,
    "by"    TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    data    TEXT    NOT NULL CHECK (json_valid(data)),
    UNIQUE (meeting, version)                   -- two orders given at once: the second is refused
) STRICT;

CREATE TRIGGER IF NOT EXISTS log_is_never_updated BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER IF NOT EXISTS log_is_never_deleted BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- A projection of the log for lists; can be thrown away and folded again, so nothing refers to it.
CREATE TABLE IF NOT EXISTS meetings (
    id      TEXT    PRIMARY KEY,
    name    TEXT    NOT NULL,
    start   TEXT    NOT NULL,
    phase   TEXT    NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS questions (
    id         TEXT    PRIMARY KEY,
    meeting    TEXT    NOT NULL,
    asker      TEXT    NOT NULL,                -- keyed hash of a cookie, never the cookie
    client_id  TEXT    NOT NULL,                -- made by the asker's page, so that a repeat is recognised
    text       TEXT    NOT NULL,
    name       TEXT,
    item       TEXT,
    language   TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    reason     TEXT,
    version    INTEGER NOT NULL,
    asked_at   REAL    NOT NULL,
    changed_at REAL    NOT NULL,
    UNIQUE (meeting, asker, client_id)
) STRICT;

CREATE INDEX IF NOT EXISTS questions_by_status ON questions (meeting, status);

CREATE TABLE IF NOT EXISTS accounts (
    name       TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    password   TEXT NOT NULL,                   -- argon2id, in PHC format
    created_at REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS sessions (
    token_hash TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (account);

CREATE TABLE IF NOT EXISTS tokens (
    hash       TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at REAL NOT NULL
) STRICT;

PRAGMA user_version = 1;

INSERT INTO log (meeting, version, at, "by", kind, data) VALUES
    ('m', 1, 100, 'claire', 'meeting_planned', '{"name": "Council", "start": "2026-11-24T19:00:00+01:00", "items": []}'),
    ('m', 2, 101, 'citizen', 'question_asked', '{"question": "q1"}'),
    ('m', 3, 102, 'max', 'question_moved', '{"question": "q1", "status": "published", "at": 102}');
INSERT INTO meetings VALUES ('m', 'Council', '2026-11-24T19:00:00+01:00', 'scheduled', 3);
INSERT INTO questions VALUES
    ('q1', 'm', 'hash', 'c1', 'When?', 'Anne', NULL, 'en', 'published', NULL, 2, 101, 102),
    ('q2', 'm', 'hash', 'c2', 'You fool!', NULL, NULL, 'en', 'rejected', 'insulting', 2, 103, 104);
