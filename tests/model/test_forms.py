"""Every field of every request has its form: right at the bounds, wrong one past them."""

from typing import Any

import pytest

from muca.model.forms import COMMANDS, FORMS, form_of
from muca.model.limits import AnnouncedLimits, Limits
from tests.protocol.samples import KINDS, LIMITS, SAMPLES, fields

UNRULY = "control characters, line separators and characters that change the direction of text"
CASES = [(key, value) for key, (right, _) in SAMPLES.items() for value in right]


def test_every_field_of_every_request_has_its_form() -> None:
    """A new field needs a line in the table, a removed one leaves none behind."""
    named = {(command, field) for command in KINDS for field in fields(command)}
    assert {f"{command} {field}" if f"{command} {field}" in FORMS else field for command, field in named} == (
        FORMS.keys() - {"CMD"}
    )
    assert list(COMMANDS) == sorted(KINDS)


def test_every_form_has_samples() -> None:
    """The other tests are made from them."""
    assert SAMPLES.keys() == FORMS.keys() - {"CMD"}


@pytest.mark.parametrize(("key", "value"), CASES, ids=lambda value: repr(value)[:20])
def test_what_is_right_fits(key: str, value: Any) -> None:
    """At both bounds."""
    assert FORMS[key].checker(LIMITS)(value)


def test_the_form_of_the_request_comes_first() -> None:
    """The same field may be a name here and a number there."""
    assert form_of("JOIN", "DEVICE").words(LIMITS) == f"a string of 1 to 64 characters, without {UNRULY}"
    assert form_of("REVOKE", "DEVICE").words(LIMITS) == "a whole number from 1 to 9223372036854775807"
    assert form_of("HISTORY", "BEFORE") == form_of("SEARCH", "BEFORE") == form_of(None, "BEFORE")


def test_only_roles_that_can_be_given_are_offered() -> None:
    """A guest is someone without an account."""
    assert FORMS["ROLE"].words(LIMITS) == "one of owner, moderator, member"


def test_bounds_are_those_of_the_server() -> None:
    """What its operator has set."""
    title = FORMS["TITLE"]
    narrow = Limits(announced=AnnouncedLimits(title_chars_max=3))
    assert title.words(narrow) == f"a string of 1 to 3 characters, without {UNRULY}"
    fits = title.checker(narrow)
    assert fits("abc")
    assert not fits("abcd")
