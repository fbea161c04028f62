"""What the SQLite store keeps: over restarts, kills and failing disks."""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from muca.model.rooms import LOBBY, conversation_id
from muca.model.storage import Admitted, Appended, StoreBroken, StoreError
from muca.storage.sqlite import SqliteStore
from muca.storage.sqlite_file import FILE_NAME
from tests.storage.failing_disk import FailingDisk, damage
from tests.storage.words import TONY_MARY, admit, page, query, say, texts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def content(folder: Path) -> dict[str, bytes]:
    """Give every byte of the database in a folder."""
    return {file.name: file.read_bytes() for file in folder.glob(f"{FILE_NAME}*")}


@contextlib.contextmanager
def killed_now(folder: Path) -> Iterator[SqliteStore]:
    """Open what would be there, had the server that has the folder open been killed at this moment."""
    copy = folder / "copy"
    copy.mkdir()
    for file in folder.glob(f"{FILE_NAME}*"):
        shutil.copy(file, copy)
    store = SqliteStore.open(copy)
    yield store
    store.close()


class TestRestart:
    def test_everything_is_there_again(self, tmp_path: Path) -> None:
        store = SqliteStore.open(tmp_path)
        server_id = store.server_id
        store.commit([say("a", id="1"), say("b", to=("mary",)), admit("mary", offer="key", nickname="M")])
        store.close()
        store = SqliteStore.open(tmp_path)
        assert store.server_id == server_id
        assert texts(store) == ["a"]
        assert texts(store, TONY_MARY) == ["b"]
        again, next_, (claimed) = store.commit([say("a", id="1"), say("c"), admit("mary", token="key", offer="k")])
        assert again == Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)
        assert next_ == Appended(room=LOBBY, seq=2, ts_ms=1_000)
        assert isinstance(claimed, Admitted)
        assert not claimed.offer_taken
        store.close()

    def test_every_store_has_an_id_of_its_own(self, tmp_path: Path) -> None:
        stores = [SqliteStore.open(tmp_path / name) for name in "ab"]
        assert stores[0].server_id != stores[1].server_id
        for store in stores:
            store.close()

    def test_closed_it_is_one_file(self, tmp_path: Path) -> None:
        """So that a copy of it is a whole backup."""
        store = SqliteStore.open(tmp_path)
        store.commit([say()])
        store.close()
        assert list(content(tmp_path)) == [FILE_NAME]


