"""The allowed values of every field of every request, as a check and as text for error messages.

A new request needs no code here, only a form for each field that is new. A dialect checks the types, the core checks
the bounds (``core/bounds.py``).
"""

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, get_args

from muca.model.limits import Limits
from muca.model.requests import Request
from muca.model.roles import Role

COMMANDS: Final = tuple(sorted(str(kind.__struct_config__.tag) for kind in get_args(Request)))
"""Every ``CMD`` that a v2 client may send."""

SEQ_MAX: Final = 2**63 - 1
"""The largest number that a store can hold."""

ROOM_CHARS_MAX: Final = 64
DEVICE_CHARS_MAX: Final = 64
ADDRESS_CHARS_MAX: Final = 64
ZONE_CHARS_MAX: Final = 64
CURSOR_CHARS_MAX: Final = 2_048
SECONDS_MAX: Final = 315_360_000
"""Ten years. For longer durations, leave out the limit and lift it by hand."""

Bound: TypeAlias = Callable[[Limits], int]
Check: TypeAlias = Callable[[Any], bool]


class Form(Protocol):
    """The allowed values of one field."""

    def words(self, limits: Limits) -> str:
        """Return the text that follows "must be"."""

    def checker(self, limits: Limits) -> Check:
        """Return the check of a value that has the right type."""


class Anything(NamedTuple):
    """Any value of its type; there may be rules elsewhere."""

    what: str

    def words(self, limits: Limits) -> str:
        """Return the text that follows "must be"."""
        return self.what

    def checker(self, limits: Limits) -> Check:
        """Accept every value."""
        return lambda _: True


class Text(NamedTuple):
    """A string with a bounded length, without forbidden characters."""

    most: Bound
    least: int = 1
    without: tuple[re.Pattern[str], str] | None = None
    what: str = "a string"

    def words(self, limits: Limits) -> str:
        """Return the text that follows "must be"."""
        length = f"{self.what} of {self.least} to {self.most(limits)} characters"
        return length if self.without is None else f"{length}, without {self.without[1]}"

    def checker(self, limits: Limits) -> Check:
        """Check the length and the characters."""
        least, most = self.least, self.most(limits)
        if self.without is None:
            return lambda value: least <= len(value) <= most
        find_forbidden = self.without[0].search
        return lambda value: least <= len(value) <= most and find_forbidden(value) is None


class Number(NamedTuple):
    """A whole number within bounds."""

    least: int
    most: int | None = None

    def words(self, limits: Limits) -> str:
        """Return the text that follows "must be"."""
        return (
            f"a whole number, {self.least} or more"
            if self.most is None
            else f"a whole number from {self.least} to {self.most}"
        )

    def checker(self, limits: Limits) -> Check:
        """Check the bounds."""
        least, most = self.least, self.most
        return lambda value: value >= least and (most is None or value <= most)


class Several(NamedTuple):
    """A list with a bounded length."""

    most: Bound
    what: str

    def words(self, limits: Limits) -> str:
        """Return the text that follows "must be"."""
        return f"a list of at most {self.most(limits)} {self.what}"

    def checker(self, limits: Limits) -> Check:
        """Check the length."""
        most = self.most(limits)
        return lambda value: len(value) <= most


def _limit(name: str) -> Bound:
    return attrgetter(name)


def _exactly(bound: int) -> Bound:
    return lambda _: bound


_NUL: Final = (re.compile("\0"), "U+0000")
_UNRULY: Final = (
    re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"),
    "control characters, line separators and characters that change the direction of text",
)
"""Forbidden in single-line texts: embeddings, overrides and isolates (UAX #9), because they also change the direction
of the text beside them. The marks U+200E, U+200F and U+061C do not."""
_SPACE: Final = (re.compile(r"[\s\0-\x1f\x7f-\x9f]"), "spaces and control characters")

_SECRET: Final = Text(_limit("secret_chars_max"))
_PASSWORD: Final = Text(_limit("announced.password_chars_max"))
_UID: Final = Text(_limit("announced.uid_chars_max"), what="a user id")
_NEW_UID: Final = Anything("a string, the user id")
_PLACE: Final = Number(0, SEQ_MAX)
_COUNTED: Final = Number(1, SEQ_MAX)
_SWITCH: Final = Anything("true or false")

