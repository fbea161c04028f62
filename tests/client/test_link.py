"""The link's life, played: what comes in, what goes out, what the consumer is told."""

import json
from random import Random
from typing import Any

import pytest

from muca.client.errors import CannotConnect, NotConnected, Refused
from muca.client.events import Connected, Disconnected, Missed
from muca.client.joining import JOIN_SECONDS
from muca.client.link import HELD_SECONDS, NEXT, Happening, Link, State
from muca.client.tokens import Tokens
from muca.model.errors import ErrorCode
from muca.model.ids import Uid
from muca.model.pushes import Bye, CloseReason, Message, PeerChange, PeerChanged, Reach, RoomOpened
from muca.model.replies import Fail, Page
from muca.model.requests import History, Ping, Send
from muca.model.rooms import LOBBY, Peer, conversation_id
from muca.protocol.encoding import encode_line
from tests.client.play import MARY, TONY, Play
from tests.client.simulated_server import SimulatedServer

ME = Peer(uid="me", nickname="Me")


def a_link(*, reconnect: bool = True) -> Link:
    return Link(uid="me", nickname="Me", reconnect=reconnect, random=Random(1))


def written(link: Link) -> list[dict[str, Any]]:
    """Give the frames that the link wants written, each in a write of its own."""
    return [json.loads(data) for data in link.take_data()]


# The table


def test_every_state_can_be_left_and_only_the_last_one_stays() -> None:
    leaves = {state: {after for (before, _), after in NEXT.items() if before is state} for state in State}

    assert all(State.CLOSED in after for after in leaves.values())
    assert leaves[State.CLOSED] == {State.CLOSED}


def test_what_the_table_does_not_have_is_a_defect() -> None:
    with pytest.raises(KeyError):
        a_link()._go(Happening.ADMITTED)


# JOIN


def test_join_is_one_ascii_object_that_a_first_generation_server_understands() -> None:
    link = Link(uid="žofie", nickname="Žofie", reconnect=True, random=Random(1))

    link.opened(0.0)

    assert link.take_data() == [
        b'{"CMD":"JOIN","UN":"\\u017dofie","UID":"\\u017eofie","V":2}'  # no V, TOKEN or SESSION that is not needed
    ]


def test_joining_brings_peers_and_rooms_and_tells_so_once() -> None:
    play = Play()
    play.server.write("tony", "before")

    play.join()

    (connected,) = play.events()
    assert connected == Connected(
        again=False,
        v=2,
        server_name="Simulated",
        peers=(TONY, MARY, ME),
        rooms=tuple(play.link.rooms.values()),
    )
    assert list(play.link.peers) == ["tony", "mary", "me"]
    assert play.link.rooms[LOBBY].seq == 1
    assert play.link.v == 2


def test_a_made_up_token_claims_the_uid_and_is_to_be_kept_for_the_server_once() -> None:
    play = Play()

    play.join(Tokens("made up"))

    assert play.server.tokens == {"me": "made up"}
    assert play.credentials == [("server-1", "made up")]
    play.cut()
    play.rejoin()
    assert [join.token for join in play.server.joins] == ["made up", "made up"]
    assert play.credentials == [("server-1", "made up")]


def test_when_the_answer_to_the_claim_is_lost_the_same_token_opens_the_uid() -> None:
    play = Play()
    play.open(Tokens("made up"))
    play.carry()
    play.cut()
    assert play.link.state is State.IDLE

    play.join()

    assert play.credentials == [("server-1", "made up")]


def test_a_token_that_the_server_made_instead_is_to_be_kept() -> None:
    play = Play()

    play.join(Tokens(None))

    assert play.credentials == [("server-1", "token of server-1")]


def test_a_known_token_is_not_kept_again() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.join(Tokens("secret", {"server-0": "other", "server-1": "secret"}))

    assert [join.token for join in play.server.joins] == ["secret"]
    assert play.credentials == []


