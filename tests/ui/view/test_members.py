"""Who is in a named room."""

import pytest

from muca.model.events import Event
from muca.ui.view.members import MemberLists

ROOM = "r-1"


def event(kind: str, sender: str, uid: str | None = None, room: str = ROOM) -> Event:
    return Event(room=room, seq=1, ts_ms=0, kind=kind, sender=sender, nickname=sender, uid=uid)


@pytest.fixture
def members() -> MemberLists:
    members = MemberLists()
    members.begin(ROOM)
    members.add(ROOM, ("mary", "zoe"))
    return members


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (event("enter", "ann"), {"ann", "mary", "zoe"}),
        (event("invite", "mary", "ann"), {"ann", "mary", "zoe"}),
        (event("exit", "zoe"), {"mary"}),
        (event("kick", "mary", "zoe"), {"mary"}),
        (event("ban", "mary", "zoe"), {"mary"}),
        (event("mute", "mary", "zoe"), {"mary", "zoe"}),
        (event("enter", "mary"), {"mary", "zoe"}),
        (event("exit", "zoe", room="r-2"), {"mary", "zoe"}),
    ],
)
def test_who_comes_and_goes_is_followed(members: MemberLists, change: Event, expected: set[str]) -> None:
    assert members.follow(change) is (expected != {"mary", "zoe"})
    assert members.of(ROOM) == expected


def test_a_room_that_nobody_asked_for_is_not_followed(members: MemberLists) -> None:
    members.add("r-2", ("ann",))
    members.follow(event("enter", "ann", room="r-2"))
    assert members.of("r-2") == set()


def test_a_room_is_read_once_until_it_is_forgotten(members: MemberLists) -> None:
    assert not members.begin(ROOM)
    members.drop(ROOM)
    assert members.of(ROOM) == set()
    assert members.begin(ROOM)
    members.clear()
    assert members.begin(ROOM)
