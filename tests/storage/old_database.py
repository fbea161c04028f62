"""A database as the issue before left it: only the first migration, with something in every table."""

import contextlib
from pathlib import Path

import apsw
import pytest

from muca.storage.sqlite import migrations
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.migrations import known_migrations, migrate
from tests.storage.words import TONY_MARY, hash_of

LOBBY_EVENTS = 30


def make_old_database(folder: Path) -> None:
    """Make it: tony (claimed), mary (a guest), a lobby with 30 messages, and a room of the two with three."""
    folder.mkdir()
    with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as db:
        db.pragma("journal_mode", "wal")
        first = known_migrations()[:1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrations, "known_migrations", lambda: first)
            migrate(db)
        db.execute("INSERT INTO meta VALUES ('server_id', '00112233445566778899aabbccddeeff')")
        db.execute("UPDATE rooms SET last_seq = ?, last_ts_ms = 2000", (LOBBY_EVENTS,))
        db.execute("INSERT INTO rooms VALUES (2, ?, 'direct', 3, 1003)", (TONY_MARY,))
        db.execute("INSERT INTO members VALUES ('tony', 2, 1), ('mary', 2, 0)")
        for seq in range(1, LOBBY_EVENTS + 1):
            row = (1 << 32 | seq, 1_000 + seq, "mary", "Mary", f"lobby {seq}", f"id {seq}")
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
        for seq in range(1, 4):
            db.execute(
                "INSERT INTO events VALUES (?, ?, 'tony', 'Tony', ?, NULL)",
                (2 << 32 | seq, 1_000 + seq, f"private {seq}"),
            )
        db.execute("INSERT INTO people VALUES ('tony', 'Ｔony', ?, 1000, 2000)", (hash_of("key"),))
        db.execute("INSERT INTO people VALUES ('mary', 'Mary', NULL, NULL, 1500)")
