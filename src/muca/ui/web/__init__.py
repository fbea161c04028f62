"""The browser's page: TypeScript, built into ``dist`` by hatch_build.py. Python only knows where it is."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent / "dist"
"""The output of the build; missing in a source tree that was never set up."""
