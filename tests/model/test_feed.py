"""News can be sent to another process and are the same there."""

import msgspec
import pytest

from muca.model.events import Event, Message, Reach, Settings
from muca.model.facts import Membership, Person
from muca.model.feed import (
    AddressesBanned,
    DevicesSignedOut,
    EventsRemoved,
    IgnoringChanged,
    Logged,
    MarkerPut,
    News,
    PersonChanged,
)
from muca.model.mentions import Mention
from muca.model.pushes import MarkerMoved
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind

MARKER = MarkerMoved(room=LOBBY, uid="mary", seq=3, unread=0, mentions=0)
MESSAGE = Message(
    room="d-1",
    seq=3,
    ts_ms=1,
    reach=Reach.PRIVATE,
    sender="tony",
    nickname="Tony",
    text="@mary 😀",
    mentions=("mary",),
    mention_places=(Mention(uid="mary", begin=0, length=5),),
)
SET = Event(
    kind="set",
    room="r-a",
    seq=9,
    ts_ms=1,
    sender="tony",
    nickname="Tony",
    settings=Settings(title="Lab", archived=True),
)
ALL: list[News] = [
    Logged(entry=MESSAGE, members=("mary", "tony")),
    Logged(
        entry=SET,
        room=Room(room="r-a", kind=RoomKind.NAMED, title="Lab", archived=True),
        member=Membership(uid="mary", role=Role.OWNER),
    ),
    PersonChanged(person=Person(uid="mary", nickname="Mary", claimed=True, changes=4)),
    DevicesSignedOut(uid="mary", number=5, devices=(7, 8)),
    MarkerPut(number=6, marker=MARKER),
    IgnoringChanged(uid="mary", number=7, other="tony", ignored=True, markers=(MARKER,)),
    AddressesBanned(network="192.0.2.0/24"),
    EventsRemoved(rooms={LOBBY: 3}),
]


@pytest.mark.parametrize("news", ALL, ids=lambda news: type(news).__name__)
def test_there_and_back(news: News) -> None:
    decoder: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)
    assert decoder.decode(msgspec.json.encode(news)) == news
