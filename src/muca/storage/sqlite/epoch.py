"""The epoch: which history the numbers of events belong to.

A server id belongs to its database, and copies share it. If an older copy is restored, its rooms continue from
a lower SEQ, and the same numbers then mean other events. So the database has an epoch as well, and a position in a log
is an epoch and a SEQ. A start begins a new epoch unless the database is what the last start here left:

1. The file is the same one: its inode, and its time of birth where Python knows it, are recorded in it. A file that was
   copied, unpacked or moved to another disk has others. Device numbers are not compared: some change at every boot.
2. A nonce, renewed whenever the database is opened and closed, stands in the database and in a file beside it. They
   differ if only the database was put back, or only the other file.

Nothing here can see that a whole folder was overwritten in place or a virtual machine set back. Clients notice it.
"""

import uuid
from pathlib import Path
from typing import Final

import apsw

from muca.disk import write_whole
from muca.model.storage import Epoch

NONCE_NAME: Final = "muca.epoch"
"""The file next to the database. If it is deleted, the next start begins a new epoch."""

_PUT: Final = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def begin_epoch(connection: apsw.Connection) -> None:
    """Begin a new epoch, inside a transaction: after a restore or an import. Raises ``apsw.Error``."""
    former = _read(connection).get("epoch")
    if former is not None:
        connection.execute(_PUT, ("former_epoch", former))
        connection.execute("UPDATE rooms SET epoch_seq = last_seq")
    connection.execute(_PUT, ("epoch", uuid.uuid4().hex))


def open_epoch(connection: apsw.Connection, file: Path) -> Epoch:
    """Continue the epoch of a database that was just opened, or begin one. Raises ``apsw.Error`` and ``OSError``."""
    meta, beside = _read(connection), _nonces(file)
    goes_on = "epoch" in meta and meta.get("file") == _identity(file) and meta.get("nonce") in beside
    renew_nonce(connection, file, begins=not goes_on)
    return read_epoch(connection, is_new=not goes_on, replaces="epoch" not in meta and bool(beside))


def read_epoch(connection: apsw.Connection, *, is_new: bool = False, replaces: bool = False) -> Epoch:
    """Return the epoch of a database that another process may have open. Raises ``apsw.Error``."""
    meta = _read(connection)
    return Epoch(id=meta.get("epoch", ""), former=meta.get("former_epoch"), is_new=is_new, replaces=replaces)


def renew_nonce(connection: apsw.Connection, file: Path, *, begins: bool = False) -> None:
    """Record that the database is this file and continues from here. ``begins``: in a new epoch.

    If the process is killed at any point, both nonces still match. Raises ``apsw.Error`` and
    ``OSError``.
    """
    nonce = uuid.uuid4().hex
    _write_nonces(file, nonce, _read(connection).get("nonce", ""))
    with connection:
        if begins:
            begin_epoch(connection)
        connection.execute(_PUT, ("file", _identity(file)))
        connection.execute(_PUT, ("nonce", nonce))
    _write_nonces(file, nonce)


def _read(connection: apsw.Connection) -> dict[str, str]:
    return {str(key): str(value) for key, value in connection.execute("SELECT key, value FROM meta")}


def _identity(file: Path) -> str:
    found = file.stat()
    return f"{found.st_ino} {getattr(found, 'st_birthtime', '')}".strip()


def _nonces(file: Path) -> list[str]:
    try:
        return file.with_name(NONCE_NAME).read_text("ascii", "replace").split()
    except FileNotFoundError:
        return []


def _write_nonces(file: Path, *nonces: str) -> None:
    write_whole(file.with_name(NONCE_NAME), "".join(f"{nonce}\n" for nonce in nonces).encode("ascii"))
