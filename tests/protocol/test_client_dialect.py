"""What is in a reply."""

import msgspec
import pytest

from muca.model.errors import CloseReason
from muca.model.events import Message, Reach
from muca.model.limits import AnnouncedLimits
from muca.model.replies import Data, Hits, Joined, Okay, Page, ServerInfo, Stored
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.protocol.client_dialect import Ack, read_data, read_last_seq
from muca.protocol.client_v2 import ClientV2
from muca.protocol.dialect import ProtocolError
from muca.protocol.v2 import V2

JOINED = Joined(
    session="s",
    server=ServerInfo(id="i", name="Gruppe ü", version="0"),
    limits=AnnouncedLimits(text_chars_max=7),
    features=("history",),
    rooms=(Room(room=LOBBY, kind=RoomKind.LOBBY), Room(room="d-x", kind=RoomKind.DIRECT, members=(), seq=3)),
    peers=(Peer(uid="a", nickname="A"),),
    token="t",
)
STORED = Stored(room="lobby", seq=1, ts_ms=5)
PAGE = Page(room="lobby", events=(Message(reach=Reach.ALL, sender="a", text="}{\n😀"),), more=True)


def ack(line: bytes) -> Ack:
    """Return the reply that a line is."""
    (heard,) = ClientV2().receive(line)
    assert isinstance(heard, Ack)
    return heard


@pytest.mark.parametrize("data", [JOINED, STORED, PAGE], ids=lambda data: type(data).__name__)
def test_data_are_read_as_they_were_written(data: Data) -> None:
    """From the server's words to the same words."""
    reply = ack(V2.encode(Okay(answers="1", data=data)))
    assert (reply.outcome, reply.answers) == ("OKAY", "1")
    assert read_data(reply, type(data)) == data


def test_a_newer_servers_data_may_have_more_fields() -> None:
    """They are ignored."""
    reply = ack(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"ROOM":"lobby","MOOD":"good","SEQ":1,"TS":5}}\n')
    assert read_data(reply, Stored) == STORED


@pytest.mark.parametrize(
    "data",
    [b"", b',"DATA":null', b',"DATA":{}', b',"DATA":7', b',"DATA":{"ROOM":"\xff","SEQ":1,"TS":5}', b',"DATA":[[[]]]'],
)
def test_data_of_another_kind_are_a_bad_frame(data: bytes) -> None:
    """The server does not speak this protocol, or not well."""
    reply = ack(b'{"CMD":"ACK","TYPE":"OKAY"%b}\n' % data)
    with pytest.raises(ProtocolError, match="no Stored in it") as caught:
        read_data(reply, Stored)
    assert caught.value.reason is CloseReason.BAD_FRAME


def test_data_that_are_deep_are_a_bad_frame() -> None:
    """Not the end of the program."""
    deep = msgspec.Raw(b'{"X":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    with pytest.raises(ProtocolError):
        read_data(Ack(outcome="OKAY", data=deep), Stored)


# Servers that are newer


def test_what_is_unknown_in_a_join_is_left_out_and_the_rest_is_read() -> None:
    """A room of another kind, a role, a policy: none of them keeps a client out."""
    reply = ack(
        b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"V":2,"SESSION":"s","ROLE":"archbishop","LIMITS":{},"FEATURES":["x"],'
        b'"SERVER":{"ID":"i","NAME":"N","VERSION":"9","POLICY":"moonlight","TLS":{"PORT":"high"}},'
        b'"ROOMS":[{"ROOM":"lobby","KIND":"lobby","SEQ":3},{"ROOM":"v-1","KIND":"voice"},7,{"ROOM":"r-1","KIND":"named"}],'
        b'"PEERS":[{"UID":"a","UN":"A"},{"UID":5}],"IGNORES":"everybody"}}\n'
    )
    joined = read_data(reply, Joined)
    assert [room.room for room in joined.rooms] == ["lobby", "r-1"]
    assert joined.server == ServerInfo(id="i", name="N", version="9")
    assert (joined.role, joined.ignores, joined.peers) == (Role.MEMBER, (), (Peer(uid="a", nickname="A"),))


def test_an_older_servers_join_is_read() -> None:
    """It had no roles yet."""
    reply = ack(
        b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"V":2,"SESSION":"s","LIMITS":{},"FEATURES":[],'
        b'"SERVER":{"ID":"i","NAME":"N","VERSION":"0"},"ROOMS":[],"PEERS":[]}}\n'
    )
    assert read_data(reply, Joined).role is Role.MEMBER


PAGE_OF_ALL_SORTS = (
    b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"ROOM":"lobby","MORE":true,"EVENTS":['
    b'{"CMD":"WEATHER","SEQ":4},'
    b'{"CMD":"MSG","ROOM":"lobby","SEQ":5,"TS":5,"TYPE":"ALL","FROM":"a","UN":"A","MSG":"x"},'
    b'{"CMD":"EVENT","KIND":"blessing","ROOM":"lobby","SEQ":6,"TS":5,"FROM":"a","UN":"A"},'
    b'{"CMD":"EVENT","KIND":"role","ROLE":"archbishop","ROOM":"lobby","SEQ":7,"TS":5,"FROM":"a","UN":"A"},'
    b'{"CMD":"MSG","ROOM":"lobby","SEQ":8,"TYPE":"GALAXY","FROM":"a","MSG":"x"}]}}\n'
)


def test_what_is_unknown_in_a_page_is_left_out_and_its_end_is_known() -> None:
    """Also where the last events are the unknown ones."""
    reply = ack(PAGE_OF_ALL_SORTS)
    page = read_data(reply, Page)
    assert [event.seq for event in page.events] == [5, 6]
    assert page.more
    assert read_last_seq(reply) == 8


@pytest.mark.parametrize("data", [b"", b',"DATA":{"EVENTS":[{"SEQ":"7"}]}', b',"DATA":{"EVENTS":[]}', b',"DATA":7'])
def test_the_end_of_a_page_without_numbers_is_unknown(data: bytes) -> None:
    """Nothing breaks."""
    assert read_last_seq(ack(b'{"CMD":"ACK","TYPE":"OKAY"%b}\n' % data)) == 0


def test_entries_of_every_list_are_read_one_by_one() -> None:
    """A match in a room of an unknown kind is none."""
    hits = b'{"MESSAGE":{"CMD":"MSG","TYPE":"GALAXY","FROM":"a","MSG":"x"},"MARKS":[]},'
    hits += b'{"MESSAGE":{"CMD":"MSG","TYPE":"ALL","FROM":"a","MSG":"x"},"MARKS":[[0,1]]}'
    found = read_data(ack(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"HITS":[%b],"NEXT":7}}\n' % hits), Hits)
    assert [hit.marks for hit in found.hits] == [((0, 1),)]
    assert found.next == 7
