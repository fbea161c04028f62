"""Effects: everything the Hub can want. The server carries them out in order."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from muca.model import storage
from muca.model.errors import CloseReason
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.storage import Look, LookResult, WriteResult


class Hashed(NamedTuple):
    """What became of a password: see ``Hash``."""

    hash: str | None = None
    """A new hash."""
    matches: bool = False
    """Whether the password fits the stored hash."""
    busy: bool = False
    """Too many wait: nothing was done."""


class Tell(NamedTuple):
    """Say something to one connection."""

    connection: ConnectionId
    message: Reply | Push


class Deliver(NamedTuple):
    """Say something to the audience of a room."""

    room: RoomId
    push: Push


class Enter(NamedTuple):
    """From here on the connection, which speaks for ``uid``, is in the audience of these rooms."""

    connection: ConnectionId
    uid: Uid
    rooms: tuple[RoomId, ...]


class Exit(NamedTuple):
    """From here on the connection is in the audience of this room no longer; without a room, in none."""

    connection: ConnectionId
    room: RoomId | None = None


class ListPeers(NamedTuple):
    """Who is joined has changed: first-generation clients get one LIST for all changes of a tick."""


class Write(NamedTuple):
    """Have the store do this; answered by ``Committed``."""

    connection: ConnectionId
    """0: it is the Hub's own wish."""
    write: storage.Write
    then: Callable[[WriteResult], None]
    """What the Hub does with the answer, whether or not the connection is still there."""


class Read(NamedTuple):
    """Have the store read this; answered by ``Seen``."""

    connection: ConnectionId
    """0: it is the Hub's own question."""
    look: Look
    then: Callable[[LookResult], None]
    """What the Hub does with the answer."""


class Hash(NamedTuple):
    """Hash a password, or find out whether it fits; answered by ``Hashed``."""

    connection: ConnectionId
    network: str
    """Where it comes from: networks take turns."""
    password: str
    against: str | None
    """A stored hash, or empty: there is none, and it is to take as long. None: make a hash."""
    then: Callable[["Hashed"], None]
    """What the Hub does with the answer."""


class AnswerHttp(NamedTuple):
    """It is this connection's turn: answer its HTTP request."""

    connection: ConnectionId


class Pause(NamedTuple):
    """Take nothing more off this connection's wire for now."""

    connection: ConnectionId


class Resume(NamedTuple):
    """Read on."""

    connection: ConnectionId


class Close(NamedTuple):
    """Say why, let the other side read what is waiting, and close."""

    connection: ConnectionId
    reason: CloseReason
    explanation: str


class WakeAt(NamedTuple):
    """Give a ``Woke`` at this time."""

    monotonic_ms: int


class Note(NamedTuple):
    """Something that the operator may want to read in the log."""

    event: str
    facts: dict[str, object]


Effect: TypeAlias = (
    Tell
    | Deliver
    | Enter
    | Exit
    | ListPeers
    | Write
    | Read
    | Hash
    | AnswerHttp
    | Pause
    | Resume
    | Close
    | WakeAt
    | Note
)
