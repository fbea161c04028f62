"""The chat server: python3 Chatserver.py [port]"""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

try:
    from muca.cli.app import app
except ModuleNotFoundError:
    # This Python does not have muca, so continue in the project's own venv, if it is set up.
    if Path(sys.prefix).resolve() == VENV.resolve() or not PYTHON.exists():
        sys.exit(f"muca is not installed yet. Run this once, then try again:\n    python3 {PROJECT / 'dev.py'} setup")
    if os.name == "nt":  # there, exec would return to the shell before the program ends
        sys.exit(subprocess.call([PYTHON, *sys.argv]))
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

app(["serve", *sys.argv[1:]])
