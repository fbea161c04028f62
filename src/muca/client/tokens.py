"""Where the secrets are kept that let a person come back as the same UID.

The first JOIN of a free UID claims it, with a token that the client makes up and keeps *before* it sends it: losing
the answer locks nobody out. Once a server has let the UID in, the token belongs to that server (its ``ID``, not its
address) and that UID. Until then it belongs to the address.

Beside the tokens stand the keys of servers that were reached over TLS: by address, which is then reached in no other
way, and by server id, so that no token is shown to a server that merely calls itself by that id.

The file is JSON, readable by its owner alone, replaced as a whole under a lock that other processes respect. A file
that cannot be understood is left as it is and reported: it may be the only copy of somebody's identity.
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
"""How long another process may hold the token file."""


class Pin(msgspec.Struct, frozen=True):
    """Where a server answers over TLS, and with which key."""

    port: int
    fingerprint: str
    """``sha256:`` and the SHA-256 of the key's SubjectPublicKeyInfo, in hex."""
    by_system: bool = False
    """Whether the system vouches for the certificate: then it may be another key next time."""


class Tokens(msgspec.Struct, frozen=True):
    """The tokens that a UID can present at an address."""

    first: str | None = None
    """The one to try: of the server last seen there or, if none is known, one that was made up and kept for it."""
    by_server: dict[str, str] = {}
    """Server id to token, for a server that asks for another one."""
    pin: Pin | None = None
    """What the address must show."""
    pins: dict[str, Pin] = {}
    """Server id to what that server has shown last."""
    server_id: str | None = None
    """The server last seen at the address."""
    addresses: dict[str, str] = {}
    """Server id to an address where that server was seen, for those in ``pins``."""

    @property
    def is_known(self) -> bool:
        """Whether a server has let the UID in with ``first``."""
        return self.first in self.by_server.values()


class TokenStore(Protocol):
    """Keeps tokens. Its methods may block; the client calls them in a thread. All raise ``MucaError``."""

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID; where none is known for an address, one is made up and kept first."""

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: Pin | None = None) -> None:
        """Remember that a server answers at an address, which token it takes for a UID, and what it shows over TLS."""

    def pin(self, address: str, pin: Pin) -> None:
        """Remember what an address shows over TLS before it is known which server it is."""

    def forget(self, address: str) -> bool:
        """Let an address show another key from now on; give whether one was known. The tokens stay."""


class _Content(msgspec.Struct):
    """What the file holds."""

    servers: dict[str, str] = {}
    """Address to the id of the server last seen there."""
    tokens: dict[str, dict[Uid, str]] = {}
    """Server id to UID to token."""
    offered: dict[str, dict[Uid, str]] = {}
    """Address to UID to the token made up for it, until it is known which server takes it."""
    pins: dict[str, Pin] = {}
    """Address to what it must show."""
    server_pins: dict[str, Pin] = {}
    """Server id to what the server has shown last."""

    def find(self, address: str, uid: Uid) -> Tokens:
        by_server = {server: tokens[uid] for server, tokens in self.tokens.items() if uid in tokens}
        server_id = self.servers.get(address)
        first = by_server.get(server_id or "") or self.offered.get(address, {}).get(uid)
        addresses = {server: place for place, server in self.servers.items() if server in self.server_pins}
        return Tokens(first, by_server, self.pins.get(address), dict(self.server_pins), server_id, addresses)

    def prepare(self, address: str, uid: Uid) -> None:
        if self.find(address, uid).first is None:
            self.offered.setdefault(address, {})[uid] = secrets.token_urlsafe(32)

    def put(self, address: str, server_id: str, uid: Uid, token: str, pin: Pin | None) -> None:
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
    """Tokens that end with the process."""

    def __init__(self) -> None:
        self._content = _Content()

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID; where none is known for an address, one is made up and kept first."""
        self._content.prepare(address, uid)
        return self._content.find(address, uid)

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: Pin | None = None) -> None:
        """Remember that a server answers at an address, which token it takes for a UID, and what it shows over TLS."""
        self._content.put(address, server_id, uid, token, pin)

    def pin(self, address: str, pin: Pin) -> None:
        """Remember what an address shows over TLS before it is known which server it is."""
        self._content.pins[address] = pin

    def forget(self, address: str) -> bool:
        """Let an address show another key from now on; give whether one was known. The tokens stay."""
        return self._content.forget(address)


def _fault_of(path: Path) -> str | None:
    """Say why no file can be put there, as far as that shows without making anything."""
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
    """Tokens in a JSON file: ``path``, or else ``tokens.json`` in the platform's folder for a person's muca data.

    All methods raise ``MucaError`` when the file is damaged or cannot be read or written; it is then as it was. When
    they return, what they remember is on disk. Making the store raises it, too, where no such file can be made.
    """

    def __init__(self, path: "str | os.PathLike[str] | None" = None) -> None:
        self.path = Path(path) if path is not None else user_data_path("muca", appauthor=False) / "tokens.json"
        fault = _fault_of(self.path)
        if fault is not None:
            raise MucaError(f"The file {self.path} for your access tokens cannot be used: {fault}.")

    def prepare(self, address: str, uid: Uid) -> Tokens:
        """Return the tokens of a UID; where none is known for an address, one is made up and kept first."""
        with self._changing() as content:
            content.prepare(address, uid)
            return content.find(address, uid)

    def keep(self, address: str, server_id: str, uid: Uid, token: str, pin: Pin | None = None) -> None:
        """Remember that a server answers at an address, which token it takes for a UID, and what it shows over TLS."""
        with self._changing() as content:
            content.put(address, server_id, uid, token, pin)

    def pin(self, address: str, pin: Pin) -> None:
        """Remember what an address shows over TLS before it is known which server it is."""
        with self._changing() as content:
            content.pins[address] = pin

    def forget(self, address: str) -> bool:
        """Let an address show another key from now on; give whether one was known. The tokens stay."""
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
