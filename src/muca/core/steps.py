"""Runs handlers that need answers: generators that yield an effect and are sent its result.

    result = yield Write(connection.id, admit)

- Every effect is answered, with an error if the store fails, or if the connection was closed in the meantime. So every
  handler runs to its end, and what it holds (``State.hold``) is released.
- Whatever a handler knew before a ``yield`` may have changed after it: the connection closed, the session ended.
"""

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

from muca.core.effects import Hash, ReadStore, Reserve, Write
from muca.core.live import Connection
from muca.core.state import State

_T = TypeVar("_T")

Steps: TypeAlias = Generator[Write | ReadStore | Hash | Reserve, Any, _T]
"""The steps of a handler, or of a part of one (``yield from``), which returns a value."""


def run(state: State, connection: Connection, steps: Steps[object]) -> None:
    """Run a handler until it ends or waits; it continues when its effect is answered.

    The request is in flight from its first effect to its end.
    """

    def is_waiting(result: Any = None) -> bool:
        try:
            effect = steps.send(result)
        except StopIteration:
            return False
        state.effects.append(effect._replace(then=resume))
        return True

    def resume(result: Any) -> None:
        if not is_waiting(result):
            state.store_answered(connection)

    if is_waiting():
        state.store_asked(connection)
