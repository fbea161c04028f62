"""What the Hub knows: connections, sessions, and the rooms of those who are here. Handlers change it and add effects.

Rules:
- ``sessions`` is in order of joining; a UID is in it exactly while it is a peer.
- ``rooms`` holds the lobby and every conversation that somebody here is in, no others: so a conversation that is not
  in ``rooms`` is known to nobody who is here.
- A connection is in the audience of every loaded room that its UID is a member of.
"""

from collections.abc import Callable, Iterable

from muca.core.effects import Close, Effect, Enter, Exit, Pause, Resume, Tell
from muca.core.inputs import Heard, Instant, Misheard
from muca.model.errors import CLOSES, ERRORS, CloseReason, ErrorCode
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.limits import Limits
from muca.model.pushes import RoomOpened
from muca.model.replies import Data, Fail, Okay, ServerInfo
from muca.model.requests import Join, Request
from muca.model.rooms import LOBBY, Peer, RoomKind


class Connection:
    """One open connection."""

    __slots__ = (
        "address",
        "ending",
        "faults",
        "gone",
        "heard_ms",
        "id",
        "in_flight",
        "opened_ms",
        "paused",
        "pinged",
        "session",
        "speaks_v2",
        "waiting",
    )

    def __init__(self, connection: ConnectionId, address: str, now_ms: int) -> None:
        self.id = connection
        self.address = address
        self.opened_ms = now_ms
        self.heard_ms = now_ms
        self.pinged = False
        self.speaks_v2 = False
        self.session: Session | None = None
        self.faults = 0
        """Frames in a row that were no requests."""
        self.gone = False
        """Whether the other side cannot be told anything any more."""
        self.ending: Callable[[], None] | None = None
        """What ends this connection once the store has answered all that it asked for."""
        self.waiting: list[Heard | Misheard] | None = None
        """What came in while a JOIN of this connection waits for the store; None when none does."""
        self.in_flight = 0
        """Requests that wait for the store."""
        self.paused = False


class Session:
    """One successful JOIN."""

    __slots__ = ("connection", "former_id", "id", "nickname", "rooms", "uid")

    def __init__(self, session: str, uid: Uid, nickname: str, connection: Connection) -> None:
        self.id = session
        self.former_id: str | None = None
        """The session that this one took over: its client may not have heard that it did."""
        self.uid = uid
        self.nickname = nickname
        self.connection = connection
        self.rooms: set[RoomId] = {LOBBY}

    def as_peer(self) -> Peer:
        """Give the peer that this session makes of its UID."""
        return Peer(uid=self.uid, nickname=self.nickname)


class Room:
    """A room that somebody here is in."""

    __slots__ = ("id", "kind", "members", "online", "stored", "unannounced")

    def __init__(self, room: RoomId, kind: RoomKind, members: frozenset[Uid], *, stored: bool) -> None:
        self.id = room
        self.kind = kind
        self.members = members
        self.stored = stored
        """Whether the store is known to have it."""
        self.online = 0
        """Sessions in its audience."""
        self.unannounced: set[ConnectionId] = set()
        """Who is in the audience but was not told of the room yet: told when its next message comes."""


