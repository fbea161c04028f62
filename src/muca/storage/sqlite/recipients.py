"""Recipients of a SEND that the core does not know, and the message it replies to: read only if a SEND needs them."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import apsw
import msgspec

from muca.model.errors import ErrorCode
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

_FOUND_PEOPLE: Final = msgspec.json.Decoder(list[tuple[str, KnownAs | None, tuple[Uid, ...], tuple[Uid, ...]]])
_NUMBERS: Final = msgspec.json.Decoder(set[int])


class Conversation(NamedTuple):
    """Where a message goes. ``members``: set if the room may have to be created first."""

    room: RoomId
    kind: RoomKind
    members: tuple[Uid, ...] | None


Place: TypeAlias = Conversation | Refused


def find_conversations(connection: apsw.Connection, appends: Sequence[Append]) -> dict[int, Place]:
    """Find the direct and group rooms for recipients, by the index of the Append. Raises ``apsw.Error``."""
    asked = {number: write for number, write in enumerate(appends) if write.room is None}
    if not asked:
        return {}
    names = {(name, nickname_key(name)) for write in asked.values() for name in write.recipients}
    found = _FOUND_PEOPLE.decode(connection.execute(_FIND_PEOPLE, (as_json(names),)).get)
    known = {name: Known(standing, protected, claimed) for name, standing, protected, claimed in found}
    return {number: _conversation(write, known) for number, write in asked.items()}


def _conversation(write: Append, known: dict[str, Known]) -> Place:
    people = {name: known[name].meant_by(name, write.nicknamed.get(name, ())) for name in write.recipients}
    if write.skips_unknown:
        people = {name: uids for name, uids in people.items() if len(uids) == 1}
    unknown = [name for name, uids in people.items() if not uids]
    ambiguous = [name for name, uids in people.items() if len(uids) > 1]
    for code, names in (ErrorCode.UNKNOWN_RECIPIENT, unknown), (ErrorCode.AMBIGUOUS_RECIPIENT, ambiguous):
        if names:
            return Refused(code=code, detail=", ".join(f"“{name}”" for name in names))
    members = tuple(sorted({write.sender, *(uids[0] for uids in people.values())}))
    if members == (write.sender,):
        return Refused(code=ErrorCode.NO_RECIPIENT)
    kind = RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
    return Conversation(conversation_id(members), kind, members)


def find_replied_to(connection: apsw.Connection, places: Sequence[Place], appends: Sequence[Append]) -> set[int]:
    """Find the Appends that reply to a message that exists and that the sender may read. Raises ``apsw.Error``."""
    asked = [
        (number, place.room, write.sender, write.reply_to)
        for number, (place, write) in enumerate(zip(places, appends, strict=True))
        if write.reply_to is not None and 0 < write.reply_to <= SEQ_MASK and isinstance(place, Conversation)
    ]
    return _NUMBERS.decode(connection.execute(_FIND_REPLIED_TO, (as_json(asked),)).get) if asked else set()
