"""``Decide`` in the memory store: one function per change."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

import msgspec

from muca.model.changes import (
    AddAudit,
    AddEvent,
    AddPurge,
    Change,
    CloseReport,
    CountAnew,
    DropMember,
    DropPerson,
    DropReaction,
    DropRoom,
    DropTokens,
    Erase,
    ListRooms,
    PutAddressBan,
    PutCode,
    PutFile,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutReaction,
    PutReport,
    PutRoom,
    PutToken,
    SetPinned,
    SetText,
    UseCode,
)
from muca.model.events import Event, EventKind, Message
from muca.model.facts import Person
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import NOBODY, as_fields
from muca.model.names import DELETED
from muca.model.pushes import MarkerMoved
from muca.model.replies import AuditEntry, RoomPage, Version
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.model.storage import Answer, Decide, Decided, Refused, StoreError
from muca.storage.news import news_of_changes, room_to_show
from muca.storage.pages import REPORTED_BYTES_MAX, fitting_rooms
from muca.storage.purges import entry_of
from muca.storage.retries import hidden_content
from tests.memory_store.admit import claim, make_person, put_token
from tests.memory_store.append import put_event, put_marker
from tests.memory_store.facts import facts
from tests.memory_store.tables import CONVERSATIONS, AddressBan, Code, Report, RoomRow, Tables


def decide(tables: Tables, write: Decide) -> Decided | Refused:
    """Let the rule decide on the facts, and apply its decision."""
    found = facts(tables, write.wanted, write.ts_ms)
    decision = write.rule(found)
    if isinstance(decision, Refused):
        return decision
    msgspec.json.encode(decision.changes)  # fails for lone surrogates, which cannot be stored
    answers = [_CARRY_OUT[type(change)](tables, change, write.ts_ms) for change in decision.changes]
    room, is_counted = room_to_show(write.wanted, found, decision)
    shown = tables.whole_room(room, write.wanted.actor) if room in tables.rooms else None
    if shown is not None and not is_counted:
        shown = msgspec.structs.replace(shown, unread=0, mentions=0)
    news = news_of_changes(decision.changes, answers, shown, tables.number_change)
    return Decided.of(found, decision, answers, shown, news)


def _put_room(tables: Tables, change: PutRoom, ts_ms: int) -> None:
    new = change.made_by is not None
    if new is (change.room in tables.rooms):
        raise StoreError(f"there is {'a' if new else 'no'} room {change.room}")
    row = tables.rooms.get(change.room) or RoomRow(
        room=Room(room=change.room, kind=RoomKind.NAMED),
        active_ms=ts_ms,
        made_by=change.made_by,
        request_id=change.request_id,
        content=change.content,
    )
    settings = {name: value for name, value in msgspec.structs.asdict(change.settings).items() if value is not None}
    room = msgspec.structs.replace(row.room, **settings)
    tables.rooms[change.room] = msgspec.structs.replace(row, room=room)


def _drop_room(tables: Tables, change: DropRoom, ts_ms: int) -> None:
    row = tables.rooms.pop(_known(tables, change.room))
    last = tables.events.get((change.room, row.room.seq))
    if isinstance(last, Event):
        tables.ends[change.room] = row.room, last
    if row.made_by is not None and row.request_id is not None:
        tables.dropped_rooms[row.made_by, row.request_id] = change.room
    for membership in [membership for membership in tables.members if membership[0] == change.room]:
        del tables.members[membership]
    for event in [event for event in tables.events if event[0] == change.room]:
        drop_event(tables, *event)
    for number in [number for number, entry in tables.audit.items() if entry.room == change.room]:
        del tables.audit[number]


def _put_member(tables: Tables, change: PutMember, ts_ms: int) -> None:
    place = _known(tables, change.room), change.member.uid
    before = tables.members.get(place)
    read = max(change.member.read, before.read if before is not None else 0)
    tables.members[place] = msgspec.structs.replace(change.member, read=read)


def _drop_member(tables: Tables, change: DropMember, ts_ms: int) -> None:
    tables.members.pop((_known(tables, change.room), change.uid), None)


def _put_person(tables: Tables, change: PutPerson, ts_ms: int) -> None:
    if change.password_hash is not None:
        claim(tables, change.uid)
    make_person(tables, change.uid)
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
    tables.people[change.uid] = msgspec.structs.replace(tables.person(change.uid), **given)


def _drop_person(tables: Tables, change: DropPerson, ts_ms: int) -> None:
    uid = change.uid
    last_seen_ms = tables.person(uid).last_seen_ms
    changes = tables.person(uid).changes
    tables.people[uid] = Person(
        uid=uid, nickname=DELETED, claimed=True, deleted=True, last_seen_ms=last_seen_ms, changes=changes
    )
    for number in [number for number, token in tables.tokens.items() if token.uid == uid]:
        del tables.tokens[number]
    for pair in [pair for pair in tables.ignores if pair[0] == uid]:
        del tables.ignores[pair]
    for room, who in [place for place in tables.members if place[1] == uid]:
        if tables.rooms[room].room.kind not in CONVERSATIONS:
            del tables.members[room, who]
    for file in [file for file in tables.uploads if tables.files[file].uid == uid]:
        drop_file(tables, file)
    for event_place, event in tables.events.items():
        if event.sender == uid:
            tables.events[event_place] = msgspec.structs.replace(event, nickname=DELETED)


def _add_event(tables: Tables, change: AddEvent, ts_ms: int) -> Event:
    event = change.at(tables.rooms[_known(tables, change.room)].room.seq + 1, ts_ms)
    put_event(tables, msgspec.structs.replace(event, author=None, counts=()))  # these are only in pushes
    return event


def _set_text(tables: Tables, change: SetText, ts_ms: int) -> None:
    place, message = _message(tables, change.room, change.seq)
    former = Version(ts_ms=message.edited_ms or message.ts_ms or 0, text=message.text)
    tables.versions[place] = (*tables.versions.get(place, ()), former)
    tables.events[place] = msgspec.structs.replace(
        message, text=change.text, edited_ms=ts_ms, **as_fields(change.mentioned)
    )
    tables.mentions[place] = change.counted


def _erase(tables: Tables, change: Erase, ts_ms: int) -> None:
    place, message = _message(tables, change.room, change.seq)
    for (sender, request_id), first in tables.requests.items():
        if (first.room, first.seq) == place:
            text = tables.versions[place][0].text if place in tables.versions else message.text
            files = [file.file for file in message.files]
            tables.hidden[place] = hidden_content(sender, request_id, text, files)
    tables.events[place] = msgspec.structs.replace(
        message, text="", files=(), deleted=True, reply_to=None, edited_ms=None, request_id=None, **as_fields(NOBODY)
    )
    forget(tables, *place)
    for other, event in tables.events.items():
        if (
            other[0] == change.room
            and isinstance(event, Event)
            and event.kind == EventKind.EDIT
            and event.of == place[1]
        ):
            tables.events[other] = msgspec.structs.replace(event, text="", **as_fields(NOBODY))


def forget(tables: Tables, room: RoomId, seq: Seq) -> None:
    """Delete everything about a message except the message itself."""
    place = room, seq
    tables.versions.pop(place, None)
    tables.mentions.pop(place, None)
    tables.pins.pop(place, None)
    for reaction in [each for each in tables.reactions if each[:2] == place]:
        del tables.reactions[reaction]
    _drop_files(tables, place)


def drop_event(tables: Tables, room: RoomId, seq: Seq) -> None:
    """Remove an event completely, with everything that belongs to it."""
    del tables.events[room, seq]
    forget(tables, room, seq)
    tables.hidden.pop((room, seq), None)
    for key in [key for key, first in tables.requests.items() if (first.room, first.seq) == (room, seq)]:
        del tables.requests[key]
    for number in [number for number, place in tables.messages.items() if place == (room, seq)]:
        del tables.messages[number]


def _drop_files(tables: Tables, place: tuple[RoomId, Seq]) -> None:
    """Drop the files of a message, unless an open report is about it."""
    if any((report.room, report.seq) == place for report in tables.reports.values()):
        return
    for file in [file for file, stored in tables.files.items() if (stored.room, stored.seq) == place]:
        drop_file(tables, file)


def drop_file(tables: Tables, file: FileId) -> None:
    """Delete a file's record, keeping only that its bytes must be removed."""
    del tables.files[file]
    tables.uploads.pop(file, None)
    tables.gone_files[file] = None