class State:
    """All of the Hub's knowledge, and the few verbs that every handler needs."""

    def __init__(self, limits: Limits, server: ServerInfo, new_secret: Callable[[], str]) -> None:
        self.limits = limits
        self.server = server
        self.new_secret = new_secret
        self.now = Instant(0, 0)
        self.effects: list[Effect] = []
        self.connections: dict[ConnectionId, Connection] = {}
        self.unjoined: dict[ConnectionId, Connection] = {}
        """Connections without a session, the oldest first."""
        self.addresses: dict[str, int] = {}
        """How many connections each address has."""
        self.sessions: dict[Uid, Session] = {}
        self.nicknames: dict[str, set[Uid]] = {}
        self.joining: dict[ConnectionId, tuple[Join, str]] = {}
        """The JOINs that wait for the store, with the tokens offered. The UID is nobody's until it has answered."""
        self.rooms: dict[RoomId, Room] = {LOBBY: Room(LOBBY, RoomKind.LOBBY, frozenset(), stored=True)}
        self.memberships: dict[Uid, set[RoomId]] = {}
        """The loaded conversations of every UID that is a member of one, here or not."""

    # Answers

    def okay(self, connection: Connection, request: Request, data: Data | None = None) -> None:
        """Answer a request that was carried out."""
        if connection.speaks_v2 or isinstance(request, Join):
            self.effects.append(Tell(connection.id, Okay(answers=_id_of(request), data=data)))

    def fail(
        self,
        connection: Connection,
        request: Request,
        code: ErrorCode,
        detail: str = "",
        *,
        retry_seconds: float | None = None,
    ) -> None:
        """Answer a request that was not carried out. A first-generation client hears this of JOIN alone."""
        if connection.speaks_v2 or isinstance(request, Join):
            self.fail_id(connection.id, _id_of(request), code, detail, retry_seconds=retry_seconds)

    def fail_id(
        self,
        connection: ConnectionId,
        answers: str | None,
        code: ErrorCode,
        detail: str = "",
        *,
        retry_seconds: float | None = None,
    ) -> None:
        """Answer the request with this ID."""
        needs_token = code in {ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG}
        fail = Fail(
            answers=answers,
            code=code,
            explanation=detail or ERRORS[code].meaning,
            retry_seconds=retry_seconds,
            server=self.server.id if needs_token else None,
        )
        self.effects.append(Tell(connection, fail))

    # Reading from the wire

    def pause(self, connection: Connection) -> None:
        """Stop reading from the connection, if it is being read."""
        if not connection.paused:
            connection.paused = True
            self.effects.append(Pause(connection.id))

    def resume(self, connection: Connection) -> None:
        """Read from the connection again, unless it still has a reason to wait."""
        waits = (
            connection.ending is not None
            or connection.waiting is not None
            or connection.in_flight > self.limits.requests_in_flight_max // 2
        )
        if connection.paused and not waits:
            connection.paused = False
            connection.heard_ms = self.now.monotonic_ms
            self.effects.append(Resume(connection.id))

    def store_asked(self, connection: Connection) -> None:
        """Count a request that waits for the store."""
        connection.in_flight += 1
        if connection.in_flight >= self.limits.requests_in_flight_max:
            self.pause(connection)

    def store_answered(self, connection: Connection) -> None:
        """Count it as answered."""
        connection.in_flight -= 1
        if connection.paused:
            self.resume(connection)
        self.end_if_answered(connection)

    # Ends

    def when_answered(self, connection: Connection, end: Callable[[], None]) -> None:
        """End a connection once the store has answered all it asked for: what it said before counts and comes first."""
        if connection.ending is None:
            connection.ending = end
            self.end_if_answered(connection)
        if connection.ending is not None:
            self.pause(connection)

    def end_if_answered(self, connection: Connection) -> None:
        """End a connection that is to end, if nothing of it waits for the store any more."""
        if connection.ending is not None and not connection.in_flight and connection.waiting is None:
            end, connection.ending = connection.ending, None
            end()

    def close(self, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
        """Close a connection; whoever it was must have departed before."""
        self.forget(connection)
        self.effects.append(Close(connection.id, reason, explanation or CLOSES[reason].meaning))

    def forget(self, connection: Connection) -> None:
        """Know nothing of the connection any more."""
        if self.connections.pop(connection.id, None) is None:
            return
        self.unjoined.pop(connection.id, None)
        self.addresses[connection.address] -= 1
        if not self.addresses[connection.address]:
            del self.addresses[connection.address]

    # Rooms

    def load(self, room: RoomId, kind: RoomKind, members: Iterable[Uid], *, stored: bool) -> Room:
        """Give the loaded conversation; if it was not loaded, load it and let those of its members in who are here."""
        loaded = self.rooms.get(room)
        if loaded is None:
            loaded = self.rooms[room] = Room(room, kind, frozenset(members), stored=stored)
            for uid in loaded.members:
                self.memberships.setdefault(uid, set()).add(room)
                session = self.sessions.get(uid)
                if session is not None:
                    self.enter(session, loaded, announced=False)
                    self.effects.append(Enter(session.connection.id, uid, (room,)))
        return loaded

    def enter(self, session: Session, room: Room, *, announced: bool) -> None:
        """Count a session into a room's audience. The caller adds the ``Enter`` effect."""
        room.online += 1
        session.rooms.add(room.id)
        if not announced:
            room.unannounced.add(session.connection.id)

    def exit_all(self, session: Session) -> None:
        """Take a session out of every audience, and unload the rooms that nobody here is in any more."""
        self.effects.append(Exit(session.connection.id))
        for room_id in session.rooms:
            room = self.rooms[room_id]
            room.online -= 1
            room.unannounced.discard(session.connection.id)
            if not room.online and room_id != LOBBY:
                del self.rooms[room_id]
                for uid in room.members:
                    self.memberships[uid].discard(room_id)
                    if not self.memberships[uid]:
                        del self.memberships[uid]
        session.rooms = set()

    def announce(self, room: Room) -> None:
        """Tell those of a room who were not told yet, before its next message reaches them."""
        opened = RoomOpened(room=room.id, kind=room.kind, members=self.members_of(room))
        self.effects.extend(Tell(connection, opened) for connection in room.unannounced)
        room.unannounced.clear()

    def members_of(self, room: Room) -> tuple[Peer, ...]:
        """Give a room's members with the nicknames of those who are here; who is away goes by the UID."""
        here = self.sessions
        return tuple(
            here[uid].as_peer() if uid in here else Peer(uid=uid, nickname=uid) for uid in sorted(room.members)
        )


def _id_of(request: Request) -> str | None:
    return getattr(request, "request_id", None)
