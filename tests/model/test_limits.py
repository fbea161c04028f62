"""Limits fit each other."""

from muca.model.limits import Limits


def test_limits_leave_room_for_each_other() -> None:
    """A page, and a message of the longest text all escaped to the most recipients, fit where they must."""
    limits = Limits()
    announced = limits.announced
    escaped_character_bytes = 12
    longest = announced.text_chars_max * escaped_character_bytes
    assert longest < announced.frame_bytes_max
    assert limits.history_bytes_max < limits.unread_bytes_max
    assert announced.frame_bytes_max < limits.unread_bytes_max
    names = (announced.nickname_chars_max + announced.uid_chars_max) * escaped_character_bytes
    assert names < limits.join_bytes_max
