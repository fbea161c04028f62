"""From an open connection to a session, played."""

import pytest

from muca.client.errors import CannotConnect, CertificateChanged, Refused
from muca.client.events import Connected, Disconnected
from muca.client.joining import JOIN_SECONDS, Channel, Instance, TlsOffer
from muca.client.link import Credential, LinkState
from muca.client.tokens import KeyPin, Tokens
from muca.model.errors import ErrorCode
from muca.model.replies import TlsInfo
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
        epoch="epoch-1",
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
    assert play.credentials == [Credential("server-1", "made up")]
    play.cut()
    play.rejoin()
    assert [join.token for join in play.server.joins] == ["made up", "made up"]
    assert play.credentials == [Credential("server-1", "made up")]


def test_when_the_answer_to_the_claim_is_lost_the_same_token_opens_the_uid() -> None:
    play = Play()
    play.open(Tokens("made up"))
    play.carry()
    play.cut()
    assert play.link.state is LinkState.IDLE

    play.join()

    assert play.credentials == [Credential("server-1", "made up")]


def test_a_token_that_the_server_made_instead_is_to_be_kept() -> None:
    play = Play()

    play.join(Tokens(None))

    assert play.credentials == [Credential("server-1", "token of server-1")]


def test_a_known_token_is_not_kept_again() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.join(Tokens("secret", {"server-0": "other", "server-1": "secret"}, server_id="server-1"))

    assert [join.token for join in play.server.joins] == ["secret"]
    assert play.credentials == []


def test_join_is_repeated_with_the_token_of_the_server_that_asks_for_it() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.join(Tokens("made up", {"server-0": "other", "server-1": "secret"}))

    assert [join.token for join in play.server.joins] == ["made up", "secret"]
    assert play.credentials == [Credential("server-1", "secret")]


def test_join_is_repeated_once_and_never_with_the_same_token() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"

    play.open(Tokens("wrong", {"server-1": "wrong"}))
    play.settle()
    play.open(Tokens("wrong", {"server-1": "wrong as well"}))
    play.settle()

    assert [join.token for join in play.server.joins] == ["wrong", "wrong", "wrong as well"]
    assert play.link.state is LinkState.IDLE
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
    assert play.link.state is LinkState.JOINED


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
    states = []
    for now in (JOIN_SECONDS - 0.001, JOIN_SECONDS):
        link.tick(now)
        states.append(link.state)

    assert states == [LinkState.JOINING, LinkState.IDLE]
    assert isinstance(link.failure, CannotConnect)
    assert "did not answer within 10 seconds" in str(link.failure)


def test_an_answer_that_is_long_in_coming_is_waited_for() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK",', 9.0)
    link.tick(JOIN_SECONDS)

    assert link.state is LinkState.JOINING
    assert link.wake_at == 9.0 + JOIN_SECONDS


def test_an_answer_that_is_no_answer_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"V":2}}\n', 0.0)

    assert link.state is LinkState.IDLE
    assert isinstance(link.failure, CannotConnect)
    assert "The server sent something that is not this protocol" in str(link.failure)


def test_garbage_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.received(b"SSH-2.0-OpenSSH_9.7\r\n", 0.0)

    assert link.state is LinkState.IDLE
    assert isinstance(link.failure, CannotConnect)


def test_a_connection_that_ends_before_the_answer_ends_the_try() -> None:
    link = a_link()
    link.opened(0.0)

    link.lost("The server closed the connection.", 0.0)

    assert isinstance(link.failure, CannotConnect)
    assert str(link.failure).startswith("The server closed the connection. ")


@pytest.mark.parametrize(
    ("said", "pin", "hints"), [(b"", None, True), (b"{", None, False), (b"", KeyPin(1, "sha256:00"), False)]
)
def test_who_closes_a_plain_connection_without_a_word_may_be_waiting_for_tls(
    said: bytes, pin: KeyPin | None, hints: bool
) -> None:
    link = a_link()
    link.opened(0.0, Channel(pin))
    if said:
        link.received(said, 0.0)

    link.lost("The server closed the connection.", 0.0)

    for hint in ("not be a muca server", "port for TLS", "40452", 'tls="always"'):
        assert (hint in str(link.failure)) is hints


def test_a_server_that_was_there_before_is_not_doubted() -> None:
    play = Play()
    play.join()
    play.cut()
    play.events()
    play.tick(play.link.retry_at)
    play.open()

    play.cut()

    (told,) = play.events()
    assert isinstance(told, Disconnected)
    assert told.explanation == "The cable was pulled."


# Servers that are known by their key

PIN = KeyPin(40453, "sha256:00")
OTHER = KeyPin(40453, "sha256:01")
THERE = TlsInfo(port=PIN.port, fingerprint=PIN.fingerprint)
KNOWN = Tokens("made up", {"server-1": "secret"}, pins={"server-1": PIN})


