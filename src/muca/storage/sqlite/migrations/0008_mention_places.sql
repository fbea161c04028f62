-- Where in the text somebody is mentioned: [uid, begin, length], as JSON; an empty uid is everyone in the room.
ALTER TABLE events ADD COLUMN mention_places TEXT;
