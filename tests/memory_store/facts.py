"""Facts for rules in the memory store: ``Wanted`` becomes ``Facts``."""

from operator import itemgetter

import msgspec

from muca.model.addresses import is_within
from muca.model.events import Message
from muca.model.facts import CodeFacts, CodeKind, Counted, Draft, Facts, Membership, MessageFacts, Wanted
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import NOBODY, Mentioned
from muca.model.names import look_alike, nickname_key
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.storage.pages import newest_of
from tests.memory_store.append import find_mentioned
from tests.memory_store.tables import Tables


def facts(tables: Tables, wanted: Wanted, now_ms: int) -> Facts:
    """Return the facts that are wanted."""
    file = tables.files.get(wanted.file) if wanted.file is not None else None
    if wanted.file is not None:
        place = (file.room, file.seq) if file is not None else (None, None)
        wanted = msgspec.structs.replace(wanted, room=place[0], event=place[1])
    actor, target = _login(tables, wanted.actor) if wanted.login else wanted.actor, wanted.target
    wanted = msgspec.structs.replace(wanted, actor=actor)
    made_before = _made_before(tables, wanted)
    room = next((each for each in (wanted.room, made_before) if each in tables.rooms), None)
    reported = file is not None and any(
        (report.room, report.seq) == (file.room, file.seq) for report in tables.reports.values()
    )
    if wanted.report is not None:
        report = tables.reports.get(wanted.report)
        room = report.room if report is not None and report.room in tables.rooms else None
        reported = report is not None
    known_target = target if target in tables.people and not tables.people[target].deleted else None
    messages, more_messages = _messages(tables, room, wanted)
    named_rooms = sorted(_entered(tables, actor), key=lambda one: one[0].room) if wanted.named_rooms else []
    return Facts(
        now_ms=now_ms,
        actor=tables.person(actor),
        room=tables.room(room, actor) if room else None,
        membership=tables.membership(room, actor) if room else None,
        target=tables.person(known_target) if known_target else None,
        target_membership=tables.membership(room, known_target) if room and known_target else None,
        message=_message(tables, room, wanted) if room else None,
        mentioned=_mentioned(tables, room, wanted.draft) if room and wanted.draft is not None else NOBODY,
        messages=messages,
        more_messages=more_messages,
        title_taken=wanted.title is not None and title_taken(tables, wanted.title or _title(tables, room), but=room),
        nickname_taken=wanted.nickname is not None and names_taken(tables, actor, wanted.nickname, protecting=True),
        address_banned=address_banned(tables, wanted.address, now_ms),
        made_before=made_before,
        made_from=tables.rooms[made_before].content if made_before in tables.rooms else None,
        device=tables.device(actor, wanted.token_hash) if wanted.token_hash else None,
        code=_code(tables, wanted, now_ms),
        file=file,
        reported=reported,
        actors_file_bytes=_file_bytes(tables, actor) if wanted.file_bytes else 0,
        all_file_bytes=_file_bytes(tables, None) if wanted.file_bytes else 0,
        named_rooms=tuple(shown.room for shown, _ in named_rooms),
        sole_owned=tuple(shown.title or "" for shown, member in named_rooms if _is_sole_owner(tables, shown, member)),
        **{name: total for name, total in _totals(tables, wanted, room, now_ms).items() if name in wanted.totals},
    )


def _login(tables: Tables, name: str) -> Uid:
    """Return the account that a login name means; the name itself if there is none."""
    accounts = {uid: person.nickname for uid, person in tables.people.items() if person.password_hash is not None}
    key = nickname_key(name)
    by_uid = [uid for uid in accounts if nickname_key(uid) == key]
    by_nickname = [uid for uid, nickname in accounts.items() if nickname_key(nickname) == key]
    for meant in [name] if name in accounts else [], by_uid, by_nickname:
        if len(meant) == 1:
            return meant[0]
    return name


def title_taken(tables: Tables, title: str, *, but: RoomId | None) -> bool:
    """Return whether a public room other than this one has a title that looks alike."""
    return any(
        row.room.title is not None and not row.room.private and look_alike(row.room.title, title)
        for room, row in tables.rooms.items()
        if room != but
    )


def _title(tables: Tables, room: RoomId | None) -> str:
    return (tables.rooms[room].room.title or "") if room is not None else ""


def names_taken(tables: Tables, uid: Uid, nickname: str, *, protecting: bool) -> bool:
    """Return whether the names of others prevent a UID from using a nickname, or the UID from being claimed.

    ``protecting``: whether the nickname is to be reserved from now on.
    """
    name = nickname or tables.person(uid).nickname
    is_new = uid not in tables.people or tables.person(uid).nickname != name
    names = [name] if tables.claimed(uid) else [name, uid]
    for other, person in tables.people.items():
        has_password = person.password_hash is not None
        if other == uid:
            continue
        if has_password and any(look_alike(person.nickname, each) for each in names):
            return True
        if has_password and not tables.claimed(uid) and look_alike(other, uid):
            return True
        if ((is_new and person.claimed) or (protecting and has_password)) and look_alike(other, name):
            return True
    return False


