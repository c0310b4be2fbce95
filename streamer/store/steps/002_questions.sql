-- Questions of a council: what was reworded, translated, promised, answered in writing, queued, held back for a moment.
ALTER TABLE questions ADD COLUMN name_public   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN original      TEXT;            -- the asker's words, where `text` is a rewording
ALTER TABLE questions ADD COLUMN edited_at     REAL;
ALTER TABLE questions ADD COLUMN translations  TEXT NOT NULL DEFAULT '{}';  -- language -> text
ALTER TABLE questions ADD COLUMN other         TEXT;            -- merged into, or asked already
ALTER TABLE questions ADD COLUMN notice_by     TEXT;
ALTER TABLE questions ADD COLUMN notice_until  TEXT;            -- a day, ISO 8601
ALTER TABLE questions ADD COLUMN answer        TEXT;
ALTER TABLE questions ADD COLUMN answered_at   REAL;
ALTER TABLE questions ADD COLUMN place         REAL;            -- in the running order
ALTER TABLE questions ADD COLUMN redaction_by  TEXT;            -- who proposed it; another one confirms
ALTER TABLE questions ADD COLUMN told_status   TEXT;            -- what is known outside while a verdict can be undone
ALTER TABLE questions ADD COLUMN told_reason   TEXT;
ALTER TABLE questions ADD COLUMN told_other    TEXT;
ALTER TABLE questions ADD COLUMN told_version  INTEGER;
ALTER TABLE questions ADD COLUMN tell_at       REAL;

-- Until now the form said that a name is shown.
UPDATE questions SET name_public = 1 WHERE name IS NOT NULL;

CREATE INDEX questions_to_tell ON questions (tell_at) WHERE tell_at IS NOT NULL;

-- Words that were replaced by an edit or a rewording. Erased with the question.
CREATE TABLE question_texts (
    question TEXT    NOT NULL,
    version  INTEGER NOT NULL,                                  -- of the question, that had this text last
    text     TEXT    NOT NULL,
    name     TEXT,
    by_asker INTEGER NOT NULL,                                  -- whether the asker replaced it
    at       REAL    NOT NULL,
    PRIMARY KEY (question, version)
) STRICT;
