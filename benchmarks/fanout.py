"""Fan-out: deliveries per second of server CPU, muca with history on disk against a plain server, in one run.

muca is measured twice: with all members on TCP, and with all of them on WebSocket.

100 members read everything; 10 of them send as fast as the server accepts, each with a window of unacknowledged
messages. The plain server is the simplest one: asyncio on the same fast event loop, JSON lines, one ``write`` per
member and message, nothing stored. Both are measured by the CPU time of their own process (all threads), without the
load generator.

    python benchmarks/fanout.py [--members 100] [--senders 10] [--window 256] [--seconds 5] [--rounds 3]
"""

import argparse
import asyncio
import json
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import psutil

from muca.server.loop import loop_factory

TEXT = "The helium level is down to 31 %, refill is booked"
UNBOUNDED = 1_000_000_000
"""Unlimited budgets, because one address simulates all clients, and a flood is measured."""


# The plain server


async def plain(port: int) -> None:
    """Serve: parse each line, and write it to each member."""
    members: set[asyncio.Transport] = set()

    class Member(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)
            self.rest = b""
            members.add(self.transport)

        def data_received(self, data: bytes) -> None:
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                request = json.loads(line)
                if request["CMD"] == "JOIN":
                    self.uid = request["UID"]
                    self.transport.write(b'{"CMD":"ACK","TYPE":"OKAY"}\n')
                    continue
                message = {"CMD": "MSG", "TYPE": "ALL", "FROM": self.uid, "MSG": request["MSG"]}
                frame = json.dumps(message).encode() + b"\n"
                for member in members:
                    member.write(frame)
                self.transport.write(b'{"CMD":"ACK","TYPE":"OKAY","RE":"%s"}\n' % request["ID"].encode())

        def connection_lost(self, exc: Exception | None) -> None:
            members.discard(self.transport)

    server = await asyncio.get_running_loop().create_server(Member, "127.0.0.1", port)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


# The load: one process, plain sockets, as little work per byte as possible


