"""Names chosen after ``@``, with real keys and clicks."""

from typing import Final

import pytest

from muca.model.events import Event
from muca.model.mentions import EVERYONE, Mention
from muca.model.rooms import Peer
from muca.ui.tk.composer import HELP, LIST_HELP
from muca.ui.tk.rowlist import ROW_PX
from tests.ui.conftest import Desk
from tests.ui.people import HENRY, LOBBY_ROOM, MARY, OPTICS, TONY

OTHER_MARY: Final = Peer(uid="mary@the.lab", nickname="Mary")
SMILE: Final = Peer(uid="smile@lab", nickname="\N{GRINNING FACE} Zoë")


def titles(desk: Desk) -> list[str]:
    """Return the rows as they read; none when the list is closed."""
    shown = desk.window.composer.suggestions
    return [f"{row.title}{row.tail}" for row in shown.list.rows] if shown.winfo_ismapped() else []


def write(desk: Desk, text: str, *, to: str = "ALL") -> None:
    """Go to the message field and write with the keys."""
    desk.window.composer.to_text.set(to)
    desk.focus(desk.window.composer.message)
    desk.type(text)
    desk.wait(lambda: desk.window.composer.text == text, "the text")


def opened(desk: Desk, *expected: str) -> None:
    """Wait until the list shows these rows, or is closed."""
    desk.wait(lambda: titles(desk) == list(expected), f"the list of {expected}; it has {titles(desk)}")


def has_text(desk: Desk, text: str) -> None:
    """Wait until the field has a text."""
    desk.wait(lambda: desk.window.composer.text == text, text)


def sent(desk: Desk) -> tuple[str, object]:
    """Press Enter, and give what goes out with whom it means."""
    count = len(desk.client.sends)
    desk.press("Return")
    desk.wait(lambda: len(desk.client.sends) > count, "a SEND")
    return desk.client.sends[-1][0], desk.client.mentions[-1]


def test_the_list_opens_and_closes_as_names_match(desk: Desk) -> None:
    desk.join()
    write(desk, "ask @m")
    opened(desk, "Mary (mary@muca.example)")
    assert desk.window.composer._hint.cget("text") == LIST_HELP
    desk.type("x")
    opened(desk)
    assert desk.window.composer._hint.cget("text") == HELP
    desk.press("BackSpace")
    opened(desk, "Mary (mary@muca.example)")
    desk.press("Home")
    opened(desk)


def test_one_of_two_people_of_one_name_is_chosen_with_the_arrow_keys(desk: Desk) -> None:
    desk.join(TONY, MARY, OTHER_MARY)
    write(desk, "ask @mary")
    opened(desk, "Mary (mary@muca.example)", "Mary (mary@the.lab)")
    desk.press("Down", "Down", "Down", "Up", "Return")
    has_text(desk, "ask @mary@the.lab ")
    opened(desk)
    assert not desk.client.sends
    assert sent(desk) == ("ask @mary@the.lab", (Mention(uid=OTHER_MARY.uid, begin=4, length=13),))


def test_tab_takes_the_first(desk: Desk) -> None:
    desk.join()
    write(desk, "@he")
    opened(desk, "Henry (henry@muca.example)")
    desk.press("Tab")
    has_text(desk, "@Henry ")
    assert desk.root.focus_get() is desk.window.composer.message
    assert sent(desk) == ("@Henry", (Mention(uid=HENRY.uid, begin=0, length=6),))


def test_a_click_chooses(desk: Desk) -> None:
    desk.join(TONY, MARY, OTHER_MARY)
    write(desk, "@ma")
    opened(desk, "Mary (mary@muca.example)", "Mary (mary@the.lab)")
    names = desk.window.composer.suggestions.list
    desk.click(names, 60, names.row_center_y(1))
    has_text(desk, "@mary@the.lab ")
    desk.wait(lambda: desk.root.focus_get() is desk.window.composer.message, "the focus")
    opened(desk)
    assert sent(desk)[1] == (Mention(uid=OTHER_MARY.uid, begin=0, length=13),)


def test_enter_sends_where_no_arrow_key_was_used(desk: Desk) -> None:
    desk.join()
    write(desk, "thanks @Mary")
    opened(desk, "Mary (mary@muca.example)")
    assert sent(desk) == ("thanks @Mary", None)
    opened(desk)


def test_escape_closes_until_something_is_written(desk: Desk) -> None:
    desk.join()
    write(desk, "@m")
    opened(desk, "Mary (mary@muca.example)")
    desk.press("Escape")
    opened(desk)
    desk.press("Left", "Right")
    opened(desk)
    desk.type("a")
    opened(desk, "Mary (mary@muca.example)")


