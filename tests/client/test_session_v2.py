"""A v2 session, played: requests and replies, what was missed, silence."""

import json
from typing import Any

import msgspec
import pytest

from muca.client import session_v2
from muca.client.errors import BadArgument, NotConnected, Refused
from muca.client.events import Connected, Disconnected, Missed, Resynchronised
from muca.client.link import Credential, LinkState
from muca.client.tokens import Tokens
from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind, Message, Reach
from muca.model.pushes import Ignoring, MarkerMoved, PeerChange, PeerChanged, RoomOpened, ServerNotice, TypingNow
from muca.model.replies import Done, Fail, Page
from muca.model.requests import Away, Delete, History, Peers, Ping, Read, Rooms, Send
from muca.model.rooms import LOBBY, Peer, conversation_id
from muca.protocol.encoding import encode_line
from tests.client.play import TONY, Play, written
from tests.client.simulated_server import SimulatedServer


def test_an_acknowledged_send_gives_the_stored_message_and_the_echo_is_told_once() -> None:
    play = Play()
    play.join()
    play.events()

    request_id = play.link.ask(Send(text="hello", recipients=()), Message, play.now)
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

    request_id = play.link.ask(Send(text="hello", recipients=to), Message, play.now)
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
    play.link.ask(Send(text="hello", recipients=("Tony", "mary", "Nobody", "me")), Message, play.now)

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

    play.link.ask(Send(text="hello", recipients=("Tony",)), Message, play.now)

    assert written(play.link)[0]["TO"] == ["Tony"]


def test_a_refused_request_is_answered_with_the_servers_code() -> None:
    play = Play()
    play.join()
    request_id = play.link.ask(Send(text="hello", recipients=("Nobody",)), Message, play.now)
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

    request_id = play.link.ask(History(room=LOBBY, after=1, limit=2), Page, play.now)
    play.follow()
    play.settle()

    page = play.answers[request_id]
    assert isinstance(page, Page)
    assert (page.room, list(page.events), page.more) == (LOBBY, play.server.logs[LOBBY][1:3], True)


def test_requests_before_the_first_join_and_after_the_end_are_refused() -> None:
    play = Play()
    with pytest.raises(NotConnected, match=r"Call connect\(\) first"):
        play.link.ask(Send(text="x", recipients=()), Message, play.now)
    play.join()
    play.link.leave()
    with pytest.raises(NotConnected):
        play.link.ask(Send(text="x", recipients=()), Message, play.now)


def test_a_text_that_cannot_be_written_is_refused_and_does_not_stay() -> None:
    play = Play()
    play.join()

    with pytest.raises(BadArgument):
        play.link.ask(Send(text="\ud800", recipients=()), Message, play.now)
    play.cut()
    play.rejoin()
    assert play.server.logs[LOBBY] == []


# What was missed


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


def lived_through(*, before: int, lost: int, since: int, unseen: bool = False, heard: bool = True) -> Play:
    """Have a server restored: of what it had ``before``, ``lost`` messages more are gone, and ``since`` are new."""
    play = Play()
    if heard:
        play.join()
    for number in range(before):
        play.server.write("tony", f"kept {number + 1}")
    backup = play.server.back_up()
    for number in range(lost):
        play.server.write("tony", f"lost {number + 1}")
    if not heard:
        play.join()
    play.settle()
    play.events()
    play.cut()
    play.server.restore(backup, unseen=unseen)
    for number in range(since):
        play.server.write("tony", f"since {number + 1}")
    return play


def told(play: Play) -> list[object]:
    """Take what the client tells after it is back: texts of messages, and rooms that were set back."""
    heard = [event for event in play.all_events() if isinstance(event, Message | Resynchronised)]
    return [event.text if isinstance(event, Message) else (event.room, event.seq) for event in heard]


@pytest.mark.parametrize("since", [0, 1, 3, 5])
@pytest.mark.parametrize("heard", [True, False])
def test_after_a_restore_what_is_gone_is_said_and_what_is_new_is_told_once(since: int, heard: bool) -> None:
    """With fewer, as many and more new messages than were lost, and for a program that was told nothing yet."""
    play = lived_through(before=2, lost=3, since=since, heard=heard)
    play.rejoin()
    play.server.write("tony", "live")
    play.settle()

    assert told(play) == [(LOBBY, 2), *(f"since {number + 1}" for number in range(since)), "live"]


