"""JOIN, LEAVE and every other way in and out."""

import pytest

from muca.core.inputs import (
    Broke,
    CameFrom,
    Closed,
    Heard,
    HttpBegan,
    HttpEnded,
    Misheard,
    Reserved,
    Stopping,
    Woke,
)
from muca.model.changes import AddEvent, PutPerson, PutRoom
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import EventKind, Message, Settings
from muca.model.limits import Limits
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.replies import DeviceList, Fail, Joined, Okay
from muca.model.requests import Devices, Join, Leave, Password, Ping, Pong, Register, Send
from muca.model.rooms import LOBBY
from muca.model.storage import StoreError
from tests.core.answers import Told, code_of, data_of, fail_of
from tests.core.granting import change
from tests.core.world import World


def code(told: Told) -> ErrorCode:
    """The error code of a lone FAIL."""
    (fail,) = told
    assert isinstance(fail, Fail)
    return fail.code


def test_first_v2_join_claims_and_is_told_of_everyone() -> None:
    """A token is sent once, and the peers include the newcomer."""
    world = World()
    tony = world.join("tony")
    welcome = world.welcome(tony)
    assert welcome.token is not None
    assert [peer.uid for peer in welcome.peers] == ["tony"]
    world.drop(tony)
    again = world.welcome(world.join("tony", token=welcome.token))
    assert again.token is None


def test_claimed_uid_needs_its_token() -> None:
    """Neither v1, nor no token, nor a wrong one gets in, and the answer says which server's token is meant."""
    world = World()
    world.drop(world.join("tony"))
    for v, token, expected in ((1, None, "token_required"), (2, None, "token_required"), (2, "no", "token_wrong")):
        connection = world.open()
        told = world.ask(connection, Join(uid="tony", nickname="T", v=v, token=token))
        assert code(told) == expected
        assert isinstance(told[0], Fail)
        assert told[0].server == "server"


def test_client_may_make_up_a_good_token_itself() -> None:
    """So that a lost answer to the claiming JOIN does no harm; a weak token is not accepted."""
    world = World()
    good = "g" * 32
    world.drop(world.join("tony", token=good))
    assert world.welcome(world.join("tony", token=good)).token is None
    assert world.welcome(world.join("mary", token="g" * 31)).token != "g" * 31


def test_guest_uid_is_free_when_nobody_uses_it() -> None:
    """Anyone may use a UID that only v1 clients have used."""
    world = World()
    world.drop(world.join("bob", v=1))
    world.drop(world.join("bob", v=1))
    assert world.welcome(world.join("bob")).token is not None


def test_joined_uid_is_refused_elsewhere() -> None:
    """In both dialects, with a guest and with an account that has no such token; the holder notices nothing."""
    world = World()
    tony, bob = world.join("tony"), world.join("bob", v=1)
    told = [len(world.told[tony]), len(world.told[bob])]
    for uid, v, expected in (
        ("tony", 1, ErrorCode.UID_IN_USE),
        ("tony", 2, ErrorCode.TOKEN_REQUIRED),
        ("bob", 1, ErrorCode.UID_IN_USE),
        ("bob", 2, ErrorCode.UID_IN_USE),
    ):
        assert code(world.ask(world.open(), Join(uid=uid, nickname="X", v=v))) == expected
    assert [len(world.told[tony]), len(world.told[bob])] == told


def test_an_account_is_here_on_several_devices_in_step() -> None:
    """One peer, however many sessions; each has all messages, and the last one to go makes the peer leave."""
    world = World()
    mary = world.join("mary")
    first = world.join("tony")
    token = world.welcome(first).token
    second = world.join("tony", token=token)
    assert [peer.uid for peer in world.welcome(second).peers] == ["mary", "tony"]
    world.send(mary, "to both", "tony")
    world.send(first, "from one", "mary")
    assert world.texts(first) == world.texts(second) == ["to both", "from one"]
    world.drop(first)
    world.send(mary, "to one", "tony")
    assert world.texts(second)[-1] == "to one"
    world.drop(second)
    changes = [m.change for m in world.told[mary] if isinstance(m, PeerChanged)]
    assert changes == [PeerChange.JOINED, PeerChange.LEFT]


