"""Reactions: a single emoji of Unicode's list, in canonical form. The list is that of the library ``emoji``."""

from functools import cache
from typing import Final

_VARIANTS: Final = str.maketrans("", "", "\ufe0e\ufe0f")
"""Variation selectors: keyboards produce the same emoji with and without them."""


def emoji_form(text: str) -> str | None:
    """Return the form in which an emoji is stored, fully qualified by UTS #51; None: it is not a single emoji."""
    return _forms().get(text.translate(_VARIANTS))


@cache
def _forms() -> dict[str, str]:
    """Map each emoji without variation selectors to its form. Components alone, such as a skin tone, are not emoji."""
    from emoji import EMOJI_DATA, STATUS  # 3 MB that most programs never need

    whole = [emoji for emoji, about in EMOJI_DATA.items() if about["status"] == STATUS["fully_qualified"]]
    return {emoji.translate(_VARIANTS): emoji for emoji in whole}
