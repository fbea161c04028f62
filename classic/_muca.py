"""Finds muca for the two programs beside this file."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHONS = (PROJECT / ".venv" / "bin" / "python", PROJECT / ".venv" / "Scripts" / "python.exe")


def find_muca() -> None:
    """Go on where muca is installed: here, or in the project's .venv; otherwise say what to run."""
    if find_spec("muca") is not None:
        return
    python = next((str(python) for python in PYTHONS if python.exists()), None)
    if python is None or os.environ.get("MUCA_CLASSIC"):
        sys.exit(f"muca is not installed yet. Run this once, then try again:\n    python3 {PROJECT / 'dev.py'} setup")
    command = [python, *sys.argv]
    environment = os.environ | {"MUCA_CLASSIC": "1"}  # once only, should that .venv have no muca either
    if os.name == "nt":  # there, exec would give the shell back before the program ends
        sys.exit(subprocess.call(command, env=environment))
    os.execve(python, command, environment)
