"""Accounts: REGISTER, PASSWORD, DELETE_ACCOUNT, and the DEVICES that have a token, which REVOKE signs out.

- Secrets are accepted only where nobody can read them in transit, unless the operator allows it.
- Hashing a password is expensive and happens outside the Hub, so the store is asked first whether it is needed. As this
  can change in the meantime, the rule checks it again in the store.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from muca.core.asking import DONE, decide, look, refuse
from muca.core.codes import good_code, hash_code, make_owner
from muca.core.effects import Hash, Hashed, Read
from muca.core.guessing import forgive, judge, may_try
from muca.core.leaving import cut
from muca.core.live import Connection, Session, hash_secret
from muca.core.state import State
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
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import EventKind
from muca.model.facts import CodeKind, Facts, Wanted
from muca.model.ids import Uid
from muca.model.limits import AnnouncedLimits
from muca.model.names import name_fault, new_name_fault, new_uid_fault, nickname_key, reserved_fault, uid_fault
from muca.model.passwords import password_weakness
from muca.model.queries import DevicesQuery, PersonQuery
from muca.model.replies import Done, Policy
from muca.model.requests import DeleteAccount, Devices, Password, Register, Revoke
from muca.model.roles import Role
from muca.model.storage import Decided, Decision, Guard, Look, LookResult, Refused, WriteResult

_TITLES_MAX: Final = 5
"""Rooms listed in an error text."""
_NEEDS_INVITATION: Final = Refused(
    code=ErrorCode.CODE_WRONG, detail="You need an invitation to register here: give its CODE."
)


def register(state: State, connection: Connection, request: Register) -> None:
    """Create an account with a password. JOIN comes after it."""
    fault = _fault_in(state, connection, request)
    if fault is not None:
        return state.fail(connection, request, fault.code, fault.detail)
    uid, code = request.uid, request.code
    if not may_try(state, connection, request, uid):
        return None
    judged = judge(state, connection, uid)
    wanted = Wanted(
        actor=uid,
        address=connection.address,
        nickname=request.nickname,
        token_hash=hash_secret(request.token) if request.token is not None else None,
        code_hash=hash_code(code) if code is not None else None,
        counts=True,
    )
    busy = partial(forgive, state, connection, uid)

    def looked(result: LookResult) -> None:
        if isinstance(result, Facts):
            if (former := _made_before(request, result)) is not None:
                return _verify(state, connection, request, request.password, former, made_before, busy)
            result = _may_register(state.policy, state.limits.announced, request, result) or result
        if isinstance(result, Facts):
            register_now = partial(_register, state, connection, request, wanted, judged)
            return _hash(state, connection, request, request.password, register_now, busy)
        judged(result)
        return refuse(state, connection, request, result)

    def made_before(fits: bool) -> None:
        if fits:
            forgive(state, connection, uid)
            state.okay(connection, request, DONE)
        else:
            refuse(state, connection, request, _exists(uid))

    return _look(state, connection, wanted, lambda _: None, looked)


def _made_before(request: Register, facts: Facts) -> str | None:
    """Return the password hash of an account that this REGISTER may have created before, if its reply was lost."""
    account = facts.actor
    is_same = nickname_key(account.nickname) == nickname_key(request.nickname)
    return account.password_hash if is_same else None


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


def _register(
    state: State,
    connection: Connection,
    request: Register,
    wanted: Wanted,
    judged: Callable[[WriteResult | LookResult], None],
    password_hash: str,
) -> None:
    uid, nickname, policy, limits = request.uid, request.nickname, state.policy, state.limits.announced

    def rule(facts: Facts) -> Decision | Refused:
        refused = _may_register(policy, limits, request, facts)
        if refused is not None:
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

    def answer(_: Decided) -> Done:
        holder = state.peers.get(uid)
        if holder is not None and not holder.person.claimed:  # it joined while the password was hashed
            cut(state, holder, CloseReason.SIGNED_OUT)
        return DONE

    decide(state, connection, request, wanted, rule, answer, judged)


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


def set_password(state: State, connection: Connection, request: Password) -> None:
    """Set or change the account's password, and sign all other devices out."""
    session = connection.session
    assert session is not None
    uid = session.uid
    if not state.accepts_secrets(connection):
        return state.fail(connection, request, ErrorCode.NOT_SECURE)
    weakness = password_weakness(request.new, (uid, session.nickname), state.limits.announced)
    if weakness is not None:
        return state.fail(connection, request, ErrorCode.PASSWORD_WEAK, weakness)

    def proved(former: str | None) -> None:
        _hash(state, connection, request, request.new, partial(_put_password, state, session, request, former))

    return _prove(state, session, request, request.old, "OLD", proved)


def _put_password(state: State, session: Session, request: Password, former: str | None, password_hash: str) -> None:
    """Store the new password, unless the session was ended while it was hashed."""
    connection, uid = session.connection, session.uid
    if connection.session is not session:
        return

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash != former:
            return Refused(code=ErrorCode.PASSWORD_WRONG, detail="The password was changed elsewhere in the meantime.")
        if former is None and facts.nickname_taken:
            detail = f"Another account has the name “{facts.actor.nickname}”; JOIN with another nickname first."
            return Refused(code=ErrorCode.NICKNAME_TAKEN, detail=detail)
        changed = PutPerson(uid=uid, password_hash=password_hash)
        return Decision(changes=(changed, DropTokens(uid=uid, but_device=session.device)))

    decide(state, connection, request, Wanted(actor=uid, nickname=""), rule)


