"""Certificates that the operator gives, and reading them again."""

import asyncio
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from muca.server import certificates as module
from muca.server.certificates import Certificates, CertificateUnusable, Identity, given_identity
from muca.server.own_certificate import own_identity
from tests.wire import DEADLINE_SECONDS

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with ``cert.pem`` and ``key.pem``, valid around NOW."""
    own_identity(tmp_path, tmp_path / "authority", {"localhost"}, NOW)
    return tmp_path


def read(folder: Path, now: datetime = NOW) -> Identity:
    return given_identity(folder / "cert.pem", folder / "key.pem", now)


def test_given_certificate_is_shown_with_the_fingerprint_of_its_key(folder: Path) -> None:
    """No older TLS than 1.2."""
    identity = read(folder)
    assert identity.fingerprint == own_identity(folder, folder / "authority", {"localhost"}, NOW).fingerprint
    assert identity.fingerprint.startswith("sha256:")
    assert len(identity.fingerprint) == len("sha256:") + 64
    assert identity.context.minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("cert.pem", None, "cert.pem: cannot be read: No such file or directory."),
        ("key.pem", None, "key.pem: cannot be read: No such file or directory."),
        ("cert.pem", b"no PEM", "cert.pem: is not a PEM certificate."),
        ("key.pem", b"no PEM", "key.pem: is not a PEM private key."),
    ],
)
def test_file_that_is_none_is_said(folder: Path, name: str, content: bytes | None, complaint: str) -> None:
    """One sentence with the file in it."""
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(CertificateUnusable) as raised:
        read(folder)
    assert str(raised.value) == f"{folder}/{complaint}"


def test_key_of_another_certificate_is_said(folder: Path, tmp_path: Path) -> None:
    """Names both files."""
    own_identity(tmp_path / "other", tmp_path / "authority", {"localhost"}, NOW)
    with pytest.raises(CertificateUnusable, match=r"key\.pem: is not the key of the certificate .*cert\.pem\.$"):
        given_identity(folder / "cert.pem", tmp_path / "other" / "key.pem", NOW)


def test_locked_key_is_said(folder: Path) -> None:
    """A server has nobody to ask for the password."""
    key = load_pem_private_key((folder / "key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (folder / "key.pem").write_bytes(locked)
    with pytest.raises(CertificateUnusable, match="is encrypted with a password"):
        read(folder)


def test_certificate_out_of_its_time_is_said(folder: Path) -> None:
    """At its last second and its first it is good."""
    read(folder, NOW + timedelta(days=90, seconds=-1))
    with pytest.raises(CertificateUnusable, match=r"cert\.pem: expired on 2026-05-01\.$"):
        read(folder, NOW + timedelta(days=90))
    read(folder, NOW - timedelta(days=1))
    with pytest.raises(CertificateUnusable, match=r"cert\.pem: is not valid before 2026-01-30\.$"):
        read(folder, NOW - timedelta(days=1, seconds=1))


async def test_reading_again_shows_what_is_there_now_or_what_was(folder: Path, tmp_path: Path) -> None:
    """Callbacks are called for a new key, and for nothing else."""
    own_identity(tmp_path / "other", tmp_path / "authority", {"localhost"}, NOW)
    told: list[str] = []
    certificates = Certificates(lambda _: read(folder), told.append)
    first = certificates.identity
    certificates.reload()
    assert certificates.identity.fingerprint == first.fingerprint
    assert told == []
    for name in ("cert.pem", "key.pem"):
        shutil.copy(tmp_path / "other" / name, folder / name)
    certificates.reload()
    second = certificates.identity
    assert second.fingerprint != first.fingerprint
    assert told == [second.fingerprint]
    (folder / "cert.pem").write_bytes(b"")
    certificates.reload()
    assert certificates.identity is second
    certificates.stop()


async def test_it_is_read_again_every_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And again, until it is stopped."""
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.001)
    identity = read(folder)
    reads: list[datetime] = []
    thrice = asyncio.Event()

    def count(now: datetime) -> Identity:
        reads.append(now)
        if len(reads) == 3:
            thrice.set()
            certificates.stop()
        return identity

    certificates = Certificates(count, lambda _: None)
    async with asyncio.timeout(DEADLINE_SECONDS):
        await thrice.wait()
    assert abs(datetime.now(UTC) - reads[0]) < timedelta(minutes=1)


async def test_server_starts_with_no_certificate_that_cannot_be_used(folder: Path) -> None:
    """Here it is an error."""
    (folder / "key.pem").unlink()
    with pytest.raises(CertificateUnusable):
        Certificates(lambda _: read(folder), lambda _: None)
