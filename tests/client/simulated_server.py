"""A small v2 server without I/O, written independently of muca's own, for tests of the link.

It keeps rooms as lists, answers in the order asked, but only when told to (``answer``): so a push may overtake the
reply to an earlier HISTORY, as it may with a real store. What it has no rules for it answers as it is told to.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import REACH, Event, EventKind, Message, Settings
from muca.model.ids import RoomId, Seq, Uid
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import MarkerMoved, Push, RoomOpened
from muca.model.replies import (
    Data,
    Done,
    Fail,
    Joined,
    Okay,
    Page,
    PeerPage,
    Reply,
    RoomPage,
    ServerInfo,
    Stored,
    TlsInfo,
)
from muca.model.requests import History, Join, Leave, Peers, Ping, Pong, Read, Request, Rooms, Send
from muca.model.rooms import LOBBY, Last, Peer, Room, RoomKind, conversation_id
from muca.model.wire import Frame
from muca.protocol.dialect import Chatter, Ended, Fault, ServerDialect
from muca.protocol.encoding import encode_line
from muca.protocol.v1 import V1


class Weather(Frame, frozen=True, kw_only=True, tag="WEATHER"):
    """An event of a newer server."""

    room: RoomId
    seq: Seq
    sun: bool = True


Entry: TypeAlias = Message | Event | Weather


class Connection:
    """The server's end of one connection: bytes in, bytes out."""

    def __init__(self) -> None:
        self.dialect: ServerDialect = V1(Limits())
        self.to_client = b""
        self.uid: Uid | None = None
        self.told_rooms: set[RoomId] = set()
        self.unanswered: list[bytes] = []
        self.open = True
        self.over_tls = False


class Backup(NamedTuple):
    """What of a server is durable, at one moment."""

    epoch: str | None
    logs: dict[RoomId, list[Entry]]
    members: dict[RoomId, tuple[Uid, ...]]
    stored: dict[tuple[Uid, str], Message]
    read: dict[tuple[RoomId, Uid], Seq]
    titles: dict[RoomId, str]