def test_over_plain_tcp_a_known_server_is_given_nothing_and_takes_nothing() -> None:
    """Not even when it lets the UID in with a token that was made up: it may be anybody."""
    play = Play()
    play.server.tls = THERE
    play.open(KNOWN, Channel(is_guarded=True, may_move=True))
    play.settle()

    assert (play.link.state, play.link.wake_at) == (LinkState.JOINING, None)
    assert play.link.offer is not None
    assert (play.link.offer.pin, isinstance(play.link.offer.otherwise, CannotConnect)) == (PIN, True)
    assert (play.link.tokens, play.credentials) == (KNOWN, [])

    play.server.tokens["me"] = "secret"
    play.open(channel=Channel(PIN, is_guarded=True))
    play.settle()

    assert play.link.state is LinkState.JOINED
    assert [join.token for join in play.server.joins] == ["made up", "made up", "secret"]
    assert play.server.joins[1].session == "session-1"
    assert play.credentials == [Credential("server-1", "secret", PIN)]


def test_the_token_of_a_known_server_is_not_the_first_thing_that_plain_tcp_carries() -> None:
    play = Play()
    play.server.tls = THERE
    play.server.tokens["me"] = "secret"
    play.open(Tokens("secret", {"server-1": "secret"}, pins={"server-1": PIN}), Channel(is_guarded=True, may_move=True))
    play.settle()

    assert [join.token for join in play.server.joins] == [None]
    assert play.link.offer is not None


@pytest.mark.parametrize("claimed", [True, False])
def test_a_server_of_before_does_not_say_where_it_speaks_tls_when_it_asks_for_a_token(claimed: bool) -> None:
    """It is looked for where it was; a newer one that says nothing has none."""
    play = Play()
    if claimed:
        play.server.tokens["me"] = "secret"
    for epoch, pin in ((None, PIN), ("epoch-1", None)):
        play.server.epoch = epoch
        play.open(KNOWN, Channel(is_guarded=True, may_move=True))
        play.settle()
        assert (play.link.offer.pin if play.link.offer is not None else None) == pin
    assert isinstance(play.link.failure, CannotConnect)


def test_where_there_is_no_way_to_tls_a_known_server_is_not_joined() -> None:
    play = Play()
    play.open(KNOWN, Channel(is_guarded=True))
    play.settle()

    assert isinstance(play.link.failure, CannotConnect)
    assert "known to offer TLS" in str(play.link.failure)


@pytest.mark.parametrize("claimed", [True, False])
def test_who_shows_another_key_is_not_joined(claimed: bool) -> None:
    play = Play()
    if claimed:
        play.server.tokens["me"] = "secret"
    play.open(KNOWN, Channel(OTHER, is_guarded=True))
    play.settle()

    assert isinstance(play.link.failure, CertificateChanged)
    assert (play.link.failure.expected, play.link.failure.shown) == (PIN.fingerprint, OTHER.fingerprint)
    assert (play.link.tokens, play.credentials) == (KNOWN, [])
    assert "secret" not in {join.token for join in play.server.joins}


def test_an_address_where_a_server_was_always_plain_stays_good_for_it() -> None:
    """Its key is known from a copy of it that was met elsewhere."""
    play = Play()
    play.server.tokens["me"] = "secret"
    tokens = Tokens("secret", {"server-1": "secret"}, pins={"server-1": PIN}, server_id="server-1")
    play.open(tokens, Channel(is_guarded=True, may_move=True))
    play.settle()

    assert play.link.state is LinkState.JOINED
    assert [join.token for join in play.server.joins] == ["secret"]


def test_tls_is_looked_for_where_this_server_says_and_not_where_a_copy_was_met() -> None:
    play = Play()
    play.server.tls = TlsInfo(port=50_001, fingerprint=OTHER.fingerprint)
    play.open(KNOWN, Channel(is_guarded=True, may_move=True))
    play.settle()

    assert play.link.offer is not None
    assert play.link.offer.pin == KeyPin(50_001, PIN.fingerprint)


@pytest.mark.parametrize("offered_by", [Instance("server-1", "epoch-2"), Instance("server-2", "epoch-1")])
def test_who_answers_over_tls_must_be_who_has_offered_it(offered_by: Instance) -> None:
    play = Play()
    play.open(Tokens("made up"), Channel(PIN, is_guarded=True, offered_by=offered_by))
    play.settle()

    assert play.link.has_strayed
    assert (play.link.state, play.credentials) == (LinkState.JOINING, [])


def test_who_wants_plain_tcp_gets_it() -> None:
    play = Play()
    play.server.tokens["me"] = "secret"
    play.join(KNOWN)

    assert [join.token for join in play.server.joins] == ["made up", "secret"]


def test_what_is_heard_while_the_session_moves_is_passed_over() -> None:
    play = Play()
    play.server.tls = TlsInfo(port=1, fingerprint="sha256:00")
    play.open(Tokens("made up"), Channel(is_guarded=True, may_move=True))
    play.settle()
    play.server.write("tony", "meanwhile")
    play.hear()
    play.tick(100.0)

    assert play.link.offer == TlsOffer(KeyPin(1, "sha256:00"), None, Instance("server-1", "epoch-1"))
    assert play.link.state is LinkState.JOINING
    play.open(channel=Channel(KeyPin(1, "sha256:00"), is_guarded=True))
    play.settle()
    assert [type(event) for event in play.events()] == [Connected]


def test_the_password_is_forgotten_once_a_session_is_up() -> None:
    play = Play()
    play.server.passwords["me"] = play.link.password = "correct horse"
    play.join(Tokens("made up"))
    play.cut()
    play.rejoin()

    assert [(join.password, join.token) for join in play.server.joins] == [
        ("correct horse", None),
        (None, "token of server-1"),
    ]
    assert play.link.password is None
