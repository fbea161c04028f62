"""A list of rows with a tile, a title and a badge: conversations and people.

Only visible rows are drawn, so thousands cost no more than twenty. Keys: up, down, Home, End, page keys. Return or a
double click opens a row; a click or space selects it.
"""

import tkinter as tk
from collections.abc import Callable, Hashable, Sequence
from tkinter import ttk
from typing import Any, Final

import msgspec
from ttkbootstrap.style import Assets, Style
from ttkbootstrap.widgets.tooltip import ToolTip

from muca.ui.tk.look import WindowLook, fit

ROW_PX: Final = 40
TILE_PX: Final = 28
PAD_PX: Final = 8
BADGE_PX: Final = 20
WHEEL_ROWS: Final = 2


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    key: Hashable
    tile: str
    """One or two characters."""
    tile_fill: str
    tile_ink: str
    title: str
    tail: str = ""
    """Shown after the title in a muted colour; shortened first."""
    badge: str = ""
    strong: bool = False
    chosen: bool = False


class _Tip(ToolTip):
    """A tooltip that is not shown while it is empty."""

    def schedule(self) -> None:
        """Show it soon."""
        if self.text:
            super().schedule()


class RowList(tk.Canvas):
    """Shows rows, and reports which one is selected or opened."""

    def __init__(
        self,
        master: tk.Misc,
        look: WindowLook,
        *,
        choose: Callable[[Any], None],
        open_row: Callable[[Any, bool], None],
    ) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, takefocus=True, width=1, height=1)
        self._tb_no_autostyle = True
        self._look = look
        self._assets = Assets(Style.get_instance())
        self._choose = choose
        self._open = open_row
        self.rows: Sequence[ListRow] = ()
        self._top_px = 0
        self._at = 0
        """The focused row."""
        self._hover: int | None = None
        self._scroll: Callable[[float, float], object] = lambda first, last: None
        self._tip = _Tip(self, text="", delay=500)
        for sequence, handler in (
            ("<Configure>", lambda event: self._show()),
            ("<FocusIn>", lambda event: self._show()),
            ("<FocusOut>", lambda event: self._show()),
            ("<Motion>", self._moved),
            ("<Leave>", lambda event: self._hover_over(None)),
            ("<Button-1>", self._clicked),
            ("<Double-Button-1>", lambda event: self._open_at(event, add=bool(event.state & 0x5))),
            ("<Return>", lambda event: self._open_here(add=bool(event.state & 0x5))),
            ("<space>", lambda event: self._choose_here()),
            ("<Up>", lambda event: self._go(self._at - 1)),
            ("<Down>", lambda event: self._go(self._at + 1)),
            ("<Prior>", lambda event: self._go(self._at - self.winfo_height() // self._row_px)),
            ("<Next>", lambda event: self._go(self._at + self.winfo_height() // self._row_px)),
            ("<Home>", lambda event: self._go(0)),
            ("<End>", lambda event: self._go(len(self.rows) - 1)),
            ("<Button-4>", lambda event: self._turn(-WHEEL_ROWS)),
            ("<Button-5>", lambda event: self._turn(WHEEL_ROWS)),
            ("<MouseWheel>", lambda event: self._turn(-WHEEL_ROWS if event.delta > 0 else WHEEL_ROWS)),
        ):
            self.bind(sequence, handler)
        look.on_change(self._show)

    @property
    def _row_px(self) -> int:
        return self._look.px(ROW_PX)

    def set_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows; the focused row stays the same."""
        if rows == self.rows:
            return
        key = self.rows[self._at].key if self._at < len(self.rows) else None
        self.rows = rows
        self._at = next((at for at, row in enumerate(rows) if row.key == key), min(self._at, max(0, len(rows) - 1)))
        self._show()

    def connect_scrollbar(self, scrollbar: ttk.Scrollbar) -> None:
        """Connect a scrollbar; it is hidden if there is nothing to scroll."""
        self._scroll = scrollbar.set
        scrollbar.configure(command=self._scrolled)

    def index_at(self, y_px: int) -> int | None:
        """Return the index of the row at a vertical position, or None."""
        index = (y_px + self._top_px) // self._row_px
        return index if 0 <= index < len(self.rows) else None

    def row_center_y(self, index: int) -> int:
        """Return the vertical position of a row's middle in the list, in pixels."""
        return index * self._row_px - self._top_px + self._row_px // 2

    def bring(self, index: int) -> None:
        """Scroll just enough to make the row at this index visible."""
        low = (index + 1) * self._row_px - self.winfo_height()
        self._top_px = max(low, min(self._top_px, index * self._row_px))
        self._show()

    def _scrolled(self, action: str, amount: str, unit: str = "") -> None:
        if action == "moveto":
            self._move_to(round(float(amount) * len(self.rows) * self._row_px))
        else:
            self._turn(int(amount) * (1 if unit == "units" else max(1, self.winfo_height() // self._row_px)))

    def _turn(self, rows: int) -> None:
        self._move_to(self._top_px + rows * self._row_px)

    def _move_to(self, top_px: int) -> None:
        self._top_px = top_px
        self._show()

    def _go(self, index: int) -> str:
        if self.rows:
            self._at = min(max(0, index), len(self.rows) - 1)
            self.bring(self._at)
        return "break"

    def _choose_here(self) -> str:
        if self.rows:
            self._choose(self.rows[self._at].key)
        return "break"

    def _open_here(self, *, add: bool) -> str:
        if self.rows:
            self._open(self.rows[self._at].key, add)
        return "break"

    def _clicked(self, event: "tk.Event[Any]") -> None:
        self.focus_set()
        index = self.index_at(event.y)
        if index is not None:
            self._at = index
            self._show()
            self._choose(self.rows[index].key)

    def _open_at(self, event: "tk.Event[Any]", *, add: bool) -> None:
        index = self.index_at(event.y)
        if index is not None:
            self._open(self.rows[index].key, add)

    def _moved(self, event: "tk.Event[Any]") -> None:
        self._hover_over(self.index_at(event.y))

    def _hover_over(self, index: int | None) -> None:
        if index == self._hover:
            return
        self._hover = index
        self._tip.leave()
        row = self.rows[index] if index is not None and index < len(self.rows) else None
        self._tip.configure(text=f"{row.title}{row.tail}" if row is not None and self._is_cut(row) else "")
        self._tip.schedule()
        self._show()

    def _show(self) -> None:
        """Draw the visible rows."""
        height, row_px = self.winfo_height(), self._row_px
        full = len(self.rows) * row_px
        self._top_px = max(0, min(self._top_px, full - height))
        self.delete("all")
        self.configure(background=self._look.palette.bg)
        first = self._top_px // row_px
        for index in range(first, min(len(self.rows), (self._top_px + height) // row_px + 1)):
            self._draw(index, index * row_px - self._top_px)
        self._scroll(self._top_px / max(1, full), min(1.0, (self._top_px + height) / max(1, full)))

    def _draw(self, index: int, y: int) -> None:
        look, row, px = self._look, self.rows[index], self._look.px
        palette, width = look.palette, self.winfo_width()
        middle = y + self._row_px // 2
        ground = palette.bg
        has_keys = index == self._at and self.focus_get() is self
        if row.chosen or index == self._hover or has_keys:
            ground = palette.chosen if row.chosen else palette.sunken
            line = palette.everyone.text if has_keys else (palette.line if row.chosen else ground)
            _round(self, px(4), y + 1, width - px(4), y + self._row_px - 1, px(8), ground, line)
        tile = self._assets.rounded_rect(row.tile_fill, (TILE_PX, TILE_PX), 8)
        left = px(PAD_PX + 4)
        self.create_image(left, middle, image=tile, anchor="w")
        center = left + px(TILE_PX) // 2
        self.create_text(center, middle, text=row.tile, fill=row.tile_ink, font=look.small_strong)
        x, right = left + px(TILE_PX + PAD_PX), width - px(PAD_PX + 4)
        if row.badge:
            badge_width = max(px(BADGE_PX), look.small_strong.measure(row.badge) + px(12))
            right -= badge_width
            # The image needs its size at 96 dpi.
            pill = self._assets.rounded_rect(
                palette.private.text, (badge_width / px(100) * 100, BADGE_PX), BADGE_PX // 2
            )
            self.create_image(right, middle, image=pill, anchor="w")
            middle_x = right + badge_width // 2
            self.create_text(middle_x, middle, text=row.badge, fill=palette.private.ink, font=look.small_strong)
            right -= px(6)
        font = look.normal_strong if row.strong else look.normal
        title = fit(row.title, right - x, font)
        ink = palette.text if row.strong or row.chosen or row.tail else palette.muted
        self.create_text(x, middle, text=title, anchor="w", fill=ink, font=font)
        x += font.measure(title)
        if row.tail and title == row.title and right > x:
            tail = fit(row.tail, right - x, look.small)
            self.create_text(x, middle, text=tail, anchor="w", fill=palette.muted, font=look.small)

    def _is_cut(self, row: ListRow) -> bool:
        look = self._look
        font = look.normal_strong if row.strong else look.normal
        badge_px = look.small_strong.measure(row.badge) + look.px(BADGE_PX) if row.badge else 0
        room_px = self.winfo_width() - look.px(TILE_PX + 3 * PAD_PX + 8) - badge_px
        return font.measure(row.title) + look.small.measure(row.tail) > room_px


def _round(canvas: tk.Canvas, x1: int, y1: int, x2: int, y2: int, radius: int, fill: str, line: str) -> None:
    """Draw a rectangle with round corners."""
    r = min(radius, (x2 - x1) // 2, (y2 - y1) // 2)
    points = (
        (x1 + r, y1), (x1 + r, y1), (x2 - r, y1), (x2 - r, y1), (x2, y1), (x2, y1 + r), (x2, y1 + r), (x2, y2 - r),
        (x2, y2 - r), (x2, y2), (x2 - r, y2), (x2 - r, y2), (x1 + r, y2), (x1 + r, y2), (x1, y2), (x1, y2 - r),
        (x1, y2 - r), (x1, y1 + r), (x1, y1 + r), (x1, y1),
    )  # fmt: skip
    canvas.create_polygon(
        [coordinate for point in points for coordinate in point], smooth=True, fill=fill, outline=line
    )
