"""Writing, with real keys and clicks."""

import tkinter as tk

from muca.model.events import Reach
from muca.model.rooms import Peer
from tests.ui.conftest import Desk
from tests.ui.people import (
    LOBBY_ROOM,
    MARY,
    NOON_MS,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    message,
)


def has_keys(desk: Desk, widget: tk.Misc) -> None:
    """Wait until a widget has the keys."""
    desk.wait(lambda: desk.root.focus_get() is widget, f"the focus on {widget}")


def test_a_message_is_written_and_sent_with_the_keys_alone(desk: Desk) -> None:
    client = desk.join()
    desk.type("mar")
    desk.press("Tab")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Mary", "the completion")
    desk.press("Tab")
    has_keys(desk, desk.window.composer.message)
    desk.type("Hello")
    desk.press("shift+Return")
    desk.type("there")
    desk.wait(lambda: desk.window.composer.text == "Hello\nthere", "the text")
    desk.press("Return")
    desk.wait(lambda: client.sends, "a SEND")
    assert client.sends[0][:2] == ("Hello\nthere", (MARY.uid,))
    assert desk.window.composer.text == ""
    assert "[To: Mary] Hello\nthere  sending…" in desk.text
    client.store(0, room=WITH_MARY.room, seq=1, ts_ms=NOON_MS, reach=Reach.PRIVATE, sender=TONY)
    desk.wait(lambda: "sending" not in desk.text, "the ACK")


def test_send_by_click(desk: Desk) -> None:
    client = desk.join()
    desk.type("ALL")
    desk.click(desk.window.composer.message)
    has_keys(desk, desk.window.composer.message)
    desk.type("Hello")
    desk.click(desk.window.composer.button)
    desk.wait(lambda: client.sends, "a SEND")
    assert client.sends[0][:2] == ("Hello", ())


def test_what_is_missing_is_said_and_the_text_is_kept(desk: Desk) -> None:
    composer = desk.window.composer
    desk.focus(composer.message)
    desk.type("Hello")
    desk.press("Return")
    desk.wait(lambda: "Press JOIN" in composer._hint.cget("text"), "the hint")
    assert desk.console[-1] == "✕ Not sent. You are not connected. Press JOIN first."
    client = desk.join()
    desk.wait(lambda: "Enter to send" in composer._hint.cget("text"), "the hint to go: things have changed")
    desk.press("Return")
    desk.wait(lambda: "TO is empty" in desk.console[-1], "the console")
    desk.focus(composer.to)
    desk.type("Nobody")
    desk.press("Return", "Return")
    desk.wait(lambda: "No one here is called “Nobody”" in desk.console[-1], "the console")
    assert composer.text == "Hello"
    assert not client.sends


def test_tab_goes_through_the_names(desk: Desk) -> None:
    desk.join(TONY, MARY, Peer(uid="mike", nickname="Mike"))
    desk.type("m")

    def next_name() -> str:
        before = desk.window.composer.to_text.get()
        desk.press("Tab")
        desk.wait(lambda: desk.window.composer.to_text.get() != before, "another name")
        return desk.window.composer.to_text.get()

    assert [next_name() for _ in range(3)] == ["Mary", "Mike", "Mary"]


def test_the_hue_follows_the_recipients_at_once(desk: Desk) -> None:
    composer = desk.window.composer
    desk.join(rooms=(LOBBY_ROOM, WITH_MARY_AND_HENRY))
    expected = (
        ("", "Nobody", "no recipient yet"),
        ("ALL", "Everyone", "✱ everyone"),
        ("Mary", "Private", "@ private: Mary"),
        ("Mary, Henry", "Group", "3 group: Mary, Henry"),
        ("Bob", "Nobody", "? check the name"),
    )
    for to, hue, words in expected:
        composer.to_text.set(to)
        assert composer.chip.cget("text") == words
        assert str(composer.chip.cget("style")) == f"{hue}.Chip.TLabel"
        assert str(composer.button.cget("style")) == f"{hue}.Send.TButton"


