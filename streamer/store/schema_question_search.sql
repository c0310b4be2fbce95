-- The words of questions, to find similar ones and to search. No text of its own (external content): what is erased
-- there is gone here in the same transaction, whoever erases it. Built anew at every start, because a VACUUM may give
-- the rows of `questions` other numbers. Questions asked since are added when somebody looks: FTS5 writes out what it
-- has at every statement that also does something else, which would be the most of what asking costs.
CREATE VIRTUAL TABLE IF NOT EXISTS question_search
    USING fts5 (text, original, content = 'questions', tokenize = "unicode61 remove_diacritics 2");

CREATE TABLE IF NOT EXISTS question_search_until (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    last INTEGER NOT NULL                       -- row of `questions` up to which all are in the index
) STRICT;

INSERT INTO question_search (question_search) VALUES ('rebuild');
INSERT OR REPLACE INTO question_search_until SELECT 1, coalesce(max(rowid), 0) FROM questions;

DROP TRIGGER IF EXISTS question_is_found;
DROP TRIGGER IF EXISTS question_is_not_found;
DROP TRIGGER IF EXISTS question_is_found_anew;

-- A number that becomes free at the end is given again to the next question.
CREATE TRIGGER question_is_not_found AFTER DELETE ON questions
WHEN old.rowid <= (SELECT last FROM question_search_until) BEGIN
    INSERT INTO question_search (question_search, rowid, text, original)
        VALUES ('delete', old.rowid, old.text, old.original);
    UPDATE question_search_until SET last = min(last, (SELECT coalesce(max(rowid), 0) FROM questions));
END;

CREATE TRIGGER question_is_found_anew AFTER UPDATE OF text, original ON questions
WHEN (old.text IS NOT new.text OR old.original IS NOT new.original)
    AND old.rowid <= (SELECT last FROM question_search_until) BEGIN
    INSERT INTO question_search (question_search, rowid, text, original)
        VALUES ('delete', old.rowid, old.text, old.original);
    INSERT INTO question_search (rowid, text, original) VALUES (new.rowid, new.text, new.original);
END;
