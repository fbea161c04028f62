"""The language of SEARCH: what people type is understood, or explained."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.matching import fold
from muca.model.query import QueryFault, Terms, parse_query, zone_of

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("red  house", Terms(words=("red", "house"))),
        ('"red house" tree', Terms(words=("red house", "tree"))),
        ('"not closed', Terms(words=("not closed",))),
        ('"from:tony"', Terms(words=("from:tony",))),
        ("12:30 std::map https://muca.example/a?b", Terms(words=("12:30", "std::map", "https://muca.example/a?b"))),
        ('Note: "  " don"t', Terms(words=("Note:", 'don"t'))),
        ('Note:""', Terms(words=("Note:",))),
        ('from:from: x:" ', Terms(words=("x:",), senders=("from:",))),
        ("猫", Terms(words=("猫",))),
        ("“red house” „tree house“", Terms(words=("red house", "tree house"))),
        (r'in:"a \"quoted\" title" x', Terms(words=("x",), rooms=('a "quoted" title',))),
        (r'"C:\dir\\" y', Terms(words=("C:\\dir\\", "y"))),
        ('in:"a “quoted” title"', Terms(rooms=("a “quoted” title",))),
        ('"open\\', Terms(words=("open\\",))),
        ("a \u200b \u0301", Terms(words=("a",))),
        ('from:tony FROM:"Tony Smith"', Terms(senders=("tony", "Tony Smith"))),
        ('in:lobby in:"Physics Lab" word', Terms(words=("word",), rooms=("lobby", "Physics Lab"))),
        ("from:a:b", Terms(senders=("a:b",))),
        ("has:LINK", Terms(has_link=True)),
        ("has:file has:link", Terms(has_link=True, has_file=True)),
        ("before:1970-01-03", Terms(before_ms=2 * DAY_MS)),
        ("after:1970-01-03", Terms(after_ms=3 * DAY_MS)),
        ("before:1970-01-03 before:1970-01-02", Terms(before_ms=DAY_MS)),
        ("after:1970-01-03 after:1970-01-02", Terms(after_ms=3 * DAY_MS)),
        ("after:1969-12-31", Terms(after_ms=0)),
        ("after:9999-12-31 before:0001-01-01", Terms(after_ms=2_932_897 * DAY_MS, before_ms=-719_162 * DAY_MS)),
    ],
)
def test_understood(query: str, terms: Terms) -> None:
    assert parse_query(query) == terms


@pytest.mark.parametrize(
    ("query", "explanation"),
    [
        ("", "nothing to search for"),
        ('  ""', "nothing to search for"),
        ('\u3164 "\u200b"', "nothing to search for"),
        ("form:tony", "no filter “form:”, only from:, in:, before:, after:, has:"),
        ("from: tony", "“from:” needs a user id or nickname directly after it"),
        ('in:""', "“in:” needs"),
        ("has:picture", "“has:” needs link or file, as in has:link, not “picture”"),
        ("before:yesterday", "“before:” needs a day, as in before:2024-05-31"),
        ("after:2024-02-30", "“after:” needs a day"),
        ("before:2024-5-1", "“before:” needs a day"),
        ("before:2024-05-01 before:soon", "and the day must exist"),
        ("before:٢٠٢٤-٠٥-٠١", "“before:” needs a day"),
    ],
)
def test_explained(query: str, explanation: str) -> None:
    fault = parse_query(query)
    assert isinstance(fault, QueryFault)
    assert explanation in fault.explanation


@given(
    st.lists(
        st.sampled_from(["from:", "in:", "before:", "after:", "has:", "x:", '"', " ", "\t", "2024-02-30", "link", ":"])
        | st.text(max_size=5)
    ).map("".join)
)
def test_every_query_is_understood_or_explained(query: str) -> None:
    """And what is understood has only words and values that say something."""
    parsed = parse_query(query)
    if isinstance(parsed, QueryFault):
        assert parsed.explanation.endswith(".")
    else:
        assert parsed != Terms()
        for value in (*parsed.words, *parsed.senders, *parsed.rooms):
            assert value.strip() == value != ""


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_whatever_is_quoted_is_looked_for_as_it_is(phrases: list[str]) -> None:
    """So that everything can be looked for, also what looks like a filter."""
    parsed = parse_query(" ".join('"' + re.sub(r'["\\]', r"\\\g<0>", phrase) + '"' for phrase in phrases))
    expected = tuple(phrase.strip() for phrase in phrases if fold(phrase).strip())
    assert parsed == Terms(words=expected) if expected else isinstance(parsed, QueryFault)


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("UTC", "2024-03-31T00:00"),
        ("Europe/Berlin", "2024-03-30T23:00"),
        ("+02:00", "2024-03-30T22:00"),
        ("-09:30", "2024-03-31T09:30"),
        ("Asia/Beirut", "2024-03-30T22:00"),
    ],
)
def test_days_are_those_of_the_asker(zone: str, begin: str) -> None:
    """In Beirut that day has no midnight."""
    begin_ms = int(datetime.fromisoformat(begin).replace(tzinfo=UTC).timestamp() * 1_000)
    assert parse_query("before:2024-03-31", zone_of(zone) or UTC) == Terms(before_ms=begin_ms)
    assert parse_query("after:2024-03-30", zone_of(zone) or UTC) == Terms(after_ms=begin_ms)


def test_a_day_may_be_short() -> None:
    """Clocks are put on."""
    berlin = zone_of("Europe/Berlin")
    assert berlin is not None
    begin, end = parse_query("before:2024-03-31", berlin), parse_query("after:2024-03-31", berlin)
    assert isinstance(begin, Terms)
    assert isinstance(end, Terms)
    assert (end.after_ms or 0) - (begin.before_ms or 0) == 23 * 3_600_000


@pytest.mark.parametrize(
    "name",
    [
        *("", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "+25:00", "+2", "europe/", "x" * 99, "z"),
        *("localtime", "posixrules", "posix/UTC", "right/UTC", "Factory"),
    ],
)
def test_what_is_no_zone(name: str) -> None:
    assert zone_of(name) is None


def test_z_is_utc() -> None:
    assert zone_of("Z") is UTC


@pytest.mark.parametrize("zone", ["+14:00", "-12:00", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_day_are_days_everywhere(zone: str, day: str) -> None:
    assert isinstance(parse_query(f"before:{day} after:{day}", zone_of(zone) or UTC), Terms)
