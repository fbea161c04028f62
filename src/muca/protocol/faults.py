"""Explains what is wrong with a frame that is not a request, for developers of clients.

``core/bounds.py`` does the same for a request with values that are not allowed.
"""

import codecs
import re
from typing import Final

import msgspec

from muca.model.errors import ErrorCode
from muca.model.forms import COMMANDS, form_of, misfit
from muca.model.limits import Limits
from muca.model.requests import Join
from muca.protocol.clues import Clues, find_malformed, read_clues, read_string
from muca.protocol.dialect import Fault

_FIELD: Final = re.compile(r"(?:required field `(?P<missing>\w+)`|at `\$\.(?P<wrong>\w+)[^`]*`)\Z")
"""Finds the field in msgspec's messages. It is at their end; text of the client may come before it."""

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def explain_version(join: Join, limits: Limits) -> Fault | None:
    """Explain that a JOIN is not of v2. If its ID is wrong, too, that is the fault, and the core finds it."""
    request_id = join.request_id
    if join.v >= 2 or (request_id is not None and not form_of("JOIN", "ID").checker(limits)(request_id)):
        return None
    return _bad_field("JOIN", "V", limits, request_id)


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
    return _bad_request(misfit(command, field, limits, verb), request_id)


def _bad_request(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers=request_id)


def _bad_json(explanation: str, request_id: str | None) -> Fault:
    return Fault(code=ErrorCode.BAD_JSON, explanation=explanation, answers=request_id)
