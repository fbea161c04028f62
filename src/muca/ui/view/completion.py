"""Tab in the TO field: nicknames, one after the other."""

from collections.abc import Sequence

from muca.ui.view.recipients import EVERYONE


class Completion:
    """Completes the name before the cursor; pressed again, offers the next one."""

    def __init__(self) -> None:
        self._offered: str | None = None
        """The text before the cursor after the last completion."""
        self._head = ""
        self._names: list[str] = []
        self._next = 0

    def complete(self, before: str, names: Sequence[str]) -> str | None:
        """Return the text before the cursor with its last name completed, or None if no name matches.

        ``names`` are the names of the peers, in the order in which they are offered.
        """
        if before != self._offered:
            cut = before.rfind(",") + 1
            start = before[cut:].lstrip().casefold()
            self._head = before[:cut] + (" " if cut else "")
            self._names = [name for name in (*names, EVERYONE) if start and name.casefold().startswith(start)]
            self._next = 0
        if not self._names or (len(self._names) == 1 and before == self._offered):
            return None
        self._offered = self._head + self._names[self._next % len(self._names)]
        self._next += 1
        return None if self._offered == before and len(self._names) == 1 else self._offered
