"""The interface of a dialect: how one connection's bytes become requests, and replies and pushes become bytes."""

from typing import Protocol, TypeAlias

import msgspec

from muca.model.errors import CloseReason, ErrorCode
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.requests import Request


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that is no request: what a v2 client is told about it. First-generation dialects say nothing."""

    code: ErrorCode
    explanation: str
    answers: str | None = None


class Chatter(msgspec.Struct, frozen=True, kw_only=True):
    """What WebSocket says for its own ends: pings, pongs, pieces of messages."""

    frames: int
    """How many there were."""
    answer: bytes
    """What is to be sent at once; may be empty."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The other side has said its last word, or one after which it cannot be understood: nothing comes behind it."""

    reason: CloseReason
    explanation: str | None = None


Received: TypeAlias = Request | Fault | Chatter | Ended


class ProtocolError(Exception):
    """The other side sends something whose end cannot be found: the connection must close."""

    def __init__(self, reason: CloseReason, explanation: str) -> None:
        super().__init__(explanation)
        self.reason = reason
        self.explanation = explanation
        self.fault: Fault | None = None
        """What to answer first, where it is known which request it was. It is said in the successor, as the BYE is, if
        there is one."""


class ServerDialect(Protocol):
    """One connection's dialect, seen from the server. Encoding has no state: one result serves all members."""

    name: str

    @property
    def successor(self) -> "ServerDialect | None":
        """The dialect that the connection speaks from here on, once a frame has asked for another one."""

    def receive(self, data: bytes) -> list[Received]:
        """Take the next bytes off the wire and give the requests that they complete.

        Stops before bytes that belong to ``successor``. Raises ``ProtocolError``; what was complete before the bad
        bytes is given first (the error comes with the next call).
        """

    def finish(self) -> list[Received]:
        """Return what the end of the stream completes: nothing comes any more."""

    def joined(self) -> None:
        """Take note that a JOIN has succeeded: from here on frames may have their full size."""

    def end(self, reason: CloseReason) -> bytes:
        """Return what is said behind the BYE, where something must be."""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Write a reply or push as bytes; empty when this dialect has no word for it."""
