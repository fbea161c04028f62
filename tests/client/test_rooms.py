"""Methods about rooms: what each asks, and what it gives."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from muca.model import requests
from muca.model.replies import Data, Done, Member, MemberPage, RoomPage, Stored
from muca.model.requests import Request
from muca.model.roles import Role
from muca.model.rooms import Room, RoomKind
from tests.client.asker import Asker

STORED = Stored(room="r-1", seq=9, ts_ms=5)
ROOM = Room(room="r-1", kind=RoomKind.NAMED, title="Optics", role=Role.OWNER)
ROOMS = RoomPage(rooms=(ROOM,), next="optics")
MEMBERS = MemberPage(members=(Member(uid="tony", nickname="Tony", role=Role.OWNER, last_seen_ms=5),), more=True)

CALLS: list[tuple[Callable[[Asker], Awaitable[Any]], Request, Data, Any]] = [
    (
        lambda chat: chat.create_room("Optics", topic="Light", private=True),
        requests.Create(title="Optics", topic="Light", private=True),
        ROOM,
        ROOM,
    ),
    (
        lambda chat: chat.list_rooms("opt", after="a", limit=3),
        requests.Rooms(match="opt", after="a", limit=3),
        ROOMS,
        ROOMS,
    ),
    (lambda chat: chat.list_rooms(own=True, limit=500), requests.Rooms(own=True, limit=500), ROOMS, ROOMS),
    (lambda chat: chat.enter("r-1"), requests.Enter(room="r-1"), ROOM, ROOM),
    (lambda chat: chat.exit("r-1"), requests.Exit(room="r-1"), Done(), None),
    (lambda chat: chat.delete_room("r-1"), requests.DeleteRoom(room="r-1"), Done(), None),
    (lambda chat: chat.invite("r-1", "mary"), requests.Invite(room="r-1", uid="mary"), STORED, STORED),
    (
        lambda chat: chat.set_room("r-1", title="t", topic="", private=False, read_only=True, slow_seconds=0),
        requests.Set(room="r-1", title="t", topic="", private=False, read_only=True, slow_seconds=0),
        STORED,
        STORED,
    ),
    (
        lambda chat: chat.set_room("r-1", archived=True, keep_days=7, keep_events=0),
        requests.Set(room="r-1", archived=True, keep_days=7, keep_events=0),
        STORED,
        STORED,
    ),
    (
        lambda chat: chat.members("r-1", after="mary", limit=3),
        requests.Members(room="r-1", after="mary", limit=3),
        MEMBERS,
        MEMBERS,
    ),
]


@pytest.mark.parametrize(("call", "request_", "answer", "given"), CALLS, ids=lambda value: type(value).__name__)
async def test_each_method_asks_its_request_and_gives_what_is_in_the_reply(
    call: Callable[[Asker], Awaitable[Any]], request_: Request, answer: Data, given: Any
) -> None:
    chat = Asker(answer)

    assert await call(chat) == given
    assert chat.asked == [request_]
