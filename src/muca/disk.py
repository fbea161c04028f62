"""Files that are on disk, whole, when a function returns."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file as a whole, readable by its owner alone. Raises ``OSError``, and leaves the former one."""
    # mkstemp makes the file readable by its owner alone.
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
    """Have the names in a folder on disk: a file that is new there, or was renamed. Raises ``OSError``."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
