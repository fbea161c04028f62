"""News of a ``Decide``: what its changes, as they were made, mean for everything that follows the store."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from muca.model.changes import (
    AddEvent,
    Change,
    DropMember,
    DropPerson,
    DropTokens,
    PutAddressBan,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutRoom,
    PutToken,
)
from muca.model.events import Event, EventKind, LogEntry
from muca.model.facts import Facts, Membership, Person, Wanted
from muca.model.feed import (
    AboutPerson,
    AddressesBanned,
    DevicesSignedOut,
    IgnoringChanged,
    Logged,
    MarkerPut,
    News,
    PersonChanged,
)
from muca.model.ids import RoomId, Uid
from muca.model.pushes import MarkerMoved
from muca.model.rooms import LOBBY, Room, is_conversation
from muca.model.storage import Answer, Decision

Numbering: TypeAlias = Callable[[Uid], Person | None]
"""Counts a change of a person, and returns the person after it; None: nobody with this UID is known."""

_OfPerson: TypeAlias = PutPerson | DropPerson | PutToken | DropTokens | PutMarker | PutIgnored


def room_to_show(wanted: Wanted, facts: Facts, decision: Decision) -> tuple[RoomId | None, bool]:
    """Return the room that the result or the news need, if any, and whether with what the actor has not read there."""
    changes = decision.changes
    is_counted = wanted.room_after or any(isinstance(change, PutMarker) for change in changes)
    if not is_counted and not any(map(_tells_of_room, changes)):
        return None, False
    made = [change.room for change in changes if isinstance(change, PutRoom) and change.made_by is not None]
    return next((room for room in (*made, wanted.room, facts.made_before) if room is not None), None), is_counted


def _tells_of_room(change: Change) -> bool:
    match change:
        case AddEvent(room=room):
            return is_conversation(room)
        case PutMember(member=member):
            return member.entered
        case _:
            return isinstance(change, PutRoom)


def news_of_changes(
    changes: Sequence[Change], answers: Sequence[Answer], shown: Room | None, numbering: Numbering
) -> tuple[News, ...]:
    """Return the news of these changes. ``shown``: the room that they are about, as the actor sees it now."""
    return tuple(_news(changes, answers, shown, numbering))


def _news(
    changes: Sequence[Change], answers: Sequence[Answer], shown: Room | None, numbering: Numbering
) -> Iterator[News]:
    members = dict(filter(None, map(_membership, changes)))
    changed_rooms = {change.room for change in changes if isinstance(change, PutRoom)}
    for change, answer in zip(changes, answers, strict=False):
        match change:
            case AddEvent(room=room):
                assert isinstance(answer, Event)
                member = members.get(room)
                own = shown if shown is not None and shown.room == room else None
                is_new = room in changed_rooms or (member is not None and member.entered)
                yield Logged(
                    entry=answer,
                    members=tuple(peer.uid for peer in own.members) if own is not None else (),
                    room=own.for_everyone() if own is not None and is_new else None,
                    member=member,
                )
            case PutAddressBan() if change.until_ms:
                yield AddressesBanned(network=change.network)
            case PutPerson() | DropPerson() | PutToken() | DropTokens() | PutMarker() | PutIgnored():
                if _is_followed(change, answer, shown) and (person := numbering(change.uid)) is not None:
                    yield _about_person(change, answer, shown, person)
            case _:
                pass


def _is_followed(change: _OfPerson, answer: Answer, shown: Room | None) -> bool:
    """Return whether a change of a person is news: when somebody was last seen is not, nor is what changed nothing."""
    if isinstance(change, PutPerson):
        given = msgspec.structs.asdict(change)
        return any(value is not None for name, value in given.items() if name not in {"uid", "last_seen_ms"})
    if isinstance(change, PutMarker):
        return shown is not None and shown.room == change.room
    return bool(answer) if isinstance(change, DropTokens) else True


def _about_person(change: _OfPerson, answer: Answer, shown: Room | None, person: Person) -> AboutPerson:
    uid, number = person.uid, person.changes
    match change:
        case DropTokens():
            assert isinstance(answer, list)
            return DevicesSignedOut(uid=uid, number=number, devices=tuple(answer))
        case PutMarker():
            assert shown is not None
            return MarkerPut(number=number, marker=MarkerMoved.of(shown, uid, back=change.back))
        case PutIgnored():
            assert isinstance(answer, tuple)
            return IgnoringChanged(uid=uid, number=number, other=change.other, ignored=change.ignored, markers=answer)
        case _:
            return person_changed(person)


def _membership(change: Change) -> tuple[RoomId, Membership] | None:
    match change:
        case PutMember():
            return change.room, change.member
        case DropMember():
            return change.room, Membership(uid=change.uid, entered=False)
        case _:
            return None


def person_changed(person: Person) -> PersonChanged:
    """Return the news of a change of a person."""
    return PersonChanged(person=msgspec.structs.replace(person, password_hash=None))


_ENTERS: Final = frozenset({EventKind.CREATE, EventKind.ENTER, EventKind.INVITE})
_LEAVES: Final = frozenset({EventKind.EXIT, EventKind.KICK, EventKind.BAN})
_CHANGES: Final = frozenset({EventKind.ROLE, EventKind.MUTE, EventKind.UNMUTE})


def news_of_log(
    entries: Iterable[LogEntry], room: Room, members: tuple[Uid, ...], memberships: Mapping[Uid, Membership]
) -> tuple[Logged, ...]:
    """Return news of events from a log. ``memberships`` are those of now: an earlier one is not known any more."""
    return tuple(
        Logged(entry=entry, members=members, room=room.for_everyone(), member=_member_by(entry, memberships))
        for entry in entries
    )


def concerned(entry: LogEntry) -> Uid | None:
    """Return whose membership an event has changed."""
    if isinstance(entry, Event) and entry.room != LOBBY and entry.kind in _ENTERS | _LEAVES | _CHANGES:
        return entry.uid or entry.sender
    return None


def _member_by(entry: LogEntry, memberships: Mapping[Uid, Membership]) -> Membership | None:
    uid = concerned(entry)
    if uid is None:
        return None
    now = memberships.get(uid)
    is_in = now is not None and now.entered
    assert isinstance(entry, Event)
    if entry.kind in _LEAVES:
        return Membership(uid=uid, entered=False)
    if entry.kind in _ENTERS:
        return now if is_in else Membership(uid=uid)
    return now if is_in else None