HANDSHAKE = (
    b"GET /websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def line(frame: bytes) -> bytes:
    """Encode a frame for TCP."""
    return frame + b"\n"


def text_message(frame: bytes) -> bytes:
    """Encode a frame for WebSocket, masked with zeros, because only the server's work is measured."""
    length = bytes([0x80 | len(frame)]) if len(frame) < 126 else b"\xfe" + len(frame).to_bytes(2)
    return b"\x81" + length + bytes(4) + frame


class Load:
    """Members on one selector. Counts message frames; senders send another message for each ACK."""

    def __init__(
        self, port: int, members: int, senders: int, window: int, *, websocket: bool = False, text: str = TEXT
    ) -> None:
        self.text = text
        self.frame = text_message if websocket else line
        self.handshake = HANDSHAKE if websocket else b""
        self.selector = selectors.DefaultSelector()
        self.buffer = bytearray(1 << 20)
        self.acknowledged = 0
        self.sent = 0
        self.sockets = [self._join(port, number) for number in range(members)]
        self.senders = self.sockets[:senders]
        self.window = window

    def _join(self, port: int, number: int) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        join = {"CMD": "JOIN", "UN": f"Member {number}", "UID": f"member{number}@bench", "V": 2, "ID": "j"}
        connection.sendall(self.handshake + self.frame(json.dumps(join).encode()))
        while b'"ACK"' not in connection.recv(1 << 20):
            pass
        connection.setblocking(False)
        self.selector.register(connection, selectors.EVENT_READ, number)
        return connection

    def send(self, connection: socket.socket, count: int) -> None:
        """Send messages with fresh IDs."""
        frames = []
        for _ in range(count):
            self.sent += 1
            frames.append(self.frame(b'{"CMD":"SEND","TO":[],"MSG":"%s","ID":"%d"}' % (self.text.encode(), self.sent)))
        connection.setblocking(True)
        connection.sendall(b"".join(frames))
        connection.setblocking(False)

    def run(self, seconds: float) -> None:
        """Keep the windows full for this time."""
        senders = set(range(len(self.senders)))
        for connection in self.senders:
            self.send(connection, self.window)
        self.read_until(time.monotonic() + seconds, senders, again=True)

    def drain(self) -> None:
        """Read the remaining data."""
        senders = set(range(len(self.senders)))
        deadline = time.monotonic() + 10
        while self.acknowledged < self.sent and time.monotonic() < deadline:
            self.read_until(time.monotonic() + 0.2, senders, again=False)
        self.read_until(time.monotonic() + 0.5, senders, again=False)

    def read_until(self, end: float, senders: set[int], *, again: bool) -> None:
        """Read from everyone until then; count the ACKs of senders, and send as many messages."""
        view = memoryview(self.buffer)
        while time.monotonic() < end:
            for key, _ in self.selector.select(0.05):
                connection: socket.socket = key.fileobj  # type: ignore[assignment]
                size = connection.recv_into(view)
                if not size:
                    raise ConnectionError(f"the server closed member {key.data}")
                if key.data in senders:
                    acknowledged = self.buffer.count(b'"ACK"', 0, size)
                    self.acknowledged += acknowledged
                    if again and acknowledged:
                        self.send(connection, acknowledged)

    def close(self) -> None:
        """Leave."""
        for connection in self.sockets:
            connection.close()
        self.selector.close()


def measure(
    command: list[str],
    members: int,
    senders: int,
    window: int,
    seconds: float,
    *,
    websocket: bool = False,
    text: str = TEXT,
) -> tuple[float, float]:
    """Run one server under load; return deliveries per CPU second, and acknowledged messages per second."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        port = int(next(line for line in process.stdout if line.startswith("ready")).split()[1])
        load = Load(port, members, senders, window, websocket=websocket, text=text)
        server = psutil.Process(process.pid)
        load.run(0.5)  # warm up
        load.drain()
        before, acknowledged, start = server.cpu_times(), load.acknowledged, time.monotonic()
        load.run(seconds)
        elapsed = time.monotonic() - start
        load.drain()
        after, count = server.cpu_times(), load.acknowledged - acknowledged
        load.close()
        if load.acknowledged != load.sent:
            raise RuntimeError(f"{load.sent - load.acknowledged} messages were never acknowledged")
        cpu = after.user + after.system - before.user - before.system
        return count * members / cpu, count / elapsed
    finally:
        process.terminate()
        process.wait(20)


async def muca(data: Path) -> None:
    """Serve with muca, history on disk, on a free port."""
    from muca.model.limits import Limits
    from muca.server.config import Config
    from muca.server.logs import configure_logs
    from muca.server.serve import serve

    configure_logs("error")
    budgets: dict[str, Any] = {
        f"{whose}_cost_{bound}": UNBOUNDED
        for whose in ("session", "account", "address")
        for bound in ("burst", "per_second")
    }
    config = Config(host="127.0.0.1", port=0, tls=False, data=str(data), limits=Limits(**budgets))
    await serve(config, lambda server: print(f"ready {server.port}", flush=True))


def main() -> None:
    """Measure both in turn, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--senders", type=int, default=10)
    parser.add_argument("--window", type=int, default=256, help="messages that one sender has under way")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=["plain", "muca"], help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(plain(0) if options.serve == "plain" else muca(options.data))
        return
    ratios: list[tuple[float, float]] = []
    print(f"{options.members} members, {options.senders} senders, {options.seconds:g} s a trial")
    print(f"{'round':>5} {'plain':>10} {'TCP':>10} {'ratio':>6} {'WebSocket':>10} {'ratio':>6}", end="   ")
    print("deliveries per second of server CPU (and acknowledged sends a second)")
    for number in range(1, options.rounds + 1):
        trial = (options.members, options.senders, options.window, options.seconds)
        plain_rate, plain_sends = measure([sys.executable, __file__, "--serve", "plain"], *trial)
        (tcp_rate, tcp_sends), (web_rate, web_sends) = (measure_muca(trial, websocket=way) for way in (False, True))
        ratios.append((tcp_rate / plain_rate, web_rate / plain_rate))
        tcp_ratio, web_ratio = ratios[-1]
        print(f"{number:>5} {plain_rate:>10,.0f} {tcp_rate:>10,.0f} {tcp_ratio:>6.1f}", end=" ")
        print(f"{web_rate:>10,.0f} {web_ratio:>6.1f}   ({plain_sends:,.0f}, {tcp_sends:,.0f} and {web_sends:,.0f})")
    tcp_median, web_median = (statistics.median(way) for way in zip(*ratios, strict=True))
    print(f"median ratio {tcp_median:.1f} over TCP, {web_median:.1f} over WebSocket")


def measure_muca(
    trial: tuple[int, int, int, float], *, websocket: bool = False, text: str = TEXT
) -> tuple[float, float]:
    """Run muca under load, with a new database."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", "muca", "--data", folder]
        return measure(command, *trial, websocket=websocket, text=text)


if __name__ == "__main__":
    main()
