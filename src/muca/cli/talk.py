"""``muca send``, ``tail``, ``history``, ``search``, ``rooms`` and ``peers``: the chat for scripts and terminals.

Exit codes: 0: done; 1: the server refused it; 2: the command is wrong; 3: the server cannot be reached, so that trying
again later makes sense.
"""

import asyncio
import re
import sys
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter

from muca.cli.who import Who, WhoError
from muca.client import CannotConnect, Client, Disconnected, Event, Message, MucaError, NotConnected
from muca.model.ids import RoomId
from muca.model.replies import Page
from muca.model.rooms import LOBBY, Room, RoomKind

PAGE: Final = 200
_CANNOT_REACH: Final = 3
_SINCE: Final = re.compile(r"(\d{1,6})([smhd])")
_UNIT_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_ENCODER: Final = msgspec.json.Encoder()

FROM_PROFILE: Final = Who()
"""What holds without options."""

Json = Annotated[bool, Parameter(negative="", show_default=False)]


def send(
    text: str | None = None,
    /,
    *,
    to: Annotated[list[str] | None, Parameter(negative="")] = None,
    room: str | None = None,
    file: Annotated[list[Path] | None, Parameter(negative="")] = None,
    reply_to: int | None = None,
    json: Json = False,
    who: Who = FROM_PROFILE,
) -> int:
    """Send a message, and wait until it is stored.

    Parameters
    ----------
    text
        Text (default: standard input).
    to
        User id or nickname of a recipient, more than once for a group (default: everyone).
    room
        Id or title of the room to send to.
    file
        File to attach; may be given more than once.
    reply_to
        SEQ of the message that this one answers.
    json
        Print the message as JSON, as the protocol has it, instead of its room and SEQ.
    """
    if to and room is not None:
        print("muca: Give --to or --room, not both.", file=sys.stderr)
        return 2
    files = file or []
    for path in files:
        if not path.is_file():
            print(f"muca: {path}: there is no such file.", file=sys.stderr)
            return 2
    said = text if text is not None else "" if files and sys.stdin.isatty() else sys.stdin.read().removesuffix("\n")

    async def work(client: Client) -> None:
        place = await _find_room(client, room) if room is not None else None
        uploads = [await client.upload(path) for path in files]
        message = await client.send(said, to or (), room=place, reply_to=reply_to, files=uploads)
        _print(_json(message) if json else f"{message.room or ''} {message.seq or ''}".strip())

    return _run(who, work)


def tail(
    room: str | None = None,
    /,
    *,
    since: str | None = None,
    json: Json = False,
    who: Who = FROM_PROFILE,
) -> int:
    """Print messages as they come; Ctrl+C ends it.

    Parameters
    ----------
    room
        Id or title of a room (default: all your rooms).
    since
        Begin with the messages of this time, such as 30m, 2h or 1d.
    json
        Print messages and other events as JSON, as the protocol has them, one per line.
    """
    seconds = _seconds(since)
    if seconds is None and since is not None:
        return 2

    async def work(client: Client) -> None:
        place = await _find_room(client, room) if room is not None else None
        printed: dict[RoomId, int] = {}
        if seconds is not None:
            for one in [place] if place is not None else list(client.rooms):
                async for event in _since(client, one, seconds):
                    printed[one] = event.seq or 0
                    _show(client, event, json, place)
        reason = "The connection is lost."
        async for coming in client.events():
            if isinstance(coming, Disconnected):
                reason = coming.explanation or reason
            if not isinstance(coming, Message | Event) or place not in {None, coming.room}:
                continue
            if (coming.seq or 0) > printed.get(coming.room or "", -1):
                _show(client, coming, json, place)
        raise NotConnected(reason)

    return _run(who, work)


def history(
    room: str = LOBBY, /, *, limit: int = 50, since: str | None = None, json: Json = False, who: Who = FROM_PROFILE
) -> int:
    """Print the newest messages of a room, the oldest first.

    Parameters
    ----------
    room
        Id or title of the room.
    limit
        How many events at most.
    since
        All messages of this time instead, such as 30m, 2h or 1d.
    json
        Print messages and other events as JSON, as the protocol has them, one per line.
    """
    seconds = _seconds(since)
    if seconds is None and since is not None:
        return 2
    if limit < 1:
        print("muca: --limit must be at least 1.", file=sys.stderr)
        return 2

    async def work(client: Client) -> None:
        place = await _find_room(client, room)
        if seconds is not None:
            async for event in _since(client, place, seconds):
                _show(client, event, json, place)
            return
        pages: list[Page] = []
        left, before = limit, None
        while left > 0:
            pages.append(await client.history(place, before=before, limit=min(left, PAGE)))
            left -= len(pages[-1].events)
            if not pages[-1].more or not pages[-1].events:
                break
            before = pages[-1].events[0].seq
        for page in reversed(pages):
            for event in page.events:
                _show(client, event, json, place)

    return _run(who, work)


