"""Durable file writes: when a function returns, the complete file is on disk."""

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_UNSYNCED_BYTES_MAX: Final = 2 << 20


class SteadyFile(io.FileIO):
    """A new large file, which reaches the disk a little at a time, so that no fsync of a server waits for all of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "xb")
        self._unsynced_bytes = 0

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write all of the data. Raises ``OSError``."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            rest = rest[super().write(rest) :]
        self._unsynced_bytes += size
        if self._unsynced_bytes >= _UNSYNCED_BYTES_MAX:
            self.sync()
        return size

    def sync(self) -> None:
        """Make everything so far durable."""
        os.fsync(self.fileno())
        self._unsynced_bytes = 0


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file atomically, readable only by its owner. Raises ``OSError`` and keeps the previous file."""
    # mkstemp creates the file readable only by its owner.
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink()
        raise
    sync_names(path.parent)


def sync_names(folder: Path) -> None:
    """Make the names in a folder durable, after creating or renaming files. Raises ``OSError``."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
