"""Rooms as a reader sees them, their members, and the directory."""

from typing import Any, Final

import apsw
import msgspec

from muca.model.changes import CountAnew, ListRooms
from muca.model.facts import FOR_EVER_MS, Membership
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.matching import fold
from muca.model.names import nickname_key
from muca.model.pushes import MarkerMoved
from muca.model.queries import MembersQuery, PublicReaders, RoomsQuery
from muca.model.replies import Member, MemberPage, RoomPage
from muca.model.roles import Role
from muca.model.rooms import LAST_CHARS_MAX, Last, Peer, Room, RoomKind
from muca.storage.pages import fitting_rooms
from muca.storage.sqlite.events import LOBBY_ROW, SEQ_BITS, SEQ_MASK, as_json

_ROOMS_RECOUNTED_MAX: Final = 500
"""Rooms, the most recently active, whose counts are recomputed when somebody ignores another person."""

ROOM: Final = """
rooms.id, rooms.kind, last_seq, title, topic, private, read_only, archived, slow_seconds, keep_days, keep_events,
epoch_seq
"""
"""Columns of ``RoomRow`` that are the same for everyone."""
OWN: Final = """
own.uid IS NOT NULL, own.entered, own.role, own.floor_seq, own.muted_until_ms, own.banned_until_ms, own.read_seq
"""
"""Columns of ``OwnRow``: the row of ``members`` called ``own``, if there is one."""
_SEEN: Final = f"""
(rooms.room << {SEQ_BITS} | min(last_seq, max(coalesce(own.read_seq, 0), coalesce(own.floor_seq, 0), gone_seq)))
"""
_END: Final = f"(rooms.room << {SEQ_BITS} | {SEQ_MASK})"
_IGNORED: Final = "(SELECT other FROM ignores WHERE ignores.uid = {uid} UNION ALL SELECT {uid})"
"""People whose messages do not count, including the reader."""
# The marker's event exists, was removed by retention, or is 0.
_UNREAD: Final = f"""
(messages - coalesce((SELECT ordinal FROM events WHERE id = {_SEEN}), gone_messages)
 - (SELECT count(*) FROM events INDEXED BY events_deleted WHERE deleted IS NOT NULL AND id > {_SEEN} AND id <= {_END})
 - (SELECT count(*) FROM events INDEXED BY events_by_sender
    WHERE sender IN {_IGNORED} AND id > {_SEEN} AND id <= {_END} AND kind IS NULL AND deleted IS NULL))
"""
_MENTIONS: Final = f"""
(SELECT count(*) FROM mentions
 WHERE uid IN ({{uid}}, '') AND at > {_SEEN} AND at <= {_END} AND sender NOT IN {_IGNORED})
"""
_PEERS: Final = """
(SELECT jsonb_group_array(jsonb_array(those.uid, coalesce(nickname, those.uid)) ORDER BY those.uid)
 FROM members AS those LEFT JOIN people ON people.uid = those.uid
 WHERE those.room = rooms.room AND those.entered AND rooms.kind IN ('direct', 'group'))
"""
# Mostly the newest event is that message. Nobody leaves a conversation, so otherwise it is the newest of its members:
# for each of them one step in an index, however many reactions or messages of ignored people came since. (A text ends
# at U+0000 for substr.)
_LAST: Final = f"""
(SELECT jsonb_array(last.id & {SEQ_MASK}, last.ts_ms, last.sender,
                    iif(octet_length(last.text) <= {LAST_CHARS_MAX}, last.text,
                        substr(last.text, 1, {LAST_CHARS_MAX + 1})),
                    jsonb(coalesce(last.files, '[]')))
 FROM events AS last WHERE rooms.kind IN ('direct', 'group') AND last.id = coalesce(
    (SELECT newest.id FROM events AS newest
     WHERE newest.id = (rooms.room << {SEQ_BITS} | last_seq) AND last_seq > coalesce(own.floor_seq, 0)
       AND newest.kind IS NULL AND newest.deleted IS NULL
       AND newest.sender NOT IN (SELECT other FROM ignores WHERE ignores.uid = {{uid}})),
    (SELECT max((
        SELECT said.id FROM events AS said INDEXED BY events_by_sender
        WHERE said.sender = those.uid AND said.kind IS NULL AND said.deleted IS NULL
          AND said.id > (rooms.room << {SEQ_BITS} | coalesce(own.floor_seq, 0)) AND said.id <= {_END}
        ORDER BY said.id DESC LIMIT 1))
     FROM members AS those
     WHERE those.room = rooms.room AND those.uid NOT IN (SELECT other FROM ignores WHERE ignores.uid = {{uid}}))))
"""
_WHOLE: Final = f"jsonb_array({ROOM}), jsonb_array({OWN}), {_UNREAD}, {_MENTIONS}, {_PEERS}"
WHOLE_ROOM: Final = f"jsonb_array({_WHOLE})"
"""All data of a room for ``{{uid}}``, to be decoded as ``WholeRow``."""
LISTED_ROOM: Final = f"jsonb_array({_WHOLE}, {_LAST})"
"""The same with the newest message, for lists of a person's own rooms."""
SERVER_ROLE: Final = "CASE WHEN people.claimed THEN people.role ELSE 'guest' END"
"""The role on the server of a row of ``people``."""
MAY_READ: Final = f"""
(rooms.room = {LOBBY_ROW} OR (own.entered AND (rooms.kind = 'named' OR own.floor_seq < last_seq))
 OR (rooms.kind = 'named' AND NOT private
     AND iif(coalesce(own.banned_until_ms, 0) <= :now_ms, :reads_public, :reads_banned)))
"""
"""Whether somebody may read a room: their own, and public rooms as the parameters say (``as_parameters``)."""


