"""The feed: what a commit has changed, as everything that follows the store learns it, whoever asked for the commit.

Rules:

1. News are plain values that can be serialized: a process that did not ask, or another machine, can follow them.
2. What happens in a room has the SEQ of its event, and what happens to a person the number of the change
   (``Person.changes``). Followers can put news in order, notice gaps, and ignore repetitions.
3. News without a number may come late, early or twice.
"""

from typing import TypeAlias

from muca.model.events import LogEntry
from muca.model.facts import Membership, Person
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import MarkerMoved
from muca.model.rooms import Room
from muca.model.word import Word


class Logged(Word, frozen=True, kw_only=True, tag=True):
    """An event was added to a room's log. Settings and memberships change only together with an event."""

    entry: LogEntry
    members: tuple[Uid, ...] = ()
    """Everyone in a direct or group room."""
    room: Room | None = None
    """The room after it, without the fields that depend on the reader, if it was changed or somebody entered it."""
    member: Membership | None = None
    """The membership that it changed, after it. Not ``entered``: the person has left."""


class PersonChanged(Word, frozen=True, kw_only=True, tag=True):
    """Nickname, role, mute, ban or the like of a person changed, or the account was claimed, disabled or deleted."""

    person: Person
    """The person after it, without the hash of the password."""

    @property
    def uid(self) -> Uid:
        """Whom it is about."""
        return self.person.uid

    @property
    def number(self) -> int:
        """The number of this change of the person."""
        return self.person.changes


class DevicesSignedOut(Word, frozen=True, kw_only=True, tag=True):
    """Devices of a person have no token any more."""

    uid: Uid
    number: int
    devices: tuple[int, ...]


class MarkerPut(Word, frozen=True, kw_only=True, tag=True):
    """A person moved a read marker."""

    number: int
    marker: MarkerMoved
    """With the person's own counts."""

    @property
    def uid(self) -> Uid:
        """Whom it is about."""
        return self.marker.uid


class IgnoringChanged(Word, frozen=True, kw_only=True, tag=True):
    """A person ignores somebody, or no longer does."""

    uid: Uid
    number: int
    other: Uid
    ignored: bool
    markers: tuple[MarkerMoved, ...] = ()
    """The person's unread counts that it changed."""


class AddressesBanned(Word, frozen=True, kw_only=True, tag=True):
    """A range of addresses was banned."""

    network: str


class EventsRemoved(Word, frozen=True, kw_only=True, tag=True):
    """Retention removed events: unread counts changed for people who have not read up to the seq."""

    rooms: dict[RoomId, Seq]


AboutPerson: TypeAlias = PersonChanged | DevicesSignedOut | MarkerPut | IgnoringChanged
"""What happened to one person, with the number of the change."""

News: TypeAlias = Logged | AboutPerson | AddressesBanned | EventsRemoved
