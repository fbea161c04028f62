"""Protection against guessing: after many wrong passwords or codes, every further attempt has to wait."""

from typing import Final

from muca.core.live import Connection
from muca.core.state import State
from muca.model.errors import ErrorCode
from muca.model.facts import Person
from muca.model.ids import Uid
from muca.model.names import nickname_key
from muca.model.storage import Refused

_WRONG: Final = frozenset(
    {ErrorCode.PASSWORD_WRONG, ErrorCode.TOKEN_WRONG, ErrorCode.CODE_WRONG, ErrorCode.ACCOUNT_EXISTS}
)
"""Errors that count as a wrong guess; ``account_exists`` reveals which UIDs have accounts."""


def try_to_guess(state: State, connection: Connection, uid: Uid) -> Refused | None:
    """Count an attempt, or return why it must wait. It counts as wrong until ``judge``."""
    wait_ms = state.guesses.take(uid, connection.network, state.now.monotonic_ms)
    if not wait_ms:
        return None
    detail = "Too many wrong passwords or codes; wait before you try again."
    return Refused(code=ErrorCode.SLOW_DOWN, detail=detail, retry_seconds=wait_ms / 1_000)


def judge(state: State, connection: Connection, uid: Uid, result: object) -> None:
    """Stop counting an attempt, unless it was refused as wrong: it was right, or its result was not revealed."""
    if not (isinstance(result, Refused) and result.code in _WRONG):
        state.guesses.give_back(uid, connection.network, state.now.monotonic_ms)


def guessed_at(account: Person) -> Uid:
    """Return the key by which attempts are counted: one for each account, however its name is spelled."""
    return account.uid if account.password_hash is not None else nickname_key(account.uid)