FORMS: Final[dict[str, Form]] = {
    "CMD": Anything("one of " + ", ".join(COMMANDS)),
    "ID": Text(_limit("announced.request_id_chars_max")),
    "RE": Anything("a string, the ID of the PING"),
    # Names and ids
    "UN": Anything("a string, the nickname"),
    "UID": _UID,
    "JOIN UID": _NEW_UID,
    "REGISTER UID": _NEW_UID,
    "V": Anything("a whole number, 2 or more"),
    "TOKEN": _SECRET,
    "SESSION": _SECRET,
    "PASSWORD": _PASSWORD,
    "OLD": _PASSWORD,
    "NEW": _PASSWORD,
    "CODE": _SECRET,
    "DEVICE": Text(_exactly(DEVICE_CHARS_MAX), without=_UNRULY),
    "REVOKE DEVICE": _COUNTED,
    "ROLE": Anything("one of " + ", ".join(role for role in Role if role is not Role.GUEST)),
    "ADDRESS": Text(_exactly(ADDRESS_CHARS_MAX), what="an address or range of addresses, a string"),
    "WITH_ADDRESS": _SWITCH,
    "AWAY": _SWITCH,
    # Texts
    "MSG": Text(_limit("announced.text_chars_max"), without=_NUL),
    "SEND MSG": Text(_limit("announced.text_chars_max"), least=0, without=_NUL),
    "FILES": Several(_limit("announced.files_max"), what="strings, files that were uploaded"),
    "MENTIONS": Several(_limit("mentions_max"), what="objects with BEGIN, LENGTH, and UID or ROOM true"),
    "TO": Anything("a list of strings, user ids or nicknames"),
    "ROOM": Text(_exactly(ROOM_CHARS_MAX), what="a room's id"),
    "SEQ": _COUNTED,
    "READ SEQ": _PLACE,
    "BACK": _SWITCH,
    "REPLY_TO": _COUNTED,
    "EMOJI": Text(_limit("announced.emoji_chars_max"), without=_SPACE),
    "REASON": Text(_limit("announced.reason_chars_max"), least=0, without=_UNRULY),
    # Pages and searches
    "AFTER": _PLACE,
    "ROOMS AFTER": Text(_exactly(CURSOR_CHARS_MAX), what="the NEXT of the page before, a string"),
    "MEMBERS AFTER": _UID,
    "BEFORE": _PLACE,
    "AROUND": _PLACE,
    "AT": _PLACE,
    "LIMIT": Number(1),
    "QUERY": Text(_limit("announced.query_chars_max"), without=_NUL),
    "ZONE": Text(_exactly(ZONE_CHARS_MAX), what="a time zone, a string"),
    "OWN": _SWITCH,
    "MATCH": Text(_limit("announced.query_chars_max"), least=0, without=_NUL),
    # Settings of rooms
    "TITLE": Text(_limit("announced.title_chars_max"), without=_UNRULY),
    "TOPIC": Text(_limit("announced.topic_chars_max"), least=0, without=_UNRULY),
    "PRIVATE": _SWITCH,
    "READ_ONLY": _SWITCH,
    "ARCHIVED": _SWITCH,
    "SLOW_SECONDS": Number(0, 86_400),
    "KEEP_DAYS": Number(0, 36_500),
    "KEEP_EVENTS": Number(0, 1_000_000_000),
    # Codes
    "SECONDS": Number(1, SECONDS_MAX),
    "USES": Number(1, 1_000),
    "REPORT": _COUNTED,
    "INVITATION": _COUNTED,
}
"""By field, or by request and field if a request uses the field differently."""


def form_of(command: str | None, field: str) -> Form:
    """Return the form of a field of a request."""
    return FORMS.get(f"{command} {field}") or FORMS[field]


def misfit(command: str | None, field: str, limits: Limits, verb: str = "must be") -> str:
    """Return a sentence that says what a field must be."""
    return f"{field} {verb} {form_of(command, field).words(limits)}."
