"""muca: group chat that you own. ``muca.Client`` is the SDK; the command ``muca`` is everything else."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muca.client import Client

__all__ = ["Client", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the SDK when it is first asked for: the server starts without it."""
    if name == "Client":
        from muca.client import Client

        return Client
    raise AttributeError(f"module 'muca' has no attribute {name!r}")