def test_join_is_repeated_with_the_token_of_the_server_that_asks_for_it() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.join(Tokens("made up", {"server-0": "other", "server-1": "secret"}))

    assert [join.token for join in play.server.joins] == ["made up", "secret"]
    assert play.credentials == [("server-1", "secret")]


def test_join_is_repeated_once_and_never_with_the_same_token() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.open(Tokens("wrong", {"server-1": "wrong"}))
    play.settle()
    play.open(Tokens("wrong", {"server-1": "wrong as well"}))
    play.settle()

    assert [join.token for join in play.server.joins] == ["wrong", "wrong", "wrong as well"]
    assert play.link.state is State.IDLE
    assert isinstance(play.link.failure, Refused)
    assert play.link.failure.code is ErrorCode.TOKEN_WRONG


def test_a_refused_first_join_is_for_connect_to_report_and_connect_may_be_tried_again() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"
    play.open()
    play.settle()

    assert isinstance(play.link.failure, Refused)
    assert (play.link.failure.code, str(play.link.failure)) == (ErrorCode.TOKEN_REQUIRED, "No.")
    assert play.events() == []
    play.join(Tokens("secret"))
    assert play.link.state is State.JOINED


def test_a_code_of_a_newer_server_stays_a_string() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK","TYPE":"FAIL","CODE":"full_moon","TEXT":"Not tonight."}\n', 0.0)

    assert isinstance(link.failure, Refused)
    assert (link.failure.code, str(link.failure)) == ("full_moon", "Not tonight.")


def test_a_server_that_says_nothing_is_given_up() -> None:
    link = a_link()
    link.opened(0.0)

    assert link.wake_at == JOIN_SECONDS
    link.tick(JOIN_SECONDS - 0.001)
    assert link.state is State.JOINING
    link.tick(JOIN_SECONDS)

    assert link.state is State.IDLE
    assert isinstance(link.failure, CannotConnect)
    assert "did not answer within 10 seconds" in str(link.failure)


def test_an_answer_that_is_no_answer_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"V":2}}\n', 0.0)

    assert link.state is State.IDLE
    assert "The server sent what is not this protocol" in str(link.failure)


def test_garbage_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b"SSH-2.0-OpenSSH_9.7\r\n", 0.0)

    assert link.state is State.IDLE


# SEND and HISTORY


def test_an_acknowledged_send_gives_the_stored_message_and_the_echo_is_told_once() -> None:
    play = Play()
    play.join()
    play.events()

    request_id = play.link.ask(Send(text="hello", recipients=()), play.now)
    play.follow()
    play.settle()

    stored = play.server.logs[LOBBY][0]
    assert play.answers == {request_id: stored}
    assert play.events() == [stored]
    assert play.link.rooms[LOBBY].seq == 1


@pytest.mark.parametrize(
    ("to", "reach"), [(("tony",), Reach.PRIVATE), (("tony", "mary"), Reach.GROUP), ((), Reach.ALL)]
)
def test_the_answer_says_how_far_the_message_reached(to: tuple[str, ...], reach: Reach) -> None:
    play = Play()
    play.join()

    request_id = play.link.ask(Send(text="hello", recipients=to), play.now)
    play.follow()
    play.settle()

    answer = play.answers[request_id]
    assert isinstance(answer, Message)
    assert answer.reach is reach


def test_a_new_room_is_told_before_its_first_message() -> None:
    play = Play()
    play.join()
    play.events()

    play.server.write("tony", "psst", ["me"])
    play.settle()

    opened, message = play.events()
    assert isinstance(opened, RoomOpened)
    assert isinstance(message, Message)
    assert opened.room == message.room == conversation_id(["me", "tony"])
    assert play.link.rooms[opened.room].seq == 1


def test_nicknames_become_uids_so_that_a_repetition_is_the_same() -> None:
    play = Play()
    play.join()
    play.link.ask(Send(text="hello", recipients=("Tony", "mary", "Nobody", "me")), play.now)

    (frame,) = written(play.link)
    play.cut()
    play.server.others = (Peer(uid="other", nickname="Tony"),)
    play.rejoin_without_answers()

    assert frame["TO"] == ["tony", "mary", "Nobody", "me"]
    assert written_to(play) == [frame]


