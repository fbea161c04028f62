"""Retention in the memory store: removes the oldest events of a room, by its settings."""

from muca.model.ids import RoomId, Seq
from muca.model.storage import Retention
from tests.memory_store.changes import drop_event, drop_file
from tests.memory_store.tables import Tables

_DAY_MS = 86_400_000


def drop_old_events(tables: Tables, now_ms: int, retention: Retention) -> dict[RoomId, Seq]:
    """Remove the oldest events that exceed a limit of age or number, up to the first event that is kept.

    Returns up to which seq this changes unread counts in each room.
    """
    recounts: dict[RoomId, Seq] = {}
    for name, row in tables.rooms.items():
        seqs = [seq for room, seq in tables.events if room == name]
        keep_events = _shorter(row.room.keep_events, retention.events)
        keep_days = _shorter(row.room.keep_days, retention.days)
        too_many = len(seqs) - keep_events if keep_events else 0
        oldest_ms = now_ms - keep_days * _DAY_MS if keep_days else None
        for place, seq in enumerate(seqs):
            ts_ms = tables.events[name, seq].ts_ms or 0
            if place >= too_many and (oldest_ms is None or ts_ms >= oldest_ms):
                break
            recounts[name] = max(seq, recounts.get(name, 0), *tables.mentions.get((name, seq), {}).values())
            drop_event(tables, name, seq)
    return recounts


def drop_old_uploads(tables: Tables, now_ms: int, retention: Retention) -> None:
    """Remove uploads that were not used in a message in time."""
    for file, ts_ms in list(tables.uploads.items()):
        if ts_ms < now_ms - retention.upload_seconds * 1_000:
            drop_file(tables, file)


def _shorter(first: int, second: int) -> int:
    """Return the smaller of two limits, where 0 means none."""
    return min(first, second) if first and second else first or second
