"""Explains what is wrong with a frame, for developers of clients: which field, and what is allowed.

``forms.py`` has the rules for single fields, ``_RULES`` those for combinations of fields.
"""

import codecs
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, get_args

import msgspec

from muca.model.characters import is_blank
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.limits import Limits
from muca.model.mentions import mention_fault
from muca.model.requests import Ban, Edit, History, Join, Request, Send, Set, Unban
from muca.protocol.clues import Clues, find_malformed, read_clues, read_string
from muca.protocol.dialect import Fault
from muca.protocol.forms import COMMANDS, Anything, form_of

_FIELD: Final = re.compile(r"(?:required field `(?P<missing>\w+)`|at `\$\.(?P<wrong>\w+)[^`]*`)\Z")
"""Finds the field in msgspec's messages. It is at their end; text of the client may come before it."""

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class _Check(NamedTuple):
    """A field of a request that has bounds."""

    attribute: str
    field: str
    fits: Callable[[Any, Limits], bool]


class _Rule(NamedTuple):
    """A rule for several fields of a request."""

    holds: Callable[[Any], bool]
    otherwise: str


def _checks_of(kind: type[Request]) -> tuple[_Check, ...]:
    fields = msgspec.structs.fields(kind)
    forms = (form_of(_command_of(kind), field.encode_name) for field in fields)
    return tuple(
        _Check(field.name, field.encode_name, form.fits)
        for field, form in zip(fields, forms, strict=True)
        if not isinstance(form, Anything)
    )


def _command_of(kind: type[Request]) -> str:
    return str(kind.__struct_config__.tag)


def _given(request: Request, *attributes: str) -> int:
    """Return how many of these fields are present."""
    return sum(getattr(request, attribute) is not None for attribute in attributes)


def _whom(kind: type[Request]) -> _Rule:
    return _Rule(
        lambda ban: _given(ban, "uid", "address") == 1 and _given(ban, "address", "room") < 2,
        f"{_command_of(kind)} needs either UID or ADDRESS, and ADDRESS is for the server, without ROOM.",
    )


_CHECKS: Final = {kind: _checks_of(kind) for kind in get_args(Request)}

_RULES: Final[dict[type[Request], tuple[_Rule, ...]]] = {
    Join: (
        _Rule(lambda join: _given(join, "token", "password") < 2, "JOIN takes TOKEN or PASSWORD, not both."),
        _Rule(
            lambda join: _given(join, "nickname", "password") > 0,
            "JOIN needs UN, unless it has PASSWORD.",
        ),
        _Rule(
            lambda join: join.device is None or not is_blank(join.device),
            "JOIN needs a DEVICE with visible text, or none.",
        ),
    ),
    Send: (
        _Rule(lambda send: (send.recipients is None) != (send.room is None), "SEND needs either TO or ROOM, not both."),
        _Rule(
            lambda send: send.files or not is_blank(send.text),
            "SEND needs a MSG with visible text, or FILES.",
        ),
    ),
    Edit: (
        _Rule(
            lambda edit: not is_blank(edit.text),
            "EDIT needs a MSG with visible text; to remove the message, use DELETE.",
        ),
    ),
    History: (
        _Rule(
            lambda history: _given(history, "after", "before", "around", "at_ms") < 2,
            "HISTORY takes at most one of AFTER, BEFORE, AROUND and AT.",
        ),
    ),
    Set: (
        _Rule(
            lambda change: _given(change, *Settings.__struct_fields__) > 0,
            f"SET needs at least one of {', '.join(Settings.__struct_encode_fields__)}.",
        ),
    ),
    Ban: (
        _whom(Ban),
        _Rule(
            lambda ban: not ban.with_address or _given(ban, "address", "room") == 0,
            "WITH_ADDRESS goes with the UID of someone banned from the server, without ROOM or ADDRESS.",
        ),
    ),
    Unban: (_whom(Unban),),
}


