"""Moderation: roles, what people may not do for a time, and what was done. Without ``room`` it is about the server."""

from muca.client.asking import Asking
from muca.model import requests
from muca.model.ids import RoomId, Uid
from muca.model.replies import AuditPage, Done, Numbers, ReportInfo, ReportList, Sanction, Sanctions, Stored
from muca.model.roles import Role


class Moderation(Asking):
    """What owners and moderators do."""

    async def give_role(self, uid: Uid, role: Role, room: RoomId | None = None) -> Stored | None:
        """Give somebody a role. Gives where the event is; None: it has that role already."""
        return await self._change(requests.GiveRole(uid=uid, role=role, room=room))

    async def kick(self, uid: Uid, room: RoomId | None = None, *, reason: str = "") -> Stored | None:
        """Put somebody out of a named room, or end its sessions; it may come back. Gives where the event is."""
        return await self._change(requests.Kick(uid=uid, room=room, reason=reason))

    async def mute(
        self, uid: Uid, room: RoomId | None = None, *, seconds: int | None = None, reason: str = ""
    ) -> Stored | None:
        """Let somebody say nothing for so long, or until it is lifted. Gives where the event is."""
        return await self._change(requests.Mute(uid=uid, room=room, seconds=seconds, reason=reason))

    async def unmute(self, uid: Uid, room: RoomId | None = None) -> Stored | None:
        """Lift it. Gives where the event is; None: nobody was muted."""
        return await self._change(requests.Unmute(uid=uid, room=room))

    async def ban(
        self,
        uid: Uid | None = None,
        room: RoomId | None = None,
        *,
        address: str | None = None,
        with_address: bool = False,
        seconds: int | None = None,
        reason: str = "",
    ) -> Stored | None:
        """Put somebody out, and keep it out for so long, or until it is lifted. Gives where the event is.

        For the server it may be an address or a range of them instead (``192.0.2.0/24``); of that there is no event.
        ``with_address`` also bans the addresses from which the person is connected now, and is refused if there are
        none. An ``unban`` of the person does not lift these.
        """
        request = requests.Ban(
            uid=uid, address=address, room=room, seconds=seconds, reason=reason, with_address=with_address
        )
        return await self._change(request)

    async def unban(
        self, uid: Uid | None = None, room: RoomId | None = None, *, address: str | None = None
    ) -> Stored | None:
        """Lift it. Gives where the event is; None: nobody was banned, or it was an address."""
        return await self._change(requests.Unban(uid=uid, address=address, room=room))

    async def bans(self, room: RoomId | None = None) -> tuple[Sanction, ...]:
        """List who is banned or muted."""
        return (await self._ask(requests.Bans(room=room), Sanctions)).sanctions

    async def reports(self, room: RoomId | None = None) -> tuple[ReportInfo, ...]:
        """List open reports, the oldest first: of one room, or of all that one moderates as the server's moderator."""
        return (await self._ask(requests.Reports(room=room), ReportList)).reports

    async def resolve(self, report: int) -> None:
        """Close a report."""
        await self._ask(requests.Resolve(report=report), Done)

    async def audit(self, room: RoomId | None = None, *, before: int | None = None, limit: int = 50) -> AuditPage:
        """Read who did what to whom, the newest first; ``before`` is the ``next`` of the page before."""
        return await self._ask(requests.Audit(room=room, before=before, limit=limit), AuditPage)

    async def numbers(self) -> Numbers:
        """Tell how much there is of everything on the server."""
        return await self._ask(requests.Numbers(), Numbers)