def delete_account(state: State, connection: Connection, request: DeleteAccount) -> None:
    """Permanently delete the account, and leave all rooms."""
    session = connection.session
    assert session is not None
    if request.password is not None and not state.accepts_secrets(connection):
        return state.fail(connection, request, ErrorCode.NOT_SECURE)

    return _prove(state, session, request, request.password, "PASSWORD", partial(_drop_person, state, session, request))


def _drop_person(state: State, session: Session, request: DeleteAccount, former: str | None) -> None:
    """Delete the account, unless the session was ended while the password was checked."""
    connection, uid = session.connection, session.uid
    if connection.session is not session:
        return

    def rule(facts: Facts) -> Decision | Refused:
        refused = _must_stay(facts, former)
        if refused is not None:
            return refused
        changes: list[Change] = []
        for room in facts.named_rooms:
            left = AddEvent.by(facts.actor, room, EventKind.EXIT)
            changes += (left, DropMember(room=room, uid=uid))
        audit = AddAudit(actor=uid, action="DELETE_ACCOUNT", uid=uid)
        return Decision(changes=(*changes, DropPerson(uid=uid), audit))

    decide(state, connection, request, Wanted(actor=uid, named_rooms=True, counts=True), rule)


def _must_stay(facts: Facts, former: str | None) -> Refused | None:
    """Return why an account cannot be deleted; None: it can."""
    person = facts.actor
    if not person.claimed:
        return Refused(code=ErrorCode.NOT_ALLOWED, detail="A guest has no account to delete.")
    if person.password_hash != former:
        return Refused(code=ErrorCode.PASSWORD_WRONG, detail="The password was changed elsewhere in the meantime.")
    if person.role is Role.OWNER and facts.owners < 2:
        detail = "You are the only owner of this server. Make someone else an owner first."
        return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
    if facts.sole_owned:
        titles = ", ".join(f"“{title}”" for title in facts.sole_owned[:_TITLES_MAX])
        detail = f"You are the only owner of {titles}. Make someone else an owner first, or delete the room."
        return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
    return None


def devices(state: State, connection: Connection, request: Devices) -> None:
    """List the devices that have a token for the account."""
    session = connection.session
    assert session is not None
    wanted = Wanted(actor=session.uid)
    look(state, connection, request, wanted, lambda _: None, DevicesQuery(current=session.device))


def revoke(state: State, connection: Connection, request: Revoke) -> None:
    """Sign out a device of the account, which must have a password: otherwise the last device could not be replaced."""
    assert connection.session is not None
    uid = connection.session.uid

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash is None:
            detail = "Set a password first (PASSWORD). Without one, you could not log in again."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        return Decision(changes=(DropTokens(uid=uid, device=request.device),))

    decide(state, connection, request, Wanted(actor=uid), rule)


# Looking, and passwords


def _look(
    state: State, connection: Connection, wanted: Wanted, guard: Guard, then: Callable[[LookResult], None]
) -> None:
    def looked(result: LookResult) -> None:
        then(result)
        state.store_answered(connection)

    query = Look(wanted=wanted, guard=guard, query=PersonQuery(), ts_ms=state.now.utc_ms)
    state.effects.append(Read(connection.id, query, looked))
    state.store_asked(connection)


def _prove(
    state: State,
    session: Session,
    request: Password | DeleteAccount,
    given: str | None,
    field: str,
    then: Callable[[str | None], None],
) -> None:
    """Require the account's password in ``field``, if it has one. ``then`` gets its hash."""
    connection, uid = session.connection, session.uid

    def person_known(result: LookResult) -> None:
        if not isinstance(result, Facts):
            refuse(state, connection, request, result)
        elif (former := result.actor.password_hash) is None:
            then(None)
        elif given is None:
            detail = f"The account has a password: give it as {field}."
            state.fail(connection, request, ErrorCode.PASSWORD_WRONG, detail)
        elif may_try(state, connection, request, uid):
            busy = partial(forgive, state, connection, uid)
            _verify(state, connection, request, given, former, partial(verified, former), busy)

    def verified(former: str, fits: bool) -> None:
        if fits:
            forgive(state, connection, uid)
            then(former)
        else:
            state.fail(connection, request, ErrorCode.PASSWORD_WRONG, "That is not the account's current password.")

    _look(state, connection, Wanted(actor=uid), lambda _: None, person_known)


def _hash(
    state: State,
    connection: Connection,
    request: Register | Password | DeleteAccount,
    password: str,
    then: Callable[[str], None],
    busy: Callable[[], None] = lambda: None,
) -> None:
    def hashed(result: Hashed) -> None:
        assert result.hash is not None
        then(result.hash)

    _ask_for_hash(state, connection, request, password, None, hashed, busy)


def _verify(
    state: State,
    connection: Connection,
    request: Register | Password | DeleteAccount,
    password: str,
    against: str,
    then: Callable[[bool], None],
    busy: Callable[[], None],
) -> None:
    _ask_for_hash(state, connection, request, password, against, lambda result: then(result.matches), busy)


def _ask_for_hash(
    state: State,
    connection: Connection,
    request: Register | Password | DeleteAccount,
    password: str,
    against: str | None,
    then: Callable[[Hashed], None],
    busy: Callable[[], None],
) -> None:
    def answered(result: Hashed) -> None:
        if result.busy:
            busy()
            detail = "Too many passwords are waiting to be checked; try again later."
            state.fail(connection, request, ErrorCode.SLOW_DOWN, detail, retry_seconds=2)
        else:
            then(result)
        state.store_answered(connection)

    state.effects.append(Hash(connection.id, connection.network, password, against, answered))
    state.store_asked(connection)
