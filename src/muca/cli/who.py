"""On which server, and as whom, a command works: from options, the environment or a profile, in this order."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import platformdirs
from cyclopts import Parameter

DEFAULT_PROFILE: Final = "default"
CONNECT_SECONDS: Final = 10.0
_PASSWORD: Final = "MUCA_PASSWORD"  # the name of a variable

_Profile = Annotated[str | None, Parameter(env_var="MUCA_PROFILE", show_default=False)]


class WhoError(Exception):
    """It is not clear where or as whom to work. The text is one sentence that says what to do."""


class StoredSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file with profiles."""

    server: str | None = None
    """``host`` or ``host:port``."""
    uid: str | None = None
    nickname: str | None = None
    password_file: str | None = None
    ca: str | None = None
    fingerprint: str | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Who:
    """The options that all commands of this kind have.

    Parameters
    ----------
    server
        Address of the server: host or host:port (default: localhost).
    uid
        User id.
    nickname
        Nickname (default: the user id).
    password_file
        File with the account's password, which is needed once on each machine.
    ca
        PEM file of the authority that has signed the server's certificate.
    fingerprint
        Fingerprint of the server's key: sha256:….
    profile
        Name of a profile in profiles.toml that has these settings.
    """

    server: Annotated[str | None, Parameter(env_var="MUCA_SERVER", show_default=False)] = None
    uid: Annotated[str | None, Parameter(env_var="MUCA_UID", show_default=False)] = None
    nickname: Annotated[str | None, Parameter(env_var="MUCA_NICKNAME", show_default=False)] = None
    password_file: Annotated[Path | None, Parameter(env_var="MUCA_PASSWORD_FILE", show_default=False)] = None
    ca: Annotated[Path | None, Parameter(env_var="MUCA_CA", show_default=False)] = None
    fingerprint: Annotated[str | None, Parameter(env_var="MUCA_FINGERPRINT", show_default=False)] = None
    profile: _Profile = None

    def settings(self) -> dict[str, Any]:
        """Return the arguments for ``Client``. Raises ``WhoError``."""
        profile = read_profile(profiles_path(), self.profile)
        uid = self.uid or profile.uid
        if uid is None:
            raise WhoError(f"As whom? Give --uid, set MUCA_UID, or write it to {profiles_path()}.")
        file = self.password_file or (Path(profile.password_file).expanduser() if profile.password_file else None)
        ca = self.ca or (Path(profile.ca).expanduser() if profile.ca else None)
        return {
            "address": self.server or profile.server or "localhost",
            "uid": uid,
            "nickname": self.nickname or profile.nickname or uid,
            "password": os.environ.get(_PASSWORD) or (_first_line(file) if file is not None else None),
            "ca": str(ca) if ca is not None else None,
            "fingerprint": self.fingerprint or profile.fingerprint,
            "connect_seconds": CONNECT_SECONDS,
        }


def profiles_path() -> Path:
    """Return the file with profiles."""
    given = os.environ.get("MUCA_PROFILES")
    return Path(given) if given else platformdirs.user_config_path("muca", appauthor=False) / "profiles.toml"


def read_profile(path: Path, name: str | None) -> StoredSettings:
    """Read a profile; without a name, the one named ``default``, if there is one. Raises ``WhoError``."""
    try:
        profiles = tomllib.loads(path.read_text("utf-8"))
        found = msgspec.convert(profiles, dict[str, StoredSettings])
    except FileNotFoundError:
        found = {}
    except (OSError, UnicodeDecodeError) as error:
        raise WhoError(f"{path}: cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise WhoError(f"{path}: is not TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise WhoError(f"{path}: {error}.") from error
    if name is not None and name not in found:
        raise WhoError(f"{path}: there is no profile “{name}”.")
    return found.get(name or DEFAULT_PROFILE, StoredSettings())


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8").partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise WhoError(f"{file}: cannot be read: {error}.") from error
