"""muca.toml: typed, and every mistake named with file, line and key."""

from pathlib import Path

import pytest

from muca.model.limits import AnnouncedLimits, Limits
from muca.server.config import DEFAULT_PORT, DEFAULT_TLS_PORT, Config, ConfigError, load_config


def test_defaults_without_a_file() -> None:
    """The seed's port, all interfaces, the default limits."""
    config = load_config(None, {})
    assert (config.port, config.host, config.limits) == (DEFAULT_PORT, None, Limits())


def test_command_line_wins_over_file(tmp_path: Path) -> None:
    """And what neither says keeps its default."""
    file = tmp_path / "muca.toml"
    file.write_text('port = 4000\nname = "Lab"\nlog_level = "debug"\n')
    config = load_config(file, {"port": 5000, "host": None})
    assert (config.port, config.name, config.log_level, config.host) == (5000, "Lab", "debug", None)


@pytest.mark.parametrize(
    ("given", "host"), [("[::1]", "::1"), ("::1", "::1"), ("[fe80::1%eth0]", "fe80::1%eth0"), ("[lab]", "[lab]")]
)
def test_host_may_stand_in_brackets_as_in_a_url(given: str, host: str) -> None:
    """Of an IPv6 address; what else is in brackets stays and is not found."""
    assert load_config(None, {"host": given}).host == host


def test_key_of_the_authority_is_apart_from_the_data(tmp_path: Path) -> None:
    """By default, too."""
    assert not Config().authority_path.is_relative_to(Config().data_path)
    assert Config(tls_authority=str(tmp_path)).authority_path == tmp_path


