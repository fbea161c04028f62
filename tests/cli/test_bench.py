"""``muca bench``."""

import json
from pathlib import Path

import pytest

from muca.bench import capacity
from muca.cli.app import app


def run(*arguments: str) -> int:
    code = app(["bench", *arguments], result_action="return_value")
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize("options", [("--members", "0"), ("--seconds", "nan"), ("--rate", "-1")])
def test_what_cannot_be_measured_is_refused(options: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fanout", *options) == 2
    assert capsys.readouterr().err == f"muca: {options[0]} must be greater than 0.\n"


def test_a_server_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fanout", "--server", "127.0.0.1:1") == 1
    assert capsys.readouterr().err.startswith("muca: Cannot join at 127.0.0.1:1")


def test_a_table_or_json_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("latency", "--members", "3", "--senders", "1", "--seconds", "0.3")
    assert run(*small) == 0
    assert "server CPU a message" in capsys.readouterr().out
    assert run(*small, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"]["members"] == 3
    assert found["scenarios"]["latency"]["figures"]["p50_ms"] > 0


def test_a_card_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(capacity, "PEOPLE", (3,))
    monkeypatch.setattr(capacity, "REFINEMENTS", 0)
    card = tmp_path / "card.svg"
    assert run("--card", str(card), "--seconds", "0.2") == 0
    assert "3 people" in card.read_text("utf-8")
    assert "3 people" in capsys.readouterr().out
