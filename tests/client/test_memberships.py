"""The own rooms: what pushes change of them."""

import msgspec
import pytest

from muca.client.memberships import Memberships
from muca.model.events import Count, Event, EventKind, Message, Reach, Settings
from muca.model.pushes import MarkerMoved
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Last, Room, RoomKind

OPTICS = Room(room="r-1", kind=RoomKind.NAMED, title="Optics", seq=10, read=8, unread=2, mentions=1)


@pytest.fixture
def mine() -> Memberships:
    """One room, of which two messages are unread."""
    memberships = Memberships("me")
    memberships.replace((Room(room=LOBBY, kind=RoomKind.LOBBY), OPTICS))
    return memberships


def message(seq: int, sender: str = "tony", *, mentions: tuple[str, ...] = (), room: bool = False) -> Message:
    return Message(
        room="r-1",
        seq=seq,
        reach=Reach.ROOM,
        sender=sender,
        text="x",
        mentions=mentions,
        mentions_room=room,
    )


def event(kind: str, **fields: object) -> Event:
    given = {"room": "r-1", "seq": 11, "ts_ms": 5, "sender": "tony", "nickname": "Tony"} | fields
    return Event(kind=kind, **given)  # type: ignore[arg-type]


def counts(mine: Memberships) -> tuple[int, int, int, int]:
    room = mine.rooms["r-1"]
    return room.seq, room.read, room.unread, room.mentions


def test_messages_of_others_are_counted_once_and_own_ones_mean_that_all_was_read(mine: Memberships) -> None:
    mine.follow(message(11))
    mine.follow(message(11))
    mine.follow(message(10))
    mine.follow(message(12, mentions=("mary", "me")))
    mine.follow(message(13, room=True))
    assert counts(mine) == (13, 8, 5, 3)

    mine.follow(message(14, "me"))
    assert counts(mine) == (14, 14, 0, 0)


def test_what_people_write_whom_one_ignores_does_not_count(mine: Memberships) -> None:
    mine.ignores = frozenset({"zoe"})
    mine.follow(message(11, "zoe", mentions=("me",)))
    mine.follow(message(12, "zoe", room=True))
    mine.follow(event(EventKind.DELETE, seq=13, of=11, author="zoe", counts=(Count(uid="me", seq=11, by=-1),)))
    assert counts(mine) == (13, 8, 2, 1)


def test_the_newest_message_of_a_conversation_is_followed(mine: Memberships) -> None:
    old = Last(seq=4, ts_ms=1, sender="tony", text="old")
    mine.ignores = frozenset({"zoe"})
    mine.open(Room(room="d-1", kind=RoomKind.DIRECT, seq=4, last=old))

    def last_after(entry: Message | Event) -> Last | None:
        mine.follow(msgspec.structs.replace(entry, room="d-1", ts_ms=5))
        return mine.rooms["d-1"].last

    assert last_after(event(EventKind.REACT, seq=5, of=4)) == old
    assert last_after(message(6)) == Last(seq=6, ts_ms=5, sender="tony", text="x")
    assert last_after(message(7, "zoe")) == Last(seq=6, ts_ms=5, sender="tony", text="x")
    assert last_after(event(EventKind.EDIT, seq=8, of=6, text="y")) == Last(seq=6, ts_ms=5, sender="tony", text="y")
    assert last_after(event(EventKind.DELETE, seq=9, of=4)) == Last(seq=6, ts_ms=5, sender="tony", text="y")
    assert last_after(event(EventKind.DELETE, seq=10, of=6)) is None


def test_a_deleted_message_counts_only_while_it_is_there(mine: Memberships) -> None:
    mine.follow(event(EventKind.DELETE, of=9, author="tony", counts=(Count(uid="me", seq=9, by=-1),)))
    mine.follow(event(EventKind.DELETE, seq=12, of=8, author="tony", counts=(Count(uid="me", seq=8, by=-1),)))
    mine.follow(event(EventKind.DELETE, seq=13, of=10, author="me"))
    assert counts(mine) == (13, 8, 1, 0)


def test_a_mention_that_is_edited_in_counts_at_the_edit(mine: Memberships) -> None:
    mine.follow(event(EventKind.EDIT, of=3, counts=(Count(room=True, seq=11, by=1), Count(uid="mary", seq=9, by=-1))))
    mine.follow(event(EventKind.EDIT, seq=12, of=9, counts=(Count(uid="me", seq=9, by=-1),)))
    mine.follow(event(EventKind.EDIT, seq=13, of=3, sender="me", counts=(Count(room=True, seq=13, by=1),)))
    assert counts(mine) == (13, 8, 2, 1)


def test_ones_own_marker_sets_the_counts_and_others_do_not(mine: Memberships) -> None:
    mine.move_marker(MarkerMoved(room="r-1", uid="tony", seq=10))
    mine.move_marker(MarkerMoved(room="r-2", uid="me", seq=10, unread=0, mentions=0))
    assert counts(mine) == (10, 8, 2, 1)

    mine.move_marker(MarkerMoved(room="r-1", uid="me", seq=9, unread=1))
    assert counts(mine) == (10, 9, 1, 0)


def test_settings_and_the_own_role_follow(mine: Memberships) -> None:
    mine.follow(event(EventKind.SET, settings=Settings(title="Waves", slow_seconds=5)))
    mine.follow(event(EventKind.ROLE, seq=12, uid="me", role=Role.MODERATOR))
    mine.follow(event(EventKind.ROLE, seq=13, uid="mary", role=Role.OWNER))
    mine.follow(event("unheard-of", seq=14))

    room = mine.rooms["r-1"]
    assert (room.title, room.slow_seconds, room.role, room.seq) == ("Waves", 5, Role.MODERATOR, 14)


@pytest.mark.parametrize(
    ("fields", "stays"),
    [
        ({"kind": EventKind.EXIT, "sender": "me"}, False),
        ({"kind": EventKind.KICK, "uid": "me"}, False),
        ({"kind": EventKind.BAN, "uid": "me"}, False),
        ({"kind": EventKind.EXIT}, True),
        ({"kind": EventKind.KICK, "uid": "mary"}, True),
        ({"kind": EventKind.MUTE, "uid": "me"}, True),
        ({"kind": EventKind.KICK, "uid": "me", "room": LOBBY}, True),
    ],
)
def test_who_has_to_leave_is_no_longer_in_the_room(mine: Memberships, fields: dict[str, str], stays: bool) -> None:
    assert mine.follow(event(**fields)) is stays
    assert (fields.get("room", "r-1") in mine.rooms) is stays


def test_a_room_that_is_told_again_is_taken_as_it_is_now_but_for_counts_that_are_older(mine: Memberships) -> None:
    changed = msgspec.structs.replace(OPTICS, topic="Light")

    assert mine.open(changed)
    assert not mine.open(changed)
    assert not mine.open(msgspec.structs.replace(changed, seq=0, read=0, unread=0, mentions=0))
    assert mine.open(msgspec.structs.replace(changed, seq=20, unread=0))
    assert counts(mine) == (20, 8, 0, 1)
