"""One emoji of Unicode's list, in one form."""

import json
from pathlib import Path

import pytest
import regex

import muca.ui.web
from muca.model.reactions import emoji_form

PICKED = Path(muca.ui.web.__file__).parent / "node_modules/emoji-picker-element-data/en/github/data.json"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("👍", "👍"),
        ("👍\ufe0f", "👍"),
        ("👍🏽", "👍🏽"),
        ("❤", "❤\ufe0f"),
        ("❤\ufe0e", "❤\ufe0f"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("1\u20e3", "1\ufe0f\u20e3"),
        ("#\ufe0f\u20e3", "#\ufe0f\u20e3"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("👁\u200d🗨", "👁\ufe0f\u200d🗨\ufe0f"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2,
        ("🇩🇪", "🇩🇪"),
        ("™", "™\ufe0f"),
    ],
)
def test_one_form(typed: str, kept: str) -> None:
    assert emoji_form(typed) == kept
    assert emoji_form(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u200d",
        "\u2800",
        "\u20e3",
        "🇩",
        "👍👍👍",
        "—",
        "\uffff",
        "1",
        "🏽",
        "👍a",
        "a",
        "👍 ",
        "\ufe0f",
        "👍\u200d",
        "🇩🇪🇩",
        "+1",
    ],
)
def test_no_emoji(text: str) -> None:
    assert emoji_form(text) is None


def test_the_page_offers_emoji_in_this_form() -> None:
    """So it knows its own reaction again."""
    entries = json.loads(PICKED.read_text(encoding="utf-8"))
    picked = [entry["emoji"] for entry in entries if entry.get("group") != 2]
    offered = [regex.sub(r"(\p{Emoji_Presentation})\uFE0F", r"\1", emoji) for emoji in picked]  # as emoji.ts does
    assert len(offered) > 1_000
    assert [emoji for emoji in offered if emoji_form(emoji) != emoji] == []