def test_a_new_epoch_that_lost_nothing_says_nothing() -> None:
    """As after a move to another disk, with a message that was missed on the way."""
    play = lived_through(before=2, lost=0, since=1)
    play.rejoin()

    assert told(play) == ["since 1"]


def test_who_comes_from_another_epoch_than_the_former_one_takes_what_is_there_as_known() -> None:
    play = lived_through(before=2, lost=3, since=2)
    play.server.former_epoch = "epoch-0"
    play.rejoin()
    play.server.write("tony", "live")
    play.settle()

    assert told(play) == [(LOBBY, 0), "live"]


@pytest.mark.parametrize("since", [0, 1, 3, 5])
def test_a_server_that_does_not_know_that_it_was_set_back_is_found_out(since: int) -> None:
    """By a shorter log, or by another event where the last one was."""
    play = lived_through(before=2, lost=3, since=since, unseen=True)
    for log in play.server.logs.values():
        log[2:] = [msgspec.structs.replace(entry, ts_ms=9_000) for entry in log[2:] if isinstance(entry, Message)]
    play.rejoin()
    play.server.write("tony", "live")
    play.settle()

    assert told(play) == [(LOBBY, 0), "live"]


def test_a_room_that_is_gone_begins_anew_when_it_comes_again() -> None:
    play = Play()
    play.join()
    backup = play.server.back_up()
    for number in range(3):
        lost = play.server.write("tony", f"lost {number + 1}", ["me"])
    play.settle()
    play.events()
    play.cut()
    play.server.restore(backup)
    play.rejoin()
    play.server.write("tony", "new", ["me"])
    play.settle()

    assert told(play) == [(lost.room, 0), "new"]


def test_requests_about_what_is_gone_are_refused_and_messages_go_out() -> None:
    """Else an old DELETE would hit whatever has that number now."""
    play = lived_through(before=2, lost=3, since=3)
    ask = play.link.ask
    gone = ask(Delete(room=LOBBY, seq=4), Done, play.now)
    reply = ask(Send(text="Yes", room=LOBBY, reply_to=5), Message, play.now)
    text = ask(Send(text="unsent", recipients=()), Message, play.now)
    play.server.canned[Delete] = Done()
    kept = ask(Delete(room=LOBBY, seq=2), Done, play.now)
    play.rejoin()

    for refused in (gone, reply):
        error = play.answers[refused]
        assert isinstance(error, Refused)
        assert error.code is ErrorCode.NO_SUCH_EVENT
    assert isinstance(play.answers[text], Message)
    assert isinstance(play.answers[kept], Done)
    assert told(play)[-1] == "unsent"


def test_a_slow_consumer_is_told_that_rooms_were_set_back_before_what_is_new() -> None:
    play = Play(events_max=4)
    play.join()
    backup = play.server.back_up()
    for number in range(6):
        play.server.write("tony", f"lost {number + 1}")
    play.settle()
    play.cut()
    play.server.restore(backup)
    play.server.write("tony", "new")
    play.rejoin()

    assert told(play) == ["lost 1", "lost 2", "lost 3", (LOBBY, 0), "new"]


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
    assert play.credentials[-1] == Credential("server-2", "token of server-1")


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
    assert (written(play.link), play.link.state) == ([], LinkState.JOINED)
    play.link.tick(start + 40)
    assert play.link.state is LinkState.WAITING
    assert "The server sent nothing for 40 seconds" in str(play.link.failure)


def test_a_server_that_is_in_the_middle_of_a_frame_is_not_silent() -> None:
    play = Play()
    play.join()

    play.link.received(b'{"CMD":', play.now + 15)
    play.link.tick(play.now + 34)

    assert written(play.link) == []


def test_a_server_that_answers_is_not_left() -> None:
    play = Play()
    play.join()
    for _ in range(10):
        play.tick(20)
        play.settle()

    assert play.link.state is LinkState.JOINED


# What a newer server says


def test_rooms_and_events_of_unknown_kinds_keep_nobody_out_and_nothing_back() -> None:
    play = Play()
    play.server.titles[LOBBY] = "Everybody"
    play.server.history_events_max = 2
    play.join()
    play.cut()
    play.server.write("tony", "1")
    for _ in range(5):
        play.server.shine()
    play.server.happen("blessing", "tony")
    play.server.write("tony", "2")
    play.rejoin()
    play.server.shine()
    play.server.write("tony", "3")
    play.settle()

    told = [event for event in play.events() if isinstance(event, Message | Event)]
    assert [event.text for event in told] == ["1", "", "2", "3"]
    assert play.link.rooms[LOBBY].seq == 10


