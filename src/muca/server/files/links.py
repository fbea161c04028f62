"""Links to files for people without a session. Anyone with a link can read its file until the link expires.

A link is signed (HMAC-SHA256, RFC 2104) with a secret of the data folder over the file's id and the expiry time. It
also ends with its file: links to deleted files do not work.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from muca.model.files import FileInfo
from muca.model.ids import FileId

_SECRET_BYTES: Final = 32
_KEY_CHARS: Final = 32
"""Hexadecimal digits of a signature: 128 bits."""


class Links:
    """Creates links and verifies them.

    Args:
        secret: the key of the signatures.
        base: returns the current base URL, up to host and port.
        seconds: how long links are valid.
        now: returns the time, in seconds since 1970.
    """

    def __init__(self, secret: bytes, base: Callable[[], str], seconds: int, now: Callable[[], float]) -> None:
        self._secret = secret
        self._base = base
        self._seconds = seconds
        self._now = now

    def link(self, file: FileInfo) -> str:
        """Create a link to a file."""
        until = int(self._now()) + self._seconds
        key = self._sign(file.file, until)
        return f"{self._base()}/files/{file.file}/{quote(file.name, safe='')}?until={until}&key={key}"

    def is_good(self, file: FileId, until: str, key: str) -> bool:
        """Return whether a link with this expiry time and signature is valid."""
        if not (until.isascii() and until.isdecimal() and key.isascii()) or len(until) > 12:
            return False
        return hmac.compare_digest(key, self._sign(file, int(until))) and self._now() < int(until)

    def _sign(self, file: FileId, until: int) -> str:
        return hmac.digest(self._secret, f"{file} {until}".encode(), "sha256").hex()[:_KEY_CHARS]


def link_secret(path: Path) -> bytes:
    """Read the secret of a data folder, or create it. Raises ``OSError``."""
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        secret = secrets.token_bytes(_SECRET_BYTES)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(secret)
    return secret
