"""What the SDK raises.

MucaError
├── CannotConnect       nobody answers there, or not in time
├── Refused             the server answered FAIL; has .code and .retry_seconds
├── NotConnected        the client is closed or was never connected
└── NotSupported        a first-generation server cannot do this
"""

from muca.model.errors import ErrorCode


class MucaError(Exception):
    """Base of everything the SDK raises. Its text is one plain sentence for a person."""


class CannotConnect(MucaError):
    """Nobody answers at the address, or not in time."""


class Refused(MucaError):
    """The server did not carry out a request."""

    def __init__(self, code: ErrorCode | str, explanation: str, retry_seconds: float | None = None) -> None:
        super().__init__(explanation)
        self.code = code
        """The server's code; one that this version does not know stays a plain string."""
        self.retry_seconds = retry_seconds


class NotConnected(MucaError):
    """The client is closed, was never connected, or gave up reconnecting."""


class NotSupported(MucaError):
    """A first-generation server cannot do this."""
