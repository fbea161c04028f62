"""Which passwords are too easily guessed."""

import pytest

from muca.model.limits import AnnouncedLimits
from muca.model.passwords import password_weakness

NAMES = ("tony@lab", "Tony Smith")
LIMITS = AnnouncedLimits(password_chars_min=8, password_chars_max=20)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x7$kQ!a", "has 7 characters; 8 to 20 are allowed."),
        ("x7$kQ!ab" * 3, "has 24 characters; 8 to 20 are allowed."),
        ("TONY@lab", "must not be the user id or the nickname"),
        ("tony smith", "must not be the user id or the nickname"),
        ("Password", "too easy to guess"),
        ("zzzzzzzz", "too easy to guess"),
    ],
)
def test_a_weak_one_is_refused_with_the_reason(password: str, why: str) -> None:
    assert why in (password_weakness(password, NAMES, LIMITS) or "")


@pytest.mark.parametrize("password", ["x7$kQ!ab", "pässwörter", "tony@lab1", "x7$kQ!ab" * 2 + "last"])
def test_any_other_will_do(password: str) -> None:
    assert password_weakness(password, NAMES, LIMITS) is None
