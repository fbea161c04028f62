"""Options that several commands on the server's machine have."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from muca.server.config import Config, load_config

Data = Annotated[Path | None, Parameter(help="Data folder (default: the platform's folder for application data).")]
Flag = Annotated[bool, Parameter(negative="", show_default=False)]
ConfigFile = Annotated[
    Path | None, Parameter(name="--config", env_var="MUCA_CONFIG", help="The server's settings file (muca.toml).")
]


def settings_for(data: Path | None, config: Path | None) -> Config:
    """Return the settings of the server that these options select. Raises ``ConfigError``."""
    return load_config(config, {"data": str(data) if data is not None else None})
