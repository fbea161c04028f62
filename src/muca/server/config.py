"""The server's configuration: defaults, ``muca.toml``, the environment and the command line.

Later ones take precedence.
"""

import os
import re
import socket
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, get_args

import msgspec
import platformdirs

from muca.model.addresses import host_name, is_address, is_network
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.replies import Policy
from muca.server import environment
from muca.server.logs import LogLevel

DEFAULT_PORT: Final = 40452
DEFAULT_TLS_PORT: Final = 40453

_URL: Final = r"^https?://[^/\s?#@]+(?:/[^\s?#]*)?$"

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Place = Annotated[str, msgspec.Meta(min_length=1)]
"""The path of a file or folder."""


class ConfigError(Exception):
    """The configuration cannot be used. The text names the file, key and line, and what is expected."""


class BackupSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table ``[backup]``: backups at regular times."""

    folder: Place
    """Folder for the backups, best on another disk."""
    every_hours: Annotated[int, msgspec.Meta(ge=1, le=8_760)] = 24
    """Hours from one backup to the next."""
    keep: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 7
    """How many backups are kept; older ones are removed."""

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder).expanduser()


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ``muca serve``; the keys of ``muca.toml`` have these names."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = msgspec.field(default_factory=socket.gethostname)
    """The name of the server."""
    host: str | None = None
    """Name or address to listen on; without it, all interfaces over IPv4 and IPv6."""
    port: Port = DEFAULT_PORT
    """TCP port; 0: a free one."""
    tls: bool = True
    """Whether to listen for TLS, too."""
    tls_port: Port | None = None
    """TCP port for TLS; the default is 40453, or a free one if ``port`` is 0."""
    tls_certificate: Place | None = None
    """PEM file with the certificate and its chain; without it, the server makes its own certificate."""
    tls_key: Place | None = None
    """PEM file of the certificate's key."""
    tls_authority: Place | None = None
    """Folder for the key of the server's own authority, outside of ``data`` and its backups; the default is the
    platform's folder for a person's application state."""
    data: Place | None = None
    """Folder of the database; the default is the platform's folder for a person's application data."""
    log_level: LogLevel = "info"
    policy: Policy = Policy.OPEN
    """Who may join: ``open``, ``registered`` or ``invite``."""
    secrets_over_plain: bool = False
    """Whether passwords, and tokens under any policy, are accepted without TLS from other machines."""
    hosts: tuple[str, ...] = ()
    """Names that browsers may use for the server, besides those it knows: ``chat.example``."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of reverse proxies whose information about clients is trusted."""
    origins: tuple[str, ...] = ()
    """Origins whose pages may open a WebSocket here, besides the server's own: ``https://chat.example``."""
    url: Annotated[str, msgspec.Meta(pattern=_URL)] | None = None
    """Where people reach the page, under its own name or through a proxy: ``https://example.org/chat``."""
    metrics_token: Annotated[str, msgspec.Meta(min_length=16, max_length=256)] | None = None
    """The token for GET /metrics from other machines: ``Authorization: Bearer <token>``. Unset: they are refused."""
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 0
    """How many days events are kept in any room; 0: forever, unless the room has a limit."""
    keep_events: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    """How many events are kept in any room; 0: all, unless the room has a limit."""
    backup: BackupSettings | None = None
    """The table ``[backup]``; without it, no backups are made."""
    limits: Limits = Limits()
    """The table ``[limits]``: any of the names in ``model/limits.py``, all whole numbers of at least 1."""

    @property
    def tls_port_to_bind(self) -> int:
        """The TCP port for TLS; 0: a free one."""
        if self.tls_port is None and self.port != 0:
            return DEFAULT_TLS_PORT
        return self.tls_port or 0

    @property
    def authority_path(self) -> Path:
        """The folder for the key of the server's own certificate authority."""
        if self.tls_authority is not None:
            return Path(self.tls_authority).expanduser()
        return platformdirs.user_state_path("muca-authority", appauthor=False)

    @property
    def data_path(self) -> Path:
        """The data folder."""
        if self.data is not None:
            return Path(self.data).expanduser()
        return platformdirs.user_data_path("muca", appauthor=False)


