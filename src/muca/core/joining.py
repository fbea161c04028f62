"""JOIN: checking the request, asking the store, and refusing it or starting a session."""

from typing import Final

import msgspec

from muca.core.admission import admission
from muca.core.arriving import session_taken_over, start_session
from muca.core.asking import read_facts
from muca.core.codes import hash_code
from muca.core.effects import Begin, Hashed, Release, Reserve
from muca.core.guessing import guessed_at, judge, try_to_guess
from muca.core.live import Connection, hash_secret
from muca.core.state import State
from muca.core.steps import HashPassword, Outcome, Steps
from muca.model.errors import ErrorCode
from muca.model.facts import Person, Wanted
from muca.model.ids import Uid
from muca.model.names import name_fault, new_name_fault, new_uid_fault, reserved_fault, uid_fault
from muca.model.replies import Policy
from muca.model.requests import Join
from muca.model.storage import Admit, Admitted, Refused, StoreError

TOKEN_CHARS_MIN: Final = 32
"""Minimum characters of a token with which a client claims a UID; instead of a shorter one, the server creates one."""


def join(state: State, connection: Connection, request: Join) -> Steps[Outcome | None]:
    """Check what can be checked here, find the account if there is a password, and ask the store to admit the UID."""
    limits = state.limits.announced
    if connection.session is not None:
        return Refused(code=ErrorCode.ALREADY_JOINED)
    for field, fault in (
        ("UN (nickname)", request.nickname is not None and name_fault(request.nickname, limits.nickname_chars_max)),
        ("UID", uid_fault(request.uid, limits.uid_chars_max)),
    ):
        if fault:
            return Refused(code=ErrorCode.BAD_NAME, detail=f"{field} {fault}.")
    if refused := _too_many_sessions(state, request):
        return refused
    has_secret = request.password is not None or request.token is not None or request.code is not None
    is_token = request.password is None and request.code is None
    if has_secret and not state.accepts_secrets(connection, is_token=is_token):
        return Refused(code=ErrorCode.NOT_SECURE)
    with state.hold(connection):
        password_hash = account_uid = None
        if request.password is not None:
            account = yield from _log_in(state, connection, request.uid, request.password)
            if not isinstance(account, Person):
                return account
            password_hash = account.password_hash
            account_uid = account.uid if account.uid != request.uid else None
            nickname = account.nickname if request.nickname is None else request.nickname
            request = msgspec.structs.replace(request, uid=account.uid, nickname=nickname)
        has_accounts = connection.abilities.has_accounts
        granted: bool = yield Reserve(
            connection.id,
            request.uid,
            alone=not has_accounts,
            shares=has_accounts or password_hash is not None,
            session=request.session,
        )
        if not granted:
            detail = f"The user id “{request.uid}” is in use on another connection."
            return Refused(code=ErrorCode.UID_IN_USE, detail=detail)
        try:
            if connection.gone:
                return None
            return (yield from _be_admitted(state, connection, request, password_hash, account_uid))
        finally:
            has_begun = connection.session is not None
            state.effects.append(Begin(connection.id) if has_begun else Release(connection.id))


def _be_admitted(
    state: State, connection: Connection, request: Join, password_hash: str | None, account_uid: Uid | None
) -> Steps[Refused | StoreError | None]:
    """Ask the store to admit the reserved UID, and start the session. ``account_uid``: as in JOIN's reply."""
    token = ""
    if connection.abilities.has_accounts:
        # A client may create a strong token and store it first, so that it can rejoin even if the reply is lost.
        is_strong = request.token is not None and len(request.token) >= TOKEN_CHARS_MIN
        token = request.token if request.token is not None and is_strong else state.new_secret()
    code = None
    if request.code is not None:
        code = state.handovers.take(request.uid, hash_code(request.code), state.now.monotonic_ms)
    voucher = code.device if code is not None else None
    admit = _admit(state, connection, request, token, password_hash, voucher)
    result: Admitted | Refused | StoreError = yield admit
    offer_taken = isinstance(result, Admitted) and result.offer_taken
    if code is not None and not offer_taken:
        state.handovers.put_back(request.uid, code)
    if connection.gone:
        return None
    if not isinstance(result, Admitted):
        return _with_advice(state, request, result)
    if refused := _too_many_sessions(state, request):
        return refused
    start_session(state, connection, request, result, token if offer_taken else None, account_uid)
    return None  # it has been answered, before its first pushes


