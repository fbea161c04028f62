"""The outbox gathers the messages of a tick and writes them at its end.

Rules:
- Each push is encoded once per dialect. If the dialect takes batches, a room's pushes of a tick are joined once, and
  all members share the same bytes object. Each gets one write per tick: first its own messages, then those of its
  rooms.
- Only the sender's own sessions see the ID of the SEND that a message came from. They get a frame of their own in place
  of the shared one.
- Members whose dialect takes no batches get everything in the original order.
- Presence gathers: after a quiet interval, PEER pushes go out at once, otherwise one interval after the previous ones
  or with the next other push to the lobby. LIST gathers likewise.
- A READ push with unread counts comes after the messages that they include, and before the next ones.
- Nobody gets a message, event or TYPING of a person whose JOINED still waits: those who get it get what waits first.
- The outbox waits for nobody. Connections with too much unread data get nothing more, and ``flush`` returns them.
- A bug costs little: if a dialect cannot encode a push, its members miss this push; if a connection cannot be written
  to, it is lost.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final, Protocol, TypeAlias

import msgspec
import structlog

from muca.model.errors import CloseReason
from muca.model.events import Event, Message
from muca.model.files import FileInfo, size_in_words
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.pushes import MarkerMoved, PeerChange, PeerChanged, PeerList, Push, TypingNow
from muca.model.replies import Reply
from muca.model.rooms import LOBBY, Peer
from muca.protocol.dialect import ServerDialect
from muca.server.figures import Figures

PRESENCE_MEMBERS: Final = 1_250
"""Connections up to which presence gathers as long as the limit says. With more it gathers longer, in proportion, so
that writing to all of them takes the same share of the time."""

_Encode: TypeAlias = Callable[[Reply | Push], bytes]
"""The ``encode`` of a dialect, which identifies the dialect here."""


class Recipient(Protocol):
    """What the outbox needs of a connection."""

    id: ConnectionId
    pending: list[bytes]
    """What is written at the end of the tick, in order."""

    @property
    def send(self) -> Callable[[bytes], None]:
        """Writes what one would otherwise add to an empty ``pending``."""

    @property
    def dialect(self) -> ServerDialect:
        """The dialect in which it is told everything."""

    def unread_bytes(self) -> int:
        """Return how many bytes are queued for the client."""

    def write(self) -> None:
        """Write what is pending, in one write or frame by frame."""

    def write_peer_list(self, frame: bytes) -> None:
        """Write a LIST; it replaces one that still waits."""


_Audience: TypeAlias = dict[_Encode, "_Group"]
"""The recipients of a room's pushes, by dialect; no group is empty."""


class _Batch:
    """The pushes of this tick for a group."""

    __slots__ = ("frames", "late", "own")

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.late: dict[ConnectionId, int] = {}
        """Members who were added during the tick, and how many frames came before that."""
        self.own: dict[ConnectionId, list[tuple[int, bytes]]] = {}
        """The frames that a member gets in place of the shared ones, with their index."""

    def take(self, member: ConnectionId) -> list[bytes]:
        """Return the frames for a member who does not get exactly the shared ones."""
        late = self.late.pop(member, 0)
        frames = self.frames[late:]
        for index, frame in self.own.pop(member, ()):
            frames[index - late] = frame
        return frames


class _Group:
    """The recipients of a room's pushes with one dialect."""

    __slots__ = ("abilities", "batch", "encode", "encode_both", "members", "room")

    def __init__(self, room: RoomId, dialect: ServerDialect) -> None:
        self.room = room
        self.abilities = dialect.abilities
        self.encode = dialect.encode
        self.encode_both = dialect.encode_both
        self.members: dict[ConnectionId, Recipient] = {}
        self.batch: _Batch | None = None
        """What waits for the end of the tick."""


class _Gathering:
    """Changes of presence that wait until the interval since the previous ones is over."""

    __slots__ = ("_interval_ms", "due_ms", "people")

    def __init__(self, interval_ms: int) -> None:
        self._interval_ms = interval_ms
        self.due_ms = 0
        """When changes may go out again."""
        self.people: set[Uid] = set()
        """Whose changes wait."""

    def go_out(self, now_ms: int, members: int) -> None:
        """Note that all of them go out now to so many members."""
        self.people.clear()
        self.due_ms = now_ms + self._interval_ms * max(PRESENCE_MEMBERS, members) // PRESENCE_MEMBERS


