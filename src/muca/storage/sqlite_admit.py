"""Admits in SQLite: a whole run of them in a handful of statements (why: see ``sqlite_append``).

What one Admit changes that a later one of the same run can see is little: a nickname, and a claim, which leaves the UID
with nothing to read but the lobby. Both are kept up in Python while the run is answered, and written at its end.
"""

import hmac
from collections.abc import Sequence
from typing import Final

import apsw
import msgspec

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq, Uid
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.model.storage import Admit, Admitted, Refused
from muca.storage.sqlite_append import as_json

# A room is listed for those who can read something in it.
_LOOK_UP: Final = """
SELECT (SELECT last_seq FROM rooms WHERE id = ?1), json_group_array(json_array(asked.value, hex(token_hash), (
    SELECT jsonb_group_array(jsonb_array(id, kind, last_seq, (
        SELECT jsonb_group_array(jsonb_array(uid, nickname) ORDER BY uid)
        FROM members LEFT JOIN people USING (uid)
        WHERE members.room = listed.room)) ORDER BY last_ts_ms DESC, id)
    FROM (SELECT rooms.* FROM members JOIN rooms USING (room)
          WHERE members.uid = asked.value AND last_seq > floor_seq
          ORDER BY last_ts_ms DESC, id LIMIT ?3) AS listed)))
FROM json_each(?2) AS asked LEFT JOIN people ON people.uid = asked.value
"""
_WRITE_PEOPLE: Final = """
INSERT INTO people (uid, nickname, token_hash, claimed_ms, last_seen_ms)
SELECT value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4 FROM jsonb_each(?) WHERE true
ON CONFLICT (uid) DO UPDATE SET nickname = excluded.nickname, last_seen_ms = excluded.last_seen_ms,
    token_hash = coalesce(token_hash, excluded.token_hash), claimed_ms = coalesce(claimed_ms, excluded.claimed_ms)
"""
_RAISE_FLOORS: Final = """
UPDATE members SET floor_seq = (SELECT last_seq FROM rooms WHERE rooms.room = members.room)
WHERE uid IN (SELECT value FROM json_each(?))
"""


class _Listed(msgspec.Struct, array_like=True):
    """A room of a UID's list."""

    room: RoomId
    kind: RoomKind
    seq: Seq
    members: list[tuple[Uid, str | None]]


class _Person(msgspec.Struct, array_like=True):
    """A UID that asks to be let in, as this run of Admits changes it."""

    uid: Uid
    token_hash: str
    """In hexadecimal; empty while nobody has claimed the UID."""
    rooms: list[_Listed]


_FOUND_PEOPLE: Final = msgspec.json.Decoder(list[_Person])


def admit_all(connection: apsw.Connection, admits: Sequence[Admit]) -> list[Admitted | Refused]:
    """Do all Admits inside the open transaction, or raise and leave it to be rolled back."""
    uids = {write.uid for write in admits}
    rooms_max = max(write.rooms_max for write in admits)
    lobby_seq, found = connection.execute(_LOOK_UP, (LOBBY, as_json(uids), rooms_max - 1)).get
    lobby = Room(room=LOBBY, kind=RoomKind.LOBBY, seq=lobby_seq)
    people = {person.uid: person for person in _FOUND_PEOPLE.decode(found)}
    nicknames: dict[Uid, str] = {}
    rows: list[tuple[Uid, str, str | None, int | None, int]] = []
    claimed: list[Uid] = []
    results: list[Admitted | Refused] = []
    for write in admits:
        person = people[write.uid]
        claim = write.offered_token_hash if not person.token_hash else None
        if claim is not None:
            person.token_hash = claim.hex()
            person.rooms = []
            claimed.append(write.uid)
        elif (refusal := _refusal(person.token_hash, write.token_hash)) is not None:
            results.append(Refused(code=refusal))
            continue
        nicknames[write.uid] = write.nickname
        claimed_ms = write.ts_ms if claim is not None else None
        rows.append((write.uid, write.nickname, person.token_hash or None, claimed_ms, write.ts_ms))
        rooms = [_as_room(listed, nicknames) for listed in person.rooms[: write.rooms_max - 1]]
        results.append(Admitted(claimed=claim is not None, rooms=(lobby, *rooms)))
    connection.execute(_WRITE_PEOPLE, (as_json(rows),))
    if claimed:
        connection.execute(_RAISE_FLOORS, (as_json(claimed),))
    return results


def _refusal(token_hash: str, presented: bytes | None) -> ErrorCode | None:
    if not token_hash:
        return None
    if presented is None:
        return ErrorCode.TOKEN_REQUIRED
    return None if hmac.compare_digest(bytes.fromhex(token_hash), presented) else ErrorCode.TOKEN_WRONG


def _as_room(listed: _Listed, nicknames: dict[Uid, str]) -> Room:
    members = tuple(Peer(uid=uid, nickname=nicknames.get(uid) or stored or uid) for uid, stored in listed.members)
    return Room(room=listed.room, kind=listed.kind, members=members, seq=listed.seq)
