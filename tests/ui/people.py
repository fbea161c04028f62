"""The people of these tests, and the rooms they share."""

from itertools import count
from typing import Final

from muca.model.events import REACH, Message
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id
from muca.ui.config_txt import Profile
from muca.ui.view.directory import Directory

TONY: Final = Peer(uid="tony@muca.example", nickname="Tony")
MARY: Final = Peer(uid="mary@muca.example", nickname="Mary")
HENRY: Final = Peer(uid="henry@muca.example", nickname="Henry")
PETER: Final = Peer(uid="peter@muca.example", nickname="Peter")
EVERYBODY: Final = (TONY, MARY, HENRY, PETER)
PROFILE: Final = Profile(uid=TONY.uid, nickname=TONY.nickname, server="127.0.0.1", port=40452)
NOON_MS: Final = 1_795_435_200_000
"""A time to start from: 23 November 2026, 12:00 UTC."""


def room_of(*members: Peer, seq: int = 0) -> Room:
    """Return the room of exactly these people."""
    kind = RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
    ordered = tuple(sorted(members, key=lambda peer: peer.uid))
    return Room(room=conversation_id(peer.uid for peer in members), kind=kind, members=ordered, seq=seq)


LOBBY_ROOM: Final = Room(room=LOBBY, kind=RoomKind.LOBBY)
WITH_MARY: Final = room_of(TONY, MARY)
WITH_MARY_AND_HENRY: Final = room_of(TONY, MARY, HENRY)
OPTICS: Final = Room(room="r-optics", kind=RoomKind.NAMED, title="Optics, and light", seq=1)


def directory_of(*here: Peer, rooms: tuple[Room, ...] = (LOBBY_ROOM,), keeps_rooms: bool = True) -> Directory:
    """Return Tony's directory with these people here."""
    directory = Directory(TONY)
    directory.connected(here or EVERYBODY, rooms, keeps_rooms=keeps_rooms)
    return directory


def new_id() -> str:
    """Return an ID for a SEND."""
    return str(next(_numbers))


_numbers: Final = count()


def message(
    sender: Peer,
    text: str,
    *,
    seq: int | None,
    room: Room = LOBBY_ROOM,
    later_s: float = 0.0,
    ts_ms: int | None = None,
    id: str | None = None,
) -> Message:
    """Return a message as a v2 server pushes it."""
    return Message(
        room=room.room,
        seq=seq,
        ts_ms=NOON_MS + int(later_s * 1000) if ts_ms is None else ts_ms,
        reach=REACH[room.kind],
        sender=sender.uid,
        nickname=sender.nickname,
        text=text,
        request_id=id,
    )
