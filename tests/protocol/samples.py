"""Right and wrong values for every field of every request: at each bound, and one past it."""

from typing import Any, Final, get_args

import msgspec

from muca.model.forms import SEQ_MAX
from muca.model.limits import Limits
from muca.model.requests import Request

LIMITS: Final = Limits()
KINDS: Final = {str(kind.__struct_config__.tag): kind for kind in get_args(Request)}
"""Every request by its CMD."""

_NO_STRINGS: Final = [1, 1.5, True, [], {}, ["x"]]
_NO_NUMBERS: Final = ["1", 1.5, True, [], {}, [1]]
_NO_SWITCHES: Final = ["true", 0, 1, [], {}]


def _text(most: int, *, least: int = 1, without: str = "") -> tuple[list[Any], list[Any]]:
    too_short = [""] * least
    return ["x" * least, "é" * most], [*_NO_STRINGS, *too_short, "x" * (most + 1), *(f"a{bad}b" for bad in without)]


def _number(least: int, most: int | None = None) -> tuple[list[Any], list[Any]]:
    if most is None:
        return [least, 10**30], [*_NO_NUMBERS, least - 1, -(10**30)]
    return [least, most], [*_NO_NUMBERS, least - 1, most + 1, 10**100]


_CONTROLS: Final = "\0\n\x1b\x7f\x85"
_UNRULY: Final = _CONTROLS + "\u2028\u202e\u2066\u2069"
_SECRET: Final = _text(128)
_PASSWORD: Final = _text(256)
_UID: Final = _text(128)
_ANY_STRING: Final = (["Zoë", "", "a\0b"], _NO_STRINGS)
_PLACE: Final = _number(0, SEQ_MAX)
_COUNTED: Final = _number(1, SEQ_MAX)
_SWITCH: Final = ([True, False], _NO_SWITCHES)

SAMPLES: Final[dict[str, tuple[list[Any], list[Any]]]] = {
    "ID": _text(64),
    "RE": _ANY_STRING,
    "UN": _ANY_STRING,
    "UID": _UID,
    "JOIN UID": _ANY_STRING,
    "REGISTER UID": _ANY_STRING,
    "V": _number(2),
    "TOKEN": _SECRET,
    "SESSION": _SECRET,
    "PASSWORD": _PASSWORD,
    "OLD": _PASSWORD,
    "NEW": _PASSWORD,
    "CODE": _SECRET,
    "DEVICE": _text(64, without=_UNRULY),
    "REVOKE DEVICE": _COUNTED,
    "ROLE": (["owner", "moderator", "member", "guest"], [*_NO_STRINGS, "", "OWNER", "x - at `$.TO`"]),
    "ADDRESS": _text(64),
    "WITH_ADDRESS": _SWITCH,
    "AWAY": _SWITCH,
    "MSG": (["x", "é" * 10_000], [*_NO_STRINGS, "", "a\0b"]),
    "SEND MSG": (["x", "é" * 10_000], [*_NO_STRINGS, "a\0b"]),
    "FILES": ([[], ["f-1"] * 10], ["f-1", 1, {}, [1], [None], ["f-1"] * 11]),
    "MENTIONS": (
        [[]],  # what is right beside a MSG is mention_fault's
        [
            *("a", 1, {}, [1], [None], [{}], [{"UID": "mary"}], [{"UID": 1, "BEGIN": 0, "LENGTH": 5}]),
            *([{"UID": "mary", "BEGIN": "0", "LENGTH": 5}], [{"ROOM": True, "BEGIN": 0, "LENGTH": 5}] * 51),
        ],
    ),
    "TO": ([[], ["mary", "Zoë"]], ["a", 1, {}, [1], ["a", None], [["a"]]]),
    "ROOM": _text(64),
    "SEQ": _COUNTED,
    "READ SEQ": _PLACE,
    "BACK": _SWITCH,
    "REPLY_TO": _COUNTED,
    "EMOJI": _text(32, without=_CONTROLS + " \u2003"),
    "REASON": _text(500, least=0, without=_UNRULY),
    "AFTER": _PLACE,
    "ROOMS AFTER": _text(2_048),
    "MEMBERS AFTER": _UID,
    "BEFORE": _PLACE,
    "AROUND": _PLACE,
    "AT": _PLACE,
    "LIMIT": _number(1),
    "QUERY": _text(200, without="\0"),
    "ZONE": _text(64),
    "OWN": _SWITCH,
    "MATCH": _text(200, least=0, without="\0"),
    "TITLE": _text(80, without=_UNRULY),
    "TOPIC": _text(500, least=0, without=_UNRULY),
    "PRIVATE": _SWITCH,
    "READ_ONLY": _SWITCH,
    "ARCHIVED": _SWITCH,
    "SLOW_SECONDS": _number(0, 86_400),
    "KEEP_DAYS": _number(0, 36_500),
    "KEEP_EVENTS": _number(0, 1_000_000_000),
    "SECONDS": _number(1, 315_360_000),
    "USES": _number(1, 1_000),
    "REPORT": _COUNTED,
    "INVITATION": _COUNTED,
}
"""By the keys of ``FORMS``: what is right, and what is wrong."""

INSTEAD: Final = {
    ("SEND", "ROOM"): {"TO"},
    ("JOIN", "PASSWORD"): {"TOKEN"},
    ("HISTORY", "BEFORE"): {"AFTER"},
    ("HISTORY", "AROUND"): {"AFTER"},
    ("HISTORY", "AT"): {"AFTER"},
    ("BAN", "ADDRESS"): {"UID", "ROOM"},
    ("BAN", "WITH_ADDRESS"): {"ROOM"},
    ("UNBAN", "ADDRESS"): {"UID", "ROOM"},
}
"""Fields that stand instead of others."""


def samples(command: str, field: str) -> tuple[list[Any], list[Any]]:
    """Return what is right and what is wrong for a field of a request."""
    return SAMPLES.get(f"{command} {field}") or SAMPLES[field]


def fields(command: str) -> dict[str, bool]:
    """Return the fields of a request by their names on the wire, and whether each may be null."""
    return {field.encode_name: type(None) in get_args(field.type) for field in msgspec.structs.fields(KINDS[command])}


def good(command: str, **others: Any) -> dict[str, Any]:
    """Return a valid request with as many fields as possible; ``others`` are added, and replace those they exclude."""
    frame = {field: samples(command, field)[0][0] for field in fields(command) if (command, field) not in INSTEAD}
    for field in others:
        for other in INSTEAD.get((command, field), ()):
            del frame[other]
    return {"CMD": command, **frame, **others}
