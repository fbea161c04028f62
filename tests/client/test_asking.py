"""What all groups of methods have in common."""

import pytest

from muca.client.asking import Asking
from muca.model.replies import Done, Stored
from tests.client.asker import Asker


async def test_a_change_gives_its_event_or_that_there_is_none() -> None:
    stored = Stored(room="lobby", seq=7, ts_ms=5)

    assert await Asker(stored).pin("lobby", 3) == stored
    assert await Asker(Done()).pin("lobby", 3) is None


def test_whoever_mixes_it_in_has_to_have_a_server() -> None:
    with pytest.raises(TypeError, match="_ask"):
        Asking()  # type: ignore[abstract]