class Outbox:
    """Gathers the messages of a tick and writes them at its end.

    Args:
        peers: returns everyone who is joined, for LIST.
        unread_bytes_max: bytes that may be queued for one connection before a tick's write.
        now_ms: returns the time, for changes of presence.
        presence_interval_ms: how long these gather.
        link: returns a link to a file, for clients whose dialect has no files.
        figures: where deliveries are counted.
    """

    def __init__(
        self,
        peers: Callable[[], Iterable[Peer]],
        unread_bytes_max: int,
        now_ms: Callable[[], int],
        presence_interval_ms: int,
        link: Callable[[FileInfo], str],
        figures: Figures,
    ) -> None:
        self._peers = peers
        self._now_ms = now_ms
        self._link = link
        self._unread_bytes_max = unread_bytes_max
        self._figures = figures
        self._log = structlog.get_logger()
        self._audiences: dict[RoomId, _Audience] = {}
        self._uids: dict[ConnectionId, Uid] = {}
        self._sessions: dict[Uid, set[ConnectionId]] = {}
        self._rooms: dict[ConnectionId, set[RoomId]] = {}
        self._batched: list[_Group] = []
        """The groups with a batch."""
        self._touched: dict[ConnectionId, Recipient] = {}
        self._behind: dict[ConnectionId, Recipient] = {}
        """Connections with unread data that may become too much."""
        self._lost: dict[ConnectionId, CloseReason] = {}
        """Connections that get nothing more, and why."""
        self._presence = _Gathering(presence_interval_ms)
        """PEER pushes, which wait in the batches of the lobby."""
        self._listing = _Gathering(presence_interval_ms)
        """Changes since the last LIST."""
        self._lobby_was_told = False
        """Whether the lobby's batches have other pushes than PEER."""

    def tell(self, connection: Recipient, message: Reply | Push) -> None:
        """Send a message to one connection.

        Unread counts follow the room's messages that they include, and no others.
        """
        if type(message) is MarkerMoved and message.unread is not None:
            group = self._audiences.get(message.room, {}).get(connection.dialect.encode)
            if group is not None and group.batch is not None and connection.id in group.members:
                self._give(connection, group.batch)
        if frame := connection.dialect.encode(message):
            connection.pending.append(frame)
            self._touched[connection.id] = connection

    def say(self, connection: Recipient, frame: bytes) -> None:
        """Send an encoded frame to one connection."""
        if frame:
            connection.pending.append(frame)
            self._touched[connection.id] = connection

    def deliver(self, room: RoomId, push: Push) -> None:
        """Send a push to everyone in a room's audience."""
        if type(push) is PeerChanged:
            self._presence.people.add(push.uid)
            if push.change in _LISTED:
                self._listing.people.add(push.uid)
        elif room == LOBBY:
            self._lobby_was_told = True
        elif self._presence.people and _author(push) in self._presence.people:
            self._catch_up(room)
        audience = self._audiences.get(room)
        if audience is None:
            return
        message = push if type(push) is Message else None
        sender = message.sender if message is not None else None
        sessions = self._sessions.get(sender, ()) if sender is not None else ()
        for group in audience.values():
            can, members = group.abilities, group.members
            own_frame = b""
            try:
                if message is not None and message.request_id is not None and can.hears_itself:
                    frame, own_frame = group.encode_both(message)
                else:
                    frame = group.encode(push if can.has_files else self._with_links(push))
            except Exception:
                self._log.exception("encoding_failed", push=type(push).__name__)
                continue
            if not frame:
                continue
            if not can.hears_changes and sender in self._listing.people:
                self._list_peers()
            own: Collection[ConnectionId] = ()
            if own_frame or not can.hears_itself:
                own = members.keys() & sessions
            self._figures.deliveries += len(members) - (0 if own_frame else len(own))
            if can.takes_batches:
                batch = group.batch
                if batch is None:
                    batch = group.batch = _Batch()
                    self._batched.append(group)
                for number in own:
                    batch.own.setdefault(number, []).append((len(batch.frames), own_frame))
                batch.frames.append(frame)
                continue
            for number, connection in members.items():
                if one := own_frame if number in own else frame:
                    connection.pending.append(one)
                    self._touched[number] = connection

    def _with_links(self, push: Push) -> Push:
        """Add a line of text with a link for each of a message's files."""
        if type(push) is not Message or not push.files:
            return push
        lines = [f"{file.name} ({size_in_words(file.bytes)}): {self._link(file)}" for file in push.files]
        return msgspec.structs.replace(push, text="\n".join([push.text, *lines] if push.text else lines))

    def enter(self, connection: Recipient, uid: Uid, rooms: tuple[RoomId, ...]) -> None:
        """Add a connection to audiences; it receives what is sent from now on."""
        encode = connection.dialect.encode
        self._uids[connection.id] = uid
        self._sessions.setdefault(uid, set()).add(connection.id)
        self._rooms.setdefault(connection.id, set()).update(rooms)
        for room in rooms:
            audience = self._audiences.setdefault(room, {})
            group = audience.get(encode)
            if group is None:
                group = audience[encode] = _Group(room, connection.dialect)
            group.members[connection.id] = connection
            if group.batch is not None:
                group.batch.late[connection.id] = len(group.batch.frames)

    def watch(self, connection: Recipient) -> None:
        """Watch a connection with much unread data, until everything is read."""
        self._behind[connection.id] = connection

    def exit(self, connection: ConnectionId, room: RoomId | None = None) -> None:
        """Remove a connection from a room's audience, or from all.

        It still receives what was sent before, but whoever leaves all rooms is not told who else comes and goes: if
        thousands leave at the same time, that would be gigabytes.
        """
        if room is None:
            for left in self._rooms.pop(connection, ()):
                self._exit(connection, left, gives=left != LOBBY or self._lobby_was_told)
            uid = self._uids.pop(connection, None)
            if uid is not None:
                self._sessions[uid].discard(connection)
                if not self._sessions[uid]:
                    del self._sessions[uid]
        elif room in self._rooms.get(connection, ()):
            self._rooms[connection].discard(room)
            self._exit(connection, room)

    def _exit(self, number: ConnectionId, room: RoomId, *, gives: bool = True) -> None:
        audience = self._audiences[room]
        for encode, group in audience.items():
            connection = group.members.pop(number, None)
            if connection is None:
                continue
            if group.batch is not None:
                if gives:
                    self._give(connection, group.batch)
                group.batch.late.pop(number, None)
            if not group.members:
                del audience[encode]
            break
        if not audience:
            del self._audiences[room]

    def _catch_up(self, room: RoomId) -> None:
        """Give everyone in a room's audience what waits for them in the lobby."""
        lobby = self._audiences.get(LOBBY, {})
        for encode, group in self._audiences.get(room, {}).items():
            waiting = lobby.get(encode)
            if waiting is not None and waiting.batch is not None:
                for connection in group.members.values():
                    self._give(connection, waiting.batch)

    def _give(self, connection: Recipient, batch: _Batch) -> None:
        """Give a connection what a batch has for it now."""
        connection.pending.extend(batch.take(connection.id))
        batch.late[connection.id] = len(batch.frames)
        self._touched[connection.id] = connection

    def _list_peers(self) -> None:
        """Send the list of peers to clients that do not hear each change, after what they were sent before."""
        self._listing.go_out(self._now_ms(), len(self._rooms))
        for encode, group in self._audiences.get(LOBBY, {}).items():
            if group.abilities.hears_changes:
                continue
            try:
                peer_list = encode(PeerList(data=tuple(self._peers())))
            except Exception:
                self._log.exception("encoding_failed", push=PeerList.__name__)
                continue
            self._write(group.members, peer_list)

    @property
    def due_ms(self) -> int | None:
        """When ``flush`` must be called for changes of presence that wait. None: none wait."""
        waiting = [gathering.due_ms for gathering in (self._presence, self._listing) if gathering.people]
        return min(waiting) if waiting else None

    def flush(self) -> dict[ConnectionId, CloseReason]:
        """Write everything that is due; return the connections to close, with the reasons."""
        if self._behind:
            self._leave_behind()
        if self._listing.people and self._listing.due_ms <= self._now_ms():
            self._list_peers()
        if self._presence.people:
            now_ms = self._now_ms()
            if self._lobby_was_told or self._presence.due_ms <= now_ms:
                self._presence.go_out(now_ms, len(self._rooms))
        self._lobby_was_told = False
        if self._batched:
            waiting = [group for group in self._batched if self._presence.people and group.room == LOBBY]
            due, self._batched = [group for group in self._batched if group not in waiting], waiting
            for at, group in enumerate(due, 1):
                batch, group.batch = group.batch, None
                if batch is not None:
                    self._share(batch, group.members, is_last=at == len(due))
        touched, self._touched = self._touched, {}
        self._write(touched)
        lost, self._lost = self._lost, {}
        return lost

    def _leave_behind(self) -> None:
        """Stop sending to connections that still have too much unread data after the previous tick."""
        for number, connection in list(self._behind.items()):
            unread_bytes = connection.unread_bytes()
            if unread_bytes > self._unread_bytes_max:
                self.exit(number)
                connection.pending.clear()
                self._lost[number] = CloseReason.SLOW_READER
            if not 0 < unread_bytes <= self._unread_bytes_max:
                del self._behind[number]

    def _share(self, batch: _Batch, members: dict[ConnectionId, Recipient], *, is_last: bool) -> None:
        """Give everyone the same bytes object, but their own frames to those few who must get others.

        With the last batch of a tick, nothing else will come for those for whom nothing waits.
        """
        shared = b"".join(batch.frames)
        touched = self._touched
        others = (batch.late.keys() | batch.own.keys()) & members.keys()
        for number in others:
            members[number].pending.append(b"".join(batch.take(number)))
            touched[number] = members[number]
        for number, connection in members.items():
            if connection.pending or not is_last:
                if number not in others:
                    connection.pending.append(shared)
                    touched[number] = connection
            else:
                try:
                    connection.send(shared)
                except Exception:
                    self._lose(number)

    def _write(self, connections: dict[ConnectionId, Recipient], peer_list: bytes = b"") -> None:
        """Write what is gathered for these connections, and then a LIST, if there is one."""
        for number, connection in connections.items():
            try:
                connection.write()
                if peer_list:
                    connection.write_peer_list(peer_list)
            except Exception:
                self._lose(number)

    def _lose(self, number: ConnectionId) -> None:
        self._log.exception("writing_failed", connection=number)
        self._lost[number] = CloseReason.SERVER_ERROR


_LISTED: Final = frozenset({PeerChange.JOINED, PeerChange.LEFT, PeerChange.RENAMED})
"""Changes that LIST shows."""


def _author(push: Push) -> Uid | None:
    """Return who says or does what a push tells."""
    if isinstance(push, Message | Event):
        return push.sender
    return push.uid if isinstance(push, TypingNow) else None
