-- What in a question wants a second look: [[flag, start, end], ...], in characters of its text.
ALTER TABLE questions ADD COLUMN flags TEXT NOT NULL DEFAULT '[]';
