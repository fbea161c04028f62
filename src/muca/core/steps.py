"""Handlers: each comes to the outcome of a request, at once or in steps.

A handler that needs answers is a generator. It yields a question, and is sent the answer:

    result = yield Decide(wanted=wanted, rule=rule, ts_ms=state.now.utc_ms)

- Every question is answered, with an error if the store fails, or if the connection was closed in the meantime. So
  every handler runs to its end, and what it holds (``State.hold``) is released.
- Whatever a handler knew before a ``yield`` may have changed after it: the connection closed, the session ended.
"""

from collections.abc import Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec import structs

from muca.core.effects import Hash, ReadStore, Reserve, Write
from muca.core.live import Connection
from muca.core.state import State
from muca.model import storage
from muca.model.replies import Data
from muca.model.requests import Request
from muca.model.storage import Look, Refused, StoreError

_T = TypeVar("_T")


class HashPassword(NamedTuple):
    """Hash a password, or verify it against a stored hash; answered by ``Hashed``. As in the effect ``Hash``."""

    password: str
    against: str | None = None


Steps: TypeAlias = Generator[storage.StoreWrite | Look | HashPassword | Reserve, Any, _T]
"""The steps of a handler, or of a part of one (``yield from``), which returns a value."""
Outcome: TypeAlias = Data | Refused | StoreError
"""What a request is answered with."""
Handled: TypeAlias = Steps[Outcome | None] | Outcome | None
"""What handlers return. None: it has been answered before the pushes that follow from it, or it has no answer."""


def finish(state: State, connection: Connection, request: Request, handled: Handled) -> None:
    """Answer a request with its outcome; if there are steps to it, when they have been taken.

    The request is in flight from its first question to its end.
    """
    if not isinstance(handled, Generator):
        return state.answer(connection, request, handled)
    steps = handled

    def asks(answer: Any = None) -> bool:
        try:
            question = steps.send(answer)
        except StopIteration as end:
            state.answer(connection, request, end.value)
            return False
        if isinstance(question, Look):
            state.effects.append(ReadStore(connection.id, question, resume))
        elif isinstance(question, HashPassword):
            state.effects.append(Hash(connection.id, connection.network, *question, resume))
        elif isinstance(question, Reserve):
            state.effects.append(structs.replace(question, then=resume))
        else:
            state.effects.append(Write(connection.id, question, resume))
        return True

    def resume(answer: Any) -> None:
        if not asks(answer):
            state.store_answered(connection)

    if asks():
        state.store_asked(connection)
    return None
