"""The certificate that a server makes for itself."""

import os
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from muca.server.certificates import CertificateUnusable
from muca.server.own_certificate import names_of_this_host, own_identity

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
NAMES = {"localhost", "127.0.0.1", "::1", "lab-3"}
FILES = ("ca.pem", "ca-key.pem", "cert.pem", "key.pem")


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_first_start_makes_an_authority_and_a_certificate(tmp_path: Path) -> None:
    """For every name and address, signed by the authority, which is shown too; readable by the owner alone."""
    own_identity(tmp_path / "tls", NAMES, NOW)
    chain = x509.load_pem_x509_certificates((tmp_path / "tls" / "cert.pem").read_bytes())
    (authority,) = x509.load_pem_x509_certificates((tmp_path / "tls" / "ca.pem").read_bytes())
    leaf = chain[0]
    assert chain[1:] == [authority]
    leaf.verify_directly_issued_by(authority)
    assert leaf.not_valid_before_utc < NOW - timedelta(hours=23)
    assert leaf.not_valid_after_utc == NOW + timedelta(days=90)
    listed = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(listed.get_values_for_type(x509.DNSName)) == {"localhost", "lab-3"}
    assert {str(address) for address in listed.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}
    assert sorted(path.name for path in (tmp_path / "tls").iterdir()) == sorted(FILES)
    if os.name == "posix":
        assert {stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) for name in FILES} == {0o600}


def test_clients_that_know_the_authority_accept_it(tmp_path: Path) -> None:
    """As OpenSSL judges, by name and by address, and with what strict clients want of certificates."""
    server = own_identity(tmp_path, NAMES, datetime.now(UTC)).context
    client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    for name in ("localhost", "127.0.0.1", "::1"):
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        asking = client.wrap_bio(to_client, to_server, server_hostname=name)
        answering = server.wrap_bio(to_server, to_client, server_side=True)
        for side in (asking, answering, asking, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
        assert asking.getpeercert()["issuer"]  # type: ignore[index]  # the handshake is done: there is one


def test_certificate_is_renewed_in_time_and_its_key_stays(tmp_path: Path) -> None:
    """So does the authority, and the fingerprint with the key; before its time nothing is written."""
    first = own_identity(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    own_identity(tmp_path, NAMES, NOW + timedelta(days=60, seconds=-1))
    assert contents(tmp_path) == before
    later = own_identity(tmp_path, NAMES, NOW + timedelta(days=60))
    assert later.fingerprint == first.fingerprint
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"cert.pem"}
    leaf = x509.load_pem_x509_certificate(after["cert.pem"])
    assert leaf.not_valid_after_utc == NOW + timedelta(days=150)


def test_authority_is_renewed_before_what_it_signs_outlives_it(tmp_path: Path) -> None:
    """With its key, so that those who trust that key go on."""
    first = own_identity(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    later = own_identity(tmp_path, NAMES, NOW + timedelta(days=3_650 - 179))
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"ca.pem", "cert.pem"}
    assert later.fingerprint == first.fingerprint


def test_clock_that_was_wrong_at_first_start_does_no_harm(tmp_path: Path) -> None:
    """A certificate from the future is made anew."""
    own_identity(tmp_path, NAMES, NOW + timedelta(days=9_000))
    own_identity(tmp_path, NAMES, NOW)
    for name in ("ca.pem", "cert.pem"):
        assert x509.load_pem_x509_certificate((tmp_path / name).read_bytes()).not_valid_before_utc < NOW


def test_new_names_make_a_new_certificate(tmp_path: Path) -> None:
    """With the same key."""
    first = own_identity(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    assert own_identity(tmp_path, {*NAMES, "192.0.2.7"}, NOW).fingerprint == first.fingerprint
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"cert.pem"}


@pytest.mark.parametrize(
    ("lost", "made"),
    [
        ("cert.pem", {"cert.pem"}),
        ("ca.pem", {"ca.pem", "cert.pem"}),
        ("key.pem", {"key.pem", "cert.pem"}),
        ("ca-key.pem", {"ca-key.pem", "ca.pem", "cert.pem"}),
    ],
)
def test_what_is_lost_is_made_anew(tmp_path: Path, lost: str, made: set[str]) -> None:
    """With what rests on it, and nothing else; the fingerprint changes with the key alone."""
    first = own_identity(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    (tmp_path / lost).unlink()
    again = own_identity(tmp_path, NAMES, NOW)
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == made
    assert (again.fingerprint == first.fingerprint) is (lost != "key.pem")
    leaf, authority = x509.load_pem_x509_certificates(after["cert.pem"])
    leaf.verify_directly_issued_by(authority)
    assert authority == x509.load_pem_x509_certificate(after["ca.pem"])


def test_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    """It holds nothing that cannot be made again."""
    first = own_identity(tmp_path, NAMES, NOW)
    for name in ("cert.pem", "ca.pem"):
        (tmp_path / name).write_bytes(b"\xff not PEM")
    assert own_identity(tmp_path, NAMES, NOW).fingerprint == first.fingerprint


@pytest.mark.parametrize("name", ["key.pem", "ca-key.pem"])
def test_damaged_key_is_left_to_the_operator(tmp_path: Path, name: str) -> None:
    """A new one would have every client warn."""
    own_identity(tmp_path, NAMES, NOW)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(CertificateUnusable, match=f"{name}: is damaged; "):
        own_identity(tmp_path, NAMES, NOW)
    assert (tmp_path / name).read_bytes() == b"damaged"


def test_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """Here, a file in its place."""
    (tmp_path / "tls").write_bytes(b"")
    with pytest.raises(CertificateUnusable, match="tls: cannot be used for certificates: File exists"):
        own_identity(tmp_path / "tls", NAMES, NOW)


def test_names_are_those_that_this_host_is_reached_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a certificate cannot hold is left out."""
    monkeypatch.setattr("socket.gethostname", lambda: "Lab-3")
    loopback = {"localhost", "127.0.0.1", "::1"}
    assert names_of_this_host("Chat.Example") >= loopback | {"lab-3", "chat.example"}
    assert names_of_this_host("fe80::1%eth0") >= {"fe80::1"}
    assert not any("%" in name for name in names_of_this_host("fe80::1%eth0"))
    assert not {"", "0.0.0.0", "::"} & names_of_this_host("0.0.0.0")
    monkeypatch.setattr("socket.gethostname", lambda: "büro")
    assert "büro" not in names_of_this_host(None)