def _put_file(tables: Tables, change: PutFile, ts_ms: int) -> None:
    file = change.file.info.file
    if file in tables.files:
        raise StoreError(f"there is a file {file}")
    tables.files[file] = change.file
    tables.uploads[file] = ts_ms


def _put_reaction(tables: Tables, change: PutReaction, ts_ms: int) -> None:
    place, _ = _message(tables, change.room, change.seq)
    tables.reactions.setdefault((*place, change.emoji, change.uid))


def _drop_reaction(tables: Tables, change: DropReaction, ts_ms: int) -> None:
    tables.reactions.pop((change.room, change.seq, change.emoji, change.uid), None)


def _set_pinned(tables: Tables, change: SetPinned, ts_ms: int) -> None:
    place, _ = _message(tables, change.room, change.seq)
    if change.pinned:
        tables.pins.setdefault(place)
    else:
        tables.pins.pop(place, None)


def _put_marker(tables: Tables, change: PutMarker, ts_ms: int) -> None:
    put_marker(tables, _known(tables, change.room), change.uid, change.seq, back=change.back)


def _put_token(tables: Tables, change: PutToken, ts_ms: int) -> int:
    return put_token(tables, change.uid, change.token_hash, change.device, ts_ms)


def _drop_tokens(tables: Tables, change: DropTokens, ts_ms: int) -> list[int]:
    dropped = [
        number
        for number, token in tables.tokens.items()
        if token.uid == change.uid and change.device in {None, number} and number != change.but_device
    ]
    for number in dropped:
        del tables.tokens[number]
    return dropped


