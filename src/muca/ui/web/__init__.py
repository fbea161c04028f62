"""The browser's page: TypeScript, built into ``dist`` by hatch_build.py. Python only knows where it is."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent / "dist"
"""What the build has made; it may not be there in a source tree that was never set up."""
