"""Joins: how long N v2 clients take to join one after another, against a server in a process of its own.

Each client joins when the previous one has its ACK, and everyone reads everything. The ratios are to the time of a join
while fewer than 100 are online, and, with ``--compare``, to a server that sends each change of presence at once and
lists everyone in JOIN.

    python benchmarks/joins.py [--clients 2000] [--compare]
"""

import argparse
import asyncio
import json
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from muca.server.loop import loop_factory

UNBOUNDED = 1_000_000_000
"""Unlimited budgets, because one address simulates all clients."""
AT_ONCE = {"presence_interval_ms": 0, "peers_in_join_max": UNBOUNDED}
"""Limits with which nothing is gathered and JOIN lists everyone."""
FEW = 100


class Load:
    """Clients on one selector."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.buffer = bytearray(1 << 20)
        self.clients: list[socket.socket] = []
        self.bytes_read = 0

    def join(self) -> None:
        """Let one more client join, and read what comes for the others until it has its ACK."""
        number = len(self.clients)
        client = socket.create_connection(("127.0.0.1", self.port))
        join = {"CMD": "JOIN", "UN": f"Member {number}", "UID": f"member{number}@bench", "V": 2, "ID": "j"}
        client.sendall(json.dumps(join).encode() + b"\n")
        client.setblocking(False)
        self.clients.append(client)
        self.selector.register(client, selectors.EVENT_READ, number)
        answer = b""
        while b"\n" not in answer:
            answer += self._read(number)
        if b'"TYPE":"OKAY"' not in answer:
            raise RuntimeError(answer.decode())

    def _read(self, awaited: int) -> bytes:
        """Read from everyone, and return what came for the client that joins."""
        heard = b""
        for key, _ in self.selector.select(1):
            size = key.fileobj.recv_into(self.buffer)  # type: ignore[union-attr]
            if not size:
                raise ConnectionError(f"the server closed client {key.data}")
            self.bytes_read += size
            if key.data == awaited:
                heard = bytes(self.buffer[:size])
        return heard

    def close(self) -> None:
        """Leave."""
        for client in self.clients:
            client.close()
        self.selector.close()


def measure(clients: int, limits: dict[str, int]) -> tuple[float, float, float, int]:
    """Return the seconds of the first joins and of all of them, the server's CPU seconds, and the bytes read."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder, "--limits", json.dumps(limits)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert process.stdout is not None
            load = Load(int(next(line for line in process.stdout if line.startswith("ready")).split()[1]))
            begun = time.monotonic()
            for _ in range(FEW):
                load.join()
            few_seconds = time.monotonic() - begun
            for _ in range(clients - FEW):
                load.join()
            seconds = time.monotonic() - begun
            used = psutil.Process(process.pid).cpu_times()
            load.close()
            return few_seconds, seconds, used.user + used.system, load.bytes_read
        finally:
            process.kill()
            process.wait(20)


async def muca(data: Path, limits: dict[str, int]) -> None:
    """Serve with muca, history on disk, on a free port."""
    from muca.model.limits import AnnouncedLimits, Limits
    from muca.server.config import Config
    from muca.server.logs import configure_logs
    from muca.server.serve import serve

    configure_logs("error")
    budgets = {
        f"{whose}_cost_{bound}": UNBOUNDED
        for whose in ("session", "account", "address")
        for bound in ("burst", "per_second")
    }
    announced = AnnouncedLimits(ping_seconds=3_600)  # the clients answer no PING
    config = Config(
        host="127.0.0.1", port=0, tls=False, data=str(data), limits=Limits(announced=announced, **budgets, **limits)
    )
    await serve(config, lambda server: print(f"ready {server.port}", flush=True))


def main() -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--compare", action="store_true", help="measure without gathering and paging, too")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--limits", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(muca(options.serve, options.limits))
        return
    trials: dict[str, dict[str, int]] = {"gathered": {}}
    if options.compare:
        trials["at once"] = AT_ONCE
    measured = {name: measure(options.clients, limits) for name, limits in trials.items()}
    print(f"{options.clients} clients join one after another")
    for name, (few_seconds, seconds, cpu_seconds, bytes_read) in measured.items():
        growth = seconds / options.clients / (few_seconds / FEW)
        print(f"{name:>8}: {seconds:.1f} s ({cpu_seconds:.1f} s of server CPU, {bytes_read / 1e6:,.0f} MB);", end=" ")
        print(f"{seconds / options.clients * 1_000:.2f} ms a join, {growth:.1f} times that of the first {FEW}")
    if options.compare:
        print(f"gathered takes {measured['gathered'][1] / measured['at once'][1]:.3f} of the time")


if __name__ == "__main__":
    main()