def address_banned(tables: Tables, address: str, now_ms: int) -> bool:
    """Return whether an address is in a banned range."""
    return is_within(address, [network for network, ban in tables.address_bans.items() if ban.until_ms > now_ms])


def live_codes(tables: Tables, now_ms: int) -> list[tuple[bytes, CodeFacts]]:
    """Return the codes that are neither used up nor expired, each with its hash."""
    return [
        (
            code.code_hash,
            CodeFacts(
                code=number,
                kind=code.kind,
                maker=tables.person(code.made_by),
                created_ms=code.created_ms,
                uses=code.uses,
                until_ms=code.until_ms,
            ),
        )
        for number, code in tables.codes.items()
        if code.uses > 0 and code.until_ms > now_ms
    ]


def _message(tables: Tables, room: RoomId, wanted: Wanted) -> MessageFacts | None:
    message = tables.message(room, wanted.event, wanted.actor) if wanted.event is not None else None
    if message is None or wanted.event is None:
        return None
    sender = tables.membership(room, message.sender)
    return MessageFacts(
        seq=wanted.event,
        sender=message.sender,
        sender_role=sender.role if sender is not None and sender.entered else Role.MEMBER,
        text=message.text,
        mentioned=Mentioned.at(message.mention_places),
        counted=tables.mentions.get((room, wanted.event), {}),
        pinned=message.pinned,
        emojis=tuple(reaction.emoji for reaction in message.reactions),
        reacted=(room, wanted.event, wanted.emoji, wanted.actor) in tables.reactions,
    )


def _mentioned(tables: Tables, room: RoomId, draft: Draft) -> Mentioned:
    return find_mentioned(tables, room, draft.text, draft.mentions, draft.mentions_max)


def _messages(tables: Tables, room: RoomId | None, wanted: Wanted) -> tuple[dict[Seq, Counted], bool]:
    if room is None or wanted.author is None:
        return {}, False
    floor_seq = tables.floor(room, wanted.actor)
    found = [
        (seq, event.text, tables.mentions.get((room, seq), {}))
        for (where, seq), event in tables.events.items()
        if where == room
        and seq > floor_seq
        and isinstance(event, Message)
        and not event.deleted
        and event.sender == wanted.author
    ]
    return newest_of(sorted(found, key=itemgetter(0), reverse=True), wanted)


def _made_before(tables: Tables, wanted: Wanted) -> RoomId | None:
    if wanted.request_id is None:
        return None
    made = (wanted.actor, wanted.request_id)
    if made in tables.dropped_rooms:
        return tables.dropped_rooms[made]
    return next((room for room, row in tables.rooms.items() if (row.made_by, row.request_id) == made), None)


def _code(tables: Tables, wanted: Wanted, now_ms: int) -> CodeFacts | None:
    for code_hash, code in live_codes(tables, now_ms):
        if code_hash == wanted.code_hash or code.code == wanted.code:
            return code
    return None


def _file_bytes(tables: Tables, uid: Uid | None) -> int:
    return sum(file.info.bytes for file in tables.files.values() if uid in {None, file.uid})


def _is_sole_owner(tables: Tables, room: Room, member: Membership) -> bool:
    owners = [
        uid
        for (where, uid), each in tables.members.items()
        if where == room.room and each.entered and each.role is Role.OWNER
    ]
    return owners == [member.uid]


def _totals(tables: Tables, wanted: Wanted, room: RoomId | None, now_ms: int) -> dict[str, int]:
    actor = wanted.actor
    own = _entered(tables, actor)
    if room is None or room == LOBBY:
        roles = [person.role for person in tables.people.values()]
    else:
        roles = [member.role for (where, _), member in tables.members.items() if where == room and member.entered]
    return {
        "rooms_owned": sum(member.role is Role.OWNER and not shown.archived for shown, member in own),
        "rooms_entered": len(own),
        "target_rooms_entered": len(_entered(tables, wanted.target)),
        "owners": sum(role is Role.OWNER for role in roles),
        "pins": sum(where == room for where, _ in tables.pins),
        "invitations": sum(
            code.kind is CodeKind.INVITATION and code.maker.uid == actor for _, code in live_codes(tables, now_ms)
        ),
        "reports": sum(report.uid == actor for report in tables.reports.values()),
        "ignores": sum(uid == actor for uid, _ in tables.ignores),
    }


def _entered(tables: Tables, uid: Uid | None) -> list[tuple[Room, Membership]]:
    """Return the named rooms that somebody is in."""
    return [
        (tables.rooms[where].room, member)
        for (where, who), member in tables.members.items()
        if who == uid and member.entered and tables.rooms[where].room.kind is RoomKind.NAMED
    ]
