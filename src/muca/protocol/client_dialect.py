"""The interface of a dialect seen from the client: what a client hears, and how it is read off the wire.

Rules:
- Words, codes and fields that this version does not know are left out: servers differ, and may be newer.
- Of a frame without an end at most ``FRAME_BYTES_MAX`` bytes are kept.
"""

from typing import Final, Protocol, TypeAlias, TypeVar

import msgspec

from muca.model.errors import CloseReason
from muca.model.pushes import Message, PeerChanged, PeerList, RoomOpened
from muca.model.replies import Joined, Page, Stored
from muca.model.requests import Ping, Pong, Request
from muca.model.wire import Frame
from muca.protocol.dialect import ProtocolError

FRAME_BYTES_MAX: Final = 67_108_864
"""Bytes of one frame from a server. The reply to JOIN, which names every peer, is the largest."""


class Ack(Frame, frozen=True, kw_only=True, tag="ACK"):
    """A reply as it came: an ``Okay`` or a ``Fail``, its data unread, its code perhaps of a newer server."""

    outcome: str
    """``OKAY`` or ``FAIL``."""
    answers: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    """For ``read_data``: only the asker knows what it is. Empty (false) when there is none."""
    code: str | None = None
    explanation: str | None = None
    retry_seconds: float | None = None
    server: str | None = None


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The server's last word as it came, its code perhaps of a newer server."""

    code: str
    explanation: str
    resume: bool


Heard: TypeAlias = Ack | Pong | Message | PeerChanged | PeerList | RoomOpened | Ping | Bye

_D = TypeVar("_D", Joined, Stored, Page)


def read_data(ack: Ack, kind: type[_D]) -> _D:
    """Read the data of a reply. Raises ``ProtocolError`` when they are not of that kind."""
    try:
        return msgspec.json.decode(ack.data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        explanation = f"The server's reply has no {kind.__name__} in it: {error}."
        raise ProtocolError(CloseReason.BAD_FRAME, explanation) from error


class ClientDialect(Protocol):
    """One connection's dialect, seen from the client."""

    name: str

    @property
    def successor(self) -> "ClientDialect | None":
        """The dialect that the connection speaks from here on, once the server has answered in another one."""

    def receive(self, data: bytes) -> list[Heard]:
        """Take the next bytes off the wire and give what they complete.

        Stops before bytes that belong to ``successor``. Raises ``ProtocolError``; what was complete before the bad
        bytes is given first (the error comes with the next call).
        """

    def encode(self, request: Request) -> bytes:
        """Write a request as bytes; empty when this dialect has no word for it.

        Raises ``UnicodeEncodeError`` for a lone surrogate.
        """
