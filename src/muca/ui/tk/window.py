"""The window: combines the parts, passes the user's actions to ``Chat`` and shows the results.

Everything runs in Tk's thread. Every few milliseconds it processes events of the SDK, for a bounded time, and then
shows what has changed. So the window stays responsive under any load.
"""

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk
from typing import Any, Final

from muca.model.ids import RoomId, Uid
from muca.ui.tk.composer import Composer
from muca.ui.tk.console import Console
from muca.ui.tk.flat import FlatMenu
from muca.ui.tk.head import Head
from muca.ui.tk.look import WindowLook
from muca.ui.tk.messages import MessageArea
from muca.ui.tk.password import PasswordDialog
from muca.ui.tk.sides import ConversationsSide, PeopleSide
from muca.ui.view.chat import Chat, ChatState, Secret
from muca.ui.view.conversations import conversation_rows, recipients_text, title
from muca.ui.view.legible import legible_name, shorten
from muca.ui.view.recipients import EVERYONE, address

DRAIN_SECONDS: Final = 0.008
"""Time for which events are processed before the window is redrawn."""
DRAIN_COUNT: Final = 200
"""Maximum number of events before that, because showing them takes longer than processing them."""
BUSY_MS: Final = 5
IDLE_MS: Final = 40
"""Delay before the next check for events, if there were some and if there were none."""
CLOSE_MS_MAX: Final = 1_000
"""Time that the connection may take to close when the window is closed."""
SIZE_PX: Final = (1120, 760)
SIZE_PX_MIN: Final = (720, 440)
PEOPLE_SHARE: Final = 0.22
"""Share of the width for the list of people, within these limits."""
PEOPLE_PX_MIN: Final = 200
PEOPLE_PX_MAX: Final = 272
LOCAL_SERVER: Final = (
    "The server runs on this computer.\nOthers can join at one of the addresses that it printed when it started."
)
NARROW_PX: Final = 940
"""Below this width the conversations are in a menu above the messages, not in a column."""


