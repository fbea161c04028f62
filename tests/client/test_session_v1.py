"""With a first-generation server, played byte for byte."""

import json
from random import Random
from typing import Any

import pytest

from muca.client.errors import MucaError, NotSupported, Refused
from muca.client.events import Connected, Disconnected, Missed
from muca.client.joining import LIST_SECONDS
from muca.client.link import Link, LinkState
from muca.client.outbox import RequestResult
from muca.client.session_v1 import FRAME_GAP_SECONDS
from muca.model.errors import ErrorCode
from muca.model.events import Message, Reach
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.requests import History, Send
from muca.model.rooms import LOBBY, Peer, conversation_id

OKAY = b'{"CMD": "ACK", "TYPE": "OKAY"}'
ME, TONY, MARY = (
    Peer(uid="me", nickname="Me"),
    Peer(uid="tony", nickname="Tony"),
    Peer(uid="mary", nickname="Mary"),
)


def listed(*peers: Peer) -> bytes:
    return json.dumps({"CMD": "LIST", "DATA": [{"UN": peer.nickname, "UID": peer.uid} for peer in peers]}).encode()


def said(sender: str, text: str, reach: str = "ALL") -> bytes:
    return json.dumps({"CMD": "MSG", "TYPE": reach, "MSG": text, "FROM": sender}).encode()


def opened(events_max: int = 100) -> Link:
    link = Link(uid="me", nickname="Me", reconnect=True, random=Random(1), events_max=events_max)
    link.opened(0.0)
    link.take_data()
    return link


def joined(*others: Peer, events_max: int = 100) -> Link:
    link = opened(events_max)
    link.received(OKAY + listed(*others, ME), 0.0)
    link.take_event(0.0)
    return link


def frames(link: Link) -> list[dict[str, Any]]:
    return [json.loads(data) for data in link.take_data()]


def events(link: Link) -> list[Any]:
    taken = []
    while (event := link.take_event(0.0)) is not None:
        taken.append(event)
    return taken


def ask(link: Link, request: Send | History, now: float = 0.0) -> RequestResult:
    request_id = link.ask(request, Message, now)
    ((answered, answer),) = link.take_answers()
    assert answered == request_id
    return answer


# JOIN


@pytest.mark.parametrize("cut", range(0, len(OKAY + listed(TONY, ME)) + 1, 7))
def test_ack_and_list_complete_the_join_however_they_are_cut(cut: int) -> None:
    link = opened()
    data = OKAY + listed(TONY, ME)

    link.received(data[:cut], 0.0)
    link.received(data[cut:], 0.0)

    assert events(link) == [Connected(again=False, v=1, server_name=None, peers=(TONY, ME), rooms=())]
    assert link.state is LinkState.JOINED
    assert link.v == 1
    assert dict(link.rooms) == {}


def test_the_list_may_come_later() -> None:
    link = opened()
    states = []
    for data, now in ((OKAY, 1.0), (listed(ME), 1.2)):
        link.received(data, now)
        states.append(link.state)

    assert states == [LinkState.JOINING, LinkState.JOINED]


def test_a_server_that_never_lists_is_joined_all_the_same() -> None:
    link = opened()
    link.received(OKAY, 1.0)
    assert link.wake_at == 1.0 + LIST_SECONDS

    link.tick(1.0 + LIST_SECONDS)

    assert events(link) == [Connected(again=False, v=1, server_name=None, peers=(ME,), rooms=())]


def test_a_message_before_the_first_list_is_not_lost() -> None:
    link = opened()

    link.received(OKAY + said("tony", "early") + listed(TONY, ME), 0.0)

    connected, message, change = events(link)
    assert isinstance(connected, Connected)
    assert message.text == "early"
    assert change == PeerChanged(change=PeerChange.JOINED, uid="tony", nickname="Tony")


def test_a_refused_join_is_a_uid_in_use() -> None:
    link = opened()

    link.received(b'{"CMD": "ACK", "TYPE": "FAIL"}', 0.0)

    assert isinstance(link.failure, Refused)
    assert link.failure.code is ErrorCode.UID_IN_USE
    assert "“me”" in str(link.failure)


def test_a_uid_in_use_after_a_break_is_tried_again() -> None:
    link = joined()
    link.lost("Broken.", 1.0)
    link.opened(link.retry_at)

    link.received(b'{"CMD": "ACK", "TYPE": "FAIL"}', link.retry_at)

    assert link.state is LinkState.WAITING


# What comes in


def test_lists_become_changes() -> None:
    link = joined(TONY)

    link.received(listed(ME, MARY), 0.0)

    assert events(link) == [
        PeerChanged(change=PeerChange.LEFT, uid="tony", nickname="Tony"),
        PeerChanged(change=PeerChange.JOINED, uid="mary", nickname="Mary"),
    ]
    assert list(link.peers.values()) == [ME, MARY]


def test_messages_get_the_room_that_follows_and_the_senders_nickname_of_now() -> None:
    link = joined(TONY)

    link.received(said("tony", "a") + said("tony", "b", "PRIVATE") + said("tony", "c", "GROUP") + said("who", "d"), 0.0)

    rooms = [(event.text, event.room, event.nickname, event.seq) for event in events(link)]
    assert rooms == [
        ("a", LOBBY, "Tony", None),
        ("b", conversation_id(["me", "tony"]), "Tony", None),
        ("c", None, "Tony", None),
        ("d", LOBBY, None, None),
    ]


def test_what_is_not_of_the_table_is_left_out() -> None:
    link = joined(TONY)

    link.received(b'1{"CMD":"PING"} {"CMD":"BYE","CODE":"left","TEXT":"x"}' + OKAY + said("tony", "x"), 0.0)

    assert [event.text for event in events(link)] == ["x"]


