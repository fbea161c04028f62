"""Who may have a session of which UID: the answers to ``Reserve`` on a server that is not part of a cluster.

- An account may have several sessions; a guest's UID may be here only once.
- Until the session has begun, others who would be refused because of it wait: the JOIN may still fail, so a stranger
  who tries does not keep an account out.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from muca.core.effects import Reserve
from muca.model.ids import ConnectionId, Uid


@dataclass(slots=True)
class _Reserved:
    """A UID, with those who have reserved it."""

    holders: dict[ConnectionId, bool] = field(default_factory=dict)
    """Whether others may have a session, too. Of what a holder asked, nothing else is kept: it has the whole JOIN."""
    begun: set[ConnectionId] = field(default_factory=set)
    """The holders whose sessions have begun."""


class Reservations:
    """The UIDs that are reserved. Each method returns the answers that are known by it."""

    def __init__(self) -> None:
        self._uids: dict[ConnectionId, Uid] = {}
        self._reserved: dict[Uid, _Reserved] = {}
        self._waiting: dict[Uid, deque[Reserve]] = {}
        """Who waits for a UID; none of these is empty."""

    def reserve(self, asked: Reserve) -> list[tuple[Reserve, bool]]:
        """Reserve a UID for a connection, now or when it is its turn, until ``release``; or refuse it."""
        self._waiting.setdefault(asked.uid, deque()).append(asked)
        return self._answers(asked.uid)

    def begin(self, connection: ConnectionId) -> list[tuple[Reserve, bool]]:
        """Note that the session has begun for which the connection has reserved a UID, if any."""
        uid = self._uids.get(connection)
        if uid is None:
            return []
        self._reserved[uid].begun.add(connection)
        return self._answers(uid)

    def release(self, connection: ConnectionId) -> list[tuple[Reserve, bool]]:
        """Free the UID that the connection has reserved, if any."""
        uid = self._uids.pop(connection, None)
        if uid is None:
            return []
        reserved = self._reserved[uid]
        del reserved.holders[connection]
        reserved.begun.discard(connection)
        return self._answers(uid)

    def _answers(self, uid: Uid) -> list[tuple[Reserve, bool]]:
        reserved = self._reserved.setdefault(uid, _Reserved())
        answers = list(self._next(uid, reserved))
        if not reserved.holders:
            del self._reserved[uid]
        return answers

    def _next(self, uid: Uid, reserved: _Reserved) -> Iterator[tuple[Reserve, bool]]:
        """Answer those who wait, in order, until one has to wait on."""
        waiting = self._waiting.get(uid)
        while waiting:
            asked = waiting[0]
            against = {number for number, shares in reserved.holders.items() if asked.alone or not shares}
            if against - reserved.begun and not against & reserved.begun:
                return
            waiting.popleft()
            if not against:
                reserved.holders[asked.connection] = asked.shares
                self._uids[asked.connection] = asked.uid
            yield asked, not against
        self._waiting.pop(uid, None)
