"""The configuration file: what is taken, and what is said where it cannot be."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.ui.config_txt import (
    CONFIG_BYTES_MAX,
    RIGHT_FORM,
    ConfigFault,
    Profile,
    parse_config,
    profile_from,
    read_config,
    write_config,
)

TONY = Profile(uid="tony@muca.example", nickname="Tony", server="127.0.0.1", port=40452)
UNQUOTED = """{
    "USERID": "tony@muca.example",
    "NICKNAME": "Tony",
    "SERVER": 127.0.0.1,
    "SERVER_PORT": "40452"
}"""


def test_the_right_form_is_right() -> None:
    assert parse_config(RIGHT_FORM) == (TONY, ())


def test_the_port_may_be_a_numeric_string() -> None:
    assert parse_config(RIGHT_FORM.replace("40452", '"40452"')) == (TONY, ())


def test_an_address_without_quotes_is_taken_with_a_warning_that_shows_the_right_form() -> None:
    profile, warnings = parse_config(UNQUOTED)
    assert profile == TONY
    assert [line for line in warnings if '"SERVER": "127.0.0.1"' in line]


def test_unknown_fields_are_no_fault() -> None:
    assert parse_config(RIGHT_FORM.replace("{", '{"MORE": [1],', 1))[0] == TONY


@pytest.mark.parametrize(
    ("server", "address"),
    [("chat.example", "chat.example:40452"), ("::1", "[::1]:40452"), ("[::1]", "[::1]:40452")],
)
def test_the_address_is_as_the_sdk_takes_it(server: str, address: str) -> None:
    assert parse_config(RIGHT_FORM.replace("127.0.0.1", server))[0].address == address


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("{,}", "in line 1"),
        ('{\n"USERID" "x"}', "in line 2"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        ("{}", "USERID and NICKNAME and SERVER and SERVER_PORT are missing"),
        (RIGHT_FORM.replace('"NICKNAME": "Tony",', ""), "NICKNAME is missing"),
        (RIGHT_FORM.replace('"Tony"', "7"), "NICKNAME must be text"),
        (RIGHT_FORM.replace('"Tony"', '" "'), "NICKNAME is empty"),
        (RIGHT_FORM.replace("tony@", r"tony\u0007@"), "USERID contains the character U+0007"),
        (RIGHT_FORM.replace("tony@", "t" * 200), "USERID has"),
        (RIGHT_FORM.replace('"127.0.0.1"', "127"), "SERVER must be text"),
        (RIGHT_FORM.replace("127.0.0.1", " "), "SERVER must be a host name"),
        (RIGHT_FORM.replace("127.0.0.1", "http://chat"), "SERVER must be a host name"),
        (RIGHT_FORM.replace("127.0.0.1", "chat:1"), "give it as SERVER_PORT"),
        *(
            (RIGHT_FORM.replace("40452", port), "from 1 to 65535")
            for port in ("0", "65536", "-1", "4.5", "true", '"x"')
        ),
        (RIGHT_FORM.replace("40452", "9" * 10_000), "out of range"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    with pytest.raises(ConfigFault, match=re.escape(says)):
        parse_config(text)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        parse_config(text)
    except ConfigFault as fault:
        assert str(fault)


@given(
    st.fixed_dictionaries(
        {name: st.text() | st.integers() | st.none() for name in ("USERID", "NICKNAME", "SERVER", "SERVER_PORT")}
    )
)
def test_a_profile_that_is_taken_stays_the_same_when_it_is_written_and_read(fields: dict[str, object]) -> None:
    try:
        profile = profile_from(fields)
    except ConfigFault:
        return
    written = {
        "USERID": profile.uid,
        "NICKNAME": profile.nickname,
        "SERVER": profile.server,
        "SERVER_PORT": profile.port,
    }
    assert parse_config(msgspec.json.encode(written).decode())[0] == profile


def test_a_file_that_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.txt"
    write_config(path, TONY)
    assert read_config(path) == (TONY, ())


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "config.txt"
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT_FORM.encode())
    assert read_config(path)[0] == TONY


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    missing, folder, binary, wrong, huge = (
        tmp_path / name for name in ("missing", "folder", "binary", "wrong", "huge")
    )
    folder.mkdir()
    binary.write_bytes(b"\xff\xfe\x00")
    wrong.write_text("{}")
    huge.write_bytes(b" " * (CONFIG_BYTES_MAX + 1))
    for path in (missing, folder, binary, wrong, huge):
        with pytest.raises(ConfigFault) as caught:
            read_config(path)
        assert str(path) in str(caught.value)


def test_a_file_at_the_size_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.txt"
    path.write_text(RIGHT_FORM.ljust(CONFIG_BYTES_MAX))
    assert read_config(path)[0] == TONY
