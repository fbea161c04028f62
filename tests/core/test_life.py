"""A connection's life: the whole table, state by state and input by input."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from muca.core.inputs import Broke, Chattered, Closed, Heard, HttpBegan, Instant, Misheard
from muca.core.life import LIFE, Action, Life
from muca.core.live import Connection
from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import Limits
from muca.model.replies import Fail
from muca.model.requests import Join, Leave, Ping, Pong, Send
from tests.core.world import World

LIMITS = Limits(session_cost_burst=1_000, session_cost_per_second=100)
INPUTS: dict[type, Callable[[int], Any]] = {
    Heard: lambda connection: Heard(connection, Ping(request_id="p")),
    Misheard: lambda connection: Misheard(connection, ErrorCode.BAD_JSON, "?", "f"),
    HttpBegan: HttpBegan,
    Chattered: lambda connection: Chattered(connection, 7),
    Broke: lambda connection: Broke(connection, CloseReason.BAD_FRAME),
    Closed: Closed,
}


def new(world: World) -> int:
    connection = world.open()
    world.speak_v2(connection)
    return connection


def joined(world: World) -> int:
    return world.join("tony")


def waiting(world: World) -> int:
    """Its JOIN waits for the store."""
    world.hold = True
    return world.join("tony")


def over_budget(world: World) -> int:
    connection = world.join("tony")
    world.take(Chattered(connection, 1_100))
    return connection


def ending(world: World) -> int:
    """It does not read, and one of its requests waits for the store."""
    connection = world.join("tony")
    world.hold = True
    world.ask(connection, Send(text="last words", recipients=()))
    world.take(Broke(connection, CloseReason.SLOW_READER))
    return connection


def gone(world: World) -> int:
    connection = world.join("tony")
    world.drop(connection)
    return connection


STATES = {
    Life.NEW: new,
    Life.JOINED: joined,
    Life.WAITING: waiting,
    Life.OVER_BUDGET: over_budget,
    Life.ENDING: ending,
    Life.GONE: gone,
}


def life_of(world: World, connection: int) -> Life:
    known = world.hub._state.connections.get(connection)
    return known.life if known is not None else Life.GONE


def is_done(world: World, connection: int, happened: Any) -> bool:
    """Return whether an input was handled."""
    if isinstance(happened, HttpBegan):
        return connection in world.turns
    if isinstance(happened, Heard):
        return Pong(answers="p") in world.told[connection]
    return any(isinstance(told, Fail) and told.answers == "f" for told in world.told[connection])


def let_go_on(world: World) -> None:
    """Let the store answer, and budgets refill."""
    world.hold = False
    world.commit()
    world.pass_ms(20_000)


@pytest.mark.parametrize(("life", "kind"), LIFE, ids=lambda value: getattr(value, "name", None) or value.__name__)
def test_each_input_does_in_each_state_what_the_table_says(life: Life, kind: type) -> None:
    world = World(LIMITS)
    connection = STATES[life](world)
    assert life_of(world, connection) is life
    happened = INPUTS[kind](connection)
    known = world.hub._state.connections.get(connection)
    match LIFE[life, kind]:
        case Action.HANDLE:
            world.take(happened)
            assert is_done(world, connection, happened)
        case Action.QUEUE:
            world.take(happened)
            assert not is_done(world, connection, happened)
            let_go_on(world)
            assert is_done(world, connection, happened)
        case Action.CHARGE:
            assert known is not None
            before = known.budget.level(world.now_ms)
            world.take(happened)
            assert known.budget.level(world.now_ms) == before - 7
        case Action.END | Action.LOSE as action:
            if action is Action.LOSE:
                world.gone.add(connection)
            world.take(happened)
            assert life_of(world, connection) in {Life.ENDING, Life.GONE}
            let_go_on(world)
            assert life_of(world, connection) is Life.GONE
            first = CloseReason.SLOW_READER if life is Life.ENDING else CloseReason.BAD_FRAME
            assert world.closed == ({} if action is Action.LOSE else {connection: first})
        case Action.IGNORE:
            assert world.hub.handle(happened, Instant(world.now_ms, world.now_ms)) == []
            let_go_on(world)
            assert not is_done(world, connection, happened)


def test_the_table_has_every_state_and_input() -> None:
    assert LIFE.keys() == set(product(Life, INPUTS))
    assert STATES.keys() == set(Life)


@pytest.mark.parametrize("life", [life for life in Life if life is not Life.GONE])
def test_a_bug_ends_a_connection_at_once_in_every_state(life: Life) -> None:
    world = World(LIMITS)
    connection = STATES[life](world)
    world.take(Broke(connection, CloseReason.SERVER_ERROR))
    assert life_of(world, connection) is Life.GONE
    assert world.closed == {connection: CloseReason.SERVER_ERROR}
    let_go_on(world)
    assert world.closed == {connection: CloseReason.SERVER_ERROR}


def test_a_life() -> None:
    """From one end to the other; a debt while the JOIN waits delays what comes after it."""
    world = World(LIMITS)
    connection = new(world)
    lives = [life_of(world, connection)]

    def then(do: Callable[[], object]) -> None:
        do()
        lives.append(life_of(world, connection))

    world.hold = True
    then(lambda: world.ask(connection, Join(uid="tony", nickname="Tony", v=2)))
    then(lambda: world.take(Chattered(connection, 2_000)))
    then(lambda: world.ask(connection, Leave(request_id="l")))
    then(world.commit)
    then(lambda: world.ask(connection, Ping(request_id="p")))
    then(lambda: world.pass_ms(20_000))
    assert lives == [Life.NEW, *[Life.WAITING] * 3, *[Life.OVER_BUDGET] * 2, Life.GONE]
    assert world.closed == {connection: CloseReason.LEFT}
    assert not is_done(world, connection, Heard(connection, Ping()))


def test_what_a_lost_connection_without_a_session_has_queued_is_left_out() -> None:
    """Nobody receives the answers, so it does not even wait for its budget."""
    world = World(LIMITS)
    connection = new(world)
    world.take(Chattered(connection, 2_000))
    world.ask(connection, Join(uid="tony", nickname="Tony", v=2))
    world.drop(connection)
    assert life_of(world, connection) is Life.GONE
    let_go_on(world)
    assert list(world.hub.peers()) == []


def test_a_connection_that_the_hub_has_forgotten_has_nothing_left() -> None:
    """Neither in its queue nor on the list of those over their budgets."""
    world = World(LIMITS)
    connection = over_budget(world)
    known: Connection = world.hub._state.connections[connection]
    world.ask(connection, Ping(request_id="p"))
    world.take(Broke(connection, CloseReason.SERVER_ERROR))
    assert not known.queue
    assert world.hub._state.throttled == {}
