"""The server's side of v2: UTF-8 JSON, one object per line.

Every line is answered. An invalid one becomes a ``Fault`` that says which field is wrong and what is allowed.
"""

from typing import Final

import msgspec

from muca.model.abilities import Abilities
from muca.model.errors import CloseReason
from muca.model.events import Message
from muca.model.limits import Limits
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.model.requests import Join, Request
from muca.protocol.dialect import Fault, ProtocolError, Received
from muca.protocol.encoding import encode_both, encode_line
from muca.protocol.faults import explain_depth, explain_end, explain_error, explain_size, explain_version
from muca.protocol.frames import LineSplitter, is_too_deep

_decode: Final = msgspec.json.Decoder(Request).decode


def read_frame(frame: bytes, limits: Limits) -> Request | Fault:
    """Decode one complete frame, whose size was already checked."""
    if is_too_deep(frame, limits.frame_depth_max):
        return explain_depth(frame, limits)
    try:
        request: Request = _decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return explain_error(frame, error, limits)
    return (explain_version(request, limits) or request) if type(request) is Join else request


class V2:
    """One connection's dialect. Implements ``ServerDialect``.

    Args:
        limits: the server's limits.
        begun: bytes that arrived before the switch to this dialect; the next ``receive`` processes them first.
    """

    name = "v2"
    abilities = Abilities()
    successor: None = None

    def __init__(self, limits: Limits, *, begun: bytes = b"") -> None:
        self._limits = limits
        self._lines = LineSplitter(limits.join_bytes_max)
        self._begun = begun

    def joined(self) -> None:
        """Note that a JOIN has succeeded."""
        self._lines.bytes_max = self._limits.announced.frame_bytes_max

    def receive(self, data: bytes) -> list[Received]:
        """Process received bytes, and yield the requests that they complete."""
        if self._begun:
            data, self._begun = self._begun + data, b""
        try:
            return [self.read(line) for line in self._lines.split(data)]
        except ProtocolError as error:
            error.fault = explain_end(error.explanation, self._lines.unfinished, self._limits)
            raise

    def finish(self) -> list[Received]:
        """Accept a last line without newline, as from ``printf '{…}' | nc``."""
        return [self.read(line) for line in self._lines.finish()]

    def read(self, frame: bytes) -> Received:
        """Decode one complete frame."""
        if len(frame) > self._lines.bytes_max:
            return explain_size(frame, self._lines.bytes_max, self._limits)
        return read_frame(frame, self._limits)

    def end(self, reason: CloseReason) -> bytes:
        """Send nothing: BYE was the last frame."""
        return b""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Encode a reply or push as a line."""
        return encode_line(message)

    @staticmethod
    def encode_both(message: Message) -> tuple[bytes, bytes]:
        """Encode a message with an ID as two lines: for everyone, without the ID, and for its sender."""
        return encode_both(message, b"\n")
