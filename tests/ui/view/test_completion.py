"""Tab in the TO field."""

from hypothesis import given
from hypothesis import strategies as st

from muca.ui.view.completion import Completion

NAMES = ("Mary", "Martha", "Henry", "mike@muca.example")


def test_a_name_is_completed_whatever_its_case() -> None:
    assert Completion().complete("h", NAMES) == "Henry"


def test_pressing_again_goes_round_the_names_that_fit() -> None:
    completion, text, seen = Completion(), "m", []
    for _ in range(4):
        offered = completion.complete(text, NAMES)
        assert offered is not None
        text = offered
        seen.append(text)
    assert seen == ["Mary", "Martha", "mike@muca.example", "Mary"]


def test_only_the_name_at_the_cursor_is_completed() -> None:
    assert Completion().complete("Mary,he", NAMES) == "Mary, Henry"


def test_all_is_offered_too() -> None:
    assert Completion().complete("a", NAMES) == "ALL"


def test_where_nothing_fits_or_all_is_written_nothing_is_offered() -> None:
    completion = Completion()
    assert completion.complete("", NAMES) is None
    assert completion.complete("x", NAMES) is None
    assert completion.complete("Mary, ", NAMES) is None
    assert completion.complete("he", NAMES) == "Henry"
    assert completion.complete("Henry", NAMES) is None
    assert Completion().complete("Henry", NAMES) is None


def test_writing_on_starts_anew() -> None:
    completion = Completion()
    assert completion.complete("ma", NAMES) == "Mary"
    assert completion.complete("mar", NAMES) == "Mary"
    assert completion.complete("Mary, h", NAMES) == "Mary, Henry"


@given(st.text(max_size=8), st.lists(st.text(min_size=1, max_size=4), max_size=5))
def test_what_stands_before_the_last_name_is_kept(before: str, names: list[str]) -> None:
    offered = Completion().complete(before, names)
    if offered is not None:
        assert offered.startswith(before[: before.rfind(",") + 1])
