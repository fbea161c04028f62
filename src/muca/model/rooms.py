"""Rooms: append-only logs of events with members."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from muca.model.ids import RoomId, Seq, Uid
from muca.model.wire import Wire, always


class RoomKind(StrEnum):
    """What sort of room it is."""

    LOBBY = "lobby"
    DIRECT = "direct"
    GROUP = "group"


LOBBY: Final[RoomId] = "lobby"
"""The one room that everyone is in."""


def conversation_id(members: Iterable[Uid]) -> RoomId:
    """Give the id of the direct (two UIDs) or group room of exactly these members.

    The id is made from the members alone, so every machine finds the same room without asking: 128 bits of BLAKE2b
    (RFC 7693) over the sorted UIDs as a JSON list, in base 32.
    """
    uids = sorted(set(members))
    digest = hashlib.blake2b(msgspec.json.encode(uids), digest_size=16, person=b"muca room").digest()
    prefix = "d-" if len(uids) == 2 else "g-"
    return prefix + b32encode(digest).decode("ascii").rstrip("=").lower()


class Peer(Wire, frozen=True, kw_only=True):
    """A UID and the nickname it goes by."""

    uid: Uid
    nickname: str


class Room(Wire, frozen=True, kw_only=True):
    """A room as one of its members sees it."""

    room: RoomId
    kind: RoomKind
    members: tuple[Peer, ...] = ()
    """Everyone who is in it, oneself too, in order of UID; empty for the lobby, which everyone is in."""
    seq: Seq = always(0)
    """The SEQ of the newest event, 0 when there is none."""