def test_what_to_means_is_shown_again_when_the_connection_comes_and_goes(desk: Desk) -> None:
    composer = desk.window.composer
    composer.to_text.set("ALL")
    assert composer.chip.cget("text") == "✱ everyone"
    composer.to_text.set("Mary")
    assert composer.chip.cget("text") == "not connected"
    client = desk.join()
    desk.wait(lambda: composer.chip.cget("text") == "@ private: Mary", "her being here")
    client.break_off("The connection broke.", 2.0)
    desk.wait(lambda: composer.chip.cget("text") == "connection lost", "the break")


def test_a_long_invitation_ends_with_its_field_and_says_that_it_is_cut(desk: Desk) -> None:
    composer = desk.window.composer
    desk.join(TONY, Peer(uid="max", nickname="Prof. Dr. Maximiliane Wolkenstein-Hohenlohe von der Tannenau XI"))
    composer.to_text.set("max")
    for width, is_cut in ((720, True), (1300, False), (720, True)):
        desk.resize(width, 520)
        assert composer._help.cget("text").endswith("…") == is_cut
        assert composer._help.winfo_reqwidth() <= composer.message.winfo_width()


def test_page_up_in_the_message_field_scrolls_the_messages(desk: Desk) -> None:
    client = desk.join()
    for seq in range(1, 101):
        client.tell(message(MARY, f"message {seq}", seq=seq, later_s=seq))
    desk.wait(lambda: desk.window.messages.row_count == 100, "the messages")
    desk.focus(desk.window.composer.message)
    desk.press("Prior")
    desk.wait(lambda: not desk.window.messages.follows, "having scrolled up")
    desk.press("Next", "Next")
    desk.wait(lambda: desk.window.messages.follows, "the end")


def test_shift_tab_goes_back(desk: Desk) -> None:
    composer = desk.window.composer
    desk.focus(composer.message)
    desk.press("shift+Tab")
    has_keys(desk, composer.to)
    desk.press("shift+Tab")
    desk.wait(lambda: desk.root.focus_get() not in {None, composer.to, composer.message}, "what comes before TO")


def test_what_was_wrong_is_said_until_something_is_changed(desk: Desk) -> None:
    composer = desk.window.composer
    desk.focus(composer.message)
    for field in (composer.message, composer.to):
        composer.submit()
        assert "Press JOIN" in composer._hint.cget("text")
        desk.focus(field)
        desk.type("x")
        desk.wait(lambda: "Enter to send" in composer._hint.cget("text"), "the usual hint")


def test_a_long_hint_leaves_send_in_sight(desk: Desk) -> None:
    desk.join(TONY, *(Peer(uid=f"{at}@a.very.long.address.example", nickname="Mary") for at in range(5)))
    desk.resize(720, 520)
    composer = desk.window.composer
    composer.to_text.set("Mary")
    composer.message.insert("1.0", "hello")
    desk.settle()
    composer.submit()
    desk.settle()
    assert "Write the user id" in composer._hint.cget("text")
    assert composer._hint.winfo_rootx() + composer._hint.winfo_width() <= composer.button.winfo_rootx()
    assert composer.winfo_rooty() + composer.winfo_height() <= desk.root.winfo_rooty() + 520


def test_the_message_field_grows_with_its_text_to_a_bound(desk: Desk) -> None:
    message = desk.window.composer.message
    heights = []
    for lines in (1, 4, 40, 0):
        message.delete("1.0", "end")
        message.insert("1.0", "\n".join(["line"] * lines))
        desk.settle()
        heights.append(int(message.cget("height")))
    assert heights == [2, 4, 6, 2]


def test_to_never_holds_what_tk_cannot_delete(desk: Desk) -> None:
    """Half of an emoji left in a field ends the program: such names stand there as user ids."""
    smiling = Peer(uid="smile@lab", nickname="Smile\N{GRINNING FACE}")
    desk.join(TONY, smiling)
    desk.window._write_to(smiling.uid, add=False)
    assert desk.window.composer.to_text.get().startswith("smile@lab")
    desk.window.composer.to_text.set("a\N{GRINNING FACE}b")
    desk.focus(desk.window.composer.to)
    desk.press("End", "BackSpace")
    desk.wait(lambda: desk.window.composer.to_text.get() == "a", "the key")
