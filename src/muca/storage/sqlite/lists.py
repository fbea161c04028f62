"""Lists for moderators and account owners: sanctions, reports, audit log, statistics and devices."""

from typing import Any, Final

import apsw
import msgspec

from muca.model.events import Message
from muca.model.facts import FOR_EVER_MS
from muca.model.ids import RoomId, Uid
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    ReportsQuery,
    SanctionsQuery,
)
from muca.model.replies import (
    AuditEntry,
    AuditPage,
    Device,
    DeviceList,
    ReportInfo,
    ReportList,
    Sanction,
    Sanctions,
    Statistics,
    Version,
)
from muca.storage.pages import fitting
from muca.storage.sqlite.events import LOBBY_ROW, SEQ_BITS, SEQ_MASK
from muca.storage.sqlite.history import FOUND_VERSIONS

_SANCTIONS_MAX: Final = 1_000
_LIST_BYTES_MAX: Final = 196_608

# The reason is in the event of the sanction.
_REASON: Final = f"""
coalesce((SELECT text FROM events INDEXED BY events_of_sanctions
          WHERE subject = held.uid AND kind = sanction AND kind IN ('mute', 'ban')
            AND id BETWEEN held.room << {SEQ_BITS} AND held.room << {SEQ_BITS} | {SEQ_MASK}
          ORDER BY id DESC LIMIT 1), '')
"""
_READ_SANCTIONS: Final = f"""
SELECT sanction, uid, until_ms, {_REASON} FROM (
    SELECT room, uid, sanction, CASE sanction WHEN 'ban' THEN banned_until_ms ELSE muted_until_ms END AS until_ms
    FROM ({{rows}}) CROSS JOIN (SELECT 'ban' AS sanction UNION ALL SELECT 'mute')) AS held
WHERE until_ms > ?2 ORDER BY uid, sanction LIMIT {_SANCTIONS_MAX}
"""
_READ_OF_ROOM: Final = _READ_SANCTIONS.format(
    rows="""
    SELECT room, uid, muted_until_ms, banned_until_ms FROM members INDEXED BY members_sanctioned
    WHERE room = ?1 AND (muted_until_ms > 0 OR banned_until_ms > 0)"""
)
_READ_OF_SERVER: Final = _READ_SANCTIONS.format(
    rows="""
    SELECT ?1 AS room, uid, muted_until_ms, banned_until_ms FROM people INDEXED BY people_sanctioned
    WHERE muted_until_ms > 0 OR banned_until_ms > 0"""
)
_READ_ADDRESS_BANS: Final = f"""
SELECT network, until_ms, reason FROM address_bans WHERE until_ms > ? ORDER BY network LIMIT {_SANCTIONS_MAX}
"""
_READ_REPORTS: Final = f"""
SELECT report, coalesce(rooms.id, message ->> 'ROOM', ''), event & {SEQ_MASK}, uid, reports.ts_ms, reason, message,
       coalesce(versions, '[]'),
       NOT EXISTS (SELECT 1 FROM events WHERE events.id = event AND events.deleted IS NULL)
FROM reports LEFT JOIN rooms ON rooms.room = event >> {SEQ_BITS} AND NOT dropped
WHERE (?1 IS NULL OR rooms.room = ?1) AND (?3 OR NOT coalesce(private, 0))
ORDER BY report LIMIT ?2
"""
_READ_AUDIT: Final = """
SELECT entry, ts_ms, actor, action, uid, room, detail FROM audit
WHERE room IS ?1 AND entry < ?2 ORDER BY entry DESC LIMIT ?3
"""
_READ_NUMBERS: Final = """
SELECT (SELECT count(*) FROM people WHERE NOT closed), (SELECT count(*) FROM people WHERE claimed AND NOT closed),
       (SELECT count(*) FROM people WHERE login_key IS NOT NULL),
       count(*), sum(messages - gone_messages),
       (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size),
       (SELECT count(*) FROM files), (SELECT coalesce(sum(bytes), 0) FROM files)
FROM rooms WHERE NOT dropped
"""
_READ_DEVICES: Final = """
SELECT device, name, created_ms, used_ms FROM devices WHERE uid = ? ORDER BY used_ms DESC, device DESC
"""
_BEYOND: Final = 2**63 - 1


