-- What Tribune has on YouTube. Every write there is noted before it is tried: after an unclear answer or a crash it is
-- known what to look for.

CREATE TABLE IF NOT EXISTS youtube_broadcasts (
    meeting   TEXT PRIMARY KEY,
    broadcast TEXT NOT NULL                      -- its id there, and the video's
) STRICT;

CREATE TABLE IF NOT EXISTS youtube_journal (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting TEXT    NOT NULL,
    step    TEXT    NOT NULL,
    at      REAL    NOT NULL,
    state   TEXT    NOT NULL,                    -- pending, done, refused, unclear
    reason  TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX IF NOT EXISTS youtube_journal_by_meeting ON youtube_journal (meeting, seq);

CREATE TABLE IF NOT EXISTS youtube_units (
    day   TEXT PRIMARY KEY,                      -- in California, where Google's day ends
    units INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS youtube_told (
    what TEXT PRIMARY KEY,                       -- which notice about the consent people were given: each once
    at   REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS youtube_things (
    meeting   TEXT NOT NULL,
    broadcast TEXT NOT NULL,
    kind      TEXT NOT NULL,                     -- thumbnail, playlist, captions
    about     TEXT NOT NULL,                     -- the captions' language, the playlist's id
    remote    TEXT NOT NULL,                     -- its id at YouTube
    digest    TEXT NOT NULL,                     -- of what was sent, '' where that is not known
    at        REAL NOT NULL,
    PRIMARY KEY (broadcast, kind, about)
) STRICT;
