"""Facts from SQLite: ``Wanted`` becomes ``Facts``, most of it in one statement."""

from typing import Any, Final

import apsw
import msgspec

from muca.model.addresses import is_within
from muca.model.facts import CodeFacts, CodeKind, Counted, Facts, Membership, MessageFacts, Person, Total, Wanted
from muca.model.ids import Seq, Uid
from muca.model.mentions import NOBODY, Mentioned
from muca.model.names import looks_of, nickname_key
from muca.model.queries import FoundInvitations
from muca.model.roles import Role
from muca.storage.pages import newest_of
from muca.storage.sqlite.events import EVENT, LOBBY_ROW, SEQ_BITS, SEQ_MASK, EventRow, as_json
from muca.storage.sqlite.files import is_reported, read_file, sum_up
from muca.storage.sqlite.mentions import COUNTED, Said, resolve_all
from muca.storage.sqlite.names import RoomNames
from muca.storage.sqlite.rooms import OWN, ROOM, SERVER_ROLE, OwnRow, RoomRow, as_room

PERSON: Final = """
jsonb_array(uid, nickname, role, claimed, password_hash, disabled, closed, muted_until_ms, banned_until_ms,
            last_seen_ms, changes)
"""
"""Columns of ``PersonRow``."""

_LOOK_UP: Final = f"""
SELECT json_array(
    (SELECT {PERSON} FROM people WHERE uid = :actor),
    (SELECT {PERSON} FROM people WHERE uid = :target),
    (SELECT jsonb_array({ROOM}) FROM rooms WHERE id = :room),
    (SELECT jsonb_array({OWN})
     FROM rooms LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :actor WHERE id = :room),
    (SELECT jsonb_array({OWN})
     FROM rooms LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :target WHERE id = :room),
    (SELECT jsonb_array(
        jsonb({EVENT}),
        CASE WHEN rooms.room = {LOBBY_ROW}
             THEN coalesce((SELECT {SERVER_ROLE} FROM people WHERE uid = events.sender), 'guest')
             ELSE (SELECT role FROM members WHERE members.room = rooms.room AND uid = events.sender AND entered) END,
        EXISTS (SELECT 1 FROM reactions WHERE event = events.id AND emoji = :emoji AND uid = :actor),
        {COUNTED})
     FROM rooms CROSS JOIN events ON events.id = rooms.room << {SEQ_BITS} | :event
     LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :actor
     WHERE rooms.id = :room AND events.kind IS NULL AND deleted IS NULL AND :event > coalesce(floor_seq, 0)),
    (SELECT room FROM rooms WHERE id = :room))
"""
_FIND_MESSAGES: Final = f"""
SELECT id & {SEQ_MASK}, text, json({COUNTED}) FROM events INDEXED BY events_by_sender
WHERE sender = ?1 AND kind IS NULL AND deleted IS NULL
  AND id BETWEEN ?2 << {SEQ_BITS} | ?3 + 1 AND ?2 << {SEQ_BITS} | {SEQ_MASK}
ORDER BY id DESC LIMIT ?4
"""
_FIND_TITLE: Final = """
WITH asked (look) AS (
    SELECT value FROM json_each(?1) UNION SELECT looks FROM rooms WHERE id = ?2 AND ?1 = '[]'
    UNION SELECT looks_folded FROM rooms WHERE id = ?2 AND ?1 = '[]'
)
SELECT EXISTS (SELECT 1 FROM asked CROSS JOIN rooms ON looks = look WHERE NOT private AND id IS NOT ?2)
    OR EXISTS (SELECT 1 FROM asked CROSS JOIN rooms ON looks_folded = look WHERE NOT private AND id IS NOT ?2)
"""
_FIND_NAMESAKE: Final = """
SELECT EXISTS (SELECT 1 FROM people WHERE looks IN (SELECT value FROM json_each(?1))
               AND password_hash IS NOT NULL AND uid <> ?2)
    OR EXISTS (SELECT 1 FROM people WHERE looks_folded IN (SELECT value FROM json_each(?1))
               AND password_hash IS NOT NULL AND uid <> ?2)
    OR EXISTS (SELECT 1 FROM people WHERE uid_looks IN (SELECT value FROM json_each(?1)) AND claimed
               AND password_hash IS NOT NULL AND uid <> ?2)
    OR EXISTS (SELECT 1 FROM people WHERE uid_looks_folded IN (SELECT value FROM json_each(?1)) AND claimed
               AND password_hash IS NOT NULL AND uid <> ?2)
    OR EXISTS (SELECT 1 FROM people WHERE uid_looks IN (SELECT value FROM json_each(?3)) AND claimed AND uid <> ?2)
    OR EXISTS (SELECT 1 FROM people WHERE uid_looks_folded IN (SELECT value FROM json_each(?3)) AND claimed
               AND uid <> ?2)
"""
_FIND_NAMED_ROOMS: Final = """
SELECT id, title, own.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM members AS other WHERE other.room = own.room AND other.entered AND other.role = 'owner'
                                     AND other.uid <> own.uid)
FROM members AS own JOIN rooms USING (room) WHERE own.uid = ? AND own.entered AND kind = 'named' ORDER BY id
"""
_FIND_LOGIN: Final = """
SELECT coalesce(
    (SELECT uid FROM people WHERE uid = ?1 AND login_key IS NOT NULL),
    (SELECT min(uid) FROM people WHERE login_key = ?2 HAVING count(*) = 1),
    (SELECT min(uid) FROM people WHERE nickname_key = ?2 AND login_key IS NOT NULL HAVING count(*) = 1), ?1)
"""
_FIND_DEVICE: Final = "SELECT device FROM devices WHERE uid = ? AND token_hash = ?"
_FIND_MADE: Final = "SELECT ltrim(id), content FROM rooms WHERE made_by = ? AND request_id = ?"
_FIND_REPORTED: Final = f"""
SELECT rooms.id FROM reports LEFT JOIN rooms ON rooms.room = event >> {SEQ_BITS} AND NOT dropped WHERE report = ?
"""
_FIND_NETWORKS: Final = "SELECT network FROM address_bans WHERE until_ms > ?"
_READ_CODES: Final = f"""
SELECT json_group_array(json_array(
    code, kind, made_by, (SELECT {PERSON} FROM people WHERE uid = made_by), created_ms, uses, until_ms) ORDER BY code)
FROM (SELECT * FROM codes WHERE {{which}} AND uses > 0 AND until_ms > :now_ms ORDER BY code LIMIT 1000)
"""
_FIND_CODE: Final = _READ_CODES.format(which="(code_hash = :code_hash OR code = :code)")
_READ_INVITATIONS: Final = _READ_CODES.format(which="kind = 'invitation'")
_NAMED: Final = "FROM members JOIN rooms USING (room) WHERE entered AND kind = 'named'"
_COUNT: Final[dict[Total, str]] = {
    "rooms_owned": f"SELECT count(*) {_NAMED} AND uid = :actor AND role = 'owner' AND NOT archived",
    "rooms_entered": f"SELECT count(*) {_NAMED} AND uid = :actor",
    "target_rooms_entered": f"SELECT count(*) {_NAMED} AND uid = :target",
    "owners": f"""
        SELECT CASE WHEN coalesce(:row, {LOBBY_ROW}) = {LOBBY_ROW}
                    THEN (SELECT count(*) FROM people INDEXED BY people_with_power
                          WHERE role = 'owner' AND role <> 'member')
                    ELSE (SELECT count(*) FROM members WHERE room = :row AND entered AND role = 'owner') END""",
    "pins": f"""
        SELECT count(*) FROM events INDEXED BY events_pinned
        WHERE pinned IS NOT NULL AND id BETWEEN :row << {SEQ_BITS} AND :row << {SEQ_BITS} | {SEQ_MASK}""",
    "invitations": """
        SELECT count(*) FROM codes
        WHERE made_by = :actor AND kind = 'invitation' AND uses > 0 AND until_ms > :now_ms""",
    "reports": "SELECT count(*) FROM reports WHERE uid = :actor",
    "ignores": "SELECT count(*) FROM ignores WHERE uid = :actor",
}


