"""What a file may be called, and how its size is said."""

import pytest

from muca.model.files import file_name_fault, size_in_words


@pytest.mark.parametrize(
    "name", ["a", "cat.jpg", "Müllers «Katze».tar.gz", "😀.png", "x" * 200, "...", ".env", "a thumbnail"]
)
def test_good_names(name: str) -> None:
    assert file_name_fault(name, 200) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("x" * 201, "201 characters"),
        ("a/b", "without its folder"),
        ("C:\\a", "without its folder"),
        ("a\0b", "U+0000"),
        ("exe\u202egpj.scr", "U+202E"),
        ("thumbnail", "is reserved"),
        (".", "is reserved"),
        ("..", "is reserved"),
    ],
)
def test_others_are_explained(name: str, fault: str) -> None:
    assert fault in (file_name_fault(name, 200) or "")


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
