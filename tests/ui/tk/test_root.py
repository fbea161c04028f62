"""The root window."""

from tests.ui.conftest import Desk


def test_space_and_return_press_buttons(desk: Desk) -> None:
    for key in ("space", "Return"):
        desk.focus(desk.window.console.toggle)
        was_open = desk.window.console.is_open
        desk.press(key)
        desk.wait(lambda was_open=was_open: desk.window.console.is_open is not was_open, key)
