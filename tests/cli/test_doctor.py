"""``muca doctor``."""

import json
from pathlib import Path

import pytest

from muca.cli.app import app
from tests.serving import ServerProcess


def doctor(*arguments: str) -> int:
    code = app(["doctor", *arguments], result_action="return_value")
    assert isinstance(code, int)
    return code


async def test_a_server_is_examined_here_and_from_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is 1 if there is an error; warnings are none."""
    async with ServerProcess(data=tmp_path / "data") as server:
        assert doctor(f"127.0.0.1:{server.port}", "--json") == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(one["check"], one["state"]) for one in found] == [
            *(("server", "ok"), ("version", "ok"), ("TLS", "warning"))
        ]
        monkeypatch.setenv("MUCA_PORT", str(server.port))
        assert doctor("--data", str(tmp_path / "data")) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "ok       settings     The settings are valid; “muca config” shows them."
        assert [line for line in lines if line.startswith("warning  backups      No backups are made")]
    assert doctor(f"127.0.0.1:{server.port}") == 1
    assert capsys.readouterr().out.startswith("ERROR    server       No muca server answers at 127.0.0.1")


def test_what_cannot_be_examined_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor("host:port") == 2
    assert doctor("--config", str(tmp_path / "none.toml")) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "has no port from 1 to 65535 after the colon" in first
    assert "none.toml: cannot be read" in second
