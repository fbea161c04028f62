"""The server's self-made certificate, signed by its own authority.

Rules:
- One folder, to be backed up, has the authority's certificate (``ca.pem``), the one it signed (``cert.pem``, followed
  by the authority's) and the server's key (``key.pem``), which clients pin.
- The authority's key is in another folder, in a file named after it. Anyone who has it can sign anything the authority
  is trusted with, so copies of the data should not contain it. If it is lost, only the authority must be replaced.
- The authority may sign for private addresses, and for the names and public addresses that this machine had when it was
  made. A new name requires a new authority, which must be installed again wherever the previous one was trusted. A new
  address does not, as addresses change by themselves: if the authority may not sign for it, it is left out.
- Keys are created once and stay. A certificate is renewed if it is lost, about to expire, or no longer fits this host.
- Files are written atomically, and only their owner can read them.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from muca.disk import write_whole
from muca.server.certificates import CertificateUnusable, Identity, identity, key_id
from muca.server.listeners import reachable_addresses

CERTIFICATE_DAYS: Final = 90
RENEWAL_DAYS: Final = 30
"""A certificate with fewer days left is renewed."""
AUTHORITY_DAYS: Final = 3_650
AUTHORITY_RENEWAL_DAYS: Final = 180
"""The same for the authority, which must outlive what it signs."""
BACKDATED: Final = timedelta(days=1)
"""How far a client's clock may be behind."""
PRIVATE_NETWORKS: Final = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
"""Networks that are not routed on the Internet (RFC 1918, 3927, 4193, 4291, 6598)."""


