"""The shape of the database, as numbered steps: ``0001_rooms.sql``, ``0002_….sql``, ….

Rules:

1. Each step is done in a separate transaction and recorded in the table ``migrations`` with the hash of its text:
   killed at any moment, the database is at the end of one step or another.
2. A released step is never changed; the hash says if it was.
3. A step may call ``nickname_key`` of ``model/names.py``.
4. A database that has a step which this version does not know is from a newer muca and is not touched.
"""

import hashlib
import time
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

import apsw
import msgspec

from muca.model.names import nickname_key

APPLICATION_ID: Final = 0x6D756361
"""What the first step writes into the file's header (``PRAGMA application_id``): "muca" in ASCII."""

_CREATE: Final = """
CREATE TABLE IF NOT EXISTS migrations (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    applied_ms INTEGER NOT NULL
) STRICT
"""


class Migration(msgspec.Struct, frozen=True):
    """One step."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash of its text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def known_migrations() -> tuple[Migration, ...]:
    """Return the steps of this version of muca, in order."""
    return tuple(
        Migration(number=int(file.name[:4]), name=file.name.removesuffix(".sql"), sql=file.read_text(encoding="utf-8"))
        for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    )


def recorded_fault(connection: apsw.Connection) -> str | None:
    """Say why this version cannot work with the steps that a database has recorded, or None when it can."""
    known = {migration.number: migration for migration in known_migrations()}
    for number, name, sha256 in connection.execute("SELECT number, name, sha256 FROM migrations ORDER BY number"):
        if number not in known:
            return f"it was created by a newer muca (it has the migration {name}); run that version or a later one"
        if sha256 != known[number].sha256:
            return f"its migration {name} differs from that of this muca; run the version that created it"
    return None


def migrate(connection: apsw.Connection) -> None:
    """Do the steps that are missing. The connection must be outside a transaction. Raises ``apsw.Error``."""
    key: Callable[..., str] = nickname_key
    connection.create_scalar_function("nickname_key", key, 1, deterministic=True)
    recorded = connection.table_exists("main", "migrations")
    done = {number for (number,) in connection.execute("SELECT number FROM migrations")} if recorded else set()
    for migration in known_migrations():
        if migration.number not in done:
            with connection:
                connection.execute(_CREATE)
                connection.execute(migration.sql).fetchall()  # to the end: SQLite stops where a row comes out
                connection.execute(
                    "INSERT INTO migrations (number, name, sha256, applied_ms) VALUES (?, ?, ?, ?)",
                    (migration.number, migration.name, migration.sha256, time.time_ns() // 1_000_000),
                )
