"""Answers in JSON."""

import json

import pytest

from muca.model.errors import ERRORS, ErrorCode
from muca.server.web.answers import Failed, failure


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_is_told_as_a_failure(code: ErrorCode) -> None:
    """With what it means, and nobody keeps it."""
    told = failure(code)
    assert 400 <= told.status < 600
    assert isinstance(told.body, bytes)
    assert json.loads(told.body) == {"CODE": code, "TEXT": ERRORS[code].meaning}
    assert told.headers["Cache-Control"] == "no-store"


def test_a_failure_may_say_more_and_when_to_come_again() -> None:
    told = Failed(ErrorCode.SLOW_DOWN, "Not so fast.", retry_seconds=2.5).answer
    assert told.status == 429
    assert isinstance(told.body, bytes)
    assert json.loads(told.body) == {"CODE": "slow_down", "TEXT": "Not so fast.", "RETRY": 2.5}
    assert told.headers["Retry-After"] == "3"
    assert failure(ErrorCode.BAD_REQUEST, status=413).status == 413
