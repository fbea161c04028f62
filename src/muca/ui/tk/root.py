"""The root window: made once a process, before anything is shown."""

import tkinter as tk
from tkinter import ttk
from typing import Any, Final

from PIL import ImageTk
from ttkbootstrap.window import App

from muca.ui.memory import Memory
from muca.ui.tk.appearance import system_appearance
from muca.ui.tk.icon import SIZES, draw_icon
from muca.ui.tk.look import Look

BEAT_MS: Final = 200


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
        self._beat()

    @property
    def appearance(self) -> str:
        """What was chosen: ``system``, ``light`` or ``dark``."""
        return self._memory.appearance

    def choose_appearance(self, appearance: str) -> None:
        """Change the look, and remember it."""
        self._memory.choose_appearance(appearance)
        self.look.use(self._resolved(appearance))

    def report_callback_exception(self, kind: Any, error: BaseException, trace: Any) -> None:
        """Take Ctrl+C in the terminal for closing the window; other errors are Tk's to report."""
        if not isinstance(error, KeyboardInterrupt):
            super().report_callback_exception(kind, error, trace)
        else:
            self._close()

    def run(self) -> None:
        """Stay until the window is closed, with Ctrl+C in the terminal too."""
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
        """End everything."""
        self.after_cancel(self._beating)
        super().destroy()

    def _beat(self) -> None:
        """Let Python run now and then: only then does it notice Ctrl+C."""
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
