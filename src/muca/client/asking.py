"""The base class for the groups of methods of ``Client``. Each method sends one request and returns its data."""

from abc import ABC, abstractmethod
from typing import TypeVar

from muca.model.ids import RoomId, Seq
from muca.model.replies import Stored
from muca.model.requests import Request
from muca.model.wire import Wire

_D = TypeVar("_D", bound=Wire)


class _Change(Wire, frozen=True, kw_only=True):
    """A ``Stored``, or a ``Done`` if nothing had to be done."""

    room: RoomId = ""
    seq: Seq = 0
    ts_ms: int = 0


class Asking(ABC):
    """Sends requests to a server.

    Every method raises ``Refused`` (the server answered FAIL), ``NotSupported`` (a first-generation server) and
    ``NotConnected``. While the connection is down, a method waits and then sends its request again. Requests that must
    not be sent twice raise ``NotConnected`` instead.
    """

    @abstractmethod
    async def _ask(self, request: Request, kind: type[_D]) -> _D:
        """Return the data of the reply, decoded as ``kind``."""

    async def _change(self, request: Request) -> Stored | None:
        """Return the position of the event that the request has caused, or None if it has caused none."""
        made = await self._ask(request, _Change)
        return Stored(room=made.room, seq=made.seq, ts_ms=made.ts_ms) if made.seq else None
