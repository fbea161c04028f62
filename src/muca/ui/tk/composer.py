"""The composer: TO, the message, SEND. The colour shows who will get the message."""

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk
from typing import Any, Final

from muca.model.events import Reach
from muca.model.ids import Uid
from muca.ui.tk.flat import FlatText, Placeholder
from muca.ui.tk.look import WindowLook, fit
from muca.ui.tk.styles import hue_style
from muca.ui.tk.suggestions import SuggestionList
from muca.ui.view.completion import Completion
from muca.ui.view.feed import kind_words
from muca.ui.view.legible import legible_name
from muca.ui.view.mentions import Suggestion, name_begun
from muca.ui.view.recipients import Misaddressed, Recipients, Resolution, is_typeable

LINES_MIN: Final = 2
LINES_MAX: Final = 6
HELP: Final = "Enter to send, Shift+Enter for a new line"
LIST_HELP: Final = "Arrow keys and Enter, or Tab, to choose; Esc to close"
SHIFT: Final = 0x1
"""The bit of a key event's state."""
TO_HELP: Final = "ALL, or names separated by commas"


class Composer(ttk.Frame):
    """The TO field, the message field and the SEND button."""

    def __init__(
        self,
        master: tk.Misc,
        look: WindowLook,
        *,
        send: Callable[[str, str, Mapping[str, Uid]], str | None],
        resolve: Callable[[str], Resolution],
        names: Callable[[], Sequence[str]],
        suggest: Callable[[str, str], Sequence[Suggestion]],
        scroll: Callable[[int], None],
    ) -> None:
        super().__init__(master, style="Surface.TFrame")
        self._look = look
        self._send = send
        self._resolve = resolve
        self._names = names
        self._suggest = suggest
        self._scroll = scroll
        self._completion = Completion()
        self._chosen: dict[str, Uid] = {}
        """The people mentioned, by the names that were inserted."""
        self._closed_over: str | None = None
        """The text when the list of names was closed; it stays closed until the text changes."""
        self._fault: str | None = None
        self._invitation = ""
        self._box = ttk.Frame(self, style="Box.TFrame", padding=look.px(10))
        self._box.pack(fill="x")
        self.to_text = tk.StringVar(self)
        self._make_to_line()
        self._make_message_line()
        self._hint = ttk.Label(self._box)
        self._hint.grid(row=2, column=0, sticky="w", padx=look.px(4), pady=(look.px(4), 0))
        self._box.bind("<Configure>", lambda event: self._fit_hint(event.width))
        self._box.columnconfigure(0, weight=1)
        self.suggestions = SuggestionList(self._box, look, choose=self._choose)
        self.to_text.trace_add("write", lambda *_: self._changed())
        self._show_help()
        self._show_fault(None)
        self.refresh()

    def _make_to_line(self) -> None:
        look = self._look
        line = ttk.Frame(self._box, style="Surface.TFrame")
        line.grid(row=0, column=0, columnspan=2, sticky="ew", padx=look.px(4))
        ttk.Label(line, text="TO", style="SmallStrongMuted.Surface.TLabel").pack(side="left", padx=(0, look.px(8)))
        self.chip = ttk.Label(line, style="Nobody.Chip.TLabel")
        self.chip.pack(side="right", padx=(look.px(8), 0))
        self.to = ttk.Entry(line, style="Bare.TEntry", textvariable=self.to_text, font=look.body, width=8)
        self.to.pack(side="left", fill="x", expand=True)
        self._to_help = Placeholder(self.to, look)
        self._to_help.configure(text=TO_HELP)
        self.to.bind("<Tab>", self._tab_in_to)
        self.to.bind("<Return>", lambda event: self.focus_message())
        self._ring(self.to)

    def _make_message_line(self) -> None:
        look = self._look
        self.message = FlatText(self._box, look, look.body, height=LINES_MIN, undo=True)
        self.message.configure(padx=look.px(4), pady=look.px(2), spacing2=look.px(2))
        self.message.grid(row=1, column=0, sticky="nsew", pady=(look.px(4), 0))
        self._help = Placeholder(self.message, look)
        self.button = ttk.Button(self._box, text="SEND", style="Nobody.Send.TButton", command=self.submit)
        self.button.grid(row=1, column=1, rowspan=2, sticky="se", padx=(look.px(8), 0))
        for sequence, handler in (
            ("<Return>", self._return),
            ("<KP_Enter>", self._return),
            ("<Tab>", self._tab_in_message),
            ("<Up>", lambda event: self._go_in_list(event, -1)),
            ("<Down>", lambda event: self._go_in_list(event, 1)),
            ("<Escape>", self._escape_in_message),
            ("<KeyRelease>", lambda event: self._offer_names()),
            ("<ButtonRelease-1>", lambda event: self._offer_names()),
            ("<FocusOut>", lambda event: self._offer(())),
            ("<Prior>", lambda event: self._page(-1)),
            ("<Next>", lambda event: self._page(1)),
            ("<<Modified>>", self._modified),
            ("<Configure>", lambda event: self._fit_invitation()),
        ):
            self.message.bind(sequence, handler)
        self._ring(self.message)

    @property
    def text(self) -> str:
        """The text in the message field."""
        return self.message.get("1.0", "end-1c")

    def focus_message(self) -> str:
        """Move the focus to the message field."""
        self.message.focus_set()
        return "break"

    def address(self, name: str, *, add: bool = False) -> None:
        """Write a name into TO, replacing its content or after it."""
        before = self.to_text.get().rstrip(", ")
        self.to_text.set(f"{before}, {name}" if add and before else name)
        self.to.icursor("end")
        self.focus_message()

    def submit(self) -> None:
        """Send the text; the field is cleared if it is being sent."""
        text = self.text
        if any(text.endswith(f"{put} ") for put in self._chosen):  # the space was inserted with the name
            text = text[:-1]
        fault = self._send(self.to_text.get(), text, self._chosen)
        if fault is None:
            self._chosen = {}
            self.message.delete("1.0", "end")
            self.message.edit_reset()
        self._show_fault(fault)

    def refresh(self) -> None:
        """Show who will get the message, and offer names for mentions."""
        to = self.to_text.get()
        resolution = self._resolve(to)
        reach, words = _described(resolution)
        look = self._look
        self.chip.configure(text=fit(words, look.px(220), look.small_strong), style=hue_style(reach, "Chip.TLabel"))
        self.button.configure(style=hue_style(reach, "Send.TButton"))
        self._invitation = _invitation(resolution)
        self._fit_invitation()
        if to:
            self._to_help.place_forget()
        else:
            self._to_help.place(x=1, rely=0.5, anchor="w")
        if self.message.focus_get() is self.message:
            self._offer_names()

    def _return(self, event: "tk.Event[Any]") -> str | None:
        if int(event.state) & SHIFT:
            return None
        at = self.suggestions.at
        if at is not None:
            self._choose(at)
        else:
            self._offer(())
            self.submit()
        return "break"

    def _tab_in_to(self, event: "tk.Event[Any]") -> str:
        if int(event.state) & SHIFT:
            return self._go(self.to.tk_focusPrev())
        cursor, to = self.to.index("insert"), self.to_text.get()
        completed = self._completion.complete(to[:cursor], self._names())
        if completed is None:
            return self.focus_message()
        self.to_text.set(completed + to[cursor:])
        self.to.icursor(len(completed))
        return "break"

    def _tab_in_message(self, event: "tk.Event[Any]") -> str:
        if self.suggestions.is_open and not int(event.state) & SHIFT:
            self._choose(self.suggestions.at or self.suggestions.first)
            return "break"
        return self._go(self.message.tk_focusPrev() if int(event.state) & SHIFT else self.message.tk_focusNext())

    def _go_in_list(self, event: "tk.Event[Any]", rows: int) -> str | None:
        if not self.suggestions.is_open or int(event.state) & SHIFT:
            return None
        self.suggestions.go(rows)
        return "break"

    def _escape_in_message(self, _: object) -> str | None:
        if not self.suggestions.is_open:
            return None
        self._closed_over = self.text
        self._offer(())
        return "break"

    def _offer_names(self) -> None:
        """Open, update or close the list, depending on the text before the cursor."""
        query = name_begun(self.message.get("1.0", "insert"))
        is_wanted = query is not None and self.text != self._closed_over
        self._offer(self._suggest(self.to_text.get(), query) if query is not None and is_wanted else ())

    def _offer(self, suggestions: Sequence[Suggestion]) -> None:
        self.suggestions.offer(suggestions)
        self._show_hint()

    def _choose(self, suggestion: Suggestion) -> None:
        """Replace the beginning of a name by the chosen name, and store the person."""
        field = self.message
        begun = name_begun(field.get("1.0", "insert")) or ""
        field.edit_separator()
        field.delete(f"insert - {len(begun) + 1} chars", "insert")
        has_space = field.get("insert") == " "
        field.insert("insert", suggestion.put if has_space else f"{suggestion.put} ")
        if has_space:
            field.mark_set("insert", "insert + 1 chars")
        field.see("insert")
        self._chosen[suggestion.put] = suggestion.uid
        self._closed_over = self.text
        self._offer(())
        self.focus_message()

    def _go(self, target: tk.Misc | None) -> str:
        if target is not None:
            target.focus_set()
        return "break"

    def _page(self, pages: int) -> str:
        self._scroll(pages)
        return "break"

    def _modified(self, _: object) -> None:
        if not self.message.edit_modified():
            return
        self.message.edit_modified(False)
        lines = self.message.count("1.0", "end", "displaylines")
        count = lines[0] if isinstance(lines, tuple) else 1
        self.message.configure(height=min(max(LINES_MIN, count), LINES_MAX))
        self._show_help()
        self._show_fault(None)
        if self.message.focus_get() is self.message:
            self._offer_names()

    def _changed(self) -> None:
        to = self.to_text.get()
        if not is_typeable(to):  # deleting half of such a character would crash the program
            self.to_text.set("".join(filter(is_typeable, to)))
            return
        self.refresh()
        self._show_fault(None)

    def forget_fault(self) -> None:
        """Hide the error, because something has changed."""
        self._show_fault(None)

    def _show_fault(self, fault: str | None) -> None:
        """Show why nothing was sent, until the user changes something."""
        self._fault = fault
        self._show_hint()

    def _show_hint(self) -> None:
        style = "SmallMuted.Surface.TLabel" if self._fault is None else "SmallWarn.Surface.TLabel"
        self._hint.configure(text=self._fault or (LIST_HELP if self.suggestions.is_open else HELP), style=style)

    def _fit_invitation(self) -> None:
        """Shorten the placeholder to the width of the message field."""
        room_px = self.message.winfo_width() - self._look.px(8)
        self._help.configure(text=fit(self._invitation, room_px, self._look.body))

    def _fit_hint(self, width_px: int) -> None:
        """Wrap a long hint before SEND."""
        self._hint.configure(wraplength=max(1, width_px - self.button.winfo_reqwidth() - self._look.px(40)))

    def _show_help(self) -> None:
        if self.text:
            self._help.place_forget()
        else:
            self._help.place(x=self._look.px(4), y=self._look.px(2))

    def _ring(self, field: tk.Widget) -> None:
        """Highlight the box while a field in it has the focus."""
        field.bind("<FocusIn>", lambda event: self._box.state(["focus"]), add="+")
        field.bind("<FocusOut>", lambda event: self._box.state(["!focus"]), add="+")


def _described(resolution: Resolution) -> tuple[Reach | None, str]:
    """Return the kind and the text of the chip."""
    if isinstance(resolution, Misaddressed):
        return None, resolution.brief
    sign, word = kind_words(resolution.reach, len(resolution.peers) + 1)
    words = f"{sign} {word}" if resolution.reach is Reach.ALL else f"{sign} {word}: {_names(resolution)}"
    return resolution.reach, words


def _invitation(resolution: Resolution) -> str:
    if isinstance(resolution, Misaddressed):
        return "Write a message"
    if resolution.reach is Reach.ALL:
        return "Write to everyone"
    return f"Write to {_names(resolution)}"


def _names(recipients: Recipients) -> str:
    return recipients.title or ", ".join(legible_name(peer.nickname) for peer in recipients.peers)
