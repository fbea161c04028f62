"""A first-generation server as others wrote it: plain blocking sockets, a thread a client, and no more care than that.

One ``recv(1000)`` is taken for one object, answers are ASCII with nothing around them, ACK and LIST leave in one
``send``, and nobody is told more than the table of the first generation says. It knows nothing of v2.
"""

import json
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import sleep
from types import TracebackType
from typing import Any, Self


@dataclass
class Member:
    """Someone who has joined."""

    nickname: str
    uid: str
    socket: socket.socket


class NaiveV1Server:
    """Serves on loopback while the context is open; ``kill`` and ``restart`` are what a person's Ctrl+C and retry do.

    Args:
        spaces: whether there are spaces behind ``:`` and ``,``.
        list_delay_seconds: how long after the ACK the LIST comes; 0: both in one ``send``.
    """

    def __init__(self, *, spaces: bool = True, list_delay_seconds: float = 0.0) -> None:
        self._separators = (", ", ": ") if spaces else (",", ":")
        self._list_delay_seconds = list_delay_seconds
        self._lock = threading.Lock()
        self._members: list[Member] = []
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket
        self.port = 0
        self.heard: list[dict[str, Any]] = []
        """Every frame that came in, in order."""
        self.faults: list[str] = []
        """Where a read was not one object: such a server would have died here."""

    def __enter__(self) -> Self:
        self.restart()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def restart(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

    def kill(self) -> None:
        """Close everything at once."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def drop(self, uid: str) -> None:
        """Break one client's connection, as a cable would."""
        with self._lock:
            for member in self._members:
                if member.uid == uid:
                    member.socket.shutdown(socket.SHUT_RDWR)

    def _start(self, target: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._sockets.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            while data := connection.recv(1000):
                try:
                    frame = json.loads(data.decode("ascii"))
                except ValueError as error:
                    self.faults.append(f"{error}: {data!r}")
                    return
                self.heard.append(frame)
                if frame["CMD"] == "JOIN":
                    self._join(connection, frame)
                elif frame["CMD"] == "SEND":
                    self._send(frame)
        except OSError:
            pass
        finally:
            with self._lock:
                self._sockets.remove(connection)
                left = [member for member in self._members if member.socket is connection]
                for member in left:
                    self._members.remove(member)
                if left:
                    self._tell_list()
            connection.close()

    def _join(self, connection: socket.socket, frame: dict[str, Any]) -> None:
        with self._lock:
            if any(frame["UID"] == member.uid or member.socket is connection for member in self._members):
                connection.sendall(self._encode({"CMD": "ACK", "TYPE": "FAIL"}))
                return
            self._members.append(Member(frame["UN"], frame["UID"], connection))
            okay = self._encode({"CMD": "ACK", "TYPE": "OKAY"})
            if not self._list_delay_seconds:
                self._tell_list(connection, okay)
                return
            connection.sendall(okay)
        sleep(self._list_delay_seconds)  # what some servers really do, so that the two are not read as one
        with self._lock:
            self._tell_list()

    def _tell_list(self, newcomer: socket.socket | None = None, okay: bytes = b"") -> None:
        peers = [{"UN": member.nickname, "UID": member.uid} for member in self._members]
        frame = self._encode({"CMD": "LIST", "DATA": peers})
        for member in self._members:
            with suppress(OSError):
                member.socket.sendall(okay + frame if member.socket is newcomer else frame)

    def _send(self, frame: dict[str, Any]) -> None:
        to, sender = frame["TO"], frame["FROM"]
        reach = {0: "ALL", 1: "PRIVATE"}.get(len(to), "GROUP")
        message = self._encode({"CMD": "MSG", "TYPE": reach, "MSG": frame["MSG"], "FROM": sender})
        with self._lock:
            for member in self._members:
                if member.uid != sender and (not to or member.uid in to):
                    member.socket.sendall(message)

    def _encode(self, frame: dict[str, Any]) -> bytes:
        return json.dumps(frame, separators=self._separators).encode("ascii")