def own_identity(folder: Path, authority_folder: Path, names: Iterable[str], now: datetime) -> Identity:
    """Return the server's own certificate for these names and addresses; create or renew it if needed.

    Raises CertificateUnusable: a folder cannot be used, or a key is damaged.
    """
    names = set(names)
    with _using(folder, "certificates"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _key(folder / "key.pem")
    with _using(authority_folder, "the authority's key", "; set tls_authority to another folder"):
        _move_former_key(folder / "ca-key.pem", authority_folder)
    with _using(folder, "certificates"):
        known = next(iter(_certificates(folder / "ca.pem")), None)
        match _certificates(folder / "cert.pem"):
            case [certificate, issuer] if (
                issuer == known
                and _vouches(issuer, names, now)
                and _is_good(certificate, RENEWAL_DAYS, now)
                and certificate.public_key() == key.public_key()
                and _names(certificate) == _permitted(issuer, names)
            ):
                return identity(folder / "cert.pem", folder / "key.pem", certificate)
    with _using(authority_folder, "the authority's key", "; set tls_authority to another folder"):
        authority_key = _authority_key(authority_folder, known)
    with _using(folder, "certificates"):
        if known is None or known.public_key() != authority_key.public_key() or not _vouches(known, names, now):
            known = _new_authority(authority_key, names, now)
            _write(folder / "ca.pem", [known])
        certificate = _new_certificate(key, _permitted(known, names), known, authority_key, now)
        _write(folder / "cert.pem", [certificate, known])
    return identity(folder / "cert.pem", folder / "key.pem", certificate)


@contextmanager
def _using(folder: Path, what: str, remedy: str = "") -> Iterator[None]:
    """Turn an ``OSError`` into CertificateUnusable with an explanation."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CertificateUnusable(f"{folder}: cannot be used for {what}: {reason}{remedy}.") from error


def _authority_key(folder: Path, authority: x509.Certificate | None) -> ec.EllipticCurvePrivateKey:
    """Return the authority's key; if it is missing, that of a new authority."""
    if authority is not None:
        path = folder / _key_file(authority.public_key())
        if path.exists():
            return _key(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    _write(folder / _key_file(key.public_key()), key)
    return key


def _move_former_key(path: Path, folder: Path) -> None:
    """Move the authority's key out of the data folder, where earlier versions kept it."""
    if path.exists():
        key = _key(path)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / _key_file(key.public_key()), key)
        path.unlink()
        structlog.get_logger().info("authority_key_moved", to=str(folder))


def _key_file(key: PublicKeyTypes) -> str:
    return f"{key_id(key).hex()}.pem"


def names_of_this_host(host: str | None) -> set[str]:
    """Return the names and addresses of this machine, including ``host``, where it listens."""
    listens = (host or "").lower().partition("%")[0]  # certificates have no interfaces
    called = {socket.gethostname().lower(), listens} - {"", "0.0.0.0", "::"}
    return {"localhost", "127.0.0.1", "::1", *reachable_addresses(), *(name for name in called if name.isascii())}


def _new_authority(key: ec.EllipticCurvePrivateKey, names: Iterable[str], now: datetime) -> x509.Certificate:
    name = _name("certificate authority")
    permitted = sorted({*PRIVATE_NETWORKS, *(subtree for subtree in map(_subtree, names) if not _is_private(subtree))})
    return (
        _begun(name, name, key.public_key(), AUTHORITY_DAYS, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints([_general_name(subtree) for subtree in permitted], None), critical=True)
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
    """Begin a certificate with the fields that all have in common (RFC 5280, 4)."""
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
        return x509.IPAddress(ipaddress.ip_network(name) if "/" in name else ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subtree(name: str) -> str:
    """Return the subtree that an authority must be permitted for a name or an address (RFC 5280, 4.2.1.10).

    For an IPv6 address this is its /64, in which systems change their address every day (RFC 8981). The loopback
    address is permitted alone.
    """
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name.removeprefix("*.")
    bits = 64 if address.version == 6 and not address.is_loopback else address.max_prefixlen
    return str(ipaddress.ip_network(f"{name}/{bits}", strict=False))


def _is_private(subtree: str) -> bool:
    return "/" in subtree and any(_is_in(subtree, network) for network in PRIVATE_NETWORKS)


def _is_in(subtree: str, permitted: str) -> bool:
    """Return whether a subtree is contained in a permitted one."""
    if "/" not in subtree or "/" not in permitted:
        return subtree == permitted or subtree.endswith(f".{permitted}")
    network, around = ipaddress.ip_network(subtree), ipaddress.ip_network(permitted)
    return network.version == around.version and network.subnet_of(around)  # type: ignore[arg-type]  # same version


def _vouches(authority: x509.Certificate, names: Iterable[str], now: datetime) -> bool:
    """Return whether an authority is valid for long enough and may sign for these names. Addresses do not count.

    An authority without constraints, from an older muca, may sign for too much.
    """
    if not _is_good(authority, AUTHORITY_RENEWAL_DAYS, now) or not _permitted_subtrees(authority):
        return False
    return all("/" in _subtree(name) for name in set(names) - _permitted(authority, names))


def _permitted(authority: x509.Certificate, names: Iterable[str]) -> set[str]:
    """Return those of the names and addresses that an authority may sign for."""
    subtrees = _permitted_subtrees(authority)
    return {name for name in names if any(_is_in(_subtree(name), subtree) for subtree in subtrees)}


def _permitted_subtrees(authority: x509.Certificate) -> list[str]:
    try:
        constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in constraints.permitted_subtrees or ()]


def _names(certificate: x509.Certificate) -> set[str]:
    """Return the names and addresses that a certificate is for."""
    listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in listed}


def _is_good(certificate: x509.Certificate, days: int, now: datetime) -> bool:
    """Return whether it is valid now and for more days than this. If it is not valid yet, a clock was wrong."""
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - timedelta(days=days)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a key, or create it if there is none."""
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
    return f"{path}: is damaged. Restore it from a backup, or remove it; clients will then warn of a new key."


def _certificates(path: Path) -> list[x509.Certificate]:
    """Read the certificates of a file that can be parsed."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (FileNotFoundError, ValueError, UnsupportedAlgorithm):
        return []


def _write(path: Path, content: ec.EllipticCurvePrivateKey | list[x509.Certificate]) -> None:
    if isinstance(content, list):
        pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in content)
    else:
        pem = content.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(path, pem)