class RoomRow(msgspec.Struct, array_like=True, frozen=True):
    """A room without fields that depend on the reader."""

    room: RoomId
    kind: RoomKind
    seq: Seq
    title: str | None
    topic: str
    private: int
    read_only: int
    archived: int
    slow_seconds: int
    keep_days: int
    keep_events: int
    epoch_seq: Seq


class OwnRow(msgspec.Struct, array_like=True, frozen=True):
    """Somebody's membership of a room."""

    known: int
    entered: int | None
    role: Role | None
    floor_seq: Seq | None
    muted_until_ms: int | None
    banned_until_ms: int | None
    read_seq: Seq | None

    def as_membership(self, uid: Uid, room: RoomRow, role: Role, muted_until_ms: int) -> Membership | None:
        """Return the membership as in ``Facts``. Role and mute are those on the server, which apply in the lobby."""
        read, floor_seq = self.read_seq or 0, self.floor_seq or 0
        if room.kind is RoomKind.LOBBY:
            return Membership(uid=uid, role=role, muted_until_ms=muted_until_ms, read=read)
        if not self.known or (room.kind is not RoomKind.NAMED and floor_seq >= room.seq):
            return None
        return Membership(
            uid=uid,
            entered=bool(self.entered),
            role=self.role or Role.MEMBER,
            floor_seq=floor_seq,
            muted_until_ms=self.muted_until_ms or 0,
            banned_until_ms=self.banned_until_ms or 0,
            read=read,
        )


class LastRow(msgspec.Struct, array_like=True, frozen=True):
    """The newest message of a conversation, with the beginning of its text."""

    seq: Seq
    ts_ms: int
    sender: Uid
    text: str
    files: tuple[FileInfo, ...]


class WholeRow(msgspec.Struct, array_like=True, frozen=True):
    """A room, with somebody's membership and unread counts."""

    row: RoomRow
    own: OwnRow
    unread: int
    mentions: int
    peers: tuple[tuple[Uid, str], ...]
    last: LastRow | None = None

    def as_room(self, role: Role) -> Room:
        """Return the room as somebody with this role on the server sees it."""
        peers = tuple(Peer(uid=uid, nickname=nickname) for uid, nickname in self.peers)
        membership = self.own.as_membership("", self.row, role, 0)
        if membership is None or not membership.entered:
            return as_room(self.row, membership, peers)
        room = as_room(self.row, membership, peers, self.unread, self.mentions)
        last = self.last
        if last is None:
            return room
        shown = Last.of(last.seq, last.ts_ms, last.sender, last.text, last.files)
        return msgspec.structs.replace(room, last=shown)


def as_room(
    row: RoomRow, own: Membership | None, peers: tuple[Peer, ...] = (), unread: int = 0, mentions: int = 0
) -> Room:
    """Return a room as a person with this membership sees it."""
    inside = own is not None and own.entered
    return Room(
        room=row.room,
        kind=row.kind,
        members=peers,
        seq=row.seq,
        title=row.title,
        topic=row.topic,
        private=bool(row.private),
        read_only=bool(row.read_only),
        archived=bool(row.archived),
        slow_seconds=row.slow_seconds,
        keep_days=row.keep_days,
        keep_events=row.keep_events,
        epoch_seq=row.epoch_seq,
        entered=inside,
        role=own.role if own is not None and inside else Role.MEMBER,
        read=own.read if own is not None and inside else 0,
        unread=unread,
        mentions=mentions,
    )


