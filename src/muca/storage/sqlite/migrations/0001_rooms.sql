PRAGMA application_id = 0x6d756361;  -- "muca"

-- Facts about this database: server_id.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rooms (
    room       INTEGER PRIMARY KEY CHECK (room BETWEEN 1 AND 0x7fffffff),
    id         TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    last_seq   INTEGER NOT NULL CHECK (last_seq BETWEEN 0 AND 0xffffffff),
    last_ts_ms INTEGER NOT NULL
) STRICT;

INSERT INTO rooms (id, kind, last_seq, last_ts_ms) VALUES ('lobby', 'lobby', 0, 0);

-- Who is in a direct or group room; everyone is in the lobby.
-- Events up to floor_seq were written before the member claimed its UID and are not for it to read.
CREATE TABLE members (
    uid       TEXT NOT NULL,
    room      INTEGER NOT NULL REFERENCES rooms (room),
    floor_seq INTEGER NOT NULL,
    PRIMARY KEY (uid, room)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_by_room ON members (room);

-- id is room << 32 | seq: one b-tree, in which the events of a room lie side by side in order of seq.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY,
    ts_ms      INTEGER NOT NULL,
    sender     TEXT NOT NULL,
    nickname   TEXT NOT NULL,
    text       TEXT NOT NULL,
    request_id TEXT
) STRICT;

CREATE UNIQUE INDEX events_by_request ON events (sender, request_id) WHERE request_id IS NOT NULL;

-- Everyone who was ever let in. token_hash is NULL for a guest: a UID that nobody has claimed.
CREATE TABLE people (
    uid          TEXT PRIMARY KEY,
    nickname     TEXT NOT NULL,
    token_hash   BLOB,
    claimed_ms   INTEGER,
    last_seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
