"""From an open connection to a session, played."""

from muca.client.errors import CannotConnect, Refused
from muca.client.events import Connected
from muca.client.joining import JOIN_SECONDS
from muca.client.link import State
from muca.client.tokens import Tokens
from muca.model.errors import ErrorCode
from muca.model.rooms import LOBBY
from tests.client.play import MARY, ME, TONY, Play, a_link


def test_join_is_one_ascii_object_that_a_first_generation_server_understands() -> None:
    link = a_link(uid="žofie")

    link.opened(0.0)

    assert link.take_data() == [b'{"CMD":"JOIN","UN":"\\u017dofie","UID":"\\u017eofie","V":2}']


def test_joining_brings_peers_and_rooms_and_tells_so_once() -> None:
    play = Play()
    play.server.write("tony", "before")

    play.join()

    (connected,) = play.events()
    assert connected == Connected(
        again=False,
        v=2,
        server_name="Simulated",
        server_id="server-1",
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


def test_an_answer_that_is_long_in_coming_is_waited_for() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK",', 9.0)
    link.tick(JOIN_SECONDS)

    assert link.state is State.JOINING
    assert link.wake_at == 9.0 + JOIN_SECONDS


def test_an_answer_that_is_no_answer_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"V":2}}\n', 0.0)

    assert link.state is State.IDLE
    assert isinstance(link.failure, CannotConnect)
    assert "The server sent what is not this protocol" in str(link.failure)


def test_garbage_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b"SSH-2.0-OpenSSH_9.7\r\n", 0.0)

    assert link.state is State.IDLE
    assert isinstance(link.failure, CannotConnect)


def test_a_connection_that_ends_before_the_answer_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.lost("The server closed the connection.", 0.0)

    assert isinstance(link.failure, CannotConnect)
    assert str(link.failure) == "The server closed the connection."