_READ_ROLE: Final = f"SELECT {SERVER_ROLE} FROM people WHERE uid = ?"
_AS_SEEN: Final = "FROM rooms LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = ?1 WHERE rooms.id = ?2"
_READ_ROOM: Final = f"SELECT json_array(jsonb_array({ROOM}), jsonb_array({OWN}), 0, 0, {_PEERS}) {_AS_SEEN}"
_COUNT_ROOM: Final = f"SELECT json({WHOLE_ROOM.format(uid='?1')}) {_AS_SEEN}"
# Of conversations, those with the other: elsewhere nothing changes.
_READ_SHARED_ROOMS: Final = f"""
SELECT json_group_array({WHOLE_ROOM.format(uid="?1")}) FROM (
    SELECT rooms.* FROM members CROSS JOIN rooms USING (room)
    WHERE uid = ?1 AND entered AND (
        rooms.kind IN ('lobby', 'named')
        OR EXISTS (SELECT 1 FROM members AS those WHERE those.uid = ?2 AND those.room = rooms.room))
    ORDER BY last_ts_ms DESC, rooms.id LIMIT {_ROOMS_RECOUNTED_MAX}
) AS rooms CROSS JOIN members AS own ON own.room = rooms.room AND own.uid = ?1
"""
_COUNT_ANEW: Final = f"""
WITH asked AS (
    SELECT rooms.room, rooms.kind, value ->> 1 AS uid, value ->> 2 AS seq
    FROM json_each(?) CROSS JOIN rooms ON rooms.id = value ->> 0
), readers AS (
    SELECT room, uid, seq FROM asked WHERE uid IS NOT NULL
    UNION ALL
    SELECT room, members.uid, seq FROM asked CROSS JOIN members USING (room)
    WHERE asked.uid IS NULL AND kind IN ('direct', 'group'))
SELECT rooms.id, readers.uid, coalesce(own.read_seq, 0), {_UNREAD.format(uid="readers.uid")},
       {_MENTIONS.format(uid="readers.uid")}
FROM readers CROSS JOIN rooms USING (room) LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = readers.uid
WHERE coalesce(own.read_seq, 0) < readers.seq AND (rooms.room = {LOBBY_ROW} OR own.entered)
"""
_FIND_OWN: Final = f"""
SELECT room, last_ts_ms, id,
       CASE kind WHEN 'named' THEN 0 ELSE (SELECT count(*) FROM members WHERE members.room = found.room) END
FROM (
    SELECT rooms.room, kind, last_ts_ms, id FROM members AS own CROSS JOIN rooms USING (room)
    WHERE own.uid = :uid AND own.entered AND own.room <> {LOBBY_ROW} AND (kind = 'named' OR last_seq > floor_seq)
      AND (last_ts_ms < :ts_ms OR (last_ts_ms = :ts_ms AND id > :id))
    ORDER BY last_ts_ms DESC, id LIMIT :rooms_max + 1
) AS found
"""
_READ_OWN: Final = f"""
SELECT json_group_array({LISTED_ROOM.format(uid="?1")} ORDER BY last_ts_ms DESC, rooms.id)
FROM json_each(?2) AS listed CROSS JOIN rooms ON rooms.room = listed.value
CROSS JOIN members AS own ON own.room = rooms.room AND own.uid = ?1
"""
_READ_DIRECTORY: Final = f"""
SELECT json_group_array({WHOLE_ROOM.format(uid=":uid")} ORDER BY title_key, rooms.id) FROM (
    SELECT rooms.*
    FROM rooms INDEXED BY rooms_by_title LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :uid
    WHERE title_key IS NOT NULL AND rooms.kind = 'named' AND (title_key, rooms.id) > (:after_key, :after_id)
      AND instr(listed_as, :match) AND {MAY_READ}
    ORDER BY title_key, rooms.id LIMIT :rooms_max
) AS rooms LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :uid
"""
_READ_MEMBERS: Final = """
SELECT json_group_array(json_array(uid, nickname, role, last_seen_ms, read_seq, muted_until_ms, 0)) FROM (
    SELECT own.uid, coalesce(nickname, own.uid) AS nickname, own.role, coalesce(last_seen_ms, 0) AS last_seen_ms,
           read_seq, own.muted_until_ms
    FROM members AS own LEFT JOIN people USING (uid)
    WHERE own.room = ?1 AND own.entered AND own.uid > ?2 ORDER BY own.uid LIMIT ?3)
"""
_READ_EVERYONE: Final = f"""
SELECT json_group_array(json_array(uid, nickname, role, last_seen_ms, 0, muted_until_ms, banned_until_ms)) FROM (
    SELECT uid, nickname, {SERVER_ROLE} AS role, last_seen_ms, muted_until_ms, banned_until_ms
    FROM people WHERE uid > ?2 AND NOT closed ORDER BY uid LIMIT ?3)
"""

_FOUND_ROOM: Final = msgspec.json.Decoder(WholeRow)
_FOUND_ROOMS: Final = msgspec.json.Decoder(list[WholeRow])
_FOUND_MEMBERS: Final = msgspec.json.Decoder(list[tuple[Uid, str, Role, int, Seq, int, int]])


