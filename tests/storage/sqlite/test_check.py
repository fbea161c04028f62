"""The check of a database: nothing is found where everything is intact, and each planted fault is."""

import contextlib
from pathlib import Path

import apsw
import pytest

from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.storage import Retention
from muca.storage.sqlite.check import Finding, check, repair
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.storage.failing_disk import damage
from tests.storage.old_database import make_old_database
from tests.storage.words import say, seen


def findings(folder: Path) -> list[Finding]:
    return list(check(folder, lambda _doing, share: None if 0 <= share <= 1 else pytest.fail(f"{share}")))


def index_all(store: SqliteStore, events: int = 0) -> None:
    while store.tend(1_000, Retention(events=events)):
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database in which something was removed, and part of which is indexed."""
    with contextlib.closing(SqliteStore.open(tmp_path)) as store:
        store.commit([say(f"Grüße {number} 東京 <b>", by=f"u{number % 7}") for number in range(60)])
        store.commit([say(f"hidden {number}", to=("mary",)) for number in range(10)])
        index_all(store, events=50)
        store.commit([say("not indexed yet")])
    return tmp_path


def execute(folder: Path, sql: str) -> None:
    with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as database:
        database.execute(sql).fetchall()


def test_an_intact_database_is_intact_also_while_a_server_has_it_open(folder: Path) -> None:
    assert findings(folder) == []
    with contextlib.closing(SqliteStore.open(folder)) as store:
        store.commit([say("more")])
        assert findings(folder) == []


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        (
            "DELETE FROM events WHERE id = 1 << 32 | 30",
            "Room lobby: 50 events from SEQ 11 to 61, where 51 from 11 to 61 should be",
        ),
        (
            "DELETE FROM events WHERE id = 1 << 32 | 61",
            "Room lobby: 50 events from SEQ 11 to 60, where 51 from 11 to 61 should be",
        ),
        (
            "UPDATE rooms SET last_seq = last_seq + 1 WHERE room = 1",
            "Room lobby: 51 events from SEQ 11 to 61, where 52 from 11 to 62 should be",
        ),
        ("UPDATE rooms SET messages = messages + 1 WHERE room = 1", "Room lobby: 51 messages, where 52 should be"),
        (
            "UPDATE events SET id = 9 << 32 | 1 WHERE id = 1 << 32 | 61",
            "Events of a room that does not exist (row 9): 1",
        ),
    ],
)
def test_what_is_missing_is_found(folder: Path, sql: str, text: str) -> None:
    execute(folder, sql)
    assert Finding(text) in findings(folder)


def test_a_search_index_that_lacks_something_is_rebuilt(folder: Path) -> None:
    with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as database:
        n = database.execute("SELECT n FROM events WHERE text LIKE 'Grüße 40%'").get
        database.execute("INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, 'uss')", (n,))
    [found] = findings(folder)
    assert found == Finding("Differences between the search index and the messages: 1", is_repairable=True)
    repair(folder)
    assert findings(folder) == []
    with contextlib.closing(SqliteStore.open(folder)) as store:
        index_all(store)
        hits = seen(store, SearchQuery(words=("grüße",), hits_max=99, scan_max=999))
        assert isinstance(hits, Hits)
        assert len(hits.hits) == 50
    assert findings(folder) == []


def test_an_index_that_lacks_a_row_is_rebuilt(folder: Path) -> None:
    with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as database:
        root = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_n'").get
        database.pragma("writable_schema", True)
        database.execute(
            "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES "
            "('table', 'raw', 'raw', ?, 'CREATE TABLE raw (n, id, PRIMARY KEY (n, id)) WITHOUT ROWID')",
            (root,),
        )
    with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as database:
        database.execute("DELETE FROM raw WHERE n = 40")
        database.pragma("writable_schema", True)
        database.execute("DELETE FROM sqlite_schema WHERE name = 'raw'")
    found = findings(folder)
    assert found
    assert all(finding.is_repairable and finding.is_damage for finding in found)
    repair(folder)
    assert findings(folder) == []


def test_damage_is_found_and_nothing_else_is_looked_at(folder: Path) -> None:
    damage(folder / FILE_NAME, "words_data")
    found = findings(folder)
    assert found
    assert all(finding.is_damage for finding in found)


def test_what_cannot_be_opened_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no database here yet"):
        findings(tmp_path / "nowhere")
    make_old_database(tmp_path / "old")
    with pytest.raises(StoreUnusable, match="start the server once to upgrade it"):
        findings(tmp_path / "old")
    with contextlib.closing(SqliteStore.open(folder)), pytest.raises(StoreUnusable, match="another muca server"):
        repair(folder)
