"""Rows of the table ``events``: messages and other events.

Rows are read as one JSON text per statement (for the reason see ``append``).
"""

from typing import Final

import msgspec

from muca.model.events import REACH, Event, LogEntry, Message, Reaction, Settings
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.roles import Role
from muca.model.rooms import RoomKind

SEQ_BITS: Final = 32
"""An event's id is ``room << SEQ_BITS | seq``."""
SEQ_MASK: Final = (1 << SEQ_BITS) - 1
LOBBY_ROW: Final = 1
"""The row of the lobby, which is the first room."""

EVENT: Final = f"""
json_array(events.id & {SEQ_MASK}, events.ts_ms, events.sender, events.nickname, events.text, events.kind,
           events.reply_to, json(events.mentions), events.mentions_room, json(events.mention_places), events.edited_ms,
           events.deleted, events.pinned, json(events.reactions), json(events.files), events.of & {SEQ_MASK},
           events.subject, json(events.detail), events.request_id)
"""
"""The SQL expression of an event's row, to be decoded as ``EventRow``."""


class Detail(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """Fields that only some events have."""

    emoji: str | None = None
    role: Role | None = None
    until_ms: int | None = None
    settings: Settings | None = None


class EventRow(msgspec.Struct, array_like=True, frozen=True):
    """A row as ``EVENT`` returns it."""

    seq: Seq
    ts_ms: int
    sender: Uid
    nickname: str
    text: str
    kind: str | None
    reply_to: Seq | None
    mentions: tuple[Uid, ...] | None
    mentions_room: int | None
    mention_places: tuple[tuple[Uid, int, int], ...] | None
    edited_ms: int | None
    deleted: int | None
    pinned: int | None
    reactions: tuple[tuple[str, int, tuple[Uid, ...]], ...] | None
    files: tuple[FileInfo, ...] | None
    of: Seq | None
    subject: Uid | None
    detail: Detail | None
    request_id: str | None
    """The ID of the SEND; for a deleted message, its hash."""

    def places(self) -> tuple[Mention, ...]:
        """Return the places of its mentions; empty for messages from older versions."""
        return tuple(
            Mention(uid=uid or None, room=not uid, begin=begin, length=length)
            for uid, begin, length in self.mention_places or ()
        )

    def as_entry(self, room: RoomId, kind: RoomKind, reader: Uid) -> LogEntry:
        """Return the row as a log entry of this room, as the reader sees it."""
        return self.as_message(room, kind, reader) if self.kind is None else self._as_event(room, self.kind)

    def as_message(self, room: RoomId, kind: RoomKind, reader: Uid | None) -> Message:
        """Return the row as a message of this room, as the reader sees it; None: as everyone does."""
        return Message(
            room=room,
            seq=self.seq,
            ts_ms=self.ts_ms,
            reach=REACH[kind],
            sender=self.sender,
            nickname=self.nickname,
            text=self.text,
            files=self.files or (),
            reply_to=self.reply_to,
            mentions=self.mentions or (),
            mentions_room=bool(self.mentions_room),
            mention_places=self.places(),
            edited_ms=self.edited_ms,
            deleted=bool(self.deleted),
            pinned=self.pinned is not None,
            reactions=tuple(
                Reaction(emoji=emoji, count=count, uids=uids) for emoji, count, uids in self.reactions or ()
            ),
            request_id=self.request_id if reader == self.sender and not self.deleted else None,
        )

    def _as_event(self, room: RoomId, kind: str) -> Event:
        detail = self.detail or Detail()
        return Event(
            kind=kind,
            room=room,
            seq=self.seq,
            ts_ms=self.ts_ms,
            sender=self.sender,
            nickname=self.nickname,
            of=self.of,
            uid=self.subject,
            text=self.text,
            mentions=self.mentions or (),
            mentions_room=bool(self.mentions_room),
            mention_places=self.places(),
            emoji=detail.emoji,
            role=detail.role,
            until_ms=detail.until_ms,
            settings=detail.settings,
        )


EVENT_ROWS: Final = msgspec.json.Decoder(list[EventRow])


def as_json(rows: object) -> str:
    """Return rows as JSON for a statement. Raises UnicodeEncodeError for lone surrogates, which cannot be stored."""
    return msgspec.json.encode(rows).decode()
