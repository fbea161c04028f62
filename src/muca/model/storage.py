"""What the core asks of a store and what the store answers. ``core`` and ``storage`` meet only in these words."""

from typing import TypeAlias

import msgspec

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import Message
from muca.model.rooms import Room, RoomKind


class StoreError(Exception):
    """The disk or the database failed: nothing of the commit was stored, or nothing could be read. May pass."""


class StoreBroken(StoreError):
    """What is on disk can no longer be trusted, as after a failed fsync. The process must end."""


class _Word(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the words below."""


class Append(_Word, frozen=True, kw_only=True):
    """Put a message at the end of a room. Answered by ``Appended`` or ``Refused``."""

    room: RoomId | None
    """None: the recipients are unknown (now); only the answer to an earlier SEND with this ID is looked for."""
    kind: RoomKind
    members: tuple[Uid, ...] | None = None
    """The members, sorted, when the room may have to be made first."""
    sender: Uid
    nickname: str
    text: str
    ts_ms: int
    request_id: str | None = None


class Admit(_Word, frozen=True, kw_only=True):
    """Let a UID in. Answered by ``Admitted`` or ``Refused``.

    A free UID may be used by anyone; ``offered_token_hash`` (v2 only) claims it. A claimed UID needs ``token_hash`` to
    be the hash it was claimed with. The nickname is remembered for showing the UID while it is away. Claiming sets the
    floor of the UID's direct and group rooms: what was written before is not the new owner's to read.
    """

    uid: Uid
    nickname: str
    ts_ms: int
    token_hash: bytes | None = None
    """SHA-256 of the token presented, 32 bytes."""
    offered_token_hash: bytes | None = None
    """SHA-256 of the token that the UID gets if this claims it. None for v1 clients, which cannot claim."""
    rooms_max: int = 500


class Appended(_Word, frozen=True, kw_only=True):
    """The message is in its room. For a retried SEND: where it is since the first time."""

    room: RoomId
    seq: Seq
    ts_ms: int
    retried: bool = False


class Admitted(_Word, frozen=True, kw_only=True):
    """The UID may come in."""

    claimed: bool
    """Whether this very Admit claimed the UID."""
    rooms: tuple[Room, ...]
    """The lobby, then the UID's direct and group rooms, latest active first, at most ``rooms_max`` in all."""


class Refused(_Word, frozen=True, kw_only=True):
    """The write was not done, for a reason that is the asker's.

    ``token_required``, ``token_wrong``, ``id_reused``, or ``unknown_recipient``: an ``Append`` without a room that was
    no retry.
    """

    code: ErrorCode


class HistoryQuery(_Word, frozen=True, kw_only=True):
    """A page of a room's log as ``reader`` may see it.

    Answered by ``HistoryPage``, or by None: there is no such room for this reader.
    """

    room: RoomId
    reader: Uid
    after: Seq | None = None
    """Oldest first from here; at most one of ``after`` and ``before`` is given."""
    before: Seq | None = None
    events_max: int
    bytes_max: int
    """Bytes of text (UTF-8) of the page; it has at least one event all the same."""


class HistoryPage(_Word, frozen=True, kw_only=True):
    """Events in order of SEQ, and whether more lie beyond in the direction asked for."""

    events: tuple[Message, ...]
    more: bool


Write: TypeAlias = Append | Admit
WriteResult: TypeAlias = Appended | Admitted | Refused | StoreError
