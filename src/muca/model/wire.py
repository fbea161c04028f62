"""The base class of every value in the protocol.

Python names are whole words; the wire uses the upper-case names of the first-generation protocol (``UN``, ``MSG``,
``FROM``, …). This table is the only place that maps one to the other.
"""

from typing import Final, TypeVar

import msgspec

WIRE_NAMES: Final = {
    "nickname": "UN",
    "text": "MSG",
    "sender": "FROM",
    "recipients": "TO",
    "request_id": "ID",
    "answers": "RE",
    "explanation": "TEXT",
    "retry_seconds": "RETRY",
    "ts_ms": "TS",
    "outcome": "TYPE",
    "reach": "TYPE",
    "change": "TYPE",
    "at_ms": "AT",
    "until_ms": "UNTIL",
    "muted_until_ms": "MUTED_UNTIL",
    "banned_until_ms": "BANNED_UNTIL",
    "edited_ms": "EDITED",
    "last_seen_ms": "SEEN",
    "created_ms": "CREATED",
    "media_type": "TYPE",
    "used_ms": "USED",
}
"""Python field name to wire field name, where it is not simply the upper-case name."""


def wire_name(field: str) -> str:
    """Return the wire name of a Python field name."""
    return WIRE_NAMES.get(field, field.upper())


_T = TypeVar("_T")


def always(value: _T) -> _T:
    """Declare a field's default that is sent nevertheless (msgspec omits only plain defaults)."""
    return msgspec.field(default_factory=lambda: value)


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=wire_name):
    """A value with a wire form: unknown fields are ignored, and fields with their default value are omitted."""


class Frame(Wire, frozen=True, kw_only=True, tag_field="CMD"):
    """A value that is a whole frame: an object whose ``CMD`` names its type."""
