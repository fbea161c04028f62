"""The feed: the visible part of the timeline, as steps that any list of rows can apply.

A row includes everything above its message: a day line, the “New” line, and a head with the recipients and the time.
There is a head if the sender, the conversation or the day changes, or after a pause; the rows below share it. So a row
depends on the previous one, and a change causes steps for the row itself and for the next one.
"""

from datetime import datetime, tzinfo
from typing import Final, TypeAlias

import msgspec

from muca.model.events import Reach
from muca.model.files import size_in_words
from muca.model.ids import RoomId
from muca.ui.view.directory import Directory
from muca.ui.view.legible import legible_text
from muca.ui.view.timeline import Delivery, Entry, Timeline

PAUSE_MS: Final = 5 * 60_000
"""After such a pause a message gets its own head."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A message with everything to show above it."""

    key: int
    own: bool
    reach: Reach
    label: str
    text: str
    day: str | None
    new: bool
    head: str | None
    """Sign, word and time, such as ``@ private · 9:12``."""
    delivery: Delivery
    trouble: str


class Insert(msgspec.Struct, frozen=True):
    """Insert a row before another one, or at the end."""

    row: Row
    before: int | None


class Replace(msgspec.Struct, frozen=True):
    """Redraw a row."""

    row: Row


class Remove(msgspec.Struct, frozen=True):
    """Remove a row."""

    key: int


class DropBefore(msgspec.Struct, frozen=True):
    """Remove all rows above this one; None: all rows."""

    key: int | None


Step: TypeAlias = Insert | Replace | Remove | DropBefore


def kind_words(reach: Reach, people: int | None) -> tuple[str, str]:
    """Return the sign and the word of a kind of message. ``people``: size of the group; None: unknown."""
    if reach is Reach.ALL:
        return "✱", "everyone"
    if reach is Reach.PRIVATE:
        return "@", "private"
    if reach is Reach.ROOM:
        return "#", "room"
    return "3+" if people is None else str(people), "group"


def _told(entry: Entry) -> str:
    """Return a message's text, with a line for each of its files."""
    files = [f"“{file.name}”, {size_in_words(file.bytes)}" for file in entry.files]
    return "\n".join([entry.text, *files] if entry.text else files)


class Feed:
    """A filtered view of a timeline: all conversations or one. Watches the timeline and collects steps."""

    def __init__(self, directory: Directory, zone: tzinfo | None = None) -> None:
        self.shown: RoomId | None = None
        """The conversation that is shown; None: all."""
        self.timeline = Timeline(directory, self)
        self._directory = directory
        self._zone = zone
        self._steps: list[Step] = []

    def show(self, room: RoomId | None) -> None:
        """Show one conversation, or all."""
        self.shown = room
        self.rebuilt()

    def take_steps(self) -> list[Step]:
        """Return the changes since the last call, to be applied in this order."""
        steps, self._steps = self._steps, []
        return steps

    def added(self, index: int) -> None:
        """Add a new entry, if it is visible."""
        entry = self.timeline.entries[index]
        if not self._is_visible(entry):
            return
        after = self._visible(index, 1)
        self._steps.append(Insert(self._row(entry, self._visible(index, -1)), after.key if after is not None else None))
        if after is not None:
            self._steps.append(Replace(self._row(after, entry)))

    def removed(self, entry: Entry, index: int) -> None:
        """Remove an entry."""
        if not self._is_visible(entry):
            return
        self._steps.append(Remove(entry.key))
        after = self._visible(index - 1, 1)
        if after is not None:
            self._steps.append(Replace(self._row(after, self._visible(index, -1))))

    def updated(self, entry: Entry) -> None:
        """Redraw an entry."""
        if self._is_visible(entry):
            index = self.timeline.entries.index(entry)
            self._steps.append(Replace(self._row(entry, self._visible(index, -1))))

    def dropped(self, entries: list[Entry]) -> None:
        """Remove the oldest rows."""
        if any(map(self._is_visible, entries)):
            first = self._visible(-1, 1)
            self._steps.append(DropBefore(first.key if first is not None else None))
            if first is not None:
                self._steps.append(Replace(self._row(first, None)))

    def rebuilt(self) -> None:
        """Redraw everything."""
        self._steps = [DropBefore(None)]
        before = None
        for entry in filter(self._is_visible, self.timeline.entries):
            self._steps.append(Insert(self._row(entry, before), None))
            before = entry

    def _is_visible(self, entry: Entry) -> bool:
        return self.shown is None or entry.room == self.shown

    def _visible(self, index: int, way: int) -> Entry | None:
        """Return the next visible entry after (``way`` 1) or before (-1) an index."""
        entries = self.timeline.entries
        stop = len(entries) if way > 0 else -1
        places = range(index + way, stop, way)
        return next((entries[at] for at in places if self._is_visible(entries[at])), None)

    def _row(self, entry: Entry, before: Entry | None) -> Row:
        at = datetime.fromtimestamp(entry.ts_ms / 1000, self._zone)
        opens_day = before is None or datetime.fromtimestamp(before.ts_ms / 1000, self._zone).date() != at.date()
        is_new = entry.key == self.timeline.new_key
        goes_on = (
            before is not None
            and not (opens_day or is_new)
            and (before.sender, before.room) == (entry.sender, entry.room)
            and abs(entry.ts_ms - before.ts_ms) < PAUSE_MS
        )
        return Row(
            key=entry.key,
            own=entry.own,
            reach=entry.reach,
            label=f"[{entry.label}]",
            text=legible_text(_told(entry)),
            day=f"{at:%A}, {at.day} {at:%B %Y}" if opens_day else None,
            new=is_new,
            head=None if goes_on else self._head(entry, at),
            delivery=entry.delivery,
            trouble=entry.trouble,
        )

    def _head(self, entry: Entry, at: datetime) -> str:
        room = self._directory.rooms.get(entry.room)
        people = len(room.members) if room is not None else None
        sign, word = kind_words(entry.reach, people)
        among = ""
        if entry.reach in {Reach.GROUP, Reach.ROOM} and room is not None and not entry.own:
            among = f" · {self._directory.title(entry.room)}"
        return f"{sign} {word}{among} · {at.hour}:{at:%M}"
