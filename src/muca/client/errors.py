"""The exceptions of the SDK.

MucaError
├── CannotConnect       nothing answers at the address, or not in time
├── CertificateChanged  the server shows another key than before, so it may be another server
├── Refused             the server answered FAIL; has .code and .retry_seconds
├── BadArgument         an argument cannot be sent; also a ValueError
├── NotConnected        the client is not connected, and will not repeat the request
└── NotSupported        a first-generation server cannot do this
"""

from muca.model.errors import ErrorCode


class MucaError(Exception):
    """Base of everything the SDK raises. Its text is one plain sentence for a person."""


class CannotConnect(MucaError):
    """Nothing answers at the address, or not in time."""


class CertificateChanged(MucaError):
    """The server shows another key than the stored one. Nothing was sent to it.

    Somebody may be intercepting the connection, or the server was reinstalled. Only a person can know which.
    """

    def __init__(self, explanation: str, expected: str, shown: str) -> None:
        super().__init__(explanation)
        self.expected = expected
        """The stored fingerprint."""
        self.shown = shown
        """The fingerprint of the key that the server shows now."""


class Refused(MucaError):
    """The server did not carry out a request."""

    def __init__(self, code: ErrorCode | str, explanation: str, retry_seconds: float | None = None) -> None:
        super().__init__(explanation)
        self.code = code
        """The server's error code; a code that this version does not know is a plain string."""
        self.retry_seconds = retry_seconds


class BadArgument(MucaError, ValueError):
    """An argument cannot be part of a request: it has a wrong type, or is text with half of a surrogate pair."""


class NotConnected(MucaError):
    """The client is closed, was never connected, gave up, or lost the connection during a request."""


class NotSupported(MucaError):
    """A first-generation server cannot do this."""
