"""Moderation: roles, kicks, mutes, bans, reports and the audit log. Without ``room``, requests apply to the server."""

from muca.client.asking import Asking
from muca.model import requests
from muca.model.ids import RoomId, Uid
from muca.model.replies import AuditPage, Done, ReportInfo, ReportList, Sanction, Sanctions, Statistics, Stored
from muca.model.roles import Role


class ModerationRequests(Asking):
    """Requests of owners and moderators."""

    async def give_role(self, uid: Uid, role: Role, room: RoomId | None = None) -> Stored | None:
        """Set a person's role. Returns the event's position, or None if the person already has it."""
        return await self._change(requests.GiveRole(uid=uid, role=role, room=room))

    async def kick(self, uid: Uid, room: RoomId | None = None, *, reason: str = "") -> Stored | None:
        """Remove a person from a room, or end their sessions. They may come back. Returns the event's position."""
        return await self._change(requests.Kick(uid=uid, room=room, reason=reason))

    async def mute(
        self, uid: Uid, room: RoomId | None = None, *, seconds: int | None = None, reason: str = ""
    ) -> Stored | None:
        """Mute a person for ``seconds``, or until it is lifted. Returns the event's position."""
        return await self._change(requests.Mute(uid=uid, room=room, seconds=seconds, reason=reason))

    async def unmute(self, uid: Uid, room: RoomId | None = None) -> Stored | None:
        """Lift a mute. Returns the event's position, or None if the person was not muted."""
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
        """Ban a person for ``seconds``, or until it is lifted. Returns the event's position.

        On the server, you can ban an address or a range instead (``192.0.2.0/24``), which causes no event.
        ``with_address`` also bans the addresses of the person's current connections; it is refused if there are none.
        ``unban`` with the UID does not lift the bans of these addresses.
        """
        request = requests.Ban(
            uid=uid, address=address, room=room, seconds=seconds, reason=reason, with_address=with_address
        )
        return await self._change(request)

    async def unban(
        self, uid: Uid | None = None, room: RoomId | None = None, *, address: str | None = None
    ) -> Stored | None:
        """Lift a ban. Returns the event's position, or None if nobody was banned, or it was an address."""
        return await self._change(requests.Unban(uid=uid, address=address, room=room))

    async def bans(self, room: RoomId | None = None) -> tuple[Sanction, ...]:
        """List banned and muted people and addresses."""
        return (await self._ask(requests.Bans(room=room), Sanctions)).sanctions

    async def reports(self, room: RoomId | None = None) -> tuple[ReportInfo, ...]:
        """List open reports, the oldest first: of one room, or all that you handle as a moderator of the server."""
        return (await self._ask(requests.Reports(room=room), ReportList)).reports

    async def resolve(self, report: int) -> None:
        """Close a report."""
        await self._ask(requests.Resolve(report=report), Done)

    async def audit(self, room: RoomId | None = None, *, before: int | None = None, limit: int = 50) -> AuditPage:
        """Return a page of the audit log, the newest entry first; ``before`` is the ``next`` of the previous page."""
        return await self._ask(requests.Audit(room=room, before=before, limit=limit), AuditPage)

    async def numbers(self) -> Statistics:
        """Return statistics of the server."""
        return await self._ask(requests.Numbers(), Statistics)
