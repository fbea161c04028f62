"""A list of rows."""

from tkinter import ttk
from typing import Any

import pytest

from muca.model.rooms import Peer
from muca.ui.tk.root import Root
from muca.ui.tk.rowlist import ListRow, RowList
from tests.display import Person
from tests.ui.conftest import Desk
from tests.ui.people import (
    TONY,
)


def test_a_long_name_is_cut_and_whole_in_a_tooltip(desk: Desk) -> None:
    stranger = Peer(uid="u" * 120, nickname="n" * 60)
    desk.join(TONY, stranger)  # names are in order: the stranger's comes first
    people = desk.window.people.list
    desk.do("mousemove", str(people.winfo_rootx() + 60), str(people.winfo_rooty() + people.row_center_y(0)))
    desk.wait(lambda: people._tip.toplevel is not None, "the tooltip")
    assert people._tip.text == f"{stranger.nickname} ({stranger.uid})"


def rows_of(count: int) -> list[ListRow]:
    return [
        ListRow(key=at, tile="x", tile_fill="#000000", tile_ink="#ffffff", title=f"row {at}") for at in range(count)
    ]


class Listed:
    """A list of ten thousand, and what was chosen and opened in it."""

    def __init__(self, root: Root) -> None:
        self.chosen: list[int] = []
        self.opened: list[tuple[int, bool]] = []
        self.list = RowList(root, root.look, choose=self.chosen.append, open_row=lambda *what: self.opened.append(what))
        bar = ttk.Scrollbar(root)
        self.list.connect_scrollbar(bar)
        bar.pack(side="right", fill="y")
        self.bar = bar
        self.list.pack(fill="both", expand=True)
        self.list.set_rows(rows_of(10_000))
        root.present("300x400+0+0")
        self.person = Person(root)
        self.person.settle()
        self.person.focus(self.list)

    def texts(self) -> list[str]:
        """Return the texts that are drawn."""
        drawn: Any = self.list  # typeshed has no types for what a canvas tells of its items
        items = (item for item in drawn.find_all() if drawn.type(item) == "text")
        return [text for item in items if (text := drawn.itemcget(item, "text")) != "x"]


@pytest.fixture
def listed(root: Root) -> Listed:
    return Listed(root)


def test_only_rows_in_sight_are_drawn(listed: Listed) -> None:
    assert listed.texts() == [f"row {at}" for at in range(11)]


def test_keys_go_through_the_rows_and_choose_and_open(listed: Listed) -> None:
    listed.person.press("Down", "Down", "space", "End", "Return", "Up", "shift+Return")
    listed.person.wait(lambda: len(listed.opened) == 2, "the keys")
    assert listed.chosen == [2]
    assert listed.opened == [(9_999, False), (9_998, True)]
    assert "row 9999" in listed.texts()
    listed.person.press("Home")
    listed.person.wait(lambda: "row 0" in listed.texts(), "the top")


def test_the_wheel_and_the_scrollbar_move_it_within_bounds(listed: Listed) -> None:
    listed.person.click(listed.list, 50, 50, button=5, times=3)
    listed.person.wait(lambda: listed.texts()[0] == "row 6", "the wheel")
    listed.person.click(listed.list, 50, 50, button=4, times=9)
    listed.person.wait(lambda: listed.texts()[0] == "row 0", "the wheel")
    listed.list._scrolled("moveto", "0.5")
    assert listed.texts()[0] == "row 5000"
    listed.list._scrolled("scroll", "1", "pages")
    assert listed.texts()[0] == "row 5010"
    listed.list._scrolled("moveto", "1")
    assert listed.texts()[-1] == "row 9999"


def test_the_keys_stay_on_their_row_when_others_come(listed: Listed) -> None:
    listed.person.press("Down", "Down", "Down")
    listed.person.wait(lambda: listed.list._at == 3, "the keys")
    listed.list.set_rows([*rows_of(2), *rows_of(10)[3:5]])
    listed.person.press("Return")
    listed.person.wait(lambda: listed.opened, "the key")
    assert listed.opened == [(3, False)]
    listed.list.set_rows([])
    listed.person.press("Return", "space", "Down")
    assert listed.texts() == []
    assert listed.opened == [(3, False)]
