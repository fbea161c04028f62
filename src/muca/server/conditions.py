"""What is wrong with the disk now. A condition is logged when it begins and when it is over, not whenever it is met."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import structlog

from muca.model.storage import StoreDamaged, StoreError, StoreFull, StoreMoved


class Condition(StrEnum):
    """What does not work."""

    DAMAGE = "damage"
    """The database is damaged. This is never over."""
    WRITING = "writing"
    READING = "reading"
    UPLOADS = "uploads"
    HOUSEKEEPING = "housekeeping"


_EVENTS: Final = {
    Condition.DAMAGE: ("store_damaged", ""),
    Condition.WRITING: ("store_failed", "store_recovered"),
    Condition.READING: ("reading_failed", "reading_recovered"),
    Condition.UPLOADS: ("uploads_failed", "uploads_recovered"),
    Condition.HOUSEKEEPING: ("housekeeping_failed", "housekeeping_recovered"),
}
"""What the log says at the beginning and at the end."""
OF_ALL_WRITING: Final = (StoreFull, StoreMoved)
"""What keeps housekeeping from its work as it does every commit: one of them tells of both."""
_SERVING: Final = (Condition.DAMAGE, Condition.WRITING, Condition.READING)
"""Without these the server does not do its work. The worst first."""


class Conditions:
    """All that hold now. For the event loop.

    Args:
        changed: is told what keeps the server from its work when that changes; None: nothing does any more.
    """

    def __init__(self, changed: Callable[[StoreError | None], None] = lambda _: None) -> None:
        self._changed = changed
        self.now: dict[Condition, StoreError] = {}
        """Those that hold, each with what was met last."""
        self._log = structlog.get_logger()

    def begin(self, condition: Condition, error: StoreError) -> None:
        """Note that something failed. What is wrong with more than was tried is noted as that."""
        if isinstance(error, StoreDamaged):
            condition = Condition.DAMAGE
        elif condition is Condition.HOUSEKEEPING and isinstance(error, OF_ALL_WRITING):
            condition = Condition.WRITING
        if type(self.now.get(condition)) is not type(error):
            say = self._log.critical if condition is Condition.DAMAGE else self._log.error
            say(_EVENTS[condition][0], error=str(error), hint=error.detail or None)
        before = self.worst
        self.now[condition] = error
        self._tell(before)

    def end(self, condition: Condition) -> None:
        """Note that it went again."""
        before = self.worst
        if self.now.pop(condition, None) is not None:
            self._log.info(_EVENTS[condition][1])
            self._tell(before)

    def _tell(self, before: StoreError | None) -> None:
        if type(self.worst) is not type(before):
            self._changed(self.worst)

    @property
    def worst(self) -> StoreError | None:
        """What keeps the server from its work; None: it works."""
        return next((self.now[condition] for condition in _SERVING if condition in self.now), None)
