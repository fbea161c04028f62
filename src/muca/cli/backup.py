"""``muca backup`` and ``muca restore``: everything on a server in one file, and a server from that file."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from muca.cli.options import ConfigFile, Data, settings_for
from muca.cli.progress import show, tell
from muca.server.backup import BackupError, Manifest, file_name, make_backup, remove_old, restore_backup
from muca.server.config import ConfigError
from muca.storage.store import StoreUnusable

_NICE: Final = 10


def backup(file: Path, /, *, keep: int | None = None, data: Data = None, config: ConfigFile = None) -> int:
    """Write everything on the server into one file, also while it runs.

    The file is a tar archive, compressed if its name ends in .gz. It contains the database, the files of all messages,
    and the server's key: keep it secret. It does not contain muca.toml.

    Parameters
    ----------
    file
        New file; or a folder, in which a file named by the time is made.
    keep
        How many backups to keep in the folder, which is created if need be; older ones are removed.
    """
    if keep is not None and keep < 1:
        print("muca: --keep must be at least 1.", file=sys.stderr)
        return 2

    def work(folder: Path) -> int:
        if sys.platform != "win32":
            os.nice(_NICE)  # the server comes first
        if keep is not None:
            file.mkdir(parents=True, exist_ok=True)
        target = file / file_name(time.time()) if file.is_dir() else file
        made = make_backup(folder, target, show)
        tell("")
        print(f"{target}: {_contents(made)}, {target.stat().st_size / 1e6:,.1f} MB; read again and intact")
        if keep is not None:
            remove_old(file, keep)
        for what, files in ("Missing in the data folder", made.missing), ("Damaged", made.damaged):
            if files:
                print(f"muca: {what}: {', '.join(files)}.", file=sys.stderr)
        return 1 if made.missing or made.damaged else 0

    return _with(data, config, work)


def restore(file: Path, /, *, data: Data = None, config: ConfigFile = None) -> int:
    """Make a new data folder from a backup. It must not exist yet, or be empty.

    Parameters
    ----------
    file
        The backup.
    """

    def work(folder: Path) -> int:
        made = restore_backup(file, folder, show)
        tell("")
        print(f"{folder}: {_contents(made)}; as it was on {_time(made.made_ms)}")
        print("When the server starts, clients drop what is newer, and read everything again.")
        return 0

    return _with(data, config, work)


def _with(data: Path | None, config: Path | None, work: Callable[[Path], int]) -> int:
    """Do something with a data folder; return the exit code."""
    os.umask(0o077)  # files are readable only by this user
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that nothing incomplete is left
    try:
        return work(settings_for(data, config).data_path)
    except (BackupError, ConfigError, StoreUnusable) as error:
        problem = str(error)
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}"
    tell("")
    print(f"muca: {problem}", file=sys.stderr)
    return 2


def _contents(made: Manifest) -> str:
    newest = f" until {_time(made.newest_ms)}" if made.newest_ms else ""
    return f"messages and events{newest}: {made.events:,}, files: {made.files:,}"


def _time(utc_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(utc_ms / 1_000))
