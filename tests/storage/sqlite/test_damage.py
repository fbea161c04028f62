"""A database with flipped bytes: refused in one sentence, or served as far as it can be read; never a traceback."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muca.model.changes import Erase, PutMarker, PutReaction
from muca.model.facts import Wanted
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    MembersQuery,
    NumbersQuery,
    PinsQuery,
    RoomsQuery,
    SearchQuery,
    VersionsQuery,
)
from muca.model.rooms import LOBBY
from muca.model.storage import Retention, StoreBroken, StoreError
from muca.server.ownership import new_owner_code
from muca.storage.sqlite.database_file import FILE_NAME, unusable_because
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.storage.words import TOTALS, a_file, admit, an_event, bring, decide, facts, make, page, query, say, seen

QUERIES = (
    SearchQuery(words=("hello",), hits_max=9, scan_max=99),
    VersionsQuery(room=LOBBY, seq=1),
    PinsQuery(room=LOBBY),
    RoomsQuery(match="", after=None, rooms_max=9),
    MembersQuery(room="r-a", after=None, members_max=9),
    AuditQuery(room=None, before=None, entries_max=9),
    NumbersQuery(),
    DevicesQuery(current=None),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something in most tables."""
    folder = tmp_path_factory.mktemp("whole")
    store = SqliteStore.open(folder)
    store.commit([admit(uid, offer=uid) for uid in ("tony", "mary", "henry")] + [make("r-a", "mary"), bring(a_file())])
    for number in range(40):
        store.commit([say(f"hello @mary {number}", id=str(number)), say("secret", to=("mary",)), say(room="r-a")])
    store.commit([decide(PutReaction(room=LOBBY, seq=3, uid="mary", emoji="x")), say(files=("f-1",))])
    while store.tend(0, Retention()):
        pass
    store.close()
    return folder / FILE_NAME


def use(store: SqliteStore) -> int:
    """Ask for everything; what fails must fail as a store fails. Gives how many things did."""
    failed = 0
    asked: list[Callable[[], object]] = [
        *(lambda each=each: seen(store, each) for each in QUERIES),
        *(lambda room=room: page(store, query(room, at_ms=1)) for room in (LOBBY, "r-a")),
        lambda: facts(store, Wanted(actor="tony", room=LOBBY, event=1, title="", totals=TOTALS)),
        lambda: store.known_files(["f-1"]),
        lambda: store.gone_files(9),
        lambda: store.commit([say("after"), say("after", to=("mary",)), admit("mary", token="mary")]),
        lambda: store.commit(
            [decide(an_event(LOBBY), Erase(room=LOBBY, seq=1), PutMarker(room=LOBBY, uid="x", seq=2))]
        ),
        lambda: store.let_in(admit("tony", token="tony")),
        lambda: [store.tend(50_000_000_000, Retention(days=1, events=9)) for _ in range(20)],
        store.take_outside,
    ]
    for ask in asked:
        try:
            ask()
        except StoreError as error:
            assert not isinstance(error, StoreBroken), error
            failed += 1
        except AssertionError:  # an answer of another kind: a room that is not there any more
            failed += 1
    return failed


@settings(max_examples=80, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255), length=st.sampled_from([1, 1, 40, 4_096]))
def test_flipped_bytes(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, place: float, mask: int, length: int
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    file = Path(shutil.copy(whole, folder))
    data = bytearray(file.read_bytes())
    begin = int(place * len(data))
    for offset in range(begin, min(begin + length, len(data))):
        data[offset] ^= mask
    file.write_bytes(data)
    try:
        with contextlib.closing(SqliteStore.open(folder)) as store:
            try:
                new_owner_code(store)
            except StoreError as error:
                sentence = unusable_because(error)
            else:
                use(store)
                return
    except StoreUnusable as error:
        sentence = error.explanation
    assert "\n" not in sentence
    shutil.rmtree(folder)


def test_nothing_fails_without_damage(whole: Path, tmp_path: Path) -> None:
    shutil.copy(whole, tmp_path)
    with contextlib.closing(SqliteStore.open(tmp_path)) as store:
        assert new_owner_code(store) is not None
        assert use(store) == 0
