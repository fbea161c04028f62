"""The server's side of a dialect: decodes one connection's bytes to requests, and encodes replies and pushes."""

from typing import Protocol, TypeAlias

import msgspec

from muca.model.abilities import Abilities
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Message
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.requests import Request


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an invalid frame, for v2 clients. v1 gives no answer."""

    code: ErrorCode
    explanation: str
    answers: str | None = None


class Chatter(msgspec.Struct, frozen=True, kw_only=True):
    """Frames of WebSocket itself: pings, pongs, fragments of messages."""

    frames: int
    """The number of frames."""
    answer: bytes
    """The bytes to send immediately; may be empty."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the input: the other side has closed, or sent something after which nothing can be decoded."""

    reason: CloseReason
    explanation: str | None = None


Received: TypeAlias = Request | Fault | Chatter | Ended


class ProtocolError(Exception):
    """The other side has sent something whose end cannot be found, so the connection must be closed."""

    def __init__(self, reason: CloseReason, explanation: str) -> None:
        super().__init__(explanation)
        self.reason = reason
        self.explanation = explanation
        self.fault: Fault | None = None
        """The answer to send first, if the request is known. The successor encodes it, and BYE, if there is one."""


class ServerDialect(Protocol):
    """The server's side of one connection's dialect. Encoding has no state, so members can share the result."""

    name: str
    abilities: Abilities

    @property
    def successor(self) -> "ServerDialect | None":
        """The dialect from here on, if a frame has asked for another one."""

    def receive(self, data: bytes) -> list[Received]:
        """Process received bytes, and yield the requests that they complete.

        Stops before bytes that belong to ``successor``. Raises ``ProtocolError``, but first yields everything that was
        complete before the bad bytes (the error is raised by the next call).
        """

    def finish(self) -> list[Received]:
        """Return the requests that the end of the stream completes."""

    def joined(self) -> None:
        """Note that a JOIN has succeeded: from now on frames may have their full size."""

    def end(self, reason: CloseReason) -> bytes:
        """Return the bytes to send after BYE; may be empty."""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Encode a reply or push; empty if this dialect does not have it."""

    @staticmethod
    def encode_both(message: Message) -> tuple[bytes, bytes]:
        """Encode a message with an ID: for everyone, without the ID, and for its sender, if this dialect has IDs."""
