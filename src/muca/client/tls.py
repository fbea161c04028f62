"""How a server is reached: over plain TCP or over TLS, and what it must show before anything is said to it.

A server's key is remembered when it is seen for the first time, like the host keys of SSH; from then on another key is
an error, and plain TCP no way out. A certificate that the system trusts for the host needs no such memory: there the
system has to go on trusting it.
"""

import asyncio
import hashlib
import ssl
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from muca.client.address import DEFAULT_PORT, Address, parse_address
from muca.client.errors import CannotConnect, CertificateChanged
from muca.client.tokens import Pin
from muca.client.transport import TcpTransport, open_tcp

Tls: TypeAlias = Literal["auto", "always", "never"]
"""``auto``: over TLS once the server has offered it. ``always``: from the first byte on. ``never``: over plain TCP."""

DEFAULT_TLS_PORT: Final = 40453


def find_place(address: str, tls: Tls) -> Address:
    """Read an address; the port that is left out is the one for TLS or the plain one.

    Raises ``ValueError``, also for a ``tls`` that is none.
    """
    choices = get_args(Tls)
    if tls not in choices:
        raise ValueError(f"tls is {' or '.join(map(repr, choices))}, not {tls!r}.")
    return parse_address(address, DEFAULT_TLS_PORT if tls == "always" else DEFAULT_PORT)


class Way(NamedTuple):
    """How to reach a server."""

    place: Address
    over_tls: bool = False
    pin: Pin | None = None
    """What it has shown before. None: this is the first time."""
    announced: str | None = None
    """The fingerprint that it says it will show, where it has not shown any yet."""


def choose_way(address: Address, tls: Tls, pin: Pin | None, *, says_password: bool) -> Way:
    """Say how to reach an address that has shown ``pin`` before.

    Where TLS is not known yet, a password is no word for a plain connection: servers speak TLS one port above, unless
    their operators choose otherwise. What stays on this machine may be plain.
    """
    if tls == "never":
        return Way(address)
    if pin is not None:
        return Way(Address(address.host, pin.port), over_tls=True, pin=pin)
    if tls == "always":
        return Way(address, over_tls=True)
    if says_password and not address.is_loopback:
        return Way(Address(address.host, address.port + 1), over_tls=True)
    return Way(address)


async def open_way(address: Address, way: Way, seconds: float) -> tuple[TcpTransport, Pin | None]:
    """Open a connection within ``seconds``; over TLS, give what the server has shown.

    Raises ``CannotConnect`` and ``CertificateChanged``.
    """
    if not way.over_tls:
        return await open_tcp(way.place, seconds), None
    try:
        return await _open_tls(address, way, seconds)
    except CannotConnect as error:
        if way.pin is None:
            raise
        forget = f"if it does not speak TLS any more, run «muca forget {address}»."
        raise CannotConnect(f"{error} {address} is reached over TLS alone, as it has offered it; {forget}") from error


async def _open_tls(address: Address, way: Way, seconds: float) -> tuple[TcpTransport, Pin]:
    expected = way.pin.fingerprint if way.pin is not None else way.announced
    if way.pin is None or way.pin.by_system:
        try:
            transport = await open_tcp(way.place, seconds, await asyncio.to_thread(ssl.create_default_context))
        except ssl.SSLCertVerificationError as error:
            if way.pin is not None:
                raise _changed(address, way.pin.fingerprint, error.verify_message) from error
        else:
            return transport, Pin(way.place.port, _fingerprint(transport), by_system=True)
    transport = await open_tcp(way.place, seconds, _trusting_anyone())
    shown = _fingerprint(transport)
    if expected not in {None, shown}:
        transport.abort()
        assert expected is not None
        raise _changed(address, expected, shown)
    return transport, Pin(way.place.port, shown)


def _trusting_anyone() -> ssl.SSLContext:
    """Give what makes the handshake with whoever is there: the key that is shown is looked at afterwards."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _fingerprint(transport: TcpTransport) -> str:
    # Only who speaks TLS needs it, and it takes a while to import.
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(transport.certificate).public_key()
    return "sha256:" + hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _changed(address: Address, expected: str, shown: str) -> CertificateChanged:
    explanation = (
        f"The server at {address} shows another key than before: somebody stands between, or it was set up anew. Ask "
        f"who runs it whether {shown} is right; if so, run «muca forget {address}»."
    )
    return CertificateChanged(explanation, expected, shown)