def _put_ignored(tables: Tables, change: PutIgnored, ts_ms: int) -> tuple[MarkerMoved, ...]:
    before = _markers(tables, change.uid, change.other)
    if change.ignored:
        tables.ignores.setdefault((change.uid, change.other))
    else:
        tables.ignores.pop((change.uid, change.other), None)
    return tuple(sorted(_markers(tables, change.uid, change.other) - before, key=attrgetter("room")))


def _count_anew(tables: Tables, change: CountAnew, ts_ms: int) -> tuple[MarkerMoved, ...]:
    return tuple(
        MarkerMoved.of(tables.whole_room(room, uid), uid)
        for room, reader, seq in change.readers
        if room in tables.rooms
        for uid in _readers(tables, room, reader)
        if (member := tables.membership(room, uid)) is not None and member.entered and member.read < seq
    )


def _readers(tables: Tables, room: RoomId, uid: Uid | None) -> list[Uid]:
    if uid is not None:
        return [uid]
    return tables.entered(room) if tables.rooms[room].room.kind in CONVERSATIONS else []


def _list_rooms(tables: Tables, change: ListRooms, ts_ms: int) -> RoomPage:
    own = sorted(
        (-row.active_ms, room)
        for room, row in tables.rooms.items()
        if room != LOBBY and (member := tables.membership(room, change.uid)) is not None and member.entered
    )
    if change.after is not None:
        after_ms, after_id = change.after
        own = [place for place in own if place > (-after_ms, after_id)]
    rooms = [tables.listed_room(room, change.uid) for _, room in own[: change.rooms_max + 1]]
    count = fitting_rooms((len(room.members) for room in rooms), change)
    last_ms, last_id = own[count - 1] if count else (0, "")
    return RoomPage(rooms=tuple(rooms[:count]), next=f"{-last_ms}\n{last_id}" if count < len(rooms) else None)