def _too_many_sessions(state: State, request: Join) -> Refused | None:
    """Refuse a person with too many sessions, unless this JOIN resumes one of them."""
    holder = state.peers.get(request.uid)
    if holder is None or len(holder.sessions) < state.limits.sessions_per_account_max:
        return None
    if session_taken_over(request, holder) is not None:
        return None
    detail = f"This account already has {len(holder.sessions)} sessions; end one of them first."
    return Refused(code=ErrorCode.TOO_MANY, detail=detail)


def _log_in(state: State, connection: Connection, uid: Uid, password: str) -> Steps[Person | Refused | StoreError]:
    """Return the account, if this is its password. A client that cannot be told its UID must give it exactly."""
    facts = yield from read_facts(state, Wanted(actor=uid, login=connection.abilities.has_accounts))
    if isinstance(facts, StoreError):
        return facts
    account = facts.actor
    if refused := try_to_guess(state, connection, guessed_at(account)):
        return refused
    hashed: Hashed = yield HashPassword(password, account.password_hash or "")
    if hashed.busy:
        refused = Refused(code=ErrorCode.SLOW_DOWN, retry_seconds=2)
    elif not hashed.matches:
        refused = Refused(code=ErrorCode.PASSWORD_WRONG)
    judge(state, connection, guessed_at(account), refused)
    return refused or account


def _admit(
    state: State, connection: Connection, request: Join, token: str, password_hash: str | None, voucher: int | None
) -> Admit:
    assert request.nickname is not None
    limits = state.limits.announced
    of_uid = new_uid_fault(request.uid, limits.uid_chars_max)
    of_nickname = new_name_fault(request.nickname, limits.nickname_chars_max)
    if connection.abilities.has_accounts:
        of_uid = of_uid or reserved_fault(request.uid)
        of_nickname = of_nickname or reserved_fault(request.nickname)
    return Admit(
        guard=admission(
            request.nickname,
            has_token=request.token is not None,
            password_hash=password_hash,
            uid_fault=f"UID {of_uid}." if of_uid is not None else None,
            nickname_fault=f"UN (nickname) {of_nickname}." if of_nickname is not None else None,
            accounts_only=state.policy is not Policy.OPEN,
        ),
        uid=request.uid,
        nickname=request.nickname,
        ts_ms=state.now.utc_ms,
        address=connection.address,
        token_hash=hash_secret(request.token) if request.token is not None else None,
        offered_token_hash=hash_secret(token) if token else None,
        voucher=voucher,
        device=request.device or "",
        rooms_max=state.limits.rooms_in_join_max,
        members_max=state.limits.members_in_join_max,
        devices_max=state.limits.devices_per_account_max,
    )


def _with_advice(state: State, request: Join, result: Refused | StoreError) -> Refused | StoreError:
    """Return a refusal with an explanation that helps somebody who cannot join, where that of the code does not."""
    if not isinstance(result, Refused):
        return result
    code = result.code
    if request.code is not None and code in {ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG}:
        return Refused(code=ErrorCode.CODE_WRONG)
    invited = " with the CODE of an invitation" if state.policy is Policy.INVITE else ""
    match code:
        case ErrorCode.TOKEN_WRONG:
            detail = (
                f"The user id “{request.uid}” belongs to an account, and the token is not, or no longer, one of its "
                "tokens. If it is yours, join with its password or from a device that you used before. If you have "
                "neither, ask the server's operator to set a password. Otherwise choose another user id."
            )
        case ErrorCode.PASSWORD_REQUIRED:
            detail = (
                f"This server now requires a password, and the account “{request.uid}” has none. REGISTER with its "
                "TOKEN and a PASSWORD to keep the account; no invitation is needed."
            )
        case ErrorCode.ACCOUNT_REQUIRED:
            detail = (
                f"This server is for registered accounts only: REGISTER first{invited}. If you have used this server "
                "before without a password, ask its operator to set one."
            )
        case _:
            return result
    return Refused(code=code, detail=detail)
