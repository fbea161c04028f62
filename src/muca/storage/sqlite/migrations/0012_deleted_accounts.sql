-- An account that its owner has deleted. Its row stays, so that nobody else gets its UID.
ALTER TABLE people ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;

-- Deleted accounts whose nickname may still stand in events with this id or a higher one.
CREATE TABLE nameless (
    uid  TEXT PRIMARY KEY,
    id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
