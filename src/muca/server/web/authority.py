"""Authorization: an HTTP request acts for a session that is live on TCP or WebSocket.

``Authorization: Bearer <SESSION>`` has the id from JOIN. For reading files, which pages show with ``<img>`` and
similar elements, a cookie set by POST /session is enough.

- Its name contains the server and the account: browsers send it to all servers on the same host, whatever their port,
  and one browser may use several accounts.
- Over TLS it has another name, which cannot be set or replaced without TLS
  (``__Secure-``; RFC 6265bis, 4.1.3.1). ``__Host-`` would require ``Path=/``, which sends it to every page of the host.
- Its value is the hash of the id, as the id itself would allow taking over the session.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from aiohttp import web

from muca.core.live import Session, hash_secret
from muca.model.errors import ErrorCode
from muca.server.web.answers import Failed

_SECURE: Final = "__Secure-"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_BEARER: Final = "bearer"


class Authority:
    """Finds the sessions that requests act for.

    Args:
        session_of: returns the live session whose id has this hash.
        server: the server's id.
    """

    def __init__(self, session_of: Callable[[bytes], Session | None], server: str) -> None:
        self._session_of = session_of
        self._prefix = f"muca-{_digest(server)}-"

    def session(self, request: web.Request) -> Session:
        """Return the session given as Bearer. Raises ``Failed`` (not joined)."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        is_one = scheme.lower() == _BEARER and secret.isascii()  # a header may contain arbitrary bytes
        session = self._session_of(hash_secret(secret.strip())) if is_one else None
        if session is None:
            raise _unknown("Send “Authorization: Bearer …” with the SESSION that JOIN gave.")
        return session

    def readers(self, request: web.Request) -> list[Session]:
        """Return the sessions with which files may be read: the one given as Bearer, or all of the cookies.

        Raises ``Failed`` (not joined).
        """
        if "Authorization" in request.headers:
            return [self.session(request)]
        cookies = request.cookies.items()
        values = (value for name, value in cookies if name.removeprefix(_SECURE).startswith(self._prefix))
        named = (self._session_of(bytes.fromhex(value)) for value in values if _HASH.fullmatch(value))
        sessions = [session for session in named if session is not None]
        if not sessions:
            raise _unknown("JOIN first. Then POST /session for a cookie, or send “Authorization: Bearer …” here.")
        return sessions

    def cookie(self, session: Session, *, over_tls: bool) -> tuple[str, str]:
        """Return name and value of a session's cookie. The UID may have characters that a cookie's name cannot have."""
        name = f"{self._prefix}{_digest(session.uid)}"
        return f"{_SECURE}{name}" if over_tls else name, session.id_hash.hex()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _unknown(explanation: str) -> Failed:
    failed = Failed(ErrorCode.NOT_JOINED, explanation)
    failed.answer.headers["WWW-Authenticate"] = "Bearer"
    return failed
