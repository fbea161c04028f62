"""Where the bytes of files are: the folder ``files`` in the data folder.

Rules:
- A file is under its id, which nobody can guess, in a folder of the id's first two digits; its thumbnail beside it.
- What comes in is written in ``incoming``. It is whole and on disk before it gets its name, and has that before the
  store hears of it. So whatever the store knows is there.
- What is there and not known to the store was left behind when the server was killed, and is removed: what is incoming
  at the start, files with names some time after it.
"""

import contextlib
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

from muca.model.ids import FileId
from muca.model.storage import StoreError
from muca.storage.store import Store

_ID: Final = re.compile(r"f-[0-9a-f]{32}")
_THUMBNAIL: Final = ".webp"
_REMOVED_MAX: Final = 50
"""Files that are removed before others have their turn."""


class Incoming:
    """A file that is about to be written. What one thread is about to do is not done once another has discarded it."""

    def __init__(self, folder: "FileFolder", path: Path) -> None:
        self.path = path
        self.bytes = 0
        """How much was written."""
        self._folder = folder
        self._file: FileId | None = None
        """Its id, once it is kept."""
        self._written: BinaryIO | None = None
        self._discarded = False
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Put this behind what is there. Raises ``OSError``."""
        with self._lock:
            self._open().write(data)
            self.bytes += len(data)

    def close(self) -> None:
        """Write no more. Raises ``OSError``."""
        with self._lock:
            self._open().close()

    def _open(self) -> BinaryIO:
        if self._discarded:
            raise FileNotFoundError(self.path)
        if self._written is None:
            self._written = self.path.open("xb")
        return self._written

    def keep(self, thumbnail: bytes | None) -> tuple[FileId, str, int]:
        """See to it that it is on disk for good; give its id, its SHA-256 and its size in bytes. Raises ``OSError``."""
        with self._lock:
            if self._discarded:
                raise FileNotFoundError(self.path)
            self._file = f"f-{secrets.token_hex(16)}"
            size = self.path.stat().st_size
            return self._file, self._folder.keep(self.path, self._file, thumbnail), size

    def discard(self) -> None:
        """Leave nothing of it behind."""
        with self._lock:
            self._discarded = True
            with contextlib.suppress(OSError):  # a full disk has no room for the rest of it either
                if self._written is not None:
                    self._written.close()
            self.path.unlink(missing_ok=True)
            if self._file is not None:
                self._folder.remove([self._file])


class FileFolder:
    """The folder. ``tend`` is called by the writer thread; the rest by any."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()
        self._started = time.time()
        self._unswept = [place for place in folder.iterdir() if len(place.name) == 2]

    def begin(self) -> Incoming:
        """Give what a file can be written with."""
        return Incoming(self, self._incoming / secrets.token_hex(16))

    def keep(self, written: Path, file: FileId, thumbnail: bytes | None) -> str:
        """Give a file its place, with its thumbnail, all on disk; give its SHA-256. Raises ``OSError``."""
        path = self.path(file)
        path.parent.mkdir(exist_ok=True)
        if thumbnail is not None:
            with self.thumbnail_path(file).open("xb") as small:
                small.write(thumbnail)
                small.flush()
                os.fsync(small.fileno())
        with written.open("r+b") as whole:
            sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
            os.fsync(whole.fileno())
        written.rename(path)
        for folder in path.parent, self._folder:
            _sync(folder)
        return sha256

    def path(self, file: FileId) -> Path:
        """Say where a file is."""
        assert _ID.fullmatch(file), file
        return self._folder / file[2:4] / file

    def thumbnail_path(self, file: FileId) -> Path:
        """Say where its thumbnail is, if there is one."""
        return self.path(file).with_suffix(_THUMBNAIL)

    def remove(self, files: Iterable[FileId]) -> None:
        """Remove files with their thumbnails. Raises ``OSError``."""
        for file in files:
            self.path(file).unlink(missing_ok=True)
            self.thumbnail_path(file).unlink(missing_ok=True)

    def tend(self, store: Store) -> bool:
        """Remove some of what is nobody's. Tells whether there may be more. Raises ``StoreError``."""
        try:
            gone = store.gone_files(_REMOVED_MAX)
            if gone:
                self.remove(gone)
                store.forget_gone(gone)
            elif self._unswept:
                left = self._left_from_before(self._unswept.pop())
                self.remove(left - store.known_files(left))
        except OSError as error:
            raise StoreError(f"{self._folder}: {error}") from error
        return bool(gone or self._unswept)

    def _left_from_before(self, place: Path) -> set[FileId]:
        """Give the files in a place that are older than this process."""
        names = [entry.name for entry in os.scandir(place) if entry.stat().st_mtime < self._started]
        return {file for name in names if _ID.fullmatch(file := name.removesuffix(_THUMBNAIL))}


def _sync(folder: Path) -> None:
    """See to it that the names in a folder are on disk."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
