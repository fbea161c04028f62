"""What the SDK raises.

MucaError
├── CannotConnect       nobody answers there, or not in time
├── CertificateChanged  the server shows another key than before: it may be another server
├── Refused             the server answered FAIL; has .code and .retry_seconds
├── BadArgument         what was given cannot be sent; also a ValueError
├── NotConnected        the client is closed or was never connected
└── NotSupported        a first-generation server cannot do this
"""

from muca.model.errors import ErrorCode


class MucaError(Exception):
    """Base of everything the SDK raises. Its text is one plain sentence for a person."""


class CannotConnect(MucaError):
    """Nobody answers at the address, or not in time."""


class CertificateChanged(MucaError):
    """The server shows another key than the one that was remembered. Nothing was said to it.

    Somebody may stand between; or the server was set up anew, which only a person can know.
    """

    def __init__(self, explanation: str, expected: str, shown: str) -> None:
        super().__init__(explanation)
        self.expected = expected
        """The fingerprint that was remembered."""
        self.shown = shown
        """The fingerprint of the key that the server shows now."""


class Refused(MucaError):
    """The server did not carry out a request."""

    def __init__(self, code: ErrorCode | str, explanation: str, retry_seconds: float | None = None) -> None:
        super().__init__(explanation)
        self.code = code
        """The server's code; one that this version does not know stays a plain string."""
        self.retry_seconds = retry_seconds


class BadArgument(MucaError, ValueError):
    """What was given can be no part of a request: it is of a wrong type, or text with half of a surrogate pair."""


class NotConnected(MucaError):
    """The client is closed, was never connected, gave up reconnecting, or lost the connection over a request."""


class NotSupported(MucaError):
    """A first-generation server cannot do this."""
