"""The HTTP part does what its OpenAPI document says: examined from outside, by schemathesis."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.http.check_openapi import BIN, ROOT

PYTHON = ROOT / ".venv-http" / BIN / ("python.exe" if os.name == "nt" else "python")


@pytest.mark.timeout(300)
def test_schemathesis_finds_nothing() -> None:
    if not PYTHON.exists():
        missing = "the examination of HTTP needs .venv-http: python3 dev.py test makes it"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    command = [PYTHON, Path(__file__).with_name("check_openapi.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stdout