def test_sessions_of_an_account_are_bounded() -> None:
    """At the bound and one past it; coming back after a break is no new session."""
    world = World(Limits(sessions_per_account_max=2))
    welcome = world.welcome(world.join("tony"))
    world.join("tony", token=welcome.token)
    assert code(world.told[world.join("tony", token=welcome.token)]) == ErrorCode.TOO_MANY
    assert world.welcome(world.join("tony", token=welcome.token, session=welcome.session))


def test_a_flood_is_heard_more_slowly_and_nothing_of_it_is_lost() -> None:
    """Past its budget a connection rests; what came meanwhile is taken in order, the others are not concerned."""
    world = World(Limits(session_cost_burst=10, session_cost_per_second=10))
    tony, mary = world.join("tony"), world.join("mary")
    for number in range(20):
        world.send(tony, str(number))
    assert tony in world.paused
    assert mary not in world.paused
    heard = len(world.texts(mary))
    assert heard < 10
    world.pass_ms(300)
    assert heard < len(world.texts(mary)) < 20
    world.pass_ms(3_000)
    assert world.texts(mary) == [str(number) for number in range(20)]
    assert tony not in world.paused


def test_what_a_flood_said_before_it_closed_counts() -> None:
    """The end waits for it."""
    world = World(Limits(session_cost_burst=10, session_cost_per_second=10))
    tony, mary = world.join("tony"), world.join("mary")
    for number in range(20):
        world.send(tony, str(number))
    world.drop(tony)
    world.pass_ms(3_000)
    assert world.texts(mary) == [str(number) for number in range(20)]
    assert [peer.uid for peer in world.hub.peers()] == ["mary"]


def test_two_joins_of_a_uid_at_once_let_one_in() -> None:
    """Also while the store has not answered the first."""
    world = World()
    world.hold = True
    first, second = world.join("bob", v=1), world.join("bob", v=1)
    world.hold = False
    world.commit()
    assert [type(m) for m in world.told[first]] == [Okay]
    assert code(world.told[second]) == ErrorCode.UID_IN_USE


def test_stranger_who_tries_and_tries_does_not_keep_the_owner_out() -> None:
    """A UID is nobody's while the store is asked."""
    world = World()
    tony = world.join("tony")
    token = world.welcome(tony).token
    world.drop(tony)
    world.hold = True
    stranger = world.join("tony", token="guess")
    owner = world.join("tony", token=token)
    world.hold = False
    world.commit()
    assert code(world.told[stranger]) == ErrorCode.TOKEN_WRONG
    assert world.welcome(owner)


def test_second_join_on_a_connection_is_refused() -> None:
    """With another UID too."""
    world = World()
    tony = world.join("tony")
    assert code(world.ask(tony, Join(uid="other", nickname="O", v=2))) == ErrorCode.ALREADY_JOINED


def test_requests_behind_a_join_wait_for_it() -> None:
    """A client need not wait for its ACK: what it sends meanwhile is handled after, and its wire rests."""
    world = World()
    world.hold = True
    tony = world.join("tony")
    assert tony in world.paused
    world.send(tony, "early", request_id="1")
    world.hold = False
    world.commit()
    assert world.texts(tony) == ["early"]
    assert tony not in world.paused


def test_faults_behind_a_join_wait_for_it_too() -> None:
    """A first-generation client takes the first ACK for its own."""
    world = World()
    world.hold = True
    bob = world.join("bob", v=1)
    world.take(Misheard(bob, ErrorCode.BAD_REQUEST, "?", None))
    world.hold = False
    world.commit()
    assert [type(m) for m in world.told[bob]] == [Okay, Fail]


