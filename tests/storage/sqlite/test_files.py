"""Files in SQLite, beyond what every store does: the upgrade, what is left on the disk, and what a commit costs."""

import contextlib
from pathlib import Path

import apsw
import pytest

from muca.model.changes import Erase
from muca.model.events import Message
from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.rooms import LOBBY
from muca.model.storage import Appended, Retention
from muca.storage.sqlite import migrations
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.migrations import known_migrations, migrate
from muca.storage.sqlite.store import SqliteStore
from tests.storage.old_database import LOBBY_EVENTS, make_old_database
from tests.storage.words import a_file, bring, decide, done, page, query, say, seen, statements

SECRET = "verysecretname.jpg"


def test_a_database_from_before_there_were_files_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_old_database(tmp_path / "old")
    with contextlib.closing(apsw.Connection(str(tmp_path / "old" / FILE_NAME))) as db, monkeypatch.context() as patch:
        before = known_migrations()[:2]
        patch.setattr(migrations, "known_migrations", lambda: before)
        migrate(db)
        assert "files" not in {name for _, name, *_ in db.execute("PRAGMA table_info(events)")}
    with contextlib.closing(SqliteStore.open(tmp_path / "old")) as store:
        done(store, bring(a_file()))
        assert isinstance(store.commit([say("", files=("f-1",))])[0], Appended)
        while store.tend(10_000, Retention()):
            pass
        events = page(store, query()).events
        assert [event.files for event in events if isinstance(event, Message)] == [()] * LOBBY_EVENTS + [
            (a_file().info,)
        ]
        found = seen(store, SearchQuery(words=("cat",), has_file=True, hits_max=9, scan_max=99))
        assert isinstance(found, Hits)
        assert [hit.message.seq for hit in found.hits] == [LOBBY_EVENTS + 1]
        assert not store.tend(10_000, Retention())


def test_the_name_of_a_deleted_file_is_not_on_the_disk_any_more(tmp_path: Path) -> None:
    with contextlib.closing(SqliteStore.open(tmp_path)) as store:
        done(store, bring(a_file(name=SECRET)))
        store.commit([say("", files=("f-1",))])
        while store.tend(10_000, Retention()):
            pass
        assert is_on_disk(tmp_path)
        done(store, decide(Erase(room=LOBBY, seq=1)))
        while store.tend(10_000, Retention()):
            pass
        assert not is_on_disk(tmp_path)


def is_on_disk(folder: Path) -> bool:
    return any(SECRET.encode() in file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_what_has_no_files_asks_nothing_about_them(tmp_path: Path) -> None:
    with contextlib.closing(SqliteStore.open(tmp_path)) as store:
        done(store, bring(*(a_file(f"f-{number}") for number in range(20))))
        store.commit([say()])
        plain = statements(store, [say() for _ in range(10)])
        assert statements(store, [say(files=(f"f-{number}",)) for number in range(10)]) == plain + 2
        assert statements(store, [say() for _ in range(10)]) == plain
