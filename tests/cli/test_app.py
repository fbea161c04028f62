"""The command line's table."""

import os
import subprocess
import sys

import pytest

import muca
from muca.cli.app import app
from tests.wire import DEADLINE_SECONDS


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``muca`` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "muca", *arguments],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def test_version_and_help() -> None:
    """What everyone tries first."""
    assert run("--version").stdout.strip() == muca.__version__
    shown = run("--help").stdout
    for command in ("serve", "desktop", "demo"):
        assert command in shown


@pytest.mark.parametrize("arguments", [("dance",), ("serve", "--prot", "1"), ("serve", "many")])
def test_wrong_words_are_named(arguments: tuple[str, ...]) -> None:
    """With a non-zero exit code and no traceback."""
    done = run(*arguments)
    assert done.returncode != 0
    assert arguments[-2 if "--prot" in arguments else -1] in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_commands_import_what_they_need_when_they_run() -> None:
    """The list of commands costs nothing of what they need."""
    code = "import muca.cli, sys; print([m for m in ('apsw', 'tkinter', 'uvloop', 'structlog') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=True
    )
    assert done.stdout.strip() == "[]"
    assert set(app) >= {"serve", "desktop", "demo"}


def test_a_reader_who_has_enough_is_no_traceback() -> None:
    """As with ``head``."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "muca", "config", "--all"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_is_no_traceback() -> None:
    """Wherever it comes: here, while a command is still being loaded."""
    program = "import signal, sys; import muca.cli.app; from muca.cli import main\n"
    program += "sys.modules['muca.cli.app'].app = lambda: signal.raise_signal(signal.SIGINT)\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.parametrize("imported", ["cyclopts", "muca.cli.app", "muca.server.serve"])
def test_hangup_while_python_imports_does_not_end_the_server(imported: str) -> None:
    """It means “read again” whenever it comes."""
    program = f"""
import os, signal, sys

class HangUp:
    def find_spec(self, name, path=None, target=None):
        if name == {imported!r}:
            os.kill(os.getpid(), signal.SIGHUP)
            print("hung up", file=sys.stderr)

sys.meta_path.insert(0, HangUp())
sys.argv = ["muca", "serve", "--help"]
from muca.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    assert (done.returncode, "hung up" in done.stderr) == (0, True)