class SimulatedServer:
    """One server with its log. ``others`` are joined as well, and write through ``write``."""

    def __init__(self, server_id: str = "server-1", others: Sequence[Peer] = ()) -> None:
        self.server_id = server_id
        self.others = others
        self.logs: dict[RoomId, list[Entry]] = {LOBBY: []}
        self.titles: dict[RoomId, str] = {}
        self.read: dict[tuple[RoomId, Uid], Seq] = {}
        self.members: dict[RoomId, tuple[Uid, ...]] = {LOBBY: ()}
        self.stored: dict[tuple[Uid, str], Message] = {}
        self.tokens: dict[Uid, str] = {}
        self.passwords: dict[Uid, str] = {}
        self.tls: TlsInfo | None = None
        self.needs_tls = False
        self.joins: list[Join] = []
        self.asked: list[Request] = []
        self.canned: dict[type[Request], Data | Fail] = {}
        """What is answered to requests that there are no rules for."""
        self.connection: Connection | None = None
        self.session = ""
        self.history_events_max = 200
        self.rooms_in_join_max = 500
        self.rooms_a_page = 500
        self.peers_a_page = 500
        self.fail_history: list[Fail] = []
        self.fail_rooms: list[Fail] = []
        self.epoch: str | None = "epoch-1"
        self.former_epoch: str | None = None
        self.epoch_seqs: dict[RoomId, Seq] = {}
        self._sessions_made = 0
        self._restored = 1

    def accept(self) -> Connection:
        """Take a connection; the client under test has one at a time."""
        self.connection = Connection()
        return self.connection

    def forget_sessions(self) -> None:
        """Restart: the log stays."""
        self.session = ""

    def back_up(self) -> "Backup":
        """Copy what is durable."""
        logs = {room: list(log) for room, log in self.logs.items()}
        return Backup(self.epoch, logs, dict(self.members), dict(self.stored), dict(self.read), dict(self.titles))

    def restore(self, backup: "Backup", *, unseen: bool = False) -> None:
        """Put a copy back, as between two starts; ``unseen``: in a way that the server cannot see."""
        self.forget_sessions()
        self.logs = {room: list(log) for room, log in backup.logs.items()}
        self.members, self.stored = dict(backup.members), dict(backup.stored)
        self.read, self.titles = dict(backup.read), dict(backup.titles)
        if not unseen:
            self._restored += 1
            self.former_epoch, self.epoch = backup.epoch, f"epoch-{self._restored}"
            self.epoch_seqs = {room: len(log) for room, log in self.logs.items()}

    def receive(self, connection: Connection, data: bytes) -> None:
        """Take bytes from the client and carry out what they ask; replies wait for ``answer``."""
        while connection.open:
            for request in connection.dialect.receive(data):
                assert not isinstance(request, Fault | Chatter | Ended), request
                self._handle(connection, request)
            if connection.dialect.successor is None:
                return
            connection.dialect, data = connection.dialect.successor, b""

    def answer(self, connection: Connection) -> None:
        """Let all replies out."""
        connection.to_client += b"".join(connection.unanswered)
        connection.unanswered.clear()

    def push(self, connection: Connection, push: Push) -> None:
        """Send something unasked."""
        connection.to_client += encode_line(push)

    def write(self, sender: Uid, text: str, to: Sequence[Uid] = (), request_id: str | None = None) -> Message:
        """Store a message once, and push it to the client if it is joined and a member."""
        if request_id is not None and (before := self.stored.get((sender, request_id))) is not None:
            return before
        room = conversation_id((sender, *to)) if to else LOBBY
        log = self.logs.setdefault(room, [])
        self.members.setdefault(room, tuple(sorted({sender, *to})))
        message = Message(
            room=room,
            seq=len(log) + 1,
            ts_ms=1_000 + len(log),
            reach=REACH[self._kind(room)],
            sender=sender,
            nickname=sender.title(),
            text=text,
            request_id=request_id,
            mentions=tuple(uid for uid in ("me", "tony") if f"@{uid}" in text),
        )
        log.append(message)
        if request_id is not None:
            self.stored[sender, request_id] = message
        self.read[room, sender] = len(log)
        self._deliver(room, message)
        return message

    def happen(self, kind: EventKind | str, sender: Uid, room: RoomId = LOBBY, **fields: Any) -> Event:
        """Store an event that is no message, and push it likewise."""
        log = self.logs[room]
        seq = len(log) + 1
        event = Event(kind=kind, room=room, seq=seq, ts_ms=seq, sender=sender, nickname=sender.title(), **fields)
        log.append(event)
        self._deliver(room, event)
        return event

    def shine(self, room: RoomId = LOBBY) -> None:
        """Store an event of a kind that clients do not know."""
        log = self.logs[room]
        log.append(Weather(room=room, seq=len(log) + 1))
        self._deliver(room, log[-1])

    def retitle(self, title: str, room: RoomId = LOBBY) -> None:
        """Give a room a title."""
        self.titles[room] = title
        self.happen(EventKind.SET, "tony", room, settings=Settings(title=title))

    def texts(self, room: RoomId) -> list[str]:
        """Return the texts of the messages in a room."""
        return [entry.text for entry in self.logs[room] if isinstance(entry, Message)]

    def room_of(self, room: RoomId, uid: Uid) -> Room:
        """Return a room as a member sees it, counted anew."""
        log, read = self.logs[room], self.read.get((room, uid), 0)
        unread = [entry for entry in log[read:] if isinstance(entry, Message) and entry.sender != uid]
        kind, last = self._kind(room), None
        if kind in {RoomKind.DIRECT, RoomKind.GROUP}:
            said = (entry for entry in reversed(log) if isinstance(entry, Message))
            last = next(
                (Last.of(each.seq or 0, each.ts_ms or 0, each.sender, each.text, each.files) for each in said), None
            )
        return Room(
            room=room,
            kind=kind,
            last=last,
            members=tuple(Peer(uid=member, nickname=member.title()) for member in self.members[room]),
            seq=len(log),
            epoch_seq=self.epoch_seqs.get(room, 0),
            title=self.titles.get(room),
            read=read,
            unread=len(unread),
            mentions=sum(f"@{uid}" in message.text for message in unread),
        )

    def _deliver(self, room: RoomId, entry: Any) -> None:
        connection = self.connection
        if connection is None or connection.uid is None or not self._is_member(connection.uid, room):
            return
        if room not in connection.told_rooms:
            connection.told_rooms.add(room)
            members = tuple(Peer(uid=uid, nickname=uid.title()) for uid in self.members[room])
            self.push(connection, RoomOpened(room=room, kind=self._kind(room), members=members))
        self.push(connection, entry)

    def _is_member(self, uid: Uid, room: RoomId) -> bool:
        return room == LOBBY or uid in self.members[room]

    def _kind(self, room: RoomId) -> RoomKind:
        if room == LOBBY:
            return RoomKind.LOBBY
        if room.startswith("r-"):
            return RoomKind.NAMED
        return RoomKind.DIRECT if len(self.members[room]) == 2 else RoomKind.GROUP

    def _reply(self, connection: Connection, reply: Reply) -> None:
        connection.unanswered.append(encode_line(reply))

    def _handle(self, connection: Connection, request: Request) -> None:
        self.asked.append(request)
        match request:
            case Join():
                self.joins.append(request)
                self._join(connection, request)
            case Send():
                assert connection.uid is not None
                message = self.write(connection.uid, request.text, request.recipients or (), request.request_id)
                stored = msgspec.convert(message, Stored, from_attributes=True)
                self._reply(connection, Okay(answers=request.request_id, data=stored))
            case History():
                self._history(connection, request)
            case Rooms(own=True):
                self._own_rooms(connection, request)
            case Peers() if Peers not in self.canned:
                assert connection.uid is not None
                own_peer = Peer(uid=connection.uid, nickname=connection.uid.title())
                self._reply(connection, Okay(answers=request.request_id, data=self._peers(own_peer, request)))
            case Ping():
                self._reply(connection, Pong(answers=request.request_id))
            case Read():
                self._read(connection, request)
            case Leave():
                self._reply(connection, Okay(answers=request.request_id, data=Done()))
                connection.uid = None
            case _ if (answer := self.canned.get(type(request))) is not None:
                assert not isinstance(request, Pong)
                if isinstance(answer, Fail):
                    self._reply(connection, msgspec.structs.replace(answer, answers=request.request_id))
                else:
                    self._reply(connection, Okay(answers=request.request_id, data=answer))
            case _:
                pass

    def _read(self, connection: Connection, request: Read) -> None:
        assert connection.uid is not None
        place = (request.room, connection.uid)
        if request.seq > self.read.get(place, 0):
            self.read[place] = request.seq
            room = self.room_of(*place)
            moved = MarkerMoved(
                room=request.room, uid=connection.uid, seq=room.read, unread=room.unread, mentions=room.mentions
            )
            self.push(connection, moved)
        self._reply(connection, Okay(answers=request.request_id, data=Done()))

    def _join(self, connection: Connection, join: Join) -> None:
        token = self.tokens.get(join.uid)
        if self.needs_tls and not connection.over_tls:
            self._reply(connection, Fail(answers=join.request_id, code=ErrorCode.NOT_SECURE, explanation="Use TLS."))
            return
        if join.password is not None:
            if self.passwords.get(join.uid) != join.password:
                fail = Fail(answers=join.request_id, code=ErrorCode.PASSWORD_WRONG, explanation="No.")
                self._reply(connection, fail)
                return
            token = None
        elif token is not None and join.token != token:
            code = ErrorCode.TOKEN_WRONG if join.token is not None else ErrorCode.TOKEN_REQUIRED
            self._reply(
                connection,
                Fail(
                    answers=join.request_id,
                    code=code,
                    explanation="No.",
                    server=self.server_id,
                    epoch=self.epoch,
                    tls=self.tls,
                ),
            )
            return
        if token is None:
            self.tokens[join.uid] = join.token or f"token of {self.server_id}"
        self._sessions_made += 1
        self.session = f"session-{self._sessions_made}"
        connection.uid = join.uid
        own = tuple(self.room_of(room, join.uid) for room in self.logs if self._is_member(join.uid, room))
        rooms = own[: self.rooms_in_join_max]
        connection.told_rooms.update(room.room for room in rooms)
        own_peer = Peer(uid=join.uid, nickname=join.nickname or join.uid)
        listed = self._peers(own_peer, Peers())
        joined = Joined(
            session=self.session,
            server=ServerInfo(
                id=self.server_id,
                name="Simulated",
                version="0",
                epoch=self.epoch,
                former_epoch=self.former_epoch,
                tls=self.tls,
            ),
            limits=AnnouncedLimits(history_events_max=self.history_events_max),
            features=(),
            rooms=rooms,
            more_rooms=len(rooms) < len(own),
            peers=listed.peers if listed.next is None else (*listed.peers, own_peer),
            peers_count=len(self.others) + 1 if listed.next is not None else None,
            peers_next=listed.next,
            token=self.tokens[join.uid] if token is None else None,
        )
        # The reply to JOIN is never overtaken: the session starts with it.
        connection.to_client += encode_line(Okay(answers=join.request_id, data=joined))

    def _peers(self, own_peer: Peer, request: Peers) -> PeerPage:
        everyone = (*self.others, own_peer)
        end = request.after + self.peers_a_page
        return PeerPage(peers=everyone[request.after : end], next=end if end < len(everyone) else None)

    def _own_rooms(self, connection: Connection, request: Rooms) -> None:
        assert connection.uid is not None
        if self.fail_rooms:
            fail = self.fail_rooms.pop()
            self._reply(connection, msgspec.structs.replace(fail, answers=request.request_id))
            return
        own = [room for room in self.logs if room != LOBBY and self._is_member(connection.uid, room)]
        begin = int(request.after or 0)
        end = begin + min(request.limit, self.rooms_a_page)
        rooms = tuple(self.room_of(room, connection.uid) for room in own[begin:end])
        page = RoomPage(rooms=rooms, next=str(end) if end < len(own) else None)
        self._reply(connection, Okay(answers=request.request_id, data=page))

    def _history(self, connection: Connection, request: History) -> None:
        assert connection.uid is not None
        if self.fail_history:
            fail = self.fail_history.pop()
            self._reply(connection, msgspec.structs.replace(fail, answers=request.request_id))
            return
        log = self.logs.get(request.room, [])
        after = request.after or 0
        limit = min(request.limit, self.history_events_max)
        events: Any = tuple(log[after : after + limit])
        page = Page(room=request.room, events=events, more=len(log) > after + limit)
        self._reply(connection, Okay(answers=request.request_id, data=page))
