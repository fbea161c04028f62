-- What counts as unread: messages that are there, of others, and of nobody whom one ignores.
CREATE INDEX events_deleted ON events (id) WHERE deleted IS NOT NULL;
CREATE INDEX events_by_sender ON events (sender, id) WHERE kind IS NULL AND deleted IS NULL;

-- A mention counts where it was made: at is the message, or the edit that brought it. Of a message that mentions
-- everyone in the room, nobody is mentioned once more.
CREATE TABLE new_mentions (
    uid    TEXT NOT NULL,
    at     INTEGER NOT NULL,
    event  INTEGER NOT NULL,
    sender TEXT NOT NULL,
    PRIMARY KEY (uid, at)
) STRICT, WITHOUT ROWID;

INSERT INTO new_mentions (uid, at, event, sender)
SELECT uid, event, event, sender FROM mentions AS named
WHERE uid = '' OR NOT EXISTS (SELECT 1 FROM mentions WHERE uid = '' AND event = named.event);

DROP TABLE mentions;
ALTER TABLE new_mentions RENAME TO mentions;

CREATE INDEX mentions_edited_in ON mentions (event) WHERE at <> event;
