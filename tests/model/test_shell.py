"""A command that is shown can be typed as it stands."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import muca
from muca.model.shell import muca_command
from tests.wire import DEADLINE_SECONDS

SCRIPTS = sysconfig.get_path("scripts")


def run(line: str, *, cwd: Path) -> str:
    """Type a line, and give what it prints."""
    done = subprocess.run(
        line, shell=True, cwd=cwd, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    return done.stdout.strip()


def test_it_runs_this_muca_wherever_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With muca in PATH, without, with another muca there, and in a folder above this Python."""
    system = os.defpath
    other = tmp_path / "muca"
    other.write_text("#!/bin/sh\necho another\n")
    other.chmod(0o755)
    for path in (f"{SCRIPTS}{os.pathsep}{system}", system, f"{tmp_path}{os.pathsep}{system}"):
        monkeypatch.setenv("PATH", path)
        for folder in (tmp_path, Path(SCRIPTS).parent):
            monkeypatch.chdir(folder)
            assert run(muca_command("--version"), cwd=folder) == muca.__version__, (path, folder)


def test_it_is_as_short_as_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", SCRIPTS)
    assert muca_command("forget", "lab:1") == "muca forget lab:1"
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(Path(SCRIPTS).parent)
    assert muca_command("desktop") == f"{Path(SCRIPTS).name}/muca desktop"
    monkeypatch.chdir("/")
    assert muca_command("desktop") == f"{SCRIPTS}/muca desktop"


def test_where_no_script_is_installed_python_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / "none"))
    monkeypatch.setattr(shutil, "which", lambda name: "/elsewhere/muca")
    monkeypatch.chdir(tmp_path)
    assert muca_command("desktop") == f"{sys.executable} -m muca desktop"
    assert run(muca_command("--version"), cwd=tmp_path) == muca.__version__


def test_what_a_shell_would_read_otherwise_is_quoted() -> None:
    assert muca_command("forget", "[fe80::1%eth0]:1").endswith(" forget '[fe80::1%eth0]:1'")
    assert muca_command("account", "passwd", "Tony & Co").endswith(" account passwd 'Tony & Co'")
