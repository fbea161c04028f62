"""Housekeeping in SQLite: what is gone is gone from the disk, and the disk gets its room back."""

import random
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from muca.model.changes import AddEvent, CloseReport, Erase, PutMember, PutPerson, PutReport, PutRoom, SetText
from muca.model.events import EventKind, Settings
from muca.model.facts import Membership
from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.rooms import LOBBY
from muca.model.storage import Retention
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import TONY_MARY, admit, decide, done, make, page, query, say, seen, seqs

NO_BOUNDS = Retention()
DAY_MS = 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def tend_all(store: SqliteStore, now_ms: int = 0, retention: Retention = NO_BOUNDS) -> int:
    """Do all there is to do, and count the steps."""
    steps = 1
    while store.tend(now_ms, retention):
        steps += 1
    return steps


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob(f"{FILE_NAME}*")) if file.suffix != ".sqlite3-shm")


def check(store: SqliteStore) -> None:
    """Make SQLite check the file and the index."""
    assert store._writer.pragma("integrity_check") == "ok"
    store._writer.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)")


def indexed(store: SqliteStore) -> int:
    """Count the messages that the index has."""
    count: int = store._writer.execute("SELECT count(*) FROM words WHERE words MATCH '\"room:1\"'").get
    return count


def test_the_time_that_was_believed_is_noted_now_and_then(store: SqliteStore, tmp_path: Path) -> None:
    """A commit each time would keep a disk awake."""
    store.commit([say(ts_ms=5)])
    for now_ms in (DAY_MS, DAY_MS + 599_999):
        tend_all(store, now_ms)
    store.close()
    store = SqliteStore.open(tmp_path)
    assert store.tended_ms == DAY_MS
    tend_all(store, DAY_MS + 600_000)
    store.close()
    store = SqliteStore.open(tmp_path)
    assert store.tended_ms == DAY_MS + 600_000
    store._writer.execute("DELETE FROM meta WHERE key = 'tended_ms'")
    store.close()
    store = SqliteStore.open(tmp_path)
    assert store.tended_ms == 5
    store.close()


@pytest.mark.parametrize("tend_before", [True, False])
def test_deleted_text_is_nowhere_in_the_files(store: SqliteStore, tmp_path: Path, tend_before: bool) -> None:
    """Not the text, not its former versions, not its edits, not what the index made of it; nor a closed report."""
    store.commit([admit("mary"), *(say(f"other {number}") for number in range(50)), say("xylophone @mary")])
    done(store, decide(PutReport(room=LOBBY, seq=51, uid="mary", reason="loud")))
    edit = AddEvent(room=LOBBY, kind=EventKind.EDIT, sender="tony", nickname="Tony", of=51, text="quetzal")
    done(store, decide(SetText(room=LOBBY, seq=51, text="quetzal"), edit))
    if tend_before:
        tend_all(store)
    for word in (b"xylophone", b"quetzal"):
        assert word in on_disk(tmp_path)
    done(store, decide(Erase(room=LOBBY, seq=51)))
    tend_all(store)
    assert b"quetzal" not in on_disk(tmp_path)
    done(store, decide(CloseReport(report=1)))
    tend_all(store)
    for word in (b"xylophone", b"quetzal", b"xyl", b"etz"):
        assert word not in on_disk(tmp_path)
    check(store)
    assert indexed(store) == 50


def test_while_somebody_reads_the_log_waits_to_be_emptied(store: SqliteStore, tmp_path: Path) -> None:
    store.commit([say("xylophone")])
    tend_all(store)
    store._reader.execute("BEGIN; SELECT * FROM rooms").fetchall()
    done(store, decide(Erase(room=LOBBY, seq=1)))
    tend_all(store)
    assert b"xylophone" in on_disk(tmp_path)
    store._reader.execute("COMMIT")
    tend_all(store)
    assert b"xylophone" not in on_disk(tmp_path)


def test_a_killed_servers_log_is_emptied_too(tmp_path: Path) -> None:
    """It was killed between the deletion and the emptying."""
    first = SqliteStore.open(tmp_path / "first")
    first.commit([say("xylophone")])
    tend_all(first)
    done(first, decide(Erase(room=LOBBY, seq=1)))
    (tmp_path / "left").mkdir()
    for file in (tmp_path / "first").glob(f"{FILE_NAME}*"):
        (tmp_path / "left" / file.name).write_bytes(file.read_bytes())
    first.close()
    second = SqliteStore.open(tmp_path / "left")
    tend_all(second)
    assert b"xylophone" not in on_disk(tmp_path / "left")
    second.close()


