"""The database is at the end of one step or another, whatever happens."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import apsw
import pytest

from muca.storage.sqlite import migrations
from muca.storage.sqlite.migrations import APPLICATION_ID, Migration, known_migrations, migrate, recorded_fault

FIRST, SECOND = (Migration(1, "0001_a", "CREATE TABLE a (x)"), Migration(2, "0002_b", "SELECT 1; CREATE TABLE b (x)"))
BROKEN = Migration(2, "0002_b", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)")

Know = Callable[..., None]


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    with contextlib.closing(apsw.Connection(":memory:")) as connection:
        yield connection


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Make these the steps of this version."""
    return lambda *steps: monkeypatch.setattr(migrations, "known_migrations", lambda: steps)


def tables(connection: apsw.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def recorded(connection: apsw.Connection) -> list[Any]:
    return connection.execute("SELECT number, name, sha256 FROM migrations ORDER BY number").fetchall()


def test_the_steps_are_numbered_from_one_without_gaps() -> None:
    assert [step.number for step in known_migrations()] == list(range(1, len(known_migrations()) + 1))
    assert all(step.name.startswith(f"{step.number:04}_") for step in known_migrations())


def test_the_first_step_marks_the_file_as_ours(connection: apsw.Connection) -> None:
    migrate(connection)
    assert connection.pragma("application_id") == APPLICATION_ID


def test_released_steps_are_never_changed() -> None:
    assert {step.name: step.sha256 for step in known_migrations()} == {
        "0001_rooms": "d520edcbe928181b3a8f2dc1b6bf067a3c6fc0121b27ff6e0ae63153dac2fbfa",
        "0002_conversations": "ab2822d6388132c6174631bc96c6e12b22add8983f0e67d2699feb9a7a6fd19a",
        "0003_files": "eb5891da37fe930d7619d7a9e341104adae86ca445f8d45388fd070006304438",
        "0004_clock_steps": "4a51fafcebc21b1cf1baf5cab6a1492337c493122e684b64257dadec7073c059",
        "0005_login": "37599bb314ea0b2302b09bbe1e9d54ae1ee9cc797adf1147bd8b0c676dfac551",
        "0006_epoch": "c22ae9a38c7ef2363e2038a7a7b4974cc835879041cc802b4c983bb666924fef",
        "0007_titles": "a43624893a9f8e6fa41d32b3b1a3a752eb89176d3c864d6eea03c30c4a9546e4",
        "0008_mention_places": "9b380fcd2a73723f18a7ea54edde131251f32c39df0ffd8e314ff99974491b64",
        "0009_looks": "4c1f79e6c9d6713bacd421d33101407e1164bd78e26810a3838fe07045c3c27b",
        "0010_retries": "bb72b8553f25f1b3539b2cf38095e771b1646099b9c00156d5ba12676dff8656",
        "0011_deleted_rooms": "6e1ce4acc4b13de03b29b8d8f2edd188c7cff586c3d3552e5d4aaa3833955d14",
        "0012_deleted_accounts": "c785bc4eb34b574b26144415f3e468026bbf2d3a37e154dcef927784e798d228",
        "0013_counts": "b341d6ae95992dad49f3016580f403549a554afc77eb1243c80af5f2dccdd506",
        "0014_hidden_ids": "4f06eeac6ce8e6a9e83353ba614bee9f74e411a86de4e97e9d5005bac700cb2c",
        "0015_reported_texts": "df4c33daa1ba9742faa1644ed8afd55a8ffad0156a99fc0ff3fb0b778cd14d2b",
        "0016_uid_looks": "925dba4253632a857b125e57cc5feb40aadb352980f0ee4be3a50d931fcd8c78",
        "0017_feed": "be7de0fc3e018dc8def26ffa2037c497d39aef3ef2a487a9110b4c724474dcc8",
    }


def test_every_table_is_strict(connection: apsw.Connection) -> None:
    migrate(connection)
    tables: list[Any] = connection.execute("PRAGMA table_list").fetchall()
    assert all(strict for _, name, kind, *_, strict in tables if kind == "table" and not name.startswith("sqlite_"))


def test_missing_steps_are_done_and_recorded(connection: apsw.Connection, know: Know) -> None:
    know(FIRST)
    migrate(connection)
    assert tables(connection) == ["a", "migrations"]
    know(FIRST, SECOND)
    for _ in range(2):
        migrate(connection)
        assert tables(connection) == ["a", "b", "migrations"]
        assert recorded(connection) == [(1, "0001_a", FIRST.sha256), (2, "0002_b", SECOND.sha256)]
    assert recorded_fault(connection) is None


def test_a_step_that_fails_leaves_nothing(connection: apsw.Connection, know: Know) -> None:
    know(FIRST, BROKEN)
    with pytest.raises(apsw.SQLError):
        migrate(connection)
    assert tables(connection) == ["a", "migrations"]
    assert recorded(connection) == [(1, "0001_a", FIRST.sha256)]
    know(FIRST, SECOND)
    migrate(connection)
    assert tables(connection) == ["a", "b", "migrations"]


def test_a_database_that_is_behind_has_no_fault(connection: apsw.Connection, know: Know) -> None:
    know(FIRST)
    migrate(connection)
    know(FIRST, SECOND)
    assert recorded_fault(connection) is None


def test_an_unknown_step_is_a_fault(connection: apsw.Connection, know: Know) -> None:
    know(FIRST, SECOND)
    migrate(connection)
    know(FIRST)
    fault = recorded_fault(connection)
    assert fault is not None
    assert "newer muca" in fault
    assert "0002_b" in fault


def test_a_changed_step_is_a_fault(connection: apsw.Connection, know: Know) -> None:
    know(FIRST, BROKEN)
    with pytest.raises(apsw.SQLError):
        migrate(connection)
    know(Migration(1, "0001_a", FIRST.sql + " STRICT"))
    fault = recorded_fault(connection)
    assert fault is not None
    assert "0001_a" in fault
