"""How the load speaks to a server: a carrier carries frames, and a language says what is in them.

What a server sends is never parsed frame by frame, which would take longer than sending it. It is searched for marks:
bytes that are in each frame of a kind, and in no other. A mark never contains the last byte of a frame.
"""

import functools
import json
import re
import socket
import ssl
from collections.abc import Callable
from typing import Final, NamedTuple

CONNECT_SECONDS: Final = 10.0

_HANDSHAKE: Final = (
    b"GET /websocket HTTP/1.1\r\nHost: %b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class BenchError(Exception):
    """The measurement failed. The text says why, for people."""


def _line(content: bytes) -> bytes:
    return content + b"\n"


class Carrier(NamedTuple):
    """One way to carry frames."""

    frame: Callable[[bytes], bytes] = _line
    is_web: bool = False
    is_encrypted: bool = False

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect, and get ready for the first frame. Raises ``OSError``."""
        connection = socket.create_connection((host, port), CONNECT_SECONDS)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.is_encrypted:
                connection = _trusting().wrap_socket(connection)
            if self.is_web:
                connection.sendall(_HANDSHAKE % host.encode())
                answer = b""
                while b"\r\n\r\n" not in answer:
                    received = connection.recv(1)  # the first frame may follow at once
                    if not received:
                        raise ConnectionError("the server closed the connection")
                    answer += received
                if b" 101 " not in answer.partition(b"\r\n")[0]:
                    raise ConnectionError("the server does not speak WebSocket")
        except BaseException:
            connection.close()
            raise
        return connection


@functools.cache
def _trusting() -> ssl.SSLContext:
    """Return a context that accepts any certificate, because only the work is measured."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _text_message(content: bytes) -> bytes:
    """Mask with zeros (RFC 6455, 5.3), because only the server's work is measured."""
    size = len(content)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + content


CARRIERS: Final = {
    "tcp": Carrier(),
    "tls": Carrier(is_encrypted=True),
    "websocket": Carrier(_text_message, is_web=True),
}
"""By the name on the command line."""


class Language(NamedTuple):
    """What clients say to one kind of server, and the marks in what it says."""

    join: Callable[[str, str, str], bytes]
    """The first frame, from a user id, a nickname, and a token if there is one."""
    send: Callable[[bytes, bytes], bytes]
    """A message to everyone, from its text and its id."""
    joined: bytes
    delivery: bytes
    acknowledged: bytes
    """In the answer to each message, if the server has one; otherwise empty."""
    end: bytes
    """The last byte of a frame."""
    echoes: bool = True
    """Whether senders get their own messages, too."""
    arrived: bytes = b""
    """In what others are told of a JOIN, if they are."""
    token: re.Pattern[bytes] | None = None
    """Finds the token that lets a member come back."""
    alive: bytes = b""
    """Says that the client is still there."""


REFUSED: Final = b'"TYPE":"FAIL"'
BYE: Final = b'"CMD":"BYE"'
ANSWERED: Final = b'"RE":"a"'
"""In the answer to a request whose ID is ``a``."""


def _join(uid: str, nickname: str, token: str = "") -> bytes:
    request = {"CMD": "JOIN", "UN": nickname, "UID": uid, "V": 2, "ID": "j"}
    return json.dumps({**request, "TOKEN": token} if token else request).encode()


def _send(text: bytes, number: bytes) -> bytes:
    return b'{"CMD":"SEND","TO":[],"MSG":"%b","ID":"s%b"}' % (text, number)


MUCA: Final = Language(
    join=_join,
    send=_send,
    joined=b'"CMD":"ACK","TYPE":"OKAY","RE":"j"',
    delivery=b'"CMD":"MSG"',
    acknowledged=b'"TYPE":"OKAY","RE":"s',
    end=b"}",
    arrived=b'"TYPE":"JOINED"',
    token=re.compile(rb'"TOKEN":"([^"]*)"'),
    alive=b'{"CMD":"PONG"}',
)


PLACE: Final = 12
"""Where a text mentions somebody, and how many characters before it are the load's own."""


def _send_mentioning(uid: str, text: bytes, number: bytes) -> bytes:
    form = b'{"CMD":"SEND","TO":[],"MSG":"%b@Member%b","MENTIONS":[{"UID":"%b","BEGIN":%d,"LENGTH":7}],"ID":"s%b"}'
    return form % (text[:PLACE], text[PLACE + 7 :], uid.encode(), PLACE, number)


def mentioning(uid: str) -> Language:
    """Return what clients say if each message mentions this person."""
    return MUCA._replace(send=functools.partial(_send_mentioning, uid))


class Target(NamedTuple):
    """A server, and how it is spoken to."""

    host: str
    port: int
    carrier: Carrier
    language: Language = MUCA
    alive_seconds: float | None = None
    """How often clients must say that they are still there; None: never."""
