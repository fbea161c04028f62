"""Stored between two starts: light or dark, and the read position of each room.

A JSON file in the platform's data folder for muca, shared by all windows of a user. For every change it is read again
and replaced atomically under a lock. Errors are ignored: an unreadable file is replaced, and a failed write is
dropped, because this data is not worth interrupting the chat.
"""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from muca.model.ids import RoomId, Seq, Uid

LOCK_SECONDS = 1.0


class Remembered(msgspec.Struct):
    """The content of the file."""

    appearance: str = "system"
    read_seqs: dict[str, dict[RoomId, Seq]] = {}
    """By address and UID."""
    epochs: dict[str, str] = {}
    """The server's epoch that these SEQs belong to."""


class Memory:
    """The stored settings; without a path they are kept only in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._remembered = self._read()

    @property
    def appearance(self) -> str:
        """The chosen appearance: ``light``, ``dark`` or ``system``."""
        return self._remembered.appearance

    def choose_appearance(self, appearance: str) -> None:
        """Store the chosen appearance."""

        def change(remembered: Remembered) -> None:
            remembered.appearance = appearance

        self._change(change)

    def read_seqs(self, address: str, uid: Uid) -> dict[RoomId, Seq]:
        """Return the read positions of a UID at an address."""
        return self._remembered.read_seqs.get(f"{address} {uid}", {})

    def epoch(self, address: str, uid: Uid) -> str | None:
        """Return the server's epoch that the read positions belong to, if known."""
        return self._remembered.epochs.get(f"{address} {uid}")

    def remember_read(self, address: str, uid: Uid, read_seqs: dict[RoomId, Seq], epoch: str | None = None) -> None:
        """Store the read positions, with their epoch."""

        def change(remembered: Remembered) -> None:
            remembered.read_seqs[f"{address} {uid}"] = read_seqs
            if epoch is not None:
                remembered.epochs[f"{address} {uid}"] = epoch

        self._change(change)

    def _change(self, change: Callable[[Remembered], None]) -> None:
        if self._path is None:
            change(self._remembered)
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self._path.with_name(self._path.name + ".lock"), timeout=LOCK_SECONDS):
                self._remembered = self._read()
                change(self._remembered)
                new = self._path.with_name(self._path.name + ".new")
                new.write_bytes(msgspec.json.encode(self._remembered))
                os.replace(new, self._path)
        except (OSError, Timeout):
            change(self._remembered)

    def _read(self) -> Remembered:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Remembered) if self._path else Remembered()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return Remembered()
