"""Accounts: REGISTER, PASSWORD, and the DEVICES that have a token, which REVOKE signs out.

- Secrets are taken where nobody on the way can read them, unless the operator says otherwise.
- A password is hashed beside the Hub; what was true before may be so no longer, so the rule checks again in the store.
- Wrong passwords and codes are counted by person and by address.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from muca.core.asking import DONE, decide, look, refuse
from muca.core.codes import count_wrong, hash_code, make_owner, must_wait
from muca.core.effects import Hash, Hashed, Read
from muca.core.leaving import cut
from muca.core.state import Connection, Session, State
from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import AnnouncedLimits
from muca.model.names import name_fault
from muca.model.replies import Done, Policy
from muca.model.requests import Devices, Password, Register, Revoke
from muca.model.storage import (
    Change,
    CodeKind,
    Decided,
    Decision,
    DevicesQuery,
    DropTokens,
    Facts,
    Look,
    LookResult,
    PersonQuery,
    PutPerson,
    Refused,
    UseCode,
    Wanted,
)

_OFTEN_LEAKED: Final = """
    11223344 12121212 123123123 12341234 12344321 12345678 123456789 1234567890 123456789a 1234qwer 123qweasd 147258369
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx 20202020 87654321 987654321 aa123456 abc12345 abcd1234 abcdefgh access14 admin123
    administrator asdf1234 asdfasdf asdfghjk asdfghjkl baseball basketball changeme charlie1 computer dragon123 football
    iloveyou internet jennifer letmein1 liverpool michelle passw0rd passwort passwort1 password password1 password12
    password123 princess q1w2e3r4 qazwsxedc qwer1234 qwert123 qwertyui qwertyuiop qwertz123 qwertzuiop starwars sunshine
    superman trustno1 welcome1 whatever zaq12wsx
"""
_GUESSED_FIRST: Final = frozenset(_OFTEN_LEAKED.split())
"""Of the passwords that leaks show most often, those that are long enough otherwise."""


def register(state: State, connection: Connection, request: Register) -> None:
    """Make an account with a password. JOIN comes after it."""
    fault = _fault_in(state, connection, request)
    if fault is not None:
        return state.fail(connection, request, fault.code, fault.detail)
    if must_wait(state, connection, request, request.uid):
        return None
    return _hash(state, connection, request, request.password, partial(_register, state, connection, request))


def _fault_in(state: State, connection: Connection, request: Register) -> Refused | None:
    """Say what is wrong with a REGISTER, as far as can be said here."""
    limits = state.limits.announced
    if connection.session is not None:
        return Refused(code=ErrorCode.ALREADY_JOINED)
    if not state.accepts_secrets(connection):
        return Refused(code=ErrorCode.NOT_SECURE)
    for field, name, chars_max in (
        ("UN (nickname)", request.nickname, limits.nickname_chars_max),
        ("UID", request.uid, limits.uid_chars_max),
    ):
        fault = name_fault(name, chars_max)
        if fault is not None:
            return Refused(code=ErrorCode.BAD_NAME, detail=f"{field} {fault}.")
    weakness = _weakness(request.password, (request.uid, request.nickname), limits)
    if weakness is not None:
        return weakness
    if state.policy is Policy.INVITE and request.code is None:
        return Refused(code=ErrorCode.CODE_WRONG, detail="To register here one needs an invitation: give its CODE.")
    if request.uid in state.peers:
        return Refused(code=ErrorCode.UID_IN_USE, detail=f"The user id «{request.uid}» is in use by a guest now.")
    return None


def _register(state: State, connection: Connection, request: Register, password_hash: str) -> None:
    uid, nickname = request.uid, request.nickname
    code_hash = hash_code(request.code) if request.code is not None else None

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.claimed:
            return Refused(code=ErrorCode.ACCOUNT_EXISTS, detail=f"The user id «{uid}» is somebody's account already.")
        if facts.actor.banned_until_ms > facts.now_ms:
            return Refused(code=ErrorCode.BANNED)
        account = PutPerson(uid=uid, nickname=nickname, password_hash=password_hash)
        if code_hash is None:
            return Decision(changes=(account,))
        if facts.code is None:
            return Refused(code=ErrorCode.CODE_WRONG)
        changes: tuple[Change, ...] = (account, UseCode(code=facts.code.code))
        if facts.code.kind is CodeKind.OWNER:
            changes += make_owner(uid, nickname, "REGISTER")
        return Decision(changes=changes)

    def answer(_: Decided) -> Done:
        guest = state.peers.get(uid)  # came while the password was hashed, and the name is no guest's any more
        if guest is not None:
            cut(state, guest, CloseReason.SIGNED_OUT)
        return DONE

    wanted = Wanted(actor=uid, code_hash=code_hash)
    decide(state, connection, request, wanted, rule, answer, refused=count_wrong(state, connection, uid))


def set_password(state: State, connection: Connection, request: Password) -> None:
    """Set or change one's password, and sign all other devices out."""
    session = connection.session
    assert session is not None
    uid = session.uid
    if not state.accepts_secrets(connection):
        return state.fail(connection, request, ErrorCode.NOT_SECURE)
    weakness = _weakness(request.new, (uid, session.nickname), state.limits.announced)
    if weakness is not None:
        return state.fail(connection, request, weakness.code, weakness.detail)
    if must_wait(state, connection, request, uid):
        return None

    def person_known(result: LookResult) -> None:
        if not isinstance(result, Facts):
            refuse(state, connection, request, result)
        elif (former := result.actor.password_hash) is None:
            _hash(state, connection, request, request.new, partial(_put_password, state, session, request, None))
        elif request.old is None:
            detail = "The account has a password: give it as OLD."
            state.fail(connection, request, ErrorCode.PASSWORD_WRONG, detail)
        else:
            _verify(state, connection, request, request.old, former, partial(old_verified, former))
        state.store_answered(connection)

    def old_verified(former: str, fits: bool) -> None:
        if fits:
            _hash(state, connection, request, request.new, partial(_put_password, state, session, request, former))
        else:
            state.login_failed(connection, uid)
            state.fail(connection, request, ErrorCode.PASSWORD_WRONG, "This is not the account's present password.")

    query = Look(wanted=Wanted(actor=uid), guard=lambda _: None, query=PersonQuery(), ts_ms=state.now.utc_ms)
    state.effects.append(Read(connection.id, query, person_known))
    state.store_asked(connection)
    return None