def written_to(play: Play) -> list[dict[str, Any]]:
    return [json.loads(line) for line in play.to_server.splitlines()]


def test_a_nickname_that_two_peers_share_is_left_to_the_server_to_refuse() -> None:
    play = Play(SimulatedServer(others=(TONY, Peer(uid="tony2", nickname="Tony"))))
    play.join()

    play.link.ask(Send(text="hello", recipients=("Tony",)), play.now)

    assert written(play.link)[0]["TO"] == ["Tony"]


def test_a_refused_request_is_answered_with_the_servers_code() -> None:
    play = Play()
    play.join()
    request_id = play.link.ask(Send(text="hello", recipients=("Nobody",)), play.now)
    fail = Fail(answers=request_id, code=ErrorCode.STORAGE_UNAVAILABLE, explanation="Full.", retry_seconds=5)

    play.link.received(encode_line(fail), play.now)
    play.follow()

    error = play.answers[request_id]
    assert isinstance(error, Refused)
    assert (error.code, str(error), error.retry_seconds) == (ErrorCode.STORAGE_UNAVAILABLE, "Full.", 5)


def test_history_gives_the_page() -> None:
    play = Play()
    for number in range(5):
        play.server.write("tony", str(number))
    play.join()

    request_id = play.link.ask(History(room=LOBBY, after=1, limit=2), play.now)
    play.follow()
    play.settle()

    assert play.answers[request_id] == Page(room=LOBBY, events=tuple(play.server.logs[LOBBY][1:3]), more=True)


def test_requests_before_the_first_join_and_after_the_end_are_refused() -> None:
    play = Play()
    with pytest.raises(NotConnected, match=r"connect\(\) comes first"):
        play.link.ask(Send(text="x", recipients=()), play.now)
    play.join()
    play.link.leave()
    with pytest.raises(NotConnected):
        play.link.ask(Send(text="x", recipients=()), play.now)


def test_a_text_that_cannot_be_written_is_refused_and_does_not_stay() -> None:
    play = Play()
    play.join()

    with pytest.raises(UnicodeEncodeError):
        play.link.ask(Send(text="\ud800", recipients=()), play.now)
    play.cut()
    play.rejoin()
    assert play.server.logs[LOBBY] == []


# The connection breaks


def test_what_was_not_acknowledged_is_asked_again_in_order_and_stored_once() -> None:
    play = Play()
    play.join()
    ids = [play.link.ask(Send(text=text, recipients=()), play.now) for text in ("a", "b", "c")]
    play.follow()
    play.carry()  # the server has stored them; its answers are lost
    play.cut()
    while_down = play.link.ask(Send(text="d", recipients=()), play.now)
    play.rejoin()

    assert [message.text for message in play.server.logs[LOBBY]] == ["a", "b", "c", "d"]
    assert [getattr(play.answers[key], "seq", None) for key in (*ids, while_down)] == [1, 2, 3, 4]
    assert play.messages() == ["a", "b", "c", "d"]


def test_what_never_reached_the_server_is_asked_again_in_order() -> None:
    play = Play()
    play.join()
    for text in ("a", "b", "c"):
        play.link.ask(Send(text=text, recipients=()), play.now)
    play.follow()
    play.cut()
    play.rejoin()

    assert [message.text for message in play.server.logs[LOBBY]] == ["a", "b", "c"]


def test_a_withdrawn_request_is_not_asked_again() -> None:
    play = Play()
    play.join()
    request_id = play.link.ask(Send(text="a", recipients=()), play.now)
    play.follow()
    play.cut()

    play.link.withdraw(request_id)
    play.rejoin()

    assert play.server.logs[LOBBY] == []
    assert play.answers == {}


def test_after_a_break_the_former_session_is_taken_over() -> None:
    play = Play()
    play.join()
    play.cut()
    play.rejoin()

    assert [join.session for join in play.server.joins] == [None, "session-1"]


