"""Known people and rooms, and the names to show for them.

People who are online are shown with their current nickname, others with the last one seen in rooms or messages. If two
known people share a nickname, the UID is added, so that nobody can pass for somebody else.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from muca.model.events import Message
from muca.model.ids import RoomId, Uid
from muca.model.matching import fold
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.ui.view.legible import legible_name
from muca.ui.view.members import MemberLists

_NAMES_REMEMBERED_MAX: Final = 65_536
"""Number of names whose sort key is cached."""


def by_name(peers: Iterable[Peer]) -> list[Peer]:
    """Sort people by name, ignoring case and accents, and with “Team 2” before “Team 10”."""
    return sorted(peers, key=lambda peer: (_alphabetical(peer.nickname), peer.uid))


@lru_cache(_NAMES_REMEMBERED_MAX)
def _alphabetical(name: str) -> tuple[str | int, ...]:
    """Return the sort key of a name: words and numbers in turn."""
    parts = re.split(r"([0-9]+)", fold(legible_name(name)))
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


class Directory:
    """The people and rooms that the user knows of."""

    def __init__(self, own: Peer) -> None:
        self.own = own
        self.keeps_rooms = False
        """Whether the server speaks v2: it has rooms, and keeps messages for people who are away."""
        self.members = MemberLists()
        """Who is in named rooms."""
        self._here: dict[Uid, Peer] = {}
        self._rooms: dict[RoomId, Room] = {}
        self._nicknames: dict[Uid, str] = {}
        self._called: dict[str, set[Uid]] = {}
        self.call(own)

    @property
    def here(self) -> Mapping[Uid, Peer]:
        """Everyone who is online, including the user, in order of joining."""
        return self._here

    @property
    def rooms(self) -> Mapping[RoomId, Room]:
        """The user's rooms, the most recently active first. With a first-generation server, one per other person."""
        return self._rooms

    def peer(self, uid: Uid) -> Peer:
        """Return a person with the current nickname; for unknown people, the UID."""
        return self._here.get(uid) or Peer(uid=uid, nickname=self._nicknames.get(uid, uid))

    def others_here(self) -> list[Peer]:
        """Return everyone who is online except the user, by name."""
        return by_name(peer for peer in self._here.values() if peer.uid != self.own.uid)

    def away(self) -> dict[Uid, Peer]:
        """Return the people in the user's rooms who are not online."""
        members = (peer for room in self._rooms.values() for peer in room.members)
        return {peer.uid: peer for peer in members if peer.uid not in self._here and peer.uid != self.own.uid}

    def connected(self, peers: Iterable[Peer], rooms: Iterable[Room], *, keeps_rooms: bool) -> None:
        """Apply the server's state at the start of a session."""
        self._here = {peer.uid: peer for peer in peers}
        self.members.clear()
        named = {room.room: room for room in rooms}
        self._rooms = named | {room: known for room, known in self._rooms.items() if room not in named}
        self.keeps_rooms = keeps_rooms
        for room in self._rooms.values():
            for peer in room.members:
                self.call(peer)
        for peer in self._here.values():
            self.call(peer)

    def empty(self) -> None:
        """Forget who is online, because there is no connection. Rooms and names stay."""
        self._here = {}

    def change(self, change: PeerChanged) -> None:
        """Apply a change of a peer: joined, left or renamed."""
        if change.change is PeerChange.LEFT:
            self._here.pop(change.uid, None)
            return
        peer = Peer(uid=change.uid, nickname=change.nickname)
        self._here[peer.uid] = peer
        self.call(peer)

    def open(self, room: Room) -> None:
        """Add a new room."""
        self._rooms[room.room] = room
        for peer in room.members:
            if peer.uid not in self._nicknames:
                self.call(peer)

    def meet(self, room: RoomId, peers: Iterable[Peer]) -> None:
        """Add members of a named room."""
        peers = list(peers)
        self.members.add(room, [peer.uid for peer in peers])
        for peer in peers:
            if peer.uid not in self._here:
                self.call(peer)

    def close(self, room: RoomId) -> None:
        """Forget a room that the user has left."""
        self._rooms.pop(room, None)
        self.members.drop(room)

    def retitle(self, room: RoomId, title: str) -> None:
        """Change the title of a named room."""
        if room in self._rooms:
            self._rooms[room] = msgspec.structs.replace(self._rooms[room], title=title)

    def named(self, text: str) -> RoomId | None:
        """Return the named room with the title after ``#``."""
        rooms = (room for room in self._rooms.values() if room.kind is RoomKind.NAMED)
        return next((room.room for room in rooms if f"#{room.title}" == text), None)

    def pair(self, room: RoomId, uid: Uid) -> None:
        """Add a room for a conversation with one person, because first-generation servers have none."""
        if room not in self._rooms:
            self._rooms[room] = Room(room=room, kind=RoomKind.DIRECT, members=(self.own, self.peer(uid)))

    def call(self, peer: Peer) -> None:
        """Store the nickname of a UID."""
        before = self._nicknames.get(peer.uid)
        if before == peer.nickname:
            return
        if before is not None:
            self._called[legible_name(before)].discard(peer.uid)
        self._nicknames[peer.uid] = peer.nickname
        self._called.setdefault(legible_name(peer.nickname), set()).add(peer.uid)

    def name(self, uid: Uid) -> str:
        """Return the name to show for a UID: the nickname, with the UID if others share it; or the UID alone."""
        nickname = self._nicknames.get(uid)
        if nickname is None:
            return legible_name(uid)
        shown = legible_name(nickname)
        return f"{shown} ({legible_name(uid)})" if len(self._called[shown]) > 1 else shown

    def name_of_sender(self, message: Message) -> str:
        """Return the name to show for a sender, and store the nickname if the UID had none."""
        if message.nickname is not None and message.sender not in self._nicknames:
            self.call(Peer(uid=message.sender, nickname=message.nickname))
        return self.name(message.sender)

    def title(self, room: RoomId) -> str:
        """Return the name of a conversation: the room's title, or the other people, in a group with the user last."""
        if room == LOBBY:
            return "Everyone"
        known = self._rooms.get(room)
        if known is None:
            return "Groups"
        if known.kind is RoomKind.NAMED:
            return legible_name(known.title or room)
        others = [self.name(peer.uid) for peer in by_name(known.members) if peer.uid != self.own.uid]
        return ", ".join(others) if known.kind is RoomKind.DIRECT else ", ".join([*others, "you"])