_NUMBER_CHANGE: Final = f"UPDATE people SET changes = changes + 1 WHERE uid = ? RETURNING json({PERSON})"


class PersonRow(msgspec.Struct, array_like=True, frozen=True):
    """The person of a UID."""

    uid: Uid
    nickname: str
    role: Role
    claimed: int
    password_hash: str | None
    disabled: int
    closed: int
    muted_until_ms: int
    banned_until_ms: int
    last_seen_ms: int
    changes: int

    def as_person(self) -> Person:
        """Return the person."""
        return Person(
            uid=self.uid,
            nickname=self.nickname,
            role=self.role,
            claimed=bool(self.claimed),
            password_hash=self.password_hash,
            disabled=bool(self.disabled),
            deleted=bool(self.closed),
            muted_until_ms=self.muted_until_ms,
            banned_until_ms=self.banned_until_ms,
            last_seen_ms=self.last_seen_ms,
            changes=self.changes,
        )


class _Found(msgspec.Struct, array_like=True, frozen=True):
    """A result of ``_LOOK_UP``."""

    actor: PersonRow | None
    target: PersonRow | None
    room: RoomRow | None
    own: OwnRow | None
    targets_own: OwnRow | None
    message: tuple[EventRow, Role | None, int, Counted] | None
    row: int | None
    """The room's."""


