"""Names that are kept: what is forgotten when, and what it costs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muca.model.changes import PutPerson
from muca.storage.sqlite import names as room_names
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import admit, decide, done, make, message_of, say, statements


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    store.commit([admit("mary"), admit("tony")])
    yield store
    store.close()


def meant(store: SqliteStore, text: str, room: str = "lobby") -> tuple[str, ...]:
    (result,) = store.commit([say(text, room=room)])
    return message_of(result).mentions


def test_what_another_program_changes_counts(store: SqliteStore, tmp_path: Path) -> None:
    assert meant(store, "@mary") == ("mary",)
    other = SqliteStore.open(tmp_path, share=True)
    other.commit([decide(PutPerson(uid="mary", nickname="Maria"))])
    other.close()
    assert meant(store, "@maria") == ("mary",)


def test_one_more_change_than_is_followed(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_names, "_CHANGES_MAX", 1)
    for names in (("zoe",), ("ann", "henry")):
        assert meant(store, "@mary") == ("mary",)
        store.commit([admit(name) for name in names])
        assert meant(store, " ".join(f"@{name}" for name in names)) == names


def test_the_latest_seen_are_found_where_there_are_too_many(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_names, "NAMES_READ_MAX", 2)
    done(store, decide(PutPerson(uid="mary", password_hash="hash")))
    store.commit([admit("zoe", ts_ms=2_000_000), admit("ann", ts_ms=3_000_000)])
    assert meant(store, "@mary @tony @zoe @ann") == ("mary", "ann")

    store.commit([admit(f"u{number}", ts_ms=4_000_000) for number in range(3)])
    assert meant(store, "@ann @mary") == ("mary",), "they are read anew when they have become too many"


def test_rooms_that_were_needed_longest_ago_are_forgotten(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_names, "NAMES_KEPT_MAX", 2)
    done(store, make("r-a", "mary"))
    store.commit([say()])

    def cost(room: str) -> int:
        return statements(store, [say("@mary", room=room)])

    first, again = cost("lobby"), cost("lobby")
    assert first > again
    cost("r-a")
    assert cost("lobby") == first
