"""The plainest chat servers in Python, which keep nothing: with asyncio (on uvloop), or with select.

Both parse each line of JSON and write each message to each member by itself. The second is the design of the first
generation: one thread, one ``select``, one ``send`` for each message and member.

    python benchmarks/peers/plain.py asyncio|select
"""

import asyncio
import json
import select
import socket
import sys
from typing import cast

from muca.server.loop import loop_factory


def answer(request: dict[str, str], frames: dict[str, bytes]) -> bytes:
    """Return the sender's answer; ``frames`` gets what everyone is told."""
    if request["CMD"] == "SEND":
        message = {"CMD": "MSG", "TYPE": "ALL", "FROM": "member", "MSG": request["MSG"]}
        frames["everyone"] = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    return b'{"CMD":"ACK","TYPE":"OKAY","RE":"%s"}\n' % request["ID"].encode()


async def with_asyncio() -> None:
    members: set[asyncio.Transport] = set()

    class Member(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)
            self.rest = b""
            members.add(self.transport)

        def data_received(self, data: bytes) -> None:
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                frames: dict[str, bytes] = {}
                reply = answer(json.loads(line), frames)
                for frame in frames.values():
                    for member in members:
                        member.write(frame)
                self.transport.write(reply)

        def connection_lost(self, exc: Exception | None) -> None:
            members.discard(self.transport)

    server = await asyncio.get_running_loop().create_server(Member, "127.0.0.1", 0)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def with_select() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    rests: dict[socket.socket, bytes] = {}
    print(f"ready {listener.getsockname()[1]}", flush=True)
    while True:
        readable, _, _ = select.select([listener, *rests], [], [])
        for ready in readable:
            if ready is listener:
                rests[listener.accept()[0]] = b""
                continue
            data = ready.recv(65_536)
            if not data:
                del rests[ready]
                continue
            *lines, rests[ready] = (rests[ready] + data).split(b"\n")
            for line in lines:
                frames: dict[str, bytes] = {}
                reply = answer(json.loads(line), frames)
                for frame in frames.values():
                    for member in rests:
                        member.sendall(frame)
                ready.sendall(reply)


if __name__ == "__main__":
    if sys.argv[1] == "select":
        with_select()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(with_asyncio())
