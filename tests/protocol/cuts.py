"""Feeding bytes to dialects in any cut."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Cut data at these places."""
    return [data[start:end] for start, end in pairwise([0, *sorted(cuts), len(data)])]


def every_cut(data: bytes) -> Iterator[list[bytes]]:
    """Return the data uncut, in two pieces in every way, and byte by byte."""
    yield [data]
    for cut in range(1, len(data)):
        yield [data[:cut], data[cut:]]
    yield [data[at : at + 1] for at in range(len(data))]


def any_cuts(data: bytes) -> st.SearchStrategy[list[bytes]]:
    """Cut the data in any way."""
    return st.lists(st.integers(0, len(data))).map(lambda cuts: pieces(data, cuts))


def receive_all(dialect: Any, chunks: Iterable[bytes]) -> list[Any]:
    """Return everything that a connection receives, across its change of dialect if there is one."""
    received: list[Any] = []
    for chunk in chunks:
        received += dialect.receive(chunk)
        while dialect.successor is not None:
            dialect = dialect.successor
            received += dialect.receive(b"")
    return received


def held_bytes(dialect: Any) -> int:
    """Return how much of the wire a dialect holds."""
    if hasattr(dialect, "_lines"):
        return len(dialect._lines._unfinished) + len(dialect._begun)
    return len(dialect._objects._buffer)
