"""Which databases are opened, and that those which are not stay as they are."""

import contextlib
import errno
import functools
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from filelock import FileLock

from muca.model.errors import ErrorCode
from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.rooms import LOBBY
from muca.model.storage import Admitted, Appended, Refused, Retention, StoreMoved
from muca.storage.sqlite import database_file
from muca.storage.sqlite.database_file import FILE_NAME, LOCK_NAME
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.storage.failing_disk import FailingDisk, damage
from tests.storage.old_database import LOBBY_EVENTS, make_old_database
from tests.storage.words import TONY_MARY, Placed, admit, nowhere, say, seen, texts


def execute(file: Path, sql: str) -> None:
    with contextlib.closing(apsw.Connection(str(file))) as connection:
        connection.execute(sql).fetchall()


def write_into(file: Path, offset: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(data)


def halve(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def replace_with(sql: str) -> Callable[[Path], None]:
    def replace(file: Path) -> None:
        file.unlink()
        execute(file, sql)

    return replace


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda file: file.write_text("Dear diary,\n" * 1_000), "not a database"),
    "one byte": (lambda file: file.write_bytes(b"\0"), "not a database"),
    "no header": (lambda file: write_into(file, 0, b"\xff" * 100), "not a database"),
    "half a header": (lambda file: write_into(file, 16, b"\xff" * 84), "damaged"),
    "cut in half": (halve, "damaged"),
    "bad schema": (lambda file: write_into(file, 100, b"\xff" * 3_000), "damaged"),
    **{
        f"bad {table}": (functools.partial(damage, table=table), "damaged")
        for table in ("meta", "migrations", "rooms", "members", "people", "sqlite_autoindex_rooms_1", "members_by_room")
    },
    "no migrations": (lambda file: execute(file, "DROP TABLE migrations"), "damaged"),
    "no events": (lambda file: execute(file, "DROP TABLE events"), "damaged"),
    "no members": (lambda file: execute(file, "DROP TABLE members"), "damaged"),
    "newer": (
        lambda file: execute(file, "INSERT INTO migrations VALUES (9999, '9999_threads', 'abc', 0)"),
        "newer muca (it has the migration 9999_threads)",
    ),
    "changed": (lambda file: execute(file, "UPDATE migrations SET sha256 = 'abc'"), "0001_rooms differs from"),
    "another program's": (replace_with("PRAGMA application_id = 77; CREATE TABLE t (x)"), "another program"),
    "anybody's": (replace_with("CREATE TABLE t (x)"), "another program"),
    "anybody's in WAL mode": (replace_with("PRAGMA journal_mode = WAL; CREATE TABLE t (x)"), "another program"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database that is in order, with something in every table."""
    folder = tmp_path / "data"
    store = SqliteStore.open(folder)
    store.commit([say(f"{number}", to=(f"friend {number}",)) for number in range(300)])
    store.close()
    execute(folder / FILE_NAME, "INSERT INTO people (uid, nickname, nickname_key) VALUES ('tony', 'Tony', 'tony')")
    return folder


def trace(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every byte in a folder, and when each file was written last."""
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir() if file.name != LOCK_NAME
    }


class TestLook:
    @pytest.mark.parametrize(("spoil", "explanation"), UNUSABLE.values(), ids=UNUSABLE)
    def test_what_is_not_a_healthy_database_of_ours_is_refused_without_a_trace(
        self, folder: Path, spoil: Callable[[Path], object], explanation: str
    ) -> None:
        spoil(folder / FILE_NAME)
        before = trace(folder)
        with pytest.raises(StoreUnusable) as caught:
            SqliteStore.open(folder)
        assert explanation in str(caught.value)
        assert str(caught.value).startswith(str(folder / FILE_NAME))
        assert trace(folder) == before

    @pytest.mark.parametrize("shared_memory", [True, False])
    def test_so_is_one_that_a_killed_server_left_with_its_write_ahead_log(
        self, folder: Path, tmp_path: Path, shared_memory: bool
    ) -> None:
        """Only the write-ahead log says that it is newer."""
        left = tmp_path / "left"
        left.mkdir()
        store = SqliteStore.open(folder)
        store.commit([say()])
        store._writer.execute("INSERT INTO migrations VALUES (9999, '9999_threads', 'abc', 0)")
        for file in folder.glob(f"{FILE_NAME}*"):
            if shared_memory or not file.name.endswith("-shm"):
                shutil.copy(file, left)
        store.close()
        database, log = (left / f"{FILE_NAME}{end}" for end in ("", "-wal"))
        before = database.read_bytes(), log.read_bytes()
        with pytest.raises(StoreUnusable, match="newer muca"):
            SqliteStore.open(left)
        assert (database.read_bytes(), log.read_bytes()) == before

    @pytest.mark.parametrize("left", ["nothing", "an empty file"])
    def test_a_write_ahead_log_without_its_database_stays(self, folder: Path, tmp_path: Path, left: str) -> None:
        """SQLite would throw it away, and it may be the only copy of what was said last."""
        store = SqliteStore.open(folder)
        store.commit([say("the last words")])
        log = Path(shutil.copy(folder / f"{FILE_NAME}-wal", tmp_path))
        store.close()
        if left == "an empty file":
            (tmp_path / FILE_NAME).touch()
        before = log.read_bytes()
        with pytest.raises(StoreUnusable, match="the database of this write-ahead log is missing"):
            SqliteStore.open(tmp_path)
        assert log.read_bytes() == before

    def test_a_link_that_leads_nowhere_is_no_new_database(self, tmp_path: Path) -> None:
        """A disk that is not mounted."""
        (tmp_path / FILE_NAME).symlink_to(tmp_path / "disk" / FILE_NAME)
        with pytest.raises(StoreUnusable, match="this link is broken"):
            SqliteStore.open(tmp_path)
        assert (tmp_path / FILE_NAME).is_symlink()

    def test_a_link_is_followed(self, folder: Path, tmp_path: Path) -> None:
        """A database on another disk, with its log beside it there."""
        disk = tmp_path / "disk"
        disk.mkdir()
        (folder / FILE_NAME).rename(disk / FILE_NAME)
        (folder / FILE_NAME).symlink_to(disk / FILE_NAME)
        store = SqliteStore.open(folder)
        assert isinstance(store.commit([say("a")])[0], Appended)
        assert (disk / f"{FILE_NAME}-wal").exists()
        (disk / FILE_NAME).rename(disk / "moved")
        with pytest.raises(StoreMoved):
            store.commit([say("b")])
        store.close()

    def test_a_database_that_another_program_reads_is_opened(self, folder: Path) -> None:
        with contextlib.closing(apsw.Connection(str(folder / FILE_NAME))) as other:
            other.execute("BEGIN; SELECT * FROM rooms")
            with contextlib.closing(SqliteStore.open(folder)) as store:
                assert isinstance(store.commit([say("a")])[0], Appended)

    def test_an_empty_file_is_a_new_database(self, tmp_path: Path) -> None:
        (tmp_path / FILE_NAME).touch()
        with contextlib.closing(SqliteStore.open(tmp_path)) as store:
            assert isinstance(store.commit([say("a")])[0], Appended)

    def test_one_that_was_never_finished_is_a_new_database(self, tmp_path: Path) -> None:
        """The server was killed after it made the file and before it made the first table."""
        execute(tmp_path / FILE_NAME, "PRAGMA journal_mode = WAL")
        assert (tmp_path / FILE_NAME).stat().st_size > 0
        SqliteStore.open(tmp_path).close()


class TestFolder:
    def test_it_is_made_for_its_owner_alone(self, tmp_path: Path) -> None:
        folder = tmp_path / "a" / "b"
        SqliteStore.open(folder).close()
        if sys.platform != "win32":
            assert folder.stat().st_mode & 0o777 == 0o700

    def test_its_name_may_be_anything(self, tmp_path: Path) -> None:
        for _ in range(2):
            store = SqliteStore.open(tmp_path / "a?mode=memory#%20 ü")
            store.close()
        assert (tmp_path / "a?mode=memory#%20 ü" / FILE_NAME).exists()

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()
        with pytest.raises(StoreUnusable, match="cannot be used"):
            SqliteStore.open(tmp_path / "data")

    def test_a_folder_in_the_place_of_the_file(self, tmp_path: Path) -> None:
        (tmp_path / FILE_NAME).mkdir()
        with pytest.raises(StoreUnusable, match="cannot be read"):
            SqliteStore.open(tmp_path)

    def test_a_full_disk(self, disk: FailingDisk, tmp_path: Path) -> None:
        disk.fail("database", "write", apsw.SQLITE_FULL)
        with pytest.raises(StoreUnusable, match="disk is full"):
            SqliteStore.open(tmp_path)
        disk.heal()
        SqliteStore.open(tmp_path).close()

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            (errno.ENOSPC, "the disk is full; free some space"),
            (errno.EDQUOT, "the disk is full; free some space"),
            (errno.EROFS, "its folder cannot be written: Read-only file system"),
            (errno.EIO, "its folder cannot be written: Input/output error"),
        ],
    )
    def test_what_sqlite_calls_a_disk_i_o_error_is_said_in_words(
        self, disk: FailingDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
    ) -> None:
        disk.fail("database", "write", apsw.SQLITE_IOERR_SHMSIZE)
        monkeypatch.setattr(database_file, "_disk_fault", lambda _: OSError(code, os.strerror(code)))
        with pytest.raises(StoreUnusable) as caught:
            SqliteStore.open(tmp_path)
        assert caught.value.explanation == sentence

    @pytest.mark.parametrize("error", [NotImplementedError("flock"), OSError(errno.ENOLCK, "No locks available")])
    def test_a_file_system_without_locks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(FileLock, "acquire", fail)
        with pytest.raises(StoreUnusable, match=r"cannot (lock files|be used)"):
            SqliteStore.open(tmp_path)

    def test_a_probe_leaves_nothing(self, tmp_path: Path) -> None:
        assert database_file._disk_fault(tmp_path) is None
        assert isinstance(database_file._disk_fault(tmp_path / "nowhere"), OSError)
        assert list(tmp_path.iterdir()) == []


