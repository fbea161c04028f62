-- Files whose bytes are on disk. event is the message that one hangs on, NULL while it hangs on none; info is what readers
-- are told, as JSON.
CREATE TABLE files (
    file   TEXT PRIMARY KEY,
    uid    TEXT NOT NULL,
    ts_ms  INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    info   TEXT NOT NULL,
    event  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_event ON files (event) WHERE event IS NOT NULL;
CREATE INDEX files_waiting ON files (ts_ms) WHERE event IS NULL;
CREATE INDEX files_by_uid ON files (uid, bytes);

-- Files that are nobody's any more and whose bytes still are to be removed.
CREATE TABLE gone_files (
    file TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What hangs on a message: a list of what files.info has.
ALTER TABLE events ADD COLUMN files TEXT;
