"""The timeline: all messages that a window shows, in order and without duplicates.

- A message with a SEQ is identified by its room and SEQ; a duplicate is ignored.
- Within a room the order is by SEQ, never by time. Between rooms it is by the server's time.
- The user's own message is at the end, as *sending*, until it is known to be stored: its SEND is answered, or the
  server's copy of it, which has the same ID, arrives. Then it moves to its position. Older servers send no IDs: for a
  moment, until the answer comes, the copy may be shown beside it.
- A first-generation server sends no SEQ and no time, so its messages are in order of arrival.
- Only the latest messages are kept; the oldest are dropped in batches.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Protocol

import msgspec

from muca.model.events import Message, Reach
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.rooms import LOBBY, conversation_id
from muca.ui.view.directory import Directory

ENTRIES_MAX: Final = 10_000
"""Maximum number of messages in a timeline."""
DROPPED_AT_ONCE: Final = 500
"""Number of messages above ``ENTRIES_MAX`` that are dropped together."""
GROUPS: Final[RoomId] = "groups"
"""The room of group messages from a first-generation server, which does not identify the group."""
DELETED: Final = "[message deleted]"
"""Shown instead of the text of a deleted message."""
NAMES_MAX: Final = 6
"""Number of recipients that a label names; more are counted."""


class Delivery(Enum):
    """The state of a message."""

    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"


class Entry(msgspec.Struct, kw_only=True, eq=False):
    """One message in the timeline."""

    key: int
    """Never changes during the life of the entry."""
    room: RoomId
    reach: Reach
    sender: Uid
    own: bool
    label: str
    """``Tony`` for a received message, ``To: Mary, Henry`` for the user's own."""
    text: str
    ts_ms: int
    files: tuple[FileInfo, ...] = ()
    seq: Seq | None = None
    request_id: str = ""
    """The ID of the SEND, for a message that was sent here."""
    delivery: Delivery = Delivery.DONE
    trouble: str = ""
    """Why it failed, in one sentence."""
    counts: bool = False
    """Whether it counts as unread until the user has seen the conversation."""


class Conversation(msgspec.Struct, kw_only=True, eq=False):
    """One room's part of the timeline."""

    room: RoomId
    reach: Reach
    unread: int = 0
    latest_ts_ms: int = 0
    latest_seq: Seq = 0
    read_seq: Seq = 0
    """The SEQ up to which the user has seen it; 0: unknown."""
    dropped_seq: Seq = 0
    """Messages up to this SEQ were dropped and are not added again."""


class TimelineWatcher(Protocol):
    """Is called immediately after each change."""

    def added(self, index: int) -> None:
        """``entries[index]`` is new there."""

    def removed(self, entry: Entry, index: int) -> None:
        """An entry was removed from before ``entries[index]``."""

    def updated(self, entry: Entry) -> None:
        """An entry has changed, but not its position."""

    def dropped(self, entries: list[Entry]) -> None:
        """The oldest entries were removed."""

    def rebuilt(self) -> None:
        """Everything may have changed."""


