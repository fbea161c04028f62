"""Light and dark."""

from muca.model.events import Reach
from muca.ui.tk.palette import DARK, LIGHT
from tests.ui.conftest import Desk
from tests.ui.people import (
    MARY,
    message,
)


def test_dark_and_light_change_at_once_and_are_remembered(desk: Desk) -> None:
    client = desk.join()
    client.tell(message(MARY, "hello", seq=1))
    desk.wait(lambda: "hello" in desk.text, "the message")
    for appearance, palette in (("dark", DARK), ("light", LIGHT), ("dark", DARK)):
        desk.window.head.menu.invoke(("system", "light", "dark").index(appearance))
        desk.settle()
        text = desk.window.messages.text
        assert str(text.cget("background")) == palette.surface
        assert str(text.tag_cget(f"received-{Reach.ALL}", "foreground")) == palette.everyone.text
        assert str(desk.window.people.list.cget("background")) == palette.bg
        assert str(desk.window.composer.message.cget("background")) == palette.surface
        assert desk.root.appearance == appearance
