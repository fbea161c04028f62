"""What becomes of received frames: a dialect decodes them, and the core checks the bounds."""

from collections.abc import Iterable
from typing import Any

from muca.core.bounds import Bounds
from muca.core.inputs import Heard
from muca.model.limits import Limits
from muca.model.requests import Join
from muca.protocol.dialect import Fault

LIMITS = Limits()
_BOUNDS = Bounds(LIMITS)


def checked(received: Iterable[Any], *, is_answered: bool = True) -> list[Any]:
    """Return requests and faults; without answers, a request past a bound is left out, except JOIN."""
    heard: list[Any] = []
    for said in received:
        fault = _BOUNDS.find_fault(Heard(1, said), is_answered=is_answered) if not isinstance(said, Fault) else None
        if fault is None:
            heard.append(said)
        elif is_answered or isinstance(said, Join):
            heard.append(Fault(code=fault.code, explanation=fault.explanation, answers=fault.answers))
    return heard
