"""Reactions: one emoji of Unicode's list, in one form. The list is that of the library ``emoji``."""

from functools import cache
from typing import Final

from emoji import EMOJI_DATA, STATUS

_VARIANTS: Final = str.maketrans("", "", "\ufe0e\ufe0f")
"""Variation selectors: the same emoji is typed with them and without."""


def emoji_form(text: str) -> str | None:
    """Give the form in which an emoji is kept, the fully-qualified one of UTS #51; None: it is not one emoji."""
    return _forms().get(text.translate(_VARIANTS))


@cache
def _forms() -> dict[str, str]:
    """Give for each emoji, without variation selectors, its form. Parts of emoji alone (a skin tone) are none."""
    whole = [emoji for emoji, about in EMOJI_DATA.items() if about["status"] == STATUS["fully_qualified"]]
    return {emoji.translate(_VARIANTS): emoji for emoji in whole}
