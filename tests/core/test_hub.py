"""The Hub against a plain idea of it, in worlds that hypothesis makes up."""

from collections import defaultdict

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from muca.core.hub import HTTP_COST, REQUESTS
from muca.core.inputs import Broke, Chattered, Heard, HttpBegan, HttpEnded, Input, Misheard, Speaks, Woke
from muca.core.live import hash_secret
from muca.model import requests
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Message
from muca.model.limits import Limits
from muca.model.replies import Joined, Okay
from muca.model.requests import Ping, Pong, Request
from muca.model.rooms import LOBBY, conversation_id
from muca.protocol.v2 import V2
from tests.core.answers import code_of
from tests.core.world import World

UIDS = ("ann", "bob", "cid", "dan")


class HubMachine(RuleBasedStateMachine):
    """People come in both dialects, go, write to each other and come back, while the disk is now and then slow."""

    connections = Bundle("connections")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.tokens: dict[str, str] = {}
        self.sent = 0

    @rule(target=connections, uid=st.sampled_from(UIDS), v=st.sampled_from((1, 2)))
    def join(self, uid: str, v: int) -> int:
        """Come in; perhaps the UID is in use, or claimed."""
        connection = self.world.join(uid, v=v, token=self.tokens.get(uid))
        self.note_tokens()
        return connection

    @rule(connection=consumes(connections))
    def drop(self, connection: int) -> None:
        """Go."""
        self.world.drop(connection)

    @rule(connection=connections, to=st.lists(st.sampled_from((*UIDS, "Ann", "nobody")), max_size=3))
    def send(self, connection: int, to: list[str]) -> None:
        """Write to some."""
        self.sent += 1
        self.world.send(connection, f"text {self.sent}", *to, request_id=f"id {self.sent}")

    @rule(hold=st.booleans())
    def let_the_disk_be_slow(self, hold: bool) -> None:
        """Or fast again."""
        self.world.hold = hold
        if not hold:
            self.world.commit()
            self.note_tokens()

    def note_tokens(self) -> None:
        """Keep what the claims brought."""
        for connection, uid in self.world.uids.items():
            for message in self.world.told[connection]:
                if isinstance(message, Okay) and isinstance(message.data, Joined) and message.data.token:
                    self.tokens[uid] = message.data.token

    @invariant()
    def everyone_hears_rooms_in_order_without_gaps(self) -> None:
        """From entering on, each event once."""
        for told in self.world.told.values():
            seqs = defaultdict[str | None, list[int]](list)
            for message in told:
                if isinstance(message, Message):
                    seqs[message.room].append(message.seq or 0)
            for heard in seqs.values():
                assert heard == list(range(heard[0], heard[0] + len(heard)))

    @invariant()
    def nobody_hears_what_is_not_theirs(self) -> None:
        """A conversation's messages reach its members alone."""
        for connection, told in self.world.told.items():
            for message in told:
                if isinstance(message, Message) and message.room != LOBBY:
                    uid = self.world.uids[connection]
                    others = [u for u in UIDS if u != uid]
                    rooms = {conversation_id((uid, *group)) for group in _groups(others)}
                    assert message.room in rooms

    @invariant()
    def books_agree(self) -> None:
        """Peers, audiences and what the Hub has loaded are one truth."""
        state = self.world.hub._state
        everyone = {connection for presence in state.peers.values() for connection in presence.sessions}
        assert self.world.audiences.get(LOBBY, set()) == everyone
        for room_id, room in state.rooms.items():
            here = {uid for uid in state.peers if room_id != LOBBY and uid in room.members}
            assert set(room.here) == here
            assert room_id == LOBBY or here
            if room_id != LOBBY:
                audience = {connection for uid in here for connection in state.peers[uid].sessions}
                assert self.world.audiences.get(room_id, set()) == audience
        for uid, presence in state.peers.items():
            assert presence.rooms == {room_id for room_id, room in state.rooms.items() if uid in room.here}
        for uid, rooms in state.memberships.items():
            assert rooms == {room_id for room_id, room in state.rooms.items() if uid in room.members}

    @precondition(lambda self: not self.world.hold)
    @invariant()
    def nothing_is_left_waiting(self) -> None:
        """Once the disk has answered."""
        state = self.world.hub._state
        assert not any(connection.held_up for connection in state.connections.values())
        assert all(connection.in_flight == 0 for connection in state.connections.values())
        assert self.world.paused == set()


def _groups(uids: list[str]) -> list[tuple[str, ...]]:
    return [tuple(u for i, u in enumerate(uids) if mask >> i & 1) for mask in range(1, 1 << len(uids))]


TestHub = HubMachine.TestCase


def test_every_request_has_its_rule() -> None:
    """A request that the words know and the Hub does not would be a crash."""
    assert set(REQUESTS) == set(Request.__args__)
    assert requests.Join in REQUESTS


