"""Replies: the one answer to a request. On the wire all of them are ``ACK``, with ``TYPE`` ``OKAY`` or ``FAIL``."""

from typing import Literal, TypeAlias

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq
from muca.model.limits import AnnouncedLimits
from muca.model.pushes import Message
from muca.model.requests import Pong
from muca.model.rooms import Peer, Room
from muca.model.wire import Frame, Wire, always


class ServerInfo(Wire, frozen=True, kw_only=True):
    """Which server this is. ``ID`` stays the same for the life of its data folder."""

    id: str
    name: str
    version: str


class Joined(Wire, frozen=True, kw_only=True):
    """What a v2 JOIN brings: everything a client needs to start."""

    v: Literal[2] = always(2)
    session: str
    server: ServerInfo
    limits: AnnouncedLimits
    features: tuple[str, ...]
    rooms: tuple[Room, ...]
    """Own rooms, the lobby first, then the latest active ones first."""
    peers: tuple[Peer, ...]
    """Everyone who is joined now, oneself too, in order of joining."""
    token: str | None = None
    """Given once, when this JOIN claimed the UID: keep it, later JOINs need it."""


class Stored(Wire, frozen=True, kw_only=True):
    """Where a SEND went: it is on disk."""

    room: RoomId
    seq: Seq
    ts_ms: int


class Page(Wire, frozen=True, kw_only=True):
    """A part of a room's log, oldest event first."""

    room: RoomId
    events: tuple[Message, ...]
    more: bool
    """Whether the log goes on in the direction that was asked for."""


class Done(Wire, frozen=True, kw_only=True):
    """It is done, and there is nothing to add."""


Data: TypeAlias = Joined | Stored | Page | Done


class Okay(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was carried out."""

    outcome: Literal["OKAY"] = always("OKAY")
    answers: str | None = None
    data: Data | None = None


class Fail(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was not carried out; nothing has changed."""

    outcome: Literal["FAIL"] = always("FAIL")
    answers: str | None = None
    code: ErrorCode
    explanation: str
    """For people: what was wrong, where, and what to do."""
    retry_seconds: float | None = None
    server: str | None = None
    """The server's id, where a token is asked for: says which of its tokens a client should present."""


Reply: TypeAlias = Okay | Fail | Pong