def test_connection_lost_while_joining_leaves_nothing_behind() -> None:
    """The UID is free for the next one (who has the token it made up)."""
    world = World()
    world.hold = True
    tony = world.join("tony", token="t" * 32)
    world.drop(tony)
    world.hold = False
    world.commit()
    assert world.told[tony] == []
    assert world.welcome(world.join("tony", token="t" * 32))


def test_session_takes_over_a_half_open_connection() -> None:
    """Nobody sees the peer leave; the former connection is told that it was replaced."""
    world = World()
    mary = world.join("mary")
    tony = world.join("tony")
    welcome = world.welcome(tony)
    seen = len(world.told[mary])
    back = world.join("tony", "Anton", token=welcome.token, session=welcome.session)
    assert world.closed == {tony: CloseReason.REPLACED}
    assert world.told[mary][seen:] == [PeerChanged(change=PeerChange.RENAMED, uid="tony", nickname="Anton")]
    world.send(back, "here", "mary", request_id="1")
    assert world.texts(mary) == world.texts(back) == ["here"]
    assert world.texts(tony) == []


def test_takeover_needs_session_and_token() -> None:
    """A stranger cannot push anyone out."""
    world = World()
    tony = world.join("tony")
    welcome = world.welcome(tony)
    assert world.welcome(world.join("tony", token=welcome.token, session="guess")).session != welcome.session
    assert code(world.told[world.join("tony", session=welcome.session)]) == ErrorCode.TOKEN_REQUIRED
    assert world.closed == {}


def test_peers_hear_of_others_and_not_of_themselves() -> None:
    """JOINED and LEFT go to those who were here before."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.drop(mary)
    changes = [m.change for m in world.told[tony] if isinstance(m, PeerChanged)]
    assert changes == [PeerChange.JOINED, PeerChange.LEFT]
    assert not [m for m in world.told[mary] if isinstance(m, PeerChanged)]


def test_leave_answers_and_closes() -> None:
    """And the UID is free at once."""
    world = World()
    tony = world.join("tony")
    assert world.ask(tony, Leave(request_id="9")) == [Okay(answers="9")]
    assert world.closed == {tony: CloseReason.LEFT}
    assert list(world.hub.peers()) == []


def test_bad_names_are_refused_with_the_reason() -> None:
    """Length at the bound and one past it, blanks, control characters."""
    world = World()
    limits = world.limits.announced
    for nickname, fine in (
        ("n" * limits.nickname_chars_max, True),
        ("n" * (limits.nickname_chars_max + 1), False),
        ("\u0412\u0435n", False),
    ):
        told = world.ask(world.open(), Join(uid=nickname[:9], nickname=nickname, v=2))
        assert isinstance(told[0], Okay if fine else Fail)
    for uid, fine in (
        ("u" * limits.uid_chars_max, True),
        ("u" * (limits.uid_chars_max + 1), False),
        (" ", False),
        ("a\nb", False),
        ("a ", False),
        ("a\u3164", False),
    ):
        told = world.ask(world.open(), Join(uid=uid, nickname="N", v=2))
        assert isinstance(told[0], Okay if fine else Fail), uid
        assert fine or code(told) == ErrorCode.BAD_NAME


def test_store_failure_refuses_the_join_and_frees_the_uid() -> None:
    """The client may try again."""
    world = World()
    world.failing = StoreError("disk")
    assert code(world.told[world.join("tony")]) == ErrorCode.STORAGE_UNAVAILABLE
    world.failing = None
    assert world.welcome(world.join("tony"))


def test_connections_are_bounded_in_all_and_by_address() -> None:
    """The one past the bound is closed, the others stay."""
    world = World(Limits(connections_max=3, connections_per_address_max=2))
    first, second = world.open("a"), world.open("a")
    third, fourth, fifth = world.open("a"), world.open("b"), world.open("c")
    assert world.closed == {third: CloseReason.TOO_MANY_CONNECTIONS, fifth: CloseReason.TOO_MANY_CONNECTIONS}
    world.drop(first)
    world.open("a")
    assert set(world.closed) == {third, fifth}
    assert {second, fourth}.isdisjoint(world.closed)


def test_a_connection_counts_for_whom_its_proxy_speaks() -> None:
    """Where the proxy is, it counts no longer; and what another client has left of its budget is that client's."""
    world = World(Limits(connections_per_address_max=2, address_cost_burst=10, address_cost_per_second=1))
    passed_on = [world.open("proxy") for _ in range(2)]
    for number in passed_on:
        world.take(CameFrom(number, "a", secure=False))
    third, other = world.open("proxy"), world.open("proxy")
    assert world.closed == {}
    world.take(CameFrom(third, "a", secure=False))
    world.take(CameFrom(third, "b", secure=False))
    assert world.closed == {third: CloseReason.TOO_MANY_CONNECTIONS}
    world.take(CameFrom(passed_on[0], "b", secure=False))
    world.take(CameFrom(other, "a", secure=False))
    assert set(world.closed) == {third}


