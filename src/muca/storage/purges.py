"""Entries of the audit log about PURGE, the same in every store: one entry for all requests of one purge."""

from typing import Final

from muca.model.changes import AddPurge
from muca.model.replies import AuditEntry

PURGE: Final = "PURGE"
_GAP_MS: Final = 60_000
"""Requests that are further apart do not belong to the same purge."""


def entry_of(change: AddPurge, newest: AuditEntry | None, ts_ms: int) -> tuple[AuditEntry, bool]:
    """Return the entry to write, and whether it replaces ``newest``, the newest entry about the room."""
    continues = (
        newest is not None
        and (newest.action, newest.actor, newest.uid) == (PURGE, change.actor, change.uid)
        and ts_ms - newest.ts_ms <= _GAP_MS
    )
    messages = change.messages
    if newest is not None and continues:
        messages += int(newest.detail.partition(" ")[0])
    detail = f"{messages} messages" if messages > 1 else "1 message"
    entry = AuditEntry(ts_ms=ts_ms, actor=change.actor, action=PURGE, uid=change.uid, room=change.room, detail=detail)
    return entry, continues
