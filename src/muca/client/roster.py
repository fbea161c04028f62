"""The peers in order of joining, who of them is away, and the look-up of names."""

from collections.abc import Iterable
from types import MappingProxyType

from muca.model.ids import Uid
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import Peer


class PeerRoster:
    """The peers, live."""

    def __init__(self) -> None:
        self._peers: dict[Uid, Peer] = {}
        self.peers = MappingProxyType(self._peers)
        """A live view, in order of joining."""
        self.away: frozenset[Uid] = frozenset()
        """The peers who are away."""

    def replace(self, peers: Iterable[Peer], away: Iterable[Uid] = ()) -> list[PeerChanged]:
        """Replace the list, and return the changes: departures first, then the others in the list's order."""
        before = dict(self._peers)
        self.away = frozenset(away)
        self._peers.clear()
        self._peers.update((peer.uid, peer) for peer in peers)
        changes = [
            PeerChanged(change=PeerChange.LEFT, uid=peer.uid, nickname=peer.nickname)
            for peer in before.values()
            if peer.uid not in self._peers
        ]
        for peer in self._peers.values():
            former = before.get(peer.uid)
            if former != peer:
                change = PeerChange.JOINED if former is None else PeerChange.RENAMED
                changes.append(PeerChanged(change=change, uid=peer.uid, nickname=peer.nickname))
        return changes

    def add(self, peers: Iterable[Peer], away: Iterable[Uid]) -> None:
        """Add a page. It is newer than all changes that were applied, and its people joined after those listed."""
        listed = {peer.uid: peer for peer in peers}
        self.away = (self.away - listed.keys()) | frozenset(away)
        for uid, peer in listed.items():
            self._peers.pop(uid, None)
            self._peers[uid] = peer

    def apply(self, changed: PeerChanged) -> None:
        """Apply one change."""
        uid = changed.uid
        if changed.change is PeerChange.AWAY:
            self.away |= {uid}
        elif changed.change is not PeerChange.RENAMED:
            self.away -= {uid}
        if changed.change is PeerChange.LEFT:
            self._peers.pop(uid, None)
        else:
            self._peers[uid] = Peer(uid=uid, nickname=changed.nickname)

    def meant_by(self, name: str) -> list[Uid]:
        """Return the UIDs that a name can refer to: that UID itself, or else everyone with that nickname."""
        if name in self._peers:
            return [name]
        return [peer.uid for peer in self._peers.values() if peer.nickname == name]
