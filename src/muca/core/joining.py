"""JOIN: checking the request, asking the store, and refusing it or starting a session."""

from functools import partial
from typing import Final

import msgspec

from muca.core.arriving import session_taken_over, start_session
from muca.core.asking import refuse
from muca.core.codes import hash_code
from muca.core.effects import Hash, Hashed, Read, Write
from muca.core.guessing import forgive, guessed_at, may_try
from muca.core.leaving import cut
from muca.core.live import Connection, hash_secret
from muca.core.state import State
from muca.model.errors import CloseReason, ErrorCode
from muca.model.facts import Facts, Person, Wanted
from muca.model.ids import Uid
from muca.model.names import name_fault, new_name_fault, new_uid_fault, reserved_fault, uid_fault
from muca.model.queries import PersonQuery
from muca.model.replies import Policy
from muca.model.requests import Join
from muca.model.storage import Admit, Admitted, Look, LookResult, Refused, WriteResult

_NEEDS_SECRET: Final = frozenset({ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG})

TOKEN_CHARS_MIN: Final = 32
"""Minimum characters of a token with which a client claims a UID; instead of a shorter one, the server creates one."""


def join(state: State, connection: Connection, request: Join) -> None:
    """Check what can be checked here, then ask the store whether this UID may join."""
    limits = state.limits.announced
    if connection.session is not None:
        return state.fail(connection, request, ErrorCode.ALREADY_JOINED)
    for field, fault in (
        ("UN (nickname)", request.nickname is not None and name_fault(request.nickname, limits.nickname_chars_max)),
        ("UID", uid_fault(request.uid, limits.uid_chars_max)),
    ):
        if fault:
            return state.fail(connection, request, ErrorCode.BAD_NAME, f"{field} {fault}.")
    if _is_held(state, connection, request):
        return _in_use(state, connection, request)
    if _is_full(state, connection, request):
        return None
    has_secret = request.password is not None or request.token is not None or request.code is not None
    is_token = request.password is None and request.code is None
    if has_secret and not state.accepts_secrets(connection, is_token=is_token):
        return state.fail(connection, request, ErrorCode.NOT_SECURE)
    connection.held_up = True
    connection.waiting = []
    state.pause(connection)
    if request.password is None:
        return _admit(state, connection, request, None)
    return _log_in(state, connection, request, request.password)


def _is_held(state: State, connection: Connection, request: Join) -> bool:
    """Return whether current sessions of the UID exclude this JOIN: only an account can have several."""
    holder = state.peers.get(request.uid)
    if holder is None or session_taken_over(request, holder) is not None:
        return False
    return not (connection.abilities.has_accounts and holder.person.claimed)


def _in_use(state: State, connection: Connection, request: Join) -> None:
    state.fail(
        connection, request, ErrorCode.UID_IN_USE, f"The user id “{request.uid}” is in use on another connection."
    )


# With a password


def _log_in(state: State, connection: Connection, request: Join, password: str) -> None:
    """Find the account. A client that cannot be told its UID must give the exact one."""
    wanted = Wanted(actor=request.uid, login=connection.abilities.has_accounts)
    look = Look(wanted=wanted, guard=lambda _: None, query=PersonQuery(), ts_ms=state.now.utc_ms)
    state.effects.append(Read(connection.id, look, partial(_person_known, state, connection, request, password)))


def _person_known(state: State, connection: Connection, request: Join, password: str, result: LookResult) -> None:
    if not isinstance(result, Facts):
        refuse(state, connection, request, result)
        return _go_on(state, connection)
    account = result.actor
    if not may_try(state, connection, request, guessed_at(account)):
        return _go_on(state, connection)
    verified = partial(_password_verified, state, connection, request, account)
    state.effects.append(Hash(connection.id, connection.network, password, account.password_hash or "", verified))
    return None


def _password_verified(state: State, connection: Connection, request: Join, account: Person, hashed: Hashed) -> None:
    if not hashed.busy and not hashed.matches:
        state.fail(connection, request, ErrorCode.PASSWORD_WRONG)
        return _go_on(state, connection)
    forgive(state, connection, guessed_at(account))
    if hashed.busy:
        state.fail(connection, request, ErrorCode.SLOW_DOWN, retry_seconds=2)
        return _go_on(state, connection)
    nickname = account.nickname if request.nickname is None else request.nickname
    named = msgspec.structs.replace(request, uid=account.uid, nickname=nickname)
    if account.uid != request.uid:
        if _is_held(state, connection, named):
            _in_use(state, connection, named)
            return _go_on(state, connection)
        if _is_full(state, connection, named):
            return _go_on(state, connection)
    return _admit(state, connection, named, account.password_hash, account.uid if account.uid != request.uid else None)


# The store's answer


