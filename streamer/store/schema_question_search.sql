-- The words of questions, to find similar ones and to search. No text of its own (external content): what is erased
-- there is gone here in the same transaction, whoever erases it. Built anew at every start, because a VACUUM may give
-- the rows of `questions` other numbers.
CREATE VIRTUAL TABLE IF NOT EXISTS question_search
    USING fts5 (text, original, content = 'questions', tokenize = "unicode61 remove_diacritics 2");

INSERT INTO question_search (question_search) VALUES ('rebuild');

CREATE TRIGGER IF NOT EXISTS question_is_found AFTER INSERT ON questions BEGIN
    INSERT INTO question_search (rowid, text, original) VALUES (new.rowid, new.text, new.original);
END;

CREATE TRIGGER IF NOT EXISTS question_is_not_found AFTER DELETE ON questions BEGIN
    INSERT INTO question_search (question_search, rowid, text, original)
        VALUES ('delete', old.rowid, old.text, old.original);
END;

CREATE TRIGGER IF NOT EXISTS question_is_found_anew AFTER UPDATE OF text, original ON questions
WHEN old.text IS NOT new.text OR old.original IS NOT new.original BEGIN
    INSERT INTO question_search (question_search, rowid, text, original)
        VALUES ('delete', old.rowid, old.text, old.original);
    INSERT INTO question_search (rowid, text, original) VALUES (new.rowid, new.text, new.original);
END;
