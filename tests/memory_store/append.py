"""SEND in the memory store."""

import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import REACH, LogEntry, Message
from muca.model.facts import Membership
from muca.model.feed import Logged
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Uid
from muca.model.mentions import NOBODY, Mention, Mentioned, Names, Rank, as_fields, may_mention
from muca.model.names import nickname_key
from muca.model.rooms import LOBBY, Room, RoomKind, conversation_id, is_conversation
from muca.model.storage import Append, Appended, Known, KnownAs, Refused
from muca.storage.retries import hidden_content
from tests.memory_store.tables import RoomRow, Tables


def append(tables: Tables, write: Append) -> Appended | Refused:
    """Append a message to its room."""
    if write.request_id is not None and (write.sender, write.request_id) in tables.requests:
        return _answer_again(tables, write, tables.requests[write.sender, write.request_id])
    if write.refused is not None:
        return write.refused
    room, members = write.room, write.members
    if room is None:
        found = _members(tables, write)
        if isinstance(found, Refused):
            return found
        members, room = found, conversation_id(found)
    own = [
        event.ts_ms
        for (where, _), event in tables.events.items()
        if isinstance(event, Message) and (where, event.sender, event.deleted) == (room, write.sender, False)
    ]
    too_early = write.slow_down(own[-1] if own else None)
    if too_early is not None:
        return too_early
    if room not in tables.rooms:
        if members is None:
            return Refused(code=ErrorCode.NO_SUCH_ROOM)
        kind = write.kind if write.room is not None else RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
        tables.rooms[room] = RoomRow(room=Room(room=room, kind=kind), active_ms=write.ts_ms)
        tables.members |= {(room, uid): Membership(uid=uid) for uid in members}
    if tables.rooms[room].room.kind is RoomKind.DIRECT:
        for uid in tables.entered(room):
            if tables.person(uid).deleted:
                return Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail=f"“{uid}”")
    if write.reply_to is not None and tables.message(room, write.reply_to, write.sender) is None:
        return Refused(code=ErrorCode.NO_SUCH_EVENT)
    files = _attached(tables, write, room)
    if len(files) < len(write.files):
        return Refused(code=ErrorCode.NO_SUCH_FILE)
    seq = tables.rooms[room].room.seq + 1
    mentioned = find_mentioned(tables, room, write.text, write.mentions, write.mentions_max)
    message = Message(
        room=room,
        seq=seq,
        ts_ms=write.ts_ms,
        reach=REACH[tables.rooms[room].room.kind],
        sender=write.sender,
        nickname=write.nickname,
        text=write.text,
        files=files,
        reply_to=write.reply_to,
        request_id=write.request_id,
        **as_fields(mentioned),
    )
    put_event(tables, message)
    tables.add(tables.messages, (room, seq))
    tables.mentions[room, seq] = dict.fromkeys(mentioned.counted, seq)
    put_marker(tables, room, write.sender, seq)
    appended = Appended(room=room, seq=seq, ts_ms=write.ts_ms)
    if write.request_id is not None:
        tables.requests[write.sender, write.request_id] = appended
    return msgspec.structs.replace(appended, news=(Logged(entry=message, members=members or ()),))


def _attached(tables: Tables, write: Append, room: RoomId) -> tuple[FileInfo, ...]:
    """Attach the files to the next message; return those that could be attached."""
    seq = tables.rooms[room].room.seq + 1
    own = [
        file for file in dict.fromkeys(write.files) if file in tables.uploads and tables.files[file].uid == write.sender
    ]
    for file in own:
        del tables.uploads[file]
        tables.files[file] = msgspec.structs.replace(tables.files[file], room=room, seq=seq)
    return tuple(tables.files[file].info for file in own)


def put_event(tables: Tables, event: LogEntry) -> None:
    """Append an event, which has its seq, to its room."""
    assert event.room is not None
    assert event.seq is not None
    msgspec.json.encode(event)  # fails for lone surrogates, which cannot be stored
    row = tables.rooms[event.room]
    tables.events[event.room, event.seq] = event
    tables.rooms[event.room] = msgspec.structs.replace(
        row, room=msgspec.structs.replace(row.room, seq=event.seq), active_ms=event.ts_ms
    )


def put_marker(tables: Tables, room: RoomId, uid: Uid, seq: int, *, back: bool = False) -> None:
    """Move a read marker, not beyond the newest event, and back only with ``back``."""
    member = tables.members.get((room, uid), Membership(uid=uid) if room == LOBBY else None)
    if member is not None:
        read = max(0 if back else member.read, min(seq, tables.rooms[room].room.seq))
        tables.members[room, uid] = msgspec.structs.replace(member, read=read)


def _answer_again(tables: Tables, write: Append, first: Appended) -> Appended | Refused:
    place = first.room, first.seq
    message = tables.events[place]
    text = tables.versions[place][0].text if place in tables.versions else message.text
    files = tuple(info.file for info in message.files) if isinstance(message, Message) else ()
    if place in tables.hidden:
        sent = hidden_content(write.sender, write.request_id or "", write.text, write.files)
        is_same = tables.hidden[place] == sent
    else:
        is_same = (text, files) == (write.text, write.files)
    if not _goes_to(tables, write, first.room) or not is_same:
        return Refused(code=ErrorCode.ID_REUSED)
    return msgspec.structs.replace(first, retried=True)


def _goes_to(tables: Tables, write: Append, room: RoomId) -> bool:
    """Return whether a SEND is to this room, as far as known: recipients may have left or changed their names."""
    if write.room is not None:
        return write.room == room
    found = _members(tables, write)
    return is_conversation(room) if isinstance(found, Refused) else conversation_id(found) == room


def _members(tables: Tables, write: Append) -> tuple[Uid, ...] | Refused:
    assert write.resolve is not None
    return write.resolve({name: _known(tables, name) for name in write.recipients})


def _known(tables: Tables, name: str) -> Known:
    key = nickname_key(name)
    claimed = [
        person
        for uid, person in tables.people.items()
        if tables.claimed(uid) and not person.deleted and nickname_key(person.nickname) == key
    ]
    standing: KnownAs | None = None
    if name in tables.people:
        standing = "deleted" if tables.person(name).deleted else "account" if tables.claimed(name) else "guest"
    protected = tuple(person.uid for person in claimed if person.password_hash is not None)
    return Known(standing, protected, tuple(person.uid for person in claimed))


def find_mentioned(
    tables: Tables, room: RoomId, text: str, mentions: tuple[Mention, ...] | None, mentions_max: int
) -> Mentioned:
    """Find which members of the room are mentioned."""
    if mentions is None and not may_mention(text):
        return NOBODY
    inside = [uid for uid in tables.entered(room) if not tables.person(uid).deleted]
    if mentions is not None:
        return Mentioned.at(each for each in mentions if each.uid is None or each.uid in inside)
    names = Names()
    for uid in inside:
        person = tables.person(uid)
        protected = Rank.PROTECTED if person.password_hash is not None else Rank.ACCOUNT
        names.put(uid, person.nickname, protected if tables.claimed(uid) else Rank.GUEST)
    return Mentioned.of(names.find(text, mentions_max))