def test_what_a_proxy_says_is_charged_and_secured() -> None:
    """Until it says otherwise: it may speak for one client after another."""
    world = World(Limits(address_cost_burst=20, address_cost_per_second=1))
    shared, other = world.open("proxy", secure=True), world.open("b", secure=True)
    for address, secure in (("a", False), ("b", True)):
        world.take(CameFrom(shared, address, secure))
        assert world.hub.accepts_secrets(shared) is secure
        world.take(HttpBegan(shared))
        world.take(HttpEnded(shared))
    assert world.turns == [shared, shared], "each had a budget that was full"
    world.take(HttpBegan(other))
    assert world.turns == [shared, shared, other], "what is just used up is no debt"
    world.take(HttpBegan(other))
    assert world.turns == [shared, shared, other], "but this is"


def test_nobody_waits_for_the_debt_of_another_client_of_the_proxy() -> None:
    """On the connection that they share; the client with the debt still has to wait there."""
    world = World(Limits(session_cost_burst=20, session_cost_per_second=1, address_cost_burst=20))
    shared = world.open("proxy")

    def ask(address: str) -> int:
        world.take(CameFrom(shared, address, secure=False))
        world.take(HttpBegan(shared))
        world.take(HttpEnded(shared))
        return len(world.turns)

    assert [ask("a"), ask("a")] == [1, 2]
    assert ask("b") == 3
    world.take(CameFrom(shared, "a", secure=False))
    world.take(HttpBegan(shared))
    assert len(world.turns) == 3
    world.pass_ms(100_000)
    assert len(world.turns) == 4