class Origin(NamedTuple):
    """A setting, and what has set it."""

    value: object
    origin: str | None
    """None: it is the default."""


def load_config(path: Path | None, overrides: dict[str, Any], environ: Mapping[str, str] = os.environ) -> Config:
    """Read a configuration file, if there is one, and apply the environment and the overrides that are not None.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or has an unknown key or an invalid value; or a variable has
            one.
    """
    return _load(path, overrides, environ)[0]


def explain_config(path: Path | None, environ: Mapping[str, str] = os.environ) -> dict[str, Origin]:
    """Return all settings by name, and where they come from. Raises ConfigError."""
    config, text, given = _load(path, {}, environ)
    found: dict[str, Origin] = {}
    for place in SETTINGS:
        value: Any = config
        for name in place:
            value = _flat_limits(value).get(name) if isinstance(value, Limits) else getattr(value, name, None)
        origin = given.get(place)
        if origin is None and place in _given_in(text):
            origin = f"{path}, line {_line_of(list(place), text)}"
        found[".".join(place)] = Origin(value, origin)
    return found


def _load(
    path: Path | None, overrides: dict[str, Any], environ: Mapping[str, str]
) -> tuple[Config, str, dict[tuple[str, ...], str]]:
    """Return the configuration, the text of the file, and the variables that gave settings. Raises ConfigError."""
    settings: dict[str, Any] = {}
    text = ""
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
            settings = tomllib.loads(text)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 text.") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}.") from error
    variables: dict[tuple[str, ...], str] = {}
    try:
        limits = settings.pop("limits", {})
        _limits(limits)
        msgspec.convert(settings, Config)  # the file must be valid even where it is overridden
        for (*table, name), value, variable in environment.read(
            environ, SETTINGS, lambda complaint, keys: _in_plain_words(complaint, list(keys))
        ):
            variables[*table, name] = variable
            place = limits if table == ["limits"] else settings.setdefault(table[0], {}) if table else settings
            place[name] = value
        given = {key: value for key, value in overrides.items() if value is not None}
        config = msgspec.structs.replace(msgspec.convert({**settings, **given}, Config), limits=_limits(limits))
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(error, path, text)) from error
    except environment.EnvironmentFault as fault:
        raise ConfigError(str(fault)) from fault
    if config.host is not None and is_address(config.host[1:-1]) and config.host == f"[{config.host[1:-1]}]":
        config = msgspec.structs.replace(config, host=config.host[1:-1])  # in brackets as in a URL

    def place_of(*keys: str) -> str:
        """Return where the first of these settings that was given is, as the beginning of an error."""
        for key in keys:
            if (key,) in variables:
                return f"{variables[(key,)]}: "
            if key in settings:
                return f"{path}, line {_line_of([key], text)}: "
        return ""

    for key, is_right, what in _CHECKS:
        for value in getattr(config, key):
            if not is_right(value):
                raise ConfigError(f"{place_of(key)}{key}: “{value}” must be {what}.")
    if (config.tls_certificate is None) != (config.tls_key is None):
        place = place_of("tls_key", "tls_certificate")
        raise ConfigError(f"{place}tls_certificate and tls_key belong together: give both, or neither.")
    if config.tls and config.port == config.tls_port_to_bind != 0:
        place = place_of("tls_port", "port")
        raise ConfigError(f"{place}port and tls_port are both {config.port}: give two different ones.")
    return config, text, variables


def _given_in(text: str) -> set[tuple[str, ...]]:
    """Return the settings that a file contains."""
    found = tomllib.loads(text)
    return {
        place
        for name, value in found.items()
        for place in ([(name, key) for key in value] if isinstance(value, dict) else [(name,)])
    }


_CHECKS: Final[tuple[tuple[str, Callable[[str], bool], str], ...]] = (
    ("hosts", str.isascii, "written in its xn-- form"),
    ("hosts", lambda name: host_name(name) == name.lower(), 'a name without scheme and port, such as "chat.example"'),
    ("trusted_proxies", is_network, 'an IP address or network, such as "127.0.0.1" or "10.0.0.0/8"'),
)
"""What every item of a list must be."""


_Count = Annotated[int, msgspec.Meta(ge=1)]


