"""What is found in a text, and where."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muca.model.matching import MARKS_MAX, Marks, find_marks, fold, fold_with_places, has_link

PIECES = [
    "a",
    "B",
    "go",
    " ",
    "\n",
    "\xa0",
    "é",
    "e\u0301",
    "E\u0301\u0323",
    "ß",
    "ﬁ",
    "İ",
    "ｆ",
    "東",
    "京",
    "각",
    "각",
    "\u200d",
    "\u0345",
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "words", "marks"),
    [
        ("Helium", ["hel"], ((0, 3),)),
        ("the helium level", ["LEVEL", "eli"], ((5, 3), (11, 5))),
        ("the helium level", ["helium", "argon"], None),
        ("aaaa", ["aaa"], ((0, 3),)),
        ("abcd", ["abc", "bcd"], ((0, 4),)),
        ("abcd", ["abc", "d"], None),
        ("abc d", ["abc", "d"], ((0, 3), (4, 1))),
        ("abc", [], ()),
        ("", ["abc"], None),
        ("two words", ["two words"], ((0, 9),)),
        ("two\nwords", ["two words"], ((0, 9),)),
        ("good go, Go", ["go"], ((5, 2), (9, 2))),
        ("c# and 3%", ["c#", "%"], ((0, 2), (8, 1))),
        ("東京タワー", ["京タ"], ((1, 2),)),
        ("東京タワー", ["タ"], ((2, 1),)),
        ("Größe", ["grösse"], ((0, 5),)),
        ("Größe", ["s"], None),
        ("STRASSE, Straße", ["straße"], ((0, 7), (9, 6))),
        ("caf\u0065\u0301s", ["café"], ((0, 5),)),
        ("café", ["cafe\u0301"], ((0, 4),)),
        ("cafe\u0301", ["cafe"], ((0, 5),)),
        ("größe", ["gr"], None),
        ("Łódź, a gr.", ["gr"], ((8, 2),)),
        ("онлайн", ["он"], None),
        ("он", ["он"], ((0, 2),)),
        ("用go語言", ["go"], ((1, 2),)),
        ("Straße", ["ss"], ((4, 1),)),
        ("Straße", ["ra"], None),
        ("ﬁne", ["fi"], ((0, 1),)),
        ("Ærø", ["ae"], ((0, 1),)),
        ("Straße", ["strass"], ((0, 5),)),
        ("İstanbul", ["istanbul"], ((0, 8),)),
        ("DIYARBAKIR Diyarbakır", ["diyarbakır"], ((0, 10), (11, 10))),
        ("don’t", ["don't"], ((0, 5),)),
        ("don't", ["don´t"], ((0, 5),)),
        ("co\u00adop", ["coop"], ((0, 5),)),
        ("zero\u200bwidth", ["zerowidth"], ((0, 10),)),
        ("résumé", ["resume"], ((0, 6),)),
        ("resume", ["résumé"], ((0, 6),)),
        ("Łódź", ["lodz"], ((0, 4),)),
        ("Ærø 1–2", ["aero", "1-2"], ((0, 3), (4, 3))),
        ("がっこう", ["かっこう"], None),
        ("か\u3099っこう", ["がっこう"], ((0, 5),)),
        ("각", ["가"], None),
        ("हिंदी", ["हंद"], None),
        ("שָׁלוֹם", ["שלום"], ((0, 7),)),
        ("مُحَمَّد", ["محمد"], ((0, 8),)),
        ("ёлка, йод", ["елка", "иод"], ((0, 4), (6, 3))),
        ("👩\u200d👩\u200d👧 x", ["👩"], ((0, 5),)),
        ("👍🏽", ["👍"], ((0, 2),)),
        ("🇩🇪🇫🇷", ["🇪"], ((0, 2),)),
        ("1\ufe0f\u20e3", ["1"], ((0, 3),)),
        ("ﬁne", ["fin"], ((0, 2),)),
        ("ＡＢＣ", ["abc"], ((0, 3),)),
        ("👩\u200d🚀 up", ["👩🚀"], ((0, 3),)),
        ("\u1100\u1161\u11a8", ["\uac01"], ((0, 3),)),
    ],
)
def test_marks(text: str, words: list[str], marks: tuple[tuple[int, int], ...] | None) -> None:
    assert find_marks(text, words) == marks


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://example.org", True),
        ("HTTP://x", True),
        ("http://", False),
        ("https:// x", False),
        ("ftp://x", False),
        ("example.org", False),
    ],
)
def test_links(text: str, link: bool) -> None:
    assert has_link(text) is link


def test_marks_are_bounded() -> None:
    marks = find_marks("ab-" * 1_000, ["ab-", "-"])
    assert marks is not None
    assert len(marks) <= MARKS_MAX


def test_a_heap_of_accents_is_one_letter() -> None:
    text = "x" + "\u0301\u0323" * 5_000 + " y"
    assert find_marks(text, ["y"]) is not None
    assert fold_with_places(text).starts[-1] == len(text) - 1


@given(texts)
@example("\u0344\u0301")
def test_folding_is_the_same_with_places_and_without(text: str) -> None:
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(texts)
def test_composition_and_case_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper()) == fold(text.upper().lower())


@given(texts, texts, texts)
def test_what_is_there_is_found_and_marked(before: str, word: str, after: str) -> None:
    """Between spaces every word stands alone. Each mark, folded, lies over some of the words."""
    text = f"{before} {word} {after}"
    marks = find_marks(text, [word])
    assert marks is not None
    ends = 0
    for begin, length in marks:
        assert begin >= ends
        assert length > 0
        ends = begin + length
        assert fold(word)[0] in fold(text[begin:ends])
    assert ends <= len(text)


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (["cat"], ()),
        (["CAT.jp"], ()),
        (["see", "cat"], ((0, 3),)),
        (["go"], ()),
        (["at"], None),
        (["see cat"], None),
        (["see", "dog"], None),
    ],
)
def test_a_word_may_be_in_a_name_beside_the_text(words: list[str], marks: Marks | None) -> None:
    assert find_marks("see it", words, ["cat.jpg", "go.exe"]) == marks
