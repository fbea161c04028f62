"""The certificate for TLS connections.

Rules:
- The certificate is given by the operator, or made by muca (``own_certificate.py``). Both are read from files at start,
  on request, and once a day; open connections keep the previous one.
- Clients pin the server's key, not the certificate: the fingerprint depends only on the key.
- At start, an unusable certificate is an error; later it is logged, and the previous one stays in use.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

CHECK_SECONDS: Final = 86_400
"""How often the certificate is read again automatically."""


class CertificateUnusable(Exception):
    """The certificate cannot be used. The text says in a sentence which file, and why."""


class Identity(NamedTuple):
    """What the server presents on a TLS connection."""

    context: ssl.SSLContext
    fingerprint: str
    """``sha256:`` and the SHA-256 of the key's SubjectPublicKeyInfo (RFC 5280, 4.1; as in RFC 7469, 2.4), in hex."""
    names: frozenset[str]
    """The DNS names that the certificate is for (its subjectAltName); ``*.`` may stand for a label."""


class Certificates:
    """Holds the identity for new connections.

    Args:
        read: reads it, given the time; raises CertificateUnusable.
        changed: called with the new fingerprint when the key has changed.
    """

    def __init__(self, read: Callable[[datetime], Identity], changed: Callable[[str], None]) -> None:
        self._read = read
        self._changed = changed
        self._log = structlog.get_logger()
        self.identity = read(datetime.now(UTC))
        self._next_check = self._check_later()

    def reload(self) -> None:
        """Read the certificate again; one that cannot be used changes nothing."""
        before = self.identity.fingerprint
        try:
            self.identity = self._read(datetime.now(UTC))
        except CertificateUnusable as error:
            self._log.error("certificate_unusable", error=str(error))
            return
        self._log.info("certificate_read", fingerprint=self.identity.fingerprint)
        if self.identity.fingerprint != before:
            self._changed(self.identity.fingerprint)

    def _check_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(CHECK_SECONDS, self._check)

    def _check(self) -> None:
        self._next_check = self._check_later()
        self.reload()

    def stop(self) -> None:
        """Stop reading it automatically."""
        self._next_check.cancel()


def given_identity(certificate: Path, key: Path, now: datetime) -> Identity:
    """Read the operator's certificate, followed by its chain, and the key from PEM files.

    Raises CertificateUnusable.
    """
    content, key_content = _read(certificate), _read(key)
    try:
        leaf, *_ = x509.load_pem_x509_certificates(content)
        public_key = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateUnusable(f"{certificate}: is not a PEM certificate.") from error
    try:
        fits = key_id(load_pem_private_key(key_content, None).public_key()) == key_id(public_key)
    except TypeError as error:
        raise CertificateUnusable(f"{key}: is encrypted with a password; remove the password from it.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateUnusable(f"{key}: is not a PEM private key.") from error
    if not fits:
        raise CertificateUnusable(f"{key}: is not the key of the certificate {certificate}.")
    if now >= leaf.not_valid_after_utc:
        raise CertificateUnusable(f"{certificate}: expired on {leaf.not_valid_after_utc:%Y-%m-%d}.")
    if now < leaf.not_valid_before_utc:
        raise CertificateUnusable(f"{certificate}: is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}.")
    return identity(certificate, key, leaf)


def expiry_of(chain: Path) -> datetime:
    """Return until when the first certificate of a PEM file is valid. Raises CertificateUnusable."""
    try:
        return x509.load_pem_x509_certificates(_read(chain))[0].not_valid_after_utc
    except ValueError as error:
        raise CertificateUnusable(f"{chain}: is not a PEM certificate.") from error


def identity(chain: Path, key: Path, leaf: x509.Certificate) -> Identity:
    """Create the identity from a matching chain and key; ``leaf`` is the first certificate of the chain.

    Raises CertificateUnusable.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # A client that closes without having read session tickets resets the connection, and its last data may be lost.
    context.num_tickets = 0
    try:
        context.load_cert_chain(chain, key)
    except (OSError, ssl.SSLError) as error:  # for example if OpenSSL considers the key too weak
        reason = (isinstance(error, ssl.SSLError) and error.reason) or error.strerror or str(error)
        raise CertificateUnusable(f"{chain}: cannot be used for TLS: {reason}.") from error
    return Identity(context, f"sha256:{key_id(leaf.public_key()).hex()}", _dns_names(leaf))


def _dns_names(certificate: x509.Certificate) -> frozenset[str]:
    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):  # ValueError: it has malformed extensions
        return frozenset()
    return frozenset(listed.get_values_for_type(x509.DNSName))


def key_id(public_key: PublicKeyTypes) -> bytes:
    """Return the SHA-256 of a key's SubjectPublicKeyInfo in DER."""
    return hashlib.sha256(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateUnusable(f"{path}: cannot be read: {error.strerror}.") from error
