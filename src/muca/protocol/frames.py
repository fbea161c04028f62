"""Splits a stream of bytes, which may arrive in any pieces, into frames. The dialects decode the frames.

Rules:
- Every byte is looked at a bounded number of times, however slowly it trickles in.
- An incomplete frame is buffered, never more than ``bytes_max`` in addition to the bytes that arrived last.
- A bad frame is skipped if its end is known. If no end can be found, ``ProtocolError`` is raised.
"""

import re
from typing import Final

from muca.model.errors import CloseReason
from muca.protocol.dialect import ProtocolError

# The parts of JSON, with possessive quantifiers (`*+`), so that a mismatch is found in one pass.
INSIDE: Final = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_STRING: Final = rb'"%b"' % INSIDE
_PLAIN: Final = rb'[^"{}\[\]]*+'
_FLAT: Final = rb"%b(?:%b%b)*+" % (_PLAIN, _STRING, _PLAIN)
_SCALARS: Final = rb"[ \t\r\n0-9+\-.eEtrufalsNIiny]*+"

_STRINGS: Final = re.compile(_STRING, re.DOTALL)
_BETWEEN: Final = re.compile(rb"%b(?:%b%b)*+" % (_SCALARS, _STRING, _SCALARS), re.DOTALL)
"""White space, strings, and the characters of numbers, true, false, null, NaN and Infinity."""
_LEVEL: Final = re.compile(rb"%b(?:(?:%b|{%b}|\[%b])%b)*+" % (_PLAIN, _STRING, _FLAT, _FLAT, _PLAIN), re.DOTALL)
"""Anything that keeps the depth: no brackets, or complete flat arrays and objects, as in most v1 frames."""
_STRING_REST: Final = re.compile(INSIDE, re.DOTALL)
"""The rest of a string, up to its closing quote or the end of the bytes (without a backslash at the end)."""

_OPENING: Final = b"{["
_OBJECT: Final = ord("{")
_QUOTE: Final = ord('"')

_AS_SQUARE: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"{}[]"))


def is_too_deep(frame: bytes, depth_max: int) -> bool:
    """Return whether a frame has more than ``depth_max`` levels, including itself, or unbalanced brackets."""
    if frame.count(b"{") + frame.count(b"[") <= depth_max:
        return False
    brackets = _STRINGS.sub(b"", frame).translate(_AS_SQUARE, _NO_BRACKETS)
    for _ in range(depth_max):  # each round removes the innermost level
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


class ObjectSplitter:
    """Splits an undelimited stream of JSON objects: the framing of the first generation.

    Between objects, white space and other JSON values are skipped. Brackets are counted, not matched: unbalanced ones
    make an invalid object, but the splitter still finds the next one.
    """

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        """Maximum size of an incomplete object. An object that arrives complete may be larger."""
        self._buffer: bytes | bytearray = b""
        self._start = 0
        """The start of the current value. Equal to ``_at`` between values."""
        self._at = 0
        """How far the current value has been scanned."""
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> None:
        """Add received bytes. Raises ``ProtocolError`` (frame too large)."""
        self._check_unfinished()
        if self._start == len(self._buffer):
            self._buffer = data
        else:
            if self._start or isinstance(self._buffer, bytes):
                self._buffer = bytearray(self._buffer[self._start :])
            self._buffer += data
        self._at -= self._start
        self._start = 0

    def next_object(self) -> bytes | None:
        """Return the next object; None until more bytes arrive. Raises ``ProtocolError`` (bad frame, too large)."""
        while self._begin_value() and self._end_value():
            value = bytes(self._buffer[self._start : self._at])
            self._start = self._at
            if value[0] == _OBJECT:
                return value
        self._check_unfinished()
        return None

    def take_rest(self) -> bytes:
        """Remove and return all bytes after the last object."""
        rest = bytes(self._buffer[self._start :])
        self._buffer, self._start, self._at = b"", 0, 0
        return rest

    @property
    def unfinished(self) -> bytes:
        """The bytes of an incomplete object; empty if there is none."""
        begun = bytes(self._buffer[self._start :])
        return begun if begun.startswith(b"{") else b""

    def _check_unfinished(self) -> None:
        if len(self._buffer) - self._start > self.bytes_max:
            raise _too_large(self.bytes_max)

    def _begin_value(self) -> bool:
        """Find the start of a value, unless one has started already. Returns whether there is one."""
        if self._at > self._start:
            return True
        buffer, start = self._buffer, self._start
        if start < len(buffer) and buffer[start] != _OBJECT:
            self._start = self._at = start = _end(_BETWEEN, buffer, start)
        if start == len(buffer):
            return False
        if buffer[start] == _QUOTE:
            self._in_string = True
        elif buffer[start] in _OPENING:
            self._depth = 1
        else:
            raise ProtocolError(
                CloseReason.BAD_FRAME, f"Expected a JSON object, got the byte 0x{buffer[start]:02x} between objects."
            )
        self._at += 1
        return True

    def _end_value(self) -> bool:
        """Scan for the end of the value. Returns whether it was found."""
        buffer, at = self._buffer, self._at
        end = len(buffer)
        while True:
            at = _end(_STRING_REST if self._in_string else _LEVEL, buffer, at)
            if at == end or (self._in_string and buffer[at] != _QUOTE):
                self._at = at
                return False
            if buffer[at] == _QUOTE:
                self._in_string = not self._in_string
            elif buffer[at] in _OPENING:
                self._depth += 1
            else:
                self._depth -= 1
            at += 1
            if self._depth == 0 and not self._in_string:
                self._at = at
                return True


class LineSplitter:
    """Splits a stream at newlines and skips blank lines. Carriage returns stay, because JSON ignores them."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        """Maximum size of an incomplete line. A line that arrives complete may be longer; the dialect answers it."""
        self._unfinished = bytearray()

    def split(self, data: bytes) -> list[bytes]:
        """Process received bytes, and yield the lines that they complete.

        Raises ``ProtocolError`` (frame too large), but first yields complete lines; then the next call raises.
        """
        self._check_unfinished()
        lines = data.split(b"\n")
        last = lines.pop()
        if self._unfinished and lines:
            self._unfinished += lines[0]
            lines[0] = bytes(self._unfinished)
            self._unfinished.clear()
        self._unfinished += last
        if not lines:
            self._check_unfinished()
        return [line for line in lines if line and not line.isspace()]

    def _check_unfinished(self) -> None:
        if len(self._unfinished) > self.bytes_max:
            raise _too_large(self.bytes_max)

    def finish(self) -> list[bytes]:
        """Return the last line, if the stream has ended without a newline."""
        line = bytes(self._unfinished)
        self._unfinished.clear()
        return [line] if line and not line.isspace() else []

    @property
    def unfinished(self) -> bytes:
        """The incomplete line."""
        return bytes(self._unfinished)


def _end(pattern: re.Pattern[bytes], buffer: bytes | bytearray, at: int) -> int:
    """Return the end of the match of a pattern that always matches."""
    match = pattern.match(buffer, at)
    assert match is not None
    return match.end()


def _too_large(bytes_max: int) -> ProtocolError:
    return ProtocolError(CloseReason.FRAME_TOO_LARGE, f"A frame of more than {bytes_max} bytes has no end yet.")
