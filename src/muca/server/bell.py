"""The bell: ``muca account`` rings it so that a running server reads the news at once.

It is a named pipe in the data folder, which exists while the server runs. What is written into it does not matter.
Where there are no named pipes (Windows, some network file systems), the server still looks now and then.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

NAME: Final = "muca.bell"


class Bell:
    """Calls ``rung``, in the event loop, soon after another process has called ``ring``."""

    def __init__(self, folder: Path, rung: Callable[[], None]) -> None:
        self._path = folder / NAME
        self._rung = rung
        self._pipe: int | None = None
        with contextlib.suppress(AttributeError, OSError):
            self._path.unlink(missing_ok=True)  # of a server that was killed
            os.mkfifo(self._path, 0o600)
            # Also open for writing: otherwise it would be at its end, and readable, after the first ring.
            self._pipe = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
            asyncio.get_running_loop().add_reader(self._pipe, self._hear)

    def _hear(self) -> None:
        assert self._pipe is not None
        with contextlib.suppress(BlockingIOError):
            os.read(self._pipe, 4_096)
        self._rung()

    def close(self) -> None:
        """Remove the pipe."""
        if self._pipe is not None:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = None
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def ring(folder: Path) -> None:
    """Wake the server that uses the data folder, if one runs."""
    with contextlib.suppress(AttributeError, OSError):  # there is none, or its bell has been rung already
        pipe = os.open(folder / NAME, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(pipe, b"!")
        finally:
            os.close(pipe)
