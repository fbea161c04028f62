"""Logs: structured, and safe from what strangers are called."""

import json

import pytest
import structlog

from muca.server.logs import configure_logs


def test_elsewhere_than_on_a_terminal_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Names with line ends and escapes cannot make lines of their own."""
    configure_logs("info")
    structlog.get_logger().info("peer", nickname="evil\n\x1b[31m{}")
    structlog.get_logger().debug("not shown")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["nickname"], entry["level"]) == ("peer", "evil\n\x1b[31m{}", "info")


def test_on_a_terminal_control_characters_are_escaped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody paints on the operator's screen."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    configure_logs("info")
    structlog.get_logger().info("peer", nickname="evil\n\x1b[41mred")
    shown = capsys.readouterr().err
    assert "\x1b[41m" not in shown
    assert shown.count("\n") == 1
