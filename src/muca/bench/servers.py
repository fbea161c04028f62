"""Where the load goes: a server of its own, with an empty database, or one that runs already."""

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psutil

from muca.bench.wires import CARRIERS, MUCA, BenchError, Language, Target

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0
IDLE_SECONDS: Final = 1.0
"""A server is idle if it has used nearly no processor time for so long."""
IDLE_BUSY: Final = 0.05
SETTLE_SECONDS_MAX: Final = 120.0
ALIVE_SECONDS: Final = 8.0
UNBOUNDED: Final = 1_000_000_000

_SETTINGS: Final = """\
name = "bench"
host = "127.0.0.1"
port = 0
data = {data}
tls_authority = {authority}
log_level = "error"

[limits]  # one address simulates everybody, and nobody answers a PING
ping_seconds = 86_400
connections_per_address_max = 50_000
"""
_BUDGETS: Final = "".join(
    f"{whose}_cost_{bound} = {UNBOUNDED}\n"
    for whose in ("session", "account", "address")
    for bound in ("burst", "per_second")
)


class Usage(NamedTuple):
    """What a server has used since it started."""

    cpu_seconds: float
    memory_bytes: int


class TestedServer:
    """A server under load. ``process`` is None if it runs on another machine, or belongs to somebody else."""

    def __init__(
        self, host: str, ports: dict[str, int | None], process: psutil.Process | None, *, is_own: bool
    ) -> None:
        self._host = host
        self._ports = ports
        self._process = process
        self._is_own = is_own

    def target(self, carrier: str, language: Language = MUCA) -> Target:
        """Return how to reach it. Raises ``BenchError`` if it does not listen for this carrier."""
        port = self._ports.get(carrier)
        if port is None:
            raise BenchError(f"The server does not listen for {carrier}.")
        return Target(self._host, port, CARRIERS[carrier], language, None if self._is_own else ALIVE_SECONDS)

    def usage(self) -> Usage | None:
        """Return what the operating system says, or None if it cannot be asked."""
        if self._process is None:
            return None
        try:
            used = self._process.cpu_times()
            return Usage(used.user + used.system, self._process.memory_info().rss)
        except psutil.Error as error:
            raise BenchError("The server has ended.") from error

    def idle_usage(self) -> Usage | None:
        """Wait until the server has done everything that it put off, and return what it has used by then."""
        last = self.usage()
        quiet_since, deadline = time.monotonic(), time.monotonic() + SETTLE_SECONDS_MAX
        while last is not None and quiet_since + IDLE_SECONDS > time.monotonic() < deadline:
            time.sleep(IDLE_SECONDS / 4)
            usage = self.usage()
            if usage is not None and usage.cpu_seconds - last.cpu_seconds > IDLE_SECONDS / 4 * IDLE_BUSY:
                quiet_since = time.monotonic()
            last = usage
        return last


@contextlib.contextmanager
def own_server() -> Iterator[TestedServer]:
    """Start ``muca serve`` with an empty database on free ports, and stop it afterwards. Raises ``BenchError``."""
    with tempfile.TemporaryDirectory(prefix="muca-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        settings = folder / "muca.toml"
        data, authority = (json.dumps(str(folder / part)) for part in ("data", "authority"))
        settings.write_text(_SETTINGS.format(data=data, authority=authority) + _BUDGETS, "utf-8")
        command = [sys.executable, "-P", "-m", "muca", "serve", "--config", str(settings)]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8")
        try:
            ports = _greeted(server)
            if ports is None:
                raise BenchError(f"The server did not start: {(folder / 'log').read_text('utf-8').strip()}")
            yield TestedServer(
                "127.0.0.1",
                {"tcp": ports["address"], "websocket": ports["address"], "tls": ports["TLS"]},
                psutil.Process(server.pid),
                is_own=True,
            )
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.communicate(timeout=STOP_SECONDS)
            server.kill()
            server.communicate()


def _greeted(server: "subprocess.Popen[str]") -> dict[str, int] | None:
    """Read the ports from what the server prints when it can be reached, or None if it ends."""
    assert server.stdout is not None
    ports = {}
    for line in server.stdout:
        name, _, place = line.strip().partition(" ")
        if name in {"address", "TLS"}:
            ports[name] = int(place.split()[0].rpartition(":")[2])
        if name == "stop":
            return ports
    return None


@contextlib.contextmanager
def running_server(address: str) -> Iterator[TestedServer]:
    """Use the server at HOST:PORT. Raises ``BenchError`` if it cannot be reached or people are online there.

    A load would be sent to all of them.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise BenchError(f"“{address}” is not an address such as localhost:40452.")
    host = host.strip("[]")
    try:
        with socket.create_connection((host, int(port)), START_SECONDS) as connection:
            connection.sendall(MUCA.join(f"bench-{secrets.token_hex(4)}", "Bench", "") + b"\n")
            answer = msgspec.json.decode(connection.makefile("rb").readline(), type=dict[str, Any])
    except (OSError, OverflowError, msgspec.MsgspecError) as error:
        raise BenchError(f"Cannot join at {address}: {error}.") from error
    if answer.get("TYPE") != "OKAY":
        raise BenchError(f"Cannot join at {address}: {answer.get('TEXT', 'it is not a muca server')}")
    if len(answer["DATA"].get("PEERS", [])) > 1:
        raise BenchError(f"People are online at {address}, who would get every message: use another server.")
    yield TestedServer(
        host,
        {"tcp": int(port), "websocket": int(port), "tls": answer["DATA"]["SERVER"].get("TLS", {}).get("PORT")},
        _listening(int(port)) if host in {"localhost", "127.0.0.1", "::1"} else None,
        is_own=False,
    )


def _listening(port: int) -> psutil.Process | None:
    """Find the process that listens on this port, if it may be seen."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return psutil.Process(connection.pid)
    return None
