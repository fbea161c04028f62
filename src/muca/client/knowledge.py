"""What the client knows whatever connection it has.

Who is here, which rooms there are, how far each was told, what waits for the consumer and what waits for the server.
"""

from collections.abc import Callable, Iterable
from random import Random
from types import MappingProxyType

import msgspec

from muca.client.events import Connected, Disconnected, Event, Missed
from muca.client.inbox import Inbox
from muca.client.outbox import Outbox
from muca.client.resume import Places
from muca.client.roster import Roster
from muca.model.ids import RoomId, Uid
from muca.model.pushes import Message
from muca.model.rooms import Room


class Knowledge:
    """Outlasts every connection. The sessions change it."""

    def __init__(self, uid: Uid, nickname: str, random: Random, inbox: Inbox) -> None:
        self.uid = uid
        self.nickname = nickname
        self.inbox = inbox
        self.outbox = Outbox(random)
        self.roster = Roster()
        self.places = Places()
        self.session_id: str | None = None
        """The v2 session that this client had last."""
        self.server_id: str | None = None
        """The v2 server that ``places`` are of."""
        self._rooms: dict[RoomId, Room] = {}
        self.rooms = MappingProxyType(self._rooms)
        """A live view."""
        self._state_now: Callable[[], Connected | Disconnected] | None = None
        self._state_untold = False
        self._missed: str | None = None

    # What the consumer is told

    def tell(self, event: Event) -> None:
        """Tell of a change; where there is no place for it, the whole state is told once there is."""
        if not self.inbox.offer(event):
            self._state_untold = True

    def tell_connected(self, *, again: bool, v: int, server_name: str | None) -> None:
        """Tell that the session is up."""

        def state_now(again: bool = True) -> Connected:
            peers, rooms = tuple(self.roster.peers.values()), tuple(self._rooms.values())
            return Connected(
                again=again, v=v, server_name=server_name, server_id=self.server_id, peers=peers, rooms=rooms
            )

        self._state_now = state_now
        self.tell(state_now(again))

    def tell_disconnected(self, explanation: str, retry_seconds: float | None) -> None:
        """Tell that the connection is gone, and with it the knowledge of who is here."""
        self.roster.replace(())
        disconnected = Disconnected(explanation=explanation, retry_seconds=retry_seconds)
        self._state_now = lambda: disconnected
        self.tell(disconnected)

    def tell_messages(self, messages: Iterable[Message]) -> None:
        """Tell messages of a v2 server that there is a place for."""
        for message in messages:
            assert message.room is not None
            self.inbox.offer(message)
            room = self._rooms.get(message.room)
            if room is not None:
                self._rooms[message.room] = msgspec.structs.replace(room, seq=message.seq)

    def tell_missed(self, explanation: str) -> None:
        """Tell once, now or when there is a place for it, that messages were lost."""
        if not self.inbox.offer(Missed(explanation=explanation)):
            self._missed = explanation

    def take_event(self) -> Event | None:
        """Give the consumer its next event. What was turned away while it did not keep up is told once it does."""
        was_congested = self.inbox.congested
        event = self.inbox.take()
        if was_congested and not self.inbox.congested:
            if self._state_untold and self._state_now is not None:
                self._state_untold = False
                self.tell(self._state_now())
            if self._missed is not None:
                explanation, self._missed = self._missed, None
                self.tell_missed(explanation)
        return event

    # Rooms

    def replace_rooms(self, rooms: Iterable[Room]) -> None:
        """Take over the server's whole list."""
        self._rooms.clear()
        self._rooms.update((room.room, room) for room in rooms)

    def add_room(self, room: Room) -> bool:
        """Add a room; give False when it was known."""
        if room.room in self._rooms:
            return False
        self._rooms[room.room] = room
        return True
