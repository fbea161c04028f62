"""What is live in one server process: connections, sessions, who is here, and the rooms of those who are."""

from collections.abc import Callable
from typing import Final

from muca.core.budgets import Bucket
from muca.core.inputs import AnyHeard
from muca.model.addresses import network_of
from muca.model.facts import Membership, Person
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.rooms import Peer, Room


class Connection:
    """One open connection."""

    __slots__ = (
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
        "secure",
        "session",
        "speaks_v2",
        "throttled_until_ms",
        "turn",
        "waiting",
    )

    def __init__(
        self,
        connection: ConnectionId,
        address: str,
        now_ms: int,
        *,
        secure: bool = False,
        budget: Bucket,
        address_budget: Bucket,
    ) -> None:
        self.id = connection
        self.move(address, budget=budget, address_budget=address_budget)
        self.secure = secure
        """Whether nobody on the way can read what is said."""
        self.opened_ms = now_ms
        self.heard_ms = now_ms
        self.pinged_ms: int | None = None
        """When it was asked PING, if nothing came since."""
        self.speaks_v2 = False
        self.session: Session | None = None
        self.faults = 0
        """Frames in a row that were no requests."""
        self.gone = False
        """Whether the other side cannot be told anything any more."""
        self.ending: Callable[[], None] | None = None
        """What ends this connection once the store has answered all that it asked for."""
        self.waiting: list[AnyHeard] | None = None
        """What came in while the connection is not heard: its JOIN waits for the store, or it is over its budget."""
        self.held_up = False
        """Whether what comes next waits for the store: a JOIN is under way, or a room is being loaded for a SEND."""
        self.throttled_until_ms: int | None = None
        """Until when it is over its budget."""
        self.turn = 0
        """Counts up over all connections: when one was last heard that was over its budget from then on."""
        self.in_flight = 0
        """Requests that wait for the store, or are being answered over HTTP."""
        self.paused = False

    def was_heard(self, now_ms: int) -> None:
        """Note that something came in."""
        self.heard_ms = now_ms
        self.pinged_ms = None

    def move(self, address: str, *, budget: Bucket, address_budget: Bucket) -> None:
        """Speak for whoever is at this address from here on."""
        self.address = address
        self.network = network_of(address)
        """Where it comes from, for counting."""
        self.budget = budget
        self.address_budget = address_budget

    def take_waiting(self) -> list[AnyHeard]:
        """Return what waits to be heard; from here on the connection is heard again."""
        waiting, self.waiting = self.waiting or [], None
        return waiting


class Presence:
    """Somebody who is here, on one device or several."""

    __slots__ = ("away", "budget", "ignores", "person", "rooms", "sessions")

    def __init__(self, person: Person, budget: Bucket) -> None:
        self.person = person
        self.budget = budget
        self.sessions: dict[ConnectionId, Session] = {}
        self.rooms: set[RoomId] = set()
        """The loaded rooms that the person is in, the lobby not counted."""
        self.ignores: set[Uid] = set()
        self.away = False
        """Whether others were told so."""

    @property
    def uid(self) -> Uid:
        """The user id."""
        return self.person.uid

    @property
    def nickname(self) -> str:
        """What the person goes by now."""
        return self.person.nickname

    def as_peer(self) -> Peer:
        """Return the peer that this person is."""
        return Peer(uid=self.person.uid, nickname=self.person.nickname)


class Session:
    """One successful JOIN."""

    __slots__ = ("away", "connection", "device", "former_id", "id", "id_hash", "presence", "typing_ms")

    def __init__(
        self, session: str, id_hash: bytes, presence: Presence, connection: Connection, device: int | None
    ) -> None:
        self.id = session
        self.id_hash = id_hash
        self.former_id: str | None = None
        """The session that this one took over: its client may not have heard that it did."""
        self.presence = presence
        self.connection = connection
        self.device = device
        """The device whose token was shown. None for a guest."""
        self.away = False
        self.typing_ms: dict[RoomId, int] = {}
        """When TYPING was last passed on, by room."""

    @property
    def uid(self) -> Uid:
        """The user id that it speaks for."""
        return self.presence.uid

    @property
    def nickname(self) -> str:
        """What the person goes by now."""
        return self.presence.nickname


_SENT_MAX: Final = 1_000


class LiveRoom:
    """A room that somebody here is in."""

    __slots__ = ("condition", "here", "id", "info", "members", "place", "sent_ms", "unannounced")

    def __init__(self, info: Room, members: frozenset[Uid] = frozenset()) -> None:
        self.set_info(info)
        self.members = members
        """Everyone in a direct or group room, here or not. Empty for the others."""
        self.here: dict[Uid, Membership] = {}
        self.unannounced: set[ConnectionId] = set()
        """Who is in the audience but was not told of the room yet: told when its next event comes."""
        self.sent_ms: dict[Uid, int] = {}
        """When people wrote last, where the room is slow."""

    def slow_until_ms(self, uid: Uid) -> int:
        """Tell until when somebody has to wait for the next message, where the room is slow."""
        sent_ms = self.sent_ms.get(uid)
        return sent_ms + self.info.slow_seconds * 1_000 if sent_ms is not None else 0

    def note_sent(self, uid: Uid, now_ms: int) -> None:
        """Note that somebody wrote; whoever has waited long enough since is forgotten now and then."""
        self.sent_ms[uid] = now_ms
        if len(self.sent_ms) > _SENT_MAX:
            self.sent_ms = {uid: at_ms for uid, at_ms in self.sent_ms.items() if self.slow_until_ms(uid) > now_ms}

    def set_info(self, info: Room) -> None:
        """Take over its settings; what depends on the reader is not meant."""
        self.info = info
        self.id = info.room
        self.place = info.place
        self.condition = info.condition
