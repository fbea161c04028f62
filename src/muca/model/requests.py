"""Requests: what a client may ask. Every request may carry an ``ID``, which its reply repeats as ``RE``."""

from typing import TypeAlias

from muca.model.ids import RoomId, Seq, Uid
from muca.model.wire import Frame


class Join(Frame, frozen=True, kw_only=True, tag="JOIN"):
    """Speak for a UID. ``V`` 2 asks for v2; without it the client is of the first generation."""

    nickname: str
    uid: Uid
    v: int = 1
    token: str | None = None
    """The secret that a claimed UID was given."""
    session: str | None = None
    """The session this client had before its connection broke; it is taken over if the server still holds it."""
    request_id: str | None = None


class Send(Frame, frozen=True, kw_only=True, tag="SEND"):
    """Write a message: to ``TO`` (empty: everyone; UIDs or nicknames of joined peers), or into ``ROOM``."""

    text: str
    recipients: tuple[str, ...] | None = None
    room: RoomId | None = None
    request_id: str | None = None
    """Also the idempotency key: the same SEND again is the same event."""


class History(Frame, frozen=True, kw_only=True, tag="HISTORY"):
    """Read a room's log: after a SEQ (oldest first), before a SEQ, or, with neither, its newest page."""

    room: RoomId
    after: Seq | None = None
    before: Seq | None = None
    limit: int = 50
    request_id: str | None = None


class Ping(Frame, frozen=True, kw_only=True, tag="PING"):
    """Are you there? Both sides may ask; the answer is a ``PONG``."""

    request_id: str | None = None


class Pong(Frame, frozen=True, kw_only=True, tag="PONG"):
    """I am here: the answer to a ``PING``."""

    answers: str | None = None


class Leave(Frame, frozen=True, kw_only=True, tag="LEAVE"):
    """End the session. The server answers, then closes the connection."""

    request_id: str | None = None


Request: TypeAlias = Join | Send | History | Ping | Pong | Leave