def test_broken_connection_departs() -> None:
    """What has no end costs the connection, and everyone hears of it."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.take(Broke(mary, CloseReason.BAD_FRAME))
    assert world.closed == {mary: CloseReason.BAD_FRAME}
    assert isinstance(world.told[tony][-1], PeerChanged)


def test_stopping_says_goodbye_to_everyone() -> None:
    """Joined or not. Nobody is told that the others leave."""
    world = World()
    tony, mary, silent = world.join("tony"), world.join("mary"), world.open()
    told = {number: list(messages) for number, messages in world.told.items()}
    world.take(Stopping())
    assert world.closed == dict.fromkeys((tony, mary, silent), CloseReason.SERVER_STOPPING)
    assert world.told == told


def test_send_before_join_is_refused_in_v2_and_dropped_in_v1() -> None:
    """A first-generation client hears nothing but the answer to JOIN."""
    world = World()
    connection = world.open()
    assert world.ask(connection, Send(text="x", recipients=())) == []
    world.ask(connection, Join(uid="", nickname="", v=2))
    assert code(world.ask(connection, Send(text="x", recipients=()))) == ErrorCode.NOT_JOINED


def test_take_over_may_be_repeated() -> None:
    """The answer to the first one may have been lost: the client still knows the session it had before."""
    world = World()
    welcome = world.welcome(world.join("tony"))
    for _ in range(3):
        again = world.join("tony", token=welcome.token, session=welcome.session)
        assert world.welcome(again)
    assert len(list(world.hub.peers())) == 1


def test_what_was_asked_before_leaving_is_answered_first() -> None:
    """The SENDs, then LEAVE; nobody hears that the peer left before its last words."""
    world = World()
    tony, bob, ann = world.join("tony"), world.join("bob", v=1), world.join("ann")
    world.hold = True
    world.send(tony, "last words", request_id="1")
    world.ask(tony, Leave(request_id="2"))
    world.send(bob, "mine too")
    world.drop(bob)
    world.hold = False
    world.commit()
    answers = [m.answers for m in world.told[tony] if isinstance(m, Okay)]
    assert answers == ["j", "1", "2"]
    told_ann = [(type(m).__name__, m.nickname) for m in world.told[ann] if isinstance(m, Message | PeerChanged)]
    assert told_ann == [(kind, who) for who in ("Tony", "Bob") for kind in ("Message", "PeerChanged")]
    assert [peer.uid for peer in world.hub.peers()] == ["ann"]


def test_frames_that_are_no_requests_are_bounded_in_a_row() -> None:
    """A valid one between them resets the count; at the limit the connection is closed."""
    world = World(Limits(faults_max=3))
    tony = world.join("tony")
    fault = Misheard(tony, ErrorCode.BAD_JSON, "?", None)
    for happened in (fault, fault, Heard(tony, Ping()), fault, fault):
        world.take(happened)
    assert world.closed == {}
    world.take(fault)
    assert world.closed == {tony: CloseReason.BAD_FRAME}


def test_join_lists_rooms_within_its_bounds() -> None:
    """By number and by members: at the bound, and one past it."""
    for limits, listed in (
        (Limits(members_in_join_max=4), 3),
        (Limits(members_in_join_max=3), 2),
        (Limits(rooms_in_join_max=3), 3),
        (Limits(rooms_in_join_max=2), 2),
    ):
        world = World(limits)
        tony = world.join("tony")
        for uid in ("mary", "henry"):
            world.join(uid)
            world.send(tony, "hi", uid)
        token = world.welcome(tony).token
        world.drop(tony)
        assert len(world.welcome(world.join("tony", token=token)).rooms) == listed


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_a_uid_is_claimed_or_a_guests_whoever_comes_first(first: int, second: int) -> None:
    """It is reserved while the store decides, so nobody has a UID that is somebody's, or whose token nobody has."""
    world = World()
    world.hold = True
    winner, other = world.join("bob", v=first), world.join("bob", v=second)
    world.hold = False
    world.commit()
    assert code(world.told[other]) == ErrorCode.UID_IN_USE
    assert isinstance(world.told[winner][0], Okay)
    world.drop(winner)
    assert isinstance(world.told[world.join("bob")][0], Fail) is (first == 2)  # without the token


# A UID is reserved before the store is asked: in a cluster, others may have it


def test_nothing_is_done_before_the_uid_is_reserved() -> None:
    """The answer may come late; what the client sends meanwhile waits."""
    world = World()
    world.hold_reservations = True
    tony = world.join("tony")
    world.take(Heard(tony, Ping(request_id="p")))
    assert world.told[tony] == []
    (asked,) = world.reserves
    assert (asked.uid, asked.alone, asked.shares) == ("tony", False, True)
    world.take(Reserved(asked, True))
    assert world.welcome(tony).token is not None
    assert world.told[tony][-1] == Pong(answers="p")


