"""From an open connection to a session: JOIN, what the server says to it, and which generation it turns out to be.

A v2 server's ACK brings everything. A first-generation server's ACK is bare, and the LIST that comes next tells who is
here. A server that asks for another TOKEN than the one presented says which server it is; JOIN is then repeated once.
"""

from collections.abc import Callable
from typing import Final

from muca.client.ending import Ended
from muca.client.errors import CannotConnect, Refused
from muca.client.knowledge import Knowledge
from muca.client.session_v1 import SessionV1
from muca.client.session_v2 import SessionV2, as_refused, explain_bye
from muca.client.tokens import Tokens
from muca.model.errors import ERRORS, ErrorCode
from muca.model.pushes import Message, PeerList
from muca.model.replies import Joined
from muca.model.requests import Join, Request
from muca.model.rooms import Peer
from muca.protocol.client_dialect import Ack, Bye, Heard, read_data

JOIN_SECONDS: Final = 10.0
"""How long a server may take to answer JOIN."""
LIST_SECONDS: Final = 2.0
"""How long the first LIST of a first-generation server is waited for, once it has accepted JOIN."""


class Joining:
    """Waits for the answer to JOIN."""

    def __init__(self, known: Knowledge, write: Callable[[Request], None], tokens: Tokens, now: float) -> None:
        self._known = known
        self._write = write
        self._by_server = tokens.by_server
        self._presented = tokens.first
        self._repeated = False
        self._accepted = False
        self.session: SessionV1 | SessionV2 | None = None
        """The session, once it is there."""
        self.unheard: Message | None = None
        """A message that was meant for the session."""
        self.token: str | None = None
        """The token that the UID has with this server."""
        self.wake_at = now + JOIN_SECONDS
        self._join()

    def heard(self, now: float) -> None:
        """Take note that the server said something: the answer, if it is long, is on its way."""
        self.wake_at = now + (LIST_SECONDS if self._accepted else JOIN_SECONDS)

    def hear(self, item: Heard, now: float) -> None:
        """Take in what the server says. Raises ``Ended``."""
        match item:
            case Ack() if not self._accepted:
                self._hear_ack(item, now)
            case PeerList() if self._accepted:
                self._begin_v1(item.data)
            case Message() if self._accepted:  # do without the LIST rather than without the message
                self._begin_v1()
                self.unheard = item
            case Bye():
                raise Ended(CannotConnect(explain_bye(item)), may_come_back=item.resume)
            case _:
                pass

    def tick(self, now: float) -> None:
        """Give up, or do without the LIST, when the server takes too long. Raises ``Ended``."""
        if now < self.wake_at:
            return
        if not self._accepted:
            late = f"The server did not answer within {JOIN_SECONDS:g} seconds; it may be no muca server."
            raise Ended(CannotConnect(late))
        self._begin_v1()

    def _join(self) -> None:
        known = self._known
        self._write(Join(nickname=known.nickname, uid=known.uid, v=2, token=self._presented, session=known.session_id))

    def _begin_v1(self, peers: tuple[Peer, ...] | None = None) -> None:
        known = self._known
        known.roster.replace(peers if peers is not None else (Peer(uid=known.uid, nickname=known.nickname),))
        self.session = SessionV1(known, self._write)

    def _hear_ack(self, ack: Ack, now: float) -> None:
        if ack.outcome != "OKAY":
            self._hear_fail(ack)
        elif not ack.data:
            self._accepted = True
            self.wake_at = now + LIST_SECONDS
        else:
            joined = read_data(ack, Joined)
            self.token = joined.token or self._presented
            self.session = SessionV2(self._known, self._write, joined)

    def _hear_fail(self, ack: Ack) -> None:
        if ack.code is None:
            explanation = f"The server refused to let «{self._known.uid}» in; somebody may be using that user id now."
            raise Ended(Refused(ErrorCode.UID_IN_USE, explanation))
        token = self._by_server.get(ack.server or "")
        asks_for_token = ack.code in {ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG}
        if asks_for_token and not self._repeated and token not in {None, self._presented}:
            self._repeated, self._presented = True, token
            self._join()
            return
        refused = as_refused(ack)
        may_come_back = isinstance(refused.code, ErrorCode) and ERRORS[refused.code].may_retry
        raise Ended(
            refused,
            may_come_back=may_come_back or refused.retry_seconds is not None,
            retry_seconds=refused.retry_seconds or 0.0,
        )
