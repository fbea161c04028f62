"""Every way in which a connection or a session begins."""

from typing import Final

from muca.core.budgets import Bucket, rooms_cost
from muca.core.effects import EnterAudience, Tell
from muca.core.inputs import CameFrom, Opened
from muca.core.leaving import retire
from muca.core.live import Connection, LiveRoom, Presence, Session, hash_secret
from muca.core.notices import greet
from muca.core.state import State
from muca.model.addresses import network_of
from muca.model.errors import CloseReason
from muca.model.facts import Membership
from muca.model.ids import Uid
from muca.model.replies import Joined, Okay
from muca.model.requests import Join
from muca.model.rooms import LOBBY, RoomKind
from muca.model.storage import Admitted

FEATURES: Final = ("history", "safe_retry", "resume", "rooms", "search", "accounts", "files")
"""Features that JOIN announces, so that clients need not compare version numbers."""


def open_connection(state: State, opened: Opened) -> None:
    """Accept a new connection, if the limits allow it."""
    limits = state.limits
    connection = Connection(
        opened.connection,
        opened.address,
        state.now.monotonic_ms,
        abilities=opened.abilities,
        secure=opened.secure,
        budget=Bucket(limits.session_cost_burst, limits.session_cost_per_second),
        address_budget=state.address_budgets[network_of(opened.address)],
    )
    state.connections[connection.id] = state.unjoined[connection.id] = connection
    if state.count(connection) > limits.connections_per_address_max or len(state.connections) > limits.connections_max:
        state.close(connection, CloseReason.TOO_MANY_CONNECTIONS)


def relocate(state: State, came: CameFrom) -> None:
    """Count a connection for another address from now on: a reverse proxy named its client."""
    connection = state.connections.get(came.connection)
    if connection is None:
        return
    connection.secure = came.secure
    if came.address == connection.address:
        return
    state.discount(connection)
    limits = state.limits
    connection.move(
        came.address,
        budget=Bucket(limits.session_cost_burst, limits.session_cost_per_second),
        address_budget=state.address_budgets[network_of(came.address)],
    )
    if state.throttled.pop(connection.id, None) is not None:  # the debt belongs to the previous client
        connection.throttled_until_ms = None
        state.to_heed.append(connection)
    if state.count(connection) > limits.connections_per_address_max:
        state.close(connection, CloseReason.TOO_MANY_CONNECTIONS)


def session_taken_over(request: Join, holder: Presence) -> Session | None:
    """Return the session that this JOIN takes over."""
    if request.session is None:
        return None
    return next((held for held in holder.sessions.values() if request.session in {held.id, held.former_id}), None)


def start_session(
    state: State, connection: Connection, request: Join, result: Admitted, token: str | None, account_uid: Uid | None
) -> None:
    """Start the session. Others are told about the peer before it receives its own reply."""
    presence = state.peers.get(request.uid)
    former = session_taken_over(request, presence) if presence is not None else None
    if presence is None:
        presence = state.peers[request.uid] = Presence(result.person, state.account_budgets[request.uid])
        presence.ignores.update(result.ignores)
    session_id = state.new_secret()
    session = Session(
        session_id, hash_secret(session_id), presence, connection, result.device, lobby_seq=result.rooms[0].seq
    )
    connection.session = session
    presence.sessions[connection.id] = session
    state.sessions[session.id_hash] = session
    if former is not None:
        session.former_id = request.session
        retire(state, former)
        state.close(former.connection, CloseReason.REPLACED)
    state.report(presence)
    del state.unjoined[connection.id]
    listed = _load_rooms(state, presence, session, result)
    welcome = _welcome(state, session, result, token, account_uid)
    state.effects.append(Tell(connection.id, Okay(answers=request.request_id, data=welcome)))
    state.effects.append(EnterAudience(connection.id, presence.uid, (LOBBY, *listed)))
    greet(state, session)
    connection.address_budget.charge(rooms_cost(result.rooms), state.now.monotonic_ms)


def _load_rooms(state: State, presence: Presence, session: Session, result: Admitted) -> list[str]:
    """Add the person and the session to their rooms. Returns these rooms except the lobby."""
    uid, connection = presence.uid, session.connection
    entered = set(presence.rooms)
    told = {room.room for room in result.rooms}
    for room in result.rooms:
        if room.kind is RoomKind.LOBBY:
            lobby = state.rooms[LOBBY]
            if lobby.log.last is None:
                state.rooms[LOBBY] = LiveRoom(room.for_everyone(), last_seq=room.seq)
            continue
        membership = Membership(uid=uid, role=room.role, muted_until_ms=result.muted.get(room.room, 0), read=room.read)
        if room.kind is RoomKind.NAMED:
            loaded = state.load_named(room)
        else:
            loaded = state.load(room, (peer.uid for peer in room.members), but=uid)
        loaded.here[uid] = membership
        presence.rooms.add(room.room)
    for room_id in state.memberships.get(uid, ()):
        state.rooms[room_id].here.setdefault(uid, Membership(uid=uid))
        presence.rooms.add(room_id)
    hears = [
        room_id
        for room_id in sorted(presence.rooms)
        if connection.abilities.has_rooms or state.rooms[room_id].info.kind is not RoomKind.NAMED
    ]
    for room_id in hears:
        live = state.rooms[room_id]
        if live.info.kind is not RoomKind.NAMED and room_id not in told:
            live.unannounced.add(connection.id)
    for other in presence.sessions.values():
        if other is not session:
            for room_id in presence.rooms - entered:
                state.enter_session(other, state.rooms[room_id], announced=False)
    return hears


def _welcome(state: State, session: Session, result: Admitted, token: str | None, account_uid: Uid | None) -> Joined:
    listed = state.roster.page(0, state.limits.peers_in_join_max)
    own = state.roster.get(session.uid)
    assert own is not None
    return Joined(
        uid=account_uid,
        session=session.id,
        server=state.server,
        limits=state.limits.announced,
        features=FEATURES,
        role=result.rooms[0].role,
        rooms=result.rooms,
        more_rooms=result.more_rooms,
        peers=listed.peers if state.roster.is_listed(own, listed) else (*listed.peers, own),
        peers_count=len(state.roster) if listed.next is not None else None,
        peers_next=listed.next,
        away=listed.away,
        ignores=result.ignores,
        registered=result.person.password_hash is not None,
        token=token,
        device=result.device,
    )
