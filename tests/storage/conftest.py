"""The disk that all tests of the SQLite store can let fail."""

from collections.abc import Iterator

import pytest

from tests.storage.failing_disk import FailingDisk


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    disk = FailingDisk()
    yield disk
    disk.unregister()
