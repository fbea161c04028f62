"""What the client knows whatever connection it has.

Who is here, which rooms there are, how far each was told, what waits for the consumer and what waits for the server.
"""

from collections.abc import Callable, Iterable
from random import Random

from muca.client.events import AnyEvent, Connected, Disconnected, Missed, Resynchronised
from muca.client.inbox import Inbox
from muca.client.memberships import Memberships
from muca.client.outbox import Outbox
from muca.client.resume import Places
from muca.client.roster import Roster
from muca.model.errors import ErrorCode
from muca.model.events import LogEntry
from muca.model.ids import RoomId, Seq, Uid
from muca.model.replies import Joined


class Knowledge:
    """Outlasts every connection. The sessions change it."""

    def __init__(self, uid: Uid, nickname: str, random: Random, inbox: Inbox) -> None:
        self.uid = uid
        self.nickname = nickname
        self.inbox = inbox
        self.outbox = Outbox(random)
        self.roster = Roster()
        self.memberships = Memberships(uid)
        self.places = Places()
        self.session_id: str | None = None
        """The v2 session that this client had last."""
        self.server_id: str | None = None
        """The v2 server that ``places`` are of."""
        self.epoch: str | None = None
        """Its epoch that they belong to."""
        self.joined: Joined | None = None
        """What the last JOIN has brought, but for the token."""
        self.is_away = False
        """Whether the person has said so, on this device."""
        self._state_now: Callable[[], Connected | Disconnected] | None = None
        self._state_untold = False
        self._set_back: dict[RoomId, Seq] = {}
        self._missed: str | None = None

    def speak_for(self, uid: Uid) -> None:
        """Take note whose account it is, where the person has logged in by another name."""
        self.uid = self.memberships.uid = uid

    def tell(self, event: AnyEvent) -> None:
        """Tell of a change; where there is no place for it, the whole state is told once there is."""
        if not self.inbox.offer(event):
            self._state_untold = True

    def tell_connected(self, *, again: bool, v: int, server_name: str | None) -> None:
        """Tell that the session is up."""

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
        """Tell that the connection is gone, and with it the knowledge of who is here."""
        self.roster.replace(())
        disconnected = Disconnected(explanation=explanation, retry_seconds=retry_seconds, code=code)
        self._state_now = lambda: disconnected
        self.tell(disconnected)

    def tell_all(self, events: Iterable[LogEntry]) -> None:
        """Tell events of a v2 server that there is a place for."""
        for event in events:
            self.inbox.offer(event)

    def tell_set_back(self, set_back: Iterable[Resynchronised]) -> None:
        """Tell, now or when there is a place for it, which rooms were set back; before what they hold instead."""
        for room in set_back:
            self._set_back[room.room] = min(room.seq, self._set_back.get(room.room, room.seq))
        while self._set_back:
            room_id, seq = next(iter(self._set_back.items()))
            if not self.inbox.offer(Resynchronised(room=room_id, seq=seq)):
                return
            del self._set_back[room_id]

    def tell_missed(self, explanation: str) -> None:
        """Tell once, now or when there is a place for it, that messages were lost."""
        if not self.inbox.offer(Missed(explanation=explanation)):
            self._missed = explanation

    def take_event(self) -> AnyEvent | None:
        """Return the consumer's next event. What it missed while the queue was full is reported once there is room."""
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
