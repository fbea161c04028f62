-- Named rooms have what others have not: title, topic, who may write. title_key is what titles that look alike share.
-- messages counts the messages of the log; the first gone_seq events, with gone_messages of them, were removed.
-- oldest_ms is the time of the first event that is left.
ALTER TABLE rooms ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN gone_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN gone_messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN oldest_ms INTEGER;
ALTER TABLE rooms ADD COLUMN title TEXT;
ALTER TABLE rooms ADD COLUMN title_key TEXT;
ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN listed_as TEXT;  -- title and topic, folded, for the directory
ALTER TABLE rooms ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN slow_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN keep_events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN made_by TEXT;
ALTER TABLE rooms ADD COLUMN request_id TEXT;

UPDATE rooms SET messages = last_seq, oldest_ms = (SELECT ts_ms FROM events WHERE id = room << 32 | 1);

CREATE INDEX rooms_by_title ON rooms (title_key, id) WHERE title_key IS NOT NULL;
CREATE UNIQUE INDEX rooms_public ON rooms (title_key) WHERE title_key IS NOT NULL AND NOT private;
CREATE UNIQUE INDEX rooms_by_request ON rooms (made_by, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX rooms_by_age ON rooms (oldest_ms) WHERE oldest_ms IS NOT NULL;
CREATE INDEX rooms_not_kept ON rooms (room) WHERE keep_days > 0 OR keep_events > 0;

-- Who is in a room (entered), or only banned from it. In the lobby a row holds nothing but the read marker.
ALTER TABLE members ADD COLUMN entered INTEGER NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
ALTER TABLE members ADD COLUMN muted_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN banned_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN read_seq INTEGER NOT NULL DEFAULT 0;

DROP INDEX members_by_room;
CREATE UNIQUE INDEX members_by_room ON members (room, uid);

CREATE INDEX members_sanctioned ON members (room, uid) WHERE muted_until_ms > 0 OR banned_until_ms > 0;

-- A device has a token. A UID that once had a token or a password is claimed.
CREATE TABLE devices (
    device     INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    name       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    used_ms    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX devices_by_uid ON devices (uid, token_hash);

INSERT INTO devices (uid, token_hash, name, created_ms, used_ms)
SELECT uid, token_hash, '', coalesce(claimed_ms, last_seen_ms), last_seen_ms
FROM people WHERE token_hash IS NOT NULL ORDER BY claimed_ms, uid;

CREATE TABLE new_people (
    uid             TEXT PRIMARY KEY,
    nickname        TEXT NOT NULL,
    nickname_key    TEXT NOT NULL,
    claimed         INTEGER NOT NULL DEFAULT 0,
    role            TEXT NOT NULL DEFAULT 'member',
    password_hash   TEXT,
    disabled        INTEGER NOT NULL DEFAULT 0,
    muted_until_ms  INTEGER NOT NULL DEFAULT 0,
    banned_until_ms INTEGER NOT NULL DEFAULT 0,
    last_seen_ms    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO new_people (uid, nickname, nickname_key, claimed, last_seen_ms)
SELECT uid, nickname, nickname_key(nickname), token_hash IS NOT NULL, last_seen_ms FROM people;

DROP TABLE people;
ALTER TABLE new_people RENAME TO people;

CREATE INDEX people_by_nickname ON people (nickname_key);
CREATE INDEX people_with_power ON people (role) WHERE role <> 'member';
CREATE INDEX people_sanctioned ON people (uid) WHERE muted_until_ms > 0 OR banned_until_ms > 0;

-- kind is NULL for a message, which is kept as it is now. n numbers the messages of all rooms as they came; what is
-- found is shown in this order. ordinal: how many messages the room had, up to here.
-- Of other events: of is the id of the message that they are about, subject the person, detail has the rest as JSON.
CREATE TABLE new_events (
    id            INTEGER PRIMARY KEY,
    ts_ms         INTEGER NOT NULL,
    sender        TEXT NOT NULL,
    nickname      TEXT NOT NULL,
    text          TEXT NOT NULL,
    request_id    TEXT,
    ordinal       INTEGER NOT NULL,
    n             INTEGER,
    reply_to      INTEGER,
    mentions      TEXT,
    mentions_room INTEGER,
    edited_ms     INTEGER,
    deleted       INTEGER,
    pinned        INTEGER,
    reactions     TEXT,
    kind          TEXT,
    of            INTEGER,
    subject       TEXT,
    detail        TEXT
) STRICT;

INSERT INTO new_events (id, ts_ms, sender, nickname, text, request_id, ordinal, n)
SELECT id, ts_ms, sender, nickname, text, request_id, id & 0xffffffff, n
FROM events JOIN (SELECT id, row_number() OVER (ORDER BY ts_ms, id) AS n FROM events) USING (id) ORDER BY id;

DROP TABLE events;
ALTER TABLE new_events RENAME TO events;

CREATE UNIQUE INDEX events_by_request ON events (sender, request_id) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX events_by_n ON events (n) WHERE n IS NOT NULL;
CREATE INDEX events_pinned ON events (id) WHERE pinned IS NOT NULL;
CREATE INDEX events_of ON events (of) WHERE kind = 'edit';
CREATE INDEX events_of_sanctions ON events (subject, kind, id) WHERE kind IN ('mute', 'ban');

-- Former texts of messages, and from when on they were it.
CREATE TABLE versions (
    event  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    ts_ms  INTEGER NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (event, number)
) STRICT, WITHOUT ROWID;

-- events.reactions sums this up. number: the order in which they came.
CREATE TABLE reactions (
    number INTEGER PRIMARY KEY,
    event  INTEGER NOT NULL,
    emoji  TEXT NOT NULL,
    uid    TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX reactions_by_uid ON reactions (event, emoji, uid);
CREATE INDEX reactions_in_order ON reactions (event, emoji, number);

-- Who is mentioned where, to be counted. An empty uid is everyone in the room.
CREATE TABLE mentions (
    uid    TEXT NOT NULL,
    event  INTEGER NOT NULL,
    sender TEXT NOT NULL,
    PRIMARY KEY (uid, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE ignores (
    uid   TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (uid, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
    code       INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash  BLOB NOT NULL,
    kind       TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    uses       INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX codes_by_hash ON codes (code_hash);
CREATE INDEX codes_by_maker ON codes (made_by);

-- message is what was reported, as JSON; NULL when it was deleted since.
CREATE TABLE reports (
    report  INTEGER PRIMARY KEY AUTOINCREMENT,
    event   INTEGER NOT NULL,
    uid     TEXT NOT NULL,
    ts_ms   INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    message TEXT
) STRICT;

CREATE UNIQUE INDEX reports_by_event ON reports (event, uid);
CREATE INDEX reports_by_uid ON reports (uid);

CREATE TABLE address_bans (
    network  TEXT PRIMARY KEY,
    until_ms INTEGER NOT NULL,
    reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    entry  INTEGER PRIMARY KEY AUTOINCREMENT,
    ts_ms  INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    uid    TEXT,
    room   TEXT,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_room ON audit (room, entry);

-- The index of SEARCH. A row is a message, its rowid is n; its words are made by sqlite_index.py. Nothing of the text
-- is kept beside them, and what is taken out is overwritten.
CREATE VIRTUAL TABLE words USING fts5 (
    tokens, content = '', columnsize = 0, detail = 'none',
    tokenize = "ascii tokenchars ' !""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

INSERT INTO words (words, rank) VALUES ('secure-delete', 1);

-- Messages up to n are in the index.
CREATE TABLE indexed (
    n INTEGER NOT NULL
) STRICT;

INSERT INTO indexed (n) VALUES (0);

-- For each UTC day, the lowest and highest n of the indexed messages that were written then.
CREATE TABLE days (
    day   INTEGER PRIMARY KEY,
    n_min INTEGER NOT NULL,
    n_max INTEGER NOT NULL
) STRICT;