_FOUND: Final = msgspec.json.Decoder(_Found)
_CODES: Final = msgspec.json.Decoder(list[tuple[int, CodeKind, Uid, PersonRow | None, int, int, int]])
_COUNTED: Final = msgspec.json.Decoder(dict[str, int])
_PERSON: Final = msgspec.json.Decoder(PersonRow)


def number_change(connection: apsw.Connection, uid: Uid) -> Person | None:
    """Count a change of a person, and return the person after it; None: nobody. Raises ``apsw.Error``."""
    found = connection.execute(_NUMBER_CHANGE, (uid,)).get
    return _PERSON.decode(found).as_person() if found is not None else None


def read_facts(connection: apsw.Connection, wanted: Wanted, now_ms: int, names: RoomNames | None = None) -> Facts:
    """Read the wanted facts, inside an open transaction. Raises ``apsw.Error``.

    ``names``: those of the write connection, for a ``draft``.
    """
    file = read_file(connection, wanted.file) if wanted.file is not None else None
    if wanted.file is not None:
        place = (file.room, file.seq) if file is not None else (None, None)
        wanted = msgspec.structs.replace(wanted, room=place[0], event=place[1])
    if wanted.login:
        actor_uid = connection.execute(_FIND_LOGIN, (wanted.actor, nickname_key(wanted.actor))).get
        wanted = msgspec.structs.replace(wanted, actor=actor_uid)
    of_actor, of_all = sum_up(connection, wanted.actor) if wanted.file_bytes else (0, 0)
    made_before, made_from = None, None
    if wanted.request_id is not None:
        made = connection.execute(_FIND_MADE, (wanted.actor, wanted.request_id)).fetchone()
        made_before, made_from = made or (None, None)
    room = wanted.room or made_before
    reported = wanted.file is not None and is_reported(connection, wanted.file)
    if wanted.report is not None:
        report = connection.execute(_FIND_REPORTED, (wanted.report,)).fetchone()
        reported, (room,) = report is not None, report or (None,)
    event = wanted.event if wanted.event is not None and 0 < wanted.event <= SEQ_MASK else None
    asked: dict[str, object] = {
        "actor": wanted.actor,
        "target": wanted.target,
        "room": room,
        "event": event,
        "emoji": wanted.emoji,
        "now_ms": now_ms,
    }
    found = _FOUND.decode(connection.execute(_LOOK_UP, asked).get)
    asked["row"] = found.row
    actor = found.actor.as_person() if found.actor else Person(uid=wanted.actor, nickname=wanted.actor)
    target = found.target.as_person() if found.target and not found.target.closed else None
    membership = _membership(actor, found.room, found.own)
    messages, more_messages = _messages(connection, wanted, found)
    mentioned, draft = NOBODY, wanted.draft
    if draft is not None and found.row is not None:
        assert names is not None
        said = Said(found.row, None, draft.text, draft.mentions, draft.mentions_max)
        [mentioned] = resolve_all(connection, names, [said])
    title_taken = address_banned = False
    if wanted.title is not None:
        looks = as_json(looks_of(wanted.title) if wanted.title else ())
        title_taken = bool(connection.execute(_FIND_TITLE, (looks, room)).get)
    if wanted.address:
        networks = [network for (network,) in connection.execute(_FIND_NETWORKS, (now_ms,))]
        address_banned = is_within(wanted.address, networks)
    named_rooms: list[Any] = []
    if wanted.named_rooms:
        named_rooms = connection.execute(_FIND_NAMED_ROOMS, (wanted.actor,)).fetchall()
    return Facts(
        now_ms=now_ms,
        actor=actor,
        room=as_room(found.room, membership) if found.room else None,
        membership=membership,
        target=target,
        target_membership=_membership(target, found.room, found.targets_own),
        message=_message(*found.message) if found.message else None,
        mentioned=mentioned,
        messages=messages,
        more_messages=more_messages,
        title_taken=title_taken,
        nickname_taken=wanted.nickname is not None
        and _names_taken(connection, actor, wanted.nickname or actor.nickname, is_known=found.actor is not None),
        address_banned=address_banned,
        made_before=made_before,
        made_from=made_from,
        device=connection.execute(_FIND_DEVICE, (wanted.actor, wanted.token_hash)).get if wanted.token_hash else None,
        code=_code(connection, wanted, now_ms),
        file=file,
        reported=reported,
        actors_file_bytes=of_actor,
        all_file_bytes=of_all,
        named_rooms=tuple(room for room, _, _ in named_rooms),
        sole_owned=tuple(title for _, title, is_sole_owner in named_rooms if is_sole_owner),
        **{name: connection.execute(_COUNT[name], asked).get for name in wanted.totals},
    )


