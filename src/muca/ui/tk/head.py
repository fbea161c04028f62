"""The head of the window: user, server, state of the connection, JOIN and LEAVE."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Final

from ttkbootstrap.widgets.tooltip import ToolTip

from muca.ui.config_txt import Profile
from muca.ui.tk.appearance import APPEARANCES
from muca.ui.tk.flat import FlatMenu
from muca.ui.tk.look import WindowLook, fit
from muca.ui.view.chat import ChatState
from muca.ui.view.legible import legible_name

HEIGHT_PX: Final = 60
DOT_PX: Final = 8


class Head(ttk.Frame):
    """The connection line."""

    def __init__(
        self,
        master: tk.Misc,
        look: WindowLook,
        profile: Profile,
        *,
        join: Callable[[], None],
        leave: Callable[[], None],
        appearance: str,
        choose_appearance: Callable[[str], None],
    ) -> None:
        super().__init__(master, style="Surface.TFrame", height=look.px(HEIGHT_PX))
        self._look = look
        self._state = ChatState.OFFLINE
        self.grid_propagate(False)
        values = (
            ("NICKNAME", legible_name(profile.nickname)),
            ("USERID", legible_name(profile.uid)),
            ("SERVER", profile.server),
            ("PORT", str(profile.port)),
        )
        self._fields = [(self._field(column, name), value) for column, (name, value) in enumerate(values)]
        for label, value in self._fields:
            ToolTip(label, text=value, delay=500)
        state_px = max(look.normal_strong.measure(state.value) for state in ChatState) + look.px(DOT_PX + 8)
        state = ttk.Frame(self, style="Surface.TFrame", width=state_px)
        ttk.Frame(state, style="Surface.TFrame", width=state_px).pack()
        ttk.Label(state, text="STATE", style="SmallMuted.Surface.TLabel").pack(anchor="w")
        line = ttk.Frame(state, style="Surface.TFrame")
        line.pack(anchor="w")
        self._dot = tk.Canvas(line, width=look.px(DOT_PX), height=look.px(DOT_PX), highlightthickness=0, borderwidth=0)
        self._dot._tb_no_autostyle = True  # type: ignore[attr-defined]
        self._dot.pack(side="left", padx=(0, look.px(6)))
        self.state_word = ttk.Label(line, style="NormalStrong.Surface.TLabel")
        self.state_word.pack(side="left")
        self._place(state, len(values))
        self.columnconfigure(len(values) + 1, weight=1)
        self.join = ttk.Button(self, text="JOIN", style="Everyone.Send.TButton", command=join)
        self.leave = ttk.Button(self, text="LEAVE", style="Quiet.TButton", command=leave)
        self.join.grid(row=0, column=10, padx=(look.px(8), 0))
        self.leave.grid(row=0, column=11, padx=(look.px(8), 0))
        self._appearance = tk.StringVar(self, appearance)
        self.menu = FlatMenu(self, look)
        for name in APPEARANCES:
            self.menu.add_radiobutton(
                label={"system": "System default", "light": "Light", "dark": "Dark"}[name],
                value=name,
                variable=self._appearance,
                command=lambda: choose_appearance(self._appearance.get()),
            )
        self.menu_button = ttk.Button(self, text="◐", style="Ghost.TButton", width=2)
        self.menu_button.configure(command=lambda: self.menu.pop_up(self.menu_button))
        self.menu_button.grid(row=0, column=12, padx=(look.px(4), look.px(12)))
        self.rowconfigure(0, weight=1)
        self._fixed_px = state_px + look.px(24 + 16 * len(values))
        self.bind("<Configure>", lambda event: self._fit_fields())
        look.on_change(self._paint)

    def show_state(self, state: ChatState) -> None:
        """Show the state of the connection."""
        self._state = state
        self.state_word.configure(text=state.value)
        self.join.configure(
            style="Everyone.Send.TButton" if state in {ChatState.OFFLINE, ChatState.BROKEN} else "Quiet.TButton"
        )
        self._paint()

    def _field(self, column: int, name: str) -> ttk.Label:
        field = ttk.Frame(self, style="Surface.TFrame")
        ttk.Label(field, text=name, style="SmallMuted.Surface.TLabel").pack(anchor="w")
        value = ttk.Label(field, style="Normal.Surface.TLabel")
        value.pack(anchor="w")
        self._place(field, column)
        return value

    def _place(self, field: ttk.Frame, column: int) -> None:
        field.grid(row=0, column=column, sticky="w", padx=(self._look.px(24 if column == 0 else 16), 0))

    def _fit_fields(self) -> None:
        """Shorten the longest values, so that the whole line is visible."""
        buttons = (self.join, self.leave, self.menu_button)
        room = (
            self.winfo_width() - self._fixed_px - sum(button.winfo_reqwidth() + self._look.px(12) for button in buttons)
        )
        names = [self._look.small.measure(name) for name in ("NICKNAME", "USERID", "SERVER", "PORT")]
        widths = [
            max(name, self._look.normal.measure(value)) for name, (_, value) in zip(names, self._fields, strict=True)
        ]
        while sum(widths) > room and widths != names:
            longest = max(range(len(widths)), key=lambda at: widths[at] - names[at])
            widths[longest] = max(names[longest], widths[longest] - max(1, (sum(widths) - room) // 2))
        for width, (label, value) in zip(widths, self._fields, strict=True):
            label.configure(text=fit(value, width, self._look.normal))

    def _paint(self) -> None:
        palette, size = self._look.palette, self._look.px(DOT_PX)
        color = {
            ChatState.OFFLINE: palette.muted,
            ChatState.JOINING: palette.warn.text,
            ChatState.JOINED: palette.group.text,
            ChatState.BROKEN: palette.private.text,
        }[self._state]
        self._dot.configure(background=palette.surface)
        self._dot.delete("all")
        self._dot.create_oval(0, 0, size - 1, size - 1, fill=color, outline=color)