def test_what_was_missed_comes_after_connected_in_order_and_once() -> None:
    play = Play()
    play.server.history_events_max = 2
    play.server.write("tony", "old")
    play.server.write("tony", "old private", ["me"])
    play.join()
    play.server.write("tony", "1")
    play.settle()
    play.cut()
    for number in range(2, 7):
        play.server.write("tony", str(number))
    play.server.write("mary", "new room", ["me", "tony"])
    play.rejoin()

    first, one, broken, again, *missed = play.events()

    assert isinstance(first, Connected)
    assert isinstance(one, Message)
    assert isinstance(broken, Disconnected)
    assert (broken.explanation, broken.retry_seconds) == ("The cable was pulled.", play.link.retry_at)
    assert isinstance(again, Connected)
    assert again.again
    assert {room.seq for room in again.rooms} == {6 + 1, 1}
    texts = [event.text for event in missed if isinstance(event, Message)]
    assert [text for text in texts if text != "new room"] == ["2", "3", "4", "5", "6"]
    assert len(texts) == 6


def test_live_messages_wait_for_the_missed_ones_of_their_room() -> None:
    play = Play()
    play.join()
    play.cut()
    play.server.write("tony", "1")
    play.now = play.link.retry_at
    play.open()
    play.carry()
    play.hear()
    play.carry()  # HISTORY is with the server, its answer not out yet
    play.server.write("tony", "2")
    play.hear()
    assert play.messages() == []

    play.settle()

    assert play.messages() == ["1", "2"]


def test_a_gap_in_what_is_pushed_is_filled_from_history() -> None:
    play = Play()
    play.join()
    play.server.write("tony", "1")
    assert play.connection is not None
    play.connection.to_client = b""
    play.server.write("tony", "2")
    play.settle()

    assert play.messages() == ["1", "2"]


def test_a_message_that_comes_twice_is_told_once() -> None:
    play = Play()
    play.join()
    message = play.server.write("tony", "1")
    assert play.connection is not None
    play.server.push(play.connection, message)
    play.settle()

    assert play.messages() == ["1"]


def test_what_is_not_for_this_reader_is_skipped() -> None:
    play = Play()
    play.join()
    play.cut()
    room = conversation_id(["me", "tony"])
    for text in ("before the claim", "mine"):
        play.server.write("tony", text, ["me"])
    hidden = play.server.logs[room][0]
    play.now = play.link.retry_at
    play.open()
    play.carry()
    play.hear()
    play.carry()
    assert play.connection is not None
    play.connection.unanswered = [
        reply.replace(encode_line(hidden).strip() + b",", b"") for reply in play.connection.unanswered
    ]
    play.settle()

    assert play.messages() == ["mine"]
    assert play.to_server == b""


def test_a_room_that_is_not_given_is_left_alone() -> None:
    play = Play()
    play.join()
    play.cut()
    play.server.write("tony", "1")
    play.server.fail_history = [Fail(code=ErrorCode.NO_SUCH_ROOM, explanation="No.")]
    play.rejoin()
    play.server.write("tony", "2")
    play.settle()

    assert play.messages() == ["2"]


def test_a_page_that_the_disk_did_not_give_is_asked_for_again_later() -> None:
    play = Play()
    play.join()
    play.cut()
    play.server.write("tony", "1")
    play.server.fail_history = [Fail(code=ErrorCode.STORAGE_UNAVAILABLE, explanation="No.")]
    play.rejoin()
    assert play.messages() == []
    assert play.link.wake_at == play.now + 1.0

    play.tick(1.0)
    play.settle()

    assert play.messages() == ["1"]


def test_a_server_that_was_set_back_to_a_backup_is_followed() -> None:
    play = Play()
    play.join()
    for number in range(5):
        play.server.write("tony", str(number))
    play.settle()
    play.events()
    play.cut()
    del play.server.logs[LOBBY][2:]
    play.rejoin()
    play.server.write("tony", "again 3")
    play.settle()

    assert play.messages() == ["again 3"]


