"""The Hub: one input at a time becomes effects, in order. It owns all live state of one server process.

``REQUESTS`` is the table of what may be asked, by whom and what then happens; a new request is a line in it and a
handler in a module of its own. Every input has its line in ``Hub._inputs``.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from muca.core import joining, living, reading, sending
from muca.core.effects import Effect
from muca.core.inputs import (
    Broke,
    Closed,
    Committed,
    Heard,
    Input,
    Instant,
    Misheard,
    Opened,
    PageRead,
    Stopping,
    Woke,
)
from muca.core.state import Connection, State
from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import Limits
from muca.model.replies import ServerInfo
from muca.model.requests import History, Join, Leave, Ping, Pong, Request, Send
from muca.model.rooms import Peer
from muca.model.storage import Append


class Rule(NamedTuple):
    """Who may ask, and who answers."""

    handle: Callable[[State, Connection, Any], None]
    needs_session: bool


REQUESTS: Final[dict[type[Request], Rule]] = {
    Join: Rule(joining.join, needs_session=False),
    Send: Rule(sending.send, needs_session=True),
    History: Rule(reading.history, needs_session=True),
    Ping: Rule(living.ping, needs_session=False),
    Pong: Rule(living.pong, needs_session=False),
    Leave: Rule(joining.leave, needs_session=True),
}


class Hub:
    """Inputs in, effects out.

    Args:
        limits: the bounds of everything.
        server: who this server is, as JOIN tells it.
        new_secret: gives a fresh unguessable string of at least 128 bits, for session ids and tokens.
    """

    def __init__(self, limits: Limits, server: ServerInfo, new_secret: Callable[[], str]) -> None:
        self._state = State(limits, server, new_secret)
        self._inputs: dict[type[Input], Callable[[Any], None]] = {
            Opened: self._opened,
            Heard: self._heard,
            Misheard: self._heard,
            Broke: self._broke,
            Closed: self._closed,
            Committed: self._committed,
            PageRead: self._page_read,
            Woke: self._woke,
            Stopping: self._stopping,
        }

    def handle(self, happened: Input, now: Instant) -> list[Effect]:
        """Take in what happened and give what is to be done, in order."""
        state = self._state
        state.now = now
        self._inputs[type(happened)](happened)
        effects, state.effects = state.effects, []
        return effects

    def peers(self) -> Iterable[Peer]:
        """Give everyone who is joined, in order of joining."""
        return (session.as_peer() for session in self._state.sessions.values())

    def _opened(self, opened: Opened) -> None:
        joining.open_connection(self._state, opened)

    def _heard(self, heard: Heard | Misheard) -> None:
        connection = self._state.connections.get(heard.connection)
        if connection is None or connection.ending is not None:
            return
        connection.heard_ms = self._state.now.monotonic_ms
        connection.pinged = False
        if connection.waiting is not None:
            connection.waiting.append(heard)
        elif isinstance(heard, Heard):
            connection.faults = 0
            self._request(connection, heard.request)
        else:
            self._fault(connection, heard)

    def _request(self, connection: Connection, request: Request) -> None:
        rule = REQUESTS[type(request)]
        if rule.needs_session and connection.session is None:
            self._state.fail(connection, request, ErrorCode.NOT_JOINED)
        else:
            rule.handle(self._state, connection, request)

    def _fault(self, connection: Connection, fault: Misheard) -> None:
        self._state.fail_id(connection.id, fault.answers, fault.code, fault.explanation)
        connection.faults += 1
        if connection.faults >= self._state.limits.faults_max:
            joining.end(self._state, connection, CloseReason.BAD_FRAME, "Too many frames in a row were no requests.")

    def _broke(self, broke: Broke) -> None:
        connection = self._state.connections.get(broke.connection)
        if connection is not None:
            end = joining.end_now if broke.reason is CloseReason.SERVER_ERROR else joining.end
            end(self._state, connection, broke.reason, broke.explanation)

    def _closed(self, closed: Closed) -> None:
        connection = self._state.connections.get(closed.connection)
        if connection is not None:
            connection.gone = True
            joining.end(self._state, connection, CloseReason.LEFT)

    def _committed(self, committed: Committed) -> None:
        connection = self._state.connections.get(committed.connection)
        write, result = committed.asked.write, committed.result
        if isinstance(write, Append):
            sending.appended(self._state, connection, write, result)
        elif connection is not None:
            for heard in joining.admitted(self._state, connection, result):
                self._heard(heard)
            self._state.end_if_answered(connection)

    def _page_read(self, answer: PageRead) -> None:
        reading.page_read(self._state, answer)

    def _woke(self, _: Woke) -> None:
        living.sweep(self._state)

    def _stopping(self, _: Stopping) -> None:
        for connection in list(self._state.connections.values()):
            joining.end_now(self._state, connection, CloseReason.SERVER_STOPPING)
