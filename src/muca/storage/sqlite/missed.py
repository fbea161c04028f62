"""What followers of the feed have missed: read from the database, as nobody keeps news."""

from typing import Any, Final

import apsw
import msgspec

from muca.model.ids import RoomId, Seq, Uid
from muca.model.queries import MissedQuery, MissingNews, NewsQuery, People, PeopleQuery, PersonNow, RoomNews
from muca.model.roles import Role
from muca.model.rooms import RoomKind
from muca.storage.news import concerned, news_of_log, person_changed
from muca.storage.sqlite.events import EVENT, EVENT_ROWS, SEQ_BITS, SEQ_MASK, as_json
from muca.storage.sqlite.facts import PERSON, PersonRow
from muca.storage.sqlite.rooms import OWN, ROOM, OwnRow, RoomRow, as_room

_FIND_ROOM: Final = f"SELECT room, json_array({ROOM}) FROM rooms WHERE id IN (?1, ' ' || ?1)"
_READ_EVENTS: Final = f"""
SELECT json_group_array(json(row)) FROM (
    SELECT {EVENT} AS row FROM events WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3)
"""
_READ_UIDS: Final = "SELECT uid FROM members WHERE room = ? ORDER BY uid"
_READ_MEMBERS: Final = f"""
SELECT json_group_object(own.uid, jsonb_array({OWN})) FROM json_each(?2) CROSS JOIN members AS own
ON own.uid = value AND own.room = ?1
"""
_READ_PEOPLE: Final = f"""
SELECT json_group_array(json_array(
    {PERSON},
    (SELECT jsonb_group_array(device ORDER BY device) FROM devices WHERE devices.uid = people.uid),
    (SELECT jsonb_group_array(other ORDER BY other) FROM ignores WHERE ignores.uid = people.uid))
    ORDER BY uid)
FROM people WHERE uid IN (SELECT value FROM json_each(?))
"""
_FIND_GROWN: Final = """
SELECT json_group_object(key, value) FROM json_each(?) LEFT JOIN rooms ON rooms.id = key
WHERE last_seq IS NULL OR last_seq > value
"""
_FIND_UNLOADED: Final = f"""
SELECT json_group_object(rooms.id, coalesce((
    SELECT events.id & {SEQ_MASK} FROM events
    WHERE events.id BETWEEN room << {SEQ_BITS} AND room << {SEQ_BITS} | {SEQ_MASK} AND ts_ms < :since_ms
    ORDER BY events.id DESC LIMIT 1), gone_seq))
FROM rooms WHERE last_ts_ms >= :since_ms AND last_seq > gone_seq AND kind <> 'lobby'
  AND rooms.id NOT IN (SELECT key FROM json_each(:rooms))
  AND EXISTS (SELECT 1 FROM json_each(:people) CROSS JOIN members ON members.uid = key
              WHERE members.room = rooms.room AND entered AND (kind = 'named' OR last_seq > floor_seq))
"""
_FIND_CHANGED: Final = """
SELECT json_group_array(uid ORDER BY uid) FROM json_each(?) CROSS JOIN people ON people.uid = key WHERE changes > value
"""
_FIND_NETWORKS: Final = "SELECT json_group_array(network ORDER BY network) FROM address_bans WHERE until_ms > ?"

_CONVERSATIONS: Final = frozenset({RoomKind.DIRECT, RoomKind.GROUP})

_ROOM: Final = msgspec.json.Decoder(RoomRow)
_MEMBERS: Final = msgspec.json.Decoder(dict[Uid, OwnRow])
_PEOPLE: Final = msgspec.json.Decoder(list[tuple[PersonRow, tuple[int, ...], tuple[Uid, ...]]])
_SEQS: Final = msgspec.json.Decoder(dict[RoomId, Seq])
_NAMES: Final = msgspec.json.Decoder(tuple[str, ...])


def read_news(connection: apsw.Connection, query: NewsQuery) -> RoomNews:
    """Read what happened in a room. Raises ``apsw.Error``."""
    found: Any = connection.execute(_FIND_ROOM, (query.log,)).fetchone()
    if found is None:
        return RoomNews(news=(), last=query.after, is_deleted=True)
    number, row = found[0], _ROOM.decode(found[1])
    base = number << SEQ_BITS
    bounds = base | query.after, base | row.seq, query.events_max
    rows = EVENT_ROWS.decode(connection.execute(_READ_EVENTS, bounds).get)
    entries = [each.as_entry(query.log, row.kind, each.sender) for each in rows]
    uids = {uid for entry in entries if (uid := concerned(entry)) is not None}
    own = _MEMBERS.decode(connection.execute(_READ_MEMBERS, (number, as_json(uids))).get)
    memberships = {uid: each.as_membership(uid, row, Role.MEMBER, 0) for uid, each in own.items()}
    members = tuple(uid for (uid,) in connection.execute(_READ_UIDS, (number,))) if row.kind in _CONVERSATIONS else ()
    shared = msgspec.structs.replace(as_room(row, None), room=query.log)
    known = {uid: each for uid, each in memberships.items() if each is not None}
    news = news_of_log(entries, shared, members, known)
    more = len(rows) == query.events_max and rows[-1].seq < row.seq
    return RoomNews(
        news=news, last=rows[-1].seq if more else row.seq, more=more, is_deleted=not more and row.room != query.log
    )


def read_people(connection: apsw.Connection, query: PeopleQuery) -> People:
    """Read what people are now. Raises ``apsw.Error``."""
    found = _PEOPLE.decode(connection.execute(_READ_PEOPLE, (as_json(query.uids),)).get)
    return People(
        people=tuple(
            PersonNow(person=person_changed(row.as_person()).person, devices=devices, ignores=ignores)
            for row, devices, ignores in found
        )
    )


def find_missed(connection: apsw.Connection, query: MissedQuery, now_ms: int) -> MissingNews:
    """Find where followers have missed something. Raises ``apsw.Error``."""
    rooms, people = as_json(query.rooms), as_json(query.people)
    asked = {"rooms": rooms, "people": people, "since_ms": query.since_ms}
    return MissingNews(
        rooms=_SEQS.decode(connection.execute(_FIND_GROWN, (rooms,)).get)
        | _SEQS.decode(connection.execute(_FIND_UNLOADED, asked).get),
        people=_NAMES.decode(connection.execute(_FIND_CHANGED, (people,)).get),
        networks=_NAMES.decode(connection.execute(_FIND_NETWORKS, (now_ms,)).get),
    )
