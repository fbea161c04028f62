"""Servers for tests: one in this event loop, or one in a process of its own that may be killed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from muca.model.limits import AnnouncedLimits, Limits
from muca.server.config import Config
from muca.server.serve import Server, running
from tests.wire import DEADLINE_SECONDS

UNHURRIED: Final[dict[str, Any]] = {
    f"{whose}_cost_{bound}": 1_000_000_000
    for whose in ("session", "account", "address")
    for bound in ("burst", "per_second")
}
"""Budgets that nobody uses up, for tests that are about a flood's other consequences."""


PATIENT: Final = Limits(announced=AnnouncedLimits(ping_seconds=600))
"""A test may say nothing for long on a busy machine."""


@asynccontextmanager
async def serving(
    data: Path,
    limits: Limits | None = None,
    port: int = 0,
    *,
    tls: bool = False,
    page: Path | None = None,
    host: str = "127.0.0.1",
    **settings: Any,
) -> AsyncIterator[Server]:
    """Serve in this event loop, on loopback unless a test is about other addresses of this machine."""
    limits = limits or PATIENT
    config = Config(name="Test", host=host, port=port, tls=tls, data=str(data), limits=limits, **settings)
    async with running(config, page) as server:
        yield server


class ServerProcess:
    """``muca serve`` in a process of its own. Leaving the context kills it if it still runs."""

    def __init__(
        self, *arguments: str, data: Path, tls: bool = False, unhurried: bool = False, open_files: int | None = None
    ) -> None:
        self._arguments = (*(arguments or ("0", "--host", "127.0.0.1")), "--tls" if tls else "--no-tls")
        if unhurried:
            settings = data / "unhurried.toml"
            settings.write_text("".join(["[limits]\n", *(f"{name} = {bound}\n" for name, bound in UNHURRIED.items())]))
            self._arguments += ("--config", str(settings))
        self._limited = ["sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh"] if open_files is not None else []
        self._data = data
        self.port = 0
        self.tls_port = 0
        self.greeting = ""
        self.process: asyncio.subprocess.Process

    async def __aenter__(self) -> "ServerProcess":
        self.process = await asyncio.create_subprocess_exec(
            *(*self._limited, sys.executable, "-m", "muca", "serve", *self._arguments, "--data", str(self._data)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        try:
            await self._greeted()
        except BaseException:
            await self.__aexit__()  # a loop that closes would wait for its end for ever
            raise
        found = re.search(r"address\s+\S*:(\d+)", self.greeting)
        assert found is not None, self.greeting
        self.port = int(found[1])
        if found := re.search(r"TLS\s+\S*:(\d+)", self.greeting):
            self.tls_port = int(found[1])
        return self

    async def _greeted(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(DEADLINE_SECONDS):
            while "Ctrl+C" not in self.greeting:
                line = await self.process.stdout.readline()
                if not line:
                    raise RuntimeError((await self.ended())[1])
                self.greeting += line.decode()

    async def __aexit__(self, *_: Any) -> None:
        if self.process.returncode is None:
            await self.kill()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def kill(self) -> None:
        """End it at once, with no chance to tidy up."""
        self.process.kill()
        await self.ended()

    async def ended(self) -> tuple[int, str]:
        """Wait for its end; give its exit code and what it logged."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            _, logged = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, logged.decode()
