"""The window, with real keys and clicks."""

import tkinter as tk

import pytest

from muca.client.errors import Refused
from muca.model.errors import ErrorCode
from muca.model.pushes import PeerChange, Reach, RoomOpened
from muca.model.rooms import LOBBY, Peer, RoomKind
from muca.ui.chat import State
from muca.ui.tk.palette import DARK, LIGHT
from tests.ui.conftest import Desk
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    NOON_MS,
    PROFILE,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    message,
)


def has_keys(desk: Desk, widget: tk.Misc) -> None:
    """Wait until a widget has the keys."""
    desk.wait(lambda: desk.root.focus_get() is widget, f"the focus on {widget}")


def test_the_title_names_the_person(desk: Desk) -> None:
    assert desk.root.title() == "muca — Tony"
    assert desk.root.winfo_class() == "Muca"


def test_the_connection_line_says_who_and_where(desk: Desk) -> None:
    values = [label.cget("text") for label, _ in desk.window.head._fields]
    assert values == [PROFILE.nickname, PROFILE.uid, PROFILE.server, str(PROFILE.port)]
    assert desk.window.head.state_word.cget("text") == "not connected"


# JOIN and LEAVE


def test_join_and_leave_by_click(desk: Desk) -> None:
    desk.click(desk.window.head.join)
    desk.wait(lambda: desk.clients, "a client")
    assert desk.window.head.state_word.cget("text") == "connecting…"
    desk.client.accept((TONY, MARY), (LOBBY_ROOM,))
    desk.wait(lambda: desk.window.people.names == ["Tony (tony@muca.example)", "Mary (mary@muca.example)"], "people")
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


def test_a_refusal_is_said(desk: Desk) -> None:
    desk.window.join()
    desk.client.refuse(Refused(ErrorCode.UID_IN_USE, "The user id is in use on another connection now."))
    desk.wait(lambda: "✕ The user id is in use on another connection now." in desk.console, "the console")
    assert desk.window.head.state_word.cget("text") == "not connected"


def test_the_window_lives_while_it_connects(desk: Desk) -> None:
    desk.window.join()
    desk.type("Mary")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Mary", "the keys")
    assert desk.chat.state is State.JOINING


def test_a_break_is_said_and_the_people_are_gone_until_it_is_over(desk: Desk) -> None:
    client = desk.join()
    client.break_off("The connection broke.", 2.0)
    desk.wait(lambda: desk.window.head.state_word.cget("text") == "connection lost", "the state")
    assert desk.window.people.names == []
    assert desk.console[-1] == "✕ The connection broke. Next try in 2 s, or at once with JOIN."
    client.accept((TONY, MARY), (LOBBY_ROOM,), again=True)
    desk.wait(lambda: len(desk.window.people.names) == 2, "people")


def test_people_come_and_go_in_the_list(desk: Desk) -> None:
    client = desk.join(TONY)
    client.change(PeerChange.JOINED, MARY)
    desk.wait(lambda: desk.window.people.names[-1:] == ["Mary (mary@muca.example)"], "Mary")
    client.change(PeerChange.LEFT, MARY)
    desk.wait(lambda: len(desk.window.people.names) == 1, "her going")


# SEND


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
    desk.wait(lambda: "press JOIN" in composer._hint.cget("text"), "the hint")
    assert desk.console[-1] == "✕ Not sent. You are not connected: press JOIN first."
    client = desk.join()
    desk.press("Return")
    desk.wait(lambda: "TO is empty" in desk.console[-1], "the console")
    desk.focus(composer.to)
    desk.type("Nobody")
    desk.press("Return", "Return")
    desk.wait(lambda: "Nobody here is called «Nobody»" in desk.console[-1], "the console")
    assert composer.text == "Hello"
    assert not client.sends


