"""Asking the store on behalf of a request: ``decide`` for writes, ``look`` for reads.

A handler names the facts that it needs and the rule; ``following.py`` follows what was decided.
"""

from collections.abc import Callable
from typing import Any, Final

from muca.core.live import Connection
from muca.core.standing import check
from muca.core.state import State
from muca.core.steps import Outcome, Steps
from muca.model.facts import Facts, Wanted
from muca.model.ids import RoomId
from muca.model.queries import PersonQuery, Query
from muca.model.replies import Data, Done, Stored
from muca.model.roles import Verb
from muca.model.storage import Decide, Decided, Look, LookResult, Refused, Rule, StoreError

DONE: Final = Done()


def stored(decided: Decided) -> Data:
    """Return the place of the event that was created; ``Done`` if nothing had to be changed."""
    if not decided.events:
        return DONE
    event = decided.events[-1]
    return Stored(room=event.room, seq=event.seq, ts_ms=event.ts_ms)


def decide(
    state: State,
    wanted: Wanted,
    rule: Rule,
    answer: Callable[[Decided], Data] = lambda _: DONE,
) -> Steps[Outcome]:
    """Let the store decide; the outcome is what ``answer`` makes of it, or why it was refused."""
    result: Decided | Refused | StoreError = yield Decide(wanted=wanted, rule=rule, ts_ms=state.now.utc_ms)
    return answer(result) if isinstance(result, Decided) else result


def look(
    state: State,
    connection: Connection,
    query: Query,
    verb: Verb | None = None,
    *,
    room: RoomId | None = None,
    answer: Callable[[Any], Data] = lambda data: data,
) -> Steps[Outcome]:
    """Let the store read something; the outcome is that or what ``answer`` makes of it, or why it was refused.

    With ``verb``, this is refused to people who may not do it in the room or, without one, on the server.
    """

    def guard(facts: Facts) -> Refused | None:
        return check(verb, facts, on_server=room is None) if verb is not None else None

    wanted = Wanted(actor=connection.uid, room=room)
    result: LookResult = yield Look(wanted=wanted, guard=guard, query=query, ts_ms=state.now.utc_ms)
    return result if isinstance(result, Refused | StoreError) else answer(result)


def read_facts(state: State, wanted: Wanted) -> Steps[Facts | StoreError]:
    """Let the store read facts. They may soon change, so a rule that relies on them checks them again."""
    facts: Facts | StoreError = yield Look(
        wanted=wanted, guard=lambda _: None, query=PersonQuery(), ts_ms=state.now.utc_ms
    )
    return facts
