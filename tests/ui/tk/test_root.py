"""The root window."""

import pytest

from tests.ui.conftest import Desk


@pytest.mark.parametrize("key", ["space", "Return"])
def test_space_and_return_press_buttons(desk: Desk, key: str) -> None:
    desk.focus(desk.window.console.toggle)
    was_open = desk.window.console.is_open
    desk.press(key)
    desk.wait(lambda: desk.window.console.is_open is not was_open, key)