def _flat_limits(limits: Limits) -> dict[str, int]:
    """Return the limits as the flat table that people write."""
    flat = msgspec.structs.asdict(limits)
    return msgspec.structs.asdict(flat.pop("announced")) | flat


SETTINGS: Final[dict[tuple[str, ...], Any]] = {
    **{(field.name,): field.type for field in msgspec.structs.fields(Config) if field.name not in {"backup", "limits"}},
    **{("backup", field.name): field.type for field in msgspec.structs.fields(BackupSettings)},
    **{("limits", name): _Count for name in _flat_limits(Limits())},
}
"""The type of every setting, by the name of its table, if it is in one, and its own."""


def _limits(table: object) -> Limits:
    """Build the limits from the flat table that people write."""
    flat = msgspec.defstruct(
        "limits",
        [(name, _Count, default) for name, default in _flat_limits(Limits()).items()],
        forbid_unknown_fields=True,
        kw_only=True,
    )
    try:
        values = msgspec.structs.asdict(msgspec.convert(table, flat))
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_below_limits(str(error))) from error
    announced = {field.name: values.pop(field.name) for field in msgspec.structs.fields(AnnouncedLimits)}
    return Limits(announced=AnnouncedLimits(**announced), **values)


def _below_limits(complaint: str) -> str:
    """Add the table's name to a complaint about a limit."""
    if " - at `$" in complaint:
        return complaint.replace(" - at `$", " - at `$.limits")
    return f"{complaint} - at `$.limits`"


def _explain(error: msgspec.ValidationError, path: Path | None, text: str) -> str:
    """Turn msgspec's error into file, line, key and explanation."""
    complaint, _, place = str(error).partition(" - at `$")
    keys = [key for key in place.rstrip("`").split(".") if key]
    unknown = re.search(r"unknown field `(.*)`", complaint)
    if unknown:
        keys.append(unknown[1])
        complaint = "There is no such setting"
    else:
        complaint = _in_plain_words(complaint, keys)
    name = ".".join(keys)
    if path is None:
        return f"{name}: {complaint}."
    return f"{path}, line {_line_of(keys, text)}: {name}: {complaint}."


_KINDS: Final = {
    "int": "a whole number",
    "float": "a decimal number",
    "str": "text in quotes",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
}
"""Names of msgspec's types in TOML; those of dates and times are the same."""

_BOUNDS: Final = {">=": "of at least", "<=": "of at most"}


def _in_plain_words(complaint: str, keys: list[str]) -> str:
    """Explain what a value must be."""
    invalid = re.fullmatch(r"Invalid enum value (.*)", complaint)
    if invalid:
        return f"must be one of {', '.join(_choices(keys))}, not “{invalid[1][1:-1]}”"
    if "matching regex" in complaint:
        return "must be an address such as https://chat.example or https://example.org/chat"
    missing = re.fullmatch(r"Object missing required field `(.*)`", complaint)
    if missing:
        return f"{missing[1]} is missing"
    expected = re.fullmatch(r"Expected `(\w+)(?: \| null)?`(?:( of length)? (>=|<=) (\d+)|, got `(\w+)`)", complaint)
    if expected is None:
        return complaint
    kind, length, bound, number, got = expected.groups()
    if length and number == "1":
        return "must not be empty: leave it out, or give a value"
    if got:
        return f"must be {_KINDS[kind]}, not {_KINDS.get(got, f'a {got}')}"
    return f"must be {_KINDS[kind]} {_BOUNDS[bound]} {number}{' characters' if length else ''}"


def _choices(keys: list[str]) -> list[str]:
    """Return the allowed values of a setting."""
    kind = SETTINGS[tuple(keys)]
    return [str(choice) for choice in get_args(kind) or list(kind)]


def _line_of(keys: list[str], text: str) -> int:
    """Find the line of a key (after its table's header), counted from 1; 1 if it cannot be found."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w.\-\"']+)\s*\]+", line)
        if header:
            table = header[1].strip("\"'")
            if table == ".".join(keys):
                return number
        entry = re.match(r"\s*([\w.\-\"']+)\s*=", line)
        if entry:
            dotted = f"{table}.{entry[1]}" if table else entry[1]
            if dotted.replace('"', "").replace("'", "") == ".".join(keys):
                return number
    return 1
