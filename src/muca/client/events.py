"""The events of ``Client.events()``, in the order in which they happened."""

from typing import TypeAlias

import msgspec

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq
from muca.model.pushes import Update
from muca.model.rooms import Peer, Room


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """The session is up, for the first time or again. ``peers`` and ``rooms`` have the current state."""

    again: bool
    """Whether this is a reconnect. Missed messages and events follow as ``Message`` and ``Event``."""
    v: int
    """2, or 1 against a first-generation server: no rooms, no history, no acknowledgement of messages."""
    server_name: str | None
    server_id: str | None = None
    """If it differs from the previous id, this is another server with other rooms. None: first generation."""
    epoch: str | None = None
    """The history that the SEQs of its rooms belong to. None: the server's version does not report it."""
    peers: tuple[Peer, ...]
    rooms: tuple[Room, ...]


class Disconnected(msgspec.Struct, frozen=True, kw_only=True):
    """The connection is lost."""

    explanation: str
    """One plain sentence for a person."""
    retry_seconds: float | None
    """Seconds until the next automatic attempt. None: there is none."""
    code: ErrorCode | str | None = None
    """As in ``Refused``, if the server has refused the reconnect."""


class Resynchronised(msgspec.Struct, frozen=True, kw_only=True):
    """The server was restored to an earlier state, and everything after ``seq`` in ``room`` is gone.

    That includes your own acknowledged messages. The new events of the room follow. With ``seq`` 0 it is unknown how
    far the room was set back, or the room is gone: no events follow, so read its content with ``history``.
    """

    room: RoomId
    seq: Seq


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """Messages were lost for this client.

    Happens only after a reconnect to a first-generation server (which stores no messages), if the consumer was too slow
    for such a server, or if another server answers at the address.
    """

    explanation: str


AnyEvent: TypeAlias = Connected | Disconnected | Update | Resynchronised | Missed
"""All events. ``Message`` and ``Event`` are the entries of rooms' logs. Each comes once, and they include your own,
except with a first-generation server. The others are reported when they happen, and are not repeated."""
