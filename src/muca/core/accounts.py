"""Accounts: REGISTER, PASSWORD, DELETE_ACCOUNT, and the DEVICES that have a token, which REVOKE signs out.

- Secrets are accepted only where nobody can read them in transit, unless the operator allows it.
- Hashing a password is expensive and happens outside the Hub, so the store is asked first whether it is needed. As this
  can change in the meantime, the rule checks it again in the store.
"""

from typing import Final

from muca.core.asking import DONE, decide, look, read_facts
from muca.core.codes import good_code, hash_code, make_owner
from muca.core.effects import Hashed
from muca.core.guessing import judge, try_to_guess
from muca.core.live import Connection, hash_secret
from muca.core.state import State
from muca.core.steps import Handled, HashPassword, Outcome, Steps
from muca.model.changes import (
    AddAudit,
    AddEvent,
    Change,
    DropMember,
    DropPerson,
    DropTokens,
    PutPerson,
    UseCode,
)
from muca.model.errors import ErrorCode
from muca.model.events import EventKind
from muca.model.facts import CodeKind, Facts, Wanted
from muca.model.ids import Uid
from muca.model.limits import AnnouncedLimits
from muca.model.names import name_fault, new_name_fault, new_uid_fault, nickname_key, reserved_fault, uid_fault
from muca.model.passwords import password_weakness
from muca.model.queries import DevicesQuery
from muca.model.replies import Policy
from muca.model.requests import DeleteAccount, Devices, Password, Register, Revoke
from muca.model.roles import Role
from muca.model.storage import Decision, Refused, StoreError

_TITLES_MAX: Final = 5
"""Rooms listed in an error text."""
_NEEDS_INVITATION: Final = Refused(
    code=ErrorCode.CODE_WRONG, detail="You need an invitation to register here: give its CODE."
)
_CHANGED_ELSEWHERE: Final = Refused(
    code=ErrorCode.PASSWORD_WRONG, detail="The password was changed elsewhere in the meantime."
)
_BUSY: Final = Refused(
    code=ErrorCode.SLOW_DOWN,
    detail="Too many passwords are waiting to be checked; try again later.",
    retry_seconds=2,
)


def register(state: State, connection: Connection, request: Register) -> Steps[Outcome | None]:
    """Create an account with a password. JOIN comes after it."""
    uid, nickname, limits = request.uid, request.nickname, state.limits.announced
    if refused := _fault_in(state, connection, request) or try_to_guess(state, connection, uid):
        return refused
    wanted = Wanted(
        actor=uid,
        address=connection.address,
        nickname=nickname,
        token_hash=hash_secret(request.token) if request.token is not None else None,
        code_hash=hash_code(request.code) if request.code is not None else None,
        totals=("owners",),
    )
    password_hash = yield from _hash_first_password(state, connection, request, wanted)
    if isinstance(password_hash, Refused | StoreError):
        judge(state, connection, uid, password_hash)
        return password_hash
    if password_hash is None:
        judge(state, connection, uid, None)
        return DONE
    policy = state.policy

    def rule(facts: Facts) -> Decision | Refused:
        if refused := _may_register(policy, limits, request, facts):
            return refused
        changes: tuple[Change, ...] = (PutPerson(uid=uid, nickname=nickname, password_hash=password_hash),)
        if facts.device is not None:
            changes += (DropTokens(uid=uid, but_device=facts.device),)
        code = good_code(facts)
        if code is not None:
            changes += (UseCode(code=code.code),)
            if code.kind is CodeKind.OWNER:
                changes += make_owner(uid, nickname, "REGISTER")
        return Decision(changes=changes)

    result = yield from decide(state, wanted, rule)
    judge(state, connection, uid, result)
    return result


def _exists(uid: Uid) -> Refused:
    return Refused(code=ErrorCode.ACCOUNT_EXISTS, detail=f"There is already an account with the user id “{uid}”.")


