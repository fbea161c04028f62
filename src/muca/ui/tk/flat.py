"""Tk's own widgets without borders, in the window's colours: ttk has no multi-line field and no menu."""

import tkinter as tk
from tkinter import font as tk_font
from typing import Any

from muca.ui.tk.look import WindowLook


class FlatText(tk.Text):
    """A multi-line text."""

    def __init__(
        self, master: tk.Misc, look: WindowLook, font: tk_font.Font, *, sunken: bool = False, **options: Any
    ) -> None:
        super().__init__(
            master, font=font, wrap="word", relief="flat", borderwidth=0, highlightthickness=0, width=10, **options
        )
        self._tb_no_autostyle = True  # ttkbootstrap would paint a border
        self._look, self._sunken = look, sunken
        look.on_change(self._paint)

    def _paint(self) -> None:
        palette = self._look.palette
        self.configure(
            background=palette.sunken if self._sunken else palette.surface,
            foreground=palette.text,
            insertbackground=palette.text,
            selectbackground=palette.selection,
            inactiveselectbackground=palette.selection,
            selectforeground=palette.text,
        )
        self.tag_raise("sel")


class Placeholder(tk.Label):
    """The placeholder of an empty field; a click on it focuses the field."""

    def __init__(self, field: tk.Widget, look: WindowLook) -> None:
        super().__init__(field, font=look.body, cursor="xterm", borderwidth=0, padx=0, pady=0, anchor="w")
        self._tb_no_autostyle = True
        self._look = look
        self.bind("<Button-1>", lambda event: field.focus_set())
        look.on_change(self._paint)

    def _paint(self) -> None:
        self.configure(background=self._look.palette.surface, foreground=self._look.palette.muted)


class FlatMenu(tk.Menu):
    """A menu that pops up under a button."""

    def __init__(self, master: tk.Misc, look: WindowLook) -> None:
        super().__init__(master, tearoff=False, relief="flat", borderwidth=1, activeborderwidth=0)
        self._tb_no_autostyle = True
        self._look = look
        look.on_change(self._paint)

    def pop_up(self, button: tk.Widget) -> None:
        """Show it under a button."""
        self.tk_popup(button.winfo_rootx(), button.winfo_rooty() + button.winfo_height())

    def _paint(self) -> None:
        palette = self._look.palette
        self.configure(
            background=palette.surface,
            foreground=palette.text,
            activebackground=palette.selection,
            activeforeground=palette.text,
            selectcolor=palette.everyone.text,
        )