@pytest.mark.parametrize(
    "happened", [Heard(99, Ping()), Broke(99, CloseReason.BAD_FRAME), Misheard(99, ErrorCode.BAD_JSON, "", None)]
)
def test_inputs_of_a_connection_that_is_gone_are_nothing(happened: Heard | Broke | Misheard) -> None:
    """They cross with its end."""
    world = World()
    world.take(happened)
    assert world.told == {}


# HTTP and WebSocket


def test_a_websocket_speaks_v2_before_its_join() -> None:
    """Requests before JOIN are refused; over TCP the dialect is v1 until JOIN, which has no answer for them."""
    world = World()
    connection = world.open()
    assert world.send(connection, "early") == []
    world.speak_v2(connection)
    assert code_of(world.send(connection, "early")) is ErrorCode.NOT_JOINED


def test_a_websocket_is_a_new_one_among_those_that_have_not_joined() -> None:
    """However long its connection spoke HTTP before."""
    world = World(Limits(unjoined_connections_max=1))
    world.take(Woke())
    websocket, silent = world.open(), world.open()
    world.pass_ms(9_000)
    world.speak_v2(websocket)
    world.pass_ms(6_000)
    assert world.closed == {silent: CloseReason.JOIN_TIMEOUT}


def test_what_websocket_says_for_itself_costs_and_is_a_sign_of_life() -> None:
    """Over its budget, the connection is heard later."""
    world = World(Limits(session_cost_burst=100, session_cost_per_second=10))
    connection = world.join("ann")
    for _ in range(4):
        world.pass_ms(15_000)
        world.take(Chattered(connection, 1))
    assert connection not in world.closed
    world.take(Chattered(connection, 150))
    assert world.paused == {connection}
    assert world.ask(connection, Ping()) == []
    world.pass_ms(6_000)
    assert world.paused == set()
    assert Pong() in world.told[connection]


def test_http_waits_its_turn_for_the_budget_of_its_address() -> None:
    """Nothing is refused; other addresses do not wait."""
    world = World(Limits(address_cost_burst=HTTP_COST, address_cost_per_second=HTTP_COST))
    one, same, other = world.open("10.0.0.1"), world.open("10.0.0.1"), world.open("10.0.0.2")
    for connection in (one, same, one, other):
        world.take(HttpBegan(connection))
    assert world.turns == [one, same, other]
    world.pass_ms(2_000)
    assert world.turns == [one, same, other, one]


def test_whoever_has_asked_little_has_its_turn_in_a_flood_of_its_address() -> None:
    """At the latest after one request of each other connection, over HTTP and otherwise."""
    world = World(Limits(address_cost_burst=100, address_cost_per_second=100))
    ann = world.join("ann")
    flood = [world.open() for _ in range(9)]
    for connection in flood:
        for _ in range(9):
            world.take(HttpBegan(connection))
    before = len(world.turns)
    assert world.ask(ann, Ping()) == []
    while Pong() not in world.told[ann]:
        world.pass_ms(100)
    assert len(world.turns) <= before + len(flood)
    assert world.now_ms <= 3_000


def test_a_connection_is_not_ended_while_http_is_answered_on_it() -> None:
    """Neither to make room for others, nor because the other side has said all; at the end of the answer it is."""
    world = World(Limits(unjoined_connections_max=1))
    world.take(Woke())
    busy, idle = world.open(), world.open()
    world.take(HttpBegan(busy))
    world.pass_ms(20_000)
    assert world.closed == {idle: CloseReason.JOIN_TIMEOUT}
    world.take(Broke(busy, CloseReason.LEFT))
    assert busy not in world.closed
    world.take(HttpEnded(busy))
    assert world.closed[busy] is CloseReason.LEFT


@pytest.mark.parametrize("happened", [Chattered(7, 1), Speaks(7, V2.abilities), HttpBegan(7), HttpEnded(7)])
def test_what_comes_of_a_connection_after_its_end_is_nothing(happened: Input) -> None:
    world = World()
    world.take(happened)
    assert (world.told, world.turns) == ({}, [])


def test_a_session_is_found_by_the_hash_of_its_id_as_long_as_it_lives() -> None:
    world = World()
    ann = world.join("ann")
    session = hash_secret(world.welcome(ann).session)
    found = world.hub.session_of(session)
    assert found is not None
    assert (found.uid, found.connection.id) == ("ann", ann)
    assert world.hub.session_of(b"") is None
    assert world.hub.session_of(hash_secret(session.hex())) is None
    assert (world.hub.session_count, world.hub.peer_count) == (1, 1)
    world.drop(ann)
    assert world.hub.session_of(session) is None
    assert (world.hub.session_count, world.hub.peer_count) == (0, 0)
