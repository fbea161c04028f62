"""Disk space reserved for deletions, which must still work when the disk is full."""

import contextlib
import errno
import os
import shutil
import time
from pathlib import Path
from typing import Final

NAME: Final = "muca.reserve"
RESERVE_BYTES: Final = 4 << 20
"""The reserved space: the write-ahead log of a deletion takes some hundred KiB, and is truncated after each commit."""
LOW_BYTES: Final = 128 << 20
"""With less free space, the write-ahead log is kept short: a checkpoint needs space in the database."""
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The system's errors for a full disk and an exhausted quota."""
_RETRY_SECONDS: Final = 1.0
"""The delay before trying again to reserve the space after a failure."""


class SpaceReserve:
    """A file that occupies the space, and is removed when the space is needed. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.is_full = False
        """Whether the disk was full, so that the free space is only for deletions."""
        self._retry_at = 0.0

    def make(self) -> bool:
        """Reserve the space, if it is not reserved. Returns whether there is space for more than deletions.

        After the disk was full, this needs twice the space: what a single deletion frees is not enough.
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
        """Occupy this much, then release all but the reserve. Returns whether there was enough space."""
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
    """Allocate a file of this size. Raises ``OSError``, and leaves what was allocated."""
    with path.open("ab") as opened:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(opened.fileno(), 0, size)
        else:
            opened.write(bytes(size - opened.tell()))
