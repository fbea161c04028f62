"""The first generation's own commands, word for word."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.display import DEADLINE_SECONDS, display, titles, wait_for

__all__ = ["display"]

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "nickname"),
    [("config.txt", "Tony"), ("config1.txt", "Mary"), ("config2.txt", "Henry"), ("config3.txt", "Peter")],
)
def test_the_four_configurations(file: str, nickname: str) -> None:
    fields = json.loads((PROJECT / "classic" / file).read_text())
    uid = f"{nickname.lower()}@muca.example"
    assert fields == {"USERID": uid, "NICKNAME": nickname, "SERVER": "127.0.0.1", "SERVER_PORT": 40452}


def test_the_classic_commands_start_a_server_and_a_window(display: str, tmp_path: Path) -> None:
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, tls_port = (str(probe.getsockname()[1]) for probe in (one, other))
    classic = PROJECT / "classic"
    command = [sys.executable, "Chatserver.py", port, "--tls-port", tls_port]  # a server of one's own may run here, too
    server = subprocess.Popen(command, cwd=classic, env=environment, stdout=subprocess.PIPE, text=True)
    window = subprocess.Popen([sys.executable, "ChatApp.py", "config1.txt"], cwd=classic, env=environment)
    try:
        assert server.stdout is not None
        assert any(f":{port}" in line for line in server.stdout)
        wait_for(lambda: titles(display) == ["muca — Mary"], "the window")
    finally:
        for process in (window, server):
            process.terminate()
            process.wait(DEADLINE_SECONDS)
        assert server.stdout is not None
        server.stdout.close()
    assert server.returncode == 0


@pytest.mark.parametrize("program", ["Chatserver.py", "ChatApp.py"])
def test_where_muca_is_not_installed_the_classic_commands_say_what_to_run(tmp_path: Path, program: str) -> None:
    """A Python that sees no packages, and a project without a .venv."""
    classic = tmp_path / "classic"
    classic.mkdir()
    (classic / program).write_bytes((PROJECT / "classic" / program).read_bytes())
    command = [sys.executable, "-S", program]
    done = subprocess.run(command, cwd=classic, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"python3 {tmp_path / 'dev.py'} setup" in done.stderr


def test_the_classic_commands_find_the_project_s_venv(tmp_path: Path) -> None:
    classic, python = tmp_path / "classic", tmp_path / ".venv" / "bin" / "python"
    classic.mkdir()
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    (classic / "ChatApp.py").write_bytes((PROJECT / "classic" / "ChatApp.py").read_bytes())
    command = [sys.executable, "-S", "ChatApp.py", "config1.txt"]
    done = subprocess.run(command, cwd=classic, capture_output=True, text=True, check=False)
    assert done.stdout == "ChatApp.py config1.txt\n"
