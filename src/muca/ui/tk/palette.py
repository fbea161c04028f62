"""The colours of muca, light and dark.

A hue shows who gets a message: blue everyone, green a group, rose one person. All text colours have a contrast of at
least 4.5 : 1 on all of their backgrounds.
"""

from typing import Final, NamedTuple

from muca.model.events import Reach


class Hue(NamedTuple):
    """The colours of a kind of message: text, background for that text, fill, and text on the fill."""

    text: str
    ground: str
    ink: str


class Palette(NamedTuple):
    """One appearance."""

    name: str
    bg: str
    """The columns at the sides."""
    surface: str
    """The conversation."""
    sunken: str
    """Fields and secondary buttons."""
    chosen: str
    """The selected row in a side column."""
    text: str
    muted: str
    line: str
    selection: str
    everyone: Hue
    group: Hue
    private: Hue
    warn: Hue

    def hue(self, reach: Reach | None) -> Hue:
        """Return the hue of a kind of message; neutral for None."""
        if reach is None:
            return Hue(self.muted, self.sunken, self.surface)
        if reach is Reach.ALL:
            return self.everyone
        return self.private if reach is Reach.PRIVATE else self.group


LIGHT: Final = Palette(
    name="light",
    bg="#f6f5f2",
    surface="#ffffff",
    sunken="#eeece7",
    chosen="#ffffff",
    text="#1d1e20",
    muted="#62646a",
    line="#e4e2dc",
    selection="#c4d6fb",
    everyone=Hue("#2a63d6", "#e9f0fe", "#ffffff"),
    group=Hue("#187a49", "#e6f4ec", "#ffffff"),
    private=Hue("#b92c53", "#fcebf0", "#ffffff"),
    warn=Hue("#8a5800", "#fdf3dc", "#ffffff"),
)
DARK: Final = Palette(
    name="dark",
    bg="#151618",
    surface="#1c1e21",
    sunken="#111214",
    chosen="#25282c",
    text="#e9e8e5",
    muted="#a2a5ab",
    line="#2b2e33",
    selection="#2d4679",
    everyone=Hue("#86adff", "#1b2a49", "#0b1730"),
    group=Hue("#63cb94", "#15301f", "#06180d"),
    private=Hue("#ff8aa6", "#3b1a25", "#22070f"),
    warn=Hue("#f0bf5a", "#332708", "#201700"),
)
TILES: Final = ("#6b5bd2", "#2f727f", "#a35a2a", "#75661f", "#9b4f96", "#4d7040", "#a0553f", "#44689c")
"""Colours of people's tiles; the text on them is white."""


def mix(color: str, other: str, share: float) -> str:
    """Mix two ``#rrggbb`` colours; ``share`` (0 to 1) is that of the first."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def _channels(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))