def test_a_page_that_is_to_be_asked_for_later_is_not_skipped() -> None:
    play = Play()
    play.join()
    play.cut()
    play.server.write("tony", "1")
    play.server.fail_history = [Fail(code=ErrorCode.SLOW_DOWN, explanation="Slowly.", retry_seconds=7.5)]
    play.rejoin()
    assert play.messages() == []
    assert play.link.wake_at == play.now + 7.5

    play.tick(7.5)
    play.settle()

    assert play.messages() == ["1"]


# What pushes change


def test_who_is_put_out_of_a_room_is_told_and_knows_it_no_more() -> None:
    play = Play()
    play.server.logs["r-1"], play.server.members["r-1"] = [], ("me", "tony")
    play.join()
    play.events()
    play.server.happen(EventKind.KICK, "tony", "r-1", uid="me", text="Enough.")
    play.settle()

    (kick,) = play.events()
    assert isinstance(kick, Event)
    assert kick.text == "Enough."
    assert "r-1" not in play.link.rooms


def test_who_is_put_out_of_a_room_that_is_behind_is_told_at_once() -> None:
    play = Play()
    play.server.logs["r-1"], play.server.members["r-1"] = [], ("me", "tony")
    play.join()
    play.cut()
    play.server.happen(EventKind.MUTE, "tony", "r-1", uid="mary")
    play.rejoin_without_answers()
    play.events()
    play.server.happen(EventKind.KICK, "tony", "r-1", uid="me")
    play.hear()
    play.server.members["r-1"] = ("tony",)
    play.settle()

    assert [getattr(event, "kind", None) for event in play.events()] == [EventKind.KICK]


def test_presence_ignores_and_markers_follow_what_is_pushed() -> None:
    play = Play()
    play.join()
    play.events()
    assert play.connection is not None
    away = PeerChanged(change=PeerChange.AWAY, uid="tony", nickname="Tony")
    moved = MarkerMoved(room=LOBBY, uid="mary", seq=1)
    notice = ServerNotice(code="storage_damaged", explanation="Damaged.")
    for push in (away, Ignoring(uids=("zoe",)), notice, TypingNow(room=LOBBY, uid="mary"), moved):
        play.server.push(play.connection, push)
    play.settle()

    assert play.events() == [away, Ignoring(uids=("zoe",)), notice, TypingNow(room=LOBBY, uid="mary"), moved]
    assert (play.link.away, play.link.ignores) == (frozenset({"tony"}), frozenset({"zoe"}))
    back = PeerChanged(change=PeerChange.BACK, uid="tony", nickname="Tony")
    play.server.push(play.connection, back)
    play.settle()
    assert play.link.away == frozenset()


def test_a_message_that_was_read_elsewhere_is_read_here() -> None:
    play = Play()
    play.join()
    for number in range(3):
        play.server.write("tony", f"{number} @me")
    play.settle()
    room = play.link.rooms[LOBBY]
    assert (room.unread, room.mentions) == (3, 3)

    play.link.ask(Read(room=LOBBY, seq=2), Done, play.now)
    play.follow()
    play.settle()

    room = play.link.rooms[LOBBY]
    assert (room.read, room.unread, room.mentions) == (2, 1, 1)


def test_who_is_away_stays_so_over_a_break() -> None:
    play = Play()
    play.server.canned[Away] = Done()
    play.join()
    play.link.ask(Away(), Done, play.now)
    play.follow()
    play.settle()
    play.cut()
    play.rejoin_without_answers()

    assert {"CMD": "AWAY"} in written_to(play)


def test_what_join_brought_is_known_but_for_the_token() -> None:
    play = Play()
    play.join(Tokens(None))

    assert play.link.joined is not None
    assert (play.link.joined.session, play.link.joined.token) == ("session-1", None)


def a_busy_server(conversations: int = 5) -> SimulatedServer:
    """Return one where JOIN lists the lobby and one of so many conversations. In each is one unread message."""
    server = SimulatedServer(others=(TONY,))
    server.rooms_in_join_max, server.rooms_a_page = 2, 2
    for number in range(conversations):
        server.write(f"writer{number}", "hello", ["me"])
    return server


