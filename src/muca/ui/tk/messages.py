"""The message area: received messages on the right, the user's own on the left, newest at the bottom.

A row is a block of whole lines in one Text, with a mark at its start. Rows at the end are added in a single insert.
When thousands must be redrawn, the newest are shown immediately and the older ones are added above them in slices.

The view follows the newest message until the user scrolls up.
"""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from tkinter import ttk
from typing import Any, Final

from muca.model.events import Reach
from muca.ui.tk.blocks import MARGIN_PX, Blocks
from muca.ui.tk.flat import FlatText
from muca.ui.tk.look import WindowLook
from muca.ui.view.feed import DropBefore, Insert, Remove, Replace, Row, Step
from muca.ui.view.timeline import Delivery

AT_ONCE: Final = 300
"""Number of rows that are shown immediately when many are redrawn."""
SLICE: Final = 100
"""Number of older rows that are then added above them at a time."""
SLICE_MS: Final = 5
NEW_LINE: Final = f"{'─' * 10}  New  {'─' * 10}\n"


class MessageArea(ttk.Frame):
    """Shows rows and applies the steps of a feed."""

    def __init__(
        self, master: tk.Misc, look: WindowLook, *, retry: Callable[[int], None], followed: Callable[[bool], None]
    ) -> None:
        super().__init__(master, style="Surface.TFrame")
        self._look = look
        self._retry = retry
        self._followed = followed
        self.follows = True
        """Whether the newest message is visible, so the view follows new ones."""
        self._keys: list[int] = []
        self._older: list[Row] = []
        """Rows that must still be added above the others."""
        self._timer: str | None = None
        self._buttons: dict[int, ttk.Button] = {}
        self.text = FlatText(self, look, look.body, height=1, state="disabled", padx=0, pady=look.px(8))
        self.text.configure(cursor="arrow", insertwidth=0, takefocus=True, highlightthickness=1)
        self._blocks = Blocks(self.text, look)
        self._bar = ttk.Scrollbar(self, orient="vertical", style="Surface.Vertical.TScrollbar", command=self._scrolled)
        self.text.configure(yscrollcommand=self._bar.set)
        self.jump = ttk.Button(self, text="↓ New messages", style="Jump.TButton", command=self.go_to_end)
        self._empty = ttk.Frame(self, style="Surface.TFrame")
        self._empty_title = ttk.Label(self._empty, style="Title.Surface.TLabel", anchor="center")
        self._empty_hint = ttk.Label(self._empty, style="NormalMuted.Surface.TLabel", anchor="center", justify="center")
        self._empty_title.pack(pady=(0, look.px(4)))
        self._empty_hint.pack()
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.text.grid(row=0, column=0, sticky="nsew")
        self._bar.grid(row=0, column=1, sticky="ns")
        self._listen()
        look.on_change(self._paint)

    @property
    def row_count(self) -> int:
        """The number of messages in the area."""
        return len(self._keys)

    def say_when_empty(self, title: str, hint: str) -> None:
        """Set the text shown while there is no message."""
        self._empty_title.configure(text=title)
        self._empty_hint.configure(text=hint)
        self._show_empty()

    def follow(self, steps: Sequence[Step]) -> None:
        """Apply the steps of a feed."""
        if not steps:
            return
        anchor = None if self.follows else self._key_in_sight()
        self.text.configure(state="normal")
        for at_end, group in groupby(steps, lambda step: isinstance(step, Insert) and step.before is None):
            if at_end:
                self._append([step.row for step in group if isinstance(step, Insert)])
            else:
                for step in group:
                    self._carry_out(step)
        self.text.configure(state="disabled")
        self._show_empty()
        if self.follows:
            self.text.see("end")
        else:
            self._show_jump(any(isinstance(step, Insert) for step in steps))
            if DropBefore(None) in steps and anchor is not None:
                self._show_again(anchor)

    def go_to_end(self) -> None:
        """Show the newest message, and follow new ones."""
        self.text.see("end")
        self._note_place()

    def scroll_pages(self, pages: int) -> None:
        """Scroll by pages; negative is up."""
        self.text.yview_scroll(pages, "pages")
        self._note_place()

    # Rows

    def _carry_out(self, step: Step) -> None:
        if step == DropBefore(None):
            self._older.clear()
        self._lay_older(len(self._older))
        match step:
            case Insert(row, before):
                index = self._keys.index(before) if before is not None else len(self._keys)
                self._insert([row], index)
            case Replace(row):
                index = self._keys.index(row.key)
                self._delete(index)
                self._insert([row], index)
            case Remove(key):
                self._delete(self._keys.index(key))
            case DropBefore(key):
                self._drop(len(self._keys) if key is None else self._keys.index(key))

    def _append(self, rows: list[Row]) -> None:
        if not self._keys and len(rows) > AT_ONCE:
            self._older, rows = rows[:-AT_ONCE], rows[-AT_ONCE:]
            self._timer = self.after(SLICE_MS, self._lay_slice)
        self._insert(rows, len(self._keys))

    def _lay_slice(self) -> None:
        """Add some of the older rows above the others."""
        self.text.configure(state="normal")
        self._lay_older(SLICE)
        self.text.configure(state="disabled")
        self._timer = self.after(SLICE_MS, self._lay_slice) if self._older else None

    def _lay_older(self, count: int) -> None:
        if count and self._older:
            self._older, rows = self._older[:-count], self._older[-count:]
            self._insert(rows, 0)

    def _insert(self, rows: list[Row], index: int) -> None:
        """Add rows before the row at an index, with one insert."""
        where = self.text.index(_mark(self._keys[index]) if index < len(self._keys) else "end-1c")
        line = int(where.partition(".")[0])
        pieces: list[str | tuple[str, ...]] = []
        places: list[tuple[str, str]] = []
        failed: list[tuple[Row, int]] = []
        for row in rows:
            places.append((_mark(row.key), f"{line}.0"))
            for content, tags in self._pieces(row):
                pieces += (content, tags)
                line += content.count("\n")
            if row.delivery is Delivery.FAILED:
                failed.append((row, line - 1))
        self.text.insert(where, *pieces)  # type: ignore[arg-type]
        for mark, place in places:
            self.text.mark_set(mark, place)
        self._keys[index:index] = [row.key for row in rows]
        for row, at_line in failed:
            button = ttk.Button(
                self.text, text="Try again", style="Again.TButton", command=partial(self._retry, row.key)
            )
            self._buttons[row.key] = button
            self.text.window_create(f"{at_line}.end", window=button)

    def _delete(self, index: int) -> None:
        end = _mark(self._keys[index + 1]) if index + 1 < len(self._keys) else "end-1c"
        self._forget(self._keys[index])
        self.text.delete(_mark(self._keys[index]), end)
        self.text.mark_unset(_mark(self._keys[index]))
        del self._keys[index]

    def _drop(self, count: int) -> None:
        gone, kept = self._keys[:count], self._keys[count:]
        for key in gone:
            self._forget(key)
        end = self.text.index(_mark(kept[0]) if kept else "end-1c")
        if gone:
            # Marks first: if many are at one position, Tk searches through all of them for each one.
            self.text.mark_unset(*map(_mark, gone))
        self.text.delete("1.0", end)
        self._keys = kept

    def _forget(self, key: int) -> None:
        button = self._buttons.pop(key, None)
        if button is not None:
            button.destroy()

    def _pieces(self, row: Row) -> list[tuple[str, tuple[str, ...]]]:
        """Return the text of a row with its tags, whole lines."""
        side = "own" if row.own else "received"
        pieces: list[tuple[str, tuple[str, ...]]] = []
        if row.day is not None:
            pieces.append((f"{row.day}\n", ("day",)))
        if row.new:
            pieces.append((NEW_LINE, ("new",)))
        if row.head is not None:
            pieces.append((f"{row.head}\n", ("head", f"head-{row.reach}", side)))
        block = (self._blocks.tag(row),)
        body = ("body", *block, f"{side}-{row.reach}")
        pieces.append((row.label, ("label", f"label-{row.reach}", *block)))
        if row.delivery is Delivery.SENDING:
            pieces += [(f" {row.text}", body), ("  sending…", ("note", *block)), ("\n", body)]
        else:
            pieces.append((f" {row.text}\n", body))
        if row.delivery is Delivery.FAILED:
            pieces.append((f"Not sent. {row.trouble}  \n", ("trouble", *block)))
        return pieces

    def _resized(self, event: "tk.Event[Any]") -> None:
        self._blocks.fit()
        wrap = max(self._look.px(200), event.width - 2 * self._look.px(MARGIN_PX))
        self._empty_hint.configure(wraplength=wrap)
        if self.follows:
            self.text.see("end")

    # Scroll position

    def _listen(self) -> None:
        text = self.text
        text.bind("<Configure>", self._resized)
        self.bind("<Destroy>", self._destroyed)
        for sequence in (
            "<MouseWheel>",
            "<Button-4>",
            "<Button-5>",
            "<KeyRelease>",
            "<B1-Motion>",
            "<ButtonRelease-1>",
        ):
            text.bind(sequence, lambda event: self.after_idle(self._note_place), add="+")
        text.bind("<Button-1>", lambda event: text.focus_set(), add="+")
        for key, jump in (("<Home>", "1.0"), ("<End>", "end")):
            text.bind(key, partial(self._jump, jump))
        for key, pages in (("<Prior>", -1), ("<Next>", 1)):
            text.bind(key, partial(self._page, pages))
        for key, units in (("<Up>", -2), ("<Down>", 2)):
            text.bind(key, partial(self._line, units))

    def _destroyed(self, event: "tk.Event[Any]") -> None:
        if event.widget is self and self._timer is not None:
            self.after_cancel(self._timer)

    def _jump(self, place: str, _: object) -> str:
        self.text.see(place)
        self._note_place()
        return "break"

    def _page(self, pages: int, _: object) -> str:
        self.scroll_pages(pages)
        return "break"

    def _line(self, units: int, _: object) -> str:
        self.text.yview_scroll(units, "units")
        self._note_place()
        return "break"

    def _scrolled(self, *arguments: str) -> None:
        self.text.yview(*arguments)
        self._note_place()

    def _note_place(self) -> None:
        """Check whether the newest message is visible."""
        self.text.update_idletasks()
        self.follows = self.text.dlineinfo("end-1c") is not None
        if self.follows:
            self._show_jump(False)
        self._followed(self.follows)

    def _show_again(self, key: int) -> None:
        """Scroll so that a row is at the top again."""
        if key not in self._keys:
            self.text.configure(state="normal")
            self._lay_older(len(self._older))
            self.text.configure(state="disabled")
        if key in self._keys:
            self.text.yview(_mark(key))

    def _show_jump(self, wanted: bool) -> None:
        if wanted:
            self.jump.place(relx=0.5, rely=1.0, y=-self._look.px(12), anchor="s")
        elif self.follows:
            self.jump.place_forget()

    def _key_in_sight(self) -> int | None:
        """Return the key of the topmost visible row."""
        mark = self.text.mark_previous("@0,0 +1c")
        while mark is not None and not mark.startswith("row-"):
            mark = self.text.mark_previous(mark)
        return int(mark.removeprefix("row-")) if mark is not None else None

    def _show_empty(self) -> None:
        if self._keys:
            self._empty.place_forget()
        else:
            self._empty.place(relx=0.5, rely=0.45, anchor="center")

    # Colours

    def _paint(self) -> None:
        look, palette, px = self._look, self._look.palette, self._look.px
        text = self.text
        text.configure(highlightcolor=palette.everyone.text, highlightbackground=palette.surface)
        text.tag_configure("body", spacing2=px(3), spacing3=px(3))
        text.tag_configure("label", font=look.strong, spacing1=px(2), spacing2=px(3), spacing3=px(3))
        text.tag_configure("head", font=look.small, foreground=palette.muted, spacing1=px(10), spacing3=px(1))
        text.tag_configure(
            "day", font=look.small_strong, foreground=palette.muted, justify="center", spacing1=px(16), spacing3=px(4)
        )
        text.tag_configure(
            "new", font=look.small_strong, foreground=palette.private.text, justify="center", spacing1=px(10)
        )
        text.tag_configure("note", font=look.small, foreground=palette.muted)
        text.tag_configure("trouble", font=look.small, foreground=palette.private.text, spacing3=px(4))
        for reach in Reach:
            hue = palette.hue(reach)
            text.tag_configure(
                f"label-{reach}",
                foreground=hue.text,
                background=hue.ground,
                lmargincolor=palette.surface,
                rmargincolor=palette.surface,  # the background of a wrapped name ends with the block
            )
            text.tag_configure(f"received-{reach}", foreground=hue.text)
            text.tag_configure(f"head-{reach}", foreground=hue.text)
        text.tag_raise("sel")
        self._blocks.fit()


def _mark(key: int) -> str:
    return f"row-{key}"
