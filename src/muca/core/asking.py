"""Asking the store on behalf of a request: ``decide`` for writes, ``look`` for reads.

A handler names the facts that it needs and the rule. The result is applied, delivered and answered here.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from muca.core.applying import apply
from muca.core.effects import Read, Write
from muca.core.live import Connection
from muca.core.state import State
from muca.model.facts import Facts, Wanted
from muca.model.queries import Query, SignedOut
from muca.model.replies import Data, Done, Stored
from muca.model.requests import Request
from muca.model.storage import Decide, Decided, Guard, Look, LookResult, Refused, Rule, StoreError, WriteResult

DONE: Final = Done()

Answer = Callable[[Decided], Data | None]


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
    answer: Answer = lambda _: DONE,
    heard: Callable[[WriteResult], None] = lambda _: None,
) -> None:
    """Let the store decide; then answer the request and update live state.

    ``answer`` makes the reply's data; ``heard`` receives the store's result before the client is answered.
    """
    write = Decide(wanted=wanted, rule=rule, ts_ms=state.now.utc_ms)
    then = partial(_decided, state, connection, request, answer, heard)
    state.effects.append(Write(connection.id, write, then))
    state.store_asked(connection)


def _decided(
    state: State,
    connection: Connection,
    request: Request,
    answer: Answer,
    heard: Callable[[WriteResult], None],
    result: WriteResult,
) -> None:
    heard(result)
    if isinstance(result, Decided):
        state.okay(connection, request, answer(result))
        apply(state, result)
    else:
        refuse(state, connection, request, result)
    state.store_answered(connection)


def look(
    state: State,
    connection: Connection,
    request: Request,
    wanted: Wanted,
    guard: Guard,
    query: Query,
    answer: Callable[[Data], Data] = lambda data: data,
) -> None:
    """Let the store read something; its result, or what ``answer`` makes of it, is the data of the reply."""
    looking = Look(wanted=wanted, guard=guard, query=query, ts_ms=state.now.utc_ms)
    state.effects.append(Read(connection.id, looking, partial(_seen, state, connection, request, answer)))
    state.store_asked(connection)


def _seen(
    state: State, connection: Connection, request: Request, answer: Callable[[Data], Data], result: LookResult
) -> None:
    if isinstance(result, Refused | StoreError):
        refuse(state, connection, request, result)
    else:
        assert not isinstance(result, Facts | SignedOut)
        state.okay(connection, request, answer(result))
    state.store_answered(connection)


def refuse(state: State, connection: Connection, request: Request, result: WriteResult | LookResult) -> None:
    """Answer a request that the store or its rule refused, or that failed."""
    if isinstance(result, Refused):
        state.fail(connection, request, result.code, result.detail, retry_seconds=result.retry_seconds)
    else:
        assert isinstance(result, StoreError)
        state.fail(connection, request, result.code, result.detail, retry_seconds=result.retry_seconds)
