"""Who is mentioned, looked up for many texts in one statement."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import apsw
import msgspec

from muca.model.ids import RoomId, Uid
from muca.model.mentions import mention_candidates, mentions_room, resolve_mentions
from muca.model.names import nickname_key
from muca.storage.sqlite_events import LOBBY_ROW, as_json
from muca.storage.sqlite_rooms import SERVER_ROLE

# For each room and name, those who go by it and may read the room; of a room that is not there yet, all who go by it.
# Then who of the members of conversations was never here: they go by their UIDs.
_FIND: Final = f"""
WITH asked AS (SELECT value ->> 0 AS id, value ->> 1 AS uid, value ->> 2 AS nickname_key, room,
                      coalesce(room, 0) IN (0, {LOBBY_ROW}) AS anybody, kind = 'named' AND NOT private AS public
               FROM jsonb_each(?1) LEFT JOIN rooms ON rooms.id = value ->> 0)
SELECT (SELECT json_group_array(json_array(asked.id, jsonb((
            SELECT json_group_array(json_array(uid, key)) FROM (
                SELECT people.uid AS uid, people.nickname_key AS key FROM people
                LEFT JOIN members AS own ON own.room = asked.room AND own.uid = people.uid
                WHERE (people.nickname_key = asked.nickname_key OR people.uid = asked.uid) AND (
                    anybody OR own.entered OR public AND CASE {SERVER_ROLE}
                        WHEN 'guest' THEN false
                        WHEN 'member' THEN coalesce(own.banned_until_ms, 0) <= ?3 ELSE true END)
                ORDER BY people.uid LIMIT ?4))))) FROM asked),
       (SELECT json_group_array(json_array(rooms.id, members.uid))
        FROM rooms CROSS JOIN members USING (room) LEFT JOIN people ON people.uid = members.uid
        WHERE rooms.id IN (SELECT id FROM asked) AND rooms.kind IN ('direct', 'group') AND people.uid IS NULL),
       (SELECT json_group_array(json_array(value ->> 0, value ->> 1))
        FROM jsonb_each(?2) WHERE NOT EXISTS (SELECT 1 FROM people WHERE uid = value ->> 1))
"""

_FOUND: Final = msgspec.json.Decoder(list[tuple[RoomId, tuple[tuple[Uid, str], ...]]])
_NEVER_HERE: Final = msgspec.json.Decoder(list[tuple[RoomId, Uid]])

WRITE_MENTIONS: Final = """
INSERT INTO mentions (uid, event, sender) SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?)
"""


class Said(NamedTuple):
    """A text in a room. ``members`` when the room is a conversation that may still have to be made."""

    room: RoomId
    text: str
    mentions_max: int
    members: tuple[Uid, ...] | None = None


class Mentioned(NamedTuple):
    """Who is meant in a text, and whether everyone in the room is."""

    uids: tuple[Uid, ...] = ()
    everyone: bool = False

    def as_columns(self) -> tuple[str | None, bool | None]:
        """Give what stands in the columns ``mentions`` and ``mentions_room`` of ``events``."""
        return as_json(self.uids) if self.uids else None, self.everyone or None

    def as_rows(self, event: int, sender: Uid) -> list[tuple[Uid, int, Uid]]:
        """Give the rows of ``mentions``."""
        return [(uid, event, sender) for uid in (*self.uids, *("",) * self.everyone)]


NOBODY: Final = Mentioned()


def resolve_all(connection: apsw.Connection, texts: Sequence[Said], now_ms: int) -> list[Mentioned]:
    """Find who is mentioned in each of the texts. Raises ``apsw.Error``."""
    candidates = [mention_candidates(said.text, said.mentions_max) for said in texts]
    asked = {
        (said.room, name, nickname_key(name))
        for said, names_of_each in zip(texts, candidates, strict=True)
        for names in names_of_each
        for name in names
    }
    readers = _read_readers(connection, asked, texts, now_ms) if asked else {}
    mentioned = []
    for said, names_of_each in zip(texts, candidates, strict=True):
        uids = readers.get(said.room, {})
        if said.members is not None:
            uids = {uid: key for uid, key in uids.items() if uid in said.members}
        by_nickname: dict[str, list[Uid]] = {}
        for uid, key in uids.items():
            by_nickname.setdefault(key, []).append(uid)
        meant = resolve_mentions(names_of_each, uids, by_nickname, said.mentions_max)
        mentioned.append(Mentioned(meant, mentions_room(said.text)))
    return mentioned


def _read_readers(
    connection: apsw.Connection, asked: set[tuple[RoomId, str, str]], texts: Sequence[Said], now_ms: int
) -> dict[RoomId, dict[Uid, str]]:
    """Read who goes by these names, by room: the ``nickname_key`` of each."""
    people_max = max(said.mentions_max for said in texts)
    members = {(said.room, uid) for said in texts for uid in said.members or ()}
    found, *never_here = connection.execute(_FIND, (as_json(asked), as_json(members), now_ms, people_max)).get
    readers: dict[RoomId, dict[Uid, str]] = {}
    for room, people in _FOUND.decode(found):
        readers.setdefault(room, {}).update(people)
    for unknown in never_here:
        for room, uid in _NEVER_HERE.decode(unknown):
            readers.setdefault(room, {})[uid] = nickname_key(uid)
    return readers
