"""The store for the tokens with which a user can come back as the same UID.

The first JOIN of a free UID claims it, with a token that the client generates and stores *before* it sends it, so a
lost answer locks nobody out. Once a server has admitted the UID, the token belongs to that server (its ``ID``, not its
address) and that UID. Until then it belongs to the address.

The store also has the keys of servers that were reached over TLS: by address, which is from then on only reached over
TLS, and by server id, so that no token is sent to a server that merely claims that id.

The file is JSON, readable only by its owner, and replaced atomically under a lock between processes. A file that cannot
be parsed is left unchanged and reported, because it may be the only copy of somebody's identity.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec
from filelock import FileLock, Timeout
from platformdirs import user_data_path

from muca.client.errors import MucaError
from muca.disk import write_whole
from muca.model.ids import Uid

LOCK_SECONDS: Final = 5.0
"""Time to wait for another process that has locked the token file."""


class KeyPin(msgspec.Struct, frozen=True):
    """The place and key of a server's TLS."""

    port: int
    fingerprint: str
    """``sha256:`` and the SHA-256 of the key's SubjectPublicKeyInfo, in hex."""
    by_system: bool = False
    """Whether the system trusts the certificate; the key may then change."""


class Tokens(msgspec.Struct, frozen=True):
    """The tokens that a UID can present at an address."""

    first: str | None = None
    """The first one to try: that of the server last seen there or, if none is known, a new one."""
    by_server: dict[str, str] = {}
    """Tokens by server id, for a server that asks for another one."""
    pin: KeyPin | None = None
    """The key that the address must show."""
    pins: dict[str, KeyPin] = {}
    """The last key of each server, by server id."""
    server_id: str | None = None
    """The server last seen at the address."""
    addresses: dict[str, str] = {}
    """An address of each server in ``pins``, by server id."""

    @property
    def is_known(self) -> bool:
        """Whether a server has accepted ``first`` for the UID."""
        return self.first in self.by_server.values()


class TokenStore(Protocol):
    """Stores tokens. Its methods may block; the client calls them in a thread. All raise ``MucaError``."""

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID. If none is known for the address, generate and store one."""

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: KeyPin | None = None) -> None:
        """Store a server's address, the token that it accepts for a UID, and its key."""

    def pin(self, address: str, pin: KeyPin) -> None:
        """Store the key of an address before the server has identified itself."""

    def forget(self, address: str) -> bool:
        """Delete the key of an address, so that it may show another one. Returns whether there was one. Tokens stay."""


class _Content(msgspec.Struct):
    """The content of the file."""

    servers: dict[str, str] = {}
    """The id of the server last seen at each address."""
    tokens: dict[str, dict[Uid, str]] = {}
    """Tokens by server id and UID."""
    offered: dict[str, dict[Uid, str]] = {}
    """New tokens by address and UID, until a server has accepted them."""
    pins: dict[str, KeyPin] = {}
    """The required key of each address."""
    server_pins: dict[str, KeyPin] = {}
    """The last key of each server, by server id."""

    def find(self, address: str, uid: Uid) -> Tokens:
        by_server = {server: tokens[uid] for server, tokens in self.tokens.items() if uid in tokens}
        server_id = self.servers.get(address)
        first = by_server.get(server_id or "") or self.offered.get(address, {}).get(uid)
        addresses = {server: place for place, server in self.servers.items() if server in self.server_pins}
        return Tokens(first, by_server, self.pins.get(address), dict(self.server_pins), server_id, addresses)

    def prepare(self, address: str, uid: Uid) -> None:
        if self.find(address, uid).first is None:
            self.offered.setdefault(address, {})[uid] = secrets.token_urlsafe(32)

    def put(self, address: str, server_id: str, uid: Uid, token: str, pin: KeyPin | None) -> None:
        self.servers[address] = server_id
        self.tokens.setdefault(server_id, {})[uid] = token
        self.offered.get(address, {}).pop(uid, None)
        if not self.offered.get(address, True):
            del self.offered[address]
        if pin is not None:
            self.pins[address] = self.server_pins[server_id] = pin

    def forget(self, address: str) -> bool:
        self.server_pins.pop(self.servers.get(address, ""), None)
        return self.pins.pop(address, None) is not None


class MemoryTokenStore:
    """Stores tokens in memory."""

    def __init__(self) -> None:
        self._content = _Content()

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID. If none is known for the address, generate and store one."""
        self._content.prepare(address, uid)
        return self._content.find(address, uid)

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: KeyPin | None = None) -> None:
        """Store a server's address, the token that it accepts for a UID, and its key."""
        self._content.put(address, server_id, uid, token, pin)

    def pin(self, address: str, pin: KeyPin) -> None:
        """Store the key of an address before the server has identified itself."""
        self._content.pins[address] = pin

    def forget(self, address: str) -> bool:
        """Delete the key of an address, so that it may show another one. Returns whether there was one. Tokens stay."""
        return self._content.forget(address)


def _fault_of(path: Path) -> str | None:
    """Explain why no file can be created there, as far as can be known without creating anything."""
    try:
        if path.is_dir():
            return "it is a folder; give a file in it"
        folder = next(parent for parent in path.absolute().parents if parent.exists())
    except OSError as error:
        return error.strerror or str(error)
    if not folder.is_dir():
        return f"{folder} is not a folder"
    return None if os.access(folder, os.W_OK | os.X_OK) else f"you have no permission to write in {folder}"


class FileTokenStore:
    """Stores tokens in a JSON file: ``path``, or ``tokens.json`` in the platform's folder for the user's muca data.

    All methods raise ``MucaError`` if the file is damaged or cannot be read or written; the file is then unchanged.
    When they return, the data is on disk. The constructor raises ``MucaError`` if the file cannot be created.
    """

    def __init__(self, path: "str | os.PathLike[str] | None" = None) -> None:
        self.path = Path(path) if path is not None else user_data_path("muca", appauthor=False) / "tokens.json"
        fault = _fault_of(self.path)
        if fault is not None:
            raise MucaError(f"The file {self.path} for your access tokens cannot be used: {fault}.")

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID. If none is known for the address, generate and store one."""
        with self._changing() as content:
            content.prepare(address, uid)
            return content.find(address, uid)

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: KeyPin | None = None) -> None:
        """Store a server's address, the token that it accepts for a UID, and its key."""
        with self._changing() as content:
            content.put(address, server_id, uid, token, pin)

    def pin(self, address: str, pin: KeyPin) -> None:
        """Store the key of an address before the server has identified itself."""
        with self._changing() as content:
            content.pins[address] = pin

    def forget(self, address: str) -> bool:
        """Delete the key of an address, so that it may show another one. Returns whether there was one. Tokens stay."""
        with self._changing() as content:
            return content.forget(address)

    @contextmanager
    def _changing(self) -> Iterator[_Content]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.path.with_name(self.path.name + ".lock"), timeout=LOCK_SECONDS):
                content = self._read()
                before = msgspec.json.encode(content)
                yield content
                if msgspec.json.encode(content) != before:
                    self._write(content)
        except Timeout as error:
            raise MucaError(
                f"Another program is using the file {self.path} with your access tokens; try again."
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise MucaError(f"The file {self.path} for your access tokens cannot be used: {reason}.") from error

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
        write_whole(self.path, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
