"""The configuration file with the user and the server: a JSON object, usually ``config.txt``.

A widely copied example has the address without quotes. It is accepted with a warning.
"""

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from muca.model.addresses import is_local
from muca.model.limits import AnnouncedLimits
from muca.model.names import name_fault

CONFIG_BYTES_MAX: Final = 65_536
"""A larger file is not accepted."""

RIGHT_FORM: Final = """\
{
    "USERID": "tony@muca.example",
    "NICKNAME": "Tony",
    "SERVER": "127.0.0.1",
    "SERVER_PORT": 40452
}
"""

_UNQUOTED_SERVER: Final = re.compile(r'("SERVER"\s*:\s*)([^\s",{}\[\]]+)(?=\s*[,}])')
_LIMITS: Final = AnnouncedLimits()


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The user and the server's address."""

    uid: str
    nickname: str
    server: str
    port: int

    @property
    def address(self) -> str:
        """The server's address for the SDK."""
        return f"[{self.server}]:{self.port}" if ":" in self.server else f"{self.server}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the address only works on this machine."""
        return is_local(self.server)


class ConfigFault(Exception):
    """The file cannot be used. The text says why in plain sentences; it does not show the right form."""


def read_config(path: Path) -> tuple[Profile, tuple[str, ...]]:
    """Read a configuration file. Returns the profile, and warnings for the user. Raises ``ConfigFault``."""
    try:
        with path.open("rb") as file:
            content = file.read(CONFIG_BYTES_MAX + 1)
    except FileNotFoundError:
        raise ConfigFault(f"There is no file {path}.") from None
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(content) > CONFIG_BYTES_MAX:
        raise ConfigFault(f"{path} is too large for a configuration.")
    try:
        return parse_config(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigFault(f"{path} is not a text file in UTF-8.") from None
    except ConfigFault as fault:
        raise ConfigFault(f"{path}: {fault}") from None


def parse_config(text: str) -> tuple[Profile, tuple[str, ...]]:
    """Parse a configuration. Returns the profile, and warnings for the user. Raises ``ConfigFault``."""
    warnings: tuple[str, ...] = ()
    try:
        fields = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            fields = msgspec.json.decode(_UNQUOTED_SERVER.sub(r'\1"\2"', text))
        except (msgspec.DecodeError, RecursionError):
            raise ConfigFault(f"This is not JSON: {_in_lines(str(error), text)}.") from None
        server = fields.get("SERVER") if isinstance(fields, dict) else None
        warnings = (f'In the configuration, put the address in quotes: "SERVER": "{server}"',)
    if not isinstance(fields, dict):
        raise ConfigFault("This is JSON, but not an object in { }.")
    return profile_from(fields), warnings


def profile_from(fields: dict[str, Any]) -> Profile:
    """Create a profile from ``USERID``, ``NICKNAME``, ``SERVER`` and ``SERVER_PORT``. Raises ``ConfigFault``."""
    missing = [name for name in ("USERID", "NICKNAME", "SERVER", "SERVER_PORT") if name not in fields]
    if missing:
        raise ConfigFault(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
    return Profile(
        uid=_name(fields, "USERID", _LIMITS.uid_chars_max),
        nickname=_name(fields, "NICKNAME", _LIMITS.nickname_chars_max),
        server=_server(fields["SERVER"]),
        port=_port(fields["SERVER_PORT"]),
    )


def write_config(path: Path, profile: Profile) -> None:
    """Write a configuration file. Raises ``OSError``."""
    fields = {
        "USERID": profile.uid,
        "NICKNAME": profile.nickname,
        "SERVER": profile.server,
        "SERVER_PORT": profile.port,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(fields), indent=4) + b"\n")


def _in_lines(error: str, text: str) -> str:
    """Replace the byte position in the error by a line number."""

    def line(match: re.Match[str]) -> str:
        return f"in line {text.encode('utf-8', 'replace')[: int(match[1])].count(10) + 1}"

    return re.sub(r"\(byte (\d+)\)", line, error.removeprefix("JSON is malformed: "))


def _name(fields: dict[str, Any], field: str, chars_max: int) -> str:
    value = fields[field]
    if not isinstance(value, str):
        raise ConfigFault(f"{field} must be text in quotes.")
    fault = name_fault(value, chars_max)
    if fault is not None:
        raise ConfigFault(f"{field} {fault}.")
    return value


def _server(value: object) -> str:
    if not isinstance(value, str):
        raise ConfigFault("SERVER must be text in quotes.")
    server = value.strip().removeprefix("[").removesuffix("]")
    if not server or re.search(r"[\s/\[\]\x00-\x1f]", server):
        raise ConfigFault("SERVER must be a host name or an address, without anything around it.")
    if server.count(":") == 1:
        raise ConfigFault("SERVER contains a port; give it as SERVER_PORT.")
    return server


def _port(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 65_535:
        raise ConfigFault("SERVER_PORT must be a number from 1 to 65535.")
    return value
