"""The certificate that a server makes for itself."""

import os
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from muca.server import own_certificate
from muca.server.certificates import CertificateUnusable
from muca.server.own_certificate import names_of_this_host, own_identity

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
NAMES = {"localhost", "127.0.0.1", "::1", "lab-3"}
FILES = ("ca.pem", "cert.pem", "key.pem")


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> dict[str, Any]:
    """Have a client connect to a server of this name; return what it was shown. Raises ``ssl.SSLError``."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    answering = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (asking, answering, asking, answering):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = asking.getpeercert()
    assert shown is not None
    return dict(shown)


def test_first_start_makes_an_authority_and_a_certificate(tmp_path: Path) -> None:
    """For every name and address, signed by the authority, which is shown too; readable by the owner alone."""
    own_identity(tmp_path / "tls", tmp_path / "authority", NAMES, NOW)
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
    server = own_identity(tmp_path, tmp_path / "authority", NAMES, datetime.now(UTC)).context
    client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    for name in ("localhost", "127.0.0.1", "::1"):
        assert shake_hands(client, server, name)["issuer"]


def test_certificate_is_renewed_in_time_and_its_key_stays(tmp_path: Path) -> None:
    """So does the authority, and the fingerprint with the key; before its time nothing is written."""
    first = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    before = contents(tmp_path)
    own_identity(tmp_path, tmp_path / "authority", NAMES, NOW + timedelta(days=60, seconds=-1))
    assert contents(tmp_path) == before
    later = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW + timedelta(days=60))
    assert later.fingerprint == first.fingerprint
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"cert.pem"}
    leaf = x509.load_pem_x509_certificate(after["cert.pem"])
    assert leaf.not_valid_after_utc == NOW + timedelta(days=150)


def test_authority_is_renewed_before_what_it_signs_outlives_it(tmp_path: Path) -> None:
    """With its key, so that those who trust that key go on."""
    first = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    before = contents(tmp_path)
    later = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW + timedelta(days=3_650 - 179))
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"ca.pem", "cert.pem"}
    assert later.fingerprint == first.fingerprint


def test_clock_that_was_wrong_at_first_start_does_no_harm(tmp_path: Path) -> None:
    """A certificate from the future is renewed."""
    own_identity(tmp_path, tmp_path / "authority", NAMES, NOW + timedelta(days=9_000))
    own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    for name in ("ca.pem", "cert.pem"):
        assert x509.load_pem_x509_certificate((tmp_path / name).read_bytes()).not_valid_before_utc < NOW


def test_new_names_make_a_new_certificate(tmp_path: Path) -> None:
    """With the same key."""
    first = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    before = contents(tmp_path)
    again = own_identity(tmp_path, tmp_path / "authority", {*NAMES, "192.168.2.7"}, NOW)
    assert again.fingerprint == first.fingerprint
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == {"cert.pem"}


@pytest.mark.parametrize(
    ("lost", "made"),
    [("cert.pem", {"cert.pem"}), ("ca.pem", {"ca.pem", "cert.pem"}), ("key.pem", {"key.pem", "cert.pem"})],
)
def test_what_is_lost_is_made_anew(tmp_path: Path, lost: str, made: set[str]) -> None:
    """With what rests on it, and nothing else; the fingerprint changes with the key alone."""
    first = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    before = contents(tmp_path)
    (tmp_path / lost).unlink()
    again = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    after = contents(tmp_path)
    assert {name for name in FILES if after[name] != before[name]} == made
    assert (again.fingerprint == first.fingerprint) is (lost != "key.pem")
    leaf, authority = x509.load_pem_x509_certificates(after["cert.pem"])
    leaf.verify_directly_issued_by(authority)
    assert authority == x509.load_pem_x509_certificate(after["ca.pem"])


def test_authority_lives_apart_and_is_needed_to_sign_only(tmp_path: Path) -> None:
    """A restored folder serves as it did; only what must be signed takes a new authority. Clients notice neither."""
    first = own_identity(tmp_path / "tls", tmp_path / "authority", NAMES, NOW)
    (kept,) = (tmp_path / "authority").iterdir()
    if os.name == "posix":
        assert (stat.S_IMODE(kept.parent.stat().st_mode), stat.S_IMODE(kept.stat().st_mode)) == (0o700, 0o600)
    assert not any(
        b"PRIVATE KEY" in content for name, content in contents(tmp_path / "tls").items() if name != "key.pem"
    )
    before = contents(tmp_path / "tls")
    restored = own_identity(tmp_path / "tls", tmp_path / "elsewhere", NAMES, NOW + timedelta(days=59))
    assert contents(tmp_path / "tls") == before
    assert not (tmp_path / "elsewhere").exists()
    renewed = own_identity(tmp_path / "tls", tmp_path / "elsewhere", NAMES, NOW + timedelta(days=61))
    assert {name for name in FILES if contents(tmp_path / "tls")[name] != before[name]} == {"ca.pem", "cert.pem"}
    assert first.fingerprint == restored.fingerprint == renewed.fingerprint


def test_several_servers_keep_their_authorities_in_one_folder(tmp_path: Path) -> None:
    """Each finds its own."""
    for name in ("one", "two"):
        own_identity(tmp_path / name, tmp_path / "authority", NAMES, NOW)
    before = [(tmp_path / name / "ca.pem").read_bytes() for name in ("one", "two")]
    for name in ("one", "two"):
        own_identity(tmp_path / name, tmp_path / "authority", NAMES, NOW + timedelta(days=70))
    assert [(tmp_path / name / "ca.pem").read_bytes() for name in ("one", "two")] == before
    assert len(list((tmp_path / "authority").iterdir())) == 2


def without_constraints(folder: Path, authority_folder: Path) -> None:
    """Make the folder what an older muca made of it: the authority's key in it, its certificate good for anything."""
    own_identity(folder, authority_folder, NAMES, NOW)
    (kept,) = authority_folder.iterdir()
    kept.rename(folder / "ca-key.pem")
    key = load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    builder = x509.CertificateBuilder(
        authority.issuer,
        authority.subject,
        authority.public_key(),
        authority.serial_number,
        authority.not_valid_before_utc,
        authority.not_valid_after_utc,
    )
    for extension in authority.extensions:
        if not isinstance(extension.value, x509.NameConstraints):
            builder = builder.add_extension(extension.value, extension.critical)
    pem = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    leaf = x509.load_pem_x509_certificates((folder / "cert.pem").read_bytes())[0].public_bytes(Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    (folder / "cert.pem").write_bytes(leaf + pem)


@pytest.mark.parametrize("names", [NAMES, {"127.0.0.1"}], ids=["names", "addresses"])
def test_folder_of_an_older_muca_is_brought_up_to_date(tmp_path: Path, names: set[str]) -> None:
    """Its authority keeps its key, so that devices continue to trust it, and gets constraints; the key is moved."""
    folder, authority = tmp_path / "tls", tmp_path / "authority"
    without_constraints(folder, authority)
    before = contents(folder)
    own_identity(folder, authority, names, NOW)
    after = contents(folder)
    assert {name for name in FILES if after[name] != before[name]} == {"ca.pem", "cert.pem"}
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    leaf, new = x509.load_pem_x509_certificates(after["cert.pem"])
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(before["ca.pem"]))
    assert new.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert own_certificate._names(leaf) == names
    own_identity(folder, authority, names, NOW)
    assert contents(folder) == after


