"""The window as a whole, with real keys and clicks."""

import tkinter as tk

import pytest

from muca.client.errors import Refused
from muca.model.errors import ErrorCode
from muca.ui.view.chat import ChatState
from tests.ui.conftest import Desk
from tests.ui.people import (
    LOBBY_ROOM,
    MARY,
    TONY,
)


def has_keys(desk: Desk, widget: tk.Misc) -> None:
    """Wait until a widget has the keys."""
    desk.wait(lambda: desk.root.focus_get() is widget, f"the focus on {widget}")


def test_the_title_names_the_person(desk: Desk) -> None:
    assert desk.root.title() == "muca — Tony"
    assert desk.root.winfo_class() == "Muca"


def test_a_refusal_is_said(desk: Desk) -> None:
    desk.window.join()
    desk.client.refuse(Refused(ErrorCode.UID_IN_USE, "The user id is in use on another connection now."))
    desk.wait(lambda: "✕ The user id is in use on another connection now." in desk.console, "the console")
    assert desk.window.head.state_word.cget("text") == "not connected"


def test_the_window_lives_while_it_connects(desk: Desk) -> None:
    desk.window.join()
    desk.type("Mary")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Mary", "the keys")
    assert desk.chat.state is ChatState.JOINING


def test_a_break_is_said_and_the_people_are_gone_until_it_is_over(desk: Desk) -> None:
    client = desk.join()
    client.break_off("The connection broke.", 2.0)
    desk.wait(lambda: desk.window.head.state_word.cget("text") == "connection lost", "the state")
    assert desk.window.people.names == []
    assert desk.console[-1] == "✕ The connection broke. Reconnecting… Press JOIN to try now."
    client.accept((TONY, MARY), (LOBBY_ROOM,), again=True)
    desk.wait(lambda: len(desk.window.people.names) == 2, "people")


def test_escape_goes_back_to_the_message(desk: Desk) -> None:
    for widget in (desk.window.composer.to, desk.window.head.join, desk.window.people.list):
        desk.focus(widget)
        desk.press("Escape")
        has_keys(desk, desk.window.composer.message)


def test_every_part_is_reached_with_tab(desk: Desk) -> None:
    window = desk.window
    desk.focus(window.composer.message)
    wanted = {window.composer.button, window.console.toggle, window.people.list, window.conversations.list}
    wanted |= {window.head.join, window.head.leave, window.head.menu_button, window.composer.to, window.messages.text}
    for _ in range(20):
        wanted.discard(desk.root.focus_get())
        desk.press("Tab")
        if not wanted:
            return
    raise AssertionError(f"not reached: {wanted}")


def test_below_a_width_the_conversations_are_in_a_menu(desk: Desk) -> None:
    assert desk.window.conversations.winfo_ismapped()
    desk.resize(800, 560)
    desk.wait(lambda: not desk.window.conversations.winfo_ismapped(), "the column's going")
    desk.click(desk.window.filter_button)
    menu = desk.window._filter_menu
    desk.wait(menu.winfo_ismapped, "the menu")
    assert [menu.entrycget(at, "label").split() for at in (0, 1)] == [["≡", "All"], ["✱", "Everyone"]]
    desk.press("Escape")
    desk.wait(lambda: not menu.winfo_ismapped(), "the menu's going")
    desk.resize(1120, 760)
    desk.wait(desk.window.conversations.winfo_ismapped, "the column")


def test_closing_the_window_leaves_first(desk: Desk) -> None:
    client = desk.join()
    desk.root.tk.call(desk.root.protocol("WM_DELETE_WINDOW"))
    assert client.closing is not None
    with pytest.raises(tk.TclError):
        desk.root.winfo_exists()


def test_no_part_hides_a_method_of_tk(desk: Desk) -> None:
    """Such as ``_root`` or ``_bind``: Tk's own methods would break in silence."""
    parts: list[tk.Misc] = [desk.root]
    for part in parts:
        parts += part.winfo_children()
        theirs = [base for base in type(part).__mro__ if not base.__module__.startswith("muca.")]
        inherited = {name for base in theirs for name, value in vars(base).items() if callable(value)}
        ours = [vars(base) for base in type(part).__mro__ if base.__module__.startswith("muca.")]
        named = {name for each in (*ours, vars(part)) for name in each if not name.startswith("__")}
        named -= {"destroy", "report_callback_exception"}  # meant to be overridden
        assert not named & inherited, f"{type(part).__name__} hides {named & inherited}"
