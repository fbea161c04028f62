"""The client's side of a dialect: the replies and pushes of a server, and how they are decoded.

Rules:
- Commands, codes and fields that this version does not know are ignored, because servers may be newer. In the data of a
  reply, list entries that do not match are skipped, and fields that do not match get their defaults.
- Of an incomplete frame, at most ``FRAME_BYTES_MAX`` bytes are kept.
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
"""Maximum size of a frame from a server. The largest one is the reply to JOIN, which names every peer."""


class Ack(Frame, frozen=True, kw_only=True, tag="ACK"):
    """A raw reply: an ``Okay`` or a ``Fail``, with undecoded data and perhaps an unknown code."""

    outcome: str
    """``OKAY`` or ``FAIL``."""
    answers: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    """For ``read_data``, because only the caller knows the type. Empty (false) if there is none."""
    code: str | None = None
    explanation: str | None = None
    retry_seconds: float | None = None
    server: str | None = None
    epoch: str | None = None
    tls: TlsInfo | None = None


class ReceivedBye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The server's BYE, perhaps with an unknown code."""

    code: str
    explanation: str
    resume: bool


FromServer: TypeAlias = Ack | Pong | Update | PeerList | Ping | ReceivedBye

_D = TypeVar("_D", bound=Wire)


def read_data(ack: Ack, kind: type[_D]) -> _D:
    """Decode the data of a reply. Raises ``ProtocolError`` if they do not have that type."""
    try:
        try:
            return msgspec.json.decode(ack.data, type=kind)
        except msgspec.ValidationError:
            return _read_known(ack.data, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        explanation = f"The server's reply has no {kind.__name__} in it: {error}."
        raise ProtocolError(CloseReason.BAD_FRAME, explanation) from error


def read_last_seq(ack: Ack) -> Seq:
    """Return the SEQ of the last event of a page, even if its kind is unknown; 0 if the page is empty."""
    try:
        return max((entry.seq for entry in msgspec.json.decode(ack.data, type=_PageSeqs).events), default=0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


class _Place(Wire, frozen=True, kw_only=True):
    seq: Seq = 0


class _PageSeqs(Wire, frozen=True, kw_only=True):
    events: tuple[_Place, ...] = ()


def _read_known(data: msgspec.Raw, kind: type[_D]) -> _D:
    """Decode a struct field by field, and lists entry by entry, so that unknown parts do not affect others."""
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
    """The client's side of one connection's dialect."""

    name: str

    @property
    def successor(self) -> "ClientDialect | None":
        """The dialect from here on, if the server has answered in another one."""

    def receive(self, data: bytes) -> list[FromServer]:
        """Process received bytes, and yield the replies and pushes that they complete.

        Stops before bytes that belong to ``successor``. Raises ``ProtocolError``, but first yields everything that was
        complete before the bad bytes (the error is raised by the next call).
        """

    def encode(self, request: Request) -> bytes:
        """Encode a request; empty if this dialect does not have it.

        Raises ``UnicodeEncodeError`` for a lone surrogate.
        """
