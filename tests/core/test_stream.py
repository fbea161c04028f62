"""Numbered items come out once and in order, however they come in."""

from hypothesis import given
from hypothesis import strategies as st

from muca.core.stream import Stream


@given(st.data())
def test_any_order_and_any_repetition_give_the_same(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    numbers = data.draw(st.permutations(range(1, count + 1)))
    repeated = data.draw(st.lists(st.integers(1, count), max_size=12))
    places = [data.draw(st.integers(0, len(numbers))) for _ in repeated]
    for place, number in zip(places, repeated, strict=True):
        numbers.insert(place, number)
    stream = Stream[int](0)
    passed = [item for number in numbers for item in stream.take(number, number)]
    assert passed == list(range(1, count + 1))
    assert not stream.lacks


@given(st.permutations(range(1, 9)), st.integers(1, 8), st.integers(0, 8))
def test_a_lost_item_holds_back_the_later_ones_until_it_is_skipped(numbers: list[int], lost: int, until: int) -> None:
    stream = Stream[int](0)
    passed = [item for number in numbers if number != lost for item in stream.take(number, number)]
    assert passed == list(range(1, lost))
    assert stream.lacks is (lost < 8)
    passed += stream.skip_to(max(until, lost))
    assert passed == [number for number in range(1, 9) if number < lost or number > max(until, lost)]
    assert stream.last == 8
    assert not stream.lacks


def test_without_a_known_place_the_first_item_begins() -> None:
    stream = Stream[str](None)
    assert list(stream.take(7, "g")) == ["g"]
    assert list(stream.take(6, "f")) == []
    assert stream.last == 7
