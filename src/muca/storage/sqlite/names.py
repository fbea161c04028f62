"""A cache of the names of people in rooms.

Rules:

1. A room's names are read when a text needs them, and cached while there is space (``NAMES_KEPT_MAX``).
2. Temporary triggers record changes of names and memberships, whichever statement makes them.
3. Changes by another process, and rollbacks, clear the cache.
"""

from collections.abc import Collection
from typing import Final

import apsw
import msgspec

from muca.model.ids import Uid
from muca.model.mentions import Names, Rank
from muca.storage.sqlite.events import LOBBY_ROW, as_json

NAMES_READ_MAX: Final = 20_000
"""People of one room who can be found by name: those with a password first, then the most recently seen."""
NAMES_KEPT_MAX: Final = 60_000
"""People of all rooms together; beyond it, the least recently used room is evicted."""
_CHANGES_MAX: Final = 1_000
"""Changes that are applied one by one; beyond it, the cache is cleared."""

_TRIGGERS: Final = f"""
CREATE TEMP TRIGGER names_came AFTER INSERT ON main.people BEGIN SELECT name_changed(new.uid); END;
CREATE TEMP TRIGGER names_changed AFTER UPDATE OF nickname, claimed, password_hash, closed ON main.people
WHEN old.nickname <> new.nickname OR old.claimed <> new.claimed OR old.closed <> new.closed
  OR (old.password_hash IS NULL) <> (new.password_hash IS NULL)
BEGIN SELECT name_changed(new.uid); END;
CREATE TEMP TRIGGER names_went AFTER DELETE ON main.people BEGIN SELECT name_changed(old.uid); END;
CREATE TEMP TRIGGER members_came AFTER INSERT ON main.members WHEN new.room <> {LOBBY_ROW}
BEGIN SELECT name_changed(new.uid); END;
CREATE TEMP TRIGGER members_changed AFTER UPDATE OF entered ON main.members WHEN old.entered <> new.entered
BEGIN SELECT name_changed(new.uid); END;
CREATE TEMP TRIGGER members_went AFTER DELETE ON main.members WHEN old.room <> {LOBBY_ROW}
BEGIN SELECT name_changed(old.uid); END;
"""
_RANK: Final = "CASE WHEN password_hash IS NOT NULL THEN 2 ELSE coalesce(claimed, 0) END"
_READ_EVERYONE: Final = f"""
SELECT json_group_array(json_array(uid, nickname, {_RANK})) FROM (
    SELECT * FROM people WHERE NOT closed ORDER BY password_hash IS NULL, last_seen_ms DESC, uid LIMIT ?2) WHERE ?1
"""
_READ_MEMBERS: Final = f"""
SELECT json_group_array(json_array(uid, coalesce(nickname, uid), {_RANK})) FROM (
    SELECT members.uid AS uid, nickname, claimed, password_hash FROM members LEFT JOIN people USING (uid)
    WHERE room = ?1 AND entered AND closed IS NOT 1
    ORDER BY password_hash IS NULL, last_seen_ms DESC, members.uid LIMIT ?2)
"""
_READ_CHANGED: Final = f"""
SELECT json_group_array(json_array(value, nickname, {_RANK}, closed IS 0, closed IS 1, jsonb((
    SELECT json_group_array(room) FROM members WHERE members.uid = value AND entered
    AND room IN (SELECT value FROM json_each(?2))))))
FROM json_each(?1) LEFT JOIN people ON people.uid = value
"""
_READ_PEOPLE: Final = f"""
SELECT json_group_array(json_array(value, coalesce(nickname, value), {_RANK}))
FROM json_each(?) LEFT JOIN people ON people.uid = value
"""

_FOUND: Final = msgspec.json.Decoder(list[tuple[Uid, str, Rank]])
_CHANGED: Final = msgspec.json.Decoder(list[tuple[Uid, str | None, Rank, int, int, frozenset[int]]])


class RoomNames:
    """The names of recently used rooms. For the write connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rooms: dict[int, Names] = {}
        """Least recently used first."""
        self._changed: set[Uid] = set()
        self._data_version = connection.pragma("data_version")
        connection.create_scalar_function("name_changed", self._note, 1)
        connection.execute(_TRIGGERS)
        connection.set_rollback_hook(self.forget)

    def _note(self, *uids: object) -> None:
        """Record, from a trigger, that somebody's names or rooms have changed."""
        self._changed.update(map(str, uids))

    def forget(self) -> None:
        """Clear the cache, after a partial rollback or a change elsewhere. A full ROLLBACK does it automatically."""
        self._rooms.clear()

    def follow(self) -> None:
        """Apply all changes since the last call, also those by other processes. Raises ``apsw.Error``."""
        data_version = self._connection.pragma("data_version")
        if data_version != self._data_version or len(self._changed) > _CHANGES_MAX:
            self._data_version = data_version
            self.forget()
        changed = as_json(list(self._changed)) if self._rooms and self._changed else None
        self._changed.clear()
        if changed is None:
            return
        found = self._connection.execute(_READ_CHANGED, (changed, as_json(list(self._rooms)))).get
        for uid, nickname, rank, is_known, is_gone, rooms in _CHANGED.decode(found):
            for room, names in self._rooms.items():
                if is_known if room == LOBBY_ROW else room in rooms and not is_gone:
                    names.put(uid, nickname or uid, rank)
                else:
                    names.drop(uid)

    def of(self, room: int) -> Names:
        """Return the names of the members of a room (its row) as of the last ``follow``. Raises ``apsw.Error``."""
        names = self._rooms.pop(room, None)
        if names is None or len(names) > 2 * NAMES_READ_MAX:  # many people have joined since
            sql = _READ_EVERYONE if room == LOBBY_ROW else _READ_MEMBERS
            names = _names_of(self._connection.execute(sql, (room, NAMES_READ_MAX)).get)
            while self._rooms and sum(map(len, self._rooms.values())) > NAMES_KEPT_MAX - len(names):
                del self._rooms[next(iter(self._rooms))]
        self._rooms[room] = names
        return names


def read_names(connection: apsw.Connection, uids: Collection[Uid]) -> Names:
    """Read the names of these people. Raises ``apsw.Error``."""
    return _names_of(connection.execute(_READ_PEOPLE, (as_json(list(uids)),)).get)


def _names_of(found: str) -> Names:
    names, people = Names(), _FOUND.decode(found)
    for uid, nickname, rank in people:
        names.put(uid, nickname, rank)
    return names
