"""The console: a log of events, newest at the bottom. It can be folded."""

import tkinter as tk
from collections.abc import Sequence
from datetime import datetime
from tkinter import ttk
from typing import Final

from muca.ui.tk.flat import FlatText
from muca.ui.tk.look import WindowLook
from muca.ui.view.chat import ConsoleLine, Level

LINES: Final = 4
"""Number of visible lines."""
LINES_MAX: Final = 1_000
"""Number of lines that are kept."""
SIGNS: Final = {Level.INFO: "", Level.WARNING: "! ", Level.ERROR: "✕ "}


class Console(ttk.Frame):
    """Lines with their time, and a button to fold them."""

    def __init__(self, master: tk.Misc, look: WindowLook) -> None:
        super().__init__(master, style="Surface.TFrame")
        self._look = look
        self.is_open = True
        head = ttk.Frame(self, style="Surface.TFrame")
        head.pack(fill="x", padx=look.px(12))
        self.toggle = ttk.Button(head, style="Ghost.TButton", command=self.fold)
        self.toggle.pack(side="left")
        self._last = ttk.Label(head, style="SmallMuted.Surface.TLabel")
        self._last.pack(side="left", fill="x", expand=True, padx=(look.px(8), 0))
        self._body = ttk.Frame(self, style="Sunken.TFrame")
        self.text = FlatText(self._body, look, look.small, sunken=True, height=LINES, state="disabled")
        self.text.configure(padx=look.px(24), pady=look.px(6), spacing1=look.px(1), spacing3=look.px(1))
        self.text.configure(cursor="arrow", takefocus=False)
        bar = ttk.Scrollbar(self._body, orient="vertical", style="Sunken.Vertical.TScrollbar", command=self.text.yview)
        self.text.configure(yscrollcommand=bar.set)
        bar.pack(side="right", fill="y")
        self.text.pack(side="left", fill="both", expand=True)
        self._show()
        look.on_change(self._paint)

    def add(self, lines: Sequence[ConsoleLine]) -> None:
        """Append lines."""
        if not lines:
            return
        self.text.configure(state="normal")
        for line in lines:
            at = datetime.fromtimestamp(line.ts_ms / 1000)
            content = f"{SIGNS[line.level]}{line.text}".replace("\n", "\n    ")
            start = "" if self.text.compare("end-1c", "==", "1.0") else "\n"
            self.text.insert("end", start, (), f"{at.hour}:{at:%M}  ", "time", content, line.level.value)
        surplus = int(self.text.index("end-1c").partition(".")[0]) - LINES_MAX
        if surplus > 0:
            self.text.delete("1.0", f"{surplus + 1}.0")
        self.text.configure(state="disabled")
        self.text.see("end")
        self._last.configure(text=lines[-1].text.partition("\n")[0])

    def fold(self) -> None:
        """Fold or unfold the console."""
        self.is_open = not self.is_open
        self._show()

    def _show(self) -> None:
        self.toggle.configure(text="▾ Console" if self.is_open else "▸ Console")
        if self.is_open:
            self._body.pack(fill="x")
            self._last.pack_forget()
            self.text.see("end")
        else:
            self._body.pack_forget()
            self._last.pack(side="left", fill="x", expand=True, padx=(self._look.px(8), 0))

    def _paint(self) -> None:
        palette, text = self._look.palette, self.text
        text.tag_configure("time", foreground=palette.muted)
        text.tag_configure(Level.WARNING.value, foreground=palette.warn.text)
        text.tag_configure(Level.ERROR.value, foreground=palette.private.text)
