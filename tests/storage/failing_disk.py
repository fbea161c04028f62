"""A disk that fails on command, and a file that went bad."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import apsw


class FailingDisk(apsw.VFS):
    """Every SQLite file opened while it is there is on it. Parts: ``wal``, ``database``; acts: ``write``, ``sync``."""

    def __init__(self) -> None:
        self.real_name = apsw.vfs_names()[0]
        super().__init__("failing disk", self.real_name, makedefault=True)
        self._failure: tuple[str, str, int] | None = None
        self._good_acts_left = 0
        self.before_act: Callable[[], None] = lambda: None

    def fail(self, part: str, act: str, code: int, *, after: int = 0) -> None:
        """Fail with SQLite's ``code`` from now on, once ``after`` more acts of that sort went well."""
        self._failure = (part, act, code)
        self._good_acts_left = after

    def heal(self) -> None:
        """Work again."""
        self._failure = None

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

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.act(self._part, "write")
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