class TestKilledWhile:
    """At every moment at which something is written, what is on the disk then is opened."""

    @pytest.fixture
    def moments(self, disk: FailingDisk, tmp_path: Path) -> list[Path]:
        """Copies of the folder ``data``, one before each write and sync."""
        moments: list[Path] = []
        numbers = itertools.count()

        def copy() -> None:
            moments.append(shutil.copytree(tmp_path / "data", tmp_path / f"moment {next(numbers)}"))

        disk.before_act = copy
        return moments

    def test_it_is_made(self, disk: FailingDisk, moments: list[Path], tmp_path: Path) -> None:
        SqliteStore.open(tmp_path / "data").close()
        disk.before_act = lambda: None
        assert len(moments) > 10
        for moment in moments:
            store = SqliteStore.open(moment)
            assert store.commit([say("a")]) == [Placed(room=LOBBY, seq=1, ts_ms=1_000)]
            store.close()

    def test_it_is_upgraded(self, disk: FailingDisk, moments: list[Path], tmp_path: Path) -> None:
        """From a database of the issue before: nothing is missing afterwards."""
        disk.before_act = lambda: None
        make_old_database(tmp_path / "data")
        numbers = itertools.count()

        def copy() -> None:
            if next(numbers) % 5 == 0:
                moments.append(shutil.copytree(tmp_path / "data", tmp_path / f"moment {len(moments)}"))

        disk.before_act = copy
        SqliteStore.open(tmp_path / "data").close()
        disk.before_act = lambda: None
        assert len(moments) > 10
        for moment in moments:
            store = SqliteStore.open(moment)
            assert_all_is_there(store)
            store.close()

    def test_it_commits(self, disk: FailingDisk, moments: list[Path], tmp_path: Path) -> None:
        """All of a commit is there or nothing."""
        store = SqliteStore.open(tmp_path / "data")
        moments.clear()
        store.commit([say("a"), say("b", to=("mary",))])
        store.close()
        disk.before_act = lambda: None
        found = []
        for moment in moments:
            store = SqliteStore.open(moment)
            found.append((texts(store), [] if nowhere(store, TONY_MARY) else texts(store, TONY_MARY)))
            store.close()
        nothing: tuple[list[str], list[str]] = ([], [])
        all_ = (["a"], ["b"])
        assert found == [nothing] * found.count(nothing) + [all_] * found.count(all_)
        assert found[0] == nothing
        assert found[-1] == all_


