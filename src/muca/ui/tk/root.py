"""The root window: created once per process, before anything is shown."""

import tkinter as tk
from tkinter import ttk
from typing import Any, Final

from PIL import ImageTk
from ttkbootstrap.window import App

from muca.ui.memory import Memory
from muca.ui.tk.appearance import system_appearance
from muca.ui.tk.icon import SIZES, draw_icon
from muca.ui.tk.look import WindowLook

BEAT_MS: Final = 200


class Root(App):
    """The root, with its icon and its look. Raises ``tkinter.TclError`` if there is no display."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(title="muca", iconphoto=None, className="Muca")
        self.withdraw()
        self._memory = memory
        self._icons = [ImageTk.PhotoImage(draw_icon(size), master=self) for size in reversed(SIZES)]
        self.iconphoto(True, *map(str, self._icons))
        # ttkbootstrap disables the space key for buttons, but people expect it.
        self.bind_class("TButton", "<Key-space>", _press)
        self.look = WindowLook(self, self._resolved(memory.appearance))
        self._beat()

    @property
    def appearance(self) -> str:
        """The chosen appearance: ``system``, ``light`` or ``dark``."""
        return self._memory.appearance

    def choose_appearance(self, appearance: str) -> None:
        """Change the appearance, and store it."""
        self._memory.choose_appearance(appearance)
        self.look.use(self._resolved(appearance))

    def report_callback_exception(self, kind: Any, error: BaseException, trace: Any) -> None:
        """Close the window after Ctrl+C in the terminal; Tk reports other errors."""
        if not isinstance(error, KeyboardInterrupt):
            super().report_callback_exception(kind, error, trace)
        else:
            self._close()

    def run(self) -> None:
        """Run until the window is closed, or Ctrl+C is pressed in the terminal."""
        try:
            self.mainloop()
        except KeyboardInterrupt:
            self._close()
            self.mainloop()

    def _close(self) -> None:
        close = self.protocol("WM_DELETE_WINDOW")
        if close:
            self.tk.call(close)
        else:
            self.destroy()

    def destroy(self) -> None:
        """Destroy the window."""
        self.after_cancel(self._beating)
        super().destroy()

    def _beat(self) -> None:
        """Run Python code regularly, because only then does it notice Ctrl+C."""
        self._beating = self.after(BEAT_MS, self._beat)

    def present(self, geometry: str) -> None:
        """Show the window."""
        self.geometry(geometry)
        self.deiconify()

    def _resolved(self, appearance: str) -> str:
        return appearance if appearance in {"light", "dark"} else system_appearance(self)


def _press(event: "tk.Event[Any]") -> None:
    if isinstance(event.widget, ttk.Button):
        event.widget.invoke()
