"""The feed: its steps, followed by anyone, lead to the rows that a fresh look would give."""

from datetime import UTC

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from muca.model.events import Reach
from muca.model.files import FileInfo
from muca.ui.view.feed import DropBefore, Feed, Insert, Remove, Replace, Row, Step
from muca.ui.view.timeline import DELETED, DROPPED_AT_ONCE, Delivery
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    NOON_MS,
    OPTICS,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    directory_of,
    message,
    new_id,
)

ROOMS = (LOBBY_ROOM, WITH_MARY, WITH_MARY_AND_HENRY)
DAY_S = 86_400


def feed_of() -> Feed:
    return Feed(directory_of(rooms=ROOMS), UTC)


def follow(rows: list[Row], steps: list[Step]) -> list[Row]:
    """Carry steps out on a list of rows, as a list on the screen does."""
    for step in steps:
        keys = [row.key for row in rows]
        match step:
            case Insert(row, before):
                rows.insert(len(rows) if before is None else keys.index(before), row)
            case Replace(row):
                rows[keys.index(row.key)] = row
            case Remove(key):
                del rows[keys.index(key)]
            case DropBefore(key):
                del rows[: len(rows) if key is None else keys.index(key)]
    return rows


def fresh(feed: Feed) -> list[Row]:
    """Return all rows anew."""
    feed.rebuilt()
    return follow([], feed.take_steps())


def test_a_message_gives_one_row_with_its_day_and_head() -> None:
    feed = feed_of()
    feed.timeline.receive(message(MARY, "hi\x1b", seq=1), 0)
    (step,) = feed.take_steps()
    assert isinstance(step, Insert)
    row = step.row
    assert (row.label, row.text, row.reach, row.own) == ("[Mary]", "hi\ufffd", Reach.ALL, False)
    assert (row.day, row.head) == ("Monday, 23 November 2026", "✱ everyone · 12:00")


def test_what_goes_on_shares_the_head() -> None:
    feed = feed_of()
    for seq, later in enumerate((0, 60, 120, 600, 600 + DAY_S), start=1):
        feed.timeline.receive(message(MARY, str(seq), seq=seq, later_s=later), 0)
    feed.timeline.receive(message(HENRY, "6", seq=6, later_s=601 + DAY_S), 0)
    feed.timeline.receive(message(HENRY, "7", seq=1, later_s=602 + DAY_S, room=WITH_MARY_AND_HENRY), 0)
    rows = fresh(feed)
    assert [row.head is not None for row in rows] == [True, False, False, True, True, True, True]
    assert [row.day is not None for row in rows] == [True, False, False, False, True, False, False]


def test_heads_say_the_kind_by_sign_and_word() -> None:
    feed = feed_of()
    feed.timeline.receive(message(MARY, "p", seq=1, room=WITH_MARY), 0)
    feed.timeline.receive(message(HENRY, "g", seq=1, room=WITH_MARY_AND_HENRY), 0)
    assert [row.head for row in fresh(feed)] == ["@ private · 12:00", "3 group · Henry, Mary, you · 12:00"]


def test_a_filter_shows_one_conversation_with_its_own_heads() -> None:
    feed = feed_of()
    for seq in range(1, 4):
        feed.timeline.receive(message(MARY, f"all {seq}", seq=seq, later_s=seq), 0)
        feed.timeline.receive(message(MARY, f"private {seq}", seq=seq, later_s=seq, room=WITH_MARY), 0)
    feed.show(WITH_MARY.room)
    rows = follow([], feed.take_steps())
    assert [row.text for row in rows] == ["private 1", "private 2", "private 3"]
    assert [row.head is not None for row in rows] == [True, False, False]
    feed.timeline.receive(message(MARY, "all 4", seq=4, later_s=4), 0)
    assert feed.take_steps() == []