def assert_all_is_there(store: SqliteStore) -> None:
    """See that everything of the old database is there, and can be searched."""
    assert store.server_id == "00112233445566778899aabbccddeeff"
    assert texts(store) == [f"lobby {number}" for number in range(1, LOBBY_EVENTS + 1)]
    assert texts(store, TONY_MARY, reader="mary") == ["private 1", "private 2", "private 3"]
    again, wrong, right = store.commit(
        [say("lobby 7", by="mary", id="id 7"), admit("tony", token="wrong"), admit("tony", token="key")]
    )
    assert again == Placed(room=LOBBY, seq=7, ts_ms=1_007, retried=True)
    assert wrong == Refused(code=ErrorCode.TOKEN_WRONG)
    assert isinstance(right, Admitted)
    assert [(room.room, room.seq, room.unread) for room in right.rooms] == [(LOBBY, 30, 30), (TONY_MARY, 3, 0)]
    for _ in range(2):
        hits = seen(store, SearchQuery(words=("private",), hits_max=9, scan_max=99))
        assert isinstance(hits, Hits)
        assert [hit.message.seq for hit in hits.hits] == [3, 2]
        while store.tend(0, Retention()):
            pass
    assert store._writer.pragma("auto_vacuum") == 2
    assert store._writer.pragma("integrity_check") == "ok"