def test_limits_are_one_flat_table(tmp_path: Path) -> None:
    """Announced or not, people write them in one place."""
    file = tmp_path / "muca.toml"
    file.write_text("[limits]\nv1_frame_gap_ms = 5\ntext_chars_max = 99\n")
    assert load_config(file, {}).limits == Limits(v1_frame_gap_ms=5, announced=AnnouncedLimits(text_chars_max=99))


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ('name = "x"\nprot = 1\n', 2, "prot: There is no such setting"),
        ('\n\nport = "40452"\n', 3, "port: must be a whole number, not text in quotes"),
        ("port = 65536\n", 1, "port: must be a whole number of at most 65535"),
        ("port = 2024-05-31\n", 1, "port: must be a whole number, not a date"),
        ("host = [1]\n", 1, "host: must be text in quotes, not a list"),
        ('name = ""\n', 1, "name: must not be empty: leave it out, or give a value"),
        ('data = ""\n', 1, "data: must not be empty: leave it out, or give a value"),
        (
            'tls_certificate = ""\ntls_key = ""\n',
            1,
            "tls_certificate: must not be empty: leave it out, or give a value",
        ),
        ('tls_certificate = "a"\ntls_key = ""\n', 2, "tls_key: must not be empty: leave it out, or give a value"),
        ('port = 1\ntls_authority = ""\n', 2, "tls_authority: must not be empty: leave it out, or give a value"),
        ('log_level = "loud"\n', 1, "log_level: must be one of debug, info, warning, error, not “loud”"),
        ('policy = "closed"\n', 1, "policy: must be one of open, registered, invite, not “closed”"),
        ("policy = true\n", 1, "policy: must be text in quotes, not true or false"),
        (
            "port = 1\n[limits]\nping_seconds = 1.5\n",
            3,
            "limits.ping_seconds: must be a whole number, not a decimal number",
        ),
        ("[limits]\nping_seconds = 0\n", 2, "limits.ping_seconds: must be a whole number of at least 1"),
        ("port = 1\n[limits]\n\nfoo = 1\n", 4, "limits.foo: There is no such setting"),
        ("limits = 3\n", 1, "limits: must be a table, not a whole number"),
        ("port = 1\n\n[tsl]\nport = 2\n", 3, "tsl: There is no such setting"),
        ("\n[tls]\nport = 2\n", 2, "tls: must be true or false, not a table"),
        ("port = 1\ntls_key = 'k'\n", 2, "tls_certificate and tls_key belong together: give both, or neither"),
        ("port = 4\ntls_port = 4\n", 2, "port and tls_port are both 4: give two different ones"),
        ("port = 40453\n", 1, "port and tls_port are both 40453: give two different ones"),
        *(
            (f'url = "{url}"\n', 1, "url: must be an address such as https://chat.example or https://example.org/chat")
            for url in (
                "chat.example",
                "https://chat.example/x?y",
                "https://chat.example/#x",
                "https://a@b",
                "https:///x",
            )
        ),
        (
            'hosts = ["a", "http://b"]\n',
            1,
            'hosts: “http://b” must be a name without scheme and port, such as "chat.example"',
        ),
        (
            'hosts = ["chat.example:80"]\n',
            1,
            'hosts: “chat.example:80” must be a name without scheme and port, such as "chat.example"',
        ),
        ('hosts = ["a", "Ünder.example"]\n', 1, "hosts: “Ünder.example” must be written in its xn-- form"),
        ('hosts = "a"\n', 1, "hosts: must be a list, not text in quotes"),
        (
            '\ntrusted_proxies = ["nginx"]\n',
            2,
            'trusted_proxies: “nginx” must be an IP address or network, such as "127.0.0.1" or "10.0.0.0/8"',
        ),
        (
            'trusted_proxies = ["10.0.0.1/8"]\n',
            1,
            'trusted_proxies: “10.0.0.1/8” must be an IP address or network, such as "127.0.0.1" or "10.0.0.0/8"',
        ),
        ("url = 1\n", 1, "url: must be text in quotes, not a whole number"),
        ("tls_certificate = 'c'\n", 1, "tls_certificate and tls_key belong together: give both, or neither"),
    ],
)
def test_mistakes_name_file_line_and_key(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    """So that one look into the file mends it."""
    file = tmp_path / "muca.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_config(file, {})
    assert str(raised.value) == f"{file}, line {line}: {complaint}."


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"port = ", "is not TOML: Invalid value (at end of document)"), (b"name = '\xff'", "is not UTF-8 text")],
)
def test_broken_file_says_what_it_is_not(tmp_path: Path, content: bytes, complaint: str) -> None:
    """TOML's own message says the line."""
    file = tmp_path / "muca.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"muca\.toml") as raised:
        load_config(file, {})
    assert complaint in str(raised.value)


def test_mistake_in_the_file_is_one_although_the_command_line_wins(tmp_path: Path) -> None:
    """It would come to light at a worse time."""
    file = tmp_path / "muca.toml"
    file.write_text('port = "x"\n')
    with pytest.raises(ConfigError, match="line 1: port"):
        load_config(file, {"port": 5000})


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    """It was asked for by name."""
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_config(tmp_path / "none.toml", {})


def test_one_port_cannot_be_both() -> None:
    """Said on the command line; without TLS, or where both are free ones, there is no such thing."""
    with pytest.raises(ConfigError) as raised:
        load_config(None, {"port": DEFAULT_TLS_PORT})
    assert str(raised.value) == "port and tls_port are both 40453: give two different ones."
    for allowed in ({"port": DEFAULT_TLS_PORT, "tls": False}, {"port": 0, "tls_port": 0}):
        assert load_config(None, allowed).port == allowed["port"]


def test_tls_port_follows_the_port() -> None:
    """Its default is a fixed port, but a free one beside a free one."""
    ports = [Config(), Config(port=5_000), Config(port=0), Config(port=0, tls_port=7), Config(tls_port=0)]
    assert [config.tls_port_to_bind for config in ports] == [DEFAULT_TLS_PORT, DEFAULT_TLS_PORT, 0, 7, 0]


def test_home_folder_is_understood() -> None:
    """``~`` in a data folder."""
    assert Config(data="~/x").data_path == Path.home() / "x"
