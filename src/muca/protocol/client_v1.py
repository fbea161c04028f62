"""The client's side of the first generation's dialect, in which every connection begins.

Rules:
- A frame is one ASCII object with nothing around it, because some servers accept only ASCII, or parse one object per
  read.
- A muca server answers JOIN or REGISTER with ``DATA`` or ``CODE`` in its ACK, which first-generation servers never do.
  From that ACK on the connection uses v2.
"""

from typing import Final

import msgspec

from muca.model.events import Message, Reach
from muca.model.ids import RoomId, Uid
from muca.model.pushes import PeerList
from muca.model.requests import Join, Register, Request, Send
from muca.model.rooms import LOBBY, conversation_id
from muca.model.wire import Frame
from muca.protocol.client_dialect import FRAME_BYTES_MAX, Ack, FromServer
from muca.protocol.client_v2 import ClientV2
from muca.protocol.dialect import ProtocolError
from muca.protocol.encoding import encode_ascii
from muca.protocol.frames import ObjectSplitter


class _Message(Frame, frozen=True, kw_only=True, tag="MSG"):
    """The fields of a MSG in v1; any others are ignored."""

    reach: Reach
    text: str
    sender: Uid


_decode: Final = msgspec.json.Decoder(Ack | PeerList | _Message).decode


class ClientV1:
    """A connection until the server answers in v2, if it does. Implements ``ClientDialect``."""

    name = "v1"

    def __init__(self, uid: Uid) -> None:
        self.successor: ClientV2 | None = None
        self._uid = uid
        self._objects = ObjectSplitter(FRAME_BYTES_MAX)

    def receive(self, data: bytes) -> list[FromServer]:
        """Process received bytes, and yield the replies and pushes that they complete."""
        heard: list[FromServer] = []
        self._objects.feed(data)
        try:
            while self.successor is None and (frame := self._objects.next_object()) is not None:
                said = self._read(frame)
                if said is not None:
                    heard.append(said)
        except ProtocolError:
            if not heard:
                raise
        return heard

    def _read(self, frame: bytes) -> FromServer | None:
        try:
            said: Ack | PeerList | _Message = _decode(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if isinstance(said, _Message):
            return Message(room=self._room_of(said), reach=said.reach, sender=said.sender, text=said.text)
        if isinstance(said, Ack) and (said.data or said.code is not None):
            self.successor = ClientV2(begun=self._objects.take_rest())
        return said

    def _room_of(self, message: _Message) -> RoomId | None:
        """Return the room, if it follows from the message. v1 does not say who is in a group."""
        match message.reach:
            case Reach.ALL:
                return LOBBY
            case Reach.PRIVATE:
                return conversation_id((self._uid, message.sender))
            case Reach.GROUP | Reach.ROOM:
                return None

    def encode(self, request: Request) -> bytes:
        """Encode a JOIN, a REGISTER, or a SEND with ``TO``; first-generation servers know no other requests."""
        match request:
            case Join() | Register():
                return encode_ascii(msgspec.to_builtins(request))
            case Send(text=text, recipients=recipients) if recipients is not None:
                return encode_ascii({"CMD": "SEND", "MSG": text, "TO": recipients, "FROM": self._uid})
        return b""
