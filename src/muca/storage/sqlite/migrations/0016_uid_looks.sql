-- What UIDs look like (looks_of): nobody takes a nickname that looks like the UID of an account. Filled when the store is opened.
ALTER TABLE people ADD COLUMN uid_looks TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN uid_looks_folded TEXT NOT NULL DEFAULT '';

CREATE INDEX people_by_uid_looks ON people (uid_looks) WHERE claimed;
CREATE INDEX people_by_uid_looks_folded ON people (uid_looks_folded) WHERE claimed;

DELETE FROM meta WHERE key = 'folding';
