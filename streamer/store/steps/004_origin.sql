-- Where a question was asked: on our own pages, or in the chat beside the broadcast at YouTube.
ALTER TABLE questions ADD COLUMN origin TEXT NOT NULL DEFAULT 'page';