def test_another_server_at_the_address_starts_a_new_log() -> None:
    play = Play()
    play.join()
    play.server.write("tony", "1")
    play.settle()
    play.cut()
    play.server = SimulatedServer("server-2", others=(TONY,))
    for number in range(3):
        play.server.write("tony", f"elsewhere {number}")
    play.rejoin()
    play.server.write("tony", "new")
    play.settle()

    kinds = [type(event) for event in play.events()]
    assert kinds == [Connected, Message, Disconnected, Connected, Missed, Message]
    assert play.credentials[-1] == ("server-2", "token of server-2")


def test_while_down_nobody_is_here_but_the_rooms_stay() -> None:
    play = Play()
    play.join()
    play.cut()

    assert dict(play.link.peers) == {}
    assert list(play.link.rooms) == [LOBBY]
    assert play.link.v is None


def test_pauses_grow_with_every_failed_try_and_start_over_once_a_session_has_held() -> None:
    play = Play()
    play.link._backoff._random = Longest()
    play.join()
    pauses = []
    play.cut()
    for _ in range(3):
        pauses.append(play.link.retry_at - play.now)
        play.now = play.link.retry_at
        play.link.could_not_open(CannotConnect("Nobody answers."), play.now)
    play.rejoin()
    play.cut()
    pauses.append(play.link.retry_at - play.now)
    play.rejoin()
    play.now += HELD_SECONDS
    play.cut()
    pauses.append(play.link.retry_at - play.now)

    assert pauses == pytest.approx([0.25, 0.5, 1.0, 4.0, 0.25])


