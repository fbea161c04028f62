-- What UIDs that look alike share (nickname_key), of accounts that have a password: these can be logged in to by it.
ALTER TABLE people ADD COLUMN login_key TEXT;

UPDATE people SET login_key = nickname_key(uid) WHERE password_hash IS NOT NULL;

CREATE INDEX people_by_login ON people (login_key) WHERE login_key IS NOT NULL;