def test_tab_goes_through_the_names(desk: Desk) -> None:
    desk.join(TONY, MARY, Peer(uid="mike", nickname="Mike"))
    desk.type("m")
    seen = []
    for _ in range(3):
        before = desk.window.composer.to_text.get()
        desk.press("Tab")
        desk.wait(lambda before=before: desk.window.composer.to_text.get() != before, "another name")
        seen.append(desk.window.composer.to_text.get())
    assert seen == ["Mary", "Mike", "Mary"]


def test_the_hue_follows_the_recipients_at_once(desk: Desk) -> None:
    composer = desk.window.composer
    desk.join(rooms=(LOBBY_ROOM, WITH_MARY_AND_HENRY))
    expected = (
        ("", "Nobody", "nobody yet"),
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


def test_a_double_click_on_somebody_writes_to_them_and_with_ctrl_adds_them(desk: Desk) -> None:
    desk.join()
    people = desk.window.people.list
    desk.click(people, 60, people.row_center_y(1), times=2)
    desk.wait(lambda: desk.window.composer.to_text.get() == "Mary", "TO")
    has_keys(desk, desk.window.composer.message)
    desk.click(people, 60, people.row_center_y(2), times=2)
    desk.wait(lambda: desk.window.composer.to_text.get() == "Henry", "TO")
    desk.do("keydown", "ctrl")
    try:
        desk.click(people, 60, people.row_center_y(3), times=2)
    finally:
        desk.do("keyup", "ctrl")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Henry, Peter", "TO")


def test_somebody_is_chosen_with_the_keys_too(desk: Desk) -> None:
    desk.join()
    desk.focus(desk.window.people.list)
    desk.press("Down", "Down", "Return")
    desk.wait(lambda: desk.window.composer.to_text.get() == "Henry", "TO")
    has_keys(desk, desk.window.composer.message)


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


def test_space_and_return_press_buttons(desk: Desk) -> None:
    for key in ("space", "Return"):
        desk.focus(desk.window.console.toggle)
        was_open = desk.window.console.is_open
        desk.press(key)
        desk.wait(lambda was_open=was_open: desk.window.console.is_open is not was_open, key)


def test_a_failed_message_can_be_sent_again_with_a_click(desk: Desk) -> None:
    client = desk.join()
    desk.window.composer.to_text.set("ALL")
    desk.window._send("ALL", "Hello")
    client.sends[0][3].set_exception(Refused(ErrorCode.STORAGE_UNAVAILABLE, "The disk is full."))
    desk.wait(lambda: "Not sent. The disk is full." in desk.text, "the failure")
    (button,) = desk.window.messages._buttons.values()
    desk.click(button)
    desk.wait(lambda: len(client.sends) == 2, "another SEND")
    assert "sending…" in desk.text
    assert not desk.window.messages._buttons


# What is shown


def tags_at(desk: Desk, words: str) -> set[str]:
    """Give the tags of the first place where these words stand."""
    where = desk.window.messages.text.search(words, "1.0")
    assert where, words
    return set(desk.window.messages.text.tag_names(where))


def test_messages_stand_at_their_side_in_their_hue(desk: Desk) -> None:
    client = desk.join(rooms=(LOBBY_ROOM, WITH_MARY, WITH_MARY_AND_HENRY))
    client.tell(message(MARY, "to all", seq=1))
    client.tell(message(MARY, "to one", seq=1, room=WITH_MARY))
    client.tell(message(HENRY, "to some", seq=1, room=WITH_MARY_AND_HENRY))
    client.tell(message(TONY, "my own", seq=2, room=WITH_MARY_AND_HENRY))
    desk.wait(lambda: "my own" in desk.text, "the messages")
    text = desk.window.messages.text
    for words, reach, hue in (
        ("to all", Reach.ALL, LIGHT.everyone),
        ("to one", Reach.PRIVATE, LIGHT.private),
        ("to some", Reach.GROUP, LIGHT.group),
    ):
        assert f"received-{reach}" in tags_at(desk, words)
        assert str(text.tag_cget(f"received-{reach}", "foreground")) == hue.text
        where = text.bbox(text.search(words, "1.0"))
        assert where is not None
        assert where[0] > text.winfo_width() // 2
    assert "own" in tags_at(desk, "my own")
    own = text.bbox(text.search("[To: Henry, Mary] my own", "1.0"))
    assert own is not None
    assert own[0] < 40


def test_received_messages_end_at_the_right_edge_at_every_size(desk: Desk) -> None:
    client = desk.join()
    client.tell(message(MARY, "short", seq=1))
    client.tell(message(MARY, "two\nlines of which one is longer", seq=2, later_s=1))
    client.tell(message(MARY, "long " * 60, seq=3, later_s=2))
    desk.wait(lambda: "long" in desk.text, "the messages")
    text = desk.window.messages.text
    for size in ((1120, 760), (720, 520), (1300, 900)):
        desk.resize(*size)
        for words in ("short", "longer"):
            text.see("1.0")
            desk.settle()
            box = text.bbox(f"{text.search(words, '1.0')} + {len(words) - 1} chars")
            assert box is not None
            assert 0 <= text.winfo_width() - (box[0] + box[2]) - 20 <= 12


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


def test_the_view_follows_unless_one_has_scrolled_up(desk: Desk) -> None:
    client = desk.join()
    messages = desk.window.messages
    for seq in range(1, 101):
        client.tell(message(MARY, f"message {seq}", seq=seq, later_s=seq))
    desk.wait(lambda: messages.row_count == 100, "the messages")
    desk.settle()
    assert messages.text.dlineinfo("end-1c") is not None
    desk.click(messages.text, 5, 50, button=4, times=10)
    desk.wait(lambda: not messages.follows, "having scrolled up")
    top = messages.text.index("@0,0")
    client.tell(message(MARY, "the newest", seq=101, later_s=101))
    desk.wait(messages.jump.winfo_ismapped, "the button")
    assert messages.text.index("@0,0") == top
    assert desk.chat.timeline.conversations[LOBBY].unread == 1
    desk.click(messages.jump)
    desk.wait(lambda: messages.follows and not messages.jump.winfo_ismapped(), "the end")
    assert messages.text.dlineinfo("end-1c") is not None
    desk.wait(lambda: desk.chat.timeline.conversations[LOBBY].unread == 0, "reading")


def test_the_view_follows_through_a_change_of_size(desk: Desk) -> None:
    client = desk.join()
    for seq in range(1, 51):
        client.tell(message(MARY, f"message {seq} " * 9, seq=seq, later_s=seq))
    desk.wait(lambda: desk.window.messages.row_count == 50, "the messages")
    for size in ((720, 520), (1300, 900), (800, 560)):
        desk.resize(*size)
        assert desk.window.messages.text.dlineinfo("end-1c") is not None


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


def test_a_history_that_comes_late_does_not_move_what_one_reads(desk: Desk) -> None:
    client = desk.join()
    messages = desk.window.messages
    for seq in range(101, 201):
        client.tell(message(MARY, f"message {seq}", seq=seq, later_s=seq))
    desk.wait(lambda: messages.row_count == 100, "the messages")
    desk.click(messages.text, 5, 50, button=4, times=5)
    desk.wait(lambda: not messages.follows, "having scrolled up")
    before = messages._key_in_sight()
    desk.chat.timeline.merge([message(HENRY, f"old {seq}", seq=seq, later_s=seq) for seq in range(1, 101)], 0)
    desk.window.refresh()
    desk.settle()
    assert messages.row_count == 200
    assert messages._key_in_sight() == before


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


def test_the_console_folds_and_shows_the_newest(desk: Desk) -> None:
    console = desk.window.console
    for number in range(1, 1_101):
        desk.chat.say(f"line {number}\nand more" if number % 7 == 0 else f"line {number}")
    desk.window.refresh()
    desk.settle()
    assert int(console.text.index("end-1c").partition(".")[0]) == 1_000
    assert console.text.dlineinfo("end-1c") is not None
    desk.click(console.toggle)
    desk.wait(lambda: not console.text.winfo_ismapped(), "folding")
    desk.click(console.toggle)
    desk.wait(console.text.winfo_ismapped, "opening")
    assert console.text.dlineinfo("end-1c") is not None


def test_empty_states_say_what_to_do(desk: Desk) -> None:
    messages = desk.window.messages
    assert messages._empty_hint.cget("text") == "Press JOIN to connect to 127.0.0.1:40452."
    client = desk.join(TONY)
    assert messages._empty_title.cget("text") == "Nobody else is here yet"
    assert messages._empty_hint.cget("text") == "Give them this address: 127.0.0.1:40452"
    client.change(PeerChange.JOINED, MARY)
    desk.wait(lambda: messages._empty_title.cget("text") == "No messages yet", "the hint")
    client.tell(message(MARY, "hi", seq=1))
    desk.wait(lambda: not messages._empty.winfo_ismapped(), "the hint's going")


def test_ten_thousand_messages_stay_and_the_oldest_go(desk: Desk) -> None:
    """Between the batches the event loop turns: a key that is pressed meanwhile arrives before the flood is over."""
    client = desk.join()
    total = 12_000
    for seq in range(1, total + 1):
        client.tell(message(MARY if seq % 3 else HENRY, f"message {seq}", seq=seq, later_s=seq))
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1
        desk.root.after(1, turn)

    turn()
    written: list[int] = []
    desk.window.composer.to_text.trace_add("write", lambda *_: written.append(len(desk.chat.timeline.entries)))
    desk.window.composer.to.event_generate("<Key-x>", when="tail")
    desk.wait(lambda: f"message {total}" in desk.window.messages.text.get("end-2l", "end"), "the newest message")
    assert turns > 50
    assert written
    assert written[0] < 10_000
    assert 10_000 <= desk.window.messages.row_count < 10_500
    assert desk.window.messages.row_count == len(desk.chat.timeline.entries)
    assert len([name for name in desk.window.messages.text.mark_names() if name.startswith("row-")]) < 10_500
    assert desk.window.messages.text.dlineinfo("end-1c") is not None


@pytest.mark.parametrize(
    "text",
    [
        "😀👍🏽👨‍👩‍👧🇯🇵",
        "مرحبا بكم",
        "שלום עולם",
        "x" * 10_000,
        "\x00\x1b[31m\u202e\ud800\uffff",
        "e\u0301" * 500,
        "\t\n\n\n",
        "[Tony] I",
    ],
    ids=["emoji", "arabic", "hebrew", "long", "poison", "combining", "blank", "forged"],
)
def test_any_text_and_name_can_be_shown(desk: Desk, text: str) -> None:
    name = text.replace("\ud800", "")  # no name with a lone surrogate ever came through a dialect
    stranger = Peer(uid=f"uid {name}"[:120], nickname=name[:60])
    client = desk.join(TONY, stranger)
    client.tell(message(stranger, text, seq=1))
    client.tell(message(stranger, text, seq=1, room=WITH_MARY))
    desk.wait(lambda: desk.window.messages.row_count == 2, "the message")
    desk.settle()
    desk.window._write_to(stranger.uid, False)
    desk.settle()
    assert len(desk.window.people.names) == 2


def test_a_long_name_is_cut_and_whole_in_a_tooltip(desk: Desk) -> None:
    stranger = Peer(uid="u" * 120, nickname="n" * 60)
    desk.join(TONY, stranger)
    people = desk.window.people.list
    desk.do("mousemove", str(people.winfo_rootx() + 60), str(people.winfo_rooty() + people.row_center_y(1)))
    desk.wait(lambda: people._tip.toplevel is not None, "the tooltip")
    assert people._tip.text == f"{stranger.nickname} ({stranger.uid})"


def test_closing_the_window_leaves_first(desk: Desk) -> None:
    client = desk.join()
    desk.root.tk.call(desk.root.protocol("WM_DELETE_WINDOW"))
    assert client.closing is not None
    with pytest.raises(tk.TclError):
        desk.root.winfo_exists()