class Longest(Random):
    """Chance that always takes the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


@pytest.mark.parametrize(
    ("code", "retry_seconds", "state"),
    [
        (ErrorCode.UID_IN_USE, None, State.WAITING),
        (ErrorCode.STORAGE_UNAVAILABLE, 60.0, State.WAITING),
        (ErrorCode.TOKEN_WRONG, None, State.CLOSED),
        (ErrorCode.TOKEN_REQUIRED, None, State.CLOSED),
        (ErrorCode.BAD_NAME, None, State.CLOSED),
    ],
)
def test_whether_a_refused_rejoin_is_tried_again(code: ErrorCode, retry_seconds: float | None, state: State) -> None:
    play = Play()
    play.join()
    waiting = play.link.ask(Send(text="x", recipients=()), play.now)
    play.events()
    play.cut()
    play.now = play.link.retry_at
    play.open()
    play.link.received(encode_line(Fail(code=code, explanation="No.", retry_seconds=retry_seconds)), play.now)
    play.follow()

    assert play.link.state is state
    _, last = play.events()
    assert isinstance(last, Disconnected)
    assert last.explanation == "No."
    if state is State.CLOSED:
        assert last.retry_seconds is None
        assert isinstance(play.answers[waiting], NotConnected)
    else:
        assert last.retry_seconds is not None
        assert last.retry_seconds >= (retry_seconds or 0)
        assert play.answers == {}


@pytest.mark.parametrize(
    ("reason", "resume", "state"),
    [
        (CloseReason.SERVER_STOPPING, True, State.WAITING),
        (CloseReason.SLOW_READER, True, State.WAITING),
        (CloseReason.REPLACED, False, State.CLOSED),
        (CloseReason.LEFT, False, State.CLOSED),
    ],
)
def test_the_servers_goodbye_says_whether_to_come_back(reason: CloseReason, resume: bool, state: State) -> None:
    play = Play()
    play.join()

    play.link.received(encode_line(Bye(code=reason, explanation="Bye.", resume=resume)), play.now)

    assert play.link.state is state
    last = play.events()[-1]
    assert isinstance(last, Disconnected)
    assert (last.explanation, last.retry_seconds is None) == ("Bye.", state is State.CLOSED)


def test_without_reconnect_a_break_is_the_end() -> None:
    play = Play(reconnect=False)
    play.join()
    play.cut()

    assert play.link.state is State.CLOSED
    assert play.events()[-1] == Disconnected(explanation="The cable was pulled.", retry_seconds=None)


def test_leaving_says_so_and_answers_everyone_who_waits() -> None:
    play = Play()
    play.join()
    play.events()
    waiting = play.link.ask(Send(text="x", recipients=()), play.now)
    play.link.take_data()

    play.link.leave()

    assert written(play.link) == [{"CMD": "LEAVE"}]
    assert play.link.state is State.CLOSED
    ((answered, error),) = play.link.take_answers()
    assert answered == waiting
    assert isinstance(error, NotConnected)
    assert dict(play.link.peers) == {}
    assert play.events() == []
    play.link.leave()


@pytest.mark.parametrize("step", ["new", "joining", "waiting"])
def test_leaving_is_possible_at_any_time(step: str) -> None:
    play = Play()
    if step == "joining":
        play.open()
    elif step == "waiting":
        play.join()
        play.cut()

    play.link.leave()
    play.link.lost("Closed.", play.now)
    play.link.received(b"late", play.now)
    play.link.tick(play.now + 100)
    play.link.could_not_open(CannotConnect("late"), play.now)

    assert play.link.state is State.CLOSED


# Is anybody there?


def test_the_servers_ping_is_answered() -> None:
    play = Play()
    play.join()

    play.link.received(encode_line(Ping(request_id="7")), play.now)

    assert written(play.link) == [{"CMD": "PONG", "RE": "7"}]


def test_a_silent_server_is_asked_once_and_then_left() -> None:
    play = Play()
    play.join()
    start = play.now

    assert play.link.wake_at == start + 20
    play.link.tick(start + 19.9)
    assert written(play.link) == []
    play.link.tick(start + 20)
    assert written(play.link) == [{"CMD": "PING"}]
    assert play.link.wake_at == start + 40
    play.link.tick(start + 39.9)
    assert written(play.link) == []
    assert play.link.state is State.JOINED
    play.link.tick(start + 40)
    assert play.link.state is State.WAITING
    assert "Nothing was heard from the server for 40 seconds" in str(play.link.failure)


def test_a_server_that_answers_is_not_left() -> None:
    play = Play()
    play.join()
    for _ in range(10):
        play.tick(20)
        play.settle()

    assert play.link.state is State.JOINED


# A slow consumer


def test_a_consumer_that_does_not_keep_up_gets_everything_all_the_same() -> None:
    play = Play(events_max=10)
    play.join()
    for number in range(100):
        play.server.write("tony", str(number))
        play.settle()
    assert len(play.link._known.inbox) == 10

    texts = [event.text for event in play.all_events() if isinstance(event, Message)]
    assert texts == [str(number) for number in range(100)]


def test_the_answer_to_a_send_does_not_wait_for_the_consumer() -> None:
    play = Play(events_max=10)
    play.join()
    for number in range(100):
        play.server.write("tony", str(number))
    play.settle()

    request_id = play.link.ask(Send(text="x", recipients=()), play.now)
    play.follow()
    play.settle()

    assert isinstance(play.answers[request_id], Message)


def test_changes_that_found_no_place_are_told_as_the_whole_state() -> None:
    play = Play(events_max=4)
    play.join()
    for number in range(10):
        uid: Uid = f"uid-{number}"
        joined = PeerChanged(change=PeerChange.JOINED, uid=uid, nickname=uid)
        play.link.received(encode_line(joined), play.now)

    events = play.events()

    assert [type(event) for event in events] == [Connected, PeerChanged, PeerChanged, PeerChanged, Connected]
    last = events[-1]
    assert isinstance(last, Connected)
    assert last.again
    assert last.peers == tuple(play.link.peers.values())
    assert len(last.peers) == 13


def test_the_end_is_told_even_where_it_found_no_place() -> None:
    play = Play(events_max=2, reconnect=False)
    play.join()
    for number in range(10):
        play.server.write("tony", str(number))
    play.settle()
    play.cut()

    assert play.events()[-1] == Disconnected(explanation="The cable was pulled.", retry_seconds=None)
