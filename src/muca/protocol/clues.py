"""What can be read of a frame that is no request: which one it wanted to be, and its ID, to answer it with.

What is well-formed is decoded. Of anything else the strings, brackets, colons and commas are looked at: a member of the
outermost object is a string, a colon, and another string or what stands before the next comma. A string ends at its
quotation mark, whatever is behind that; anything else may go on where the bytes end, and does not count there. So half
a surrogate pair, a NaN, brackets that do not match, bytes that are no UTF-8 or a missing end hide nothing that stands
beside them. Where several objects follow each other, the first that has an ID is the frame.
"""

import re
from typing import Annotated, Final

import msgspec

from muca.model.wire import Wire
from muca.protocol.frames import INSIDE

TOKENS_MAX: Final = 2_000
"""Strings, brackets, colons and commas of a malformed frame that are looked at; what stands behind them is not read."""

_TOKEN: Final = re.compile(rb'"%b"?|:[ \t\r\n]*+("%b"?)?|[][{},]' % (INSIDE, INSIDE), re.DOTALL)
"""A colon takes along the string that is behind it."""


class Clues(Wire, frozen=True, kw_only=True):
    """The members that tell what a frame was to be, as they stand in it."""

    cmd: msgspec.Raw = msgspec.Raw()
    request_id: msgspec.Raw = msgspec.Raw()
    v: msgspec.Raw = msgspec.Raw()


_decode: Final = msgspec.json.Decoder(Clues).decode
_decode_string: Final = msgspec.json.Decoder(str).decode
_decode_version: Final = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=2)]).decode


def read_clues(frame: bytes) -> Clues:
    """Read what can be read of a frame, whatever it is; the rest is empty."""
    try:
        return _decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _search(frame)


def find_malformed(frame: bytes) -> str | None:
    """Say where a frame is no well-formed JSON; None: it is."""
    try:
        _decode(frame)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, RecursionError) as error:
        return str(error).removeprefix("JSON is malformed: ")
    return None


def read_string(raw: msgspec.Raw) -> str | None:
    """Read a string; None: it is none."""
    try:
        return _decode_string(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def asks_for_v2(clues: Clues) -> bool:
    """Return whether a frame is a REGISTER, or a JOIN whose V is 2 or more. Any other V is a field of v1's."""
    command = read_string(clues.cmd)
    if command != "JOIN":
        return command == "REGISTER"
    try:
        _decode_version(clues.v)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _search(frame: bytes) -> Clues:
    found: dict[str | None, bytes] = {}
    depth = begin = 0
    text = key = b""
    for _, token in zip(range(TOKENS_MAX), _TOKEN.finditer(frame), strict=False):
        mark = token[0]
        if mark.startswith(b'"'):
            text = mark
        elif mark == b"{" or (mark == b"[" and depth):
            depth += 1
        elif mark.startswith(b":") and depth == 1 and text:
            key, text, begin = text, b"", token.end()
            if token[1] is not None:
                found[read_string(msgspec.Raw(key))], key = token[1], b""
        elif mark in b",}]" and depth == 1 and key:
            found[read_string(msgspec.Raw(key))], key = frame[begin : token.start()], b""
        if depth and (mark == b"}" or (mark == b"]" and depth > 1)):
            depth -= 1
            if depth == 0 and _WIRE_NAMES["request_id"] in found:
                break
    return Clues(**{name: msgspec.Raw(found.get(wire, b"")) for name, wire in _WIRE_NAMES.items()})


_WIRE_NAMES: Final = {field.name: field.encode_name for field in msgspec.structs.fields(Clues)}