class Timeline:
    """All messages of one user on one server."""

    def __init__(self, directory: Directory, watcher: TimelineWatcher, *, entries_max: int = ENTRIES_MAX) -> None:
        self.entries: list[Entry] = []
        self.conversations: dict[RoomId, Conversation] = {}
        self.new_key: int | None = None
        """The first message that arrived while the user was away, if known."""
        self.ignores: frozenset[Uid] = frozenset()
        """People whose messages do not count as unread."""
        self._directory = directory
        self._watcher = watcher
        self._entries_max = entries_max
        self._next_key = 1
        self._seen: set[tuple[RoomId, Seq]] = set()
        self._unconfirmed: dict[str, Entry] = {}
        """By ID, the user's own messages that are sending or have failed."""

    def receive(self, message: Message, now_ms: int) -> Entry | None:
        """Add a pushed message. Returns the new entry, or None if the message is here already."""
        room = self._room_of(message)
        conversation = self._conversation(room, message.reach)
        if self._is_known(conversation, message.seq):
            return None
        if (own := self._unconfirmed.get(message.request_id or "")) is not None:
            self.confirm(own, message)
            return None
        entry = self._entry_of(message, room, now_ms)
        self._put(entry, conversation)
        self._count(entry, conversation)
        return entry

    def merge(self, messages: Iterable[Message], now_ms: int) -> None:
        """Add messages from the history, each room's oldest first. Known ones are skipped."""
        latest: dict[RoomId, int] = {}
        dated: list[tuple[int, Message]] = []
        for message in messages:
            room = self._room_of(message)
            latest[room] = max(latest.get(room, 0), now_ms if message.ts_ms is None else message.ts_ms)
            dated.append((latest[room], message))
        dated.sort(key=lambda pair: pair[0])
        self.new_key = None
        for _, message in dated:
            room = self._room_of(message)
            conversation = self._conversation(room, message.reach)
            if self._is_known(conversation, message.seq):
                continue
            if (own := self._unconfirmed.get(message.request_id or "")) is not None:
                self.confirm(own, message)
                continue
            entry = self._entry_of(message, room, now_ms)
            self._insert(entry, conversation)
            if 0 < conversation.read_seq < (message.seq or 0) and not entry.own:
                self._count(entry, conversation)
                self.new_key = self.new_key or entry.key
        self._drop()
        self._watcher.rebuilt()

    def begin(
        self,
        request_id: str,
        text: str,
        reach: Reach,
        recipients: tuple[Uid, ...],
        now_ms: int,
        named: RoomId | None = None,
    ) -> Entry:
        """Append the user's own message, as *sending*, with the ID of its SEND. ``named``: the room, for ``ROOM``."""
        own = self._directory.own.uid
        room = named or (LOBBY if reach is Reach.ALL else conversation_id([own, *recipients]))
        if reach is Reach.PRIVATE:
            self._directory.pair(room, recipients[0])
        elif reach is Reach.GROUP and not self._directory.keeps_rooms:
            room = GROUPS
        entry = Entry(
            key=self._take_key(),
            room=room,
            reach=reach,
            sender=own,
            own=True,
            label=self._label_to(reach, recipients, room),
            text=text,
            ts_ms=now_ms,
            request_id=request_id,
            delivery=Delivery.SENDING,
        )
        self._start(entry)
        return entry

    def change(self, room: RoomId, seq: Seq, text: str) -> None:
        """Change the text of a message, if it is shown."""
        for entry in reversed(self.entries):
            if (entry.room, entry.seq) == (room, seq):
                conversation = self.conversations[room]
                if text == DELETED and entry.counts and seq > conversation.read_seq:
                    conversation.unread = max(0, conversation.unread - 1)
                    entry.counts = False
                entry.text = text
                entry.files = () if text == DELETED else entry.files
                self._watcher.updated(entry)
                return

    def retry(self, entry: Entry, now_ms: int) -> None:
        """Mark a failed message as *sending* again, and move it to the end."""
        self._take_out(entry)
        entry.delivery, entry.trouble, entry.ts_ms = Delivery.SENDING, "", now_ms
        self._start(entry)

    def confirm(self, entry: Entry, message: Message) -> None:
        """Move the user's own message to the position assigned by the server, unless it is there already."""
        if self._unconfirmed.pop(entry.request_id, None) is None:
            return
        self._take_out(entry)
        entry.text, entry.files, entry.delivery = message.text, message.files, Delivery.DONE
        conversation = self._conversation(entry.room, entry.reach)
        if not self._is_known(conversation, message.seq):
            entry.seq = message.seq
            entry.ts_ms = entry.ts_ms if message.ts_ms is None else message.ts_ms
            self._put(entry, conversation)

    def fail(self, entry: Entry, trouble: str) -> bool:
        """Mark the user's own message as not sent. Returns False if it is known to be stored."""
        if entry.request_id not in self._unconfirmed:
            return False
        entry.delivery, entry.trouble = Delivery.FAILED, trouble
        self._watcher.updated(entry)
        return True

    def read(self, room: RoomId | None = None) -> bool:
        """Note that the user has seen one conversation, or all. Returns whether anything was unread."""
        anything = False
        for conversation in self.conversations.values():
            if room not in (None, conversation.room):
                continue
            anything = anything or conversation.unread > 0
            conversation.unread = 0
            conversation.read_seq = max(conversation.read_seq, conversation.latest_seq)
        return anything

    def move_marker(self, room: RoomId, seq: Seq, unread: int) -> None:
        """Update the read position, which may come from another device, and the server's unread count."""
        conversation = self.conversations.get(room)
        if conversation is not None:
            conversation.read_seq = max(conversation.read_seq, seq)
            conversation.unread = min(conversation.unread, unread)

    def expect(self, room: RoomId, reach: Reach, read_seq: Seq = 0) -> None:
        """Add a conversation before it has messages, with its earlier read position."""
        conversation = self._conversation(room, reach)
        conversation.read_seq = max(conversation.read_seq, read_seq)

    def begin_anew(self, room: RoomId) -> None:
        """Restart the SEQs of a room, because it is another server's. Its entries stay."""
        conversation = self.conversations[room]
        conversation.latest_seq = conversation.dropped_seq = conversation.read_seq = 0
        self._seen = {place for place in self._seen if place[0] != room}
        for entry in self.entries:
            if entry.room == room:
                entry.seq = None

    def clear(self, room: RoomId) -> None:
        """Remove a room's messages, because its log was set back. Unsent and failed messages stay."""
        conversation = self.conversations.get(room)
        if conversation is None:
            return
        self.entries = [entry for entry in self.entries if entry.room != room or entry.seq is None]
        self._seen = {place for place in self._seen if place[0] != room}
        conversation.latest_seq = conversation.dropped_seq = conversation.read_seq = conversation.unread = 0
        if all(entry.key != self.new_key for entry in self.entries):
            self.new_key = None
        self._watcher.rebuilt()

    def _count(self, entry: Entry, conversation: Conversation) -> None:
        entry.counts = not entry.own and entry.sender not in self.ignores and entry.text != DELETED
        conversation.unread += entry.counts

    def _room_of(self, message: Message) -> RoomId:
        if message.room is not None:
            return message.room
        if message.reach is Reach.ALL:
            return LOBBY
        if message.reach is Reach.GROUP:
            return GROUPS
        return conversation_id([self._directory.own.uid, message.sender])

    def _conversation(self, room: RoomId, reach: Reach) -> Conversation:
        found = self.conversations.get(room)
        if found is None:
            found = self.conversations[room] = Conversation(room=room, reach=reach)
        return found

    def _is_known(self, conversation: Conversation, seq: Seq | None) -> bool:
        return seq is not None and (seq <= conversation.dropped_seq or (conversation.room, seq) in self._seen)

    def _entry_of(self, message: Message, room: RoomId, now_ms: int) -> Entry:
        directory = self._directory
        own = message.sender == directory.own.uid
        if own:
            members = directory.rooms[room].members if room in directory.rooms else ()
            others = tuple(peer.uid for peer in members if peer.uid != message.sender)
            label = self._label_to(message.reach, others, room)
        else:
            label = directory.name_of_sender(message)
            if message.reach is Reach.PRIVATE:
                directory.pair(room, message.sender)
        return Entry(
            key=self._take_key(),
            room=room,
            reach=message.reach,
            sender=message.sender,
            own=own,
            label=label,
            text=DELETED if message.deleted else message.text,
            files=message.files,
            ts_ms=now_ms if message.ts_ms is None else message.ts_ms,
            seq=message.seq,
        )

    def _label_to(self, reach: Reach, recipients: tuple[Uid, ...], room: RoomId) -> str:
        if reach is Reach.ALL:
            return "To: ALL"
        if reach is Reach.ROOM:
            return f"To: #{self._directory.title(room)}"
        names = [self._directory.name(uid) for uid in recipients]
        if len(names) > NAMES_MAX:
            names = [*names[: NAMES_MAX - 1], f"{len(names) - NAMES_MAX + 1} more"]
        return "To: " + (", ".join(names) or "a group")

    def _take_key(self) -> int:
        self._next_key += 1
        return self._next_key - 1

    def _start(self, entry: Entry) -> None:
        self._unconfirmed[entry.request_id] = entry
        self._put(entry, self._conversation(entry.room, entry.reach))

    def _put(self, entry: Entry, conversation: Conversation) -> None:
        index = self._insert(entry, conversation)
        self._watcher.added(index)
        if len(self.entries) >= self._entries_max + DROPPED_AT_ONCE:
            dropped = self._drop()
            self._watcher.dropped(dropped)

    def _insert(self, entry: Entry, conversation: Conversation) -> int:
        """Find an entry's position, from the end backwards, and insert it. Returns the index."""
        index = len(self.entries)
        if entry.delivery is not Delivery.SENDING:
            index = self._place(entry, conversation)
        self.entries.insert(index, entry)
        conversation.latest_ts_ms = max(conversation.latest_ts_ms, entry.ts_ms)
        if entry.seq is not None:
            self._seen.add((entry.room, entry.seq))
            conversation.latest_seq = max(conversation.latest_seq, entry.seq)
        return index

    def _place(self, entry: Entry, conversation: Conversation) -> int:
        entries, seq = self.entries, entry.seq
        index = len(entries)
        if seq is not None and seq < conversation.latest_seq:
            later = (at for at, other in enumerate(entries) if other.room == entry.room and (other.seq or 0) > seq)
            index = next(later, index)
        while index:
            before = entries[index - 1]
            same_room = before.room == entry.room and before.seq is not None and seq is not None
            if before.delivery is not Delivery.SENDING and (before.ts_ms <= entry.ts_ms or same_room):
                break
            index -= 1
        return index

    def _take_out(self, entry: Entry) -> None:
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index] is entry:
                del self.entries[index]
                self._watcher.removed(entry, index)
                return

    def _drop(self) -> list[Entry]:
        """Drop the oldest entries above the limit."""
        count = max(0, len(self.entries) - self._entries_max)
        dropped, self.entries[:count] = self.entries[:count], []
        for entry in dropped:
            if entry.delivery is Delivery.FAILED:
                del self._unconfirmed[entry.request_id]
            if entry.seq is not None:
                self._seen.discard((entry.room, entry.seq))
                conversation = self.conversations[entry.room]
                conversation.dropped_seq = max(conversation.dropped_seq, entry.seq)
        return dropped