def _admit(
    state: State, connection: Connection, request: Join, password_hash: str | None, account_uid: Uid | None = None
) -> None:
    """Ask the store. ``account_uid``: the account's UID, if the client named it differently."""
    assert request.nickname is not None
    limits = state.limits.announced
    offered_token = _offer(state, request) if connection.abilities.has_accounts else ""
    code = None
    if request.code is not None:
        code = state.handovers.take(request.uid, hash_code(request.code), state.now.monotonic_ms)
    of_uid = new_uid_fault(request.uid, limits.uid_chars_max)
    of_nickname = new_name_fault(request.nickname, limits.nickname_chars_max)
    if connection.abilities.has_accounts:
        of_uid = of_uid or reserved_fault(request.uid)
        of_nickname = of_nickname or reserved_fault(request.nickname)
    admit = Admit(
        uid=request.uid,
        nickname=request.nickname,
        ts_ms=state.now.utc_ms,
        address=connection.address,
        token_hash=hash_secret(request.token) if request.token is not None else None,
        offered_token_hash=hash_secret(offered_token) if offered_token else None,
        password_hash=password_hash,
        voucher=code.device if code is not None else None,
        device=request.device or "",
        uid_fault=_said_of("UID", of_uid),
        nickname_fault=_said_of("UN (nickname)", of_nickname),
        accounts_only=state.policy is not Policy.OPEN,
        rooms_max=state.limits.rooms_in_join_max,
        members_max=state.limits.members_in_join_max,
        devices_max=state.limits.devices_per_account_max,
    )

    def admitted(result: WriteResult) -> None:
        if code is not None and not (isinstance(result, Admitted) and result.offer_taken):
            state.handovers.put_back(request.uid, code)
        _admitted(state, connection, request, offered_token, account_uid, result)

    state.effects.append(Write(connection.id, admit, admitted))


def _said_of(field: str, fault: str | None) -> str | None:
    return f"{field} {fault}." if fault is not None else None


def _offer(state: State, request: Join) -> str:
    """Return the token with which this JOIN claims the UID, if it is free.

    A client may create a strong one itself and store it first, so that it can rejoin even if the reply is lost.
    """
    if request.token is not None and len(request.token) >= TOKEN_CHARS_MIN:
        return request.token
    return state.new_secret()


def _admitted(
    state: State,
    connection: Connection,
    request: Join,
    offered_token: str,
    account_uid: Uid | None,
    result: WriteResult,
) -> None:
    """Start the session, or refuse the JOIN, as the store decided."""
    if not connection.gone:
        if isinstance(result, Admitted) and result.offer_taken:
            _put_guest_out(state, request.uid)
        if _is_held(state, connection, request):  # another client joined in the meantime
            _in_use(state, connection, request)
        elif not isinstance(result, Admitted):
            _refuse(state, connection, request, result)
        elif not _is_full(state, connection, request):
            start_session(
                state, connection, request, result, offered_token if result.offer_taken else None, account_uid
            )
    _go_on(state, connection)


def _refuse(state: State, connection: Connection, request: Join, result: WriteResult) -> None:
    if request.code is not None and isinstance(result, Refused) and result.code in _NEEDS_SECRET:
        return state.fail(connection, request, ErrorCode.CODE_WRONG)
    detail = _advice(state, request, result.code) if isinstance(result, Refused) else ""
    if isinstance(result, Refused) and detail:
        return state.fail(connection, request, result.code, detail)
    return refuse(state, connection, request, result)


def _advice(state: State, request: Join, code: ErrorCode) -> str:
    """Return an explanation that helps somebody who cannot join, where the meaning of the code does not."""
    invited = " with the CODE of an invitation" if state.policy is Policy.INVITE else ""
    match code:
        case ErrorCode.TOKEN_WRONG:
            return (
                f"The user id “{request.uid}” belongs to an account, and the token is not, or no longer, one of its "
                "tokens. If it is yours, join with its password or from a device that you used before. If you have "
                "neither, ask the server's operator to set a password. Otherwise choose another user id."
            )
        case ErrorCode.PASSWORD_REQUIRED:
            return (
                f"This server now requires a password, and the account “{request.uid}” has none. REGISTER with its "
                "TOKEN and a PASSWORD to keep the account; no invitation is needed."
            )
        case ErrorCode.ACCOUNT_REQUIRED:
            return (
                f"This server is for registered accounts only: REGISTER first{invited}. If you have used this server "
                "before without a password, ask its operator to set one."
            )
        case _:
            return ""


def _put_guest_out(state: State, uid: Uid) -> None:
    """End a guest's session if the UID was claimed while it joined."""
    holder = state.peers.get(uid)
    if holder is not None and not holder.person.claimed:
        cut(state, holder, CloseReason.SIGNED_OUT)


def _is_full(state: State, connection: Connection, request: Join) -> bool:
    """Refuse a person with too many sessions, unless this JOIN resumes one of them."""
    holder = state.peers.get(request.uid)
    if holder is None or len(holder.sessions) < state.limits.sessions_per_account_max:
        return False
    if session_taken_over(request, holder) is not None:
        return False
    detail = f"This account already has {len(holder.sessions)} sessions; end one of them first."
    state.fail(connection, request, ErrorCode.TOO_MANY, detail)
    return True


def _go_on(state: State, connection: Connection) -> None:
    """Handle what came in while the JOIN waited."""
    connection.held_up = False
    state.to_heed.append(connection)
