"""NUMBERS: statistics for the server's owners and moderators."""

import msgspec

from muca.core.asking import look
from muca.core.live import Connection
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.queries import NumbersQuery
from muca.model.replies import Statistics
from muca.model.requests import Numbers
from muca.model.roles import Verb


def numbers(state: State, connection: Connection, request: Numbers) -> Handled:
    """Count what is stored and who is online."""

    def with_live(stored: Statistics) -> Statistics:
        return msgspec.structs.replace(
            stored,
            peers=len(state.roster),
            sessions=len(state.sessions),
            uptime_seconds=(state.now.monotonic_ms - state.started_ms) // 1_000,
        )

    return look(state, connection, NumbersQuery(), Verb.NUMBERS, answer=with_live)
