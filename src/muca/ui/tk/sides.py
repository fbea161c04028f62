"""The two columns at the sides: conversations and people."""

import tkinter as tk
import zlib
from collections.abc import Callable, Iterable, Sequence
from tkinter import ttk
from typing import Any, Final

import msgspec

from muca.model.ids import RoomId, Uid
from muca.model.rooms import Peer
from muca.ui.tk.look import WindowLook
from muca.ui.tk.palette import TILES
from muca.ui.tk.rowlist import ListRow, RowList
from muca.ui.view.conversations import ConversationRow
from muca.ui.view.directory import by_name
from muca.ui.view.legible import legible_name

UNREAD_SHOWN_MAX: Final = 99


class Side(ttk.Frame):
    """A headline over a list."""

    def __init__(
        self,
        master: tk.Misc,
        look: WindowLook,
        *,
        headline: str,
        width_px: int,
        choose: Callable[[Any], None],
        open_row: Callable[[Any, bool], None],
    ) -> None:
        super().__init__(master, style="Side.TFrame", width=look.px(width_px))
        self.pack_propagate(False)
        self.headline = ttk.Label(self, text=headline, style="Strong.Side.TLabel")
        self.headline.pack(anchor="w", padx=look.px(16), pady=(look.px(20), look.px(8)))
        self.hint = ttk.Label(self, style="SmallMuted.Side.TLabel", wraplength=look.px(width_px - 48), justify="left")
        self.list = RowList(self, look, choose=choose, open_row=open_row)
        bar = ttk.Scrollbar(self, orient="vertical", style="Side.Vertical.TScrollbar", takefocus=False)
        self.list.connect_scrollbar(bar)
        bar.pack(side="right", fill="y")
        self.hint.pack(side="bottom", anchor="w", padx=look.px(16), pady=look.px(12))
        self.list.pack(side="left", fill="both", expand=True)


class ConversationsSide(Side):
    """The conversations to choose from: all together, everyone, and the others."""

    def __init__(self, master: tk.Misc, look: WindowLook, *, choose: Callable[[RoomId | None], None]) -> None:
        super().__init__(
            master, look, headline="Conversations", width_px=232, choose=choose, open_row=lambda room, add: choose(room)
        )
        self._look = look
        self._rows: Sequence[ConversationRow] = ()
        self._chosen: RoomId | None = None
        look.on_change(lambda: self.show(self._rows, self._chosen))

    def show(self, rows: Sequence[ConversationRow], chosen: RoomId | None) -> None:
        """Show these conversations, with one selected."""
        self._rows, self._chosen = rows, chosen
        self.list.set_rows([self._list_row(row) for row in rows])

    def _list_row(self, row: ConversationRow) -> ListRow:
        hue = self._look.palette.hue(row.reach)
        unread = "" if not row.unread else str(row.unread) if row.unread <= UNREAD_SHOWN_MAX else f"{UNREAD_SHOWN_MAX}+"
        return ListRow(
            key=row.room,
            tile=row.sign,
            tile_fill=hue.ground,
            tile_ink=hue.text,
            title=row.title,
            badge=unread,
            strong=bool(row.unread),
            chosen=row.room == self._chosen,
        )


class PeopleSide(Side):
    """Everyone who is online, as ``NICKNAME (USERID)``."""

    def __init__(self, master: tk.Misc, look: WindowLook, *, write_to: Callable[[Uid, bool], None]) -> None:
        super().__init__(master, look, headline="People", width_px=200, choose=lambda uid: None, open_row=write_to)

    def show(self, peers: Iterable[Peer], own: Uid) -> None:
        """Show who is online, by name."""
        rows = [
            msgspec.structs.replace(
                person_row(peer.uid, legible_name(peer.nickname), legible_name(peer.uid)), strong=peer.uid == own
            )
            for peer in by_name(peers)
        ]
        self.headline.configure(text=f"People ({len(rows)})" if rows else "People")
        self.hint.configure(text="Double-click someone to write to them." if len(rows) > 1 else "")
        self.list.set_rows(rows)

    @property
    def names(self) -> list[str]:
        """The texts of the rows."""
        return [f"{row.title}{row.tail}" for row in self.list.rows]


def person_row(uid: Uid, title: str, detail: str) -> ListRow:
    """Return the row of a person; ``title`` and ``detail`` must be legible."""
    return ListRow(
        key=uid,
        tile=title[:2].title() if title[:2].isascii() else title[:1],
        tile_fill=TILES[zlib.crc32(uid.encode("utf-8", "replace")) // 8 % len(TILES)],
        tile_ink="#ffffff",
        title=title,
        tail=f" ({detail})",
    )
