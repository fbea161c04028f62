-- Changes of a person are numbered, so that whoever follows them can put them in order and notices gaps.
ALTER TABLE people ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

-- News from other processes (muca account) that the server has not read yet, as JSON.
CREATE TABLE outside (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    news   TEXT NOT NULL
) STRICT;
