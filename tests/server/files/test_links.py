"""Links: good for one file and for a time."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.files import FileInfo
from muca.server.files.links import Links, link_secret

NOW = 1_000_000


def links(secret: bytes = b"secret", *, now: float = NOW, seconds: int = 60) -> Links:
    return Links(secret, lambda: "https://muca.example", seconds, lambda: now)


def made(name: str = "cät & dog.jpg") -> tuple[str, str, str]:
    """Return path, end and signature of a link."""
    url = urlsplit(links().link(FileInfo(file="f-1", name=name, media_type="image/jpeg", bytes=1)))
    asked = parse_qs(url.query, strict_parsing=True)
    assert f"{url.scheme}://{url.netloc}" == "https://muca.example"
    return url.path, asked["until"][0], asked["key"][0]


def test_a_link_names_its_file() -> None:
    assert made()[0] == "/files/f-1/c%C3%A4t%20%26%20dog.jpg"
    assert made("a/b?#")[0] == "/files/f-1/a%2Fb%3F%23"


def test_it_is_good_until_its_end() -> None:
    _, until, key = made()
    assert links().is_good("f-1", until, key)
    assert links(now=NOW + 59.9).is_good("f-1", until, key)
    assert not links(now=NOW + 60).is_good("f-1", until, key)


def test_it_is_good_for_its_file_its_end_and_its_server_alone() -> None:
    _, until, key = made()
    assert not links().is_good("f-2", until, key)
    assert not links().is_good("f-1", str(int(until) + 1), key)
    assert not links(b"other").is_good("f-1", until, key)
    assert not links().is_good("f-1", until, key[:-1])
    assert not links().is_good("f-1", until, "")


@given(st.text(max_size=20), st.text(max_size=40))
def test_nothing_else_is_good(until: str, key: str) -> None:
    assert not links().is_good("f-1", until, key)


@pytest.mark.parametrize("until", ["", "-1", "1e9", "٣", "9" * 13, "9" * 9_999, " 1000060"])
def test_an_end_is_a_number(until: str) -> None:
    assert not links().is_good("f-1", until, made()[2])


def test_the_secret_stays_and_is_this_accounts_alone(tmp_path: Path) -> None:
    secret = link_secret(tmp_path / "secret")
    assert len(secret) == 32
    assert link_secret(tmp_path / "secret") == secret
    if os.name == "posix":
        assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_secret_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")
    assert len(link_secret(tmp_path / "secret")) == 32