def test_retention_gives_room_back_to_the_disk_in_small_steps(store: SqliteStore, tmp_path: Path) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=8)) for _ in range(500)]
    store.commit([say(" ".join(chance.choices(words, k=40))) for _ in range(2_000)])
    tend_all(store)
    size = (tmp_path / FILE_NAME).stat().st_size
    done(store, decide(PutRoom(room=LOBBY, settings=Settings(keep_events=10))))
    assert tend_all(store) > 20
    assert (tmp_path / FILE_NAME).stat().st_size < size * 0.7
    read = page(store, query(after=0))
    assert (seqs(read), read.more) == (list(range(1_991, 2_001)), False)
    assert indexed(store) == 10
    check(store)


def test_retention_of_one_room_stops_at_its_end(store: SqliteStore) -> None:
    """The events of the next room lie right behind it."""
    store.commit([say(f"{number}", ts_ms=number) for number in range(7)])
    store.commit([say(f"{number}", to=("mary",), ts_ms=number) for number in range(7)])
    done(store, decide(PutRoom(room=LOBBY, settings=Settings(keep_days=1))))
    tend_all(store, now_ms=3 * DAY_MS)
    assert page(store, query()).events == ()
    assert len(page(store, query(TONY_MARY)).events) == 7


def test_what_ended_long_ago_is_forgotten(store: SqliteStore) -> None:
    done(store, decide(PutPerson(uid="mary", banned_until_ms=1, muted_until_ms=31 * DAY_MS)))
    tend_all(store, now_ms=31 * DAY_MS + 2)
    row = store._writer.execute("SELECT banned_until_ms, muted_until_ms FROM people").get
    assert row == (0, 31 * DAY_MS)


def test_who_is_not_in_a_room_is_forgotten_with_the_last_sanction(store: SqliteStore) -> None:
    ends = {"both": (1, 1), "ban": (1, 0), "mute": (0, 1), "still muted": (1, 31 * DAY_MS), "in it": (0, 1)}
    members = [
        Membership(uid=uid, entered=uid == "in it", banned_until_ms=banned_until_ms, muted_until_ms=muted_until_ms)
        for uid, (banned_until_ms, muted_until_ms) in ends.items()
    ]
    store.commit([make("r-a"), decide(*(PutMember(room="r-a", member=member) for member in members))])
    tend_all(store, now_ms=31 * DAY_MS)
    left = [uid for (uid,) in store._writer.execute("SELECT uid FROM members WHERE room > 1 ORDER BY uid")]
    assert left == ["in it", "still muted", "tony"]


def test_a_search_is_the_same_before_and_after_indexing(store: SqliteStore) -> None:
    store.commit([say(f"word {number % 7} 東京{number % 3}") for number in range(200)])

    def found() -> list[tuple[Hits, int | None]]:
        asked = [SearchQuery(words=words, hits_max=9, scan_max=500) for words in (("word",), ("東",), ("3", "京1"), ())]
        answers = [seen(store, each) for each in asked]
        assert all(isinstance(answer, Hits) for answer in answers)
        return [(answer, answer.next) for answer in answers if isinstance(answer, Hits)]

    before = found()
    while store.tend(0, NO_BOUNDS):
        assert found() == before
    assert found() == before


def test_a_full_disk_costs_a_step_and_no_more(store: SqliteStore) -> None:
    store.commit([say("a")])
    store._writer.execute("PRAGMA max_page_count = 1")
    store._writer.execute("PRAGMA query_only = 1")
    with pytest.raises(Exception, match="readonly"):
        store.tend(0, NO_BOUNDS)
    store._writer.execute("PRAGMA query_only = 0")
    assert tend_all(store) > 1
    check(store)


def test_no_index_of_deleted_messages(store: SqliteStore) -> None:
    """Deleted before its turn came, a message is never indexed."""
    store.commit([say("xylophone"), say("b")])
    done(store, decide(Erase(room=LOBBY, seq=1)))
    tend_all(store)
    assert indexed(store) == 1
    with pytest.raises(apsw.SQLError):
        store._writer.execute("SELECT text FROM words")
