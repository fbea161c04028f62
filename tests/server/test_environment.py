"""Settings from the environment."""

from pathlib import Path

import pytest

from muca.model.replies import Policy
from muca.server.config import SETTINGS, BackupSettings, ConfigError, Origin, explain_config, load_config
from muca.server.environment import unknown, variable


def test_every_setting_has_a_variable() -> None:
    names = [variable(path) for path in SETTINGS]
    assert len(names) == len(set(names)) > 100
    assert {"MUCA_PORT", "MUCA_BACKUP_KEEP", "MUCA_LIMITS_GATHER_MS", "MUCA_LIMITS_TEXT_CHARS_MAX"} <= set(names)


def test_it_comes_after_the_file_and_before_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "muca.toml"
    file.write_text('port = 4000\nname = "Lab"\n[backup]\nfolder = "/b"\n[limits]\ngather_ms = 3\npins_max = 9\n')
    environ = {
        "MUCA_PORT": "5000",
        "MUCA_NAME": "7",
        "MUCA_TLS": "false",
        "MUCA_POLICY": "invite",
        "MUCA_HOSTS": "a.example, b.example,",
        "MUCA_BACKUP_KEEP": "2",
        "MUCA_LIMITS_GATHER_MS": "1",
        "PORT": "1",
    }
    config = load_config(file, {"port": 6000}, environ)
    assert (config.port, config.name, config.tls, config.policy) == (6000, "7", False, Policy.INVITE)
    assert config.hosts == ("a.example", "b.example")
    assert config.backup == BackupSettings(folder="/b", keep=2)
    assert (config.limits.gather_ms, config.limits.pins_max) == (1, 9)


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    """Without its last newline."""
    (tmp_path / "token").write_bytes(b"0123456789abcdef\r\n")
    assert load_config(None, {}, {"MUCA_METRICS_TOKEN_FILE": str(tmp_path / "token")}).metrics_token == (
        "0123456789abcdef"
    )


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"MUCA_PORT": "tcp://10.0.0.1:80"}, "MUCA_PORT: must be a whole number."),
        ({"MUCA_PORT": "70000"}, "MUCA_PORT: must be a whole number of at most 65535."),
        ({"MUCA_TLS": "maybe"}, "MUCA_TLS: must be true or false."),
        ({"MUCA_POLICY": "all"}, "MUCA_POLICY: must be one of open, registered, invite, not “all”."),
        ({"MUCA_LIMITS_PINS_MAX": "0"}, "MUCA_LIMITS_PINS_MAX: must be a whole number of at least 1."),
        ({"MUCA_BACKUP_KEEP": "2"}, "backup: folder is missing."),
        (
            {"MUCA_HOSTS": "http://a"},
            'MUCA_HOSTS: hosts: “http://a” must be a name without scheme and port, such as "chat.example".',
        ),
        (
            {"MUCA_TLS_KEY": "k"},
            "MUCA_TLS_KEY: tls_certificate and tls_key belong together: give both, or neither.",
        ),
        (
            {"MUCA_TLS_PORT": "40452"},
            "MUCA_TLS_PORT: port and tls_port are both 40452: give two different ones.",
        ),
    ],
)
def test_mistakes_name_the_variable(environ: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config(None, {}, environ)
    assert str(raised.value) == complaint


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"MUCA_NAME_FILE: {tmp_path} cannot be read"):
        load_config(None, {}, {"MUCA_NAME_FILE": str(tmp_path)})


def test_what_holds_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "muca.toml"
    file.write_text('port = 4000\n[limits]\ngather_ms = 3\n[backup]\nfolder = "/b"\n')
    found = explain_config(
        file, {"MUCA_LIMITS_GATHER_MS": "1", "MUCA_PORT_FILE": str(tmp_path / "port"), "MUCA_PORT": "1"}
    )
    assert {name: one for name, one in found.items() if one.origin is not None} == {
        "port": Origin(1, "MUCA_PORT"),
        "limits.gather_ms": Origin(1, "MUCA_LIMITS_GATHER_MS"),
        "backup.folder": Origin("/b", f"{file}, line 5"),
    }
    assert found["backup.keep"] == Origin(7, None)
    assert explain_config(None, {})["backup.keep"] == Origin(None, None)


def test_unknown_variables_are_found() -> None:
    """But not those of other commands."""
    environ = {"MUCA_PROT": "1", "MUCA_PORT": "1", "MUCA_UID": "tony", "MUCA_PASSWORD_FILE": "p", "HOME": "/"}
    assert unknown(environ, SETTINGS) == ["MUCA_PROT"]
