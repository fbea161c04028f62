-- What names and titles look like (looks_of): of names that look alike, one of these is the same. Filled when the store is
-- opened, as what looks alike changes with Unicode.
ALTER TABLE people ADD COLUMN looks TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN looks_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN looks TEXT;
ALTER TABLE rooms ADD COLUMN looks_folded TEXT;

CREATE INDEX people_by_looks ON people (looks) WHERE password_hash IS NOT NULL;
CREATE INDEX people_by_looks_folded ON people (looks_folded) WHERE password_hash IS NOT NULL;
CREATE INDEX rooms_by_looks ON rooms (looks) WHERE looks IS NOT NULL;
CREATE INDEX rooms_by_looks_folded ON rooms (looks_folded) WHERE looks_folded IS NOT NULL;

DELETE FROM meta WHERE key = 'folding';
