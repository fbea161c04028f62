-- The texts of a reported message up to then, as JSON: pairs of time and text, the first one first.
ALTER TABLE reports ADD COLUMN versions TEXT;
