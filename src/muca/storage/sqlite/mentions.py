"""Mentions in SQLite: resolved for many texts at once."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import apsw
import msgspec

from muca.model.ids import Uid
from muca.model.mentions import NOBODY, Mention, Mentioned, may_mention
from muca.storage.sqlite.events import LOBBY_ROW, SEQ_MASK, as_json
from muca.storage.sqlite.names import RoomNames, read_names

_FIND_INSIDE: Final = f"""
SELECT json_group_array(json_array(value ->> 0, value ->> 1)) FROM jsonb_each(?)
WHERE NOT EXISTS (SELECT 1 FROM people WHERE uid = value ->> 1 AND closed)
  AND CASE value ->> 0 WHEN {LOBBY_ROW}
      THEN EXISTS (SELECT 1 FROM people WHERE uid = value ->> 1)
      ELSE EXISTS (SELECT 1 FROM members WHERE uid = value ->> 1 AND room = value ->> 0 AND entered) END
"""
_INSIDE: Final = msgspec.json.Decoder(set[tuple[int, Uid]])

_OF_MESSAGE: Final = """
(SELECT '' UNION SELECT each.value FROM events CROSS JOIN json_each(mentions) AS each WHERE events.id = ?1)
"""
"""Everybody who may be mentioned at the message."""
COUNTED: Final = f"""
(SELECT jsonb_group_object(uid, at & {SEQ_MASK}) FROM (
    SELECT uid, at FROM mentions
    WHERE at = events.id AND uid IN (SELECT '' UNION SELECT value FROM json_each(events.mentions))
    UNION ALL SELECT uid, at FROM mentions INDEXED BY mentions_edited_in WHERE event = events.id AND at <> event))
"""
"""Whom a message, a row of ``events``, mentions, and where each mention counts."""
_DROP_MENTIONS: Final = f"""
DELETE FROM mentions WHERE at = ?1 AND uid IN {_OF_MESSAGE};
DELETE FROM mentions INDEXED BY mentions_edited_in WHERE event = ?1 AND at <> event;
"""

WRITE_MENTIONS: Final = """
INSERT INTO mentions (uid, at, event, sender)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM jsonb_each(?)
"""

Columns: TypeAlias = tuple[tuple[Uid, ...] | None, bool | None, list[tuple[Uid, int, int]] | None]


class Said(NamedTuple):
    """A text in a room."""

    row: int | None
    """The room. None: a direct or group room that must be created first."""
    members: tuple[Uid, ...] | None
    """Its members in that case."""
    text: str
    mentions: tuple[Mention, ...] | None
    """Mentions from the client. None: names are found in the text."""
    mentions_max: int


def resolve_all(connection: apsw.Connection, names: RoomNames, texts: Sequence[Said]) -> list[Mentioned]:
    """Find which members of its room each text mentions. Raises ``apsw.Error``."""
    asked = {(said.row, each.uid) for said in texts if said.row is not None for each in said.mentions or () if each.uid}
    inside = _INSIDE.decode(connection.execute(_FIND_INSIDE, (as_json(asked),)).get) if asked else set()
    names.follow()
    mentioned = []
    for said in texts:
        if said.mentions is not None:
            members = said.members or () if said.row is None else None
            mentioned.append(
                Mentioned.at(
                    each
                    for each in said.mentions
                    if each.uid is None
                    or (each.uid in members if members is not None else (said.row, each.uid) in inside)
                )
            )
        elif may_mention(said.text):
            people = names.of(said.row) if said.row is not None else read_names(connection, said.members or ())
            mentioned.append(Mentioned.of(people.find(said.text, said.mentions_max)))
        else:
            mentioned.append(NOBODY)
    return mentioned


def as_columns(mentioned: Mentioned) -> Columns:
    """Return the columns ``mentions``, ``mentions_room`` and ``mention_places``, with lists not yet as JSON."""
    places = [(each.uid or "", each.begin, each.length) for each in mentioned.places]
    return mentioned.uids or None, mentioned.everyone or None, places or None


def as_values(mentioned: Mentioned) -> tuple[str | None, bool | None, str | None]:
    """Return the same for a statement that takes one value per column."""
    uids, everyone, places = as_columns(mentioned)
    return as_json(uids) if uids else None, everyone, as_json(places) if places else None


def as_rows(mentioned: Mentioned, event: int, sender: Uid) -> list[tuple[Uid, int, int, Uid]]:
    """Return the rows of ``mentions`` of a new message."""
    return [(uid, event, event, sender) for uid in mentioned.counted]


def drop_mentions(connection: apsw.Connection, event: int) -> None:
    """Delete the rows of a message's mentions, before its own row is changed. Raises ``apsw.Error``."""
    connection.execute(_DROP_MENTIONS, (event,) * 2).fetchall()
