"""Asks for a password if the server requires one: that of the account, or a first one."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any, Final

from ttkbootstrap import Checkbutton

from muca.ui.tk.look import WindowLook
from muca.ui.view.chat import Secret
from muca.ui.view.legible import legible_name, shorten
from muca.ui.view.recipients import is_typeable

WIDTH_PX: Final = 400
UID_CHARS_MAX: Final = 80
"""A longer user id is shortened."""
BULLET: Final = "•"
EMPTY: Final = "Enter a password."
NOT_TYPEABLE: Final = "In this window, a password cannot contain emoji."

Submit = Callable[[str, Callable[[str | None], None]], None]
"""Sends the password to the server; the callback gets None, or one sentence why it was refused."""


class PasswordDialog(tk.Toplevel):
    """Stays open until the server has accepted the password, or the user cancels."""

    def __init__(self, master: tk.Tk, look: WindowLook, *, secret: Secret, uid: str, submit: Submit) -> None:
        super().__init__(master)
        self.withdraw()
        self._look, self._submit = look, submit
        shown_uid = shorten(legible_name(uid), UID_CHARS_MAX)
        if secret is Secret.NEW_PASSWORD:
            title, action = "Choose a password to keep your account", "Set password and join"
            why = f"This server now requires a password. Your user id is “{shown_uid}”."
        else:
            title, action = "Log in with a password", "Log in"
            why = (
                f"This server requires the password of “{shown_uid}”. If you have no account yet, create one on the "
                "server’s page in a browser."
            )
        self.title("muca")
        self.resizable(False, False)
        frame = ttk.Frame(self, style="Line.TFrame", padding=1)
        frame.pack(fill="both", expand=True)
        body = ttk.Frame(frame, style="Surface.TFrame", padding=look.px(32))
        body.pack(fill="both", expand=True)
        wide = look.px(WIDTH_PX)
        ttk.Label(body, text=title, style="Title.Surface.TLabel", wraplength=wide).pack(anchor="w")
        ttk.Label(body, text=why, style="Normal.Surface.TLabel", wraplength=wide).pack(anchor="w", pady=look.px(12))
        ttk.Label(body, text="Password", style="SmallMuted.Surface.TLabel").pack(anchor="w")
        self.password = ttk.Entry(body, style="Field.TEntry", font=look.body, show=BULLET)
        self.password.configure(validate="key", validatecommand=(self.register(self._accepts), "%P"))
        self.password.pack(fill="x", pady=look.px(4))
        self.is_shown = tk.BooleanVar(self, False)
        show = Checkbutton(body, text="Show password", variable=self.is_shown, command=self._show_or_hide)
        show.pack(anchor="w", pady=(look.px(4), 0))
        self.fault = ttk.Label(body, style="SmallWarn.Surface.TLabel", wraplength=wide)
        self.fault.pack(anchor="w", fill="x", pady=look.px(8))
        # As wide as for any text.
        ttk.Frame(body, style="Surface.TFrame", width=wide).pack()
        buttons = ttk.Frame(body, style="Surface.TFrame")
        buttons.pack(fill="x")
        self.action = ttk.Button(buttons, text=action, style="Everyone.Send.TButton", command=self.submit)
        self.action.pack(side="right")
        self.cancel = ttk.Button(buttons, text="Cancel", style="Quiet.TButton", command=self.destroy)
        self.cancel.pack(side="right", padx=look.px(8))
        self.password.bind("<Return>", lambda event: self.submit())
        self.password.bind("<KP_Enter>", lambda event: self.submit())
        self.bind("<Escape>", lambda event: self.destroy())
        self._present(master)

    def submit(self) -> None:
        """Send the password to the server, and close when it was accepted."""
        if self.action.instate(["disabled"]):
            return
        password = self.password.get()
        if not password:
            self._complain(EMPTY)
            return
        self.action.state(["disabled"])
        self._say("One moment…", "SmallMuted")
        self._submit(password, self._told)

    def _told(self, trouble: str | None) -> None:
        if not self.winfo_exists():
            return
        if trouble is None:
            self.destroy()
            return
        self.action.state(["!disabled"])
        self._complain(trouble)
        self.password.selection_range(0, "end")

    def _complain(self, fault: str) -> None:
        self._say(fault, "SmallWarn")
        self.password.focus_set()

    def _say(self, words: str, style: str) -> None:
        self.fault.configure(text=words, style=f"{style}.Surface.TLabel")

    def _accepts(self, text: str) -> bool:
        if is_typeable(text):
            return True
        self._say(NOT_TYPEABLE, "SmallWarn")
        return False

    def _show_or_hide(self) -> None:
        self.password.configure(show="" if self.is_shown.get() else BULLET)

    def _present(self, master: tk.Tk) -> None:
        """Show it as a modal dialog over the window."""
        self.update_idletasks()
        x = master.winfo_rootx() + (master.winfo_width() - self.winfo_reqwidth()) // 2
        y = master.winfo_rooty() + (master.winfo_height() - self.winfo_reqheight()) // 3
        self.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.transient(master)
        self.bind("<Map>", self._take_input)  # only a visible window can
        self.deiconify()

    def _take_input(self, event: "tk.Event[Any]") -> None:
        if event.widget is self:
            self.grab_set()
            self.password.focus_set()
