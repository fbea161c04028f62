"""Named rooms: create, find, enter, leave and configure them."""

from muca.client.asking import Asking
from muca.model import requests
from muca.model.ids import RoomId, Uid
from muca.model.replies import Done, MemberPage, RoomPage, Stored
from muca.model.rooms import Room


class RoomRequests(Asking):
    """Requests about rooms."""

    async def create_room(self, title: str, *, topic: str = "", private: bool = False) -> Room:
        """Create a named room; you become its owner. Only its members know of a private room."""
        return await self._ask(requests.Create(title=title, topic=topic, private=private), Room)

    async def list_rooms(
        self, match: str = "", *, own: bool = False, after: str | None = None, limit: int = 50
    ) -> RoomPage:
        """List the named rooms that you may see, with ``match`` in title or topic, in order of title.

        ``own``: list your own rooms and conversations instead, the most recently active first, without the lobby and
        ignoring ``match``. ``after`` is the ``next`` of the previous page.
        """
        return await self._ask(requests.Rooms(own=own, match=match, after=after, limit=limit), RoomPage)

    async def enter(self, room: RoomId) -> Room:
        """Enter a public room. Returns the room."""
        return await self._ask(requests.Enter(room=room), Room)

    async def exit(self, room: RoomId) -> Stored | None:
        """Leave a named room. Returns the event's position, or None if you were not in it."""
        return await self._change(requests.Exit(room=room))

    async def delete_room(self, room: RoomId) -> None:
        """Permanently delete a named room with its messages and files; you must be its owner."""
        await self._ask(requests.DeleteRoom(room=room), Done)

    async def invite(self, room: RoomId, uid: Uid) -> Stored | None:
        """Add a person to a named room. Returns the event's position, or None if the person is in it already."""
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
        """Change the given settings of a room. Returns the event's position, or None if nothing has changed."""
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
        """List a room's members, in order of UID, after a UID; for the lobby, everyone the server knows."""
        return await self._ask(requests.Members(room=room, after=after, limit=limit), MemberPage)
