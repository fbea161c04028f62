"""Messages: write, change, read and find them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from muca.client.asking import Asking
from muca.client.errors import NotSupported
from muca.model import requests
from muca.model.events import Message
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import Mention, Names, Rank
from muca.model.replies import Done, Hits, Page, Purged, Stored, Version, Versions
from muca.model.replies import Messages as MessageList

_T = TypeVar("_T")


def _given(what: _T | None) -> _T:
    if what is None:
        raise NotSupported("This message comes from a first-generation server, which does not number its messages.")
    return what


def places_of(text: str, people: Mapping[str, Uid]) -> tuple[Mention, ...]:
    """Find whom a text means, for ``mentions`` of ``send`` and ``edit``. ``people``: UIDs by name, without the ``@``.

    ``places_of("ask @Mary", {"Mary": "mary@lab"})``. Names are found as the server finds those of a room.
    """
    names = Names()
    for name, uid in people.items():
        names.put(uid, name, Rank.ACCOUNT)
    return names.find(text, len(text))


class Messages(Asking):
    """What one does with messages. ``room`` and ``seq`` say which, as they stand in a ``Message``.

    None, as in messages of first-generation servers, raises ``NotSupported``.
    """

    async def send(
        self,
        text: str,
        to: Sequence[str] = (),
        *,
        room: RoomId | None = None,
        reply_to: Seq | None = None,
        files: Sequence[FileInfo] = (),
        mentions: Sequence[Mention] | None = None,
    ) -> Message:
        """Write a message to everyone, to some (``to``: UIDs or nicknames), or into a room; give it back as stored.

        ``reply_to`` is a message of the same room, ``files`` what ``upload`` has given; with files, the text may be
        empty. ``mentions`` is whom the text means, as ``places_of`` gives it; None: the names in the text say. Who was
        mentioned stands in the message that comes as an event.

        While the connection is down it waits, and after the reconnect asks again under the same ID, so that the message
        is stored once. With a first-generation server it returns when the message is written, without ``seq``.
        When cancelled, the message is not written (again); if it was written before, the server may have stored it.
        """
        if isinstance(to, str):
            raise TypeError("to must be a list of user ids or nicknames, not one string")
        if room is not None and to:
            raise ValueError("give either to or room, not both")
        recipients = tuple(to) if room is None else None
        ids = tuple(file.file for file in files)
        meant = tuple(mentions) if mentions is not None else None
        asked = requests.Send(text=text, recipients=recipients, room=room, reply_to=reply_to, files=ids, mentions=meant)
        return msgspec.structs.replace(await self._ask(asked, Message), files=tuple(files))

    async def edit(
        self, room: RoomId | None, seq: Seq | None, text: str, *, mentions: Sequence[Mention] | None = None
    ) -> Stored | None:
        """Edit one's own message. Returns where the event is; None: the message had this text already."""
        meant = tuple(mentions) if mentions is not None else None
        return await self._change(requests.Edit(room=_given(room), seq=_given(seq), text=text, mentions=meant))

    async def delete(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Delete a message for good, one's own or as a moderator. Gives where the event is; None: it was gone."""
        return await self._change(requests.Delete(room=_given(room), seq=_given(seq)))

    async def purge(self, room: RoomId | None, uid: Uid) -> int:
        """Delete all messages of one person in a room for good, one's own or as a moderator. Returns how many.

        The server deletes a few at a time. If it fails in the middle, what was deleted stays deleted; call it again.
        """
        deleted, more = 0, True
        while more:
            purged = await self._ask(requests.Purge(room=_given(room), uid=uid), Purged)
            deleted, more = deleted + purged.deleted, purged.more
        return deleted

    async def react(self, room: RoomId | None, seq: Seq | None, emoji: str) -> Stored | None:
        """Put an emoji to a message. Gives where the event is; None: it was there already."""
        return await self._change(requests.React(room=_given(room), seq=_given(seq), emoji=emoji))

    async def unreact(self, room: RoomId | None, seq: Seq | None, emoji: str) -> Stored | None:
        """Take one's emoji back. Gives where the event is; None: it was not there."""
        return await self._change(requests.Unreact(room=_given(room), seq=_given(seq), emoji=emoji))

    async def pin(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Pin a message in its room. Gives where the event is; None: it was pinned already."""
        return await self._change(requests.Pin(room=_given(room), seq=_given(seq)))

    async def unpin(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Undo it. Gives where the event is; None: it was not pinned."""
        return await self._change(requests.Unpin(room=_given(room), seq=_given(seq)))

    async def mark_read(self, room: RoomId | None, seq: Seq | None) -> None:
        """Say that everything up to ``seq`` was read. Never undoes it. About once a second is often enough."""
        await self._ask(requests.Read(room=_given(room), seq=_given(seq)), Done)

    async def mark_unread(self, room: RoomId | None, seq: Seq | None) -> None:
        """Make ``seq`` and everything after it unread again, on all one's devices."""
        await self._ask(requests.Read(room=_given(room), seq=_given(seq) - 1, back=True), Done)

    async def typing(self, room: RoomId | None) -> None:
        """Say that one is writing something there. It holds for some seconds (``joined.limits.typing_seconds``)."""
        await self._ask(requests.Typing(room=_given(room)), Done)

    async def history(
        self,
        room: RoomId | None,
        *,
        after: Seq | None = None,
        before: Seq | None = None,
        around: Seq | None = None,
        at_ms: int | None = None,
        limit: int = 50,
    ) -> Page:
        """Read a part of a room's log, oldest event first, at most ``limit`` events.

        After a SEQ, before a SEQ, around a SEQ, from a time on (UTC milliseconds since 1970), or the newest. ``more``
        of the page says whether the log goes on in that direction. Messages are as they are now, with their last text.
        """
        history = requests.History(
            room=_given(room), after=after, before=before, around=around, at_ms=at_ms, limit=limit
        )
        return await self._ask(history, Page)

    async def search(self, query: str, *, before: int | None = None, limit: int = 20, zone: str | None = None) -> Hits:
        """Find messages that one may read, the newest first.

        The query has words, parts of words, "phrases", ``from:``, ``in:``, ``before:``, ``after:``, ``has:``.
        ``before`` is the ``next`` of the page before; a page may be short or empty and still have a ``next``. Days are
        those of ``zone``, such as "Europe/Berlin" or "+02:00"; None: what this machine's clock is ahead of UTC now.
        """
        ahead = zone or datetime.now().astimezone().isoformat()[-6:]
        return await self._ask(requests.Search(query=query, before=before, limit=limit, zone=ahead), Hits)

    async def versions(self, room: RoomId | None, seq: Seq | None) -> tuple[Version, ...]:
        """Read all texts that a message had, the first one first."""
        return (await self._ask(requests.Versions(room=_given(room), seq=_given(seq)), Versions)).versions

    async def pins(self, room: RoomId | None) -> tuple[Message, ...]:
        """Read the pinned messages of a room, the latest pinned first."""
        return (await self._ask(requests.Pins(room=_given(room)), MessageList)).messages

    async def report(self, room: RoomId | None, seq: Seq | None, reason: str = "") -> None:
        """Bring a message before the moderators."""
        await self._ask(requests.Report(room=_given(room), seq=_given(seq), reason=reason), Done)