def _membership(person: Person | None, room: RoomRow | None, own: OwnRow | None) -> Membership | None:
    if person is None or room is None or own is None:
        return None
    role = person.role if person.claimed else Role.GUEST
    return own.as_membership(person.uid, room, role, person.muted_until_ms)


def _message(row: EventRow, sender_role: Role | None, reacted: int, counted: Counted) -> MessageFacts:
    return MessageFacts(
        seq=row.seq,
        sender=row.sender,
        sender_role=sender_role or Role.MEMBER,
        text=row.text,
        mentioned=Mentioned.at(row.places()),
        counted=counted,
        pinned=row.pinned is not None,
        emojis=tuple(emoji for emoji, _, _ in row.reactions or ()),
        reacted=bool(reacted),
    )


def _messages(connection: apsw.Connection, wanted: Wanted, of_room: _Found) -> tuple[dict[Seq, Counted], bool]:
    if wanted.author is None:
        return {}, False
    floor_seq = of_room.own.floor_seq if of_room.own is not None else None
    asked = wanted.author, of_room.row, floor_seq or 0, wanted.messages_max + 1
    found, more = newest_of(connection.execute(_FIND_MESSAGES, asked), wanted)
    return {seq: _COUNTED.decode(counted) for seq, counted in found.items()}, more


def _names_taken(connection: apsw.Connection, actor: Person, nickname: str, *, is_known: bool) -> bool:
    looks = looks_of(nickname) if actor.claimed else (*looks_of(nickname), *looks_of(actor.uid))
    new = () if is_known and actor.nickname == nickname else looks_of(nickname)
    return bool(connection.execute(_FIND_NAMESAKE, (as_json(looks), actor.uid, as_json(new))).get)


def _code(connection: apsw.Connection, wanted: Wanted, now_ms: int) -> CodeFacts | None:
    if wanted.code_hash is None and wanted.code is None:
        return None
    asked = {"code_hash": wanted.code_hash, "code": wanted.code, "now_ms": now_ms}
    return next(iter(_as_codes(connection.execute(_FIND_CODE, asked).get)), None)


def read_invitations(connection: apsw.Connection, now_ms: int) -> FoundInvitations:
    """Read the invitations that are neither used up nor expired. Raises ``apsw.Error``."""
    return FoundInvitations(codes=_as_codes(connection.execute(_READ_INVITATIONS, {"now_ms": now_ms}).get))


def _as_codes(found: str) -> tuple[CodeFacts, ...]:
    return tuple(
        CodeFacts(
            code=code,
            kind=kind,
            maker=maker.as_person() if maker is not None else Person(uid=made_by, nickname=made_by),
            created_ms=created_ms,
            uses=uses,
            until_ms=until_ms,
        )
        for code, kind, made_by, maker, created_ms, uses, until_ms in _CODES.decode(found)
    )
