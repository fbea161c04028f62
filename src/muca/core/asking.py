"""Asking the store on behalf of a request: ``decide`` for writes, ``look`` for reads.

A handler names the facts that it needs and the rule. The result is answered here; ``following.py`` does the rest.
"""

from collections.abc import Callable
from typing import Any, Final

from muca.core.effects import ReadStore, Write
from muca.core.live import Connection
from muca.core.standing import check
from muca.core.state import State
from muca.core.steps import Steps
from muca.model.facts import Facts, Wanted
from muca.model.ids import RoomId
from muca.model.queries import PersonQuery, Query
from muca.model.replies import Data, Done, Stored
from muca.model.requests import Request
from muca.model.roles import Verb
from muca.model.storage import Decide, Decided, Look, LookResult, Refused, Rule, StoreError, WriteResult

DONE: Final = Done()


def stored(decided: Decided) -> Data:
    """Return the place of the event that was created; ``Done`` if nothing had to be changed."""
    if not decided.events:
        return DONE
    event = decided.events[-1]
    return Stored(room=event.room, seq=event.seq, ts_ms=event.ts_ms)


def decide(
    state: State,
    connection: Connection,
    request: Request,
    wanted: Wanted,
    rule: Rule,
    answer: Callable[[Decided], Data | None] = lambda _: DONE,
) -> Steps[WriteResult]:
    """Let the store decide, and answer the request with the data that ``answer`` makes."""
    write = Decide(wanted=wanted, rule=rule, ts_ms=state.now.utc_ms)
    result: WriteResult = yield Write(connection.id, write)
    if isinstance(result, Decided):
        state.okay(connection, request, answer(result))
    else:
        refuse(state, connection, request, result)
    return result


def read_facts(state: State, connection: Connection, wanted: Wanted) -> Steps[Facts | StoreError]:
    """Let the store read facts. They may soon change, so a rule that relies on them checks them again."""
    query = Look(wanted=wanted, guard=lambda _: None, query=PersonQuery(), ts_ms=state.now.utc_ms)
    result: Facts | StoreError = yield ReadStore(connection.id, query)
    return result


def look(
    state: State,
    connection: Connection,
    request: Request,
    query: Query,
    verb: Verb | None = None,
    *,
    room: RoomId | None = None,
    answer: Callable[[Any], Data] = lambda data: data,
) -> Steps[None]:
    """Let the store read something; its result, or what ``answer`` makes of it, is the data of the reply.

    With ``verb``, this is refused to people who may not do it in the room or, without one, on the server.
    """

    def guard(facts: Facts) -> Refused | None:
        return check(verb, facts, on_server=room is None) if verb is not None else None

    wanted = Wanted(actor=connection.uid, room=room)
    looking = Look(wanted=wanted, guard=guard, query=query, ts_ms=state.now.utc_ms)
    result: LookResult = yield ReadStore(connection.id, looking)
    if isinstance(result, Refused | StoreError):
        refuse(state, connection, request, result)
    else:
        state.okay(connection, request, answer(result))


def refuse(state: State, connection: Connection, request: Request, result: WriteResult | LookResult) -> None:
    """Answer a request that the store or its rule refused, or that failed."""
    assert isinstance(result, Refused | StoreError)
    state.fail(connection, request, result.code, result.detail, retry_seconds=result.retry_seconds)
