"""The rooms that a JOIN lists: the lobby, named rooms, and the latest conversations that fit."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

import apsw
import msgspec

from muca.model.ids import Uid
from muca.model.roles import Role
from muca.model.rooms import Peer, Room
from muca.model.storage import Admit, Admitted
from muca.storage.sqlite.events import LOBBY_ROW, as_json
from muca.storage.sqlite.rooms import LISTED_ROOM, WholeRow

# Nobody leaves a direct or group room: all its rows are members, and counting them only needs the index.
_FIND_ROOMS: Final = f"""
SELECT json_group_array(json_array(asked.value ->> 0, (
    SELECT jsonb_group_array(jsonb_array(
        room, CASE kind WHEN 'named' THEN 0 ELSE (SELECT count(*) FROM members WHERE members.room = found.room) END))
    FROM (
        SELECT rooms.room, rooms.kind FROM members AS own JOIN rooms USING (room)
        WHERE own.uid = asked.value ->> 0 AND own.entered AND own.room <> {LOBBY_ROW}
          AND (rooms.kind = 'named' OR last_seq > floor_seq AND NOT asked.value ->> 1)
        ORDER BY rooms.kind <> 'named', last_seq <= read_seq, last_ts_ms DESC, id LIMIT ?2
    ) AS found)))
FROM jsonb_each(?1) AS asked
"""
_READ_ROOMS: Final = f"""
SELECT json_group_array(json_array(asked.value ->> 0, (
    SELECT jsonb_group_array({LISTED_ROOM.format(uid="asked.value ->> 0")}
                             ORDER BY rooms.room <> {LOBBY_ROW}, last_ts_ms DESC, rooms.id)
    FROM jsonb_each(asked.value, '$[1]') AS listed CROSS JOIN rooms ON rooms.room = listed.value
    LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = asked.value ->> 0)))
FROM jsonb_each(?1) AS asked
"""

_Candidate: TypeAlias = tuple[int, int]
"""A room that may be listed, and the number of members to list with it: 0 for a named room."""

_FOUND_CANDIDATES: Final = msgspec.json.Decoder(list[tuple[Uid, list[_Candidate]]])
_FOUND_ROOMS: Final = msgspec.json.Decoder(list[tuple[Uid, list[WholeRow]]])


class Listings:
    """The rooms of UIDs that may join, read for all of them at once. Raises ``apsw.Error``.

    Args:
        admits: the UIDs that may join.
        claimed: those of them that were just claimed. Conversations from before are not listed for the new owner.
    """

    def __init__(self, connection: apsw.Connection, admits: Mapping[Uid, Admit], claimed: Collection[Uid]) -> None:
        self._admits = admits
        self._rooms: dict[Uid, list[WholeRow]] = {}
        self._incomplete: set[Uid] = set()
        """UIDs that have more rooms than are listed."""
        self._nicknames: dict[Uid, str] = {}
        """The nicknames of UIDs whose answers are complete."""
        if admits:
            self._read(connection, claimed)

    def _read(self, connection: apsw.Connection, claimed: Collection[Uid]) -> None:
        asked = [(uid, uid in claimed) for uid in self._admits]
        rooms_max = max(write.rooms_max for write in self._admits.values())
        found = connection.execute(_FIND_ROOMS, (as_json(asked), rooms_max)).get
        listed: list[tuple[Uid, list[int]]] = []
        for uid, candidates in _FOUND_CANDIDATES.decode(found):
            rooms = _chosen(candidates, self._admits[uid])
            listed.append((uid, [LOBBY_ROW, *rooms]))
            if len(rooms) < len(candidates):
                self._incomplete.add(uid)
        self._rooms = dict(_FOUND_ROOMS.decode(connection.execute(_READ_ROOMS, (as_json(listed),)).get))

    def complete(self, admitted: Admitted) -> Admitted:
        """Return an answer with its rooms. Their members have the nicknames of this moment in the batch."""
        person, ts_ms = admitted.person, self._admits[admitted.person.uid].ts_ms
        lobby, *listed = self._rooms[person.uid]
        self._nicknames[person.uid] = person.nickname
        return msgspec.structs.replace(
            admitted,
            rooms=(lobby.as_room(person.role if person.claimed else Role.GUEST), *map(self._room, listed)),
            muted={
                whole.row.room: whole.own.muted_until_ms
                for whole in listed
                if whole.own.muted_until_ms is not None and whole.own.muted_until_ms > ts_ms
            },
            more_rooms=person.uid in self._incomplete,
        )

    def _room(self, whole: WholeRow) -> Room:
        room = whole.as_room(Role.MEMBER)
        peers = tuple(
            Peer(uid=peer.uid, nickname=self._nicknames.get(peer.uid, peer.nickname)) for peer in room.members
        )
        return msgspec.structs.replace(room, members=peers)


def _chosen(candidates: Sequence[_Candidate], write: Admit) -> list[int]:
    """Choose the rooms to list."""
    members_left = write.members_max
    chosen: list[int] = []
    for room, members in candidates[: write.rooms_max - 1]:
        if members <= members_left:
            members_left -= members
            chosen.append(room)
    return chosen
