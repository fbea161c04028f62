"""Rooms: ids that follow from the members."""

from hypothesis import given
from hypothesis import strategies as st

from muca.model.rooms import LOBBY, conversation_id


@given(st.lists(st.text(), min_size=2, max_size=9, unique=True), st.randoms())
def test_id_does_not_depend_on_order_or_repeats(members: list[str], chance: object) -> None:
    """The same people, the same room."""
    shuffled = [*members, members[0]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert conversation_id(shuffled) == conversation_id(members)


@given(st.sets(st.text(), min_size=2, max_size=9), st.sets(st.text(), min_size=2, max_size=9))
def test_other_people_other_room(some: set[str], others: set[str]) -> None:
    """However their UIDs are put together."""
    assert (conversation_id(some) == conversation_id(others)) == (some == others)


def test_id_says_the_kind_and_never_changes() -> None:
    """It is in people's databases."""
    assert conversation_id(["tony@lab", "mary@lab"]) == "d-zhppuzp3wu7yp7euarxibejpnu"
    assert conversation_id(["a", "b", "c"]).startswith("g-")
    assert conversation_id(["a", "b"]) != LOBBY