def find_fault(request: Request, limits: Limits) -> Fault | None:
    """Check the fields of a request, each by itself and in combination."""
    kind = type(request)
    for attribute, field, fits in _CHECKS[kind]:
        value = getattr(request, attribute)
        if value is not None and not fits(value, limits):
            return _misfit(request, field, value, limits)
    for rule in _RULES.get(kind, ()):
        if not rule.holds(request):
            return _bad_request(rule.otherwise, _id_of(request))
    if isinstance(request, Send | Edit) and request.mentions:
        explanation = mention_fault(request.text, request.mentions)
        return _bad_request(explanation, request.request_id) if explanation is not None else None
    return None


def _misfit(request: Request, field: str, value: Any, limits: Limits) -> Fault:
    chars_max = limits.announced.text_chars_max
    if field == "MSG" and len(value) > chars_max:
        too_long = f"The message has {len(value)} characters; at most {chars_max} are allowed."
        return Fault(code=ErrorCode.MESSAGE_TOO_LONG, explanation=too_long, answers=_id_of(request))
    return _bad_field(_command_of(type(request)), field, limits, None if field == "ID" else _id_of(request))


def _id_of(request: Request) -> str | None:
    return getattr(request, "request_id", None)


def explain_error(frame: bytes, error: msgspec.DecodeError | UnicodeDecodeError, limits: Limits) -> Fault:
    """Explain why a frame could not be decoded as a request. ``error`` was raised by the decoder."""
    clues = read_clues(frame)
    request_id = _read_id(clues, limits)
    malformed = find_malformed(frame)
    if frame.startswith(codecs.BOM_UTF8):
        return _bad_json("The frame begins with a byte order mark (U+FEFF), which JSON does not allow.", request_id)
    if isinstance(error, UnicodeDecodeError):
        return _bad_json("The frame is not UTF-8.", request_id)
    if malformed is not None:
        if _SURROGATE.search(frame):
            malformed += r"; a surrogate escape such as \ud83d needs its other half after it"
        return _bad_json(f"The frame is not well-formed JSON: {malformed}.", request_id)
    if not frame.lstrip().startswith(b"{"):
        return _bad_json("The frame is not a JSON object.", None)
    command = read_string(clues.cmd)
    if command is not None and command not in COMMANDS:
        unknown = f"This server does not know that CMD: it must be {form_of(None, 'CMD').words(limits)}."
        return Fault(code=ErrorCode.UNKNOWN_COMMAND, explanation=unknown, answers=request_id)
    named = _FIELD.search(str(error))
    assert named is not None, error
    if named["missing"]:
        return _bad_field(command, named["missing"], limits, request_id, "is missing: it must be")
    return _bad_field(command, named["wrong"], limits, request_id)


def explain_depth(frame: bytes, limits: Limits) -> Fault:
    """Explain that a frame is nested too deeply."""
    too_deep = f"The frame is nested deeper than {limits.frame_depth_max} levels, or its brackets do not match."
    return _bad_json(too_deep, _find_id(frame, limits))


def explain_size(frame: bytes, bytes_max: int, limits: Limits) -> Fault:
    """Explain that a frame is larger than ``bytes_max``."""
    too_large = f"The frame has {len(frame)} bytes; at most {bytes_max} are allowed."
    return _bad_request(too_large, _find_id(frame, limits))


def explain_end(explanation: str, begun: bytes, limits: Limits) -> Fault | None:
    """Answer a frame whose end cannot be found; None if the request is not known."""
    request_id = _find_id(begun, limits)
    return _bad_request(explanation, request_id) if request_id is not None else None


def _find_id(frame: bytes, limits: Limits) -> str | None:
    """Look for the ID in an arbitrary frame of any depth."""
    return _read_id(read_clues(frame), limits)


def _read_id(clues: Clues, limits: Limits) -> str | None:
    request_id = read_string(clues.request_id)
    return request_id if request_id and len(request_id) <= limits.announced.request_id_chars_max else None


def _bad_field(command: str | None, field: str, limits: Limits, request_id: str | None, verb: str = "must be") -> Fault:
    return _bad_request(f"{field} {verb} {form_of(command, field).words(limits)}.", request_id)


def _bad_request(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers=request_id)


def _bad_json(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_JSON, explanation=explanation, answers=request_id)
