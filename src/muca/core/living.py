"""What depends on time: PING and PONG, closing silent connections, and budgets that refill."""

from typing import Final

from muca.core.catching_up import look_around
from muca.core.effects import Tell
from muca.core.leaving import end
from muca.core.live import Connection
from muca.core.state import State
from muca.model.errors import CloseReason
from muca.model.requests import Ping, Pong

SWEEP_MS: Final = 5_000
"""Interval between sweeps, or a quarter of ``ping_seconds`` if that is less."""


def ping(state: State, connection: Connection, request: Ping) -> None:
    """Answer with a PONG."""
    state.effects.append(Tell(connection.id, Pong(answers=request.request_id)))


def pong(state: State, connection: Connection, request: Pong) -> None:
    """Do nothing: that something came in has already been recorded."""


def wake(state: State) -> None:
    """Do everything that is due."""
    now_ms = state.now.monotonic_ms
    state.alarm_ms = None
    state.started_ms = state.started_ms or now_ms
    due = [held for held in state.throttled.values() if (held.throttled_until_ms or 0) <= now_ms]
    # Connections with the least debt of their own go first, then those handled longest ago, so that those that flood an
    # address do not delay the others.
    for connection in sorted(due, key=lambda held: (-held.budget.level(now_ms), held.turn)):
        connection.throttled_until_ms = None
        del state.throttled[connection.id]
        state.to_heed.append(connection)
    if now_ms >= state.sweep_ms:
        state.sweep_ms = now_ms + min(SWEEP_MS, state.limits.announced.ping_seconds * 1_000 // 4)
        _sweep(state)
    next_ms = (held.throttled_until_ms for held in state.throttled.values() if held.throttled_until_ms is not None)
    state.wake_at(min(state.sweep_ms, *next_ms) if state.throttled else state.sweep_ms)


def _sweep(state: State) -> None:
    """Send PING to silent sessions, close those that do not answer, and limit unjoined connections."""
    now_ms = state.now.monotonic_ms
    silent_ms = state.limits.announced.ping_seconds * 1_000
    for connection in [number for peer in state.peers.values() for number in peer.sessions]:
        _look_after(state, state.connections[connection], silent_ms)
    oldest_ms = now_ms - state.limits.join_seconds * 1_000
    for unjoined in list(state.unjoined.values()):
        if len(state.unjoined) <= state.limits.unjoined_connections_max or unjoined.opened_ms > oldest_ms:
            break
        if not unjoined.held_up and not unjoined.in_flight:
            state.drop_queue(unjoined)
            end(state, unjoined, CloseReason.JOIN_TIMEOUT)
    state.forget_full_budgets()
    if state.follows_others:
        look_around(state)


def _look_after(state: State, connection: Connection, silent_ms: int) -> None:
    if not connection.abilities.is_pinged or connection.paused:
        return
    now_ms = state.now.monotonic_ms
    if connection.pinged_ms is not None:
        if now_ms - connection.pinged_ms >= silent_ms:
            end(state, connection, CloseReason.PING_TIMEOUT)
    elif now_ms - connection.heard_ms >= silent_ms:
        connection.pinged_ms = now_ms
        state.effects.append(Tell(connection.id, Ping()))
