"""The TO field: its text, and the recipients that it refers to.

``ALL`` alone, in capitals, means everyone; ``#`` and a title alone, a named room. Otherwise the field has UIDs or
nicknames separated by ``,`` with or without spaces. One makes a private message, several make a group message. Nothing
is ever sent to unintended people: an unknown or ambiguous name is reported. In a list, unknown names and the user's
own name are skipped with a notice.

A UID takes precedence over a nickname, as on the server. Names may contain commas: the longest known name that matches
wins. People who are away can be recipients if the server has a room with exactly these people.

The meaning of a field does not depend on whether it can be sent now; ``Chat`` decides that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from muca.model.events import Reach
from muca.model.ids import RoomId
from muca.model.rooms import Peer, conversation_id
from muca.ui.view.directory import Directory
from muca.ui.view.legible import legible_name, shorten

EVERYONE: Final = "ALL"
UIDS_MAX: Final = 3
"""Maximum number of UIDs listed for people with the same nickname."""
NAME_CHARS_MAX: Final = 40
"""Longer names are shortened in explanations."""


class Recipients(msgspec.Struct, frozen=True, kw_only=True):
    """The recipients of a message."""

    reach: Reach
    peers: tuple[Peer, ...] = ()
    """Empty for everyone."""
    room: RoomId | None = None
    """The room to send to: a named one, or if somebody is away. None: send to the UIDs."""
    title: str = ""
    """The title of the named room, to be shown."""
    notices: tuple[str, ...] = ()
    """Who was skipped and why, and who is away: one sentence each."""


class Misaddressed(msgspec.Struct, frozen=True, kw_only=True):
    """A TO field that nothing can be sent to."""

    explanation: str
    """One plain sentence for the user; empty if the field is empty."""
    brief: str
    """The same in two or three words."""


Resolution: TypeAlias = Recipients | Misaddressed


def resolve(text: str, directory: Directory) -> Resolution:
    """Return the recipients that a TO field refers to."""
    named = directory.named(text.strip())
    if named is not None:
        return Recipients(reach=Reach.ROOM, room=named, title=directory.title(named))
    known = {**directory.away(), **directory.here, directory.own.uid: directory.own}
    entries = list(_entries(text, known.values()))
    if not entries:
        return Misaddressed(explanation="", brief="no recipient yet")
    if EVERYONE in entries:
        if len(entries) > 1:
            explanation = "ALL already means everyone. Remove ALL or the other names."
            return Misaddressed(explanation=explanation, brief="ALL or names?")
        return Recipients(reach=Reach.ALL)
    found: dict[str, Peer] = {}
    left_out: list[Misaddressed] = []
    for entry in entries:
        meant = _meant(entry, directory, known)
        if len(meant) > 1:
            uids = " or ".join(shorten(legible_name(peer.uid), NAME_CHARS_MAX) for peer in meant[:UIDS_MAX])
            explanation = f"Several people are called {_quoted(entry)}. Write the user id instead: {uids}."
            return Misaddressed(explanation=explanation, brief="which one?")
        if not meant:
            left_out.append(_unknown(entry, known))
        elif meant[0].uid == directory.own.uid:
            left_out.append(Misaddressed(explanation="You cannot write to yourself.", brief="that is you"))
        else:
            found[meant[0].uid] = meant[0]
    return _deliverable(found, left_out, directory)


def address(peers: Sequence[Peer], directory: Directory) -> str:
    """Return the text of the TO field for these people: nicknames if they are unambiguous, or else UIDs.

    Empty if no text would refer to exactly these people.
    """
    shortest = ", ".join(
        peer.nickname if is_typeable(peer.nickname) and _means(peer.nickname, [peer], directory) else peer.uid
        for peer in peers
    )
    uids = ", ".join(peer.uid for peer in peers)
    return next((text for text in (shortest, uids) if _means(text, peers, directory)), "")


def is_typeable(text: str) -> bool:
    """Return whether every input field can hold this text; Tk 8.6 is not safe with characters beyond U+FFFF."""
    return all(ord(character) <= 0xFFFF for character in text)


def _means(text: str, peers: Sequence[Peer], directory: Directory) -> bool:
    found = resolve(text, directory)
    return isinstance(found, Recipients) and {peer.uid for peer in found.peers} == {peer.uid for peer in peers}


def _entries(text: str, known: Iterable[Peer]) -> Iterator[str]:
    """Split at commas, but not inside a known name."""
    names = {name for peer in known for name in (peer.uid, peer.nickname)}
    span_max = 1 + max((name.count(",") for name in names), default=0)
    pieces = text.split(",")
    start = 0
    while start < len(pieces):
        for span in range(min(span_max, len(pieces) - start), 0, -1):
            entry = ",".join(pieces[start : start + span]).strip()
            if span == 1 or entry in names:
                break
        start += span
        if entry:
            yield entry


def _meant(entry: str, directory: Directory, known: Mapping[str, Peer]) -> list[Peer]:
    """Return everyone an entry may refer to; people who are online before people who are away."""
    if entry in known:
        return [known[entry]]
    called = [peer for peer in known.values() if peer.nickname == entry]
    return [peer for peer in called if peer.uid in directory.here] or called


def _deliverable(found: dict[str, Peer], left_out: list[Misaddressed], directory: Directory) -> Resolution:
    """Check that all recipients can get the message, now or later."""
    room = None
    notices: list[str] = []
    away = [uid for uid in found if uid not in directory.here]
    if away:
        room = conversation_id([directory.own.uid, *found])
        if directory.keeps_rooms and room in directory.rooms:
            notices += [f"{directory.name(uid)} is away and will get it later." for uid in away]
        else:
            room = None
            left_out += [
                Misaddressed(explanation=f"{directory.name(uid)} is not here now.", brief="not here now")
                for uid in away
            ]
            found = {uid: peer for uid, peer in found.items() if uid not in away}
    if not found:
        brief = left_out[0].brief if len({each.brief for each in left_out}) == 1 else "? check the names"
        return Misaddressed(explanation=" ".join(each.explanation for each in left_out), brief=brief)
    notices += [f"Left out: {each.explanation}" for each in left_out]
    reach = Reach.PRIVATE if len(found) == 1 else Reach.GROUP
    return Recipients(reach=reach, peers=tuple(found.values()), room=room, notices=tuple(notices))


def _unknown(entry: str, known: Mapping[str, Peer]) -> Misaddressed:
    """Explain that nobody has a name, and suggest similar ones."""
    folded = entry.casefold()
    if folded == EVERYONE.casefold():
        return Misaddressed(explanation="To write to everyone, type ALL in capitals.", brief="ALL in capitals?")
    near = [name for peer in known.values() for name in (peer.nickname, peer.uid) if name.casefold() == folded]
    hint = f" Did you mean {_quoted(near[0])}?" if near else ""
    return Misaddressed(explanation=f"No one here is called {_quoted(entry)}.{hint}", brief="? check the name")


def _quoted(name: str) -> str:
    return f"“{shorten(legible_name(name), NAME_CHARS_MAX)}”"
