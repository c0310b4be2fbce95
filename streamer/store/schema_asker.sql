-- What belongs to the askers and their readers, beside the questions themselves. Idempotent: run at every start.

-- By which code an asker finds a question again: a keyed hash, never the code.
CREATE TABLE IF NOT EXISTS receipts (
    question  TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS receipts_by_code ON receipts (code_hash);

-- Who else wants to know: a keyed hash for each browser and question, so that nobody can tell what else it supported.
CREATE TABLE IF NOT EXISTS support (
    question TEXT NOT NULL,
    ballot   TEXT NOT NULL,
    PRIMARY KEY (question, ballot)
) STRICT, WITHOUT ROWID;

-- How many they were, where the ballots have been destroyed.
CREATE TABLE IF NOT EXISTS support_counted (
    question TEXT PRIMARY KEY,
    number   INTEGER NOT NULL
) STRICT;

-- Whose text and name are gone for good, and why. What stays of the question is what the statistics need.
CREATE TABLE IF NOT EXISTS erasures (
    question TEXT PRIMARY KEY,
    at       REAL NOT NULL,
    why      TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS erasure_rounds (
    at     REAL    NOT NULL,
    erased INTEGER NOT NULL
) STRICT;
