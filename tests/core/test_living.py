"""PING, PONG, silence, and connections that never join. Time is arithmetic here."""

import pytest

from muca.core.inputs import Misheard, Woke
from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.requests import Ping, Pong
from tests.core.world import World


def pass_time(world: World, seconds: int) -> None:
    """Let time pass, with every alarm on the way."""
    if world.wake_at_ms is None:
        world.take(Woke())
    end_ms = world.now_ms + seconds * 1_000
    while world.wake_at_ms is not None and world.wake_at_ms <= end_ms:
        world.now_ms = world.wake_at_ms
        world.take(Woke())
    world.now_ms = end_ms


def test_ping_is_answered() -> None:
    """Before JOIN too."""
    world = World()
    connection = world.open()
    world.speak_v2(connection)
    assert world.ask(connection, Ping(request_id="p")) == [Pong(answers="p")]


def test_silent_v2_session_is_asked_once_then_ended() -> None:
    """Within 45 s."""
    world = World()
    tony = world.join("tony")
    pass_time(world, 35)
    assert world.told[tony].count(Ping()) == 1
    assert world.closed == {}
    pass_time(world, 10)
    assert world.closed == {tony: CloseReason.PING_TIMEOUT}


@pytest.mark.parametrize("ping_seconds", [1, 3, 20, 300])
def test_nobody_is_ended_without_time_to_answer(ping_seconds: int) -> None:
    """However the sweeps fall: those who answer within ``ping_seconds`` stay, others are closed."""
    world = World(Limits(announced=AnnouncedLimits(ping_seconds=ping_seconds)))
    tony, deaf = world.join("tony"), world.join("deaf")
    world.take(Woke())
    moment_ms = ping_seconds * 50
    for asked in range(1, 9):
        moments = 0
        while world.told[tony].count(Ping()) < asked:
            world.pass_ms(moment_ms)
            moments += 1
            assert moments <= 26
        world.pass_ms(ping_seconds * 1_000 - moment_ms)
        world.ask(tony, Pong())
    assert world.closed == {deaf: CloseReason.PING_TIMEOUT}


def test_any_frame_is_a_sign_of_life() -> None:
    """A PONG, and even a frame that nobody understands."""
    world = World()
    tony = world.join("tony")
    for sign in (True, False) * 3:
        pass_time(world, 30)
        if sign:
            world.ask(tony, Pong())
        else:
            world.take(Misheard(tony, ErrorCode.BAD_JSON, "?", None))
    assert world.closed == {}


def test_silent_v1_session_is_left_alone() -> None:
    """A healthy first-generation connection is never closed."""
    world = World()
    world.join("bob", v=1)
    pass_time(world, 100_000)
    assert world.closed == {}
    assert len(list(world.hub.peers())) == 1


def test_unjoined_connections_are_left_alone_until_they_are_too_many() -> None:
    """Then the oldest go, and only those that had their time."""
    world = World(Limits(unjoined_connections_max=2))
    oldest, older = world.open(), world.open()
    pass_time(world, 600)
    assert world.closed == {}
    young = world.open()
    pass_time(world, 5)
    assert world.closed == {oldest: CloseReason.JOIN_TIMEOUT}
    younger = world.open()
    pass_time(world, 5)
    assert set(world.closed) == {oldest, older}
    assert {young, younger}.isdisjoint(world.closed)