def test_a_uid_that_is_in_use_elsewhere_is_refused() -> None:
    """Without a trace in the store, and with nothing left to release; the client may choose another one."""
    world = World()
    world.hold_reservations = True
    for v in (1, 2):
        refused = world.join("tony", v=v)
        world.take(Reserved(world.reserves.pop(), False))
        assert code(world.told[refused]) == ErrorCode.UID_IN_USE
    world.hold_reservations = False
    assert world.welcome(world.join("tony")).token is not None
    world.ask(refused, Join(uid="mary", nickname="Mary", v=2))
    assert world.welcome(refused).token is not None


def test_a_uid_is_released_when_its_client_has_gone_before_the_answer() -> None:
    world = World()
    world.hold_reservations = True
    gone = world.join("tony", v=1)
    (asked,) = world.reserves
    world.take(Closed(gone))
    world.hold_reservations = False
    for answer in world.reservations.reserve(asked):
        world.take(Reserved(*answer))
    assert world.writes == []
    assert world.welcome(world.join("tony")).token is not None


def test_a_uid_is_released_when_the_store_refuses_the_join() -> None:
    """The connection stays open, and may try again."""
    world = World()
    world.drop(world.join("tony"))
    refused = world.join("tony", v=1)
    assert isinstance(world.told[refused][-1], Fail)
    world.failing = StoreError()
    assert isinstance(world.told[world.join("mary", v=1)][-1], Fail)
    world.failing = None
    assert isinstance(world.told[world.join("mary", v=1)][0], Okay)


def test_another_server_is_told_which_session_it_must_end_first() -> None:
    """The session here is taken over as well, if there is one."""
    world = World()
    tony = world.join("tony")
    welcome = world.welcome(tony)
    world.hold_reservations = True
    again = world.join("tony", token=welcome.token, session=welcome.session)
    assert world.closed == {}
    asked = world.reserves.pop()
    assert asked.session == welcome.session
    world.take(Reserved(asked, True))
    assert world.closed == {tony: CloseReason.REPLACED}
    assert world.welcome(again).session != welcome.session


def test_one_device_too_many_is_refused_before_it_is_made() -> None:
    """A request that failed has changed nothing: no token, no device."""
    world = World(Limits(sessions_per_account_max=1))
    tony = world.join("tony")
    world.ask(tony, Password(new="correct horse"))
    told = world.ask(world.open(), Join(uid="tony", nickname="Tony", v=2, password="correct horse"))
    assert code(told) == ErrorCode.TOO_MANY
    (okay,) = world.ask(tony, Devices())
    assert isinstance(okay, Okay)
    assert isinstance(okay.data, DeviceList)
    assert len(okay.data.devices) == 1


def test_debt_of_an_address_holds_its_next_connection() -> None:
    """One request for each of many connections is no way around the budget; the debt is one burst at most."""
    world = World(Limits(address_cost_burst=100, address_cost_per_second=10))
    for _ in range(40):  # JOIN costs 5
        world.join(f"p{world.now_ms}")
        world.now_ms += 1
    late, other = world.open(), world.open("10.9.9.9")
    world.speak_v2(late)
    world.speak_v2(other)
    assert world.ask(late, Ping(request_id="p")) == []
    world.pass_ms(20_000)
    assert world.told[late] == [Pong(answers="p")]
    assert world.ask(other, Ping(request_id="p")) == [Pong(answers="p")]


def test_frames_that_are_no_requests_cost_too() -> None:
    """So that nobody is kept busy with saying so."""
    world = World(Limits(session_cost_burst=10, session_cost_per_second=10))
    tony = world.join("tony")
    heard = len(world.told[tony])
    for _ in range(50):
        world.take(Misheard(tony, ErrorCode.BAD_JSON, "?", None))
    assert len(world.told[tony]) - heard < 10
    assert tony in world.paused