class TestKill:
    """The process is killed in the middle of commits; what ``commit`` returned for is there."""

    WRITER = """
import sys
from itertools import count
from pathlib import Path
from muca.storage.sqlite import SqliteStore
from tests.storage.words import say

life = sys.argv[2]
store = SqliteStore.open(Path(sys.argv[1]))
for number in count():
    size = number % 7 + 1
    batch = [say(f"{life}.{number}.{part}", id=f"{life}.{number}.{part}") for part in range(size)]
    batch += [say(f"{life}.{number}", to=("mary",)), say(f"{life}.{number}", to=(f"{life}.{number}",))]
    store.commit(batch)
    print(number, flush=True)
"""

    def live_and_die(self, folder: Path, life: int, commits: int) -> int:
        """Commit until ``commits`` are through, then be killed. Gives the last commit known to have returned."""
        root = Path(__file__).parents[2]
        command = [sys.executable, "-c", self.WRITER, str(folder), str(life)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = []
            for line in writer.stdout:
                lines.append(line)
                if len(lines) == commits:
                    writer.kill()
        return int(lines[-1])

    def test_nothing_that_was_committed_is_lost(self, tmp_path: Path) -> None:
        known = {life: self.live_and_die(tmp_path, life, commits) for life, commits in enumerate((1, 40, 7, 150))}
        store = SqliteStore.open(tmp_path)
        found = texts(store)
        assert len(set(found)) == len(found)
        whole: dict[tuple[int, int], int] = {}
        for life, number, part in (map(int, text.split(".")) for text in found):
            whole[life, number] = whole.get((life, number), 0) + 1
            assert part == whole[life, number] - 1, "the events of a commit stand in its order"
        for life, last in known.items():
            numbers = [number for of_life, number in whole if of_life == life]
            assert numbers == list(range(len(numbers)))
            assert len(numbers) > last, "a commit that returned is there"
        for (_, number), parts in whole.items():
            assert parts == number % 7 + 1, "a commit is there whole or not at all"
        assert texts(store, TONY_MARY) == [f"{life}.{number}" for life, number in whole]
        for life, number in whole:
            assert texts(store, conversation_id([f"{life}.{number}", "tony"])) == [f"{life}.{number}"]
        store.close()


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    disk = FailingDisk()
    yield disk
    disk.unregister()


class TestFailingDisk:
    @pytest.fixture
    def store(self, disk: FailingDisk, tmp_path: Path) -> Iterator[SqliteStore]:
        store = SqliteStore.open(tmp_path)
        yield store
        store.close()

    @pytest.mark.parametrize("code", [apsw.SQLITE_FULL, apsw.SQLITE_IOERR_WRITE])
    @pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 7])
    def test_a_failed_write_undoes_the_whole_commit(
        self, disk: FailingDisk, store: SqliteStore, code: int, after: int
    ) -> None:
        """Reads go on, and once there is room again, so do commits."""
        store.commit([say("a", id="1")])
        writes = [say("b", id="2"), say("c", to=("mary",)), admit("mary", offer="key")]
        disk.fail("wal", "write", code, after=after)
        with pytest.raises(StoreError) as caught:
            store.commit(writes)
        assert not isinstance(caught.value, StoreBroken)
        assert texts(store) == ["a"]
        disk.heal()
        stored, made, admitted = store.commit(writes)
        assert stored == Appended(room=LOBBY, seq=2, ts_ms=1_000)
        assert made == Appended(room=TONY_MARY, seq=1, ts_ms=1_000)
        assert isinstance(admitted, Admitted)
        assert admitted.offer_taken

    def test_a_failed_write_beside_one_that_fails_by_itself(self, disk: FailingDisk, store: SqliteStore) -> None:
        disk.fail("wal", "write", apsw.SQLITE_FULL)
        with pytest.raises(StoreError):
            store.commit([say("a"), say("\ud800")])
        disk.heal()
        assert isinstance(store.commit([say("a"), say("\ud800")])[1], StoreError)
        assert texts(store) == ["a"]

    def test_what_failed_on_a_full_disk_is_not_there_after_a_kill(
        self, disk: FailingDisk, store: SqliteStore, tmp_path: Path
    ) -> None:
        disk.fail("wal", "write", apsw.SQLITE_FULL, after=3)
        with pytest.raises(StoreError):
            store.commit([say("a")])
        disk.heal()
        with killed_now(tmp_path) as again:
            assert texts(again) == []

    def test_a_failed_sync_breaks_the_store_for_good(
        self, disk: FailingDisk, store: SqliteStore, tmp_path: Path
    ) -> None:
        """It is never tried again, and nothing is written any more, not even while closing. Reads go on."""
        store.commit([say("a")])
        disk.fail("wal", "sync", apsw.SQLITE_IOERR_FSYNC)
        with pytest.raises(StoreBroken):
            store.commit([say("b")])
        disk.heal()
        before = content(tmp_path)
        with pytest.raises(StoreBroken):
            store.commit([say("b")])
        assert texts(store) == ["a"]
        store.close()
        assert content(tmp_path) == before

    def test_an_error_that_may_have_come_after_the_last_page_breaks_the_store(
        self, disk: FailingDisk, store: SqliteStore
    ) -> None:
        disk.fail("wal", "write", apsw.SQLITE_IOERR_SHMSIZE)
        with pytest.raises(StoreBroken):
            store.commit([say()])

    def test_with_no_room_for_a_checkpoint_commits_go_on(
        self, disk: FailingDisk, store: SqliteStore, tmp_path: Path
    ) -> None:
        """The write-ahead log has all; it is copied into the database when there is room again."""
        database = tmp_path / FILE_NAME
        size = database.stat().st_size
        disk.fail("database", "write", apsw.SQLITE_FULL)
        for _ in range(6):
            store.commit([say()] * 1_000)
        assert database.stat().st_size == size
        disk.heal()
        store.commit([say()])
        assert database.stat().st_size > size
        assert len(texts(store)) == 6_001

    @pytest.mark.parametrize(("act", "code"), [("sync", apsw.SQLITE_IOERR_FSYNC), ("write", apsw.SQLITE_IOERR_WRITE)])
    def test_a_checkpoint_that_fails_breaks_the_store(
        self, disk: FailingDisk, store: SqliteStore, act: str, code: int
    ) -> None:
        disk.fail("database", act, code)
        with pytest.raises(StoreBroken):
            store.commit([say()] * 6_000)


class TestDamage:
    """A page of the log goes bad while the server runs; nothing that is checked at the start shows it."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        """A store whose lobby can no longer be read or written to."""
        store = SqliteStore.open(tmp_path)
        store.commit([say(to=("mary",))] * 200 + [say()] * 30)
        store.close()
        damage(tmp_path / FILE_NAME, "events")
        store = SqliteStore.open(tmp_path)
        yield store
        store.close()

    def test_reading_there_fails_and_elsewhere_goes_on(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError):
            page(store, query(after=0, events_max=1))
        assert page(store, query(TONY_MARY, events_max=1)).events[0].seq == 200

    def test_writing_there_breaks_the_store(self, store: SqliteStore) -> None:
        with pytest.raises(StoreBroken):
            store.commit([say("b")])
        with pytest.raises(StoreBroken):
            store.commit([say("b", to=("mary",))])


def test_while_another_program_writes_commits_fail_and_then_go_on(store: SqliteStore, tmp_path: Path) -> None:
    store._writer.set_busy_timeout(1)
    with contextlib.closing(apsw.Connection(str(tmp_path / FILE_NAME))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.commit([say("a")])
        assert not isinstance(caught.value, StoreBroken)
    assert store.commit([say("a")]) == [Appended(room=LOBBY, seq=1, ts_ms=1_000)]
