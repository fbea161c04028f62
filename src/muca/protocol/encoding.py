"""The two encodings of frames: UTF-8 (v2), and ASCII that every first-generation program can read."""

import json
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from muca.model.events import Message
from muca.model.wire import Wire

_encode: Final = msgspec.json.Encoder().encode
_encode_lines: Final = msgspec.json.Encoder().encode_lines
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]+")


def encode_json(frame: Wire) -> bytes:
    """Encode a frame as UTF-8 JSON without newlines. Raises ``UnicodeEncodeError`` for a lone surrogate."""
    return _encode(frame)


def encode_both(message: Message, end: bytes = b"") -> tuple[bytes, bytes]:
    """Encode a message with an ID as JSON: for everyone, without the ID, and for its sender. Each gets this ``end``.

    The ID is the last field of a message, so it can be cut off, which takes half the time of encoding it twice. No
    string contains what is searched for: its quotation marks would be escaped.
    """
    own = _encode(message)
    return b"".join((own[: own.rindex(b',"ID":"')], b"}", end)), own + end


def encode_line(frame: Wire) -> bytes:
    """Encode a frame as one line."""
    return _encode_lines((frame,))


def encode_ascii(frame: Mapping[str, object]) -> bytes:
    r"""Encode an object as JSON in ASCII (``\uXXXX``, RFC 8259 section 7), with nothing before or after it.

    It never contains the bytes ``}{``, because some programs split the stream there. Raises ``UnicodeEncodeError`` for
    a lone surrogate.
    """
    encoded = _encode(frame)
    if not encoded.isascii():
        encoded = _BEYOND_ASCII.sub(_escape, encoded.decode()).encode("ascii")
    return encoded.replace(b"}{", b"}\\u007b")


def _escape(characters: re.Match[str]) -> str:
    return json.dumps(characters[0])[1:-1]
