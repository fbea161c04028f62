"""Methods of moderators: what each asks, and what it gives."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from muca.model import requests
from muca.model.replies import (
    AuditEntry,
    AuditPage,
    Data,
    Done,
    ReportInfo,
    ReportList,
    Sanction,
    Sanctions,
    Statistics,
    Stored,
)
from muca.model.requests import Request
from muca.model.roles import Role
from tests.client.asker import Asker

STORED = Stored(room="r-1", seq=9, ts_ms=5)
SANCTIONS = (Sanction(sanction="ban", uid="zoe"), Sanction(sanction="ban", address="192.0.2.0/24", until_ms=5))
REPORTS = (ReportInfo(report=3, room="lobby", seq=1, uid="tony", ts_ms=5, reason="spam", message=None),)
AUDIT = AuditPage(entries=(AuditEntry(ts_ms=5, actor="-", action="BAN", uid="zoe"),), next=3)
NUMBERS = Statistics(
    people=3, accounts=2, registered=1, rooms=1, messages=5, database_bytes=4_096, files=7, file_bytes=9
)

CALLS: list[tuple[Callable[[Asker], Awaitable[Any]], Request, Data, Any]] = [
    (
        lambda chat: chat.give_role("mary", Role.MODERATOR, "r-1"),
        requests.GiveRole(uid="mary", role=Role.MODERATOR, room="r-1"),
        STORED,
        STORED,
    ),
    (lambda chat: chat.kick("zoe", reason="x"), requests.Kick(uid="zoe", reason="x"), STORED, STORED),
    (
        lambda chat: chat.mute("zoe", "r-1", seconds=60, reason="x"),
        requests.Mute(uid="zoe", room="r-1", seconds=60, reason="x"),
        STORED,
        STORED,
    ),
    (lambda chat: chat.unmute("zoe", "r-1"), requests.Unmute(uid="zoe", room="r-1"), Done(), None),
    (
        lambda chat: chat.ban("zoe", "r-1", seconds=60, reason="x"),
        requests.Ban(uid="zoe", room="r-1", seconds=60, reason="x"),
        STORED,
        STORED,
    ),
    (
        lambda chat: chat.ban("zoe", with_address=True),
        requests.Ban(uid="zoe", with_address=True),
        STORED,
        STORED,
    ),
    (lambda chat: chat.ban(address="192.0.2.0/24"), requests.Ban(address="192.0.2.0/24"), Done(), None),
    (lambda chat: chat.unban("zoe", "r-1"), requests.Unban(uid="zoe", room="r-1"), STORED, STORED),
    (lambda chat: chat.unban(address="192.0.2.0/24"), requests.Unban(address="192.0.2.0/24"), Done(), None),
    (lambda chat: chat.bans("r-1"), requests.Bans(room="r-1"), Sanctions(sanctions=SANCTIONS), SANCTIONS),
    (lambda chat: chat.reports(), requests.Reports(), ReportList(reports=REPORTS), REPORTS),
    (lambda chat: chat.resolve(3), requests.Resolve(report=3), Done(), None),
    (
        lambda chat: chat.audit("r-1", before=9, limit=3),
        requests.Audit(room="r-1", before=9, limit=3),
        AUDIT,
        AUDIT,
    ),
    (lambda chat: chat.numbers(), requests.Numbers(), NUMBERS, NUMBERS),
]


@pytest.mark.parametrize(("call", "request_", "answer", "given"), CALLS, ids=lambda value: type(value).__name__)
async def test_each_method_asks_its_request_and_gives_what_is_in_the_reply(
    call: Callable[[Asker], Awaitable[Any]], request_: Request, answer: Data, given: Any
) -> None:
    chat = Asker(answer)

    assert await call(chat) == given
    assert chat.asked == [request_]
