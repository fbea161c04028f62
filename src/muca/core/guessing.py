"""Protection against guessing: after many wrong passwords or codes, every further attempt has to wait."""

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
"""Errors that count as a wrong guess; ``account_exists`` reveals which UIDs have accounts."""


def may_try(state: State, connection: Connection, request: Request, uid: Uid) -> bool:
    """Count an attempt, or refuse it. It counts as wrong until ``forgive`` or ``judge``."""
    wait_ms = state.guesses.take(uid, connection.network, state.now.monotonic_ms)
    if not wait_ms:
        return True
    detail = "Too many wrong passwords or codes; wait before you try again."
    state.fail(connection, request, ErrorCode.SLOW_DOWN, detail, retry_seconds=wait_ms / 1_000)
    return False


def guessed_at(account: Person) -> Uid:
    """Return the key by which attempts are counted: one for each account, however its name is spelled."""
    return account.uid if account.password_hash is not None else nickname_key(account.uid)


def forgive(state: State, connection: Connection, uid: Uid) -> None:
    """Stop counting an attempt: it was right, or its result was not revealed."""
    state.guesses.give_back(uid, connection.network, state.now.monotonic_ms)


def judge(state: State, connection: Connection, uid: Uid) -> Callable[[WriteResult | LookResult], None]:
    """Return a callback that receives the store's result of an attempt and decides whether it was wrong."""

    def heard(result: WriteResult | LookResult) -> None:
        if not (isinstance(result, Refused) and result.code in WRONG):
            forgive(state, connection, uid)

    return heard
