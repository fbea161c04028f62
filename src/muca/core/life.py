"""A connection's life: what each input does in each state.

    NEW ──> WAITING ──> JOINED ──> ENDING ──> GONE

- A request that must be answered before the next one leads to WAITING: a JOIN, or a SEND to a room that is being
  loaded. Its answer leads to JOINED, or back to NEW if the JOIN was refused.
- A debt leads from NEW and JOINED to OVER_BUDGET, and back when it is paid. One that is incurred while WAITING is paid
  after that.
- When a connection need not wait any more, the Hub handles what it has queued, until there is another reason to wait.
- Every state can lead to ENDING. It lasts until all that came in before was handled and answered, except after a bug.
"""

from enum import IntEnum, auto
from typing import Final

from muca.core.inputs import Broke, Chattered, Closed, Heard, HttpBegan, Misheard


class Life(IntEnum):
    """The states of a connection. Integers, as their hashes are fast, and every request needs one."""

    NEW = auto()
    """It has no session. Requests are handled as they come, as in ``JOINED``."""
    JOINED = auto()
    """It has a session."""
    WAITING = auto()
    """The current request must be answered before the next one is handled."""
    OVER_BUDGET = auto()
    """It, its address or its account has a debt."""
    ENDING = auto()
    """It ends soon. The first reason to end counts."""
    GONE = auto()
    """The Hub has forgotten it."""


class Action(IntEnum):
    """What is done with an input."""

    HANDLE = auto()
    QUEUE = auto()
    CHARGE = auto()
    """Charge its cost; there is nothing else to do."""
    END = auto()
    """End the connection once everything before is answered, or at once after a bug."""
    LOSE = auto()
    """End it likewise, without the client. If it has no session and no JOIN in progress, its queue is left out."""
    IGNORE = auto()


_COLUMNS: Final = ((Heard, Misheard, HttpBegan), (Chattered,), (Broke,), (Closed,))
_ROWS: Final = {
    Life.NEW: (Action.HANDLE, Action.CHARGE, Action.END, Action.LOSE),
    Life.JOINED: (Action.HANDLE, Action.CHARGE, Action.END, Action.LOSE),
    Life.WAITING: (Action.QUEUE, Action.CHARGE, Action.END, Action.LOSE),
    Life.OVER_BUDGET: (Action.QUEUE, Action.CHARGE, Action.END, Action.LOSE),
    Life.ENDING: (Action.IGNORE, Action.IGNORE, Action.END, Action.LOSE),
    Life.GONE: (Action.IGNORE, Action.IGNORE, Action.IGNORE, Action.IGNORE),
}

LIFE: Final[dict[tuple[Life, type], Action]] = {
    (life, kind): action
    for life, row in _ROWS.items()
    for kinds, action in zip(_COLUMNS, row, strict=True)
    for kind in kinds
}
"""The action for each state and input."""
