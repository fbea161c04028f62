"""The roster: who is online, on this server or another one. It is built from changes of presence alone.

Rules:
- A person is online while at least one origin says so, with the nickname that was reported last.
- A person is away if all of these origins say so.
- The order is that of joining. Somebody who leaves and comes back is at the end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from muca.model.ids import NodeId, Uid
from muca.model.names import nickname_key
from muca.model.presence import Offline, Online, OriginLost, PresenceChange
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.replies import PeerPage
from muca.model.rooms import Peer

LOCAL: Final[NodeId] = "local"
"""The origin of this server's own sessions."""

_arrival: Final = itemgetter(0)


class _Entry:
    """Somebody online."""

    __slots__ = ("arrival", "away", "peer", "reports")

    def __init__(self, arrival: int, report: Online) -> None:
        self.arrival = arrival
        """A number that increases with each person who joins."""
        self.reports: dict[NodeId, Online] = {}
        """By origin, the latest one last."""
        self.peer = Peer(uid=report.uid, nickname=report.nickname)
        self.away = False

    def sum_up(self) -> None:
        """Derive nickname and ``away`` from what the origins report."""
        *_, latest = self.reports.values()
        if latest.nickname != self.peer.nickname:
            self.peer = Peer(uid=latest.uid, nickname=latest.nickname)
        self.away = all(report.away for report in self.reports.values())


class Roster:
    """Who is online."""

    def __init__(self) -> None:
        self._people: dict[Uid, _Entry] = {}
        self._arrivals: list[tuple[int, Uid]] = []
        """Everyone, in order of joining."""
        self._namesakes: dict[str, set[Uid]] = {}
        """The UIDs by the keys of their nicknames."""
        self._last_arrival = 0
        self._first_page: PeerPage | None = None
        """The first page, while nobody on it changes and others follow."""

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, uid: Uid) -> bool:
        return uid in self._people

    def __iter__(self) -> Iterator[Peer]:
        """Return everyone, in order of joining."""
        return (entry.peer for entry in self._people.values())

    def get(self, uid: Uid) -> Peer | None:
        """Return a person, if online."""
        entry = self._people.get(uid)
        return entry.peer if entry is not None else None

    def meant_by(self, name: str, *, exactly: bool = False) -> list[Uid]:
        """Return the people with this nickname; ``exactly``: only those with the same spelling, if there are any."""
        alike = sorted(self._namesakes.get(nickname_key(name), ()))
        if exactly:
            return [uid for uid in alike if self._people[uid].peer.nickname == name] or alike
        return alike

    def page(self, after: int, people_max: int) -> PeerPage:
        """Return some people in order of joining. ``after``: the ``next`` of the previous page, or 0."""
        if after == 0 and self._first_page is not None and len(self._first_page.peers) == people_max:
            return self._first_page  # everyone who joins is sent it
        first = bisect_right(self._arrivals, after, key=_arrival)
        listed = self._arrivals[first : first + people_max]
        more = first + len(listed) < len(self._arrivals)
        entries = [self._people[uid] for _, uid in listed]
        page = PeerPage(
            peers=tuple([entry.peer for entry in entries]),
            away=tuple([entry.peer.uid for entry in entries if entry.away]),
            next=listed[-1][0] if more and listed else None,
        )
        if after == 0 and page.next is not None:
            self._first_page = page
        return page

    def is_listed(self, peer: Peer, first_page: PeerPage) -> bool:
        """Return whether somebody online is on the first page."""
        return first_page.next is None or self._people[peer.uid].arrival <= first_page.next

    def apply(self, change: PresenceChange) -> list[PeerChanged]:
        """Apply a change, and return what clients must be told. Applying it again changes nothing."""
        match change:
            case Online():
                return self._report(change)
            case Offline(origin=origin, uid=uid):
                return self._withdraw(origin, uid)
            case OriginLost(origin=origin):
                theirs = [uid for uid, entry in self._people.items() if origin in entry.reports]
                return [told for uid in theirs for told in self._withdraw(origin, uid)]

    def _report(self, report: Online) -> list[PeerChanged]:
        entry = self._people.get(report.uid)
        is_new = entry is None
        if entry is None:
            self._last_arrival += 1
            entry = self._people[report.uid] = _Entry(self._last_arrival, report)
            self._arrivals.append((entry.arrival, report.uid))
            self._index(entry.peer)
        entry.reports.pop(report.origin, None)
        entry.reports[report.origin] = report
        return [*([_told(PeerChange.JOINED, entry.peer)] if is_new else []), *self._sum_up(entry)]

    def _withdraw(self, origin: NodeId, uid: Uid) -> list[PeerChanged]:
        entry = self._people.get(uid)
        if entry is None or entry.reports.pop(origin, None) is None:
            return []
        if entry.reports:
            return self._sum_up(entry)
        self._first_page = None
        del self._people[uid]
        del self._arrivals[bisect_left(self._arrivals, entry.arrival, key=_arrival)]
        self._forget(entry.peer)
        return [_told(PeerChange.LEFT, entry.peer)]

    def _sum_up(self, entry: _Entry) -> list[PeerChanged]:
        peer, away = entry.peer, entry.away
        entry.sum_up()
        told = []
        if entry.peer != peer:
            self._first_page = None
            self._forget(peer)
            self._index(entry.peer)
            told.append(_told(PeerChange.RENAMED, entry.peer))
        if entry.away is not away:
            self._first_page = None
            told.append(_told(PeerChange.AWAY if entry.away else PeerChange.BACK, entry.peer))
        return told

    def _index(self, peer: Peer) -> None:
        self._namesakes.setdefault(nickname_key(peer.nickname), set()).add(peer.uid)

    def _forget(self, peer: Peer) -> None:
        key = nickname_key(peer.nickname)
        self._namesakes[key].discard(peer.uid)
        if not self._namesakes[key]:
            del self._namesakes[key]


def _told(change: PeerChange, peer: Peer) -> PeerChanged:
    return PeerChanged(change=change, uid=peer.uid, nickname=peer.nickname)