def _markers(tables: Tables, uid: Uid, other: Uid) -> set[MarkerMoved]:
    """Return the markers where the other may have written: in direct and group rooms, only members do."""
    own = [room for (room, who), member in tables.members.items() if who == uid and member.entered]
    shared = [
        room for room in own if tables.rooms[room].room.kind not in CONVERSATIONS or (room, other) in tables.members
    ]
    return {MarkerMoved.of(tables.whole_room(room, uid), uid) for room in shared}


def _put_code(tables: Tables, change: PutCode, ts_ms: int) -> int:
    return tables.add(tables.codes, Code(created_ms=ts_ms, **msgspec.structs.asdict(change)))


def _use_code(tables: Tables, change: UseCode, ts_ms: int) -> None:
    code = tables.codes[change.code]
    tables.codes[change.code] = msgspec.structs.replace(code, uses=0 if change.withdraw else code.uses - 1)


def _put_report(tables: Tables, change: PutReport, ts_ms: int) -> int:
    _, message = _message(tables, change.room, change.seq)
    for number, report in tables.reports.items():
        if (report.room, report.seq, report.uid) == (change.room, change.seq, change.uid):
            return number
    fields = msgspec.structs.asdict(change)
    shown, versions = tables.shown(message, reader=None), tables.texts(message, REPORTED_BYTES_MAX)
    return tables.add(tables.reports, Report(ts_ms=ts_ms, message=shown, versions=versions, **fields))


def _close_report(tables: Tables, change: CloseReport, ts_ms: int) -> None:
    report = tables.reports.pop(change.report, None)
    if report is not None and tables.is_gone(report.room, report.seq):
        _drop_files(tables, (report.room, report.seq))


def _put_address_ban(tables: Tables, change: PutAddressBan, ts_ms: int) -> None:
    if change.until_ms:
        tables.address_bans[change.network] = AddressBan(until_ms=change.until_ms, reason=change.reason)
    else:
        tables.address_bans.pop(change.network, None)


def _add_audit(tables: Tables, change: AddAudit, ts_ms: int) -> None:
    tables.add(tables.audit, AuditEntry(ts_ms=ts_ms, **msgspec.structs.asdict(change)))


def _add_purge(tables: Tables, change: AddPurge, ts_ms: int) -> None:
    number = max((each for each, entry in tables.audit.items() if entry.room == change.room), default=0)
    entry, continues = entry_of(change, tables.audit.get(number), ts_ms)
    if continues:
        tables.audit[number] = entry
    else:
        tables.add(tables.audit, entry)


def _known(tables: Tables, room: RoomId) -> RoomId:
    if room not in tables.rooms:
        raise StoreError(f"there is no room {room}")
    return room


def _message(tables: Tables, room: RoomId, seq: Seq) -> tuple[tuple[RoomId, Seq], Message]:
    message = tables.events.get((room, seq))
    if not isinstance(message, Message) or message.deleted:
        raise StoreError(f"there is no message {seq} in room {room}")
    return (room, seq), message


_CARRY_OUT: Final[dict[type[Change], Callable[[Tables, Any, int], Answer]]] = {
    PutRoom: _put_room,
    DropRoom: _drop_room,
    PutMember: _put_member,
    DropMember: _drop_member,
    PutPerson: _put_person,
    DropPerson: _drop_person,
    AddEvent: _add_event,
    SetText: _set_text,
    Erase: _erase,
    PutReaction: _put_reaction,
    DropReaction: _drop_reaction,
    SetPinned: _set_pinned,
    PutMarker: _put_marker,
    PutToken: _put_token,
    DropTokens: _drop_tokens,
    CountAnew: _count_anew,
    ListRooms: _list_rooms,
    PutIgnored: _put_ignored,
    PutCode: _put_code,
    UseCode: _use_code,
    PutReport: _put_report,
    CloseReport: _close_report,
    PutAddressBan: _put_address_ban,
    PutFile: _put_file,
    AddAudit: _add_audit,
    AddPurge: _add_purge,
}