def test_a_break_may_have_cost_messages_and_that_is_said_once() -> None:
    link = joined(TONY)
    link.lost("Broken.", 1.0)
    link.opened(link.retry_at)
    link.received(OKAY + listed(ME), link.retry_at)

    assert [type(event) for event in events(link)] == [Disconnected, Connected, Missed]


def test_messages_that_find_no_place_are_missed_and_that_is_said_where_they_were() -> None:
    link = joined(TONY, events_max=4)
    for number in range(10):
        link.received(said("tony", str(number)), 0.0)
    first = [link.take_event(0.0) for _ in range(2)]
    link.received(said("tony", "after"), 0.0)

    rest = events(link)

    assert [getattr(event, "text", type(event)) for event in (*first, *rest)] == ["0", "1", "2", "3", Missed, "after"]


# What goes out


@pytest.mark.parametrize(
    ("to", "uids", "reach", "room"),
    [
        ((), [], Reach.ALL, LOBBY),
        (("tony",), ["tony"], Reach.PRIVATE, conversation_id(["me", "tony"])),
        (("Tony",), ["tony"], Reach.PRIVATE, conversation_id(["me", "tony"])),
        (("Tony", "tony", "me", "Me"), ["tony"], Reach.PRIVATE, conversation_id(["me", "tony"])),
        (("Mary", "tony"), ["mary", "tony"], Reach.GROUP, None),
    ],
)
def test_recipients_are_settled_by_the_client(to: tuple[str, ...], uids: list[str], reach: Reach, room: str) -> None:
    link = joined(TONY, MARY)

    answer = ask(link, Send(text="hello\n", recipients=to))

    assert frames(link) == [{"CMD": "SEND", "MSG": "hello\n", "TO": uids, "FROM": "me"}]
    assert answer == Message(reach=reach, room=room, sender="me", nickname="Me", text="hello\n")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (("me",), ErrorCode.NO_RECIPIENT),
        (("Me", "me"), ErrorCode.NO_RECIPIENT),
        (("Nobody",), ErrorCode.UNKNOWN_RECIPIENT),
        (("tony", "Nobody"), ErrorCode.UNKNOWN_RECIPIENT),
        (("Twin",), ErrorCode.AMBIGUOUS_RECIPIENT),
    ],
)
def test_what_a_v2_server_would_refuse_the_client_refuses(to: tuple[str, ...], code: ErrorCode) -> None:
    link = joined(TONY, Peer(uid="twin1", nickname="Twin"), Peer(uid="twin2", nickname="Twin"))

    answer = ask(link, Send(text="hello", recipients=to))

    assert isinstance(answer, Refused)
    assert answer.code is code
    assert frames(link) == []


def test_rooms_that_a_first_generation_server_can_reach() -> None:
    link = joined(TONY, MARY)

    ask(link, Send(text="a", room=LOBBY), 1.0)
    ask(link, Send(text="b", room=conversation_id(["me", "mary"])), 2.0)
    refused = ask(link, Send(text="c", room=conversation_id(["me", "mary", "tony"])), 3.0)

    assert [frame["TO"] for frame in frames(link)] == [[], ["mary"]]
    assert isinstance(refused, Refused)
    assert refused.code is ErrorCode.NO_SUCH_ROOM


def test_there_is_no_history() -> None:
    assert isinstance(ask(joined(), History(room=LOBBY)), NotSupported)


def test_sends_are_written_one_by_one_with_pauses_and_answered_when_written() -> None:
    link = joined(TONY)
    ids = [link.ask(Send(text=text, recipients=()), Message, 5.0) for text in ("a", "b", "c")]

    written: list[tuple[float, list[str], list[str]]] = []
    now = 5.0
    while True:
        sent = [frame["MSG"] for frame in frames(link)]
        written.append((now, sent, [answered for answered, _ in link.take_answers()]))
        if (wake_at := link.wake_at) is None:
            break
        assert wake_at > now
        link.tick(now := wake_at)

    gap = FRAME_GAP_SECONDS
    assert written == [
        (5.0, ["a"], ids[:1]),
        (pytest.approx(5.0 + gap), ["b"], ids[1:2]),
        (pytest.approx(5.0 + 2 * gap), ["c"], ids[2:]),
    ]


def test_a_refused_send_takes_no_pause() -> None:
    link = joined(TONY)
    link.ask(Send(text="a", recipients=()), Message, 0.0)
    link.ask(Send(text="b", recipients=("Nobody",)), Message, 0.0)
    link.ask(Send(text="c", recipients=()), Message, 0.0)

    link.tick(FRAME_GAP_SECONDS)

    assert [frame["MSG"] for frame in frames(link)] == ["a", "c"]
    answers = [answer for _, answer in link.take_answers()]
    assert [isinstance(answer, MucaError) for answer in answers] == [False, True, False]


def test_what_was_not_written_before_a_break_is_written_after_it() -> None:
    link = joined(TONY)
    link.ask(Send(text="a", recipients=()), Message, 0.0)
    link.ask(Send(text="b", recipients=("Mary",)), Message, 0.0)
    link.take_data()
    link.lost("Broken.", 0.01)
    link.opened(link.retry_at)
    link.take_data()

    link.received(OKAY + listed(MARY, ME), link.retry_at)

    assert frames(link) == [{"CMD": "SEND", "MSG": "b", "TO": ["mary"], "FROM": "me"}]


def test_leaving_needs_no_word() -> None:
    link = joined(TONY)

    link.leave()

    assert link.take_data() == []


def test_a_v2_server_may_take_its_place() -> None:
    link = joined(TONY)
    link.lost("Broken.", 0.0)
    link.opened(link.retry_at)
    assert json.loads(link.take_data()[0])["V"] == 2
