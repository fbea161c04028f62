"""``muca serve`` as its user sees it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import muca
from muca.model.shell import muca_command
from muca.server.listeners import bind
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.serving import ServerProcess
from tests.storage.failing_disk import damage
from tests.storage.words import admit
from tests.wire import DEADLINE_SECONDS


async def test_greeting_tells_a_person_what_counts(tmp_path: Path) -> None:
    """Version, addresses, where to point a browser, data folder, how to join and how to stop."""
    async with ServerProcess(data=tmp_path) as server:
        assert server.greeting.startswith(f"muca {muca.__version__}, “")
        for word in (
            f"127.0.0.1:{server.port}",
            f"http://127.0.0.1:{server.port} (this computer only)\n",
            str(tmp_path),
            muca_command("desktop", "--server", f"127.0.0.1:{server.port}"),
            f"127.0.0.1:{server.port} (this computer only)",
            "Ctrl+C",
        ):
            assert word in server.greeting


async def test_greeting_tells_where_tls_is_and_how_to_know_the_server(tmp_path: Path) -> None:
    """Port and fingerprint, as long as there is TLS."""
    async with ServerProcess(data=tmp_path, tls=True) as server:
        assert server.tls_port not in {0, server.port}
        assert re.search(
            r"^  TLS       127\.0\.0\.1:\d+ \(this computer only\)\n            sha256:[0-9a-f]{64}$",
            server.greeting,
            re.MULTILINE,
        )
        assert f"\n            https://127.0.0.1:{server.tls_port} (this computer only)\n" in server.greeting
    async with ServerProcess(data=tmp_path) as server:
        assert "TLS" not in server.greeting


def test_greeting_that_nobody_reads_ends_nothing(tmp_path: Path) -> None:
    """As in “muca serve | head -1”: what went wrong is the reader's business."""
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "muca", "serve", "0", "--host", "127.0.0.1", "--no-tls", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=write_end, stderr=subprocess.PIPE, text=True) as server:
        os.close(write_end)
        os.close(read_end)
        assert server.stderr is not None
        assert '"event": "serving"' in server.stderr.readline()
        server.terminate()
        assert server.wait(DEADLINE_SECONDS) == 0
        assert "Traceback" not in server.stderr.read()


async def test_settings_file_is_read(tmp_path: Path) -> None:
    """The command line wins over it."""
    settings = tmp_path / "muca.toml"
    settings.write_text('name = "Physics Lab 3"\nhost = "127.0.0.1"\nport = 1\n', encoding="utf-8")
    async with ServerProcess("--port", "0", "--config", str(settings), data=tmp_path) as server:
        assert "“Physics Lab 3”" in server.greeting


@pytest.mark.parametrize(
    "what", ["port in use", "TLS port in use", "same port", "config", "certificate", "damaged database", "bad port"]
)
async def test_what_cannot_start_says_why_in_one_sentence(tmp_path: Path, what: str) -> None:
    """Exit code 2, no traceback."""
    (holder,) = bind("127.0.0.1", 0)
    port = holder.getsockname()[1]
    arguments = ["0", "--host", "127.0.0.1"]
    tls = what in {"TLS port in use", "same port", "certificate"}
    match what:
        case "port in use":
            arguments = [str(port), "--host", "127.0.0.1"]
            expected = f"Port {port} is in use already by"
        case "TLS port in use":
            arguments += ["--tls-port", str(port)]
            expected = f"choose another port, such as --tls-port {port + 1}."
        case "same port":
            arguments = ["4000", "--tls-port", "4000"]
            expected = "port and tls_port are both 4000: give two different ones."
        case "certificate":
            (tmp_path / "muca.toml").write_text(f"tls_certificate = '{tmp_path}/a.pem'\ntls_key = '{tmp_path}/b.pem'\n")
            arguments += ["--config", str(tmp_path / "muca.toml")]
            expected = "a.pem: cannot be read: No such file or directory."
        case "config":
            (tmp_path / "muca.toml").write_text("prot = 1\n")
            arguments += ["--config", str(tmp_path / "muca.toml")]
            expected = "line 1: prot: There is no such setting"
        case "bad port":
            arguments = ["70000"]
            expected = "port: must be a whole number of at most 65535"
        case _:
            (tmp_path / "muca.sqlite3").write_bytes(b"x" * 5_000)
            expected = "muca.sqlite3"
    server = ServerProcess(*arguments, data=tmp_path, tls=tls)
    with pytest.raises(RuntimeError) as raised:
        await server.__aenter__()
    holder.close()
    said = str(raised.value)
    assert server.process.returncode == 2
    assert expected in said
    assert said.count("\n") == 1
    assert "Traceback" not in said


async def test_two_servers_on_one_folder(tmp_path: Path) -> None:
    """The second is refused, the first goes on."""
    async with ServerProcess(data=tmp_path) as first:
        with pytest.raises(RuntimeError, match="another muca server"):
            await ServerProcess(data=tmp_path).__aenter__()
        assert first.process.returncode is None


async def test_damage_that_shows_only_while_it_starts_is_one_sentence(tmp_path: Path) -> None:
    """As with every start that fails: the exit code is 2, and no traceback is in the way."""
    store = SqliteStore.open(tmp_path)
    store.commit([admit("tony", offer="key")])
    store.close()
    damage(tmp_path / FILE_NAME, "sqlite_sequence")
    server = ServerProcess(data=tmp_path)
    with pytest.raises(RuntimeError) as caught:
        await server.__aenter__()
    assert server.process.returncode == 2
    (sentence,) = str(caught.value).splitlines()
    assert sentence.startswith(f"muca: {tmp_path}: this database is damaged (")
    assert "restore a backup" in sentence


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    """As from “--data "$DATA"” without a value: it is not the current folder."""
    command = [sys.executable, "-m", "muca", "serve", "0", "--data", ""]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False)
    assert (done.returncode, done.stderr) == (2, "muca: data: must not be empty: leave it out, or give a value.\n")
    assert list(tmp_path.iterdir()) == []


async def test_settings_can_be_checked_without_a_start(tmp_path: Path) -> None:
    """It says what a start would say, with the same exit code, and changes nothing; a server may be running."""

    def check(*arguments: str, **environ: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "muca", "serve", "--check", "--data", str(tmp_path / "data"), *arguments],
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
            env=os.environ | environ,
        )
        return done.returncode, done.stdout, done.stderr

    valid = (0, "The settings are valid. “muca config” shows them.\n", "")
    assert check() == valid
    assert not (tmp_path / "data").exists()
    async with ServerProcess(data=tmp_path / "data"):
        assert check() == valid
    assert check(MUCA_POLICY="all")[::2] == (
        2,
        "muca: MUCA_POLICY: must be one of open, registered, invite, not “all”.\n",
    )
    missing = str(tmp_path / "cert.pem")
    code, _, complaint = check(MUCA_TLS_CERTIFICATE=missing, MUCA_TLS_KEY=missing)
    assert (code, complaint) == (2, f"muca: {missing}: cannot be read: No such file or directory.\n")
    damage(tmp_path / "data" / FILE_NAME, "rooms")
    code, _, complaint = check()
    assert (code, "this database is damaged" in complaint) == (2, True)


async def test_a_variable_that_nobody_reads_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUCA_PROT", "1")
    async with ServerProcess(data=tmp_path) as server:
        server.signal(signal.SIGTERM)
        code, log = await server.ended()
    assert code == 0
    assert [line for line in log.splitlines() if "variable_unknown" in line and "MUCA_PROT" in line]
