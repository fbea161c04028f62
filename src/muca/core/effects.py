"""Effects: everything the Hub can want. The server carries them out in order."""

from typing import NamedTuple, TypeAlias

from muca.model import storage
from muca.model.errors import CloseReason
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.storage import HistoryQuery


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
    """From here on the connection is in no audience."""

    connection: ConnectionId


class ListPeers(NamedTuple):
    """Who is joined has changed: first-generation clients get one LIST for all changes of a tick."""


class Write(NamedTuple):
    """Have the store do this; answered by ``Committed``."""

    connection: ConnectionId
    write: storage.Write


class Read(NamedTuple):
    """Have the store read this; answered by ``PageRead``."""

    connection: ConnectionId
    answers: str | None
    query: HistoryQuery


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


Effect: TypeAlias = Tell | Deliver | Enter | Exit | ListPeers | Write | Read | Pause | Resume | Close | WakeAt
