"""Which server a command is about."""

from pathlib import Path

import pytest

from muca.cli.options import settings_for
from muca.server.config import ConfigError


def test_the_data_folder_of_the_option_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "muca.toml"
    file.write_text('data = "/srv/muca"\nname = "Lab"\n')
    assert settings_for(None, file).data_path == Path("/srv/muca")
    found = settings_for(tmp_path, file)
    assert (found.data_path, found.name) == (tmp_path, "Lab")
    with pytest.raises(ConfigError):
        settings_for(None, tmp_path / "none.toml")