def search(query: str, /, *, limit: int = 20, json: Json = False, who: Who = FROM_PROFILE) -> int:
    """Search the messages that you may read, and print those found, the newest first.

    Parameters
    ----------
    query
        Words, "phrases", from:UID, in:ROOM, after:2026-11-30 and so on, as in the search of the page.
    limit
        How many messages at most.
    json
        Print messages as JSON, as the protocol has them, one per line.
    """

    async def work(client: Client) -> None:
        left, before = limit, None
        while left > 0:
            found = await client.search(query, before=before, limit=min(left, 50))
            for hit in found.hits:
                _show(client, hit.message, json, None)
            left -= len(found.hits)
            before = found.next
            if before is None:
                break

    return _run(who, work)


def rooms(match: str = "", /, *, json: Json = False, who: Who = FROM_PROFILE) -> int:
    """List your rooms and conversations, and the other rooms that you may enter.

    Parameters
    ----------
    match
        Part of the title or topic.
    json
        Print rooms as JSON, as the protocol has them, one per line.
    """

    async def work(client: Client) -> None:
        found = {one.room: one for one in client.rooms.values() if match.casefold() in _title(one).casefold()}
        after, more = None, True
        while more:
            page = await client.list_rooms(match, after=after, limit=PAGE)
            found |= {one.room: one for one in page.rooms if one.room not in found}
            after, more = page.next, page.next is not None
        for one in found.values():
            unread = f" ({one.unread} unread)" if one.unread else "" if one.entered else " (not entered)"
            _print(_json(one) if json else f"{one.room}  {_title(one)}{unread}")

    return _run(who, work)


def peers(*, json: Json = False, who: Who = FROM_PROFILE) -> int:
    """List the people who are online.

    Parameters
    ----------
    json
        Print people as JSON, one per line.
    """

    async def work(client: Client) -> None:
        for one in client.peers.values():
            away = " (away)" if one.uid in client.away else ""
            _print(_json(one) if json else f"{one.uid}  {one.nickname}{away}")

    return _run(who, work)


def _run(who: Who, work: Callable[[Client], Coroutine[None, None, None]]) -> int:
    """Join, do something, and leave. Returns the exit code."""

    async def run() -> None:
        async with Client(**who.settings()) as client:
            await work(client)

    try:
        asyncio.run(run())
    except (WhoError, ValueError) as error:
        return _fail(error, 2)
    except (CannotConnect, NotConnected) as error:
        return _fail(error, _CANNOT_REACH)
    except MucaError as error:
        return _fail(error, 1)
    return 0


def _fail(error: Exception, code: int) -> int:
    print(f"muca: {error}", file=sys.stderr)
    return code


def _seconds(since: str | None) -> int | None:
    """Parse a duration; say what is wrong with it."""
    if since is None:
        return None
    found = _SINCE.fullmatch(since)
    if found is None:
        print(f"muca: --since must be a number with s, m, h or d, such as 2h, not “{since}”.", file=sys.stderr)
        return None
    return int(found[1]) * _UNIT_SECONDS[found[2]]


async def _find_room(client: Client, room: str) -> RoomId:
    """Return the id of a room that is given by its id or title; enter it, if that is necessary and possible."""
    if room in client.rooms:
        return room
    found = [one for one in client.rooms.values() if one.title == room]
    if not found:
        page = await client.list_rooms(room)
        found = [one for one in page.rooms if room in {one.title, one.room}]
        if found and not found[0].entered:
            await client.enter(found[0].room)
    return found[0].room if found else room  # the server says that there is none


async def _since(client: Client, room: RoomId, seconds: int) -> AsyncIterator[Message | Event]:
    """Yield the events of a room since some seconds ago."""
    page = await client.history(room, at_ms=int((time.time() - seconds) * 1_000), limit=PAGE)
    while True:
        for event in page.events:
            yield event
        if not page.more or not page.events:
            return
        page = await client.history(room, after=page.events[-1].seq, limit=PAGE)


def _show(client: Client, event: Message | Event, json: bool, place: RoomId | None) -> None:
    """Print an event; without ``place``, say in which room it is."""
    if json:
        _print(_json(event))
    elif isinstance(event, Message) and not event.deleted:
        at = datetime.fromtimestamp((event.ts_ms or 0) / 1_000).astimezone()
        room = client.rooms.get(event.room or "")
        where = "" if place is not None else f"[{_title(room) if room is not None else event.room}] "
        files = "".join(f" [{file.name}]" for file in event.files)
        lines = f"{event.text}{files}".replace("\n", "\n    ")
        _print(f"{at:%Y-%m-%d %H:%M:%S} {where}{event.nickname or event.sender}: {lines}")


def _title(room: Room) -> str:
    """Return what people call a room."""
    if room.title is not None:
        return room.title
    return "Lobby" if room.kind is RoomKind.LOBBY else ", ".join(peer.nickname for peer in room.members)


def _json(what: msgspec.Struct) -> str:
    return _ENCODER.encode(what).decode()


_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that could make a line look like another one (Unicode UAX #9)."""


def _print(line: str) -> None:
    """Print a line at once. What controls a terminal, or the direction of text, is made visible."""
    print("".join(f"\\u{ord(char):04x}" if _controls(char) else char for char in line), flush=True)


def _controls(char: str) -> bool:
    return char in _DIRECTIONS or (char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs"})
