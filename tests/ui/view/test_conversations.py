"""The list of conversations."""

import pytest

from muca.model.events import Message, Reach
from muca.model.rooms import LOBBY, Peer
from muca.ui.view.conversations import conversation_rows, recipients_text
from muca.ui.view.feed import Feed
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    OPTICS,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    directory_of,
    message,
    room_of,
)

ROOMS = (LOBBY_ROOM, WITH_MARY, WITH_MARY_AND_HENRY)


def test_all_and_everyone_come_first_then_the_latest() -> None:
    feed = Feed(directory_of(rooms=ROOMS))
    feed.timeline.receive(message(MARY, "a", seq=1, room=WITH_MARY, later_s=1), 0)
    feed.timeline.receive(message(HENRY, "b", seq=1, room=WITH_MARY_AND_HENRY, later_s=2), 0)
    feed.timeline.receive(message(HENRY, "c", seq=1, later_s=3), 0)
    rows = conversation_rows(feed.timeline, directory_of(rooms=ROOMS))
    assert [(row.sign, row.title, row.unread) for row in rows] == [
        ("≡", "All", 0),
        ("✱", "Everyone", 1),
        ("3", "Henry, Mary, you", 1),
        ("M", "Mary", 1),
    ]


def test_first_generation_conversations_have_names_too() -> None:
    directory = directory_of(rooms=(), keeps_rooms=False)
    feed = Feed(directory)
    feed.timeline.receive(Message(reach=Reach.PRIVATE, sender=MARY.uid, text="p", room=WITH_MARY.room), 1)
    feed.timeline.receive(Message(reach=Reach.GROUP, sender=HENRY.uid, text="g"), 2)
    rows = conversation_rows(feed.timeline, directory)
    assert [(row.sign, row.title) for row in rows[2:]] == [("3+", "Groups"), ("M", "Mary")]
    assert recipients_text(WITH_MARY.room, directory) == "Mary"


def test_choosing_a_conversation_says_whom_it_is_for() -> None:
    directory = directory_of(rooms=ROOMS)
    assert recipients_text(LOBBY, directory) == "ALL"
    assert recipients_text(WITH_MARY.room, directory) == "Mary"
    assert recipients_text(WITH_MARY_AND_HENRY.room, directory) == "Henry, Mary"
    assert recipients_text(None, directory) is None


@pytest.mark.parametrize("keeps_rooms", [True, False])
def test_without_a_connection_it_is_still_said(keeps_rooms: bool) -> None:
    """On a first-generation server, people are named by user id: nothing is sent until they are here."""
    directory = directory_of(rooms=ROOMS, keeps_rooms=keeps_rooms)
    directory.empty()
    assert recipients_text(LOBBY, directory) == "ALL"
    assert recipients_text(WITH_MARY.room, directory) == ("Mary" if keeps_rooms else MARY.uid)


def test_who_cannot_be_named_is_not_named_without_a_connection_either() -> None:
    for uid in ("ALL", "a,b"):
        pair = room_of(TONY, Peer(uid=uid, nickname="😀"))
        directory = directory_of(TONY, rooms=(pair,), keeps_rooms=False)
        assert recipients_text(pair.room, directory) == ""


def test_a_name_that_two_share_is_written_as_the_uid() -> None:
    directory = directory_of(TONY, MARY, HENRY, Peer(uid="mary2", nickname="Mary"), rooms=ROOMS)
    assert recipients_text(WITH_MARY.room, directory) == MARY.uid


def test_a_named_room_goes_by_its_title_and_is_addressed_by_it() -> None:
    directory = directory_of(rooms=(*ROOMS, OPTICS))
    feed = Feed(directory)
    feed.timeline.receive(message(MARY, "a", seq=2, room=OPTICS), 0)

    row = conversation_rows(feed.timeline, directory)[-1]
    assert (row.sign, row.title, row.reach, row.unread) == ("#", "Optics, and light", Reach.ROOM, 1)
    assert recipients_text(OPTICS.room, directory) == "#Optics, and light"
    directory.retitle(OPTICS.room, "😀")
    assert recipients_text(OPTICS.room, directory) == ""
