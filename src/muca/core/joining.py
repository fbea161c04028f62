"""JOIN: checking the request, asking the store, and starting a session."""

import hashlib
from functools import partial
from typing import Final

import msgspec

from muca.core.asking import refuse
from muca.core.budgets import Bucket
from muca.core.effects import Deliver, Enter, Hash, Hashed, ListPeers, Read, Tell, Write
from muca.core.guessing import forgive, guessed_at, may_try
from muca.core.inputs import CameFrom, Opened
from muca.core.leaving import cut, retire
from muca.core.live import Connection, Presence, Session
from muca.core.living import review
from muca.core.notices import greet
from muca.core.presence import tell_away
from muca.core.state import State
from muca.model.addresses import network_of
from muca.model.errors import CloseReason, ErrorCode
from muca.model.facts import Facts, Membership, Person, Wanted
from muca.model.ids import Uid
from muca.model.names import name_fault, new_name_fault, new_uid_fault, reserved_fault, uid_fault
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.queries import PersonQuery
from muca.model.replies import Joined, Okay, Policy
from muca.model.requests import Join
from muca.model.rooms import LOBBY, RoomKind
from muca.model.storage import Admit, Admitted, Look, LookResult, Refused, WriteResult

FEATURES: Final = ("history", "safe_retry", "resume", "rooms", "search", "accounts", "files")
"""Features that JOIN announces, so that clients need not compare version numbers."""

MEMBERS_A_COST: Final = 20
"""JOIN is charged one unit per room returned, plus one for this many of their members."""

TOKEN_CHARS_MIN: Final = 32
"""Minimum characters of a token with which a client claims a UID; instead of a shorter one, the server creates one."""


