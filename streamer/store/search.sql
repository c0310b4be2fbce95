-- What search looks in. All of it can be thrown away and made again from the log, the questions and the captions.

-- Transcripts: a row for each passage. The text itself stays in caption_lines, and nothing is ranked, so no lengths.
CREATE VIRTUAL TABLE IF NOT EXISTS search_said USING fts5 (
    text, speaker, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_said_words USING fts5vocab (search_said, 'row');

-- Every word there is, for words that begin so, and cut into threes: "beleuchtung" finds "Strassenbeleuchtung" without a look at any text.
CREATE TABLE IF NOT EXISTS search_words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS search_parts USING fts5 (
    word, content = 'search_words', content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0
);

-- Who speaks in which track, to choose from.
CREATE TABLE IF NOT EXISTS search_speakers (
    track INTEGER NOT NULL, speaker TEXT NOT NULL, PRIMARY KEY (track, speaker)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS search_meetings (
    meeting TEXT    PRIMARY KEY,
    base    INTEGER NOT NULL,                   -- the id before its first thing; grows with its start
    name    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    start   TEXT    NOT NULL
) STRICT;

-- Names of meetings and public items, and questions that were published.
CREATE TABLE IF NOT EXISTS search_things (
    id      INTEGER PRIMARY KEY,
    meeting TEXT    NOT NULL,
    kind    TEXT    NOT NULL,                   -- meeting, item, question
    ref     TEXT    NOT NULL,
    text    TEXT    NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS search_things_by_meeting ON search_things (meeting, kind);
CREATE INDEX IF NOT EXISTS search_things_by_ref ON search_things (ref);
CREATE VIRTUAL TABLE IF NOT EXISTS search_named USING fts5 (
    text, content = 'search_things', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_named_words USING fts5vocab (search_named, 'row');
CREATE TRIGGER IF NOT EXISTS search_thing_comes AFTER INSERT ON search_things
BEGIN INSERT INTO search_named (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER IF NOT EXISTS search_thing_goes AFTER DELETE ON search_things
BEGIN INSERT INTO search_named (search_named, rowid, text) VALUES ('delete', old.id, old.text); END;

CREATE TABLE IF NOT EXISTS search_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- A question that is taken back, rejected or erased is forgotten by the same commit, whoever makes it.
-- PUBLIC_STATUSES: filled in by the program, from the table of the rules.
-- A question comes in unread, so it gets here by an UPDATE.
DROP TRIGGER IF EXISTS search_question_comes;
DROP TRIGGER IF EXISTS search_question_changes;
CREATE TRIGGER search_question_changes AFTER UPDATE OF status, text ON questions
WHEN old.status IN (PUBLIC_STATUSES) OR new.status IN (PUBLIC_STATUSES)
BEGIN
    INSERT INTO search_state VALUES ('forget', 1) ON CONFLICT (name) DO UPDATE SET value = 1;
    DELETE FROM search_things WHERE ref = old.id AND kind = 'question';
    INSERT OR IGNORE INTO search_things (id, meeting, kind, ref, text)
    SELECT coalesce(max(t.id), m.base) + 1, new.meeting, 'question', new.id, new.text
    FROM search_meetings m LEFT JOIN search_things t ON t.meeting = m.meeting
    WHERE m.meeting = new.meeting AND new.status IN (PUBLIC_STATUSES)
    GROUP BY m.meeting;
END;
DROP TRIGGER IF EXISTS search_question_goes;
CREATE TRIGGER search_question_goes AFTER DELETE ON questions WHEN old.status IN (PUBLIC_STATUSES)
BEGIN
    INSERT INTO search_state VALUES ('forget', 1) ON CONFLICT (name) DO UPDATE SET value = 1;
    DELETE FROM search_things WHERE ref = old.id AND kind = 'question';
END;
