"""The server as a service of systemd, which these tests stand in for."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from muca.server import systemd
from muca.server.config import Config
from muca.server.listeners import CannotListen
from muca.server.serve import running
from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire

if sys.platform == "win32":
    pytest.skip("Windows has no systemd", allow_module_level=True)

DEPLOY = Path(__file__).parents[2] / "deploy" / "systemd"
EXPOSURE_MAX = 1.5
"""Of 10, by systemd's count; most services of a system have over 9."""


class Manager:
    """Hears what a service says."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))

    async def hear(self) -> list[str]:
        """Return the next message."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return (await asyncio.get_running_loop().sock_recv(self._socket, 4_096)).decode().splitlines()

    async def hear_but_pings(self) -> list[str]:
        """Return the next message that is no sign of life."""
        while (said := await self.hear()) == ["WATCHDOG=1"]:
            pass
        return said

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify", monkeypatch)
    yield manager
    manager.close()


async def test_it_says_when_it_is_ready_reads_again_and_stops(
    tmp_path: Path, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that it lives, three times in the time that it is given."""
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    async with ServerProcess(data=tmp_path / "data") as server:
        assert await manager.hear() == ["READY=1", f"STATUS=Serving on port {server.port}"]
        assert [await manager.hear() for _ in range(3)] == [["WATCHDOG=1"]] * 3
        server.signal(signal.SIGHUP)
        said, moment = await manager.hear_but_pings()
        assert (said, moment.startswith("MONOTONIC_USEC=")) == ("RELOADING=1", True)
        assert await manager.hear_but_pings() == ["READY=1"]
        server.signal(signal.SIGTERM)
        assert await manager.hear_but_pings() == ["STOPPING=1", "STATUS=Stopping"]
        assert (await server.ended())[0] == 0


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    systemd.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    systemd.tell("READY=1")


@pytest.mark.skipif(sys.platform != "linux", reason="abstract names are Linux's")
async def test_an_abstract_name_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"muca-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        systemd.tell("READY=1")
        assert heard.recv(100) == b"READY=1"


async def test_it_serves_on_sockets_that_it_is_given(tmp_path: Path) -> None:
    """Those named ``tls`` with TLS. Whoever connected before it started is served."""
    with socket.create_server(("127.0.0.1", 0)) as plain, socket.create_server(("127.0.0.1", 0)) as tls:
        ports = [one.getsockname()[1] for one in (plain, tls)]
        async with Wire(ports[0]) as early:
            early.line(CMD="JOIN", UN="Early", UID="early", V=2, ID="j")
            script = f'exec 3<&{plain.fileno()} 4<&{tls.fileno()}; LISTEN_PID=$$ exec "$@"'
            process = await asyncio.create_subprocess_exec(
                *("bash", "-c", script, "bash", sys.executable, "-m", "muca", "serve", "1", "--host", "192.0.2.1"),
                *("--data", str(tmp_path / "data")),
                env=os.environ | {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "muca.socket:tls"},
                pass_fds=(plain.fileno(), tls.fileno()),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            try:
                joined = (await early.until("ACK"))["DATA"]
                assert joined["SERVER"]["TLS"]["PORT"] == ports[1]
            finally:
                process.terminate()
                await process.communicate()


async def test_it_opens_the_ports_that_it_was_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With only a socket without TLS, TLS is not lost."""
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        monkeypatch.setattr(systemd, "_FIRST_DESCRIPTOR", os.dup(plain.fileno()))
        monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
        monkeypatch.setenv("LISTEN_FDS", "1")
        async with running(Config(data=str(tmp_path / "data"), host="127.0.0.1", port=0)) as server:
            assert server.port == port
            assert server.tls_port not in {None, port}


async def test_what_is_no_socket_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "file").open("w") as file:
        monkeypatch.setattr(systemd, "_FIRST_DESCRIPTOR", file.fileno())
        monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
        monkeypatch.setenv("LISTEN_FDS", "1")
        with pytest.raises(CannotListen, match="systemd has passed something that is no socket"):
            async with running(Config(data=str(tmp_path / "data"))):
                pass


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_are_valid_and_the_service_is_confined(tmp_path: Path) -> None:
    units = []
    for unit in DEPLOY.glob("muca*"):
        units.append(tmp_path / unit.name)
        units[-1].write_text(unit.read_text().replace("/opt/muca/bin/muca", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if "muca" in line]) == (0, [])
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / "muca.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"exposure level for muca\.service: ([\d.]+)", judged.stdout)
    assert found is not None, judged.stderr
    assert float(found[1]) <= EXPOSURE_MAX