def test_rooms_that_join_did_not_list_are_asked_for_and_told_as_a_whole() -> None:
    play = Play(a_busy_server())
    play.join()

    first, whole = play.events()
    assert isinstance(first, Connected)
    assert isinstance(whole, Connected)
    assert (len(first.rooms), len(whole.rooms)) == (2, 6)
    assert whole.again
    assert [room.unread for room in play.link.rooms.values()] == [0, 1, 1, 1, 1, 1]
    assert sum(isinstance(request, Rooms) for request in play.server.asked) == 3

    message = play.server.write("writer4", "again", ["me"])
    play.settle()
    assert play.events() == [message]
    assert play.link.rooms[message.room or ""].unread == 2


def a_large_server(people: int = 5, page: int = 2) -> SimulatedServer:
    """Return one where JOIN lists the first of so many people."""
    server = SimulatedServer(others=tuple(Peer(uid=f"p{number}", nickname=f"P{number}") for number in range(people)))
    server.peers_a_page = page
    return server


def test_people_that_join_did_not_list_are_asked_for_and_told_as_a_whole() -> None:
    play = Play(a_large_server())
    play.join()

    first, whole = play.events()
    assert isinstance(first, Connected)
    assert isinstance(whole, Connected)
    assert [peer.uid for peer in first.peers] == ["p0", "p1", "me"]
    assert [peer.uid for peer in whole.peers] == list(play.link.peers) == ["p0", "p1", "p2", "p3", "p4", "me"]
    assert whole.again
    assert [request.after for request in play.server.asked if isinstance(request, Peers)] == [2, 4]


def test_rooms_and_people_that_join_did_not_list_are_told_together() -> None:
    play = Play(a_large_server(8))
    play.server.rooms_in_join_max, play.server.rooms_a_page = 2, 2
    for number in range(3):
        play.server.write(f"p{number}", "hello", ["me"])
    play.join()

    _, whole = play.events()
    assert isinstance(whole, Connected)
    assert (len(whole.rooms), len(whole.peers)) == (4, 9)


def test_a_server_that_refuses_to_list_people_is_not_asked_again() -> None:
    play = Play(a_large_server())
    play.server.canned[Peers] = Fail(code=ErrorCode.UNKNOWN_COMMAND, explanation="?")
    play.join()

    assert list(play.link.peers) == ["p0", "p1", "me"]
    assert sum(isinstance(request, Peers) for request in play.server.asked) == 1


def test_what_pushes_have_told_of_a_room_stays_when_its_page_comes() -> None:
    play = Play(a_busy_server(2))
    play.open()
    play.carry()
    play.hear()
    play.carry()  # the page is made
    message = play.server.write("writer1", "again", ["me"])
    play.hear()
    play.settle()
    assert play.link.rooms[message.room or ""].seq == 2


def test_what_was_missed_in_rooms_that_join_did_not_list_is_told_once() -> None:
    play = Play(a_busy_server())
    play.join()
    play.cut()
    play.events()
    for number in range(5):
        play.server.write(f"writer{number}", f"missed {number}", ["me"])
    play.rejoin()
    assert sorted(play.messages()) == [f"missed {number}" for number in range(5)]


def test_a_page_of_rooms_that_the_disk_did_not_give_is_asked_for_again_later() -> None:
    play = Play(a_busy_server())
    play.server.fail_rooms = [Fail(code=ErrorCode.STORAGE_UNAVAILABLE, explanation="No.", retry_seconds=3)]
    play.join()
    assert len(play.link.rooms) == 2
    play.tick(2.9)
    assert play.to_server == b""
    play.tick(0.2)
    play.settle()
    assert len(play.link.rooms) == 6


def test_a_page_of_rooms_that_is_refused_is_done_without() -> None:
    play = Play(a_busy_server())
    play.server.fail_rooms = [Fail(code=ErrorCode.BAD_REQUEST, explanation="No.")]
    play.join()
    play.tick(60)
    play.settle()
    assert len(play.link.rooms) == 2


def test_only_so_many_pages_of_rooms_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_v2, "ROOM_PAGES_MAX", 2)
    play = Play(a_busy_server(9))
    play.join()
    assert len(play.link.rooms) == 5
