"""Durable file writes: when a function returns, the complete file is on disk."""

import os
import tempfile
from pathlib import Path


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
