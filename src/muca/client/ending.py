"""The exception that reports the end of a connection inside the link."""

from muca.client.errors import MucaError


class LinkEnded(Exception):
    """The connection can no longer be used.

    Args:
        error: raised to the caller of ``connect()``; its text is the explanation of ``Disconnected``.
        may_come_back: whether reconnecting automatically makes sense.
        retry_seconds: the delay that the server asks for.
    """

    def __init__(self, error: MucaError, *, may_come_back: bool = True, retry_seconds: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.may_come_back = may_come_back
        self.retry_seconds = retry_seconds
