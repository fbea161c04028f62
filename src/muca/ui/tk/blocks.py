"""The margins of messages: the user's own are on the left, received ones at the right edge.

The lines of a received message are left-aligned in a block that ends at the right edge. Its left margin is the width of
the area minus its own width, for which there is a tag every few pixels. So resizing updates a few tags and never ten
thousand rows.
"""

import tkinter as tk
from typing import Final

from muca.ui.tk.look import WindowLook
from muca.ui.view.feed import Row

MARGIN_PX: Final = 24
STEP_PX: Final = 4
WIDTH_PX_MAX: Final = 640
"""Maximum width of a message, for readability."""
WIDTH_SHARE_MAX: Final = 0.8
"""Maximum width of a message as a share of the area."""
MEASURED_CHARS_MAX: Final = 160
"""A longer line takes the full width without being measured."""


class Blocks:
    """Assigns each message a tag for its block, and adapts the tags to the area."""

    def __init__(self, text: tk.Text, look: WindowLook) -> None:
        self._text, self._look = text, look
        self._steps: set[int] = set()
        self._steps_max = look.px(WIDTH_PX_MAX) // look.px(STEP_PX)

    def tag(self, row: Row) -> str:
        """Return the tag with a message's margins."""
        if row.own:
            return "own"
        steps = self._width_steps(row)
        if steps not in self._steps:
            self._steps.add(steps)
            self._set(steps)
        return f"block-{steps}"

    def fit(self) -> None:
        """Adapt all tags to the width of the area."""
        margin, width = self._look.px(MARGIN_PX), self._text.winfo_width()
        room = min(self._look.px(WIDTH_PX_MAX), round(width * WIDTH_SHARE_MAX))
        self._text.tag_configure("own", lmargin1=margin, lmargin2=margin, rmargin=max(margin, width - margin - room))
        self._text.tag_configure("received", justify="right", lmargin1=self._left_least(), rmargin=margin)
        for steps in self._steps:
            self._set(steps)

    def _width_steps(self, row: Row) -> int:
        """Measure a message, in steps, up to the maximum of a block."""
        lines = row.text.split("\n")
        if any(len(line) > MEASURED_CHARS_MAX for line in lines):
            return self._steps_max
        widths = [self._look.body.measure(line) for line in lines]
        widths[0] += self._look.strong.measure(row.label) + self._look.body.measure(" ")
        return min(-(-max(widths) // self._look.px(STEP_PX)), self._steps_max)

    def _set(self, steps: int) -> None:
        margin, step = self._look.px(MARGIN_PX), self._look.px(STEP_PX)
        left = max(self._left_least(), self._text.winfo_width() - margin - steps * step)
        # Reduce the right margin, so that a measured line does not wrap because of one pixel.
        self._text.tag_configure(f"block-{steps}", lmargin1=left, lmargin2=left, rmargin=margin - step)

    def _left_least(self) -> int:
        return max(self._look.px(MARGIN_PX), round(self._text.winfo_width() * (1 - WIDTH_SHARE_MAX)))
