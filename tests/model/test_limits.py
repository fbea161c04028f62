"""Limits fit each other, and each is explained."""

import re

import pytest

from muca.model.errors import CLOSES, ERRORS
from muca.model.limits import AnnouncedLimits, Limits
from tests.model import limits_page
from tests.model.limits_page import Setting

SETTINGS = limits_page.settings()


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


def test_the_page_says_what_the_docstrings_say() -> None:
    """docs/LIMITS.md is renewed with ``python -m tests.model.limits_page``."""
    page = limits_page.PAGE.read_text("utf-8")
    assert page == limits_page.renewed(page)


def test_every_limit_is_on_the_page() -> None:
    names = {*AnnouncedLimits.__struct_fields__, *Limits.__struct_fields__} - {"announced"}
    assert {setting.name for setting in SETTINGS} == names


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_limit_is_explained(setting: Setting) -> None:
    """What it limits and what happens there, in two sentences or more, and when to change it."""
    assert setting.group
    what, when = setting.paragraphs
    assert len(re.findall(r"\.(?=\s|$)", what)) >= 2
    assert when.startswith(limits_page.ADVICE)
    assert when.endswith(".")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_explanations_name_only_codes_and_settings_that_exist(setting: Setting) -> None:
    named = set(re.findall(r"``(\w+)``", " ".join(setting.paragraphs)))
    assert named <= {*ERRORS, *CLOSES, *(other.name for other in SETTINGS), "trusted_proxies"}