def _fault_in(state: State, connection: Connection, request: Register) -> Refused | None:
    """Return what is wrong with a REGISTER, as far as it can be checked without the store."""
    limits = state.limits.announced
    if connection.session is not None:
        return Refused(code=ErrorCode.ALREADY_JOINED)
    if not state.accepts_secrets(connection):
        return Refused(code=ErrorCode.NOT_SECURE)
    for field, fault in (
        ("UN (nickname)", name_fault(request.nickname, limits.nickname_chars_max)),
        ("UID", uid_fault(request.uid, limits.uid_chars_max)),
    ):
        if fault is not None:
            return Refused(code=ErrorCode.BAD_NAME, detail=f"{field} {fault}.")
    weakness = password_weakness(request.password, (request.uid, request.nickname), limits)
    if weakness is not None:
        return Refused(code=ErrorCode.PASSWORD_WEAK, detail=weakness)
    if state.policy is Policy.INVITE and request.code is None and request.token is None:
        return _NEEDS_INVITATION
    holder = state.peers.get(request.uid)
    if holder is not None and not holder.person.claimed:
        return Refused(code=ErrorCode.UID_IN_USE, detail=f"The user id “{request.uid}” is in use by a guest right now.")
    return None


def _hash_first_password(
    state: State, connection: Connection, request: Register, wanted: Wanted
) -> Steps[str | Refused | StoreError | None]:
    """Return the hash of the password; None: this REGISTER has created the account before, and its reply was lost."""
    facts = yield from read_facts(state, wanted)
    if isinstance(facts, StoreError):
        return facts
    hashed: Hashed
    account = facts.actor
    if account.password_hash is not None and nickname_key(account.nickname) == nickname_key(request.nickname):
        hashed = yield HashPassword(request.password, account.password_hash)
        if hashed.busy:
            return _BUSY
        return None if hashed.matches else _exists(account.uid)
    if refused := _may_register(state.policy, state.limits.announced, request, facts):
        return refused
    hashed = yield HashPassword(request.password)
    return hashed.hash or _BUSY


def _may_register(policy: Policy, limits: AnnouncedLimits, request: Register, facts: Facts) -> Refused | None:
    """Return why a REGISTER is refused, as far as only the store can tell. With a token, no invitation is needed."""
    person = facts.actor
    if facts.address_banned:
        return Refused(code=ErrorCode.BANNED)
    if person.deleted:
        return Refused(code=ErrorCode.ACCOUNT_DELETED)
    if person.claimed and (request.token is None or person.password_hash is not None):
        return _exists(person.uid)
    if person.claimed and facts.device is None:
        return Refused(code=ErrorCode.TOKEN_WRONG)
    if not person.claimed and request.token is not None:
        detail = f"There is no account “{request.uid}”. Check the spelling; to create an account, leave TOKEN out."
        return Refused(code=ErrorCode.TOKEN_WRONG, detail=detail)
    if person.disabled:
        return Refused(code=ErrorCode.ACCOUNT_DISABLED)
    if person.banned_until_ms > facts.now_ms:
        return Refused(code=ErrorCode.BANNED)
    if request.code is not None and good_code(facts) is None:
        return Refused(code=ErrorCode.CODE_WRONG)
    if policy is Policy.INVITE and request.code is None and not person.claimed:
        return _NEEDS_INVITATION
    if facts.nickname_taken:
        return Refused(code=ErrorCode.NICKNAME_TAKEN)
    fault = None if person.claimed else new_uid_fault(request.uid, limits.uid_chars_max) or reserved_fault(request.uid)
    if fault is not None:
        return Refused(code=ErrorCode.BAD_NAME, detail=f"UID {fault}.")
    fault = new_name_fault(request.nickname, limits.nickname_chars_max) or reserved_fault(request.nickname)
    if fault is not None and not (person.claimed and person.nickname == request.nickname):
        return Refused(code=ErrorCode.BAD_NAME, detail=f"UN (nickname) {fault}.")
    return None


