"""One's own account: away or here, whom one ignores, password and devices; and the codes that let people in."""

from muca.client.asking import Asking
from muca.model import requests
from muca.model.ids import Uid
from muca.model.replies import (
    Device,
    DeviceList,
    Done,
    InvitationInfo,
    InvitationList,
    MadeInvitation,
    RoleGiven,
)
from muca.model.roles import Role


class Accounts(Asking):
    """What one does with one's account."""

    async def set_away(self, away: bool = True) -> None:
        """Say that nobody is at this device, or somebody is again. It holds over a break of the connection."""
        await self._ask(requests.Away(away=away), Done)

    async def ignore(self, uid: Uid) -> None:
        """Hide what somebody says: a wish that all of one's devices are told of, and nobody else."""
        await self._ask(requests.Ignore(uid=uid), Done)

    async def unignore(self, uid: Uid) -> None:
        """Undo it."""
        await self._ask(requests.Unignore(uid=uid), Done)

    async def set_password(self, new: str, *, old: str | None = None) -> None:
        """Set or change the account's password; ``old`` where there is one. All other devices are signed out."""
        await self._ask(requests.Password(new=new, old=old), Done)

    async def delete_account(self, password: str | None = None) -> None:
        """Delete one's own account for good; ``password`` where there is one. What one has written stays, nameless.

        The connection then ends.
        """
        await self._ask(requests.DeleteAccount(password=password), Done)

    async def devices(self) -> tuple[Device, ...]:
        """List the devices that have a token for this account, the latest used first."""
        return (await self._ask(requests.Devices(), DeviceList)).devices

    async def revoke(self, device: int) -> None:
        """Sign a device out."""
        await self._ask(requests.Revoke(device=device), Done)

    async def create_invitation(self, *, uses: int = 1, seconds: int = 604_800) -> MadeInvitation:
        """Make a code that lets people register, so often and for so long. It is shown this once."""
        return await self._ask(requests.Invitation(uses=uses, seconds=seconds), MadeInvitation)

    async def invitations(self) -> tuple[InvitationInfo, ...]:
        """List the codes that are still good. The codes themselves are not shown again."""
        return (await self._ask(requests.Invitations(), InvitationList)).invitations

    async def withdraw(self, invitation: int) -> None:
        """Make an invitation useless."""
        await self._ask(requests.Withdraw(invitation=invitation), Done)

    async def claim_server(self, code: str) -> Role:
        """Become the server's owner, with the code that its first start has printed. Gives one's role."""
        return (await self._ask(requests.Claim(code=code), RoleGiven)).role
