"""The rule of JOIN: who may join with what."""

from typing import Any

import msgspec
import pytest

from muca.core.admission import admission
from muca.model.errors import ErrorCode
from muca.model.facts import FOR_EVER_MS, Person
from muca.model.roles import Role
from muca.model.storage import AdmitFacts, Refused

ANN = Person(uid="ann", nickname="Ann", claimed=True, password_hash="hash")
FACTS = AdmitFacts(
    now_ms=1_000, person=ANN, is_new=False, device=7, vouched=False, address_banned=False, nickname_taken=False
)
"""Ann, who has shown one of her tokens."""


def refused(of_person: dict[str, Any], facts: AdmitFacts = FACTS, nickname: str = "Ann", **join: Any) -> str | None:
    """Return why Ann may not join; None: she may."""
    person = msgspec.structs.replace(facts.person, **of_person)
    refusal = admission(nickname, **join)(msgspec.structs.replace(facts, person=person))
    return str(refusal.code) if refusal is not None else None


@pytest.mark.parametrize(
    ("changed", "join", "code"),
    [
        ({}, {}, None),
        ({"device": None}, {}, ErrorCode.TOKEN_REQUIRED),
        ({"device": None}, {"has_token": True}, ErrorCode.TOKEN_WRONG),
        ({"device": None}, {"password_hash": "hash"}, None),
        ({"device": None}, {"password_hash": "former"}, ErrorCode.PASSWORD_WRONG),
        ({"device": None, "vouched": True}, {"has_token": True}, None),
        ({"address_banned": True}, {}, ErrorCode.BANNED),
        ({"nickname_taken": True}, {}, None),
        ({"nickname_taken": True}, {"nickname": "An"}, ErrorCode.NICKNAME_TAKEN),
        ({}, {"nickname_fault": "…"}, None),
        ({}, {"nickname": "An", "nickname_fault": "…"}, ErrorCode.BAD_NAME),
        ({"is_new": True}, {"uid_fault": "…"}, ErrorCode.BAD_NAME),
        ({}, {"uid_fault": "…"}, None),
    ],
)
def test_what_an_account_needs(changed: dict[str, Any], join: dict[str, Any], code: ErrorCode | None) -> None:
    assert refused({}, facts=msgspec.structs.replace(FACTS, **changed), **join) == code


@pytest.mark.parametrize(
    ("of_person", "code"),
    [
        ({"deleted": True, "disabled": True}, ErrorCode.ACCOUNT_DELETED),
        ({"disabled": True, "banned_until_ms": FOR_EVER_MS}, ErrorCode.ACCOUNT_DISABLED),
        ({"banned_until_ms": 1_001}, ErrorCode.BANNED),
        ({"banned_until_ms": 1_000}, None),
        ({"password_hash": None}, ErrorCode.PASSWORD_REQUIRED),
        ({"password_hash": None, "claimed": False}, ErrorCode.ACCOUNT_REQUIRED),
    ],
)
def test_whom_nothing_helps(of_person: dict[str, Any], code: ErrorCode | None) -> None:
    assert refused(of_person, accounts_only=True) == code


@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_the_ban_of_an_address_is_nothing_to_those_with_power(role: Role) -> None:
    there = msgspec.structs.replace(FACTS, address_banned=True)
    assert refused({"role": role}, facts=there) is None
    assert refused({"role": role, "claimed": False}, facts=there) == ErrorCode.BANNED


def test_the_fault_of_a_name_is_told() -> None:
    guard = admission("An", uid_fault="UID is bad.", nickname_fault="UN is bad.")
    assert guard(FACTS) == Refused(code=ErrorCode.BAD_NAME, detail="UN is bad.")
    assert guard(msgspec.structs.replace(FACTS, is_new=True)) == Refused(code=ErrorCode.BAD_NAME, detail="UID is bad.")
