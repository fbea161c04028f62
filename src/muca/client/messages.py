"""Messages: send, edit, read and search them."""

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
from muca.model.replies import Done, Hits, MessageList, Page, Purged, Stored, Version, VersionList

_T = TypeVar("_T")


def _given(what: _T | None) -> _T:
    if what is None:
        raise NotSupported("This message comes from a first-generation server, which does not number its messages.")
    return what


def places_of(text: str, people: Mapping[str, Uid]) -> tuple[Mention, ...]:
    """Find the mentions in a text, for ``send`` and ``edit``. ``people``: UIDs by name, without the ``@``.

    Example: ``places_of("ask @Mary", {"Mary": "mary@lab"})``. Names are found by the server's rules.
    """
    names = Names()
    for name, uid in people.items():
        names.put(uid, name, Rank.ACCOUNT)
    return names.find(text, len(text))


class MessageRequests(Asking):
    """Requests about messages. ``room`` and ``seq`` identify a message, as in ``Message``.

    If they are None, as in messages of first-generation servers, the methods raise ``NotSupported``.
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
        request_id: str | None = None,
    ) -> Message:
        """Send a message to everyone, to some people (``to``: UIDs or nicknames), or to a room. Returns it as stored.

        ``reply_to`` is the SEQ of a message in the same room. ``files`` are results of ``upload``; with files, the text
        may be empty. ``mentions`` says whom the text mentions, see ``places_of``; if it is None, the server looks for
        names. The message that arrives as an event says who was mentioned.

        While the connection is down, this waits, and after the reconnect sends the message again under the same ID, so
        it is stored once. ``request_id`` is that ID, by default a new one. To send a message again that may have been
        stored already, even by another process, give its first ID: 1 to 64 characters, which nobody can guess. Your own
        messages have it as ``request_id``, unless the server is older.

        With a first-generation server it returns when the message is written, without ``seq``. If
        it is cancelled, the message is not sent (again); if it was already sent, the server may have stored it.
        """
        if isinstance(to, str):
            raise TypeError("to must be a list of user ids or nicknames, not one string")
        if room is not None and to:
            raise ValueError("give either to or room, not both")
        recipients = tuple(to) if room is None else None
        ids = tuple(file.file for file in files)
        meant = tuple(mentions) if mentions is not None else None
        asked = requests.Send(
            text=text,
            recipients=recipients,
            room=room,
            reply_to=reply_to,
            files=ids,
            mentions=meant,
            request_id=request_id,
        )
        return msgspec.structs.replace(await self._ask(asked, Message), files=tuple(files))

    async def edit(
        self, room: RoomId | None, seq: Seq | None, text: str, *, mentions: Sequence[Mention] | None = None
    ) -> Stored | None:
        """Edit your own message. Returns the event's position, or None if the message already had this text."""
        meant = tuple(mentions) if mentions is not None else None
        return await self._change(requests.Edit(room=_given(room), seq=_given(seq), text=text, mentions=meant))

    async def delete(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Permanently delete your own message, or as a moderator. Returns the event's position; None: it was gone."""
        return await self._change(requests.Delete(room=_given(room), seq=_given(seq)))

    async def purge(self, room: RoomId | None, uid: Uid) -> int:
        """Permanently delete all messages of one person in a room: your own, or as a moderator. Returns how many.

        The server deletes a few at a time. If it fails midway, call it again; deleted messages stay deleted.
        """
        deleted, more = 0, True
        while more:
            purged = await self._ask(requests.Purge(room=_given(room), uid=uid), Purged)
            deleted, more = deleted + purged.deleted, purged.more
        return deleted

    async def react(self, room: RoomId | None, seq: Seq | None, emoji: str) -> Stored | None:
        """Add a reaction. Returns the event's position, or None if it was already there."""
        return await self._change(requests.React(room=_given(room), seq=_given(seq), emoji=emoji))

    async def unreact(self, room: RoomId | None, seq: Seq | None, emoji: str) -> Stored | None:
        """Remove your reaction. Returns the event's position, or None if there was none."""
        return await self._change(requests.Unreact(room=_given(room), seq=_given(seq), emoji=emoji))

    async def pin(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Pin a message. Returns the event's position, or None if it was already pinned."""
        return await self._change(requests.Pin(room=_given(room), seq=_given(seq)))

    async def unpin(self, room: RoomId | None, seq: Seq | None) -> Stored | None:
        """Unpin a message. Returns the event's position, or None if it was not pinned."""
        return await self._change(requests.Unpin(room=_given(room), seq=_given(seq)))

    async def mark_read(self, room: RoomId | None, seq: Seq | None) -> None:
        """Mark everything up to ``seq`` as read. Never moves back. Call it at most about once a second."""
        await self._ask(requests.Read(room=_given(room), seq=_given(seq)), Done)

    async def mark_unread(self, room: RoomId | None, seq: Seq | None) -> None:
        """Mark ``seq`` and everything after it as unread, on all your devices."""
        await self._ask(requests.Read(room=_given(room), seq=_given(seq) - 1, back=True), Done)

    async def typing(self, room: RoomId | None) -> None:
        """Tell others that you are writing. Expires after ``joined.limits.typing_seconds``."""
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
        """Read a page of a room's log, oldest event first, at most ``limit`` events.

        Give at most one of ``after``, ``before``, ``around`` (a SEQ) and ``at_ms`` (UTC milliseconds since 1970);
        without one, you get the newest page. ``more`` says whether the log continues in that direction. Messages have
        their current text.
        """
        history = requests.History(
            room=_given(room), after=after, before=before, around=around, at_ms=at_ms, limit=limit
        )
        return await self._ask(history, Page)

    async def search(self, query: str, *, before: int | None = None, limit: int = 20, zone: str | None = None) -> Hits:
        """Search the messages that you may read, the newest first.

        The query has words, parts of words, "phrases", ``from:``, ``in:``, ``before:``, ``after:``, ``has:``.
        ``before`` is the ``next`` of the previous page; a page may be short or empty and still have a ``next``. Days
        are those of ``zone``, such as "Europe/Berlin" or "+02:00"; None: this machine's current UTC offset.
        """
        ahead = zone or datetime.now().astimezone().isoformat()[-6:]
        return await self._ask(requests.Search(query=query, before=before, limit=limit, zone=ahead), Hits)

    async def versions(self, room: RoomId | None, seq: Seq | None) -> tuple[Version, ...]:
        """Return all texts that a message has had, the first one first."""
        return (await self._ask(requests.Versions(room=_given(room), seq=_given(seq)), VersionList)).versions

    async def pins(self, room: RoomId | None) -> tuple[Message, ...]:
        """Return the pinned messages of a room, the most recently pinned first."""
        return (await self._ask(requests.Pins(room=_given(room)), MessageList)).messages

    async def report(self, room: RoomId | None, seq: Seq | None, reason: str = "") -> None:
        """Report a message to the moderators."""
        await self._ask(requests.Report(room=_given(room), seq=_given(seq), reason=reason), Done)
