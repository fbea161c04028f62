-- Who has deleted messages that had IDs: only their SENDs are looked for among hidden IDs, too (storage/retries.py).
CREATE INDEX events_hidden ON events (sender) WHERE content IS NOT NULL;
