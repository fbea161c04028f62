"""The root window: made once a process, before anything is shown."""

import tkinter as tk
from tkinter import ttk
from typing import Any

from PIL import ImageTk
from ttkbootstrap.window import App

from muca.ui.memory import Memory
from muca.ui.tk.appearance import system_appearance
from muca.ui.tk.icon import SIZES, draw_icon
from muca.ui.tk.look import Look


class Root(App):
    """The root, with its icon and its look. Raises ``tkinter.TclError`` where there is no display."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(title="muca", iconphoto=None, className="Muca")
        self.withdraw()
        self._memory = memory
        self._icons = [ImageTk.PhotoImage(draw_icon(size), master=self) for size in reversed(SIZES)]
        self.iconphoto(True, *map(str, self._icons))
        # ttkbootstrap takes the space key from buttons; people expect it there.
        self.bind_class("TButton", "<Key-space>", _press)
        self.look = Look(self, self._resolved(memory.appearance))

    @property
    def appearance(self) -> str:
        """What was chosen: ``system``, ``light`` or ``dark``."""
        return self._memory.appearance

    def choose_appearance(self, appearance: str) -> None:
        """Change the look, and remember it."""
        self._memory.choose_appearance(appearance)
        self.look.use(self._resolved(appearance))

    def present(self, geometry: str) -> None:
        """Show the window."""
        self.geometry(geometry)
        self.deiconify()

    def _resolved(self, appearance: str) -> str:
        return appearance if appearance in {"light", "dark"} else system_appearance(self)


def _press(event: "tk.Event[Any]") -> None:
    if isinstance(event.widget, ttk.Button):
        event.widget.invoke()
