"""Who is still alive: PING and PONG, and the sweep that closes what is silent for too long."""

from muca.core.effects import Tell, WakeAt
from muca.core.joining import end
from muca.core.state import Connection, State
from muca.model.errors import CloseReason
from muca.model.requests import Ping, Pong

SWEEP_MS = 5_000


def ping(state: State, connection: Connection, request: Ping) -> None:
    """Answer."""
    state.effects.append(Tell(connection.id, Pong(answers=request.request_id)))


def pong(state: State, connection: Connection, request: Pong) -> None:
    """Nothing to do: having been heard is all there is to it."""


def sweep(state: State) -> None:
    """Ask silent v2 sessions whether they live, end those that do not, and make room among the unjoined."""
    now_ms = state.now.monotonic_ms
    silent_ms = state.limits.announced.ping_seconds * 1_000
    for session in list(state.sessions.values()):
        connection = session.connection
        if not connection.speaks_v2 or connection.paused:
            continue
        silence_ms = now_ms - connection.heard_ms
        if silence_ms >= 2 * silent_ms:
            end(state, connection, CloseReason.PING_TIMEOUT)
        elif silence_ms >= silent_ms and not connection.pinged:
            connection.pinged = True
            state.effects.append(Tell(connection.id, Ping()))
    oldest_ms = now_ms - state.limits.join_seconds * 1_000
    for connection in list(state.unjoined.values()):
        if len(state.unjoined) <= state.limits.unjoined_connections_max or connection.opened_ms > oldest_ms:
            break
        if connection.waiting is None:
            end(state, connection, CloseReason.JOIN_TIMEOUT)
    state.effects.append(WakeAt(now_ms + SWEEP_MS))
