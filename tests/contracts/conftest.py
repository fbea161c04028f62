"""Every store that there is, for what every store does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import Store
from tests.memory_store.store import MemoryStore

STORES: dict[str, Callable[[Path], Store]] = {"memory": lambda _: MemoryStore(), "sqlite": SqliteStore.open}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store, once of each kind."""
    store = STORES[request.param](tmp_path)
    yield store
    store.close()