def read_sanctions(connection: apsw.Connection, query: SanctionsQuery, now_ms: int) -> Sanctions:
    """Read who is muted or banned. Raises ``apsw.Error``."""
    row = LOBBY_ROW if query.room is None else _row(connection, query.room)
    sql = _READ_OF_SERVER if query.room is None else _READ_OF_ROOM
    found = [
        Sanction(sanction=sanction, uid=uid, until_ms=_end(until_ms), reason=reason)
        for sanction, uid, until_ms, reason in connection.execute(sql, (row, now_ms))
    ]
    if query.room is None:
        found += [
            Sanction(sanction="ban", address=network, until_ms=_end(until_ms), reason=reason)
            for network, until_ms, reason in connection.execute(_READ_ADDRESS_BANS, (now_ms,))
        ]
    return Sanctions(sanctions=tuple(found))


def _row(connection: apsw.Connection, room: RoomId) -> int:
    row: int = connection.execute("SELECT room FROM rooms WHERE id = ?", (room,)).get
    return row


def _end(until_ms: int) -> int | None:
    return until_ms if until_ms < FOR_EVER_MS else None


def read_reports(connection: apsw.Connection, query: ReportsQuery) -> ReportList:
    """Read open reports. Raises ``apsw.Error``."""
    row = _row(connection, query.room) if query.room is not None else None
    rows = connection.execute(_READ_REPORTS, (row, query.reports_max, query.with_private))
    found = (
        ReportInfo(
            report=report,
            room=room,
            seq=seq,
            uid=uid,
            ts_ms=ts_ms,
            reason=reason,
            message=msgspec.json.decode(message, type=Message) if message is not None else None,
            versions=tuple(Version(ts_ms=ts_ms, text=text) for ts_ms, text in FOUND_VERSIONS.decode(versions)),
            deleted=bool(deleted),
        )
        for report, room, seq, uid, ts_ms, reason, message, versions, deleted in rows
    )
    return ReportList(reports=tuple(fitting(found, _LIST_BYTES_MAX)))


def read_audit(connection: apsw.Connection, query: AuditQuery) -> AuditPage:
    """Read a page of the audit log. Raises ``apsw.Error``."""
    before = _BEYOND if query.before is None else max(0, min(query.before, _BEYOND))
    rows: list[Any] = connection.execute(_READ_AUDIT, (query.room, before, query.entries_max + 1)).fetchall()
    entries = [
        AuditEntry(ts_ms=ts_ms, actor=actor, action=action, uid=uid, room=room, detail=detail)
        for _, ts_ms, actor, action, uid, room, detail in rows[: query.entries_max]
    ]
    return AuditPage(entries=tuple(entries), next=rows[query.entries_max - 1][0] if len(rows) > len(entries) else None)


def read_numbers(connection: apsw.Connection) -> Statistics:
    """Count what is stored, without reading every message. Raises ``apsw.Error``."""
    row: Any = connection.execute(_READ_NUMBERS).fetchall()[0]
    people, accounts, registered, rooms, messages, database_bytes, files, file_bytes = row
    return Statistics(
        people=people,
        accounts=accounts,
        registered=registered,
        rooms=rooms,
        messages=messages,
        database_bytes=database_bytes,
        files=files,
        file_bytes=file_bytes,
    )


def read_devices(connection: apsw.Connection, query: DevicesQuery, reader: Uid) -> DeviceList:
    """Read somebody's devices. Raises ``apsw.Error``."""
    return DeviceList(
        devices=tuple(
            Device(device=device, name=name, created_ms=created_ms, used_ms=used_ms, current=device == query.current)
            for device, name, created_ms, used_ms in connection.execute(_READ_DEVICES, (reader,))
        )
    )
