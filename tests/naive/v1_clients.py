"""First-generation clients, written after what is known of such programs: plain sockets, one thread each.

Three kinds, each careless in its own way:

- ``OneFrameARead``: ``recv(1000)``, ASCII, and whatever came is one frame to it.
- ``SplitAtBraces``: collects and splits the stream at the text ``}{``.
- ``Prober``: sends a bare ``1`` before everything it says, and puts nicknames into TO.
"""

import json
import socket
import threading
from collections.abc import Callable
from typing import Any, Self

DEADLINE_SECONDS = 60


class NaiveClient:
    """What the three kinds share: a thread that reads until the connection ends, and notes what it understood."""

    spaced = True

    def __init__(self, port: int, nickname: str) -> None:
        self.nickname = nickname
        self.uid = f"{nickname.lower()}@old"
        self.frames: list[dict[str, Any]] = []
        self.broken: list[str] = []
        """What came in and was no frame to this program: it would have crashed."""
        self._changed = threading.Condition()
        self.socket = socket.create_connection(("127.0.0.1", port), DEADLINE_SECONDS)
        self.socket.settimeout(None)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    # What it says

    def say(self, frame: dict[str, Any]) -> None:
        """Send one object."""
        separators = (", ", ": ") if self.spaced else (",", ":")
        self.socket.send(json.dumps(frame, separators=separators).encode("ascii"))

    def join(self) -> None:
        """JOIN, and wait for the ACK and the first LIST."""
        self.say({"CMD": "JOIN", "UN": self.nickname, "UID": self.uid})
        self.wait(lambda it: any(frame["CMD"] == "LIST" for frame in it.frames))
        assert self.frames[0] == {"CMD": "ACK", "TYPE": "OKAY"}

    def send(self, text: str, *to: "NaiveClient") -> None:
        """SEND to these; to none is to everyone."""
        self.say({"CMD": "SEND", "MSG": text, "TO": [self.name_of(peer) for peer in to], "FROM": self.uid})

    def name_of(self, peer: "NaiveClient") -> str:
        """What this kind puts into TO."""
        return peer.uid

    def leave(self) -> None:
        """Close, as these programs do, and wait for the reading thread."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(DEADLINE_SECONDS)
        self.socket.close()

    def vanish(self) -> None:
        """End as a killed process does: the kernel resets the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.leave()

    # What it hears

    def _read(self) -> None:
        try:
            while data := self.socket.recv(self.read_bytes):
                with self._changed:
                    self.hear(data)
                    self._changed.notify_all()
        except OSError:
            pass

    read_bytes = 1_000

    def hear(self, data: bytes) -> None:
        """Make frames of what one read gave."""
        raise NotImplementedError

    def understand(self, text: str) -> None:
        """Note a frame, or what this program chokes on."""
        try:
            self.frames.append(json.loads(text))
        except ValueError:
            self.broken.append(text)

    def wait(self, condition: Callable[[Self], bool]) -> None:
        """Wait until something is true of this client."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), DEADLINE_SECONDS):
                raise TimeoutError(f"{self.nickname} heard {self.frames}")

    def messages(self) -> list[tuple[str, str, str]]:
        """Return TYPE, FROM and MSG of every message, in order."""
        return [(f["TYPE"], f["FROM"], f["MSG"]) for f in self.frames if f["CMD"] == "MSG"]

    def peers(self) -> list[str]:
        """Return the UIDs of the newest LIST; none before the first one."""
        lists = [frame["DATA"] for frame in self.frames if frame["CMD"] == "LIST"]
        return [peer["UID"] for peer in lists[-1]] if lists else []


class OneFrameARead(NaiveClient):
    """Parses exactly one object a read, as ASCII."""

    def hear(self, data: bytes) -> None:
        """One read, one frame."""
        self.understand(data.decode("ascii"))


class SplitAtBraces(NaiveClient):
    """Splits at ``}{``: a newline between frames or these characters in a text would break it."""

    spaced = False
    read_bytes = 1_024
    rest = ""

    def hear(self, data: bytes) -> None:
        """Split what came; keep the last piece while it is no whole object."""
        pieces = (self.rest + data.decode("ascii")).split("}{")
        pieces = [("{" if i else "") + p + ("}" if i < len(pieces) - 1 else "") for i, p in enumerate(pieces)]
        self.rest = ""
        if not pieces[-1].endswith("}"):
            self.rest = pieces.pop()
        for piece in pieces:
            self.understand(piece)


class Prober(OneFrameARead):
    """Looks whether the connection lives by sending a bare 1, and knows people by nickname."""

    def say(self, frame: dict[str, Any]) -> None:
        """Probe, then speak."""
        self.socket.send(b"1")
        super().say(frame)

    def name_of(self, peer: NaiveClient) -> str:
        """Nicknames, not UIDs."""
        return peer.nickname


KINDS = (OneFrameARead, SplitAtBraces, Prober)
