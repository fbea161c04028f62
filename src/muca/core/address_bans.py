"""BAN and UNBAN of addresses, alone or with the person who uses them: nobody can join from a banned range.

There is no event for it, as addresses are confidential; moderators find these bans in the audit log.
"""

import ipaddress
from collections.abc import Sequence
from typing import Final, TypeAlias

from muca.core.asking import decide
from muca.core.live import Connection
from muca.core.standing import check
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.addresses import is_loopback, is_within
from muca.model.changes import AddAudit, PutAddressBan
from muca.model.errors import ErrorCode
from muca.model.facts import FOR_EVER_MS, Facts, Wanted
from muca.model.ids import Uid
from muca.model.requests import Ban, Unban
from muca.model.roles import Verb
from muca.model.storage import Decision, Refused

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_PREFIX_BITS_MIN: Final = {4: 8, 6: 16}
"""The widest range that can be banned, by version of IP."""
_MAPPED_BITS: Final = 96
"""Leading bits of an IPv6 address that mark it as an IPv4 address (RFC 4291, 2.5.5.2)."""


def ban_address(state: State, connection: Connection, request: Ban, address: str) -> Handled:
    """Ban a range of addresses from the server."""
    network = _read(address)
    if isinstance(network, Refused):
        return network
    bits_min = _PREFIX_BITS_MIN[network.version]
    if network.prefixlen < bits_min:
        detail = f"{network} is too wide a range: /{bits_min} is the widest that can be banned."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    if is_within(connection.address, [str(network)]):
        detail = f"You cannot ban your own IP address, {connection.address}, which is in {network}."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    until_ms = FOR_EVER_MS if request.seconds is None else state.now.utc_ms + request.seconds * 1_000
    return _decide(state, connection, request, network, until_ms, request.reason)


def unban_address(state: State, connection: Connection, request: Unban, address: str) -> Handled:
    """Lift the ban of a range of addresses; the range must be exactly the banned one."""
    network = _read(address)
    if isinstance(network, Refused):
        return network
    return _decide(state, connection, request, network, 0)


def networks_of(state: State, connection: Connection, uid: Uid) -> tuple[str, ...] | Refused:
    """Return the networks from which a person is connected, as far as they may be banned with this person: all or none.

    An IPv6 address stands for its /64, from which one subscriber chooses addresses freely.
    """
    presence = state.peers.get(uid)
    if presence is None:
        detail = f"“{uid}” is not online, so the server does not know their IP address. Ban only the person."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    theirs = [session.connection for session in presence.sessions.values()]
    if any(is_loopback(each.address) for each in theirs):
        detail = f"“{uid}” is connected from the server's own machine, or through a proxy there. Ban only the person."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    if any(each.network == connection.network for each in theirs):
        detail = f"“{uid}” has the same IP address as you, {connection.address}. Ban only the person."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    return tuple(sorted({str(ipaddress.ip_network(each.network)) for each in theirs}))


def banned_with_person(
    facts: Facts, networks: Sequence[str], until_ms: int, reason: str
) -> tuple[PutAddressBan | AddAudit, ...] | Refused:
    """Return the changes that ban these networks, with an entry of the audit log each."""
    if refused := check(Verb.BAN_ADDRESS, facts, on_server=True):
        return refused
    return tuple(change for network in networks for change in _banned(facts, "BAN", network, until_ms, reason))


def _decide(
    state: State, connection: Connection, request: Ban | Unban, network: _Network, until_ms: int, reason: str = ""
) -> Handled:
    wanted = Wanted(actor=connection.uid)
    action = str(request.__struct_config__.tag)

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.BAN_ADDRESS, facts, on_server=True):
            return refused
        return Decision(changes=_banned(facts, action, str(network), until_ms, reason))

    return decide(state, wanted, rule)


def _banned(facts: Facts, action: str, network: str, until_ms: int, reason: str) -> tuple[PutAddressBan, AddAudit]:
    detail = f"{network}: {reason}" if reason else network
    ban = PutAddressBan(network=network, until_ms=until_ms, reason=reason)
    return ban, AddAudit(actor=facts.actor.uid, action=action, detail=detail)


def _read(address: str) -> _Network | Refused:
    """Parse an address or a range of addresses; IPv4 written as IPv6 counts as IPv4."""
    try:
        network = ipaddress.ip_network(address.partition("%")[0], strict=False)
    except ValueError:
        detail = "ADDRESS must be an IP address or a range of them, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        return ipaddress.IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    return network
