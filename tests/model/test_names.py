"""Names: what a UID or a nickname may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.names import name_fault, uid_fault


@pytest.mark.parametrize("name", ["T", "Zoë", "大輔", "عمر", "👩‍👩‍👧", "tony@lab", "a b", "می‌خواهم", "{}\"'\\"])
def test_names_of_the_world_are_fine(name: str) -> None:
    """In any script, emoji with joiners included."""
    assert name_fault(name, 64) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        (" \u3000", "is empty"),
        ("a\nb", "U+000A"),
        ("a\x1b[31m", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\u2028b", "U+2028"),
        ("a\x00", "U+0000"),
        ("\u200b", "U+200B"),
    ],
)
def test_what_controls_screens_logs_or_direction_is_named(name: str, fault: str) -> None:
    """By its number, for the person who has to find it."""
    found = name_fault(name, 64)
    assert found is not None
    assert fault in found


def test_length_is_bounded_in_characters() -> None:
    """At the bound and one past it."""
    assert name_fault("😀" * 64, 64) is None
    assert name_fault("😀" * 65, 64) == "has 65 characters, at most 64 are allowed"


@given(st.text())
def test_accepted_names_are_printable(name: str) -> None:
    """But for the joiners, which Python does not count as such."""
    if name_fault(name, 64) is None:
        kept = "".join(c for c in name if c not in "\u200c\u200d" and not c.isspace())
        assert all(c.isprintable() or ord(c) > 0x7F for c in kept)


@pytest.mark.parametrize(
    ("uid", "fault"), [("-", "is reserved"), (" -", "is reserved"), ("", "is empty"), ("--", None)]
)
def test_nobody_is_the_operator(uid: str, fault: str | None) -> None:
    """Who is called so in the audit log."""
    assert uid_fault(uid, 64) == fault
