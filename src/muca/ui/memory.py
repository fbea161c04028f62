"""What a face remembers between two starts: light or dark, and how far each room was read.

A JSON file in the platform's data folder for muca, shared by all windows of a person: for every change it is read again
and replaced as a whole under a lock. What cannot be read is started anew, what cannot be written is forgotten: nothing
here is worth stopping a chat.
"""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from muca.model.ids import RoomId, Seq, Uid

LOCK_SECONDS = 1.0


class Remembered(msgspec.Struct):
    """What the file holds."""

    appearance: str = "system"
    read_seqs: dict[str, dict[RoomId, Seq]] = {}
    """By address and UID."""
    epochs: dict[str, str] = {}
    """Which epoch of the server they belong to."""


class Memory:
    """The file, or without a path nothing beyond this process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._remembered = self._read()

    @property
    def appearance(self) -> str:
        """What was chosen: ``light``, ``dark`` or ``system``."""
        return self._remembered.appearance

    def choose_appearance(self, appearance: str) -> None:
        """Remember a choice."""

        def change(remembered: Remembered) -> None:
            remembered.appearance = appearance

        self._change(change)

    def read_seqs(self, address: str, uid: Uid) -> dict[RoomId, Seq]:
        """Return how far each room was read by a UID at an address."""
        return self._remembered.read_seqs.get(f"{address} {uid}", {})

    def epoch(self, address: str, uid: Uid) -> str | None:
        """Return the epoch of the server that these belong to, where it is known."""
        return self._remembered.epochs.get(f"{address} {uid}")

    def remember_read(self, address: str, uid: Uid, read_seqs: dict[RoomId, Seq], epoch: str | None = None) -> None:
        """Remember how far each room was read, in which epoch."""

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