def _put_password(state: State, session: Session, request: Password, former: str | None, password_hash: str) -> None:
    """Have the new password stored, unless the session was cut while it was hashed."""
    connection, uid = session.connection, session.uid
    if connection.session is not session:
        return

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash != former:
            return Refused(code=ErrorCode.PASSWORD_WRONG, detail="The password was changed elsewhere meanwhile.")
        changed = PutPerson(uid=uid, password_hash=password_hash)
        return Decision(changes=(changed, DropTokens(uid=uid, but_device=session.device)))

    decide(state, connection, request, Wanted(actor=uid), rule)


def devices(state: State, connection: Connection, request: Devices) -> None:
    """List the devices that have a token for one's account."""
    session = connection.session
    assert session is not None
    wanted = Wanted(actor=session.uid)
    look(state, connection, request, wanted, lambda _: None, DevicesQuery(current=session.device))


def revoke(state: State, connection: Connection, request: Revoke) -> None:
    """Sign one of one's own devices out, if it is not so already. Without a password the last one would be the end."""
    assert connection.session is not None
    uid = connection.session.uid

    def rule(facts: Facts) -> Decision | Refused:
        if facts.actor.password_hash is None:
            detail = "Set a password first (PASSWORD): without one and without this device nobody can be you again."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        return Decision(changes=(DropTokens(uid=uid, device=request.device),))

    decide(state, connection, request, Wanted(actor=uid), rule)


# Passwords


def _weakness(password: str, names: tuple[str, ...], limits: AnnouncedLimits) -> Refused | None:
    """Say why a password is too easily guessed, or too long to be hashed."""
    chars_min, chars_max = limits.password_chars_min, limits.password_chars_max
    if not chars_min <= len(password) <= chars_max:
        detail = f"The password has {len(password)} characters; {chars_min} to {chars_max} are allowed."
    elif password.casefold() in {name.casefold() for name in names}:
        detail = "The password is the user id or the nickname, which everyone would guess."
    elif password.casefold() in _GUESSED_FIRST or len(set(password)) == 1:
        detail = "The password is one of the first that everyone would guess."
    else:
        return None
    return Refused(code=ErrorCode.PASSWORD_WEAK, detail=detail)


def _hash(
    state: State, connection: Connection, request: Register | Password, password: str, then: Callable[[str], None]
) -> None:
    def hashed(result: Hashed) -> None:
        assert result.hash is not None
        then(result.hash)

    _ask_for_hash(state, connection, request, password, None, hashed)


def _verify(
    state: State,
    connection: Connection,
    request: Password,
    password: str,
    against: str,
    then: Callable[[bool], None],
) -> None:
    _ask_for_hash(state, connection, request, password, against, lambda result: then(result.matches))


def _ask_for_hash(
    state: State,
    connection: Connection,
    request: Register | Password,
    password: str,
    against: str | None,
    then: Callable[[Hashed], None],
) -> None:
    def answered(result: Hashed) -> None:
        if result.busy:
            detail = "Many passwords are waiting to be checked."
            state.fail(connection, request, ErrorCode.SLOW_DOWN, detail, retry_seconds=2)
        else:
            then(result)
        state.store_answered(connection)

    state.effects.append(Hash(connection.id, password, against, answered))
    state.store_asked(connection)