def read_role(connection: apsw.Connection, uid: Uid) -> Role:
    """Read the role on the server. Raises ``apsw.Error``."""
    role = connection.execute(_READ_ROLE, (uid,)).get
    return Role(role) if role is not None else Role.GUEST


def as_parameters(public: PublicReaders, role: Role) -> dict[str, object]:
    """Return the parameters of ``MAY_READ`` for somebody with this role on the server."""
    return {"reads_public": role in public.roles, "reads_banned": role in public.banned}


def read_room(connection: apsw.Connection, room: RoomId, uid: Uid, *, is_counted: bool) -> Room | None:
    """Read a room as somebody sees it; not ``is_counted``: without unread counts. Raises ``apsw.Error``."""
    found = connection.execute(_COUNT_ROOM if is_counted else _READ_ROOM, (uid, room)).get
    if found is None:
        return None
    whole = _FOUND_ROOM.decode(found)
    return whole.as_room(read_role(connection, uid) if whole.row.kind is RoomKind.LOBBY else Role.MEMBER)


def read_markers(connection: apsw.Connection, uid: Uid, other: Uid) -> set[MarkerMoved]:
    """Read somebody's read markers and unread counts where the other may have written. Raises ``apsw.Error``."""
    found = _FOUND_ROOMS.decode(connection.execute(_READ_SHARED_ROOMS, (uid, other)).get)
    return {MarkerMoved.of(whole.as_room(Role.MEMBER), uid) for whole in found}


def count_anew(connection: apsw.Connection, change: CountAnew, ts_ms: int) -> tuple[MarkerMoved, ...]:
    """Read the unread counts of people in rooms. Raises ``apsw.Error``."""
    return tuple(
        MarkerMoved(room=room, uid=uid, seq=read, unread=unread, mentions=mentions)
        for room, uid, read, unread, mentions in connection.execute(_COUNT_ANEW, (as_json(change.readers),))
    )


def list_rooms(connection: apsw.Connection, change: ListRooms, ts_ms: int) -> RoomPage:
    """Read a page of somebody's own rooms. Raises ``apsw.Error``."""
    after_ms, after_id = change.after or (FOR_EVER_MS, "")
    asked = {"uid": change.uid, "ts_ms": after_ms, "id": after_id, "rooms_max": change.rooms_max}
    found: list[Any] = connection.execute(_FIND_OWN, asked).fetchall()
    count = fitting_rooms((members for *_, members in found), change)
    rows = [row for row, *_ in found[:count]]
    rooms = _FOUND_ROOMS.decode(connection.execute(_READ_OWN, (change.uid, as_json(rows))).get)
    page = tuple(whole.as_room(Role.MEMBER) for whole in rooms)
    return RoomPage(rooms=page, next="\n".join(map(str, found[count - 1][1:3])) if count < len(found) else None)


def read_directory(connection: apsw.Connection, query: RoomsQuery, reader: Uid, now_ms: int) -> RoomPage:
    """Read a page of the directory. Raises ``apsw.Error``."""
    role = read_role(connection, reader)
    after_key, _, after_id = (query.after or "").partition("\n")
    asked = {
        "uid": reader,
        **as_parameters(query.public, role),
        "now_ms": now_ms,
        "after_key": after_key,
        "after_id": after_id,
        "match": fold(query.match),
        "rooms_max": query.rooms_max + 1,
    }
    found = _FOUND_ROOMS.decode(connection.execute(_READ_DIRECTORY, asked).get)
    page = tuple(whole.as_room(role) for whole in found[: query.rooms_max])
    last = page[-1] if len(found) > len(page) else None
    return RoomPage(rooms=page, next=f"{nickname_key(last.title or '')}\n{last.room}" if last is not None else None)


def read_members(connection: apsw.Connection, query: MembersQuery, now_ms: int) -> MemberPage:
    """Read a page of the members of a room. Raises ``apsw.Error``."""
    row = connection.execute("SELECT room FROM rooms WHERE id = ?", (query.room,)).get
    sql = _READ_EVERYONE if row == LOBBY_ROW else _READ_MEMBERS
    found = _FOUND_MEMBERS.decode(connection.execute(sql, (row, query.after or "", query.members_max + 1)).get)
    members = tuple(
        Member(
            uid=uid,
            nickname=nickname,
            role=role,
            last_seen_ms=last_seen_ms,
            read=read,
            muted_until_ms=muted_until_ms if muted_until_ms > now_ms >= banned_until_ms else None,
            banned_until_ms=banned_until_ms if banned_until_ms > now_ms else None,
        )
        for uid, nickname, role, last_seen_ms, read, muted_until_ms, banned_until_ms in found[: query.members_max]
    )
    return MemberPage(members=members, more=len(found) > query.members_max)
