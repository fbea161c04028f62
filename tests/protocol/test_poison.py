"""The poison corpus on both dialects: no exception but ProtocolError, bounded memory, and life goes on after it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from muca.model.errors import CloseReason
from muca.model.limits import Limits
from muca.model.requests import Send
from muca.protocol.dialect import Fault, ProtocolError
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from tests.protocol.cuts import held_bytes
from tests.protocol.hearing import checked
from tests.protocol.poison import BROKEN, JOINS, WHOLE, Poison, endless

LIMITS = Limits()
GOOD = b'{"CMD":"SEND","MSG":"good","TO":["a"]}'
HEARD = Send(text="good", recipients=("a",))
CHUNK_BYTES = 65_536

poisons = pytest.mark.parametrize("poison", WHOLE, ids=lambda poison: poison.name)
all_poisons = pytest.mark.parametrize("poison", [*WHOLE, *JOINS, *BROKEN], ids=lambda poison: poison.name)
dialects = pytest.mark.parametrize("make", [V1, V2])
before_and_after_join = pytest.mark.parametrize("joined", [False, True], ids=["before JOIN", "after JOIN"])


def connection(make: Callable[[Limits], Any], joined: bool) -> Any:
    """Return one side of a connection that has joined, or not."""
    dialect = make(LIMITS)
    if joined:
        dialect.joined()
    return dialect


@poisons
@before_and_after_join
def test_v1_is_silent_and_goes_on(poison: Poison, joined: bool) -> None:
    """Whole in one piece: nothing is said, and the next frame counts."""
    v1 = connection(V1, joined)
    assert checked(v1.receive(poison.data), is_answered=False) == []
    assert checked(v1.receive(GOOD), is_answered=False) == [HEARD]
    assert checked(v1.receive(GOOD + poison.data + GOOD), is_answered=False) == [HEARD, HEARD]


@poisons
@before_and_after_join
def test_v2_answers_and_goes_on(poison: Poison, joined: bool) -> None:
    """Whole in one piece: one fault a line, and the next frame counts."""
    v2 = connection(V2, joined)
    fault, said = checked(v2.receive(poison.data + b"\n" + GOOD + b"\n"))
    assert isinstance(fault, Fault)
    assert fault.explanation.endswith(".")
    assert said == HEARD


@all_poisons
@dialects
@before_and_after_join
@pytest.mark.parametrize("step", [1, 1_000])
def test_poison_in_pieces(poison: Poison, make: Callable[[Limits], Any], joined: bool, step: int) -> None:
    """However it is cut, a ProtocolError is the worst, and no more than the bound is held."""
    dialect = connection(make, joined)
    bytes_max = LIMITS.announced.frame_bytes_max if joined else LIMITS.join_bytes_max
    data = poison.data[: step * 2_000]
    with suppress(ProtocolError):
        for at in range(0, len(data), step):
            dialect.receive(data[at : at + step])
            assert held_bytes(dialect) <= bytes_max + step
        dialect.receive(b"\n" + GOOD + b"\n")


@pytest.mark.parametrize("poison", BROKEN, ids=lambda poison: poison.name)
def test_v1_cannot_go_on(poison: Poison) -> None:
    """No end can be found: the connection must close."""
    with pytest.raises(ProtocolError) as caught:
        V1(LIMITS).receive(poison.data)
    assert caught.value.reason is CloseReason.BAD_FRAME


@pytest.mark.parametrize("poison", BROKEN, ids=lambda poison: poison.name)
def test_v2_goes_on(poison: Poison) -> None:
    """A newline is an end."""
    *faults, said = V2(LIMITS).receive(poison.data + b"\n" + GOOD + b"\n")
    assert faults
    assert all(isinstance(fault, Fault) for fault in faults)
    assert said == HEARD


@pytest.mark.parametrize("name", [poison.name for poison, _ in endless()])
@dialects
@before_and_after_join
def test_ten_megabytes_without_an_end(name: str, make: Callable[[Limits], Any], joined: bool) -> None:
    """They are skipped, or end the connection; they are never kept."""
    start, chunks = next((poison.data, chunks) for poison, chunks in endless() if poison.name == name)
    dialect = connection(make, joined)
    bytes_max = LIMITS.announced.frame_bytes_max if joined else LIMITS.join_bytes_max
    skipped = make is V1 and name in {"spaces", "digits"}
    ended = False
    try:
        dialect.receive(start)
        for chunk in chunks:
            assert dialect.receive(chunk) == []
            assert held_bytes(dialect) <= bytes_max + CHUNK_BYTES
    except ProtocolError:
        ended = True
    assert ended is not skipped
    if skipped:
        assert dialect.receive(b" " + GOOD) == [HEARD]