def test_connection_that_was_closed_hears_nothing_of_its_join() -> None:
    """Its password was still being compared when the server stopped."""
    world = World()
    tony = world.join("tony")
    world.ask(tony, Password(new="correct horse"))
    world.hold_hashes = True
    late = world.open()
    world.ask(late, Join(uid="tony", nickname="Tony", v=2, password="correct horse"))
    world.take(Stopping())
    world.release_hashes()
    assert world.told[late] == []
    assert list(world.hub.peers()) == []


def test_neighbours_of_a_flood_are_heard_before_it() -> None:
    """Those who have spent least go first; closed connections keep nobody waiting."""
    world = World(Limits(address_cost_burst=100, address_cost_per_second=20))
    mary = world.join("mary")
    flooder = world.join("flooder")
    for number in range(200):
        world.send(flooder, str(number))
    for _ in range(100):
        gone = world.open()
        world.ask(gone, Register(uid="x", nickname="x", password="short"))
        world.drop(gone)
    assert world.ask(mary, Ping(request_id="p")) == []
    world.pass_ms(2_000)
    assert Pong(answers="p") in world.told[mary]
    assert len(world.texts(mary)) < 200
    assert len(world.hub._state.connections) == 2


def test_leave_is_the_last_that_counts() -> None:
    """Also of a connection that was heard later because it was over its budget."""
    world = World(Limits(session_cost_burst=10, session_cost_per_second=10))
    tony, mary = world.join("tony"), world.join("mary")
    for number in range(12):
        world.send(tony, str(number))
    world.ask(tony, Leave())
    world.send(tony, "after")
    world.pass_ms(5_000)
    assert world.texts(mary) == [str(number) for number in range(12)]
    assert world.closed == {tony: CloseReason.LEFT}


def test_account_over_its_budget_stays_so_when_it_comes_back() -> None:
    """From wherever."""
    world = World(Limits(account_cost_burst=10, account_cost_per_second=1))
    tony = world.join("tony")
    token = world.welcome(tony).token
    for number in range(15):
        world.send(tony, str(number))
    world.drop(tony)
    world.pass_ms(20_000)
    back = world.open("10.9.9.9")
    world.ask(back, Join(uid="tony", nickname="Tony", v=2, token=token))
    for number in range(15):
        world.send(back, f"again {number}")
    assert back in world.paused


def test_unjoined_connections_are_bounded_also_while_they_are_over_the_budget() -> None:
    """What they asked for is not waited for."""
    world = World(Limits(unjoined_connections_max=5, address_cost_burst=100, address_cost_per_second=1))
    world.take(Woke())
    for _ in range(20):
        world.ask(world.open(), Register(uid="x", nickname="x", password="short"))
    world.pass_ms(30_000)
    assert len(world.hub._state.unjoined) <= 5


# With a password


@pytest.fixture
def with_mary() -> World:
    """A server where Mary Smith, who is mary@lab, has a password."""
    world = World()
    request = Register(uid="mary@lab", nickname="Mary Smith", password="a red red rose")
    world.ask(world.open(), request)
    return world


def log_in(world: World, uid: str, password: str = "a red red rose") -> Told:
    """JOIN with a password and without a nickname."""
    return world.ask(world.open(), Join(uid=uid, v=2, password=password))


@pytest.mark.parametrize("name", ["mary@lab", "Mary@Lab", "Mary Smith", "mary smith", "MARY  SMITH", "ｍary@lab"])
def test_one_logs_in_by_user_id_or_nickname_compared_as_names_are(with_mary: World, name: str) -> None:
    """JOIN's answer has the account's UID if it was named differently."""
    joined = data_of(log_in(with_mary, name), Joined)
    assert joined.uid == (None if name == "mary@lab" else "mary@lab")
    assert [(peer.uid, peer.nickname) for peer in joined.peers] == [("mary@lab", "Mary Smith")]


