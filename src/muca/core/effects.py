"""Effects: everything that the Hub can request from the server, which carries them out in order."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from muca.model import storage
from muca.model.errors import CloseReason
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.storage import Look, LookResult, WriteResult


class Hashed(Struct, frozen=True):
    """The result of a ``Hash``."""

    hash: str | None = None
    """A new hash."""
    matches: bool = False
    """Whether the password matches the stored hash."""
    busy: bool = False
    """Whether too many passwords were waiting, so that nothing was done."""


class Tell(Struct, frozen=True):
    """Send a message to one connection."""

    connection: ConnectionId
    message: Reply | Push


class Deliver(Struct, frozen=True):
    """Send a message to the audience of a room."""

    room: RoomId
    push: Push


class EnterAudience(Struct, frozen=True):
    """Add the connection, a session of ``uid``, to the audience of these rooms."""

    connection: ConnectionId
    uid: Uid
    rooms: tuple[RoomId, ...]


class ExitAudience(Struct, frozen=True):
    """Remove the connection from the audience of this room; without a room, from all audiences."""

    connection: ConnectionId
    room: RoomId | None = None


class Write(Struct, frozen=True):
    """Let the store write; answered by ``Committed``."""

    connection: ConnectionId
    """0: the Hub's own write."""
    write: storage.StoreWrite
    then: Callable[[WriteResult], None]
    """What the Hub does with the result, whether or not the connection still exists."""


class ReadStore(Struct, frozen=True):
    """Let the store read; answered by ``Seen``."""

    connection: ConnectionId
    """0: the Hub's own read."""
    look: Look
    then: Callable[[LookResult], None]
    """What the Hub does with the answer."""


class Hash(Struct, frozen=True):
    """Hash a password or verify it against a hash; answered by ``PasswordHashed``."""

    connection: ConnectionId
    network: str
    """The client's network: networks take turns."""
    password: str
    against: str | None
    """The stored hash; empty: there is none, but verifying must take as long. None: hash the password."""
    then: Callable[[Hashed], None]
    """What the Hub does with the answer."""


class Reserve(Struct, frozen=True):
    """Ask whether the connection may have a session of this UID; answered by ``Reserved``.

    If so, nobody else gets a session that excludes it, on any server, until ``Release``. Who would be refused because
    of a session that has not begun waits for ``Begin`` or ``Release``.
    """

    connection: ConnectionId
    uid: Uid
    alone: bool
    """Whether nobody else may have a session of the UID now."""
    shares: bool
    """Whether others may have one later."""
    session: str | None
    """The id of a session that this one takes over. If another server has it, that server ends it first."""
    then: Callable[[bool], None] = lambda _: None
    """What the Hub does with the answer."""


class Begin(Struct, frozen=True):
    """The session has begun for which the connection has reserved a UID."""

    connection: ConnectionId


class Release(Struct, frozen=True):
    """The connection's session has ended, or did not begin: its UID is no longer reserved."""

    connection: ConnectionId


class AnswerHttp(Struct, frozen=True):
    """Answer the connection's HTTP request now: it is its turn."""

    connection: ConnectionId


class Pause(Struct, frozen=True):
    """Stop reading from the connection for now."""

    connection: ConnectionId


class Resume(Struct, frozen=True):
    """Read from the connection again."""

    connection: ConnectionId


class Close(Struct, frozen=True):
    """Send the reason, let the client read what is queued, and close the connection."""

    connection: ConnectionId
    reason: CloseReason
    explanation: str


class WakeAt(Struct, frozen=True):
    """Send the Hub a ``Woke`` at this time."""

    monotonic_ms: int


class Note(Struct, frozen=True):
    """Write an entry for the operator to the log."""

    event: str
    facts: dict[str, object]


Effect: TypeAlias = (
    Tell
    | Deliver
    | EnterAudience
    | ExitAudience
    | Write
    | ReadStore
    | Hash
    | Reserve
    | Begin
    | Release
    | AnswerHttp
    | Pause
    | Resume
    | Close
    | WakeAt
    | Note
)
