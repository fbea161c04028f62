"""Methods about the user's own account: their requests and results."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from muca.model import requests
from muca.model.replies import (
    Data,
    Device,
    DeviceList,
    Done,
    InvitationInfo,
    InvitationList,
    MadeInvitation,
    RoleGiven,
)
from muca.model.requests import Request
from muca.model.roles import Role
from tests.client.asker import Asker

DEVICES = (Device(device=2, name="phone", created_ms=5, used_ms=6, current=True),)
INVITATIONS = (InvitationInfo(invitation=1, created_ms=5, uid="tony", uses=3, until_ms=9),)
MADE = MadeInvitation(invitation=1, code="k7Q", until_ms=9)

CALLS: list[tuple[Callable[[Asker], Awaitable[Any]], Request, Data, Any]] = [
    (lambda chat: chat.set_away(), requests.Away(), Done(), None),
    (lambda chat: chat.set_away(False), requests.Away(away=False), Done(), None),
    (lambda chat: chat.ignore("zoe"), requests.Ignore(uid="zoe"), Done(), None),
    (lambda chat: chat.unignore("zoe"), requests.Unignore(uid="zoe"), Done(), None),
    (lambda chat: chat.set_password("new", old="old"), requests.Password(new="new", old="old"), Done(), None),
    (lambda chat: chat.delete_account("old"), requests.DeleteAccount(password="old"), Done(), None),
    (lambda chat: chat.devices(), requests.Devices(), DeviceList(devices=DEVICES), DEVICES),
    (lambda chat: chat.revoke(2), requests.Revoke(device=2), Done(), None),
    (
        lambda chat: chat.create_invitation(uses=3, seconds=60),
        requests.Invitation(uses=3, seconds=60),
        MADE,
        MADE,
    ),
    (
        lambda chat: chat.invitations(),
        requests.Invitations(),
        InvitationList(invitations=INVITATIONS),
        INVITATIONS,
    ),
    (lambda chat: chat.withdraw(1), requests.Withdraw(invitation=1), Done(), None),
    (lambda chat: chat.claim_server("Zp4"), requests.Claim(code="Zp4"), RoleGiven(role=Role.OWNER), Role.OWNER),
]


@pytest.mark.parametrize(("call", "request_", "answer", "given"), CALLS, ids=lambda value: type(value).__name__)
async def test_each_method_asks_its_request_and_gives_what_is_in_the_reply(
    call: Callable[[Asker], Awaitable[Any]], request_: Request, answer: Data, given: Any
) -> None:
    chat = Asker(answer)

    assert await call(chat) == given
    assert chat.asked == [request_]
