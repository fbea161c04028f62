"""``Decide`` in SQLite: facts, the rule and its decision, with one function per change.

These writes are rare, and most are one statement. Each runs in the commit's transaction; if one fails, the whole Decide
is rolled back.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final

import apsw
import msgspec

from muca.model.changes import (
    AddAudit,
    AddEvent,
    AddPurge,
    Change,
    CloseReport,
    CountAnew,
    DropMember,
    DropPerson,
    DropReaction,
    DropRoom,
    DropTokens,
    Erase,
    ListRooms,
    PutAddressBan,
    PutCode,
    PutFile,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutReaction,
    PutReport,
    PutRoom,
    PutToken,
    SetPinned,
    SetText,
    UseCode,
)
from muca.model.events import Event
from muca.model.ids import RoomId, Uid
from muca.model.matching import fold
from muca.model.names import DELETED, looks_of, nickname_key
from muca.model.pushes import MarkerMoved
from muca.model.replies import AuditEntry
from muca.model.rooms import RoomKind
from muca.model.storage import Answer, Decide, Decided, Refused, StoreError
from muca.storage.news import news_of_changes, room_to_show
from muca.storage.purges import entry_of
from muca.storage.sqlite.admit import RAISE_FLOORS, arrive
from muca.storage.sqlite.append import WRITE_STEPS
from muca.storage.sqlite.events import LOBBY_ROW, SEQ_BITS, Detail, as_json
from muca.storage.sqlite.facts import number_change, read_facts
from muca.storage.sqlite.files import put_file
from muca.storage.sqlite.mentions import as_values
from muca.storage.sqlite.messages import (
    close_report,
    drop_reaction,
    erase,
    put_reaction,
    put_report,
    set_pinned,
    set_text,
)
from muca.storage.sqlite.names import RoomNames
from muca.storage.sqlite.rooms import count_anew, list_rooms, read_markers, read_room

_ADD_EVENT: Final = """
INSERT INTO events (id, ts_ms, sender, nickname, text, ordinal, mentions, mentions_room, mention_places, kind, of,
                    subject, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FIND_ROOM: Final = "SELECT room, last_seq, last_ts_ms, messages FROM rooms WHERE id = ?"
_ADD_TO_ROOM: Final = """
UPDATE rooms SET last_seq = last_seq + 1, last_ts_ms = ?2, oldest_ms = iif(last_seq = gone_seq, ?2, oldest_ms)
WHERE room = ?1
"""
# Its id is never used again. Its new id looks like that of a private room. The UID and ID of its
# CREATE stay: a retry whose reply was lost must not create the room again.
_DROP_ROOM: Final = """
UPDATE rooms SET id = ' ' || id, dropped = 1, private = 1, title = NULL, title_key = NULL, looks = NULL,
                 looks_folded = NULL, topic = '', listed_as = NULL, content = NULL
WHERE room = ?
"""
_PUT_MEMBER: Final = """
INSERT INTO members (uid, room, floor_seq, entered, role, muted_until_ms, banned_until_ms, read_seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (uid, room) DO UPDATE SET
    floor_seq = excluded.floor_seq, entered = excluded.entered, role = excluded.role,
    muted_until_ms = excluded.muted_until_ms, banned_until_ms = excluded.banned_until_ms,
    read_seq = max(read_seq, excluded.read_seq)
"""
_PUT_MARKER: Final = f"""
INSERT INTO members (uid, room, floor_seq, read_seq) SELECT ?1, room, 0, min(?3, last_seq) FROM rooms
WHERE room = ?2 AND (room = {LOBBY_ROW} OR EXISTS (SELECT 1 FROM members WHERE uid = ?1 AND members.room = ?2))
ON CONFLICT (uid, room) DO UPDATE SET read_seq = max(iif(?4, 0, read_seq), excluded.read_seq)
"""
_CLOSE_PERSON: Final = """
UPDATE people SET nickname = ?2, nickname_key = ?3, looks = ?4, looks_folded = ?5, claimed = 1, closed = 1,
                  role = 'member', password_hash = NULL, login_key = NULL
WHERE uid = ?1
"""
_DROP_TRACES: Final = f"""
DELETE FROM devices WHERE uid = :uid;
DELETE FROM ignores WHERE uid = :uid;
DELETE FROM mentions WHERE uid = :uid;
DELETE FROM members WHERE uid = :uid
    AND (room = {LOBBY_ROW} OR room IN (SELECT room FROM rooms WHERE rooms.room = members.room AND kind = 'named'));
INSERT INTO gone_files (file) SELECT file FROM files WHERE uid = :uid AND event IS NULL;
DELETE FROM files WHERE uid = :uid AND event IS NULL;
INSERT INTO nameless (uid, id) VALUES (:uid, 0);
"""
_PUT_PERSON: Final = """
INSERT INTO people (uid, nickname, nickname_key, looks, looks_folded, uid_looks, uid_looks_folded)
VALUES (?1, ?1, ?2, ?3, ?4, ?3, ?4)
ON CONFLICT (uid) DO NOTHING
"""
_FIND_AUDIT: Final = """
SELECT entry, ts_ms, actor, action, uid, room, detail FROM audit WHERE room = ? ORDER BY entry DESC LIMIT 1
"""
_USE_TOKEN: Final = "UPDATE devices SET used_ms = ? WHERE uid = ? AND token_hash = ? RETURNING device"
_PUT_TOKEN: Final = """
INSERT INTO devices (uid, token_hash, name, created_ms, used_ms) VALUES (?, ?, ?, ?4, ?4) RETURNING device
"""


def decide(connection: apsw.Connection, names: RoomNames, write: Decide) -> Decided | Refused:
    """Let the rule decide on the facts, and apply its decision, inside the open transaction."""
    facts = read_facts(connection, write.wanted, write.ts_ms, names)
    decision = write.rule(facts)
    if isinstance(decision, Refused):
        return decision
    answers = [_CARRY_OUT[type(change)](connection, change, write.ts_ms) for change in decision.changes]
    room, is_counted = room_to_show(write.wanted, facts, decision)
    shown = read_room(connection, room, write.wanted.actor, is_counted=is_counted) if room is not None else None
    news = news_of_changes(decision.changes, answers, shown, partial(number_change, connection))
    return Decided.of(facts, decision, answers, shown, news)


def _row(connection: apsw.Connection, room: RoomId) -> int:
    row: int | None = connection.execute("SELECT room FROM rooms WHERE id = ?", (room,)).get
    if row is None:
        raise StoreError(f"there is no room {room}")
    return row


def _put_room(connection: apsw.Connection, change: PutRoom, ts_ms: int) -> None:
    columns = {name: value for name, value in msgspec.structs.asdict(change.settings).items() if value is not None}
    if change.made_by is not None:
        connection.execute(
            "INSERT INTO rooms (id, kind, last_seq, last_ts_ms, made_by, request_id, content)"
            " VALUES (?, ?, 0, ?, ?, ?, ?)",
            (change.room, RoomKind.NAMED, ts_ms, change.made_by, change.request_id, change.content),
        )
    row = _row(connection, change.room)
    if "title" in columns:
        columns["title_key"] = nickname_key(columns["title"])
        columns["looks"], columns["looks_folded"] = looks_of(columns["title"])
    if columns:  # their names are those of our own fields
        changed = ", ".join(f"{name} = ?" for name in columns)
        connection.execute(f"UPDATE rooms SET {changed} WHERE room = ?", (*columns.values(), row))
    if "title" in columns or "topic" in columns:
        title, topic = connection.execute("SELECT title, topic FROM rooms WHERE room = ?", (row,)).get
        listed_as = f"{fold(title or '')}\n{fold(topic)}"
        connection.execute("UPDATE rooms SET listed_as = ? WHERE room = ?", (listed_as, row))


def _drop_room(connection: apsw.Connection, change: DropRoom, ts_ms: int) -> None:
    """Delete a room at once. Its events are removed later, in small steps."""
    row = _row(connection, change.room)
    connection.execute(_DROP_ROOM, (row,))
    connection.execute("DELETE FROM members WHERE room = ?", (row,))
    connection.execute("DELETE FROM audit WHERE room = ?", (change.room,))


def _put_member(connection: apsw.Connection, change: PutMember, ts_ms: int) -> None:
    member, row = change.member, _row(connection, change.room)
    connection.execute(
        _PUT_MEMBER,
        (
            *(member.uid, row, member.floor_seq, member.entered, member.role),
            *(member.muted_until_ms, member.banned_until_ms, member.read),
        ),
    )


def _drop_member(connection: apsw.Connection, change: DropMember, ts_ms: int) -> None:
    connection.execute("DELETE FROM members WHERE uid = ? AND room = ?", (change.uid, _row(connection, change.room)))


def _put_marker(connection: apsw.Connection, change: PutMarker, ts_ms: int) -> None:
    connection.execute(_PUT_MARKER, (change.uid, _row(connection, change.room), change.seq, change.back))


def _put_person(connection: apsw.Connection, change: PutPerson, ts_ms: int) -> None:
    _make_person(connection, change.uid)
    if change.password_hash is not None:
        _claim(connection, change.uid)
    columns = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
    if change.password_hash is not None:
        columns["login_key"] = nickname_key(change.uid)
    if change.nickname is not None:
        columns["nickname_key"] = nickname_key(change.nickname)
        columns["looks"], columns["looks_folded"] = looks_of(change.nickname)
    for name, value in columns.items():  # names of our own fields
        connection.execute(f"UPDATE people SET {name} = ? WHERE uid = ?", (value, change.uid))


def _drop_person(connection: apsw.Connection, change: DropPerson, ts_ms: int) -> None:
    """Delete an account. Its name is removed from its messages later, in small steps."""
    looks = looks_of(DELETED)
    name = DELETED, nickname_key(DELETED), looks.written, looks.folded
    connection.execute(_CLOSE_PERSON, (change.uid, *name))
    connection.execute(_DROP_TRACES, {"uid": change.uid}).fetchall()


def _make_person(connection: apsw.Connection, uid: Uid) -> None:
    connection.execute(_PUT_PERSON, (uid, nickname_key(uid), *looks_of(uid)))
    if connection.changes():
        arrive(connection, [uid])


def _claim(connection: apsw.Connection, uid: Uid) -> None:
    """Claim a UID: its owner must not read what was written to it before."""
    connection.execute("UPDATE people SET claimed = 1 WHERE uid = ? AND NOT claimed", (uid,))
    if connection.changes():
        connection.execute(RAISE_FLOORS, (as_json([uid]),))
        arrive(connection, [uid])


def _add_event(connection: apsw.Connection, change: AddEvent, ts_ms: int) -> Event:
    found = connection.execute(_FIND_ROOM, (change.room,)).fetchone()
    if found is None:
        raise StoreError(f"there is no room {change.room}")
    row, last_seq, last_ts_ms, messages = found
    seq = last_seq + 1
    of = row << SEQ_BITS | change.of if change.of is not None else None
    detail = Detail(emoji=change.emoji, role=change.role, until_ms=change.until_ms, settings=change.settings)
    connection.execute(_ADD_TO_ROOM, (row, ts_ms))
    if ts_ms < last_ts_ms:
        connection.execute(WRITE_STEPS, (as_json([row << SEQ_BITS | seq]),))
    connection.execute(
        _ADD_EVENT,
        (
            *(
                row << SEQ_BITS | seq,
                ts_ms,
                change.sender,
                change.nickname,
                change.text,
                messages,
                *as_values(change.mentioned),
            ),
            *(change.kind, of, change.uid, as_json(detail) if detail != Detail() else None),
        ),
    )
    return change.at(seq, ts_ms)


def _put_token(connection: apsw.Connection, change: PutToken, ts_ms: int) -> int | None:
    _make_person(connection, change.uid)
    _claim(connection, change.uid)
    number: int | None = connection.execute(_USE_TOKEN, (ts_ms, change.uid, change.token_hash)).get
    if number is None:
        number = connection.execute(_PUT_TOKEN, (change.uid, change.token_hash, change.device, ts_ms)).get
    return number


def _drop_tokens(connection: apsw.Connection, change: DropTokens, ts_ms: int) -> list[int]:
    dropped = connection.execute(
        "DELETE FROM devices WHERE uid = ?1 AND device = coalesce(?2, device) AND device IS NOT ?3 RETURNING device",
        (change.uid, change.device, change.but_device),
    )
    return sorted(device for (device,) in dropped)


def _put_ignored(connection: apsw.Connection, change: PutIgnored, ts_ms: int) -> tuple[MarkerMoved, ...]:
    before = read_markers(connection, change.uid, change.other)
    put = "INSERT OR IGNORE INTO ignores (uid, other) VALUES (?, ?)"
    drop = "DELETE FROM ignores WHERE uid = ? AND other = ?"
    connection.execute(put if change.ignored else drop, (change.uid, change.other))
    return tuple(sorted(read_markers(connection, change.uid, change.other) - before, key=attrgetter("room")))


def _put_code(connection: apsw.Connection, change: PutCode, ts_ms: int) -> int:
    row = change.code_hash, change.kind, change.made_by, ts_ms, change.uses, change.until_ms
    sql = "INSERT INTO codes (code_hash, kind, made_by, created_ms, uses, until_ms) VALUES (?, ?, ?, ?, ?, ?)"
    connection.execute(sql, row)
    return connection.last_insert_rowid()


def _use_code(connection: apsw.Connection, change: UseCode, ts_ms: int) -> None:
    connection.execute(
        "UPDATE codes SET uses = CASE WHEN ?2 THEN 0 ELSE uses - 1 END WHERE code = ?1", (change.code, change.withdraw)
    )
    if not connection.changes():
        raise StoreError(f"there is no code {change.code}")


def _put_address_ban(connection: apsw.Connection, change: PutAddressBan, ts_ms: int) -> None:
    if not change.until_ms:
        connection.execute("DELETE FROM address_bans WHERE network = ?", (change.network,))
        return
    sql = "INSERT OR REPLACE INTO address_bans (network, until_ms, reason) VALUES (?, ?, ?)"
    connection.execute(sql, (change.network, change.until_ms, change.reason))


def _add_audit(connection: apsw.Connection, change: AddAudit, ts_ms: int) -> None:
    connection.execute(
        "INSERT INTO audit (ts_ms, actor, action, uid, room, detail) VALUES (?, ?, ?, ?, ?, ?)",
        (ts_ms, change.actor, change.action, change.uid, change.room, change.detail),
    )


def _add_purge(connection: apsw.Connection, change: AddPurge, ts_ms: int) -> None:
    found = connection.execute(_FIND_AUDIT, (change.room,)).fetchone()
    newest = AuditEntry(**dict(zip(AuditEntry.__struct_fields__, found[1:], strict=True))) if found else None
    entry, continues = entry_of(change, newest, ts_ms)
    if found and continues:
        connection.execute(
            "UPDATE audit SET ts_ms = ?, detail = ? WHERE entry = ?", (entry.ts_ms, entry.detail, found[0])
        )
    else:
        fields = msgspec.structs.asdict(entry)
        fields.pop("ts_ms")
        _add_audit(connection, AddAudit(**fields), ts_ms)


_CARRY_OUT: Final[dict[type[Change], Callable[[apsw.Connection, Any, int], Answer]]] = {
    PutRoom: _put_room,
    DropRoom: _drop_room,
    PutMember: _put_member,
    DropMember: _drop_member,
    PutPerson: _put_person,
    DropPerson: _drop_person,
    AddEvent: _add_event,
    SetText: set_text,
    Erase: erase,
    PutReaction: put_reaction,
    DropReaction: drop_reaction,
    SetPinned: set_pinned,
    PutMarker: _put_marker,
    PutToken: _put_token,
    DropTokens: _drop_tokens,
    CountAnew: count_anew,
    ListRooms: list_rooms,
    PutIgnored: _put_ignored,
    PutCode: _put_code,
    UseCode: _use_code,
    PutReport: put_report,
    CloseReport: close_report,
    PutAddressBan: _put_address_ban,
    PutFile: put_file,
    AddAudit: _add_audit,
    AddPurge: _add_purge,
}
