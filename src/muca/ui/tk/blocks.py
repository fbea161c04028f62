"""The margins of messages: own ones end well before the right edge, received ones stand at it.

A received message keeps its lines left-aligned in a block that ends at the right edge: its left margin is the width of
the area less its own, for which there is a tag every few pixels. So a change of size means some tags and never ten
thousand rows.
"""

import tkinter as tk
from typing import Final

from muca.ui.feed import Row
from muca.ui.tk.look import Look

MARGIN_PX: Final = 24
STEP_PX: Final = 4
WIDTH_PX_MAX: Final = 640
"""A message is not set wider than this, to be read well."""
WIDTH_SHARE_MAX: Final = 0.8
"""Nor wider than this part of the area."""
MEASURED_CHARS_MAX: Final = 160
"""A longer line takes the full width, without measuring."""


class Blocks:
    """Gives each message the tag of its block, and keeps the tags fitting the area."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text, self._look = text, look
        self._steps: set[int] = set()
        self._steps_max = look.px(WIDTH_PX_MAX) // look.px(STEP_PX)

    def tag(self, row: Row) -> str:
        """Return the tag that sets a message's margins."""
        if row.own:
            return "own"
        steps = self._width_steps(row)
        if steps not in self._steps:
            self._steps.add(steps)
            self._set(steps)
        return f"block-{steps}"

    def fit(self) -> None:
        """Fit all tags to the width of the area."""
        margin, width = self._look.px(MARGIN_PX), self._text.winfo_width()
        room = min(self._look.px(WIDTH_PX_MAX), round(width * WIDTH_SHARE_MAX))
        self._text.tag_configure("own", lmargin1=margin, lmargin2=margin, rmargin=max(margin, width - margin - room))
        self._text.tag_configure("received", justify="right", lmargin1=self._left_least(), rmargin=margin)
        for steps in self._steps:
            self._set(steps)

    def _width_steps(self, row: Row) -> int:
        """Measure a message, in steps, at most as many as a block may have."""
        lines = row.text.split("\n")
        if any(len(line) > MEASURED_CHARS_MAX for line in lines):
            return self._steps_max
        widths = [self._look.body.measure(line) for line in lines]
        widths[0] += self._look.strong.measure(row.label) + self._look.body.measure(" ")
        return min(-(-max(widths) // self._look.px(STEP_PX)), self._steps_max)

    def _set(self, steps: int) -> None:
        margin, step = self._look.px(MARGIN_PX), self._look.px(STEP_PX)
        left = max(self._left_least(), self._text.winfo_width() - margin - steps * step)
        # What was measured must not wrap because of a pixel: the right margin gives way.
        self._text.tag_configure(f"block-{steps}", lmargin1=left, lmargin2=left, rmargin=margin - step)

    def _left_least(self) -> int:
        return max(self._look.px(MARGIN_PX), round(self._text.winfo_width() * (1 - WIDTH_SHARE_MAX)))
