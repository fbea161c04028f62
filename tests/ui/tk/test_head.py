"""The head of the window."""

from tests.ui.conftest import Desk
from tests.ui.people import (
    LOBBY_ROOM,
    MARY,
    PROFILE,
    TONY,
)


def test_the_connection_line_says_who_and_where(desk: Desk) -> None:
    values = [label.cget("text") for label, _ in desk.window.head._fields]
    assert values == [PROFILE.nickname, PROFILE.uid, PROFILE.server, str(PROFILE.port)]
    assert desk.window.head.state_word.cget("text") == "not connected"


def test_join_and_leave_by_click(desk: Desk) -> None:
    desk.click(desk.window.head.join)
    desk.wait(lambda: desk.clients, "a client")
    assert desk.window.head.state_word.cget("text") == "connecting…"
    desk.client.accept((TONY, MARY), (LOBBY_ROOM,))
    desk.wait(lambda: desk.window.people.names == ["Mary (mary@muca.example)", "Tony (tony@muca.example)"], "people")
    assert desk.window.head.state_word.cget("text") == "joined"
    desk.click(desk.window.head.join)
    desk.wait(lambda: "Already connected to server" in desk.console, "the console")
    desk.click(desk.window.head.leave)
    desk.wait(lambda: desk.window.people.names == [], "an empty list")
    assert desk.client.closing is not None
    desk.click(desk.window.head.join)
    desk.wait(lambda: len(desk.clients) == 2, "another client")


def test_leave_without_a_connection_does_nothing(desk: Desk) -> None:
    before = desk.console
    desk.click(desk.window.head.leave)
    desk.settle()
    assert (desk.console, desk.clients) == (before, [])
