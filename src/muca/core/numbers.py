"""NUMBERS: statistics for the server's owners and moderators."""

from functools import partial
from typing import Final

import msgspec

from muca.core.asking import look
from muca.core.live import Connection
from muca.core.standing import check
from muca.core.state import State
from muca.model.facts import Facts, Wanted
from muca.model.queries import NumbersQuery
from muca.model.replies import Data
from muca.model.replies import Numbers as Counted
from muca.model.requests import Numbers
from muca.model.roles import Verb
from muca.model.storage import Refused

_QUERY: Final = NumbersQuery()


def numbers(state: State, connection: Connection, request: Numbers) -> None:
    """Count what is stored and who is online."""
    assert connection.session is not None
    wanted = Wanted(actor=connection.session.uid)
    look(state, connection, request, wanted, _guard, _QUERY, partial(_with_live, state))


def _guard(facts: Facts) -> Refused | None:
    return check(Verb.NUMBERS, facts, on_server=True)


def _with_live(state: State, stored: Data) -> Data:
    assert isinstance(stored, Counted)
    return msgspec.structs.replace(
        stored,
        peers=len(state.peers),
        sessions=len(state.sessions),
        uptime_seconds=(state.now.monotonic_ms - state.started_ms) // 1_000,
    )
