"""Commands for texts, which users can copy and run unchanged."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

_SCRIPT: Final = "muca.exe" if sys.platform == "win32" else "muca"


def muca_command(*arguments: str) -> str:
    """Return a shell command line, for the current folder, that runs this installation of muca."""
    words = [*_program(), *arguments]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _program() -> tuple[str, ...]:
    script = Path(sysconfig.get_path("scripts"), _SCRIPT)
    found = shutil.which("muca")
    if not script.is_file():
        return _from_here(Path(sys.executable)), "-m", "muca"
    if found is not None and os.path.samefile(found, script):
        return ("muca",)
    return (_from_here(script),)


def _from_here(path: Path) -> str:
    """Return the shortest path from the current folder: relative or absolute."""
    here = Path.cwd()
    is_below = path.is_relative_to(here) and here != Path(here.anchor)
    return str(path.relative_to(here) if is_below else path)
