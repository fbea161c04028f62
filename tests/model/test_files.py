"""What a file may be called, and how its size is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.files import clean_file_name, size_in_words


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "cat.jpg",
        "Müllers «Katze».tar.gz",
        "😀.png",
        "x" * 200,
        ".env",
        "a thumbnail",
        "Отчётv2.pdf",
        "👩\u200d🚀.png",
    ],
)
def test_good_names_stay(name: str) -> None:
    assert clean_file_name(name, 200) == name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a\u200eb\u200f.pdf", "ab.pdf"),
        ("co\u00adop.txt", "coop.txt"),
        ("a\tb  c.txt", "a b c.txt"),
        ("a\nb\0.txt", "a b.txt"),
        ("annexe\u202egpj.scr", "annexegpj.scr"),
        ("folder/a.txt", "a.txt"),
        ("C:\\folder\\a.txt", "a.txt"),
        ("C:a?.txt", "C_a_.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("thumbnail", "_thumbnail"),
        ("report. . ", "report"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("a/", "file"),
        ("\u3164", "file"),
        ("x" * 201 + ".jpeg", "x" * 195 + ".jpeg"),
        ("x" * 201, "x" * 200),
        ("x." + "y" * 300, "x." + "y" * 198),
    ],
)
def test_others_are_cleaned(name: str, clean: str) -> None:
    assert clean_file_name(name, 200) == clean


@given(st.text(max_size=60), st.integers(30, 50))
def test_what_is_clean_stays_and_fits(name: str, chars_max: int) -> None:
    clean = clean_file_name(name, chars_max)
    assert 1 <= len(clean) <= chars_max
    assert clean_file_name(clean, chars_max) == clean
    assert not set(clean) & set('/\\<>:"|?*')
    assert clean.isprintable() or set(clean) & {"\u200c", "\u200d"} or not clean.isascii()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 KB"),
        (9_949, "9.9 KB"),
        (9_950, "10 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (26_214_400, "26 MB"),
        (5_000_000_000_000, "5000 GB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert size_in_words(size) == words
