"""The second dialect, seen from the server: UTF-8 JSON, one object a line.

Every line is answered: what is no request becomes a ``Fault`` that says which field is wrong and what is right.
"""

from typing import Final

import msgspec

from muca.model.errors import CloseReason
from muca.model.limits import Limits
from muca.model.pushes import PeerList, Push
from muca.model.replies import Reply
from muca.model.requests import Request
from muca.protocol.dialect import Fault, ProtocolError, Received
from muca.protocol.encoding import encode_line
from muca.protocol.faults import explain_depth, explain_end, explain_error, explain_size, find_fault
from muca.protocol.frames import LineSplitter, is_too_deep

_decode: Final = msgspec.json.Decoder(Request).decode


def read_frame(frame: bytes, limits: Limits) -> Request | Fault:
    """Return what one whole frame says; its size was seen to."""
    if is_too_deep(frame, limits.frame_depth_max):
        return explain_depth(frame, limits)
    try:
        request: Request = _decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return explain_error(frame, error, limits)
    return find_fault(request, limits) or request


class V2:
    """One connection's dialect. Implements ``ServerDialect``.

    Args:
        limits: the bounds of everything.
        begun: bytes that came before this dialect was asked for; the next ``receive`` takes them first.
    """

    name = "v2"
    successor: None = None

    def __init__(self, limits: Limits, *, begun: bytes = b"") -> None:
        self._limits = limits
        self._lines = LineSplitter(limits.join_bytes_max)
        self._begun = begun

    def joined(self) -> None:
        """Take note that a JOIN has succeeded."""
        self._lines.bytes_max = self._limits.announced.frame_bytes_max

    def receive(self, data: bytes) -> list[Received]:
        """Take the next bytes off the wire and give the requests that they complete."""
        if self._begun:
            data, self._begun = self._begun + data, b""
        try:
            return [self.read(line) for line in self._lines.split(data)]
        except ProtocolError as error:
            error.fault = explain_end(error.explanation, self._lines.unfinished, self._limits)
            raise

    def finish(self) -> list[Received]:
        """Take a last line that has no newline: ``printf '{…}' | nc`` sends none."""
        return [self.read(line) for line in self._lines.finish()]

    def read(self, frame: bytes) -> Received:
        """Return what one whole frame says."""
        if len(frame) > self._lines.bytes_max:
            return explain_size(frame, self._lines.bytes_max, self._limits)
        return read_frame(frame, self._limits)

    def end(self, reason: CloseReason) -> bytes:
        """Say nothing more: BYE was the last."""
        return b""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Write a reply or push as a line; empty for a LIST, which v2 has no use for."""
        return b"" if isinstance(message, PeerList) else encode_line(message)
