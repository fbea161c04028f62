"""The columns at the sides: conversations and people."""

import tkinter as tk

from muca.model.pushes import PeerChange, RoomOpened
from muca.model.rooms import Peer, RoomKind
from tests.ui.conftest import Desk
from tests.ui.people import (
    HENRY,
    MARY,
    TONY,
    WITH_MARY,
    message,
)


def has_keys(desk: Desk, widget: tk.Misc) -> None:
    """Wait until a widget has the keys."""
    desk.wait(lambda: desk.root.focus_get() is widget, f"the focus on {widget}")


def test_people_come_and_go_in_the_list(desk: Desk) -> None:
    client = desk.join(TONY)
    client.change(PeerChange.JOINED, MARY)
    desk.wait(lambda: desk.window.people.names[:1] == ["Mary (mary@muca.example)"], "Mary")
    client.change(PeerChange.LEFT, MARY)
    desk.wait(lambda: len(desk.window.people.names) == 1, "her going")


def test_people_stand_where_one_looks_for_them(desk: Desk) -> None:
    """Whatever the case and the accents, and numbers as numbers."""
    names = ("zoë", "Team 10", "Émile", "Team 2", "eve", "Ängström", "Bob")
    desk.join(TONY, *(Peer(uid=str(at), nickname=name) for at, name in enumerate(names)))
    rows = [row.title for row in desk.window.people.list.rows]
    assert rows == ["Ängström", "Bob", "Émile", "eve", "Team 2", "Team 10", "Tony", "zoë"]
    assert [peer.nickname for peer in desk.chat.directory.others_here()] == [name for name in rows if name != "Tony"]


def test_a_double_click_on_somebody_writes_to_them_and_with_ctrl_adds_them(desk: Desk) -> None:
    desk.join()
    people = desk.window.people.list
    desk.click(people, 60, people.row_center_y(1), times=2)
    desk.wait(lambda: desk.window.composer.to_text.get() == "Mary", "TO")
    has_keys(desk, desk.window.composer.message)
    desk.click(people, 60, people.row_center_y(0), times=2)
    desk.wait(lambda: desk.window.composer.to_text.get() == "Henry", "TO")
    desk.do("keydown", "ctrl")
    try:
        desk.click(people, 60, people.row_center_y(2), times=2)
    finally:
        desk.do("keyup", "ctrl")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Henry, Peter", "TO")


def test_somebody_is_chosen_with_the_keys_too(desk: Desk) -> None:
    desk.join()
    desk.focus(desk.window.people.list)
    desk.press("Down", "Down", "Return")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Peter", "TO")
    has_keys(desk, desk.window.composer.message)


def test_a_conversation_is_a_filter_and_fills_to(desk: Desk) -> None:
    client = desk.join()
    client.tell(RoomOpened(room=WITH_MARY.room, kind=RoomKind.DIRECT, members=WITH_MARY.members))
    client.tell(message(MARY, "only for you", seq=1, room=WITH_MARY))
    client.tell(message(HENRY, "for all", seq=1))
    desk.wait(lambda: "for all" in desk.text, "the messages")
    rows = desk.window.conversations.list
    assert [row.title for row in rows.rows] == ["All", "Everyone", "Mary"]
    desk.click(rows, 60, rows.row_center_y(2))
    desk.wait(lambda: "for all" not in desk.text, "the filter")
    assert "only for you" in desk.text
    assert desk.window.composer.to_text.get() == "Mary"
    client.tell(message(HENRY, "for all again", seq=2))
    desk.wait(lambda: [row.badge for row in rows.rows] == ["", "1", ""], "the unread count")
    desk.focus(rows)
    desk.press("Home", "space")
    desk.wait(lambda: "for all again" in desk.text, "everything")
