"""``muca config``: which settings hold, and where they come from."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter

from muca.server.config import SETTINGS, ConfigError, explain_config
from muca.server.environment import unknown

_SECRETS: Final = frozenset({"metrics_token"})
_HIDDEN: Final = '"…"'


def config(
    *,
    config: Annotated[Path | None, Parameter(env_var="MUCA_CONFIG", show_default=False)] = None,
    all_: Annotated[bool, Parameter(name="--all", negative="", show_default=False)] = False,
) -> int:
    """Show the settings that `muca serve` would use, and where each comes from.

    Parameters
    ----------
    config
        Settings file (muca.toml).
    all_
        Show settings that have their default, too, if there is one.
    """
    try:
        settings = explain_config(config)
    except ConfigError as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    rows = [
        (f"{name} = {_HIDDEN if name in _SECRETS else _shown(value)}", origin or "default")
        for name, (value, origin) in settings.items()
        if value is not None and (all_ or origin is not None)
    ]
    width = min(60, max((len(setting) for setting, _ in rows), default=0))
    for setting, origin in rows:
        print(f"{setting:<{width}}  # {origin}")
    if not rows:
        print("# Every setting has its default; --all shows them.")
    for name in unknown(os.environ, SETTINGS):
        print(f"muca: {name}: there is no such setting.", file=sys.stderr)
    return 0


def _shown(value: object) -> str:
    """Return a value as TOML has it, more or less."""
    return msgspec.json.encode(value).decode()
