"""The base of every value that can stand on a wire.

Python names are whole words; on the wire stand the upper-case names that the first generation chose (``UN``, ``MSG``,
``FROM``, …). This table is the only place where one becomes the other.
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
"""Python field name to wire field name, where upper-casing alone does not give it."""


def wire_name(field: str) -> str:
    """Give the wire name of a Python field name."""
    return WIRE_NAMES.get(field, field.upper())


_T = TypeVar("_T")


def always(value: _T) -> _T:
    """Declare a field's default that is written to the wire all the same (msgspec leaves out plain defaults only)."""
    return msgspec.field(default_factory=lambda: value)


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=wire_name):
    """A value with a wire form: unknown fields are ignored, fields at their default are left out."""


class Frame(Wire, frozen=True, kw_only=True, tag_field="CMD"):
    """A value that is a whole frame: an object whose ``CMD`` says which."""
