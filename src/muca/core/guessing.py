"""Guessing: after many wrong passwords or codes, one has to wait before the next, right or wrong."""

from collections.abc import Callable
from typing import Final

from muca.core.live import Connection
from muca.core.state import State
from muca.model.errors import ErrorCode
from muca.model.facts import Person
from muca.model.ids import Uid
from muca.model.names import nickname_key
from muca.model.requests import Request
from muca.model.storage import LookResult, Refused, WriteResult

WRONG: Final = frozenset(
    {ErrorCode.PASSWORD_WRONG, ErrorCode.TOKEN_WRONG, ErrorCode.CODE_WRONG, ErrorCode.ACCOUNT_EXISTS}
)
"""What was guessed; ``account_exists`` tells which UIDs have accounts."""


def may_try(state: State, connection: Connection, request: Request, uid: Uid) -> bool:
    """Count a try, or refuse it. What is counted counts as wrong until ``forgive`` or ``judge``."""
    wait_ms = state.guesses.take(uid, connection.network, state.now.monotonic_ms)
    if not wait_ms:
        return True
    detail = "Too many wrong passwords or codes; wait before the next try."
    state.fail(connection, request, ErrorCode.SLOW_DOWN, detail, retry_seconds=wait_ms / 1_000)
    return False


def guessed_at(account: Person) -> Uid:
    """Return what tries at an account are counted by: however it is spelled, it is one account, or one name of none."""
    return account.uid if account.password_hash is not None else nickname_key(account.uid)


def forgive(state: State, connection: Connection, uid: Uid) -> None:
    """Count a try no longer: it was right, or nobody learned whether it was."""
    state.guesses.give_back(uid, connection.network, state.now.monotonic_ms)


def judge(state: State, connection: Connection, uid: Uid) -> Callable[[WriteResult | LookResult], None]:
    """Return what hears the store's answer to a try and says whether it was a wrong one."""

    def heard(result: WriteResult | LookResult) -> None:
        if not (isinstance(result, Refused) and result.code in WRONG):
            forgive(state, connection, uid)

    return heard
