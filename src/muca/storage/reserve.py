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
        self.is_used = False
        """Whether the room was given away: what is free on the disk now is for deleting alone."""
        self._retry_at = 0.0

    def make(self) -> bool:
        """Take the room, if it is not taken. Tells whether it is."""
        if self._path.exists():
            return True
        if time.monotonic() < self._retry_at:
            return False
        try:
            _fill(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            return False
        self.is_used = False
        return True

    def give(self) -> bool:
        """Give the room away. Tells whether there is any."""
        if not self.is_used:
            try:
                self._path.unlink()
            except OSError:
                return False
            self.is_used = True
        return True

    def is_near(self) -> bool:
        """Tell whether the disk is about to be full."""
        return shutil.disk_usage(self._path.parent).free < LOW_BYTES


def _fill(path: Path) -> None:
    """Make a file that really takes up the room. Raises ``OSError``, and leaves what it could make."""
    with path.open("wb") as opened:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(opened.fileno(), 0, RESERVE_BYTES)
        else:
            opened.write(bytes(RESERVE_BYTES))
