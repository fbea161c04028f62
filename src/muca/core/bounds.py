"""The bounds of every request, whatever dialect it came in: each field by itself, and fields in combination.

``model/forms.py`` has the bounds of single fields, ``_RULES`` those of combinations. Rules that depend on more than the
request itself (who is joined, which names are allowed) are in the handlers.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, get_args

from msgspec import structs

from muca.core.inputs import Heard, Misheard
from muca.model.characters import is_blank
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.forms import Anything, Check, form_of, misfit
from muca.model.limits import Limits
from muca.model.mentions import mention_fault
from muca.model.requests import Ban, Edit, History, Join, Request, Send, Set, Unban


class _Rule(NamedTuple):
    """A rule for several fields of a request."""

    holds: Callable[[Any], bool]
    otherwise: str


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


class Bounds:
    """Finds what is wrong with a request.

    Args:
        limits: the limits that the bounds depend on. They are looked up once, as every request is checked.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bounds = {kind: self._bounds_of(kind) for kind in get_args(Request)}

    def _bounds_of(self, kind: type[Request]) -> tuple[tuple[int, Check], ...]:
        """Return the fields that have bounds, as indexes, with their checks."""
        forms = [form_of(_command_of(kind), field) for field in kind.__struct_encode_fields__]
        checks = ((place, form.checker(self._limits)) for place, form in enumerate(forms) if type(form) is not Anything)
        return tuple(checks)

    def find_fault(self, heard: Heard, *, is_answered: bool = True) -> Misheard | None:
        """Return what is wrong with a request.

        If it is not answered, its sender could not learn which fields do not go together, so only the bounds of single
        fields apply.
        """
        request = heard.request
        kind = type(request)
        values = structs.astuple(request)
        for place, fits in self._bounds[kind]:
            value = values[place]
            if value is not None and not fits(value):
                return self._misfit(heard, kind.__struct_encode_fields__[place], value)
        if not is_answered:
            return None
        for rule in _RULES.get(kind, ()):
            if not rule.holds(request):
                return _misheard(heard, rule.otherwise)
        if isinstance(request, (Send, Edit)) and request.mentions:
            explanation = mention_fault(request.text, request.mentions)
            return _misheard(heard, explanation) if explanation is not None else None
        return None

    def _misfit(self, heard: Heard, field: str, value: Any) -> Misheard:
        chars_max = self._limits.announced.text_chars_max
        if field == "MSG" and len(value) > chars_max:
            too_long = f"The message has {len(value)} characters; at most {chars_max} are allowed."
            return _misheard(heard, too_long, ErrorCode.MESSAGE_TOO_LONG)
        misheard = _misheard(heard, misfit(_command_of(type(heard.request)), field, self._limits))
        return structs.replace(misheard, answers=None) if field == "ID" else misheard


def _misheard(heard: Heard, explanation: str, code: ErrorCode = ErrorCode.BAD_REQUEST) -> Misheard:
    return Misheard(heard.connection, code, explanation, getattr(heard.request, "request_id", None))
