"""The client's state that outlives connections.

Peers, rooms, the position of each room's log, events that wait for the consumer, and requests that wait for the server.
"""

from collections.abc import Callable, Iterable
from random import Random

from muca.client.events import AnyEvent, Connected, Disconnected, Missed, Resynchronised
from muca.client.inbox import Inbox
from muca.client.memberships import Memberships
from muca.client.outbox import PendingRequests
from muca.client.resume import Positions
from muca.client.roster import PeerRoster
from muca.model.errors import ErrorCode
from muca.model.events import LogEntry
from muca.model.ids import RoomId, Seq, Uid
from muca.model.replies import Joined


class Knowledge:
    """State that outlives connections. The sessions update it."""

    def __init__(self, uid: Uid, nickname: str, random: Random, inbox: Inbox) -> None:
        self.uid = uid
        self.nickname = nickname
        self.inbox = inbox
        self.outbox = PendingRequests(random)
        self.roster = PeerRoster()
        self.memberships = Memberships(uid)
        self.places = Positions()
        self.session_id: str | None = None
        """The last v2 session of this client."""
        self.server_id: str | None = None
        """The v2 server that ``places`` refers to."""
        self.epoch: str | None = None
        """The server's epoch that ``places`` refers to."""
        self.joined: Joined | None = None
        """The result of the last JOIN, without the token."""
        self.is_away = False
        """Whether the user has set this device to away."""
        self._state_now: Callable[[], Connected | Disconnected] | None = None
        self._state_untold = False
        self._set_back: dict[RoomId, Seq] = {}
        self._missed: str | None = None

    def speak_for(self, uid: Uid) -> None:
        """Set the account's UID after a login by another name."""
        self.uid = self.memberships.uid = uid

    def tell(self, event: AnyEvent) -> None:
        """Report a change. If the queue is full, the whole state is reported once there is space."""
        if not self.inbox.offer(event):
            self._state_untold = True

    def tell_connected(self, *, again: bool, v: int, server_name: str | None) -> None:
        """Report that the session is up."""

        def state_now(again: bool = True) -> Connected:
            peers, rooms = tuple(self.roster.peers.values()), tuple(self.memberships.rooms.values())
            return Connected(
                again=again,
                v=v,
                server_name=server_name,
                server_id=self.server_id,
                epoch=self.epoch,
                peers=peers,
                rooms=rooms,
            )

        self._state_now = state_now
        self.tell(state_now(again))

    def tell_disconnected(
        self, explanation: str, retry_seconds: float | None, code: ErrorCode | str | None = None
    ) -> None:
        """Report that the connection is lost, and clear the list of peers."""
        self.roster.replace(())
        disconnected = Disconnected(explanation=explanation, retry_seconds=retry_seconds, code=code)
        self._state_now = lambda: disconnected
        self.tell(disconnected)

    def tell_all(self, events: Iterable[LogEntry]) -> None:
        """Report events of a v2 server. There must be space for them."""
        for event in events:
            self.inbox.offer(event)

    def tell_set_back(self, set_back: Iterable[Resynchronised]) -> None:
        """Report rooms that were set back, before their new events, now or once there is space."""
        for room in set_back:
            self._set_back[room.room] = min(room.seq, self._set_back.get(room.room, room.seq))
        while self._set_back:
            room_id, seq = next(iter(self._set_back.items()))
            if not self.inbox.offer(Resynchronised(room=room_id, seq=seq)):
                return
            del self._set_back[room_id]

    def tell_missed(self, explanation: str) -> None:
        """Report once that messages were lost, now or once there is space."""
        if not self.inbox.offer(Missed(explanation=explanation)):
            self._missed = explanation

    def take_event(self) -> AnyEvent | None:
        """Return the next event. What was missed while the queue was full is reported once there is space."""
        was_congested = self.inbox.congested
        event = self.inbox.take()
        if was_congested and not self.inbox.congested:
            if self._state_untold and self._state_now is not None:
                self._state_untold = False
                self.tell(self._state_now())
            self.tell_set_back(())
            if self._missed is not None:
                explanation, self._missed = self._missed, None
                self.tell_missed(explanation)
        return event
