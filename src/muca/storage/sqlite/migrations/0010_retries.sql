-- Of a room that CREATE made with an ID: what tells the same CREATE from another one.
ALTER TABLE rooms ADD COLUMN content BLOB;

-- Of a deleted message that had an ID: its first content, hashed with the ID (storage/retries.py). request_id is a hash then.
ALTER TABLE events ADD COLUMN content BLOB;
