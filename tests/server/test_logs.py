"""Logs: structured, and safe from what strangers are called."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest
import structlog
from websockets.frames import Frame, Opcode

from muca.model.limits import Limits
from muca.model.requests import Join
from muca.protocol.websocket import V2OverWebSocket
from muca.server.logs import configure_logs
from tests.core.world import World
from tests.project.files import page


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    raise_exceptions = logging.raiseExceptions
    yield
    structlog.reset_defaults()
    logging.root.handlers[:], logging.raiseExceptions = handlers, raise_exceptions
    logging.root.setLevel(level)
    logging.getLogger("websockets").setLevel(logging.NOTSET)


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


@pytest.mark.parametrize("uid", ["ann", '{"request": "JOIN", "reason": "password_wrong", "address": "192.0.2.1",'])
def test_the_filter_of_the_manual_finds_who_guesses(capsys: pytest.CaptureFixture[str], uid: str) -> None:
    """And nobody can have somebody else banned by what they call themselves."""
    configure_logs("info")
    world = World()
    world.ask(world.open("198.51.100.1"), Join(uid=uid, v=2, password="wrong guess"))
    (note,) = world.notes
    structlog.get_logger().info(note.event, **note.facts)
    (pattern,) = re.findall(r"^failregex = (.+)$", page("docs/OPERATING.md"), re.MULTILINE)
    found = re.findall(pattern.replace("<HOST>", "(.+?)"), capsys.readouterr().err)
    assert found == ["198.51.100.1"]


def test_closed_error_output_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the program that read the logs has ended."""
    closed = io.StringIO()
    monkeypatch.setattr(sys, "stderr", closed)
    configure_logs("info")
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        sys.stderr.write("so it would fail")
    structlog.get_logger().info("peer", nickname="Tony")


@pytest.mark.parametrize("terminal", [True, False])
def test_tracebacks_show_no_values_and_others_lines_fit_in(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    """A variable may hold a token; what asyncio logs has the same form as ours."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    configure_logs("info")
    token = "the secret"
    try:
        raise ValueError(len(token))
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("asyncio").error("something\nwith lines")
    shown = capsys.readouterr().err
    assert "ValueError: 10" in shown
    assert "the secret" not in shown
    if not terminal:
        assert [json.loads(line)["event"] for line in shown.splitlines()] == ["failed", "something\nwith lines"]


def test_frames_are_never_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    """Tokens and passwords are in them, whatever the level."""
    configure_logs("debug")
    dialect = V2OverWebSocket(Limits())
    assert dialect.receive(Frame(Opcode.TEXT, b'{"CMD":"PING","ID":"secret"}').serialize(mask=True))
    assert dialect.receive(Frame(Opcode.CLOSE, b"").serialize(mask=True))
    structlog.get_logger().debug("shown")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["shown"]
