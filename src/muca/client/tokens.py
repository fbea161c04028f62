"""Where the secrets are kept that let a person come back as the same UID.

A server gives a TOKEN once, when a UID is claimed. Tokens belong to a server (its ``ID``, not its address) and a UID;
of each address the server that last answered there is remembered, so that the first JOIN can bring the right token.

The file is JSON, readable by its owner alone, replaced as a whole under a lock that other processes respect. A file
that cannot be understood is left as it is and reported: it may be the only copy of somebody's identity.
"""

import os
import tempfile
from pathlib import Path
from typing import Final, Protocol

import msgspec
from filelock import FileLock, Timeout
from platformdirs import user_data_path

from muca.client.errors import MucaError
from muca.model.ids import Uid

LOCK_SECONDS: Final = 5.0
"""How long another process may hold the token file."""


class Tokens(msgspec.Struct, frozen=True):
    """The tokens of one UID."""

    by_server: dict[str, str] = {}
    """Server id to token."""
    last_server: str | None = None
    """The id of the server that last answered at the address in question."""


class TokenStore(Protocol):
    """Keeps tokens. Its methods may block; the client calls them in a thread. Both raise ``MucaError``."""

    def load(self, address: str, uid: Uid) -> Tokens:
        """Give what is known for a UID, with the server last seen at an address."""

    def save(self, address: str, server_id: str, uid: Uid, token: str | None) -> None:
        """Remember which server answers at an address and, unless it is None, the token it gave to a UID."""


class _Content(msgspec.Struct):
    """What the file holds."""

    servers: dict[str, str] = {}
    """Address to server id."""
    tokens: dict[str, dict[Uid, str]] = {}
    """Server id to UID to token."""

    def select(self, address: str, uid: Uid) -> Tokens:
        by_server = {server: tokens[uid] for server, tokens in self.tokens.items() if uid in tokens}
        return Tokens(by_server, self.servers.get(address))

    def put(self, address: str, server_id: str, uid: Uid, token: str | None) -> None:
        self.servers[address] = server_id
        if token is not None:
            self.tokens.setdefault(server_id, {})[uid] = token


class MemoryTokenStore:
    """Tokens that end with the process."""

    def __init__(self) -> None:
        self._content = _Content()

    def load(self, address: str, uid: Uid) -> Tokens:
        """Give what is known for a UID, with the server last seen at an address."""
        return self._content.select(address, uid)

    def save(self, address: str, server_id: str, uid: Uid, token: str | None) -> None:
        """Remember which server answers at an address and the token it gave to a UID."""
        self._content.put(address, server_id, uid, token)


class FileTokenStore:
    """Tokens in a JSON file: ``path``, or else ``tokens.json`` in the platform's folder for a person's muca data."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path if path is not None else user_data_path("muca", appauthor=False) / "tokens.json"

    def load(self, address: str, uid: Uid) -> Tokens:
        """Give what is known for a UID, with the server last seen at an address.

        Raises ``MucaError`` when the file is damaged or its folder cannot be written, so that no token is given out by
        a server that could not be kept.
        """
        try:
            with self._locked():
                return self._read().select(address, uid)
        except OSError as error:
            raise self._unusable(error) from error

    def save(self, address: str, server_id: str, uid: Uid, token: str | None) -> None:
        """Remember which server answers at an address and the token it gave to a UID.

        When it returns, it is on disk. Raises ``MucaError``; the file is then as it was.
        """
        try:
            with self._locked():
                content = self._read()
                if token is None and content.servers.get(address) == server_id:
                    return
                content.put(address, server_id, uid, token)
                self._write(content)
        except OSError as error:
            raise self._unusable(error) from error

    def _locked(self) -> FileLock:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self.path.with_name(self.path.name + ".lock"), timeout=LOCK_SECONDS)

    def _read(self) -> _Content:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Content)
        except FileNotFoundError:
            return _Content()
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MucaError(
                f"The file {self.path}, which holds your access tokens, is damaged ({error}); "
                "repair it, or move it away to start without tokens."
            ) from error

    def _write(self, content: _Content) -> None:
        # mkstemp makes the file readable by its owner alone.
        descriptor, name = tempfile.mkstemp(prefix=self.path.name, dir=self.path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            os.unlink(name)
            raise

    def _unusable(self, error: OSError) -> MucaError:
        if isinstance(error, Timeout):
            return MucaError(f"Another program holds the file {self.path} with your access tokens; try again.")
        reason = error.strerror or str(error)
        return MucaError(f"The file {self.path} for your access tokens cannot be used: {reason}.")
