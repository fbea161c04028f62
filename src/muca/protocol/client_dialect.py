"""The interface of a dialect seen from the client: what a client hears, and how it is read off the wire.

Rules:
- Words, codes and fields that this version does not know are left out: servers differ, and may be newer. In a reply's
  data, too: an entry of a list that does not fit is passed over, and a field that does not is at its default.
- Of a frame without an end at most ``FRAME_BYTES_MAX`` bytes are kept.
"""

from typing import Any, Final, Protocol, TypeAlias, TypeVar, get_args, get_origin

import msgspec

from muca.model.errors import CloseReason
from muca.model.ids import Seq
from muca.model.pushes import PeerList, Update
from muca.model.replies import TlsInfo
from muca.model.requests import Ping, Pong, Request
from muca.model.wire import Frame, Wire
from muca.protocol.dialect import ProtocolError

FRAME_BYTES_MAX: Final = 67_108_864
"""Bytes of one frame from a server. The reply to JOIN, which names every peer, is the largest."""


class Ack(Frame, frozen=True, kw_only=True, tag="ACK"):
    """A reply as it came: an ``Okay`` or a ``Fail``, its data unread, its code perhaps of a newer server."""

    outcome: str
    """``OKAY`` or ``FAIL``."""
    answers: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    """For ``read_data``: only the asker knows what it is. Empty (false) when there is none."""
    code: str | None = None
    explanation: str | None = None
    retry_seconds: float | None = None
    server: str | None = None
    epoch: str | None = None
    tls: TlsInfo | None = None


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The server's last word as it came, its code perhaps of a newer server."""

    code: str
    explanation: str
    resume: bool


Heard: TypeAlias = Ack | Pong | Update | PeerList | Ping | Bye

_D = TypeVar("_D", bound=Wire)


def read_data(ack: Ack, kind: type[_D]) -> _D:
    """Read the data of a reply. Raises ``ProtocolError`` when they are not of that kind."""
    try:
        try:
            return msgspec.json.decode(ack.data, type=kind)
        except msgspec.ValidationError:
            return _read_known(ack.data, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        explanation = f"The server's reply has no {kind.__name__} in it: {error}."
        raise ProtocolError(CloseReason.BAD_FRAME, explanation) from error


def read_last_seq(ack: Ack) -> Seq:
    """Return the SEQ of the last event of a page, whether this version knows its kind or not; 0 when there is none."""
    try:
        return max((entry.seq for entry in msgspec.json.decode(ack.data, type=_PageSeqs).events), default=0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


class _Place(Wire, frozen=True, kw_only=True):
    seq: Seq = 0


class _PageSeqs(Wire, frozen=True, kw_only=True):
    events: tuple[_Place, ...] = ()


def _read_known(data: msgspec.Raw, kind: type[_D]) -> _D:
    """Read a struct field by field, and lists entry by entry, so that what is unknown costs nothing else."""
    given = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in given:
            if field.required:
                raise msgspec.ValidationError(f"Object missing required field `{field.encode_name}`")
            continue
        try:
            values[field.name] = _read_field(given[field.encode_name], field.type)
        except (msgspec.ValidationError, UnicodeDecodeError):
            if field.required:
                raise
    return kind(**values)


def _read_field(data: msgspec.Raw, kind: Any) -> Any:
    if get_origin(kind) is tuple and get_args(kind)[1:] == (...,):
        return tuple(_read_entries(data, get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, Wire):
        return _read_known(data, kind)
    return msgspec.json.decode(data, type=kind)


def _read_entries(data: msgspec.Raw, kind: Any) -> Any:
    for entry in msgspec.json.decode(data, type=list[msgspec.Raw]):
        try:
            yield msgspec.json.decode(entry, type=kind)
        except (msgspec.ValidationError, UnicodeDecodeError):
            continue


class ClientDialect(Protocol):
    """One connection's dialect, seen from the client."""

    name: str

    @property
    def successor(self) -> "ClientDialect | None":
        """The dialect that the connection speaks from here on, once the server has answered in another one."""

    def receive(self, data: bytes) -> list[Heard]:
        """Take the next bytes off the wire and give what they complete.

        Stops before bytes that belong to ``successor``. Raises ``ProtocolError``; what was complete before the bad
        bytes is given first (the error comes with the next call).
        """

    def encode(self, request: Request) -> bytes:
        """Write a request as bytes; empty when this dialect has no word for it.

        Raises ``UnicodeEncodeError`` for a lone surrogate.
        """
