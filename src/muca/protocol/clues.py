"""What can be read from an invalid frame: its command, and its ID, to answer it.

A well-formed frame is decoded. In any other frame the strings, brackets, colons and commas are scanned: a member of
the outermost object is a string, a colon, and either another string or everything before the next comma. A string is
complete at its quotation mark, whatever follows. Any other value may be incomplete at the end of the bytes, and is
ignored there. So half a surrogate pair, a NaN, unbalanced brackets, invalid UTF-8 or a missing end do not hide the
other members. If several objects follow each other, the first one with an ID counts.
"""

import re
from typing import Annotated, Final

import msgspec

from muca.model.wire import Wire
from muca.protocol.frames import INSIDE

TOKENS_MAX: Final = 2_000
"""Maximum number of strings, brackets, colons and commas that are scanned in a malformed frame."""

_TOKEN: Final = re.compile(rb'"%b"?|:[ \t\r\n]*+("%b"?)?|[][{},]' % (INSIDE, INSIDE), re.DOTALL)
"""A colon includes the string after it."""


class Clues(Wire, frozen=True, kw_only=True):
    """The members that identify a frame, in their original form."""

    cmd: msgspec.Raw = msgspec.Raw()
    request_id: msgspec.Raw = msgspec.Raw()
    v: msgspec.Raw = msgspec.Raw()


_decode: Final = msgspec.json.Decoder(Clues).decode
_decode_string: Final = msgspec.json.Decoder(str).decode
_decode_version: Final = msgspec.json.Decoder(Annotated[int, msgspec.Meta(ge=2)]).decode


def read_clues(frame: bytes) -> Clues:
    """Read the members that can be found in a frame; the others are empty."""
    try:
        return _decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _search(frame)


def find_malformed(frame: bytes) -> str | None:
    """Explain where a frame is not well-formed JSON; None if it is well-formed."""
    try:
        _decode(frame)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, RecursionError) as error:
        return str(error).removeprefix("JSON is malformed: ")
    return None


def read_string(raw: msgspec.Raw) -> str | None:
    """Decode a string; None if it is not one."""
    try:
        return _decode_string(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def asks_for_v2(clues: Clues) -> bool:
    """Return whether a frame is a REGISTER, or a JOIN whose V is 2 or more. Any other V is ignored, as in v1."""
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
