"""Settings in environment variables: ``MUCA_`` and the name of a setting, as in ``MUCA_PORT=4000``.

The settings of a table have its name in front: ``MUCA_BACKUP_FOLDER``, ``MUCA_LIMITS_FILE_BYTES_MAX``. With ``_FILE``
behind it, a variable names a file that has the value, as secrets of containers are given.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

PREFIX: Final = "MUCA_"
FROM_FILE: Final = "_FILE"
COMMANDS: Final = ("CONFIG", "SERVER", "UID", "NICKNAME", "PASSWORD", "CA", "FINGERPRINT", "PROFILE", "PROFILES")
"""Names that commands other than the server's use."""


class EnvironmentFault(Exception):
    """A variable cannot be used. The text names it, and says what is expected."""


def variable(path: tuple[str, ...]) -> str:
    """Return the name of a setting's variable. ``path``: the names of its tables and its own."""
    return PREFIX + "_".join(path).upper()


def read(
    environ: Mapping[str, str], kinds: Mapping[tuple[str, ...], Any], explain: Callable[[str, tuple[str, ...]], str]
) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """Yield the path of each setting that is given, its value, and the variable.

    ``kinds``: the type of each setting. ``explain`` turns msgspec's complaint about a setting into words. Raises
    ``EnvironmentFault``.
    """
    for path, kind in kinds.items():
        name = variable(path)
        given = environ.get(name)
        if given is None and (file := environ.get(name + FROM_FILE)) is not None:
            name += FROM_FILE
            try:
                given = Path(file).read_text("utf-8").removesuffix("\n").removesuffix("\r")
            except (OSError, UnicodeDecodeError) as error:
                raise EnvironmentFault(f"{name}: {file} cannot be read: {error}.") from error
        if given is None:
            continue
        value: object = given
        if any(getattr(part, "__origin__", part) is tuple for part in (kind, *get_args(kind))):
            value = [part.strip() for part in given.split(",") if part.strip()]
        try:
            yield path, msgspec.convert(value, kind, strict=False), name
        except msgspec.ValidationError as error:
            complaint = explain(str(error).partition(" - at ")[0], path)
            raise EnvironmentFault(f"{name}: {complaint.removesuffix(', not text in quotes')}.") from error


def unknown(environ: Mapping[str, str], kinds: Mapping[tuple[str, ...], Any]) -> list[str]:
    """Return the variables with our prefix that nothing of muca reads."""
    names = {variable(path) for path in kinds} | {PREFIX + name for name in COMMANDS}
    return sorted(name for name in environ if name.startswith(PREFIX) and name.removesuffix(FROM_FILE) not in names)
