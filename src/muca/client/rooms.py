"""Named rooms: make and find them, come and go, set them up."""

from muca.client.asking import Asking
from muca.model import requests
from muca.model.ids import RoomId, Uid
from muca.model.replies import Done, MemberPage, RoomPage, Stored
from muca.model.rooms import Room


class Rooms(Asking):
    """What one does with rooms."""

    async def create_room(self, title: str, *, topic: str = "", private: bool = False) -> Room:
        """Make a named room; one is its owner. Nobody hears of a private room who is not in it."""
        return await self._ask(requests.Create(title=title, topic=topic, private=private), Room)

    async def list_rooms(
        self, match: str = "", *, own: bool = False, after: str | None = None, limit: int = 50
    ) -> RoomPage:
        """List the named rooms one may see, in order of title: those with ``match`` in title or topic.

        ``own``: list the rooms and conversations one is in instead, the latest active first, without the lobby and
        without ``match``. ``after`` is the ``next`` of the page before.
        """
        return await self._ask(requests.Rooms(own=own, match=match, after=after, limit=limit), RoomPage)

    async def enter(self, room: RoomId) -> Room:
        """Become a member of a public room. Gives the room."""
        return await self._ask(requests.Enter(room=room), Room)

    async def exit(self, room: RoomId) -> Stored | None:
        """Be no member of a named room any longer. Gives where the event is; None: one was not in it."""
        return await self._change(requests.Exit(room=room))

    async def delete_room(self, room: RoomId) -> None:
        """Delete a named room for good, with all that is in it; one must be its owner."""
        await self._ask(requests.DeleteRoom(room=room), Done)

    async def invite(self, room: RoomId, uid: Uid) -> Stored | None:
        """Make somebody a member of a named room. Gives where the event is; None: it is one already."""
        return await self._change(requests.Invite(room=room, uid=uid))

    async def set_room(
        self,
        room: RoomId,
        *,
        title: str | None = None,
        topic: str | None = None,
        private: bool | None = None,
        read_only: bool | None = None,
        slow_seconds: int | None = None,
        archived: bool | None = None,
        keep_days: int | None = None,
        keep_events: int | None = None,
    ) -> Stored | None:
        """Change what is given of a room, and leave the rest. Gives where the event is; None: it was so already."""
        request = requests.Set(
            room=room,
            title=title,
            topic=topic,
            private=private,
            read_only=read_only,
            slow_seconds=slow_seconds,
            archived=archived,
            keep_days=keep_days,
            keep_events=keep_events,
        )
        return await self._change(request)

    async def members(self, room: RoomId, *, after: Uid | None = None, limit: int = 100) -> MemberPage:
        """List who is in a room, in order of UID, after a UID; in the lobby, everyone the server knows."""
        return await self._ask(requests.Members(room=room, after=after, limit=limit), MemberPage)
