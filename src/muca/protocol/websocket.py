"""v2 over WebSocket (RFC 6455), after the handshake: each text message is one frame.

``WebSocketMessages`` implements the rules of WebSocket. Nothing is compressed, so that the pushes of a room are encoded
once for all members. ``V2OverWebSocket`` is the dialect.
"""

import codecs
from typing import Final, NamedTuple

from websockets.exceptions import PayloadTooBig
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import OPEN, SERVER, Protocol

from muca.model.abilities import Abilities
from muca.model.errors import CloseReason
from muca.model.events import Message
from muca.model.limits import Limits
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.protocol.dialect import Chatter, Ended, Received
from muca.protocol.encoding import encode_both, encode_json
from muca.protocol.v2 import read_frame

_CODES: Final = {
    CloseReason.LEFT: CloseCode.NORMAL_CLOSURE,
    CloseReason.REPLACED: CloseCode.NORMAL_CLOSURE,
    CloseReason.SERVER_STOPPING: CloseCode.GOING_AWAY,
    CloseReason.BAD_FRAME: CloseCode.PROTOCOL_ERROR,
    CloseReason.FRAME_TOO_LARGE: CloseCode.MESSAGE_TOO_BIG,
    CloseReason.TOO_MANY_CONNECTIONS: CloseCode.TRY_AGAIN_LATER,
    CloseReason.SERVER_ERROR: CloseCode.INTERNAL_ERROR,
}
"""WebSocket's close codes; all other reasons are 1008 (policy). BYE, which is sent before, says more."""

_new_decoder: Final = codecs.getincrementaldecoder("utf-8")


class WebSocketMessage(NamedTuple):
    """One complete message."""

    data: bytes
    is_text: bool


class WebSocketMessages:
    """The messages of one connection. Other frames become ``Chatter``, and the end ``Ended``.

    Args:
        bytes_max: maximum size of a message; a larger one ends the connection.
    """

    def __init__(self, bytes_max: int) -> None:
        self._protocol = Protocol(SERVER, state=OPEN, max_size=bytes_max)
        self._pieces: list[bytes] = []
        """The fragments of an incomplete message."""
        self._decoder: codecs.IncrementalDecoder | None = None
        """Decodes the fragments of a text."""
        self._last: bytes | None = None
        """The close frame to send."""

    def allow(self, bytes_max: int) -> None:
        """Set the maximum size of messages from now on."""
        self._protocol.max_message_size = bytes_max

    def receive(self, data: bytes) -> list[WebSocketMessage | Chatter | Ended]:
        """Process received bytes."""
        if self._last is not None:
            return []
        protocol = self._protocol
        protocol.receive_data(data)
        writes = protocol.data_to_send()
        ended: list[Ended] = []
        if protocol.close_sent is not None:
            ended = [self._end(protocol.close_sent, protocol.close_rcvd, protocol.parser_exc)]
            writes = writes[:-2]  # without the close frame and the end marker
        received: list[WebSocketMessage | Chatter | Ended] = []
        chatter = 0
        for frame in protocol.events_received():
            if isinstance(frame, Frame) and frame.opcode in _DATA:
                try:
                    message = self._piece(frame)
                except UnicodeDecodeError as error:
                    ended = [self._fail(CloseCode.INVALID_DATA, f"This text is not UTF-8: {error.reason}.")]
                    break
                if message is not None:
                    received.append(message)
                    continue
            chatter += 1
        said = [Chatter(frames=chatter, answer=b"".join(writes))] if chatter or writes else []
        return [*said, *received, *ended]

    def refuse(self, explanation: str) -> Ended:
        """Refuse the type of message that has arrived."""
        return self._fail(CloseCode.UNSUPPORTED_DATA, explanation)

    def end(self, reason: CloseReason) -> bytes:
        """Return the close frame, as an answer to the other side's or to begin closing."""
        if self._last is None:
            self._last = _close_frame(_CODES.get(reason, CloseCode.POLICY_VIOLATION), reason)
        return self._last

    def _piece(self, frame: Frame) -> WebSocketMessage | None:
        """Process a message or a fragment; returns the message that it completes."""
        data = bytes(frame.data)
        if frame.opcode is Opcode.TEXT:
            self._decoder = _new_decoder()
        if self._decoder is not None:
            self._decoder.decode(data, final=frame.fin)
        if not frame.fin:
            if data:
                self._pieces.append(data)
            return None
        message = WebSocketMessage(b"".join([*self._pieces, data]) if self._pieces else data, self._decoder is not None)
        self._pieces, self._decoder = [], None
        return message

    def _end(self, sent: Close, heard: Close | None, error: Exception | None) -> Ended:
        """Explain why the input has ended."""
        if heard is not None:  # even between the fragments of a message, which websockets would report as an error
            code = None if heard.code == CloseCode.NO_STATUS_RCVD else heard.code
            self._last = _close_frame(code)
            return Ended(reason=CloseReason.LEFT)
        self._last = _close_frame(sent.code, sent.reason)
        reason = CloseReason.FRAME_TOO_LARGE if isinstance(error, PayloadTooBig) else CloseReason.BAD_FRAME
        return Ended(reason=reason, explanation=f"WebSocket: {sent.reason}.")

    def _fail(self, code: CloseCode, explanation: str) -> Ended:
        self._last = _close_frame(code)
        return Ended(reason=CloseReason.BAD_FRAME, explanation=explanation)


_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


def _close_frame(code: int | None, reason: str = "") -> bytes:
    return Frame(Opcode.CLOSE, b"" if code is None else Close(code, reason).serialize()).serialize(mask=False)


class V2OverWebSocket:
    """One connection's dialect. Implements ``ServerDialect``."""

    name = "websocket"
    abilities = Abilities()
    successor: None = None

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._messages = WebSocketMessages(limits.join_bytes_max)

    def joined(self) -> None:
        """Note that a JOIN has succeeded."""
        self._messages.allow(self._limits.announced.frame_bytes_max)

    def receive(self, data: bytes) -> list[Received]:
        """Process received bytes, and yield the requests that they complete."""
        received: list[Received] = []
        for item in self._messages.receive(data):
            if not isinstance(item, WebSocketMessage):
                received.append(item)
            elif item.is_text:
                received.append(read_frame(item.data, self._limits))
            else:
                received.append(self._messages.refuse("Frames are text messages, not binary ones."))
                break
        return received

    def finish(self) -> list[Received]:
        """Ignore incomplete messages, because each message has its own end marker."""
        return []

    def end(self, reason: CloseReason) -> bytes:
        """Return the close frame that follows BYE."""
        return self._messages.end(reason)

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Encode a reply or push as a text message."""
        return text_frame(encode_json(message))

    @staticmethod
    def encode_both(message: Message) -> tuple[bytes, bytes]:
        """Encode a message with an ID as two text messages: for everyone, without the ID, and for its sender."""
        shared, own = encode_both(message)
        return text_frame(shared), text_frame(own)


def text_frame(data: bytes) -> bytes:
    """Encode a text message, unmasked, as RFC 6455, 5.1 requires of servers.

    The header (5.2) is written here, because that is five times as fast as ``Frame``, and each push is encoded.
    """
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2) + data
    return b"\x81\x7f" + size.to_bytes(8) + data