def test_the_row_after_a_new_one_is_looked_at_again() -> None:
    feed = feed_of()
    feed.timeline.begin(new_id(), "mine", Reach.ALL, (), NOON_MS)
    rows = follow([], feed.take_steps())
    assert rows[0].day is not None
    feed.timeline.receive(message(MARY, "hers", seq=1), 0)
    rows = follow(rows, feed.take_steps())
    assert [(row.text, row.day is not None) for row in rows] == [("hers", True), ("mine", False)]


def test_dropping_gives_the_first_row_its_day() -> None:
    feed = Feed(directory_of(rooms=ROOMS), UTC)
    feed.timeline._entries_max = 2
    rows: list[Row] = []
    for seq in range(1, 3 + DROPPED_AT_ONCE):
        feed.timeline.receive(message(MARY, str(seq), seq=seq, later_s=seq), 0)
        rows = follow(rows, feed.take_steps())
    assert len(rows) == 2
    assert rows[0].day is not None
    assert rows == fresh(feed)


STEPS = st.sampled_from(("all", "private", "group", "send", "ack", "fail", "retry", "history", "show", "day"))


@given(st.lists(STEPS, max_size=40))
def test_following_the_steps_gives_what_a_fresh_look_gives(steps: list[str]) -> None:
    feed = feed_of()
    timeline = feed.timeline
    rows: list[Row] = []
    seqs = dict.fromkeys(ROOMS, 0)
    later = 0
    sending, failed = [], []
    for step in steps:
        later += 100
        if step in {"all", "private", "group"}:
            room = ROOMS[("all", "private", "group").index(step)]
            seqs[room] += 1
            timeline.receive(message(MARY, step, seq=seqs[room], room=room, later_s=later), 0)
        elif step == "send":
            sending.append(timeline.begin(new_id(), "mine", Reach.ALL, (), NOON_MS + later * 1000))
        elif step == "ack" and sending:
            seqs[LOBBY_ROOM] += 1
            timeline.confirm(sending.pop(), message(TONY, "mine", seq=seqs[LOBBY_ROOM], later_s=later))
        elif step == "fail" and sending:
            failed.append(sending.pop(0))
            timeline.fail(failed[-1], "no")
        elif step == "retry" and failed:
            sending.append(failed.pop())
            timeline.retry(sending[-1], NOON_MS + later * 1000)
        elif step == "history":
            seqs[WITH_MARY] += 2
            timeline.merge([message(MARY, "old", seq=seqs[WITH_MARY] - 1, room=WITH_MARY, later_s=later - 5000)], 0)
        elif step == "show":
            feed.show(WITH_MARY.room if feed.shown is None else None)
        elif step == "day":
            later += DAY_S
        rows = follow(rows, feed.take_steps())
    assert rows == fresh(feed)
    assert [row.delivery is Delivery.FAILED for row in rows].count(True) <= len(failed)


def test_what_is_written_in_a_named_room_says_where() -> None:
    feed = Feed(directory_of(rooms=(*ROOMS, OPTICS)), UTC)
    feed.timeline.receive(message(MARY, "a", seq=2, room=OPTICS), 0)

    (step,) = feed.take_steps()
    assert isinstance(step, Insert)
    assert step.row.head == "# room · Optics, and light · 12:00"


def test_each_file_has_a_line() -> None:
    feed = feed_of()
    cat = FileInfo(file="f-1", name="cat\x1b.jpg", media_type="image/jpeg", bytes=1_234)
    for seq, text in enumerate(("look", ""), 1):
        sent = msgspec.structs.replace(message(MARY, text, seq=seq), files=(cat,))
        feed.timeline.receive(sent, 0)
    assert [row.text for row in fresh(feed)] == ["look\n“cat\ufffd.jpg”, 1.2 KB", "“cat\ufffd.jpg”, 1.2 KB"]
    feed.timeline.change(LOBBY_ROOM.room, 1, "edited")
    feed.timeline.change(LOBBY_ROOM.room, 2, DELETED)
    assert [row.text for row in fresh(feed)] == ["edited\n“cat\ufffd.jpg”, 1.2 KB", DELETED]
