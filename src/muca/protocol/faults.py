"""What is wrong with a frame, in words for the person who wrote the client: which field, and what is right.

msgspec checks the types of fields; what types cannot say is checked here. Rules that need to know more than the frame
itself (who is joined, what a name may look like) are the core's.
"""

import re
from typing import Final, get_args

import msgspec

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.requests import History, Join, Pong, Request, Send
from muca.model.wire import Wire
from muca.protocol.dialect import Fault

COMMANDS: Final = tuple(sorted(str(kind.__struct_config__.tag) for kind in get_args(Request)))
"""Every ``CMD`` that a v2 client may send."""

SEQ_MAX: Final = 2**63 - 1
"""What a store can count to."""

FIELD_FORMS: Final = {
    "CMD": "one of " + ", ".join(COMMANDS),
    "UN": "a string, the nickname",
    "UID": "a string, the user id",
    "V": "a whole number, 2 or more",
    "TOKEN": "a string of 1 to {limits.secret_chars_max} characters",
    "SESSION": "a string of 1 to {limits.secret_chars_max} characters",
    "ID": "a string of 1 to {limits.announced.request_id_chars_max} characters",
    "RE": "a string, the ID of the PING",
    "MSG": "a string of 1 to {limits.announced.text_chars_max} characters, without U+0000",
    "TO": "a list of strings, user ids or nicknames",
    "ROOM": "a string, a room's id",
    "AFTER": f"a whole number from 0 to {SEQ_MAX}",
    "BEFORE": f"a whole number from 0 to {SEQ_MAX}",
    "LIMIT": "a whole number, 1 or more",
}
"""What is right, for every field of every request."""

_FIELD: Final = re.compile(r"(?:required field `(?P<missing>\w+)`|at `\$\.(?P<wrong>\w+)[^`]*`)\Z")
"""Where msgspec's messages name the field: at their end, for before it may stand what the client sent."""


class _Clues(Wire, frozen=True, kw_only=True):
    """What can be read of a frame that is no request."""

    cmd: msgspec.Raw = msgspec.Raw()
    request_id: msgspec.Raw = msgspec.Raw()


_decode_clues: Final = msgspec.json.Decoder(_Clues).decode
_decode_string: Final = msgspec.json.Decoder(str).decode


def find_fault(request: Request, limits: Limits) -> Fault | None:
    """Check a request's values against the limits and against each other."""
    if isinstance(request, Pong):
        return None
    request_id = request.request_id
    if request_id is not None and not 1 <= len(request_id) <= limits.announced.request_id_chars_max:
        return _bad_field("ID", limits, None)
    if isinstance(request, Send):
        return _find_in_send(request, limits)
    if isinstance(request, History):
        return _find_in_history(request, limits)
    if isinstance(request, Join):
        return _find_in_join(request, limits)
    return None


def _find_in_send(send: Send, limits: Limits) -> Fault | None:
    chars = len(send.text)
    chars_max = limits.announced.text_chars_max
    if chars > chars_max:
        too_long = f"The message has {chars} characters; at most {chars_max} are allowed."
        return Fault(code=ErrorCode.MESSAGE_TOO_LONG, explanation=too_long, answers=send.request_id)
    if not chars or "\0" in send.text:
        return _bad_field("MSG", limits, send.request_id)
    if (send.recipients is None) == (send.room is None):
        return _bad_request("SEND needs either TO or ROOM, and not both.", send.request_id)
    return None


def _find_in_history(history: History, limits: Limits) -> Fault | None:
    if history.after is not None and history.before is not None:
        return _bad_request("HISTORY takes AFTER or BEFORE, not both.", history.request_id)
    for field, seq in (("AFTER", history.after), ("BEFORE", history.before)):
        if seq is not None and not 0 <= seq <= SEQ_MAX:
            return _bad_field(field, limits, history.request_id)
    if history.limit < 1:
        return _bad_field("LIMIT", limits, history.request_id)
    return None


def _find_in_join(join: Join, limits: Limits) -> Fault | None:
    if join.v < 2:
        return _bad_field("V", limits, join.request_id)
    for field, secret in (("TOKEN", join.token), ("SESSION", join.session)):
        if secret is not None and not 1 <= len(secret) <= limits.secret_chars_max:
            return _bad_field(field, limits, join.request_id)
    return None


def explain_error(frame: bytes, error: msgspec.DecodeError | UnicodeDecodeError, limits: Limits) -> Fault:
    """Say why a frame could not be decoded as a request. ``error`` is what decoding raised."""
    try:
        clues = _decode_clues(frame)
    except msgspec.ValidationError:
        return _bad_json("The frame is not a JSON object.", None)
    except msgspec.DecodeError as malformed:
        reason = str(malformed).removeprefix("JSON is malformed: ")
        return _bad_json(f"The frame is not well-formed JSON: {reason}.", None)
    request_id = _read_id(clues, limits)
    if isinstance(error, UnicodeDecodeError):
        return _bad_json("The frame is not UTF-8.", request_id)
    command = _read_string(clues.cmd)
    if command is not None and command not in COMMANDS:
        unknown = f"This server does not know that CMD: it must be {FIELD_FORMS['CMD']}."
        return Fault(code=ErrorCode.UNKNOWN_COMMAND, explanation=unknown, answers=request_id)
    named = _FIELD.search(str(error))
    assert named is not None, error
    if named["missing"]:
        return _bad_field(named["missing"], limits, request_id, "is missing: it must be")
    return _bad_field(named["wrong"], limits, request_id)


def explain_depth(frame: bytes, limits: Limits) -> Fault:
    """Say that a frame is nested too deep."""
    too_deep = f"The frame is nested deeper than {limits.frame_depth_max} levels, or its brackets do not match."
    return _bad_json(too_deep, _find_id(frame, limits))


def explain_size(frame: bytes, bytes_max: int, limits: Limits) -> Fault:
    """Say that a frame has more bytes than ``bytes_max``."""
    too_large = f"The frame has {len(frame)} bytes; at most {bytes_max} are allowed."
    return _bad_request(too_large, _find_id(frame, limits))


def _find_id(frame: bytes, limits: Limits) -> str | None:
    """Look for the ID of a frame that may be anything, of any depth."""
    try:
        return _read_id(_decode_clues(frame), limits)
    except (msgspec.DecodeError, RecursionError):
        return None


def _read_id(clues: _Clues, limits: Limits) -> str | None:
    request_id = _read_string(clues.request_id)
    return request_id if request_id and len(request_id) <= limits.announced.request_id_chars_max else None


def _read_string(raw: msgspec.Raw) -> str | None:
    try:
        return _decode_string(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _bad_field(field: str, limits: Limits, request_id: str | None, verb: str = "must be") -> Fault:
    return _bad_request(f"{field} {verb} {FIELD_FORMS[field].format(limits=limits)}.", request_id)


def _bad_request(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers=request_id)


def _bad_json(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_JSON, explanation=explanation, answers=request_id)
