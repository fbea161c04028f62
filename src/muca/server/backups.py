"""Backups at regular times: each is ``muca backup`` in a process of its own, so that nobody waits for it."""

import asyncio
import contextlib
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, NoReturn

import structlog

from muca.model.storage import StoreError
from muca.server.backup import backups_in
from muca.server.conditions import Condition, Conditions
from muca.server.config import BackupSettings
from muca.server.figures import Figures

LOOK_SECONDS: Final = 60.0
"""How often the time of the newest backup is compared with the clock, which may be set."""
RETRY_SECONDS: Final = 3_600.0
"""The pause after a backup that failed."""


@contextlib.asynccontextmanager
async def backing_up(
    data: Path, settings: BackupSettings | None, conditions: Conditions, figures: Figures
) -> AsyncIterator[None]:
    """Make backups of a data folder as the settings say, while the context is open."""
    if settings is None:
        yield
        return
    making = asyncio.gather(_make_backups(data, settings, conditions, figures))
    try:
        yield
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)


async def _make_backups(data: Path, settings: BackupSettings, conditions: Conditions, figures: Figures) -> NoReturn:
    """Make a backup whenever the newest one is old enough; find out which is the newest from their names."""
    every_seconds = settings.every_hours * 3_600.0
    while True:
        with contextlib.suppress(OSError):  # the folder does not exist yet, or is on a disk that is not there
            found = await asyncio.to_thread(backups_in, settings.path)  # which may be slow on a network disk
            figures.backup_at = max((at for at, _ in found), default=0.0)
        wait_seconds = figures.backup_at + every_seconds - time.time()
        if 0 < wait_seconds <= every_seconds:
            await asyncio.sleep(min(wait_seconds, LOOK_SECONDS))
            continue
        failure = await _make_one(data, settings)
        if failure is None:
            conditions.end(Condition.BACKUPS)
        else:
            conditions.begin(Condition.BACKUPS, StoreError(failure))
            await asyncio.sleep(RETRY_SECONDS)


async def _make_one(data: Path, settings: BackupSettings) -> str | None:
    """Make a backup; return why that failed, or None."""
    began = time.monotonic()
    options = ("--keep", str(settings.keep), "--data", str(data))
    command = [sys.executable, "-P", "-m", "muca", "backup", str(settings.path), *options]
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    except OSError as error:
        return f"{sys.executable}: {error.strerror or error}"
    try:
        said, complaints = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    if process.returncode:
        return complaints.decode(errors="replace").removeprefix("muca: ").strip() or f"exit code {process.returncode}"
    structlog.get_logger().info(
        "backup_made", backup=said.decode(errors="replace").strip(), seconds=round(time.monotonic() - began, 1)
    )
    return None
