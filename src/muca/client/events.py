"""Events: what ``Client.events()`` tells, in the order in which it happened."""

from typing import TypeAlias

import msgspec

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq
from muca.model.pushes import Update
from muca.model.rooms import Peer, Room


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """The session is up, for the first time or again. ``peers`` and ``rooms`` are as the server has them now."""

    again: bool
    """Whether this is a reconnect; what was missed meanwhile follows as ``Message`` and ``Event``."""
    v: int
    """2, or 1 against a first-generation server: no rooms, no history, no acknowledgement of messages."""
    server_name: str | None
    server_id: str | None = None
    """Another id than before: another server, whose rooms begin anew. None with a first-generation server."""
    epoch: str | None = None
    """The history that the SEQs of its rooms belong to. None: the server is of a version that does not say."""
    peers: tuple[Peer, ...]
    rooms: tuple[Room, ...]


class Disconnected(msgspec.Struct, frozen=True, kw_only=True):
    """The connection is gone."""

    explanation: str
    """One plain sentence for a person."""
    retry_seconds: float | None
    """When the client tries again by itself; None: it will not."""
    code: ErrorCode | str | None = None
    """As in ``Refused``, where the server has refused to let the client in again."""


class Resynchronised(msgspec.Struct, frozen=True, kw_only=True):
    """The server was restored to an earlier state: what this client knew of ``room`` beyond ``seq`` is gone.

    That includes messages of one's own that were acknowledged. Comes before the events that are there instead. With
    ``seq`` 0 it is not known how far the room was set back, or the room is gone: what it holds now is not told again,
    and ``history`` reads it.
    """

    room: RoomId
    seq: Seq


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """Messages were lost for this reader.

    Only after a break with a first-generation server (which keeps none), with a consumer that was too slow for one, or
    when another server answers at the address.
    """

    explanation: str


AnyEvent: TypeAlias = Connected | Disconnected | Update | Resynchronised | Missed
"""What is told. ``Message`` and ``Event`` are what rooms' logs consist of, one's own included (the server's echo), once
each; a first-generation server does not echo. The rest is told as it happens, and not again."""
