"""Room on the disk that is kept for what must also go when the disk is full: deleting."""

import contextlib
import errno
import os
import shutil
import time
from pathlib import Path
from typing import Final

NAME: Final = "muca.reserve"
RESERVE_BYTES: Final = 4 << 20
"""As much is kept: the write-ahead log of a deletion takes up to some hundred KiB, and is emptied after each commit."""
LOW_BYTES: Final = 128 << 20
"""With less room on the disk, the write-ahead log is kept short: emptying it needs room in the database."""
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says when there is no room: the disk is full, or a quota is used up."""
_RETRY_SECONDS: Final = 1.0
"""How long after a failure it is tried again to take the room."""


class Reserve:
    """A file that takes up the room, and is removed when the room is needed. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.is_full = False
        """Whether the disk was found full: what is free now is for deleting alone."""
        self._retry_at = 0.0

    def make(self) -> bool:
        """Take the room, if it is not taken. Tells whether there is room for more than deleting.

        After the disk was full, that takes twice the room: what a deletion gives back is not enough.
        """
        if not self.is_full and self._path.exists():
            return True
        if time.monotonic() < self._retry_at:
            return False
        if self._take(RESERVE_BYTES) and (not self.is_full or self._take(2 * RESERVE_BYTES)):
            self.is_full = False
            return True
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        return False

    def _take(self, size: int) -> bool:
        """Take up this much, then keep what is to be kept. Tells whether there was so much."""
        is_there = self._path.exists()
        try:
            if not is_there or size > RESERVE_BYTES:
                _fill(self._path, size)
                os.truncate(self._path, RESERVE_BYTES)
        except OSError:
            with contextlib.suppress(OSError):
                if is_there:
                    os.truncate(self._path, RESERVE_BYTES)
                else:
                    self._path.unlink(missing_ok=True)
            return False
        return True

    def give(self) -> bool:
        """Release the reserved space, as the disk is full. Returns whether there was any."""
        was_full, self.is_full = self.is_full, True
        try:
            self._path.unlink()
        except OSError:
            return was_full
        return True

    def is_near(self) -> bool:
        """Return whether the disk is about to be full."""
        return shutil.disk_usage(self._path.parent).free < LOW_BYTES


def _fill(path: Path, size: int) -> None:
    """Make a file really take up this much. Raises ``OSError``, and leaves what it could make."""
    with path.open("ab") as opened:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(opened.fileno(), 0, size)
        else:
            opened.write(bytes(size - opened.tell()))