def test_a_wrong_password_and_a_name_that_nobody_has_are_answered_alike(with_mary: World) -> None:
    """In the same words, after the same work."""
    with_mary.drop(with_mary.join("guest", v=1))
    with_mary.hold_hashes = True
    names = ["mary@lab", "Mary Smith", "nobody", "guest"]
    connections = [with_mary.open() for _ in names]
    for connection, name in zip(connections, names, strict=True):
        with_mary.ask(connection, Join(uid=name, v=2, password="a blue rose"))
    assert len(with_mary.hashes) == len(names)
    with_mary.release_hashes()
    fails = {fail_of(with_mary.told[connection]) for connection in connections}
    assert [(fail.code, fail.explanation) for fail in fails] == [
        (ErrorCode.PASSWORD_WRONG, "No account has that name and password.")
    ]


def test_an_exact_user_id_comes_first_and_what_could_mean_two_means_none(with_mary: World) -> None:
    for uid, nickname in (("MARY@lab", "Other"), ("mary smith jr", "Jr")):
        change(with_mary, PutPerson(uid=uid, nickname=nickname, password_hash="hash of a red red rose"))
    assert data_of(log_in(with_mary, "MARY@lab"), Joined).peers[-1].nickname == "Other"
    assert data_of(log_in(with_mary, "mary@lab"), Joined).peers[-1].nickname == "Mary Smith"
    assert code_of(log_in(with_mary, "Mary@Lab")) is ErrorCode.PASSWORD_WRONG


def test_a_first_generation_client_has_to_know_its_user_id(with_mary: World) -> None:
    """It is not told any, and knows what is for it by that."""
    told = with_mary.ask(with_mary.open(), Join(uid="Mary Smith", nickname="Mary Smith", password="a red red rose"))
    assert code_of(told) is ErrorCode.PASSWORD_WRONG


def test_by_nickname_one_is_on_no_more_devices_than_by_user_id(with_mary: World) -> None:
    for _ in range(with_mary.limits.sessions_per_account_max):
        log_in(with_mary, "Mary Smith")
        with_mary.pass_ms(1_000)
    assert code_of(log_in(with_mary, "Mary Smith")) is ErrorCode.TOO_MANY


def test_reserved_names_are_not_given_to_new_people() -> None:
    """Programs of v1 keep every name that they could have."""
    world = World()
    for uid, nickname in (("tony", "Room"), ("mary", "DELETED account"), ("room", "Zoe")):
        told = world.ask(world.open(), Join(uid=uid, nickname=nickname, v=2))
        assert code(told) == ErrorCode.BAD_NAME
        told = world.ask(world.open(), Join(uid=uid, nickname=nickname, v=1))
        assert isinstance(told[0], Okay)


def test_a_stranger_who_tries_a_uid_does_not_keep_its_account_out() -> None:
    """The account's JOIN waits until the store has refused the stranger."""
    world = World()
    tony = world.join("tony")
    token = world.welcome(tony).token
    world.drop(tony)
    world.hold = True
    stranger, phone = world.open(), world.open()
    world.ask(stranger, Join(uid="tony", nickname="Tony"))
    world.ask(phone, Join(uid="tony", nickname="Tony", v=2, token=token))
    world.hold = False
    world.commit()
    assert world.welcome(phone).device is not None
    assert isinstance(world.told[stranger][0], Fail)


def test_settings_of_the_lobby_are_known_although_something_happened_before_anyone_joined() -> None:
    world = World()
    put_room = PutRoom(room=LOBBY, settings=Settings(read_only=True))
    event = AddEvent(room=LOBBY, kind=EventKind.SET, sender="op", nickname="op", settings=Settings(read_only=True))
    change(world, put_room, event)
    change(world, AddEvent(room=LOBBY, kind=EventKind.ROLE, sender="op", nickname="op", uid="x"))
    mary = world.join("mary")
    assert code_of(world.send(mary, "hi", request_id="1")) is ErrorCode.ROOM_READ_ONLY