def open_connection(state: State, opened: Opened) -> None:
    """Accept a new connection, if the limits allow it."""
    limits = state.limits
    connection = Connection(
        opened.connection,
        opened.address,
        state.now.monotonic_ms,
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


def join(state: State, connection: Connection, request: Join) -> None:
    """Check what can be checked here, then ask the store whether this UID may join."""
    connection.speaks_v2 = connection.speaks_v2 or request.v >= 2
    limits = state.limits.announced
    if connection.session is not None:
        return state.fail(connection, request, ErrorCode.ALREADY_JOINED)
    for field, fault in (
        ("UN (nickname)", request.nickname is not None and name_fault(request.nickname, limits.nickname_chars_max)),
        ("UID", uid_fault(request.uid, limits.uid_chars_max)),
    ):
        if fault:
            return state.fail(connection, request, ErrorCode.BAD_NAME, f"{field} {fault}.")
    if _is_held(state, connection, request):
        return _in_use(state, connection, request)
    if _is_full(state, connection, request):
        return None
    has_secret = request.password is not None or request.token is not None
    if has_secret and not state.accepts_secrets(connection, is_token=request.password is None):
        return state.fail(connection, request, ErrorCode.NOT_SECURE)
    connection.held_up = True
    connection.waiting = []
    state.pause(connection)
    if request.password is None:
        return _admit(state, connection, request, None)
    return _log_in(state, connection, request, request.password)


def _is_held(state: State, connection: Connection, request: Join) -> bool:
    """Return whether current sessions of the UID exclude this JOIN: v1 clients cannot share a UID with anyone."""
    holder = state.peers.get(request.uid)
    if holder is None or _former(request, holder) is not None:
        return False
    return not (connection.speaks_v2 and holder.person.claimed)


def _former(request: Join, holder: Presence) -> Session | None:
    """Return the session that this JOIN takes over."""
    if request.v < 2 or request.session is None:
        return None
    return next((held for held in holder.sessions.values() if request.session in {held.id, held.former_id}), None)


def _in_use(state: State, connection: Connection, request: Join) -> None:
    state.fail(
        connection, request, ErrorCode.UID_IN_USE, f"The user id “{request.uid}” is in use on another connection."
    )


# With a password


def _log_in(state: State, connection: Connection, request: Join, password: str) -> None:
    """Find the account. A first-generation client is not told its UID, so it must give the exact one."""
    wanted = Wanted(actor=request.uid, login=connection.speaks_v2)
    look = Look(wanted=wanted, guard=lambda _: None, query=PersonQuery(), ts_ms=state.now.utc_ms)
    state.effects.append(Read(connection.id, look, partial(_person_known, state, connection, request, password)))


def _person_known(state: State, connection: Connection, request: Join, password: str, result: LookResult) -> None:
    if not isinstance(result, Facts):
        refuse(state, connection, request, result)
        return _go_on(state, connection)
    account = result.actor
    if not may_try(state, connection, request, guessed_at(account)):
        return _go_on(state, connection)
    verified = partial(_password_verified, state, connection, request, account)
    state.effects.append(Hash(connection.id, connection.network, password, account.password_hash or "", verified))
    return None


def _password_verified(state: State, connection: Connection, request: Join, account: Person, hashed: Hashed) -> None:
    if not hashed.busy and not hashed.matches:
        state.fail(connection, request, ErrorCode.PASSWORD_WRONG)
        return _go_on(state, connection)
    forgive(state, connection, guessed_at(account))
    if hashed.busy:
        state.fail(connection, request, ErrorCode.SLOW_DOWN, retry_seconds=2)
        return _go_on(state, connection)
    nickname = account.nickname if request.nickname is None else request.nickname
    named = msgspec.structs.replace(request, uid=account.uid, nickname=nickname)
    if account.uid != request.uid:
        if _is_held(state, connection, named):
            _in_use(state, connection, named)
            return _go_on(state, connection)
        if _is_full(state, connection, named):
            return _go_on(state, connection)
    return _admit(state, connection, named, account.password_hash, account.uid if account.uid != request.uid else None)


# The store's answer


def _admit(
    state: State, connection: Connection, request: Join, password_hash: str | None, account_uid: Uid | None = None
) -> None:
    """Ask the store. ``account_uid``: the account's UID, if the client named it differently."""
    assert request.nickname is not None
    limits = state.limits.announced
    offered_token = _offer(state, request) if connection.speaks_v2 else ""
    of_uid = new_uid_fault(request.uid, limits.uid_chars_max)
    of_nickname = new_name_fault(request.nickname, limits.nickname_chars_max)
    if connection.speaks_v2:
        of_uid = of_uid or reserved_fault(request.uid)
        of_nickname = of_nickname or reserved_fault(request.nickname)
    admit = Admit(
        uid=request.uid,
        nickname=request.nickname,
        ts_ms=state.now.utc_ms,
        address=connection.address,
        token_hash=hash_secret(request.token) if request.token is not None else None,
        offered_token_hash=hash_secret(offered_token) if offered_token else None,
        password_hash=password_hash,
        device=request.device or "",
        uid_fault=_said_of("UID", of_uid),
        nickname_fault=_said_of("UN (nickname)", of_nickname),
        accounts_only=state.policy is not Policy.OPEN,
        rooms_max=state.limits.rooms_in_join_max,
        members_max=state.limits.members_in_join_max,
        devices_max=state.limits.devices_per_account_max,
    )
    admitted = partial(_admitted, state, connection, request, offered_token, account_uid)
    state.effects.append(Write(connection.id, admit, admitted))


def _said_of(field: str, fault: str | None) -> str | None:
    return f"{field} {fault}." if fault is not None else None


def _offer(state: State, request: Join) -> str:
    """Return the token with which this JOIN claims the UID, if it is free.

    A client may create a strong one itself and store it first, so that it can rejoin even if the reply is lost.
    """
    if request.token is not None and len(request.token) >= TOKEN_CHARS_MIN:
        return request.token
    return state.new_secret()


def hash_secret(secret: str) -> bytes:
    """Return the stored hash of a token or code: SHA-256, 32 bytes. They are random, so a slow hash is not needed."""
    return hashlib.sha256(secret.encode()).digest()


def _admitted(
    state: State,
    connection: Connection,
    request: Join,
    offered_token: str,
    account_uid: Uid | None,
    result: WriteResult,
) -> None:
    """Start the session, or refuse the JOIN, as the store decided."""
    if not connection.gone:
        if isinstance(result, Admitted) and result.offer_taken:
            _put_guest_out(state, request.uid)
        if _is_held(state, connection, request):  # another client joined in the meantime
            _in_use(state, connection, request)
        elif not isinstance(result, Admitted):
            _refuse(state, connection, request, result)
        elif not _is_full(state, connection, request):
            _start(state, connection, request, result, offered_token if result.offer_taken else None, account_uid)
    _go_on(state, connection)


def _refuse(state: State, connection: Connection, request: Join, result: WriteResult) -> None:
    detail = _advice(state, request, result.code) if isinstance(result, Refused) else ""
    if isinstance(result, Refused) and detail:
        state.fail(connection, request, result.code, detail)
    else:
        refuse(state, connection, request, result)


def _advice(state: State, request: Join, code: ErrorCode) -> str:
    """Return an explanation that helps somebody who cannot join, where the meaning of the code does not."""
    invited = " with the CODE of an invitation" if state.policy is Policy.INVITE else ""
    match code:
        case ErrorCode.TOKEN_WRONG:
            return (
                f"The user id “{request.uid}” belongs to an account, and the token is not, or no longer, one of its "
                "tokens. If it is yours, join with its password or from a device that you used before. If you have "
                "neither, ask the server's operator to set a password. Otherwise choose another user id."
            )
        case ErrorCode.PASSWORD_REQUIRED:
            return (
                f"This server now requires a password, and the account “{request.uid}” has none. REGISTER with its "
                "TOKEN and a PASSWORD to keep the account; no invitation is needed."
            )
        case ErrorCode.ACCOUNT_REQUIRED:
            return (
                f"This server is for registered accounts only: REGISTER first{invited}. If you have used this server "
                "before without a password, ask its operator to set one."
            )
        case _:
            return ""


def _put_guest_out(state: State, uid: Uid) -> None:
    """End a guest's session if the UID was claimed while it joined."""
    holder = state.peers.get(uid)
    if holder is not None and not holder.person.claimed:
        cut(state, holder, CloseReason.SIGNED_OUT)


def _is_full(state: State, connection: Connection, request: Join) -> bool:
    """Refuse a person with too many sessions, unless this JOIN resumes one of them."""
    holder = state.peers.get(request.uid)
    if holder is None or len(holder.sessions) < state.limits.sessions_per_account_max:
        return False
    if _former(request, holder) is not None:
        return False
    detail = f"This account already has {len(holder.sessions)} sessions; end one of them first."
    state.fail(connection, request, ErrorCode.TOO_MANY, detail)
    return True


def _go_on(state: State, connection: Connection) -> None:
    """Handle what came in while the JOIN waited."""
    connection.held_up = False
    state.to_heed.append(connection)


def _start(
    state: State, connection: Connection, request: Join, result: Admitted, token: str | None, account_uid: Uid | None
) -> None:
    """Start the session. Others are told about the peer before it receives its own reply."""
    presence = state.peers.get(request.uid)
    former = _former(request, presence) if presence is not None else None
    if presence is None:
        presence = _arrive(state, result.person)
    else:
        _rename(state, presence, result.person)
    session_id = state.new_secret()
    session = Session(session_id, hash_secret(session_id), presence, connection, result.device)
    connection.session = session
    presence.sessions[connection.id] = session
    state.sessions[session.id_hash] = session
    presence.ignores = set(result.ignores)
    if former is not None:
        session.former_id = request.session
        retire(state, former)
        former.connection.ending = None
        state.close(former.connection, CloseReason.REPLACED)
    tell_away(state, presence)
    del state.unjoined[connection.id]
    listed = _load_rooms(state, presence, session, result)
    welcome = _welcome(state, session, result, token, account_uid) if connection.speaks_v2 else None
    state.effects.append(Tell(connection.id, Okay(answers=request.request_id, data=welcome)))
    state.effects.append(Enter(connection.id, presence.uid, (LOBBY, *listed)))
    greet(state, session)
    state.effects.append(ListPeers())
    members = sum(len(room.members) for room in result.rooms)
    connection.address_budget.charge(len(result.rooms) + members // MEMBERS_A_COST, state.now.monotonic_ms)
    if token is not None and len(presence.sessions) > 1:
        review(state, [presence])  # the new device may have replaced another one


def _arrive(state: State, person: Person) -> Presence:
    joined = PeerChanged(change=PeerChange.JOINED, uid=person.uid, nickname=person.nickname)
    state.effects.append(Deliver(LOBBY, joined))
    presence = Presence(person, state.account_budgets[person.uid])
    state.peers[person.uid] = presence
    state.name(presence)
    return presence


def _rename(state: State, presence: Presence, person: Person) -> None:
    renamed = presence.nickname != person.nickname
    state.unname(presence)
    presence.person = person
    state.name(presence)
    if renamed:
        push = PeerChanged(change=PeerChange.RENAMED, uid=person.uid, nickname=person.nickname)
        state.effects.append(Deliver(LOBBY, push))


def _load_rooms(state: State, presence: Presence, session: Session, result: Admitted) -> list[str]:
    """Add the person and the session to their rooms. Returns these rooms except the lobby."""
    uid, connection = presence.uid, session.connection
    entered = set(presence.rooms)
    told = {room.room for room in result.rooms}
    for room in result.rooms:
        if room.kind is RoomKind.LOBBY:
            state.rooms[LOBBY].set_info(room)
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
        if connection.speaks_v2 or state.rooms[room_id].info.kind is not RoomKind.NAMED
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
    return Joined(
        uid=account_uid,
        session=session.id,
        server=state.server,
        limits=state.limits.announced,
        features=FEATURES,
        role=result.rooms[0].role,
        rooms=result.rooms,
        more_rooms=result.more_rooms,
        peers=tuple(presence.as_peer() for presence in state.peers.values()),
        away=tuple(presence.uid for presence in state.peers.values() if presence.away),
        ignores=result.ignores,
        registered=result.person.password_hash is not None,
        token=token,
        device=result.device,
    )
