"""What the SQLite store keeps: over restarts, kills and failing disks."""

import contextlib
import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from muca.model.changes import AddAudit, CountAnew, Erase, ListRooms, PutReaction
from muca.model.errors import ErrorCode
from muca.model.rooms import LOBBY, conversation_id
from muca.model.storage import (
    Admitted,
    Appended,
    Decided,
    Refused,
    Retention,
    StoreFull,
    StoreWrite,
)
from muca.storage.sqlite import reserve
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.storage.failing_disk import FailingDisk
from tests.storage.words import TONY_MARY, Placed, admit, an_event, decide, make, page, query, say, texts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
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
        assert again == Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True)
        assert next_ == Placed(room=LOBBY, seq=2, ts_ms=1_000)
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
        assert [file.name for file in tmp_path.glob(f"{FILE_NAME}*")] == [FILE_NAME]


class TestKill:
    """The process is killed in the middle of commits; what ``commit`` returned for is there."""

    WRITER = """
import sys
from itertools import count
from pathlib import Path
from muca.storage.sqlite.store import SqliteStore
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
        root = Path(__file__).parents[3]
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


def fill_up(store: SqliteStore, room: str, at_once: int) -> None:
    """Write until the disk is full."""
    with contextlib.suppress(StoreFull):
        for number in range(10_000):
            store.commit([say(f"{number} " * 1_000, room=room)] * at_once)
        raise AssertionError("there is no end to it")


class TestFullDisk:
    """Really full: nothing can grow, but what is let go of can be used again."""

    @pytest.fixture
    def store(self, disk: FailingDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
        def fill(path: Path, size: int) -> None:
            if not disk.grow(size - (path.stat().st_size if path.exists() else 0)):
                raise OSError(errno.ENOSPC, "No space left on device")
            path.write_bytes(bytes(size))

        monkeypatch.setattr(reserve, "_fill", fill)
        monkeypatch.setattr(reserve, "_RETRY_SECONDS", 0)
        monkeypatch.setattr(reserve, "LOW_BYTES", 1 << 60)
        disk.folder, disk.capacity = tmp_path, reserve.RESERVE_BYTES + 4_000_000
        store = SqliteStore.open(tmp_path)
        store.commit([admit("mary", offer="key"), make("r-a")])
        fill_up(store, LOBBY, 3)
        disk.capacity = disk.capacity - 4_000_000 + self.used(tmp_path)
        yield store
        disk.folder = None
        store.close()

    def used(self, folder: Path) -> int:
        return sum(file.stat().st_size for file in folder.glob(f"{FILE_NAME}*") if not file.name.endswith("-shm"))

    def full(self, store: SqliteStore) -> None:
        """Use up what is left in the write-ahead log."""
        fill_up(store, "r-a", 1)

    def test_deleting_goes_on(self, store: SqliteStore) -> None:
        self.full(store)
        for seq in range(1, 40):
            deleted = store.commit([decide(an_event(LOBBY), Erase(room=LOBBY, seq=seq))])
            assert isinstance(deleted[0], Decided), f"deletion {seq}"
        assert all(event.text == "" for event in page(store, query(after=0, events_max=39)).events)

    def test_what_deleting_gives_back_is_for_nothing_else(self, store: SqliteStore, disk: FailingDisk) -> None:
        """Neither right after it nor after housekeeping, however often."""
        self.full(store)
        assert store.is_full
        store.commit([decide(an_event(LOBBY), Erase(room=LOBBY, seq=40))])
        assert disk.folder is not None
        disk.capacity = self.used(disk.folder) + reserve.RESERVE_BYTES + 500_000  # others use what the log gave back
        for seq in range(1, 7):
            [deleted] = store.commit([decide(an_event(LOBBY), Erase(room=LOBBY, seq=seq))])
            assert isinstance(deleted, Decided)
            for write in admit("tony", offer="another"), say("a"):
                with pytest.raises(StoreFull):
                    store.commit([write])
            assert [type(result) for result in store.commit([make("r-b")])] == [StoreFull]
            with pytest.raises(StoreFull):
                store.tend(0, Retention())
            assert store.is_full
        disk.capacity += 2 * reserve.RESERVE_BYTES
        assert [type(result) for result in store.commit([admit("tony", offer="another")])] == [Admitted]
        assert not store.is_full

    def test_the_reserve_is_for_nothing_else(self, store: SqliteStore, disk: FailingDisk) -> None:
        """And it is taken again as soon as there is room."""
        self.full(store)
        react = decide(
            PutReaction(room=LOBBY, seq=50, uid="mary", emoji="👍" * 9), AddAudit(actor="m", action="x" * 9_999)
        )
        writes: list[StoreWrite] = [
            say("x" * 9_000),
            react,
            decide(an_event(LOBBY), Erase(room=LOBBY, seq=1)),
            say("y"),
        ]
        results = store.commit(writes)
        assert [type(result) for result in results] == [StoreFull, StoreFull, Decided, StoreFull]
        disk.capacity += 3 * reserve.RESERVE_BYTES
        assert [type(result) for result in store.commit(writes[:1])] == [Appended]
        assert disk.folder is not None
        assert (disk.folder / reserve.NAME).stat().st_size == reserve.RESERVE_BYTES

    def test_what_only_reads_goes_on(self, store: SqliteStore) -> None:
        self.full(store)
        listing = ListRooms(uid="mary", after=None, rooms_max=9, members_max=9)
        counting = CountAnew(readers=((LOBBY, "tony", 99),))
        listed, counted, made = store.commit([decide(listing), decide(counting), make("r-b")])
        assert isinstance(listed, Decided)
        assert isinstance(counted, Decided)
        assert isinstance(made, StoreFull)

    def test_who_is_known_is_let_in(self, store: SqliteStore) -> None:
        self.full(store)
        admitted = store.let_in(admit("mary", token="key", nickname="Queen Mary"))
        assert isinstance(admitted, Admitted)
        assert (admitted.person.nickname, admitted.offer_taken, len(admitted.rooms)) == ("Queen Mary", False, 1)
        assert store.let_in(admit("mary", token="wrong")) == Refused(code=ErrorCode.TOKEN_WRONG)

    def test_the_next_start_goes(self, store: SqliteStore, disk: FailingDisk, tmp_path: Path) -> None:
        """In the room of the reserve, if need be."""
        disk.folder = None
        store.close()
        disk.folder, disk.capacity = tmp_path, self.used(tmp_path) + reserve.RESERVE_BYTES
        again = SqliteStore.open(tmp_path)
        assert len(page(again, query(events_max=3)).events) == 3
        again.close()
