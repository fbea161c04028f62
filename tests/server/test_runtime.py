"""The runtime: a defect costs one connection, and time passes for everyone."""

from pathlib import Path
from typing import Any

import pytest

from muca.core import hub, living
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.requests import Ping
from tests.serving import serving
from tests.wire import Wire


async def test_defect_of_ours_costs_one_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told so, the others hear that it left, and the traceback is in the log."""

    def defect(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(hub.REQUESTS, Ping, hub.Rule(defect, needs_session=True))
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        mary.line(CMD="PING", ID="1")
        assert (await mary.until("BYE"))["CODE"] == "server_error"
        assert await mary.ended()
        assert (await tony.until("PEER", TYPE="LEFT"))["UID"] == "mary"
        assert (await tony.ask(CMD="SEND", TO=[], MSG="still here", ID="2"))["TYPE"] == "OKAY"


async def test_silent_session_is_asked_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With real clocks: PING, then BYE; a session that answers stays."""
    monkeypatch.setattr(living, "SWEEP_MS", 100)
    limits = Limits(announced=AnnouncedLimits(ping_seconds=1))
    async with serving(tmp_path, limits) as server, Wire(server.port) as silent, Wire(server.port) as answering:
        await silent.join("Silent", "silent")
        await answering.join("Answering", "answering")
        await answering.until("PING")
        answering.line(CMD="PONG")
        await silent.until("PING")
        assert (await silent.until("BYE"))["CODE"] == "ping_timeout"
        assert (await answering.until("PEER", TYPE="LEFT"))["UID"] == "silent"
        answering.line(CMD="PONG")
        await answering.until("PING")
        assert (await answering.ask(CMD="PING", ID="1"))["CMD"] == "PONG"
