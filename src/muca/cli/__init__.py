"""The command ``muca``. Each subcommand is a separate module, and imports what it needs when it runs."""

import signal
import sys

if sys.platform != "win32" and sys.argv[1:2] == ["serve"]:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # first of all, because SIGHUP must never end a server

from muca.cli.app import app, main

__all__ = ["app", "main"]