def test_key_that_cannot_be_moved_stays_and_is_said(tmp_path: Path) -> None:
    """Here, a file in the place of the other folder."""
    folder, authority = tmp_path / "tls", tmp_path / "authority"
    without_constraints(folder, authority)
    authority.rmdir()
    authority.write_bytes(b"")
    with pytest.raises(
        CertificateUnusable, match=r"authority: cannot be used for the authority's key: .* tls_authority"
    ):
        own_identity(folder, authority, NAMES, NOW)
    assert (folder / "ca-key.pem").exists()


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("lab-3", True),
        ("192.0.2.7", True),
        ("192.168.7.7", True),
        ("fd00::7", True),
        ("bank.example", False),
        ("lab-3.example", False),
        ("192.0.2.8", False),
        ("2001:db8::7", False),
    ],
)
def test_authority_is_trusted_with_this_machine_only(tmp_path: Path, name: str, accepted: bool) -> None:
    """As OpenSSL judges what somebody signs who has the authority's key: names of others are worth nothing."""
    own_identity(tmp_path / "tls", tmp_path / "authority", {*NAMES, "192.0.2.7"}, datetime.now(UTC))
    authority = x509.load_pem_x509_certificate((tmp_path / "tls" / "ca.pem").read_bytes())
    (kept,) = (tmp_path / "authority").iterdir()
    authority_key = load_pem_private_key(kept.read_bytes(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)
    forged = own_certificate._new_certificate(key, {name}, authority, authority_key, datetime.now(UTC))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + forged.public_bytes(Encoding.PEM)
    (tmp_path / "forged.pem").write_bytes(pem)
    server.load_cert_chain(tmp_path / "forged.pem")
    client = ssl.create_default_context(cafile=tmp_path / "tls" / "ca.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    if accepted:
        assert shake_hands(client, server, name)
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            shake_hands(client, server, name)


def test_name_that_the_authority_may_not_sign_for_makes_a_new_one(tmp_path: Path) -> None:
    """With the same key. An address does not, because people would have to install the authority again."""
    own_identity(tmp_path, tmp_path / "authority", {*NAMES, "2001:db8::7"}, NOW)
    before = contents(tmp_path)
    addresses = {"10.1.2.3", "fd00::7", "2001:db8::8"}
    own_identity(tmp_path, tmp_path / "authority", {*NAMES, *addresses, "192.0.2.7", "2001:db8:0:1::7"}, NOW)
    assert contents(tmp_path)["ca.pem"] == before["ca.pem"]
    leaf = x509.load_pem_x509_certificate(contents(tmp_path)["cert.pem"])
    assert own_certificate._names(leaf) == {*NAMES, *addresses}
    own_identity(tmp_path, tmp_path / "authority", {*NAMES, "chat.example"}, NOW)
    assert contents(tmp_path)["ca.pem"] != before["ca.pem"]
    assert len(list((tmp_path / "authority").iterdir())) == 1


def test_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    """It holds nothing that cannot be made again."""
    first = own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    for name in ("cert.pem", "ca.pem"):
        (tmp_path / name).write_bytes(b"\xff not PEM")
    assert own_identity(tmp_path, tmp_path / "authority", NAMES, NOW).fingerprint == first.fingerprint


@pytest.mark.parametrize("name", ["key.pem", "ca-key.pem"])
def test_damaged_key_is_left_to_the_operator(tmp_path: Path, name: str) -> None:
    """A new one would have every client warn. The authority's is still where an older muca kept it."""
    own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(CertificateUnusable, match=f"{name}: is damaged\\."):
        own_identity(tmp_path, tmp_path / "authority", NAMES, NOW)
    assert (tmp_path / name).read_bytes() == b"damaged"


def test_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """Here, a file in its place."""
    (tmp_path / "tls").write_bytes(b"")
    with pytest.raises(CertificateUnusable, match="tls: cannot be used for certificates: File exists"):
        own_identity(tmp_path / "tls", tmp_path / "authority", NAMES, NOW)


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


def test_authority_may_sign_for_loopback_alone_not_what_is_beside_it(tmp_path: Path) -> None:
    """Of another IPv6 address, the /64 is permitted: systems take a new one there every day."""
    own_identity(tmp_path / "tls", tmp_path / "authority", {"localhost", "::1", "127.0.0.1", "2001:db8::7"}, NOW)
    (authority,) = x509.load_pem_x509_certificates((tmp_path / "tls" / "ca.pem").read_bytes())
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    networks = {str(subtree.value) for subtree in permitted or ()}
    assert {"::1/128", "127.0.0.0/8", "2001:db8::/64"} <= networks
    assert "::/64" not in networks
