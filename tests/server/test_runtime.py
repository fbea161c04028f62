"""The runtime: a defect costs one connection, and time passes for everyone."""

import asyncio
import json
import signal
import ssl
from pathlib import Path
from typing import Any

import pytest

from muca.core import hub, living, sending
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import Bye, Push
from muca.model.replies import Okay, Reply
from muca.model.requests import Ping, Pong
from muca.protocol.v2 import V2
from tests.server.web.http import answer, request
from tests.serving import ServerProcess, serving
from tests.wire import DEADLINE_SECONDS, Wire


async def test_defect_of_ours_costs_one_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client is told, the others see that it left, and the traceback is in the log."""

    def defect(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(hub.REQUESTS, Ping, hub.RequestRule(defect, needs_session=True))
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        mary.line(CMD="PING", ID="1")
        assert (await mary.until("BYE"))["CODE"] == "server_error"
        assert await mary.ended()
        assert (await tony.until("PEER", TYPE="LEFT"))["UID"] == "mary"
        assert (await tony.ask(CMD="SEND", TO=[], MSG="still here", ID="2"))["TYPE"] == "OKAY"


async def test_an_answer_that_cannot_be_encoded_costs_its_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed with it is answered and delivered, also what comes behind it."""
    encode = V2.encode

    def defect(told: Reply | Push) -> bytes:
        if isinstance(told, Okay) and told.answers == "bad":
            raise ZeroDivisionError
        return encode(told)

    monkeypatch.setattr(V2, "encode", staticmethod(defect))
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        texts = ["1", "bad", "3"]
        sends = (json.dumps({"CMD": "SEND", "TO": [], "MSG": text, "ID": text}) for text in texts)
        mary.send(*(send.encode() + b"\n" for send in sends))
        assert [(await tony.until("MSG"))["MSG"] for _ in texts] == texts
        assert (await mary.until("ACK"))["RE"] == "1"
        assert (await mary.until("BYE"))["CODE"] == "server_error"
        assert await mary.ended()
        assert (await tony.ask(CMD="SEND", TO=[], MSG="still here", ID="2"))["TYPE"] == "OKAY"


async def test_a_connection_that_cannot_even_be_told_bye_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Hub learns that it is gone, and its place is free."""
    encode = V2.encode

    def defect(told: Reply | Push) -> bytes:
        if isinstance(told, Pong | Bye):
            raise ZeroDivisionError
        return encode(told)

    monkeypatch.setattr(V2, "encode", staticmethod(defect))
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        mary.line(CMD="PING", ID="1")
        assert await mary.ended()
        assert (await tony.until("PEER", TYPE="LEFT"))["UID"] == "mary"
        async with Wire(server.port) as again:
            assert (await again.join("Zoe", "zoe"))["TYPE"] == "OKAY"


async def test_what_is_committed_is_told_although_its_answer_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in what a handler does with the result costs the asker, not those who follow."""

    def defect(*_: Any) -> None:
        raise ZeroDivisionError

    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        monkeypatch.setattr(sending, "Stored", defect)
        mary.line(CMD="SEND", TO=[], MSG="heard all the same", ID="1")
        assert (await tony.until("MSG"))["MSG"] == "heard all the same"
        assert (await mary.until("BYE"))["CODE"] == "server_error"
        assert await mary.ended()


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


async def test_pause_of_the_server_itself_counts_for_nobody(tmp_path: Path) -> None:
    """Stopped for longer than every deadline: who is healthy stays, half an upload goes on, newcomers may JOIN."""
    settings = tmp_path / "muca.toml"
    short = "ping_seconds = 3\njoin_seconds = 5\nunjoined_connections_max = 1\nhttp_stall_seconds = 5\n"
    settings.write_text(f'host = "127.0.0.1"\n[limits]\n{short}http_idle_seconds = 5\n')
    trust_on_first_use = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust_on_first_use.check_hostname, trust_on_first_use.verify_mode = False, ssl.CERT_NONE
    async with (
        ServerProcess("0", "--config", str(settings), data=tmp_path, tls=True) as server,
        Wire(server.port) as tony,
        Wire(server.port) as idle,
        Wire(server.port) as uploader,
        Wire(server.tls_port) as shaking,
    ):
        session = (await tony.join("Tony", "tony"))["DATA"]["SESSION"]
        upload = request("/files?name=a.txt", "POST", b"abcd", Authorization=f"Bearer {session}", Expect="100-continue")
        uploader.send(upload[:-2])
        async with asyncio.timeout(DEADLINE_SECONDS):
            assert await uploader.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        idle.send(request("/server"))
        assert (await answer(idle)).status == 200
        async with Wire(server.port) as newcomer, Wire(server.port) as other:
            tony.line(CMD="PING", ID="before")
            assert (await tony.until("PONG"))["RE"] == "before"
            server.signal(signal.SIGSTOP)
            with pytest.raises(TimeoutError):  # it says nothing
                async with asyncio.timeout(8):
                    await tony.reader.read(1)
            uploader.send(upload[-2:])
            idle.send(request("/server"))
            server.signal(signal.SIGCONT)
            tony.line(CMD="SEND", TO=[], MSG="still here", ID="after")
            assert (await tony.until("ACK"))["RE"] == "after"
            assert (await answer(uploader)).status == 201
            assert (await answer(idle)).status == 200
            for wire, uid in ((newcomer, "newcomer"), (other, "other")):
                assert (await wire.join(uid, uid))["TYPE"] == "OKAY"
            await shaking.writer.start_tls(trust_on_first_use)
            assert (await shaking.join("Shaking", "shaking"))["TYPE"] == "OKAY"