class ChatWindow(ttk.Frame):
    """Everything inside the root."""

    def __init__(
        self,
        root: tk.Tk,
        look: WindowLook,
        chat: Chat,
        *,
        appearance: str = "system",
        choose_appearance: Callable[[str], None] = lambda appearance: None,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(root, style="Surface.TFrame")
        self._top, self._look, self.chat = root, look, chat
        self._closed = closed
        self._people_version = -1
        self._shown_state: ChatState | None = None
        self._conversation_rows: object = None
        self._is_narrow: bool | None = None
        self._timer: str | None = None
        self.password_dialog: PasswordDialog | None = None
        """The last password dialog."""
        self._build(appearance, choose_appearance)
        self._top.title(f"muca — {shorten(legible_name(chat.profile.nickname), 60)}")
        self._top.minsize(look.px(SIZE_PX_MIN[0]), look.px(SIZE_PX_MIN[1]))
        self._top.protocol("WM_DELETE_WINDOW", self.close)
        self._top.bind("<Escape>", lambda event: self.composer.focus_message())
        self.bind("<Configure>", self._resized)
        self.bind("<Destroy>", self._destroyed)
        self.pack(fill="both", expand=True)
        self.refresh()
        self._tick()
        self.composer.to.focus_set()

    def _build(self, appearance: str, choose_appearance: Callable[[str], None]) -> None:
        look = self._look
        self.conversations = ConversationsSide(self, look, choose=self.show_conversation)
        self.head = Head(
            self, look, self.chat.profile, join=self.join, leave=self.leave, appearance=appearance,
            choose_appearance=choose_appearance,
        )  # fmt: skip
        self._rule = _Rule(self)
        self.people = PeopleSide(self, look, write_to=self._write_to)
        middle = ttk.Frame(self, style="Surface.TFrame")
        self.filter_button = ttk.Button(middle, style="Ghost.TButton", command=self._post_conversations)
        self._filter_menu = FlatMenu(self, look)
        self.messages = MessageArea(middle, look, retry=self._retry, followed=lambda follows: self._watch())
        self.composer = Composer(
            middle,
            look,
            send=self._send,
            resolve=self.chat.resolve,
            names=self._names,
            suggest=self.chat.suggest,
            scroll=self.messages.scroll_pages,
        )
        self.console = Console(middle, look)
        middle.columnconfigure(0, weight=1)
        middle.rowconfigure(1, weight=1)
        self.messages.grid(row=1, column=0, sticky="nsew")
        self.composer.grid(row=2, column=0, sticky="ew", padx=look.px(16), pady=(look.px(4), look.px(8)))
        self.console.grid(row=3, column=0, sticky="ew")
        self.columnconfigure(2, weight=1)
        self.rowconfigure(2, weight=1)
        self._left_rule = _Rule(self)
        self._right_rule = _Rule(self)
        self.head.grid(row=0, column=2, columnspan=3, sticky="ew")
        self._rule.grid(row=1, column=2, columnspan=3, sticky="ew")
        middle.grid(row=2, column=2, sticky="nsew")
        self._right_rule.grid(row=2, column=3, sticky="ns")
        self.people.grid(row=2, column=4, sticky="ns")

    # Actions of the user

    def join(self) -> None:
        """JOIN."""
        self.chat.join()
        self.refresh()

    def leave(self) -> None:
        """LEAVE."""
        self.chat.leave()
        self.refresh()

    def show_conversation(self, room: RoomId | None) -> None:
        """Show one conversation, or all, and write to it."""
        self.chat.feed.show(room)
        to = recipients_text(room, self.chat.directory)
        if to is not None:
            self.composer.address(to)
        self.messages.follows = True
        self._watch()
        self.refresh()

    def close(self) -> None:
        """Leave, then destroy the window, at the latest after a short timeout."""
        self._stop()
        self._top.withdraw()
        leaving = self.chat.leave()
        waited_ms = 0

        def end() -> None:
            nonlocal waited_ms
            if leaving is None or leaving.done() or waited_ms >= CLOSE_MS_MAX:
                self._closed()
                self._top.destroy()
                return
            waited_ms += IDLE_MS
            self._top.after(IDLE_MS, end)

        end()

    def _send(self, to: str, text: str, chosen: Mapping[str, Uid]) -> str | None:
        fault = self.chat.send(to, text, chosen)
        if fault is None:
            self.messages.follows = True
        self.refresh()
        return fault

    def _ask_password(self, secret: Secret) -> None:
        submit = self.chat.keep_account if secret is Secret.NEW_PASSWORD else self.chat.log_in
        self.password_dialog = PasswordDialog(
            self._top, self._look, secret=secret, uid=self.chat.profile.uid, submit=submit
        )

    def _retry(self, key: int) -> None:
        self.chat.retry(key)
        self.refresh()

    def _write_to(self, uid: Uid, add: bool) -> None:
        peer = self.chat.directory.here.get(uid)
        if peer is not None:
            text = address([peer], self.chat.directory)
            if text:
                self.composer.address(text, add=add)

    def _names(self) -> list[str]:
        directory = self.chat.directory
        return [name for peer in directory.others_here() if (name := address([peer], directory))]

    # Display

    def refresh(self) -> None:
        """Show whatever has changed."""
        chat = self.chat
        self.messages.follow(chat.feed.take_steps())
        self.console.add(chat.take_console())
        people_changed = chat.people_version != self._people_version
        if people_changed:
            self._people_version = chat.people_version
            self.people.show(chat.directory.here.values(), chat.profile.uid)
        if chat.state is not self._shown_state:
            self.composer.forget_fault()
        if people_changed or chat.state is not self._shown_state:
            self._shown_state = chat.state
            self.composer.refresh()
            self.head.show_state(chat.state)
            self.messages.say_when_empty(*self._when_empty())
        secret = chat.take_wanted()
        if secret is not None:
            self._ask_password(secret)
        rows = conversation_rows(chat.timeline, chat.directory)
        if (rows, chat.feed.shown) != self._conversation_rows:
            self._conversation_rows = (rows, chat.feed.shown)
            self.conversations.show(rows, chat.feed.shown)
            self._name_filter()

    def _tick(self) -> None:
        busy = True
        try:
            self._watch()
            busy = self.chat.drain(DRAIN_SECONDS, DRAIN_COUNT)
            if busy:
                self.refresh()
        finally:  # a bug affects one step, not all later ones
            self._timer = self.after(BUSY_MS if busy else IDLE_MS, self._tick)

    def _stop(self) -> None:
        """Stop processing events."""
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def _destroyed(self, event: "tk.Event[Any]") -> None:
        if event.widget is self:
            self._stop()

    def _watch(self) -> None:
        """Tell the chat whether the user sees new messages."""
        self.chat.is_watched = self.messages.follows and self._top.focus_displayof() is not None

    def _when_empty(self) -> tuple[str, str]:
        chat = self.chat
        if chat.state is ChatState.OFFLINE:
            return "Not connected", f"Press JOIN to connect to {chat.profile.address}."
        if chat.state is ChatState.JOINING:
            return "Connecting…", f"The server is at {chat.profile.address}."
        if chat.state is ChatState.BROKEN:
            return "Connection lost", "Reconnecting… Press JOIN to try now."
        if not chat.directory.others_here():
            invitation = f"Others can join at {chat.profile.address}."
            return "No one else is here yet", LOCAL_SERVER if chat.profile.is_local else invitation
        return "No messages yet", f"Type {EVERYONE} into TO to write to everyone, or double-click a name on the right."

    def _name_filter(self) -> None:
        chat = self.chat
        unread = sum(conversation.unread for conversation in chat.timeline.conversations.values())
        shown = shorten(title(chat.feed.shown, chat.directory), 40)
        self.filter_button.configure(text=f"{shown} ▾" + (f"   {unread} unread" if unread else ""))

    def _post_conversations(self) -> None:
        menu = self._filter_menu
        menu.delete(0, "end")
        for row in conversation_rows(self.chat.timeline, self.chat.directory):
            label = f"{row.sign}  {shorten(row.title, 40)}" + (f"   {row.unread}" if row.unread else "")
            menu.add_command(label=label, command=lambda room=row.room: self.show_conversation(room))  # type: ignore[misc]
        menu.pop_up(self.filter_button)

    def _resized(self, event: "tk.Event[Any]") -> None:
        people_px = round(event.width * PEOPLE_SHARE)
        people_px = min(max(self._look.px(PEOPLE_PX_MIN), people_px), self._look.px(PEOPLE_PX_MAX))
        self.people.configure(width=people_px)
        is_narrow = event.width < self._look.px(NARROW_PX)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self.conversations.grid_forget()
            self._left_rule.grid_forget()
            self.filter_button.grid(row=0, column=0, sticky="w", padx=self._look.px(12), pady=(self._look.px(4), 0))
        else:
            self.filter_button.grid_forget()
            self.conversations.grid(row=0, column=0, rowspan=3, sticky="ns")
            self._left_rule.grid(row=0, column=1, rowspan=3, sticky="ns")


class _Rule(ttk.Frame):
    """A thin line."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, style="Line.TFrame", width=1, height=1)
