"""The client's side of v2. Lines that this version does not know are ignored."""

from contextlib import suppress
from typing import Final, TypeAlias

import msgspec

from muca.model.pushes import Update
from muca.model.requests import Ping, Pong, Request
from muca.protocol.client_dialect import FRAME_BYTES_MAX, Ack, FromServer, ReceivedBye
from muca.protocol.encoding import encode_line
from muca.protocol.frames import LineSplitter

_Word: TypeAlias = Ack | Pong | Update | Ping | ReceivedBye
_decode: Final = msgspec.json.Decoder[_Word](_Word).decode


class ClientV2:
    """One connection to a muca server. Implements ``ClientDialect``.

    Args:
        begun: bytes that arrived before the dialect was known; the next ``receive`` processes them first.
    """

    name = "v2"
    successor: None = None

    def __init__(self, *, begun: bytes = b"") -> None:
        self._lines = LineSplitter(FRAME_BYTES_MAX)
        self._begun = begun

    def receive(self, data: bytes) -> list[FromServer]:
        """Process received bytes, and yield the replies and pushes that they complete."""
        if self._begun:
            data, self._begun = self._begun + data, b""
        heard: list[FromServer] = []
        for line in self._lines.split(data):
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                heard.append(_decode(line))
        return heard

    def encode(self, request: Request) -> bytes:
        """Encode a request as a line."""
        return encode_line(request)
