"""The certificate that the server makes for itself, signed by an authority of its own.

Rules:
- Everything is in one folder: the authority (``ca.pem``, ``ca-key.pem``), what it signed (``cert.pem``, with the
  authority behind it), and the server's key (``key.pem``).
- Keys are made once and stay. A certificate that is lost, about to expire or no longer fits this host is made anew.
- A file is there whole or not at all, and readable by its owner alone.
"""

import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from muca.server.certificates import CertificateUnusable, Identity, identity
from muca.server.listeners import reachable_addresses

CERTIFICATE_DAYS: Final = 90
RENEWAL_DAYS: Final = 30
"""A certificate with fewer days left is made anew."""
AUTHORITY_DAYS: Final = 3_650
AUTHORITY_RENEWAL_DAYS: Final = 180
"""As ``RENEWAL_DAYS``: the authority outlives what it signs."""
BACKDATED: Final = timedelta(days=1)
"""How far the clock of a client may be behind."""


def own_identity(folder: Path, names: Iterable[str], now: datetime) -> Identity:
    """Give the server's own certificate, made or renewed if need be, for these names and addresses.

    Raises CertificateUnusable: the folder cannot be used, or a key in it is damaged.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority_key = _key(folder / "ca-key.pem")
        match _certificates(folder / "ca.pem"):
            case [authority] if _serves(authority, authority_key, AUTHORITY_RENEWAL_DAYS, now):
                pass
            case _:
                authority = _new_authority(authority_key, now)
                _write(folder / "ca.pem", [authority])
        key, chain = _key(folder / "key.pem"), folder / "cert.pem"
        match _certificates(chain):
            case [certificate, issuer] if (
                issuer == authority
                and _serves(certificate, key, RENEWAL_DAYS, now)
                and _names(certificate) == set(names)
            ):
                pass
            case _:
                certificate = _new_certificate(key, names, authority, authority_key, now)
                _write(chain, [certificate, authority])
    except OSError as error:
        raise CertificateUnusable(f"{folder}: cannot be used for certificates: {error.strerror or error}.") from error
    return identity(chain, folder / "key.pem", certificate)


def names_of_this_host(host: str | None) -> set[str]:
    """Give the names and addresses that this machine is reached by, ``host``, where it listens, among them."""
    listens = (host or "").lower().partition("%")[0]  # certificates know no interfaces
    called = {socket.gethostname().lower(), listens} - {"", "0.0.0.0", "::"}
    return {"localhost", "127.0.0.1", "::1", *reachable_addresses(), *(name for name in called if name.isascii())}


def _new_authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("certificate authority")
    return (
        _begun(name, name, key.public_key(), AUTHORITY_DAYS, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )


def _new_certificate(
    key: ec.EllipticCurvePrivateKey,
    names: Iterable[str],
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    issuer_key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _begun(_name("server"), authority.subject, key.public_key(), CERTIFICATE_DAYS, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in sorted(names)]), critical=False)
        .add_extension(issuer_key_id, critical=False)
        .sign(authority_key, SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int, now: datetime
) -> x509.CertificateBuilder:
    """Begin a certificate with what every one has (RFC 5280, 4)."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(role: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"muca on {socket.gethostname()}"[:64])
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, f"muca {role}")])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names(certificate: x509.Certificate) -> set[str]:
    """Give the names and addresses that a certificate is for."""
    listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in listed}


def _serves(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, days: int, now: datetime) -> bool:
    """Whether a certificate is of this key and good for more than so many days.

    One that is valid only later was made by a clock gone wrong.
    """
    is_good = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - timedelta(days=days)
    return is_good and certificate.public_key() == key.public_key()


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a key, or make it where there is none."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        key = ec.generate_private_key(ec.SECP256R1())
        _write(path, key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateUnusable(_damaged(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateUnusable(_damaged(path))
    return key


def _damaged(path: Path) -> str:
    return f"{path}: is damaged; bring it back from a backup, or remove it: clients will warn of a new one."


def _certificates(path: Path) -> list[x509.Certificate]:
    """Read what can be read of a file's certificates."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (FileNotFoundError, ValueError, UnsupportedAlgorithm):
        return []


def _write(path: Path, content: ec.EllipticCurvePrivateKey | list[x509.Certificate]) -> None:
    if isinstance(content, list):
        pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in content)
    else:
        pem = content.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # mkstemp makes the file readable by its owner alone.
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    if os.name == "posix":  # the new name, too, is to be on disk
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
