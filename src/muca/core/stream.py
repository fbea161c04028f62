"""Numbered news, put in order: those of a room by SEQ, those of a person by the number of the change."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Stream(Generic[_T]):
    """Passes on each item once and in order, whatever order they come in and however often.

    Args:
        last: the number of the item that was passed on last; None: the first item that comes begins the stream.
    """

    __slots__ = ("_early", "is_read", "last")

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.is_read = False
        """Whether the store is being asked for what is missing."""
        self._early: dict[int, _T] = {}

    def take(self, number: int, item: _T) -> Iterable[_T]:
        """Take an item, and return those whose turn it is now. Anything that came before is ignored."""
        if number - 1 == self.last and not self._early:  # as nearly always
            self.last = number
            return (item,)
        if self.last is None:
            self.last = number - 1
        if number > self.last:
            self._early.setdefault(number, item)
        return self._next()

    def skip_to(self, number: int) -> Iterator[_T]:
        """Give up on items up to a number, as their effects are known otherwise; yield those whose turn it is now."""
        self.last = max(number, self.last or 0)
        self._early = {each: item for each, item in self._early.items() if each > self.last}
        return self._next()

    def skip_gap(self) -> Iterator[_T]:
        """Give up on the items that are missing before those that came early, and yield these."""
        return self.skip_to(min(self._early) - 1) if self._early else iter(())

    def _next(self) -> Iterator[_T]:
        assert self.last is not None
        while self.last + 1 in self._early:
            self.last += 1
            yield self._early.pop(self.last)

    @property
    def lacks(self) -> bool:
        """Whether items are missing before one that came early."""
        return bool(self._early)
