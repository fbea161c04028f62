"""``muca config``."""

from pathlib import Path

import pytest

from muca.cli.app import app


def run(*arguments: str) -> int:
    code = app(["config", *arguments], result_action="return_value")
    assert isinstance(code, int)
    return code


def test_what_is_set_is_shown_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Secrets are not; what nobody reads is named."""
    file = tmp_path / "muca.toml"
    file.write_text('name = "Lab ü"\nmetrics_token = "0123456789abcdef"\n')
    monkeypatch.setenv("MUCA_PORT", "4000")
    monkeypatch.setenv("MUCA_PROT", "1")
    monkeypatch.setenv("MUCA_CONFIG", str(file))
    assert run() == 0
    shown = capsys.readouterr()
    assert [[part.strip() for part in line.split("#")] for line in shown.out.splitlines()] == [
        ['name = "Lab ü"', f"{file}, line 1"],
        ["port = 4000", "MUCA_PORT"],
        ['metrics_token = "…"', f"{file}, line 2"],
    ]
    assert shown.err == "muca: MUCA_PROT: there is no such setting.\n"


def test_defaults_are_shown_if_one_asks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert capsys.readouterr().out == "# Every setting has its default; --all shows them.\n"
    assert run("--all") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["port", "=", "40452", "#", "default"] in lines
    assert ["limits.gather_ms", "=", "8", "#", "default"] in lines


def test_a_mistake_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MUCA_PORT", "many")
    assert run() == 2
    assert capsys.readouterr() == ("", "muca: MUCA_PORT: must be a whole number.\n")
