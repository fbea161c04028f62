"""The server's side of the first generation's dialect.

Rules:
- Objects follow each other without delimiter, and may arrive in any pieces. Output is ASCII with nothing around it.
- JOIN is always answered, even if it is invalid, too large, or cut off at the limit. All other frames except a valid
  SEND are silently ignored.
- A JOIN with ``V`` 2 or more, or a REGISTER, switches to v2, even if it fails. After a successful first-generation JOIN
  this is no longer possible.
"""

from typing import Final, TypeVar

import msgspec

from muca.model.abilities import Abilities
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Message, Reach
from muca.model.ids import Uid
from muca.model.limits import Limits
from muca.model.pushes import PeerList, Push
from muca.model.replies import Fail, Joined, Okay, Reply
from muca.model.requests import Join, Send
from muca.model.wire import Frame
from muca.protocol.clues import Clues, asks_for_v2, read_clues, read_string
from muca.protocol.dialect import Fault, ProtocolError, Received
from muca.protocol.encoding import encode_ascii
from muca.protocol.faults import explain_end
from muca.protocol.frames import ObjectSplitter, is_too_deep
from muca.protocol.v2 import V2


# The fields that v1 reads. Any other field is ignored, whatever it contains.
class _Join(Frame, frozen=True, kw_only=True, tag="JOIN"):
    nickname: str
    uid: Uid


class _Send(Frame, frozen=True, kw_only=True, tag="SEND"):
    text: str
    recipients: tuple[str, ...]


_WORD: Final[msgspec.json.Decoder[_Join | _Send]] = msgspec.json.Decoder(_Join | _Send)

_W = TypeVar("_W")

_OKAY: Final = encode_ascii({"CMD": "ACK", "TYPE": "OKAY"})
_FAIL: Final = encode_ascii({"CMD": "ACK", "TYPE": "FAIL"})


def _decode(decoder: msgspec.json.Decoder[_W], frame: bytes) -> _W | None:
    """Decode a frame; None if the decoder does not know it."""
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _refuse_join(clues: Clues) -> Fault | None:
    if read_string(clues.cmd) != "JOIN":
        return None
    return Fault(code=ErrorCode.BAD_REQUEST, explanation="JOIN needs UN and UID, both strings, within the limits.")


class V1:
    """One connection's dialect, until it asks for another one. Implements ``ServerDialect``."""

    name = "v1"
    abilities = Abilities(
        is_answered=False,
        is_pinged=False,
        has_accounts=False,
        has_rooms=False,
        has_files=False,
        hears_itself=False,
        hears_changes=False,
        takes_batches=False,
    )

    def __init__(self, limits: Limits) -> None:
        self.successor: V2 | None = None
        self._limits = limits
        self._objects = ObjectSplitter(limits.join_bytes_max)
        self._has_joined = False

    def joined(self) -> None:
        """Note that a JOIN has succeeded."""
        self._has_joined = True
        self._objects.bytes_max = self._limits.announced.frame_bytes_max

    def receive(self, data: bytes) -> list[Received]:
        """Process received bytes, and yield the requests that they complete."""
        received: list[Received] = []
        try:
            self._objects.feed(data)
            while self.successor is None and (frame := self._objects.next_object()) is not None:
                said = self._read(frame)
                if said is not None:
                    received.append(said)
        except ProtocolError as error:
            if not received:
                error.fault = self._explain_end(error.explanation)
                raise
        return received

    def finish(self) -> list[Received]:
        """Answer an incomplete JOIN for v2, and ignore everything else."""
        begun = self._objects.unfinished
        successor = self._succeed(read_clues(begun))
        return [successor.read(begun)] if successor is not None else []

    def _read(self, frame: bytes) -> Received | None:
        is_bad = len(frame) > self._objects.bytes_max or is_too_deep(frame, self._limits.frame_depth_max)
        word = None if is_bad else _decode(_WORD, frame)
        if isinstance(word, _Send):
            return Send(text=word.text, recipients=word.recipients)
        clues = read_clues(frame)
        successor = self._succeed(clues)
        if successor is not None:
            return successor.read(frame)
        if word is not None:
            return Join(nickname=word.nickname, uid=word.uid)
        return _refuse_join(clues)

    def _explain_end(self, explanation: str) -> Fault | None:
        """Answer a JOIN whose end cannot be found, in v2 if it asks for v2."""
        begun = self._objects.unfinished
        clues = read_clues(begun)
        if self._succeed(clues) is not None:
            return explain_end(explanation, begun, self._limits)
        return _refuse_join(clues)

    def _succeed(self, clues: Clues) -> V2 | None:
        """Return the successor that a frame asks for; it takes over all remaining bytes."""
        if self._has_joined or not asks_for_v2(clues):
            return None
        self.successor = V2(self._limits, begun=self._objects.take_rest())
        return self.successor

    def end(self, reason: CloseReason) -> bytes:
        """Send nothing."""
        return b""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Encode a reply or push; empty if v1 does not have it."""
        match message:
            case Message(reach=Reach.ROOM) | Message(deleted=True):
                return b""
            case Message():
                told = {"CMD": "MSG", "TYPE": message.reach, "MSG": message.text, "FROM": message.sender}
                return encode_ascii(told)
            case PeerList():
                return encode_ascii({"CMD": "LIST", "DATA": [{"UN": p.nickname, "UID": p.uid} for p in message.data]})
            case Okay(data=None | Joined()):
                return _OKAY
            case Fail():
                return _FAIL
        return b""

    @staticmethod
    def encode_both(message: Message) -> tuple[bytes, bytes]:
        """Encode a message for everyone; v1 has no IDs, and its senders do not hear themselves."""
        return V1.encode(message), b""
