"""Notices to owners of the server who are online: the storage fails, or works again."""

from muca.core.effects import Tell
from muca.core.inputs import StorageChanged
from muca.core.live import Presence, Session
from muca.core.state import State
from muca.model.errors import ERRORS
from muca.model.pushes import ServerNotice
from muca.model.roles import Role
from muca.model.storage import StoreError


def storage_changed(state: State, changed: StorageChanged) -> None:
    """Notify the owners who are online."""
    state.storage_fault = changed.fault
    for presence in state.peers.values():
        if _is_owner(presence):
            state.tell_person(presence, _notice(changed.fault))


def greet(state: State, session: Session) -> None:
    """Notify an owner who joins while the storage fails."""
    if state.storage_fault is not None and _is_owner(session.presence):
        state.effects.append(Tell(session.connection.id, _notice(state.storage_fault)))


def _is_owner(presence: Presence) -> bool:
    return presence.person.claimed and presence.person.role is Role.OWNER


def _notice(fault: StoreError | None) -> ServerNotice:
    if fault is None:
        return ServerNotice(explanation="The server can use its disk again.")
    return ServerNotice(code=fault.code, explanation=fault.detail or ERRORS[fault.code].meaning)
