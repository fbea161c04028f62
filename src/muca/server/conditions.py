"""Current failures of the storage. A condition is logged when it begins and when it ends, not at each occurrence."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import structlog

from muca.model.storage import StoreDamaged, StoreError, StoreFull, StoreMoved


class Condition(StrEnum):
    """What does not work."""

    DAMAGE = "damage"
    """The database is damaged. This condition never ends."""
    WRITING = "writing"
    READING = "reading"
    UPLOADS = "uploads"
    HOUSEKEEPING = "housekeeping"
    BACKUPS = "backups"


_EVENTS: Final = {
    Condition.DAMAGE: ("store_damaged", ""),
    Condition.WRITING: ("store_failed", "store_recovered"),
    Condition.READING: ("reading_failed", "reading_recovered"),
    Condition.UPLOADS: ("uploads_failed", "uploads_recovered"),
    Condition.BACKUPS: ("backup_failed", "backup_recovered"),
    Condition.HOUSEKEEPING: ("housekeeping_failed", "housekeeping_recovered"),
}
"""The log events for the beginning and the end."""
OF_ALL_WRITING: Final = (StoreFull, StoreMoved)
"""Failures that affect housekeeping and commits alike, so that they are logged only once."""
_SERVING: Final = (Condition.DAMAGE, Condition.WRITING, Condition.READING)
"""Conditions in which the server does not work properly, the worst first."""


class Conditions:
    """All current conditions. For use in the event loop.

    Args:
        changed: called with the worst condition's error when that changes; None: the server works again.
    """

    def __init__(self, changed: Callable[[StoreError | None], None] = lambda _: None) -> None:
        self._changed = changed
        self.now: dict[Condition, StoreError] = {}
        """The current conditions, each with its latest error."""
        self._log = structlog.get_logger()

    def begin(self, condition: Condition, error: StoreError) -> None:
        """Record a failure. An error that affects more than the failed operation is recorded as the wider condition."""
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
        """Record that something works again."""
        before = self.worst
        if self.now.pop(condition, None) is not None:
            self._log.info(_EVENTS[condition][1])
            self._tell(before)

    def _tell(self, before: StoreError | None) -> None:
        if type(self.worst) is not type(before):
            self._changed(self.worst)

    @property
    def worst(self) -> StoreError | None:
        """The error of the worst current condition; None: the server works."""
        return next((self.now[condition] for condition in _SERVING if condition in self.now), None)
