"""What a few SENDs need: recipients that the core does not know, the message replied to, the sender's last one."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import apsw
import msgspec

from muca.model.ids import RoomId, Uid
from muca.model.names import nickname_key
from muca.model.rooms import RoomKind, conversation_id
from muca.model.storage import Append, Known, KnownAs, Refused
from muca.storage.sqlite.events import SEQ_BITS, SEQ_MASK, as_json

_FIND_PEOPLE: Final = """
SELECT json_group_array(json_array(
    value ->> 0,
    (SELECT CASE WHEN closed THEN 'deleted' WHEN claimed THEN 'account' ELSE 'guest' END
     FROM people WHERE uid = value ->> 0),
    (SELECT jsonb_group_array(uid) FROM (
        SELECT uid FROM people WHERE nickname_key = value ->> 1 AND login_key IS NOT NULL AND NOT closed LIMIT 2)),
    (SELECT jsonb_group_array(uid) FROM (
        SELECT uid FROM people WHERE nickname_key = value ->> 1 AND claimed AND NOT closed LIMIT 2))))
FROM jsonb_each(?)
"""
_FIND_REPLIED_TO: Final = f"""
SELECT json_group_array(value ->> 0) FROM jsonb_each(?)
CROSS JOIN rooms ON rooms.id = value ->> 1
CROSS JOIN events ON events.id = rooms.room << {SEQ_BITS} | value ->> 3
LEFT JOIN members ON members.room = rooms.room AND uid = value ->> 2
WHERE events.kind IS NULL AND deleted IS NULL AND value ->> 3 > coalesce(floor_seq, 0)
"""
_FIND_PREVIOUS: Final = f"""
SELECT json_group_array(json_array(id, sender, ts_ms)) FROM (
    SELECT rooms.id, value ->> 1 AS sender, (
        SELECT ts_ms FROM events INDEXED BY events_by_sender
        WHERE sender = value ->> 1 AND kind IS NULL AND deleted IS NULL
          AND events.id BETWEEN rooms.room << {SEQ_BITS} AND rooms.room << {SEQ_BITS} | {SEQ_MASK}
        ORDER BY events.id DESC LIMIT 1) AS ts_ms
    FROM jsonb_each(?) CROSS JOIN rooms ON rooms.id = value ->> 0)
WHERE ts_ms IS NOT NULL
"""

_FOUND_PEOPLE: Final = msgspec.json.Decoder(list[tuple[str, KnownAs | None, tuple[Uid, ...], tuple[Uid, ...]]])
_NUMBERS: Final = msgspec.json.Decoder(set[int])
_TIMES: Final = msgspec.json.Decoder(list[tuple[RoomId, Uid, int]])


class Destination(msgspec.Struct, frozen=True):
    """Where a message goes. ``members``: set if the room may have to be created first."""

    room: RoomId
    kind: RoomKind
    members: tuple[Uid, ...] | None


Resolved: TypeAlias = Destination | Refused


def find_conversations(connection: apsw.Connection, appends: Sequence[Append]) -> dict[int, Resolved]:
    """Find the direct and group rooms for recipients, by the index of the Append. Raises ``apsw.Error``."""
    asked = {number: write for number, write in enumerate(appends) if write.room is None}
    if not asked:
        return {}
    names = {(name, nickname_key(name)) for write in asked.values() for name in write.recipients}
    found = _FOUND_PEOPLE.decode(connection.execute(_FIND_PEOPLE, (as_json(names),)).get)
    known = {name: Known(standing, protected, claimed) for name, standing, protected, claimed in found}
    return {number: _place(write, known) for number, write in asked.items()}


def _place(write: Append, known: dict[str, Known]) -> Resolved:
    assert write.resolve is not None
    members = write.resolve(known)
    if isinstance(members, Refused):
        return members
    kind = RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
    return Destination(conversation_id(members), kind, members)


def find_previous(
    connection: apsw.Connection, places: Sequence[Resolved], appends: Sequence[Append]
) -> dict[tuple[RoomId, Uid], int]:
    """Find when senders in slow rooms wrote there before. Raises ``apsw.Error``."""
    asked = {
        (place.room, write.sender)
        for place, write in zip(places, appends, strict=True)
        if write.slow_seconds and isinstance(place, Destination)
    }
    found = _TIMES.decode(connection.execute(_FIND_PREVIOUS, (as_json(asked),)).get)
    return {(room, sender): ts_ms for room, sender, ts_ms in found}


def find_replied_to(connection: apsw.Connection, places: Sequence[Resolved], appends: Sequence[Append]) -> set[int]:
    """Find the Appends that reply to a message that exists and that the sender may read. Raises ``apsw.Error``."""
    asked = [
        (number, place.room, write.sender, write.reply_to)
        for number, (place, write) in enumerate(zip(places, appends, strict=True))
        if write.reply_to is not None and 0 < write.reply_to <= SEQ_MASK and isinstance(place, Destination)
    ]
    return _NUMBERS.decode(connection.execute(_FIND_REPLIED_TO, (as_json(asked),)).get) if asked else set()