def test_leaving_the_field_closes(desk: Desk) -> None:
    desk.join()
    write(desk, "@m")
    opened(desk, "Mary (mary@muca.example)")
    desk.press("shift+Tab")
    opened(desk)
    assert desk.window.composer.text == "@m"


def test_a_name_with_an_emoji_is_chosen_in_the_middle_of_a_text(desk: Desk) -> None:
    """Tk counts such a character as two; the place that goes out counts it as one."""
    desk.join(TONY, SMILE)
    composer = desk.window.composer
    composer.to_text.set("ALL")
    desk.focus(composer.message)
    composer.message.insert("1.0", "\N{GRINNING FACE}\N{GRINNING FACE} @\N{GRINNING FACE} and more")
    composer.message.mark_set("insert", composer.message.search(" and", "1.0"))
    desk.press("Left", "Right")
    opened(desk, "\N{GRINNING FACE} Zoë (smile@lab)")
    desk.press("Tab")
    has_text(desk, "\N{GRINNING FACE}\N{GRINNING FACE} @\N{GRINNING FACE} Zoë and more")
    assert composer.message.get("insert", "end-1c") == "and more"
    assert sent(desk)[1] == (Mention(uid=SMILE.uid, begin=3, length=6),)


def test_names_are_forgotten_with_the_draft_and_kept_when_it_is_not_sent(desk: Desk) -> None:
    desk.join()
    write(desk, "@ma", to="Nobody")
    desk.press("Tab")
    has_text(desk, "@Mary ")
    desk.press("Return")
    desk.wait(lambda: "No one here is called" in desk.console[-1], "the console")
    desk.window.composer.to_text.set("ALL")
    assert sent(desk)[1] == (Mention(uid=MARY.uid, begin=0, length=5),)
    desk.type("@Mary")
    has_text(desk, "@Mary")
    assert sent(desk) == ("@Mary", None)


def test_a_changed_name_is_left_to_the_server(desk: Desk) -> None:
    desk.join()
    write(desk, "@ma")
    desk.press("Tab", "BackSpace", "BackSpace")
    has_text(desk, "@Mar")
    assert sent(desk) == ("@Mar", None)


def test_everyone_in_the_room_can_be_chosen(desk: Desk) -> None:
    desk.join()
    write(desk, "@ro")
    opened(desk, "@room (everyone in the room)")
    assert desk.window.composer.suggestions.first.uid == EVERYONE
    desk.press("Tab")
    has_text(desk, "@room ")
    assert sent(desk)[1] == (Mention(room=True, begin=0, length=5),)


def test_in_a_named_room_the_list_comes_with_its_members_and_the_keys_stay_where_they_are(desk: Desk) -> None:
    client = desk.join(TONY, MARY, HENRY, rooms=(LOBBY_ROOM, OPTICS))
    write(desk, "@", to="#Optics, and light")
    opened(desk, "@room (everyone in the room)")
    client.list_members(TONY, MARY)
    opened(desk, "Mary (mary@muca.example)", "@room (everyone in the room)")
    desk.press("Down")
    desk.wait(lambda: desk.window.composer.suggestions.at is not None, "the keys in the list")
    client.tell(Event(kind="enter", room=OPTICS.room, seq=2, ts_ms=0, sender=HENRY.uid, nickname="Henry"))
    opened(desk, "Henry (henry@muca.example)", "Mary (mary@muca.example)", "@room (everyone in the room)")
    desk.press("Return")
    has_text(desk, "@Mary ")


@pytest.mark.parametrize("size", [(720, 440), (1120, 760)])
def test_the_list_is_in_the_window_right_above_the_field_and_follows_the_keys(
    desk: Desk, size: tuple[int, int]
) -> None:
    desk.join(TONY, *(Peer(uid=f"mary{at}@lab", nickname=f"Mary {at}") for at in range(8)))
    desk.resize(*size)
    write(desk, "@ma")
    desk.wait(lambda: titles(desk), "the list")
    desk.press("Up")
    shown = desk.window.composer.suggestions
    desk.wait(lambda: shown.at is not None, "the last row")
    desk.settle()
    top, bottom = shown.winfo_rooty() - desk.root.winfo_rooty(), shown.winfo_rooty() + shown.winfo_height()
    assert top >= 0
    assert bottom <= desk.window.composer.winfo_rooty() + 1
    assert 0 < shown.list.row_center_y(7) < shown.list.winfo_height()
    assert shown.list.winfo_height() % desk.root.look.px(ROW_PX) == 0