class TestLock:
    HOLDER = """
import sys
from pathlib import Path
from muca.storage.sqlite.store import SqliteStore

store = SqliteStore.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""

    def test_two_servers_cannot_have_one_folder(self, tmp_path: Path) -> None:
        first = SqliteStore.open(tmp_path)
        with pytest.raises(StoreUnusable, match="another muca server uses this folder"):
            SqliteStore.open(tmp_path)
        first.commit([say("a")])
        first.close()
        second = SqliteStore.open(tmp_path)
        assert texts(second) == ["a"]
        second.close()

    def test_a_killed_server_holds_nothing(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", self.HOLDER, str(tmp_path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "open\n"
            with pytest.raises(StoreUnusable, match="another muca server"):
                SqliteStore.open(tmp_path)
            holder.kill()
            holder.wait()
            SqliteStore.open(tmp_path).close()

    def test_a_refused_database_leaves_the_folder_free(self, tmp_path: Path) -> None:
        (tmp_path / FILE_NAME).write_text("Dear diary, today I am not a database.")
        with pytest.raises(StoreUnusable, match="not a database"):
            SqliteStore.open(tmp_path)
        (tmp_path / FILE_NAME).unlink()
        SqliteStore.open(tmp_path).close()


def test_to_share_it_a_database_must_be_there_and_up_to_date(tmp_path: Path) -> None:
    make_old_database(tmp_path / "old")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / FILE_NAME).touch()
    for folder in ("nowhere", "empty", "old"):
        before = sorted(file.name for file in (tmp_path / folder).glob("*"))
        with pytest.raises(StoreUnusable, match="start the server once"):
            SqliteStore.open(tmp_path / folder, share=True)
        assert sorted(file.name for file in (tmp_path / folder).glob("*")) == before
