"""Inputs: everything that can happen to the Hub. Together with ``effects.py``, this is its whole interface."""

from typing import NamedTuple, TypeAlias

from msgspec import Struct

from muca.core.effects import Hash, Hashed, ReadStore, Reserve, Write
from muca.model.abilities import Abilities
from muca.model.errors import CloseReason, ErrorCode
from muca.model.feed import News
from muca.model.ids import ConnectionId
from muca.model.requests import Request
from muca.model.storage import LookResult, StoreError, WriteResult


class Instant(NamedTuple):
    """The time of an input, on two clocks."""

    monotonic_ms: int
    """For measuring durations: never goes back."""
    utc_ms: int
    """For display: milliseconds since 1970, by the machine's clock."""


class Opened(Struct, frozen=True):
    """A connection was accepted."""

    connection: ConnectionId
    address: str
    """The client's address without port."""
    abilities: Abilities
    """Those of the dialect that a connection has before its first bytes choose one."""
    secure: bool = False
    """Whether nobody can read the connection in transit: TLS, or loopback."""


class CameFrom(Struct, frozen=True):
    """A reverse proxy named the client that the connection belongs to from now on."""

    connection: ConnectionId
    address: str
    """The client's address without port."""
    secure: bool
    """As in ``Opened``, for the way from the client to the server."""


class Heard(Struct, frozen=True):
    """A request came in."""

    connection: ConnectionId
    request: Request


class Misheard(Struct, frozen=True):
    """A frame came in that is not a request, but whose end was found."""

    connection: ConnectionId
    code: ErrorCode
    explanation: str
    answers: str | None


class Chattered(Struct, frozen=True):
    """Frames came in that carry no request: WebSocket pings, pongs and fragments."""

    connection: ConnectionId
    frames: int


class Speaks(Struct, frozen=True):
    """The connection uses another dialect from now on."""

    connection: ConnectionId
    abilities: Abilities


class HttpBegan(Struct, frozen=True):
    """An HTTP request came in; ``AnswerHttp`` follows when it may be answered."""

    connection: ConnectionId


class HttpEnded(Struct, frozen=True):
    """The HTTP request was answered, or nobody waits for the answer any more."""

    connection: ConnectionId


AnyHeard: TypeAlias = Heard | Misheard | HttpBegan
"""Inputs that wait while their connection is over a budget."""


class Broke(Struct, frozen=True):
    """The connection cannot continue: the end of a frame was not found, or the client does not read."""

    connection: ConnectionId
    reason: CloseReason
    explanation: str | None = None
    """For the client, where the meaning of the reason is not enough."""


class Closed(Struct, frozen=True):
    """A connection was closed."""

    connection: ConnectionId


class Committed(Struct, frozen=True):
    """The store has finished a ``Write`` effect."""

    asked: Write
    result: WriteResult

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class Seen(Struct, frozen=True):
    """The store has answered a ``ReadStore`` effect."""

    asked: ReadStore
    result: LookResult

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class Reserved(Struct, frozen=True):
    """A ``Reserve`` effect is answered."""

    asked: Reserve
    result: bool
    """Whether the UID is reserved for the connection now."""

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class PasswordHashed(Struct, frozen=True):
    """A ``Hash`` effect is done."""

    asked: Hash
    result: Hashed

    @property
    def connection(self) -> ConnectionId:
        """Who asked for it."""
        return self.asked.connection


class Learned(Struct, frozen=True):
    """News came that no request to this process led to: from another process, or from housekeeping."""

    news: tuple[News, ...]


class StorageChanged(Struct, frozen=True):
    """The storage fails in a different way than before, or, without a ``fault``, works again."""

    fault: StoreError | None


class Woke(Struct, frozen=True):
    """The time that a ``WakeAt`` asked for has come."""


class Stopping(Struct, frozen=True):
    """The server is about to stop; everything that came in before was committed."""


Input: TypeAlias = (
    Opened
    | CameFrom
    | Heard
    | Misheard
    | Chattered
    | Speaks
    | HttpBegan
    | HttpEnded
    | Broke
    | Closed
    | Committed
    | Seen
    | PasswordHashed
    | Reserved
    | Learned
    | StorageChanged
    | Woke
    | Stopping
)
