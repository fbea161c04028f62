"""Your own account: presence, ignored people, password and devices; and invitation codes."""

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


class AccountRequests(Asking):
    """Requests about your own account."""

    async def set_away(self, away: bool = True) -> None:
        """Set whether you are away from this device. The setting survives reconnects."""
        await self._ask(requests.Away(away=away), Done)

    async def ignore(self, uid: Uid) -> None:
        """Ignore a person. All your devices are told, and nobody else."""
        await self._ask(requests.Ignore(uid=uid), Done)

    async def unignore(self, uid: Uid) -> None:
        """Stop ignoring a person."""
        await self._ask(requests.Unignore(uid=uid), Done)

    async def set_password(self, new: str, *, old: str | None = None) -> None:
        """Set or change the password. ``old`` is required if the account has one. Signs out all other devices."""
        await self._ask(requests.Password(new=new, old=old), Done)

    async def delete_account(self, password: str | None = None) -> None:
        """Permanently delete your account; ``password`` is required if it has one. Messages stay, without your name.

        The connection then ends.
        """
        await self._ask(requests.DeleteAccount(password=password), Done)

    async def devices(self) -> tuple[Device, ...]:
        """List the devices that have a token for this account, the most recently used first."""
        return (await self._ask(requests.Devices(), DeviceList)).devices

    async def revoke(self, device: int) -> None:
        """Sign a device out."""
        await self._ask(requests.Revoke(device=device), Done)

    async def create_invitation(self, *, uses: int = 1, seconds: int = 604_800) -> MadeInvitation:
        """Create a code that lets people register, ``uses`` times within ``seconds``. It is shown only once."""
        return await self._ask(requests.Invitation(uses=uses, seconds=seconds), MadeInvitation)

    async def invitations(self) -> tuple[InvitationInfo, ...]:
        """List the valid invitations. Their codes are not shown again."""
        return (await self._ask(requests.Invitations(), InvitationList)).invitations

    async def withdraw(self, invitation: int) -> None:
        """Revoke an invitation."""
        await self._ask(requests.Withdraw(invitation=invitation), Done)

    async def claim_server(self, code: str) -> Role:
        """Become the server's owner with the code that the server prints at start. Returns your role."""
        return (await self._ask(requests.Claim(code=code), RoleGiven)).role
