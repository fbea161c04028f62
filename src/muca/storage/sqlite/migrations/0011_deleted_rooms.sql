-- A deleted room: its row stays, so that its number and id are never used again; tend removes what was in it.
ALTER TABLE rooms ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;

CREATE INDEX rooms_dropped ON rooms (room) WHERE dropped;
