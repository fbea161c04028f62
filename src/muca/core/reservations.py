"""Who may have a session of which UID: the answers to ``Reserve`` on a server that is not part of a cluster.

An account may have several sessions; a guest's UID may be here only once.
"""

from muca.core.effects import Reserve
from muca.model.ids import ConnectionId, Uid


class Reservations:
    """The UIDs that are reserved, by connection."""

    def __init__(self) -> None:
        self._uids: dict[ConnectionId, Uid] = {}
        self._holders: dict[Uid, dict[ConnectionId, bool]] = {}
        """The connections of each UID, and whether they let others in."""

    def reserve(self, asked: Reserve) -> bool:
        """Return whether the connection may have a session of the UID. If so, it is reserved until ``release``."""
        holders = self._holders.setdefault(asked.uid, {})
        if holders and (asked.alone or not all(holders.values())):
            return False
        holders[asked.connection] = asked.shares
        self._uids[asked.connection] = asked.uid
        return True

    def release(self, connection: ConnectionId) -> None:
        """Free the UID that the connection has reserved, if any."""
        uid = self._uids.pop(connection, None)
        if uid is not None:
            del self._holders[uid][connection]
            if not self._holders[uid]:
                del self._holders[uid]