def set_password(state: State, connection: Connection, request: Password) -> Steps[Outcome | None]:
    """Set or change the account's password, and sign all other devices out."""
    session = connection.session
    assert session is not None
    uid = session.uid
    if not state.accepts_secrets(connection):
        return Refused(code=ErrorCode.NOT_SECURE)
    weakness = password_weakness(request.new, (uid, session.nickname), state.limits.announced)
    if weakness is not None:
        return Refused(code=ErrorCode.PASSWORD_WEAK, detail=weakness)
    former = yield from _prove(state, connection, uid, request.old, "OLD")
    if isinstance(former, Refused | StoreError):
        return former
    hashed: Hashed = yield HashPassword(request.new)
    if hashed.busy:
        return _BUSY
    if connection.session is not session:
        return None  # it was ended in the meantime

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash != former:
            return _CHANGED_ELSEWHERE
        if former is None and facts.nickname_taken:
            detail = f"Another account has the name “{facts.actor.nickname}”; JOIN with another nickname first."
            return Refused(code=ErrorCode.NICKNAME_TAKEN, detail=detail)
        changed = PutPerson(uid=uid, password_hash=hashed.hash)
        return Decision(changes=(changed, DropTokens(uid=uid, but_device=session.device)))

    return (yield from decide(state, Wanted(actor=uid, nickname=""), rule))


def delete_account(state: State, connection: Connection, request: DeleteAccount) -> Steps[Outcome | None]:
    """Permanently delete the account, and leave all rooms."""
    session, uid = connection.session, connection.uid
    if request.password is not None and not state.accepts_secrets(connection):
        return Refused(code=ErrorCode.NOT_SECURE)
    former = yield from _prove(state, connection, uid, request.password, "PASSWORD")
    if isinstance(former, Refused | StoreError):
        return former
    if connection.session is not session:
        return None  # it was ended in the meantime

    def rule(facts: Facts) -> Decision | Refused:
        person = facts.actor
        if not person.claimed:
            return Refused(code=ErrorCode.NOT_ALLOWED, detail="A guest has no account to delete.")
        if person.password_hash != former:
            return _CHANGED_ELSEWHERE
        return close_account(facts, AddAudit(actor=uid, action="DELETE_ACCOUNT", uid=uid))

    return (yield from decide(state, closing_facts(uid), rule))


def closing_facts(uid: Uid) -> Wanted:
    """Return what ``close_account`` must know."""
    return Wanted(actor=uid, named_rooms=True, totals=("owners",))


def close_account(facts: Facts, audit: AddAudit) -> Decision | Refused:
    """Delete the account of the actor, and leave all rooms, unless nobody else owns what it owns."""
    person = facts.actor
    if person.role is Role.OWNER and facts.owners < 2:
        detail = "The account is the only owner of this server. Make someone else an owner first."
        return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
    if facts.sole_owned:
        titles = ", ".join(f"“{title}”" for title in facts.sole_owned[:_TITLES_MAX])
        detail = f"The account is the only owner of {titles}. Make someone else an owner first, or delete the room."
        return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
    changes: list[Change] = []
    for room in facts.named_rooms:
        left = AddEvent.by(person, room, EventKind.EXIT)
        changes += (left, DropMember(room=room, uid=person.uid))
    return Decision(changes=(*changes, DropPerson(uid=person.uid), audit))


def _prove(
    state: State, connection: Connection, uid: Uid, given: str | None, field: str
) -> Steps[str | Refused | StoreError | None]:
    """Require the account's password in ``field``, if it has one; return its hash."""
    facts = yield from read_facts(state, Wanted(actor=uid))
    if isinstance(facts, StoreError):
        return facts
    former = facts.actor.password_hash
    if former is None:
        return None
    if given is None:
        detail = f"The account has a password: give it as {field}."
        return Refused(code=ErrorCode.PASSWORD_WRONG, detail=detail)
    if refused := try_to_guess(state, connection, uid):
        return refused
    hashed: Hashed = yield HashPassword(given, former)
    if hashed.busy:
        refused = _BUSY
    elif not hashed.matches:
        detail = "That is not the account's current password."
        refused = Refused(code=ErrorCode.PASSWORD_WRONG, detail=detail)
    judge(state, connection, uid, refused)
    return refused or former


def devices(state: State, connection: Connection, request: Devices) -> Handled:
    """List the devices that have a token for the account."""
    session = connection.session
    assert session is not None
    return look(state, connection, DevicesQuery(current=session.device))


def revoke(state: State, connection: Connection, request: Revoke) -> Handled:
    """Sign out a device of the account, which must have a password: otherwise the last device could not be replaced."""
    uid = connection.uid

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash is None:
            detail = "Set a password first (PASSWORD). Without one, you could not log in again."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        return Decision(changes=(DropTokens(uid=uid, device=request.device),))

    return decide(state, Wanted(actor=uid), rule)
