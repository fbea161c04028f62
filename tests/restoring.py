"""What an operator does with backups: copy the database of a server that runs, and put the copy back."""

import contextlib
import shutil
from pathlib import Path

import apsw

from muca.storage.sqlite.database_file import FILE_NAME


def back_up(data: Path) -> Path:
    """Copy the database as a backup program does that knows SQLite."""
    backup = data / "backup.sqlite3"
    with (
        contextlib.closing(apsw.Connection(str(data / FILE_NAME))) as source,
        contextlib.closing(apsw.Connection(str(backup))) as target,
        target.backup("main", source, "main") as copying,
    ):
        copying.step()
    return backup


def put_back(backup: Path, data: Path) -> None:
    """Overwrite the database of a server that was stopped."""
    for suffix in ("-wal", "-shm"):
        (data / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(backup, data / FILE_NAME)
