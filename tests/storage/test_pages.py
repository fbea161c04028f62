"""How much fits into a page."""

import pytest

from muca.storage.pages import fitting


@pytest.mark.parametrize(
    ("bytes_max", "expected"),
    [
        (0, ["a"]),
        (-1, ["a"]),
        (3, ["a"]),
        (6, ["a"]),
        (7, ["a", "é"]),
        (10, ["a", "é"]),
        (11, ["a", "é", '"']),
        (99, ["a", "é", '"', ""]),
    ],
)
def test_the_first_that_fit_as_json_and_at_least_one(bytes_max: int, expected: list[str]) -> None:
    assert fitting(["a", "é", '"', "", "long" * 30], bytes_max) == expected


def test_of_nothing_nothing_fits() -> None:
    assert fitting([], 100) == []


def test_no_more_is_taken_than_is_needed() -> None:
    values = iter(["aaaa", "bbbb", "cccc"])
    assert fitting(values, 8) == ["aaaa"]
    assert list(values) == ["cccc"]
