"""The live state of one server process: connections, sessions, people online and their rooms."""

import hashlib
from collections.abc import Callable

from muca.core.budgets import Bucket
from muca.core.inputs import AnyHeard
from muca.core.life import Life
from muca.core.stream import Stream
from muca.model.abilities import Abilities
from muca.model.addresses import network_of
from muca.model.facts import Membership, Person
from muca.model.feed import AboutPerson, Logged
from muca.model.ids import ConnectionId, RoomId, Seq, Uid
from muca.model.rooms import Room


class Connection:
    """One open connection."""

    __slots__ = (
        "abilities",
        "address",
        "address_budget",
        "budget",
        "ending",
        "faults",
        "gone",
        "heard_ms",
        "held_up",
        "id",
        "in_flight",
        "network",
        "opened_ms",
        "paused",
        "pinged_ms",
        "queue",
        "secure",
        "session",
        "throttled_until_ms",
        "turn",
    )

    def __init__(
        self,
        connection: ConnectionId,
        address: str,
        now_ms: int,
        *,
        abilities: Abilities,
        secure: bool = False,
        budget: Bucket,
        address_budget: Bucket,
    ) -> None:
        self.id = connection
        self.move(address, budget=budget, address_budget=address_budget)
        self.abilities = abilities
        """Those of its dialect."""
        self.secure = secure
        """Whether nobody can read the connection in transit."""
        self.opened_ms = now_ms
        self.heard_ms = now_ms
        self.pinged_ms: int | None = None
        """When it was sent PING, if nothing has come since."""
        self.session: Session | None = None
        self.faults = 0
        """Frames in a row that were not requests."""
        self.gone = False
        """Whether nothing can be sent to the client any more."""
        self.ending: Callable[[], None] | None = None
        """The callback that ends this connection once the store has answered all its requests."""
        self.queue: list[AnyHeard] = []
        """What came in while the connection had to wait: no more than a slice of input, so a list will do. (An empty
        deque takes 760 bytes.)"""
        self.held_up = False
        """Whether the next request must wait for the answer of the current one."""
        self.throttled_until_ms: int | None = None
        """Until when it is over a budget."""
        self.turn = 0
        """A counter over all connections: when a connection over its budget was last handled."""
        self.in_flight = 0
        """Requests that wait for the store, or are being answered over HTTP."""
        self.paused = False

    @property
    def life(self) -> Life:
        """Its state, while the Hub knows it."""
        if self.ending is not None:
            return Life.ENDING
        if self.held_up:
            return Life.WAITING
        if self.throttled_until_ms is not None:
            return Life.OVER_BUDGET
        return Life.JOINED if self.session is not None else Life.NEW

    @property
    def must_wait(self) -> bool:
        """Whether nothing of its queue may be handled now, also if it is ending."""
        return self.held_up or self.throttled_until_ms is not None

    @property
    def uid(self) -> Uid:
        """The user id of its session, which it must have."""
        assert self.session is not None
        return self.session.uid

    def was_heard(self, now_ms: int) -> None:
        """Record that something came in."""
        self.heard_ms = now_ms
        self.pinged_ms = None

    def move(self, address: str, *, budget: Bucket, address_budget: Bucket) -> None:
        """Belong to the client at this address from now on."""
        self.address = address
        self.network = network_of(address)
        """The client's network, for counting."""
        self.budget = budget
        self.address_budget = address_budget


class Presence:
    """Somebody who has sessions here, on one or more devices."""

    __slots__ = ("budget", "changes", "ignores", "person", "rooms", "sessions")

    def __init__(self, person: Person, budget: Bucket) -> None:
        self.person = person
        self.changes: Stream[AboutPerson] = Stream(person.changes)
        """What happens to the person."""
        self.budget = budget
        self.sessions: dict[ConnectionId, Session] = {}
        self.rooms: set[RoomId] = set()
        """The loaded rooms that the person is in, except the lobby."""
        self.ignores: set[Uid] = set()

    @property
    def uid(self) -> Uid:
        """The user id."""
        return self.person.uid

    @property
    def nickname(self) -> str:
        """The person's current nickname."""
        return self.person.nickname


class Session:
    """One successful JOIN."""

    __slots__ = ("away", "connection", "device", "former_id", "id", "id_hash", "lobby_seq", "presence", "typing_ms")

    def __init__(
        self,
        session: str,
        id_hash: bytes,
        presence: Presence,
        connection: Connection,
        device: int | None,
        lobby_seq: Seq,
    ) -> None:
        self.id = session
        self.id_hash = id_hash
        self.former_id: str | None = None
        """The session that this one replaced: its client may not know that yet."""
        self.presence = presence
        self.connection = connection
        self.device = device
        """The device whose token was presented. None for a guest."""
        self.lobby_seq = lobby_seq
        """The SEQ of the newest event in the lobby when it joined."""
        self.away = False
        self.typing_ms: dict[RoomId, int] = {}
        """When TYPING was last forwarded, by room."""

    @property
    def uid(self) -> Uid:
        """The user id of its person."""
        return self.presence.uid

    @property
    def nickname(self) -> str:
        """The person's current nickname."""
        return self.presence.nickname


class LiveRoom:
    """A room of somebody online."""

    __slots__ = ("condition", "here", "id", "info", "log", "members", "place", "unannounced")

    def __init__(self, info: Room, members: tuple[Uid, ...] = (), last_seq: Seq | None = None) -> None:
        self.set_info(info)
        self.members = members
        """Everyone in a direct or group room, online or not, sorted. Empty for other rooms."""
        self.log: Stream[Logged] = Stream(last_seq)
        """What happens in the room."""
        self.here: dict[Uid, Membership] = {}
        self.unannounced: set[ConnectionId] = set()
        """Connections in the audience that do not know the room yet: it is announced before its next event."""

    def set_info(self, info: Room) -> None:
        """Update its settings; fields that depend on the reader are ignored."""
        self.info = info
        self.id = info.room
        self.place = info.place
        self.condition = info.condition


def hash_secret(secret: str) -> bytes:
    """Return the stored hash of a token or code: SHA-256, 32 bytes. They are random, so a slow hash is not needed."""
    return hashlib.sha256(secret.encode()).digest()
