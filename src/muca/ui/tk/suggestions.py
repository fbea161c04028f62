"""The list of names above the message field. The field keeps the focus, and sets the selected row."""

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Final

import msgspec

from muca.model.mentions import EVERYONE
from muca.ui.tk.look import WindowLook
from muca.ui.tk.rowlist import ROW_PX, ListRow, RowList
from muca.ui.tk.sides import person_row
from muca.ui.view.mentions import Suggestion

WIDTH_PX: Final = 400
EDGE_PX: Final = 8
"""Distance between the list and the edges of the window."""


class SuggestionList(ttk.Frame):
    """Shown over the window, right above a widget, while there is something to choose."""

    def __init__(self, above: tk.Widget, look: WindowLook, *, choose: Callable[[Suggestion], None]) -> None:
        super().__init__(above.winfo_toplevel(), style="Line.TFrame", padding=1)
        self._above, self._look, self._choose = above, look, choose
        self._suggestions: Sequence[Suggestion] = ()
        self._at: int | None = None
        self.list = RowList(self, look, choose=self._chosen, open_row=lambda key, add: None)
        self.list.configure(takefocus=False)
        self.list.pack(fill="both", expand=True)
        above.bind("<Configure>", lambda event: self._lay(), add="+")
        look.on_change(self._show)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self._suggestions)

    @property
    def at(self) -> Suggestion | None:
        """The row selected with the arrow keys."""
        return self._suggestions[self._at] if self._at is not None else None

    @property
    def first(self) -> Suggestion:
        """The best match. Raises ``IndexError`` if the list is closed."""
        return self._suggestions[0]

    def offer(self, suggestions: Sequence[Suggestion]) -> None:
        """Show these, or close if there are none. The selection stays on the same person, if possible."""
        if suggestions != self._suggestions:
            uid = self.at.uid if self.at is not None else None
            self._suggestions = suggestions
            self._at = next((at for at, each in enumerate(suggestions) if each.uid == uid), None)
            self._show()
            self._lay()

    def go(self, rows: int) -> None:
        """Move the selection down by a number of rows, or up, and wrap around at the ends."""
        start = self._at if self._at is not None else -1 if rows > 0 else 0
        self._at = (start + rows) % len(self._suggestions)
        self._show()
        self.list.bring(self._at)

    def _chosen(self, uid: str) -> None:
        self._choose(next(suggestion for suggestion in self._suggestions if suggestion.uid == uid))

    def _show(self) -> None:
        rows = [self._row(suggestion, at == self._at) for at, suggestion in enumerate(self._suggestions)]
        self.list.set_rows(rows)

    def _row(self, suggestion: Suggestion, has_keys: bool) -> ListRow:
        hue = self._look.palette.everyone
        row = person_row(suggestion.uid, suggestion.title, suggestion.detail)
        if suggestion.uid == EVERYONE:
            row = msgspec.structs.replace(row, tile="✱", tile_fill=hue.ground, tile_ink=hue.text)
        return msgspec.structs.replace(row, strong=has_keys, chosen=has_keys)

    def _lay(self) -> None:
        """Place the list above the widget, within the window."""
        if not self._suggestions:
            self.place_forget()
            return
        px, above, window = self._look.px, self._above, self.winfo_toplevel()
        bottom = above.winfo_rooty() - window.winfo_rooty() - px(EDGE_PX) // 2
        rows = min(len(self._suggestions), max(1, (bottom - px(EDGE_PX)) // px(ROW_PX)))
        width = min(px(WIDTH_PX), above.winfo_width())
        self.place(
            x=above.winfo_rootx() - window.winfo_rootx(),
            y=bottom,
            anchor="sw",
            width=width,
            height=rows * px(ROW_PX) + 2,
        )
        self.lift()
