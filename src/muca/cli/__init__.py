"""The command ``muca``. Each subcommand is a separate module, and imports what it needs when it runs."""

import os
import signal
import sys
from typing import Final

import muca

if sys.platform != "win32" and sys.argv[1:2] == ["serve"]:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # first of all, because SIGHUP must never end a server

_BROKEN_PIPE: Final = 128 + 13
"""The exit code of programs that SIGPIPE ends."""


def main() -> None:
    """Run the command. The exit code is the result of the subcommand, or 130 after Ctrl+C."""
    if sys.argv[1:] == ["--version"]:  # scripts ask often, and importing the parser takes five times as long
        print(muca.__version__)
        return
    try:
        from muca.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)  # the shell's convention
    except BrokenPipeError:  # whoever reads the output has enough, as with head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_BROKEN_PIPE)
