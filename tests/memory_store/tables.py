"""The tables of the memory store, and simple queries on them.

Rows are immutable: copying the tables copies only the dictionaries, and a row is changed by replacing it, which keeps
its place in the order.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Final

import msgspec

from muca.model.events import Event, LogEntry, Message, Reaction
from muca.model.facts import CodeKind, Membership, Person
from muca.model.files import StoredFile
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import EVERYONE
from muca.model.queries import PublicReaders
from muca.model.replies import AuditEntry, Version
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Last, Peer, Room, RoomKind
from muca.model.storage import Appended
from muca.storage.pages import fitting

REACTION_UIDS_MAX: Final = 20
CONVERSATIONS: Final = frozenset({RoomKind.DIRECT, RoomKind.GROUP})


class RoomRow(msgspec.Struct, frozen=True, kw_only=True):
    """A room."""

    room: Room
    """Without fields that depend on the reader."""
    active_ms: int
    """When its last event came."""
    made_by: Uid | None = None
    request_id: str | None = None
    content: bytes | None = None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token and its device."""

    uid: Uid
    token_hash: bytes
    device: str
    created_ms: int
    used_ms: int


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code, valid or not."""

    code_hash: bytes
    kind: CodeKind
    made_by: Uid
    created_ms: int
    uses: int
    until_ms: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An open report."""

    room: RoomId
    seq: Seq
    uid: Uid
    ts_ms: int
    reason: str
    message: Message | None
    versions: tuple[Version, ...]


class AddressBan(msgspec.Struct, frozen=True, kw_only=True):
    """A banned range of addresses."""

    until_ms: int
    reason: str


