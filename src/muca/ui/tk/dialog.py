"""Shown in the window before the chat: the form for the four values, or the error in the configuration."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Final

from ttkbootstrap import Checkbutton

from muca.client.address import Address
from muca.ui.config_txt import RIGHT_FORM, ConfigFault, Profile, profile_from
from muca.ui.tk.flat import FlatText
from muca.ui.tk.look import WindowLook
from muca.ui.view.recipients import is_typeable

FIELDS: Final = ("NICKNAME", "USERID", "SERVER", "SERVER_PORT")


class ProfileForm(ttk.Frame):
    """Asks for the user and the server."""

    def __init__(
        self,
        master: tk.Misc,
        look: WindowLook,
        *,
        login: str,
        server: Address,
        done: Callable[[Profile, bool], None],
        cancelled: Callable[[], None],
    ) -> None:
        super().__init__(master, style="Surface.TFrame", padding=look.px(32))
        self._done = done
        self.fields: dict[str, ttk.Entry] = {}
        ttk.Label(self, text="Who are you, and where is the server?", style="Title.Surface.TLabel").grid(
            row=0, column=0, columnspan=2, sticky="w", pady=(0, look.px(16))
        )
        defaults = {"NICKNAME": login, "USERID": login, "SERVER": server.host, "SERVER_PORT": str(server.port)}
        for row, name in enumerate(FIELDS, start=1):
            label = ttk.Label(self, text=name, style="SmallMuted.Surface.TLabel")
            label.grid(row=row, column=0, sticky="w", padx=(0, look.px(16)), pady=look.px(4))
            entry = self.fields[name] = ttk.Entry(self, style="Field.TEntry", font=look.body, width=32)
            entry.insert(0, defaults[name])
            entry.configure(validate="key", validatecommand=(self.register(is_typeable), "%P"))
            entry.grid(row=row, column=1, sticky="ew", pady=look.px(4))
        self.save = tk.BooleanVar(self, False)
        self.fault = ttk.Label(self, style="SmallWarn.Surface.TLabel", wraplength=look.px(420))
        self.fault.grid(row=6, column=0, columnspan=2, sticky="w", pady=look.px(8))
        buttons = ttk.Frame(self, style="Surface.TFrame")
        buttons.grid(row=7, column=0, columnspan=2, sticky="ew")
        check = Checkbutton(buttons, text="Save as config.txt in this folder", variable=self.save)
        check.pack(side="left", padx=(0, look.px(32)))
        self.open = ttk.Button(buttons, text="Open chat", style="Everyone.Send.TButton", command=self.submit)
        self.open.pack(side="right")
        cancel = ttk.Button(buttons, text="Cancel", style="Quiet.TButton", command=cancelled)
        cancel.pack(side="right", padx=look.px(8))
        self.columnconfigure(1, weight=1)
        for entry in self.fields.values():
            entry.bind("<Return>", lambda event: self.submit())
        self._escape = self.winfo_toplevel().bind("<Escape>", lambda event: cancelled())
        self.fields["NICKNAME"].focus_set()
        self.fields["NICKNAME"].selection_range(0, "end")

    def submit(self) -> None:
        """Accept the values, or show what is wrong with them."""
        values = {name: entry.get().strip() for name, entry in self.fields.items()}
        try:
            profile = profile_from(values)
        except ConfigFault as fault:
            self.fault.configure(text=str(fault))
            wrong = next(name for name in sorted(FIELDS, key=len, reverse=True) if str(fault).startswith(name))
            self.fields[wrong].focus_set()
            return
        self.winfo_toplevel().unbind("<Escape>", self._escape)
        self._done(profile, self.save.get())


class FaultNotice(ttk.Frame):
    """Shows what is wrong with a configuration, and an example."""

    def __init__(self, master: tk.Misc, look: WindowLook, *, fault: str, closed: Callable[[], None]) -> None:
        super().__init__(master, style="Surface.TFrame", padding=look.px(32))
        ttk.Label(self, text="The configuration cannot be used", style="Title.Surface.TLabel").pack(anchor="w")
        ttk.Label(self, text=fault, style="Normal.Surface.TLabel", wraplength=look.px(480)).pack(
            anchor="w", pady=look.px(12)
        )
        ttk.Label(self, text="The correct form:", style="SmallMuted.Surface.TLabel").pack(anchor="w")
        form = FlatText(self, look, look.fixed, sunken=True, height=RIGHT_FORM.count("\n"))
        form.configure(width=44, padx=look.px(12), pady=look.px(8))
        form.insert("1.0", RIGHT_FORM.rstrip("\n"))
        form.configure(state="disabled")
        form.pack(fill="x", pady=(look.px(4), look.px(16)))
        self.close = ttk.Button(self, text="Close", style="Everyone.Send.TButton", command=closed)
        self.close.pack(anchor="e")
        self.winfo_toplevel().bind("<Escape>", lambda event: closed())
        self.close.focus_set()
