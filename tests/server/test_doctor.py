"""The doctor: a healthy server is healthy, and every planted fault is named with what to do."""

import shutil
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest

import muca
from muca.model.replies import ServerInfo, TlsInfo
from muca.server import doctor
from muca.server.backup import file_name
from muca.server.config import BackupSettings, Config
from muca.server.doctor import Verdict, examine, examine_server
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.serving import ServerProcess
from tests.storage.failing_disk import damage

HERE = "127.0.0.1"


def verdicts(data: Path, port: int = 1, **settings: Any) -> dict[str, Verdict]:
    config = Config(data=str(data), host=HERE, port=port, **settings)
    return {verdict.check: verdict for verdict in examine(config)}


async def test_a_healthy_server_is_healthy(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / file_name(time.time() - 3_600)).touch()
    async with ServerProcess(data=tmp_path / "data", tls=True) as server:
        found = verdicts(tmp_path / "data", server.port, backup=BackupSettings(folder=str(backups)))
        assert {check: verdict.state for check, verdict in found.items()} == dict.fromkeys(
            ("settings", "database", "clock", "space", "disk", "open files", "certificate", "backups", "server"), "ok"
        ) | {"version": "ok", "TLS": "ok"}
        assert f"Port {server.tls_port} speaks TLS; the key is sha256:" in found["TLS"].text
        assert found["version"].text == f"The server runs muca {muca.__version__}."
        assert found["backups"].text == "The newest backup is 1.0 hours old."
        names = [path.name for path in (tmp_path / "data").iterdir()]
        assert not any("doctor" in name for name in names)


def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    found = verdicts(tmp_path / "data")
    assert found["database"].state == found["backups"].state == "warning"
    assert found["certificate"].text == "The server makes its own certificate when it starts."
    assert found["server"].text == (
        f"No muca server answers at {HERE}, port 1 (Connection refused); start it, or check the address and firewalls."
    )
    assert list(tmp_path.iterdir()) == []


def test_planted_faults_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUCA_PROT", "1")
    SqliteStore.open(tmp_path).close()
    with apsw.Connection(str(tmp_path / FILE_NAME)) as database:
        database.execute("UPDATE rooms SET last_ts_ms = ?", (int((time.time() + 7_200) * 1_000),))
    (tmp_path / file_name(time.time() - 37 * 3_600)).touch()
    disk = namedtuple("disk", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk(1, 1, 900_000_000))
    monkeypatch.setattr(time, "perf_counter", count(0, doctor.SYNC_SECONDS * 1.1).__next__)
    monkeypatch.setattr("resource.getrlimit", lambda _: (1_024, 1_024))
    found = verdicts(tmp_path, backup=BackupSettings(folder=str(tmp_path)), tls=False)
    for check, state, text in (
        ("settings", "warning", "Nothing reads MUCA_PROT"),
        ("clock", "error", " s behind the newest message; set it, for example with NTP."),
        ("space", "warning", "0.9 GB are free; free some space"),
        ("disk", "warning", "ms for the disk, so messages arrive late; use a faster disk."),
        ("open files", "warning", "Only 1024 open files are allowed"),
        ("certificate", "warning", "TLS is off"),
        ("backups", "error", "The newest backup is 37.0 hours old; the log says backup_failed"),
    ):
        assert found[check].state == state, check
        assert text in found[check].text, check


def test_damage_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore.open(tmp_path).close()
    damage(tmp_path / FILE_NAME, "rooms")
    monkeypatch.setattr("tempfile.NamedTemporaryFile", _refuse)
    found = verdicts(tmp_path, backup=BackupSettings(folder=str(tmp_path)))
    assert "this database is damaged" in found["database"].text
    assert (
        found["disk"].text
        == f"{tmp_path} cannot be written: Read-only file system; check its permissions and the disk."
    )
    assert found["backups"].text == f"There is no backup in {tmp_path}; the log says backup_failed."
    missing = verdicts(tmp_path, backup=BackupSettings(folder=str(tmp_path / "none")))
    assert missing["backups"].text == f"{tmp_path / 'none'}: No such file or directory; the log says backup_failed."


def _refuse(*_: object, **__: object) -> None:
    raise OSError(30, "Read-only file system")


async def test_a_certificate_that_expires_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ServerProcess(data=tmp_path, tls=True):
        pass
    soon = datetime.now(UTC) + timedelta(days=3, hours=1)
    monkeypatch.setattr(doctor, "expiry_of", lambda _: soon)
    found = verdicts(tmp_path)["certificate"]
    assert found == ("certificate", "warning", "The certificate expires in 3 days; start the server, which renews it.")
    monkeypatch.undo()
    (tmp_path / "tls" / "cert.pem").write_text("no certificate")
    assert verdicts(tmp_path)["certificate"].text == f"{tmp_path / 'tls' / 'cert.pem'}: is not a PEM certificate."
    missing = verdicts(tmp_path, tls_certificate=str(tmp_path / "c"), tls_key=str(tmp_path / "k"))["certificate"]
    assert missing.text == f"{tmp_path / 'c'}: cannot be read: No such file or directory."


async def test_a_server_is_examined_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ServerProcess(data=tmp_path / "plain") as server:
        monkeypatch.setattr(muca, "__version__", "0.0.9")
        found = {verdict.check: verdict for verdict in examine_server(HERE, server.port)}
        assert found["TLS"].text == "The server offers no TLS, so others on the network can read along."
        assert "this is 0.0.9; after an update, restart the server." in found["version"].text
        monkeypatch.setattr(doctor, "_ask", _answer)
        found = {verdict.check: verdict for verdict in examine_server(HERE, server.port)}
        assert found["server"].text == "The server does not work properly: The disk is full."
        assert found["TLS"].state == "error"
        assert "Port 1 does not speak TLS" in found["TLS"].text


def _answer(_host: str, _port: int, path: str, _kind: object) -> tuple[int, object]:
    if path == "/healthz":
        return 503, {"TEXT": "The disk is full."}
    return 200, ServerInfo(id="a", name="Lab", version="0", tls=TlsInfo(port=1, fingerprint="sha256:0", own=True))
