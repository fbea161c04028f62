"""JSON responses, and failures: ``{"CODE": …, "TEXT": …}``, with ``RETRY`` if waiting helps."""

from typing import Final

import msgspec
from aiohttp import web

from muca.model.errors import ERRORS, ErrorCode
from muca.model.wire import Wire

STATUS: Final = {
    ErrorCode.NOT_JOINED: 401,
    ErrorCode.NOT_ALLOWED: 403,
    ErrorCode.MUTED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.NO_SUCH_FILE: 404,
    ErrorCode.FILE_TOO_LARGE: 413,
    ErrorCode.TOO_MANY: 409,
    ErrorCode.SLOW_DOWN: 429,
    ErrorCode.SERVER_ERROR: 500,
    ErrorCode.STORAGE_UNAVAILABLE: 503,
    ErrorCode.STORAGE_UNREADABLE: 503,
    ErrorCode.STORAGE_DAMAGED: 503,
}
"""The HTTP status of a code; the default is 400."""


class _Failure(Wire, frozen=True, kw_only=True):
    code: ErrorCode
    explanation: str
    retry_seconds: float | None = None


class Failed(Exception):
    """A request failed; the client receives this."""

    def __init__(
        self, code: ErrorCode, explanation: str | None = None, *, retry_seconds: float | None = None, status: int = 0
    ) -> None:
        super().__init__(code)
        self.answer: Final = failure(code, explanation, retry_seconds=retry_seconds, status=status)


def failure(
    code: ErrorCode, explanation: str | None = None, *, retry_seconds: float | None = None, status: int = 0
) -> web.Response:
    """Return the response to a request that failed; ``status`` overrides the code's own."""
    body = _Failure(code=code, explanation=explanation or ERRORS[code].meaning, retry_seconds=retry_seconds)
    answer = as_json(body, status=status or STATUS.get(code, 400))
    if retry_seconds is not None:
        answer.headers["Retry-After"] = str(int(retry_seconds) + 1)
    return answer


def as_json(body: object, *, status: int = 200) -> web.Response:
    """Return a JSON response that must not be cached."""
    headers = {"Cache-Control": "no-store"}
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json", headers=headers)