@dataclass
class Tables:
    """All data of a store. Dictionaries are in insertion order."""

    people: dict[Uid, Person] = field(default_factory=dict)
    tokens: dict[int, Token] = field(default_factory=dict)
    rooms: dict[RoomId, RoomRow] = field(
        default_factory=lambda: {LOBBY: RoomRow(room=Room(room=LOBBY, kind=RoomKind.LOBBY), active_ms=0)}
    )
    dropped_rooms: dict[tuple[Uid, str], RoomId] = field(default_factory=dict)
    """The deleted rooms by the UID and ID of the CREATE that made them."""
    ends: dict[RoomId, tuple[Room, Event]] = field(default_factory=dict)
    """The deleted rooms, and their last events."""
    members: dict[tuple[RoomId, Uid], Membership] = field(default_factory=dict)
    """In the lobby only for the read marker."""
    events: dict[tuple[RoomId, Seq], LogEntry] = field(default_factory=dict)
    """Messages without their pins and reactions."""
    messages: dict[int, tuple[RoomId, Seq]] = field(default_factory=dict)
    """The places of the messages of all rooms, in order of arrival."""
    versions: dict[tuple[RoomId, Seq], tuple[Version, ...]] = field(default_factory=dict)
    """The previous texts of messages."""
    mentions: dict[tuple[RoomId, Seq], dict[Uid, Seq]] = field(default_factory=dict)
    """Whom messages mention, and where each mention counts: at the message, or at the edit that added it."""
    reactions: dict[tuple[RoomId, Seq, str, Uid], None] = field(default_factory=dict)
    pins: dict[tuple[RoomId, Seq], None] = field(default_factory=dict)
    requests: dict[tuple[Uid, str], Appended] = field(default_factory=dict)
    """The results of SENDs by sender and ID."""
    hidden: dict[tuple[RoomId, Seq], bytes] = field(default_factory=dict)
    """The hashed content of deleted messages."""
    files: dict[FileId, StoredFile] = field(default_factory=dict)
    uploads: dict[FileId, int] = field(default_factory=dict)
    """The times of uploads that are in no message yet."""
    gone_files: dict[FileId, None] = field(default_factory=dict)
    ignores: dict[tuple[Uid, Uid], None] = field(default_factory=dict)
    codes: dict[int, Code] = field(default_factory=dict)
    reports: dict[int, Report] = field(default_factory=dict)
    address_bans: dict[str, AddressBan] = field(default_factory=dict)
    audit: dict[int, AuditEntry] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """The last number assigned in each numbered table."""

    def copy(self) -> "Tables":
        """Return an independent copy of the tables."""
        return Tables(**{table.name: dict(getattr(self, table.name)) for table in fields(self)})

    def add(self, table: dict[int, Any], row: object) -> int:
        """Add a row to a numbered table, and return the number."""
        name = next(named.name for named in fields(self) if getattr(self, named.name) is table)
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        table[number] = row
        return number

    def claimed(self, uid: Uid) -> bool:
        """Return whether the UID is claimed."""
        person = self.people.get(uid)
        return person is not None and person.claimed

    def person(self, uid: Uid) -> Person:
        """Return the person of a UID."""
        return self.people.get(uid) or Person(uid=uid, nickname=uid)

    def number_change(self, uid: Uid) -> Person | None:
        """Count a change of a person, and return the person after it; None: nobody."""
        if uid not in self.people:
            return None
        self.people[uid] = msgspec.structs.replace(self.person(uid), changes=self.person(uid).changes + 1)
        return self.people[uid]

    def device(self, uid: Uid, token_hash: bytes) -> int | None:
        """Return somebody's device with this token."""
        for number, token in self.tokens.items():
            if token.uid == uid and hmac.compare_digest(token.token_hash, token_hash):
                return number
        return None

    def server_role(self, uid: Uid) -> Role:
        """Return the role on the server. A UID that nobody has claimed is a guest."""
        return self.person(uid).role if self.claimed(uid) else Role.GUEST

    def entered(self, room: RoomId) -> list[Uid]:
        """Return the members of a room, sorted by UID; in the lobby, everyone known."""
        if room == LOBBY:
            return sorted(self.people)
        return sorted(uid for (where, uid), member in self.members.items() if where == room and member.entered)

    def membership(self, room: RoomId, uid: Uid) -> Membership | None:
        """Return somebody's membership of a room, as in ``Facts``."""
        member = self.members.get((room, uid))
        if room == LOBBY:
            read = member.read if member is not None else 0
            muted_until_ms = self.person(uid).muted_until_ms
            return Membership(uid=uid, role=self.server_role(uid), muted_until_ms=muted_until_ms, read=read)
        if member is not None and self.rooms[room].room.kind in CONVERSATIONS:
            return member if member.floor_seq < self.rooms[room].room.seq else None
        return member

    def may_read(self, room: RoomId, uid: Uid, public: PublicReaders, now_ms: int) -> bool:
        """Return whether somebody may read a room: their own, and public rooms as they are told."""
        member = self.membership(room, uid)
        if member is not None and member.entered:
            return True
        shown = self.rooms[room].room
        if shown.kind is not RoomKind.NAMED or shown.private:
            return False
        banned = member is not None and member.banned_until_ms > now_ms
        return self.server_role(uid) in (public.banned if banned else public.roles)

    def floor(self, room: RoomId, uid: Uid) -> Seq:
        """Return the reader's floor: the seq up to which the reader may not see events of a room."""
        member = self.members.get((room, uid))
        return member.floor_seq if member is not None else 0

    def log(self, room: RoomId, after: Seq, reader: Uid | None = None) -> Iterator[LogEntry]:
        """Yield the entries of a room's log after a seq, with messages in their current state."""
        for seq in range(after + 1, self.rooms[room].room.seq + 1):
            event = self.events.get((room, seq))
            if event is not None:
                yield self.shown(event, reader) if isinstance(event, Message) else event

    def message(self, room: RoomId, seq: Seq, reader: Uid) -> Message | None:
        """Return a message in its current state, if it was not deleted and the reader may see it."""
        event = self.events.get((room, seq)) if seq > self.floor(room, reader) else None
        return self.shown(event, reader) if isinstance(event, Message) and not event.deleted else None

    def texts(self, message: Message, bytes_max: int) -> tuple[Version, ...]:
        """Return the texts of a message, oldest first; if not all fit, only the latest."""
        assert message.room is not None
        assert message.seq is not None
        former = self.versions.get((message.room, message.seq), ())
        latest = Version(ts_ms=message.edited_ms or message.ts_ms or 0, text=message.text)
        return tuple(fitting((*former, latest)[::-1], bytes_max)[::-1])

    def is_gone(self, room: RoomId, seq: Seq) -> bool:
        """Return whether a message was deleted or removed."""
        event = self.events.get((room, seq))
        return not isinstance(event, Message) or event.deleted

    def shown(self, message: Message, reader: Uid | None) -> Message:
        """Return a message with its pin and reactions, and for its sender with the ID of the SEND."""
        assert message.room is not None
        assert message.seq is not None
        uids: dict[str, list[Uid]] = {}
        for room, seq, emoji, uid in self.reactions:
            if (room, seq) == (message.room, message.seq):
                uids.setdefault(emoji, []).append(uid)
        reactions = tuple(
            Reaction(emoji=emoji, count=len(those), uids=tuple(those[:REACTION_UIDS_MAX]))
            for emoji, those in uids.items()
        )
        return msgspec.structs.replace(
            message,
            reactions=reactions,
            pinned=(message.room, message.seq) in self.pins,
            request_id=message.request_id if reader == message.sender else None,
        )

    def room(self, room: RoomId, uid: Uid) -> Room:
        """Return a room as somebody sees it, without ``members``, ``unread`` and ``mentions``."""
        shown = self.rooms[room].room
        member = self.membership(room, uid)
        if member is None or not member.entered:
            return msgspec.structs.replace(shown, entered=False)
        return msgspec.structs.replace(shown, role=member.role, read=member.read)

    def whole_room(self, room: RoomId, uid: Uid) -> Room:
        """Return a room as somebody sees it."""
        shown = self.room(room, uid)
        if shown.kind in CONVERSATIONS:
            peers = tuple(Peer(uid=each, nickname=self.person(each).nickname) for each in self.entered(room))
            shown = msgspec.structs.replace(shown, members=peers)
        member = self.membership(room, uid)
        if member is None or not member.entered:
            return shown
        seen = max(member.read, member.floor_seq)
        ignored = {other for who, other in self.ignores if who == uid} | {uid}
        new = [
            event
            for event in self.log(room, seen)
            if isinstance(event, Message) and not event.deleted and event.sender not in ignored
        ]
        mentions = sum(
            at > seen and who in {uid, EVERYONE} and self.events[place].sender not in ignored
            for place, those in self.mentions.items()
            for who, at in those.items()
            if place[0] == room
        )
        return msgspec.structs.replace(shown, unread=len(new), mentions=mentions)

    def listed_room(self, room: RoomId, uid: Uid) -> Room:
        """Return a room as a list of somebody's own rooms has it: with the newest message of a conversation."""
        shown = self.whole_room(room, uid)
        if shown.kind not in CONVERSATIONS:
            return shown
        last: Last | None = None
        for event in self.log(room, self.floor(room, uid)):
            if isinstance(event, Message) and not event.deleted and (uid, event.sender) not in self.ignores:
                assert event.seq is not None
                assert event.ts_ms is not None
                last = Last.of(event.seq, event.ts_ms, event.sender, event.text, event.files)
        return msgspec.structs.replace(shown, last=last)
