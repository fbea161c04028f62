"""How to reach a server: over plain TCP or TLS, and how it is verified before anything is sent to it.

A server's key is stored when it is first seen, like the host keys of SSH. From then on another key is an error, and
plain TCP is refused. If the system trusts the certificate for the host, the key may change, but the system must
continue to trust it.
"""

import asyncio
import hashlib
import os
import re
import ssl
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from muca.client.address import DEFAULT_PORT, Address, parse_address
from muca.client.errors import CannotConnect, CertificateChanged
from muca.client.tokens import KeyPin
from muca.client.transport import TcpTransport, open_tcp
from muca.model.shell import muca_command

Tls: TypeAlias = Literal["auto", "always", "never"]
"""``auto``: TLS once the server has offered it. ``always``: TLS from the first byte. ``never``: plain TCP."""

DEFAULT_TLS_PORT: Final = 40453
PROBE_SECONDS: Final = 1.0
"""Time that the plain port may take to answer after the TLS port did not."""
_FINGERPRINT: Final = re.compile(r"sha256:[0-9a-fA-F]{64}")


def find_place(address: str, tls: Tls) -> Address:
    """Parse an address; the default port is the one for TLS or the plain one.

    Raises ``ValueError``, also for an unknown ``tls``.
    """
    choices = get_args(Tls)
    if tls not in choices:
        raise ValueError(f"tls is {' or '.join(map(repr, choices))}, not {tls!r}.")
    return parse_address(address, DEFAULT_TLS_PORT if tls == "always" else DEFAULT_PORT)


class Trust(NamedTuple):
    """What the program requires of the server's certificate, whatever is stored about the server."""

    fingerprint: str | None = None
    """The fingerprint of the server's key."""
    authority: ssl.SSLContext | None = None
    """Trusts certificates that one authority has signed for the host's name."""


def find_trust(ca: "str | os.PathLike[str] | None", fingerprint: str | None, tls: Tls) -> Trust | None:
    """Parse ``ca`` and ``fingerprint``; None if neither is given. Raises ``ValueError``."""
    if ca is None and fingerprint is None:
        return None
    if ca is not None and fingerprint is not None:
        raise ValueError("Give ca or fingerprint, not both.")
    if tls == "never":
        raise ValueError("ca and fingerprint need TLS, which tls='never' rules out.")
    if fingerprint is not None:
        if not _FINGERPRINT.fullmatch(str(fingerprint)):
            raise ValueError(f"fingerprint must be 'sha256:' and 64 hexadecimal digits, not {fingerprint!r}.")
        return Trust(fingerprint.lower())
    try:
        return Trust(authority=ssl.create_default_context(cafile=ca))
    except (OSError, TypeError) as error:
        reason = "it contains no PEM certificate" if isinstance(error, ssl.SSLError) else str(error)
        raise ValueError(f"ca={str(ca)!r} cannot be used: {reason}.") from error


class Way(NamedTuple):
    """How to reach a server."""

    place: Address
    over_tls: bool = False
    pin: KeyPin | None = None
    """The stored key. None: this is the first connection."""
    announced: str | None = None
    """The announced fingerprint, if no key is stored yet."""
    trust: Trust | None = None
    """What the program requires, which overrides everything else."""


def choose_way(
    address: Address, tls: Tls, pin: KeyPin | None, *, says_password: bool, trust: Trust | None = None
) -> Way:
    """Choose how to reach an address that has shown ``pin`` before.

    A password must not be sent over a plain connection. So if TLS is not known yet, it is tried one port above, where
    servers have it by default. Connections to this machine may be plain.
    """
    if trust is not None:
        return Way(address, over_tls=True, trust=trust)
    if tls == "never":
        return Way(address)
    if pin is not None:
        return Way(Address(address.host, pin.port), over_tls=True, pin=pin)
    if tls == "always":
        return Way(address, over_tls=True)
    if says_password and not address.is_loopback:
        return Way(Address(address.host, address.port + 1), over_tls=True)
    return Way(address)


async def open_way(address: Address, way: Way, seconds: float) -> tuple[TcpTransport, KeyPin | None]:
    """Open a connection within ``seconds``; over TLS, also return the key that the server has shown.

    Raises ``CannotConnect`` and ``CertificateChanged``.
    """
    if not way.over_tls:
        return await open_tcp(way.place, seconds), None
    if way.trust is not None:
        return await _open_trusted(address, way, way.trust, seconds)
    try:
        return await _open_tls(address, way, seconds)
    except CannotConnect as error:
        if way.pin is None:
            raise
        if not await _answers(address):
            raise CannotConnect(f"{error} {way.place.port} is the TLS port of {address}.") from error
        raise CannotConnect(
            f"The server at {address} no longer offers TLS, which this machine has used. Ask its operator whether "
            f"that is right. If so, run “{muca_command('forget', str(address))}”."
        ) from error


async def _answers(address: Address) -> bool:
    """Return whether a server accepts connections at an address, without sending anything."""
    try:
        transport = await open_tcp(address, PROBE_SECONDS)
    except CannotConnect:
        return False
    transport.abort()
    await transport.gone
    return True


async def _open_trusted(address: Address, way: Way, trust: Trust, seconds: float) -> tuple[TcpTransport, KeyPin]:
    try:
        transport = await open_tcp(way.place, seconds, trust.authority or _trusting_anyone())
    except ssl.SSLCertVerificationError as error:
        raise CannotConnect(
            f"The certificate of {address} cannot be verified with the authority given as ca: {error.verify_message}."
        ) from error
    shown = _fingerprint(transport)
    if trust.fingerprint not in {None, shown}:
        transport.abort()
        assert trust.fingerprint is not None
        explanation = f"The server at {address} shows the key {shown}, not the one given as fingerprint."
        raise CertificateChanged(explanation, trust.fingerprint, shown)
    return transport, KeyPin(way.place.port, shown)


async def _open_tls(address: Address, way: Way, seconds: float) -> tuple[TcpTransport, KeyPin]:
    expected = way.pin.fingerprint if way.pin is not None else way.announced
    if way.pin is None or way.pin.by_system:
        try:
            transport = await open_tcp(way.place, seconds, await asyncio.to_thread(ssl.create_default_context))
        except ssl.SSLCertVerificationError as error:
            if way.pin is not None:
                raise _changed(address, way.pin.fingerprint, error.verify_message) from error
        else:
            return transport, KeyPin(way.place.port, _fingerprint(transport), by_system=True)
    transport = await open_tcp(way.place, seconds, _trusting_anyone())
    shown = _fingerprint(transport)
    if expected not in {None, shown}:
        transport.abort()
        assert expected is not None
        raise _changed(address, expected, shown)
    return transport, KeyPin(way.place.port, shown)


def _trusting_anyone() -> ssl.SSLContext:
    """Return a context that accepts any certificate; the key is checked after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _fingerprint(transport: TcpTransport) -> str:
    # Slow to import, and only needed for TLS.
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(transport.certificate).public_key()
    return "sha256:" + hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _changed(address: Address, expected: str, shown: str) -> CertificateChanged:
    forget = muca_command("forget", str(address))
    explanation = (
        f"The server at {address} shows another key than before. Somebody may be intercepting the connection, or the "
        f"server was reinstalled. Ask its operator whether {shown} is right. If so, run “{forget}”."
    )
    return CertificateChanged(explanation, expected, shown)
