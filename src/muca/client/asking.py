"""The base of the groups of methods that make up ``Client``: each asks one request and gives its data."""

from abc import ABC, abstractmethod
from typing import TypeVar

from muca.model.ids import RoomId, Seq
from muca.model.replies import Stored
from muca.model.requests import Request
from muca.model.wire import Wire

_D = TypeVar("_D", bound=Wire)


class _Change(Wire, frozen=True, kw_only=True):
    """A ``Stored``, or a ``Done`` where nothing had to be done."""

    room: RoomId = ""
    seq: Seq = 0
    ts_ms: int = 0


class Asking(ABC):
    """Has a server to ask.

    Every method raises ``Refused`` (the server's FAIL), ``NotSupported`` (a first-generation server) and
    ``NotConnected``. While the connection is down it waits, and asks again; what must not be asked twice raises
    ``NotConnected`` then.
    """

    @abstractmethod
    async def _ask(self, request: Request, kind: type[_D]) -> _D:
        """Return the data of the reply, read as ``kind``."""

    async def _change(self, request: Request) -> Stored | None:
        """Return where the event is that the request has made; None when it was so already, or made none."""
        made = await self._ask(request, _Change)
        return Stored(room=made.room, seq=made.seq, ts_ms=made.ts_ms) if made.seq else None
