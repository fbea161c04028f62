"""Inputs: everything that can happen to the Hub. With ``effects.py`` this is its whole vocabulary."""

from typing import NamedTuple, TypeAlias

from muca.core.effects import Hash, Hashed, Read, Write
from muca.model.errors import CloseReason, ErrorCode
from muca.model.ids import ConnectionId, RoomId, Seq
from muca.model.requests import Request
from muca.model.storage import LookResult, StoreError, WriteResult


class Instant(NamedTuple):
    """The time of an input, on two clocks."""

    monotonic_ms: int
    """For measuring: never goes back."""
    utc_ms: int
    """For showing: milliseconds since 1970, as the machine believes."""


class Opened(NamedTuple):
    """A connection was accepted."""

    connection: ConnectionId
    address: str
    """The other side's address without port."""
    secure: bool = False
    """Whether what is said cannot be read on the way: TLS, or this machine alone (loopback)."""


class CameFrom(NamedTuple):
    """A reverse proxy said for whom the connection speaks from here on."""

    connection: ConnectionId
    address: str
    """The client's address without port."""
    secure: bool
    """As in ``Opened``, for the way from the client to the server."""


class Heard(NamedTuple):
    """A request came in."""

    connection: ConnectionId
    request: Request


class Misheard(NamedTuple):
    """A frame came in that is no request, but whose end is known."""

    connection: ConnectionId
    code: ErrorCode
    explanation: str
    answers: str | None


class Chattered(NamedTuple):
    """Frames came in that say nothing to us: WebSocket's pings, pongs, pieces."""

    connection: ConnectionId
    frames: int


class SpeaksV2(NamedTuple):
    """The connection, which spoke HTTP, speaks v2 from here on, whatever its JOIN says."""

    connection: ConnectionId


class HttpBegan(NamedTuple):
    """An HTTP request came in; ``AnswerHttp`` says when it may be answered."""

    connection: ConnectionId


class HttpEnded(NamedTuple):
    """It is answered, or nobody waits for the answer any more."""

    connection: ConnectionId


AnyHeard: TypeAlias = Heard | Misheard | HttpBegan
"""What waits its turn while its connection is over a budget."""


class Broke(NamedTuple):
    """The connection cannot go on: what comes in has no end, or what goes out is not read."""

    connection: ConnectionId
    reason: CloseReason
    explanation: str | None = None
    """For the other side, where the meaning of the reason is not enough."""


class Closed(NamedTuple):
    """A connection is gone."""

    connection: ConnectionId


class Committed(NamedTuple):
    """The store has done a ``Write`` effect."""

    asked: Write
    result: WriteResult

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class Seen(NamedTuple):
    """The store has answered a ``Read`` effect."""

    asked: Read
    result: LookResult

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class PasswordHashed(NamedTuple):
    """A ``Hash`` effect is done."""

    asked: Hash
    result: Hashed

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class ChangedOutside(NamedTuple):
    """Another program has changed the store: the operator's ``muca account``."""


class EventsRemoved(NamedTuple):
    """Retention has removed events: what is unread changed for those who have read less than up to the seq."""

    rooms: dict[RoomId, Seq]


class StorageChanged(NamedTuple):
    """The disk fails in another way than before, or, without a ``fault``, works again."""

    fault: StoreError | None


class Woke(NamedTuple):
    """The time that a ``WakeAt`` asked for has come."""


class Stopping(NamedTuple):
    """The server is about to stop; everything that came in before is committed."""


Input: TypeAlias = (
    Opened
    | CameFrom
    | Heard
    | Misheard
    | Chattered
    | SpeaksV2
    | HttpBegan
    | HttpEnded
    | Broke
    | Closed
    | Committed
    | Seen
    | PasswordHashed
    | ChangedOutside
    | EventsRemoved
    | StorageChanged
    | Woke
    | Stopping
)
