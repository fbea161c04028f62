"""A disk that fails on command or is full, and a file that went bad."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import apsw


class FailingDisk(apsw.VFS):
    """Every SQLite file opened while it is there is on it.

    Parts: ``wal``, ``database``; acts: ``read``, ``write``, ``sync``.
    """

    def __init__(self) -> None:
        self.real_name = apsw.vfs_names()[0]
        super().__init__("failing disk", self.real_name, makedefault=True)
        self._failure: tuple[str, str, int] | None = None
        self._good_acts_left = 0
        self.before_act: Callable[[], None] = lambda: None
        self.folder: Path | None = None
        self.capacity = 0
        """How many bytes the files of the folder may have together, if one is given."""

    def fail(self, part: str, act: str, code: int, *, after: int = 0) -> None:
        """Fail with SQLite's ``code`` from now on, once ``after`` more acts of that sort went well."""
        self._failure = (part, act, code)
        self._good_acts_left = after

    def heal(self) -> None:
        """Work again."""
        self._failure = None

    def grow(self, by: int) -> bool:
        """Return whether there is room for so many bytes more."""
        if self.folder is None:
            return True
        sizes = [file.stat().st_size for file in self.folder.iterdir() if not file.name.endswith("-shm")]
        return sum(sizes) + by <= self.capacity

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self, name, flags)

    def act(self, part: str, act: str) -> None:
        """Let a file do something, or not."""
        self.before_act()
        if self._failure is not None and self._failure[:2] == (part, act):
            if self._good_acts_left == 0:
                raise apsw.exception_for(self._failure[2])
            self._good_acts_left -= 1


class _File(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__(disk.real_name, name, flags)
        self._disk = disk
        self._part = "wal" if flags[0] & apsw.SQLITE_OPEN_WAL else "database"

    def xRead(self, amount: int, offset: int) -> bytes:
        self._disk.act(self._part, "read")
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.act(self._part, "write")
        growth = offset + len(data) - super().xFileSize()
        if growth > 0 and not self._disk.grow(growth):
            raise apsw.exception_for(apsw.SQLITE_FULL)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self._disk.act(self._part, "sync")
        super().xSync(flags)


def damage(file: Path, table: str) -> None:
    """Overwrite the first page of a table that holds rows."""
    with contextlib.closing(apsw.Connection(str(file))) as connection:
        page, size = connection.execute(
            "SELECT pageno, pgsize FROM dbstat WHERE name = ? AND pagetype = 'leaf' LIMIT 1", (table,)
        ).get
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)
