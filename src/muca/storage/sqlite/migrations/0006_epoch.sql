-- meta has an epoch now: see sqlite_epoch.py. Events up to epoch_seq are those of the epoch before as well; a room that
-- is newer than the epoch has none of these.
ALTER TABLE rooms ADD COLUMN epoch_seq INTEGER NOT NULL DEFAULT 0;
