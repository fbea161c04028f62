"""The message area."""

import msgspec
import pytest
from PIL import ImageColor, ImageGrab

from muca.client.errors import Refused
from muca.model.errors import ErrorCode
from muca.model.events import Reach
from muca.model.pushes import PeerChange
from muca.model.rooms import LOBBY, Peer
from muca.ui.tk.blocks import MARGIN_PX
from muca.ui.tk.messages import AT_ONCE
from muca.ui.tk.palette import LIGHT
from muca.ui.tk.window import LOCAL_SERVER
from tests.ui.conftest import Desk
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    PROFILE,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    message,
    room_of,
)

LONG_NAME = Peer(uid="max", nickname="Prof. Dr. Maximiliane Wolkenstein-Hohenlohe von der Tannenau XI")


def test_a_failed_message_can_be_sent_again_with_a_click(desk: Desk) -> None:
    client = desk.join()
    desk.window.composer.to_text.set("ALL")
    desk.window._send("ALL", "Hello", {})
    client.sends[0][3].set_exception(Refused(ErrorCode.STORAGE_UNAVAILABLE, "The disk is full."))
    desk.wait(lambda: "Not sent. The disk is full." in desk.text, "the failure")
    (button,) = desk.window.messages._buttons.values()
    desk.click(button)
    desk.wait(lambda: len(client.sends) == 2, "another SEND")
    assert "sending…" in desk.text
    assert not desk.window.messages._buttons


def tags_at(desk: Desk, words: str) -> set[str]:
    """Return the tags of the first place where these words stand."""
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


@pytest.mark.parametrize("sender", [TONY, LONG_NAME], ids=["own", "received"])
def test_the_colour_behind_a_name_that_wraps_ends_where_the_block_does(desk: Desk, sender: Peer) -> None:
    client = desk.join(TONY, LONG_NAME, rooms=(LOBBY_ROOM, room_of(TONY, LONG_NAME)))
    client.tell(message(sender, "hello", seq=1, room=room_of(TONY, LONG_NAME)))
    desk.resize(720, 520)
    text = desk.window.messages.text
    desk.wait(lambda: "hello" in desk.text, "the message")
    desk.settle()
    first, last = text.bbox(text.search("[", "1.0")), text.bbox(text.search("]", "1.0"))
    assert first is not None
    assert last is not None
    assert first[1] < last[1]  # it wraps
    x, y = text.winfo_rootx(), text.winfo_rooty() + first[1] + first[3] // 2
    line = ImageGrab.grab((x, y, x + text.winfo_width(), y + 1), xdisplay=desk.root.winfo_screen().partition(".")[0])
    ground, surface = (ImageColor.getrgb(color) for color in (LIGHT.private.ground, LIGHT.surface))
    row = [line.getpixel((at, 0)) for at in range(line.width)]
    colored = [at for at, pixel in enumerate(row) if pixel == ground]
    assert colored[0] == first[0]
    assert colored[-1] < text.winfo_width() - desk.root.look.px(MARGIN_PX) // 2
    assert set(row[colored[-1] + 1 : -2]) == {surface}


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


def test_of_very_many_shown_anew_the_older_ones_follow_bit_by_bit(desk: Desk) -> None:
    client = desk.join()
    messages = desk.window.messages
    total = 2 * AT_ONCE
    pages = [message(MARY, f"message {seq}", seq=seq, later_s=seq) for seq in range(1, total + 1)]
    desk.chat.timeline.merge(pages, 0)
    desk.window.refresh()
    assert messages.row_count == AT_ONCE
    assert f"message {total}" in desk.text
    client.tell(message(MARY, "meanwhile", seq=total + 1, later_s=total + 1))
    desk.wait(lambda: messages.row_count == total + 1, "the rest")
    shown = [line.partition("] ")[2] for line in desk.text.splitlines() if line.startswith("[")]
    assert shown == [*(f"message {seq}" for seq in range(1, total + 1)), "meanwhile"]
    assert messages.text.dlineinfo("end-1c") is not None


def test_a_filter_that_is_changed_before_all_is_shown_shows_its_own(desk: Desk) -> None:
    client = desk.join(rooms=(LOBBY_ROOM, WITH_MARY))
    pages = [message(MARY, f"message {seq}", seq=seq, later_s=seq) for seq in range(1, 3 * AT_ONCE)]
    desk.chat.timeline.merge([*pages, message(MARY, "for you", seq=1, room=WITH_MARY)], 0)
    desk.window.refresh()
    client.tell(message(MARY, "an echo of old", seq=3 * AT_ONCE, later_s=-5))
    desk.window.show_conversation(WITH_MARY.room)
    desk.settle()
    assert desk.window.messages.row_count == 1
    desk.window.show_conversation(None)
    desk.wait(lambda: desk.window.messages.row_count == 3 * AT_ONCE + 1, "everything")


def test_empty_states_say_what_to_do(desk: Desk) -> None:
    messages = desk.window.messages
    assert messages._empty_hint.cget("text") == "Press JOIN to connect to 127.0.0.1:40452."
    client = desk.join(TONY)
    assert messages._empty_title.cget("text") == "No one else is here yet"
    assert messages._empty_hint.cget("text") == LOCAL_SERVER  # its address would lead the others nowhere
    desk.chat.profile = msgspec.structs.replace(PROFILE, server="chat.example")
    assert desk.window._when_empty()[1] == "Others can join at chat.example:40452."
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
