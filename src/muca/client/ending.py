"""The one way in which a connection's end is told inside the link."""

from muca.client.errors import MucaError


class Ended(Exception):
    """The connection is of no use any more.

    Args:
        error: what the caller of ``connect()`` gets; its text is what ``Disconnected`` explains.
        may_come_back: whether trying again by oneself makes sense.
        retry_seconds: how long the server wants to be left alone first.
    """

    def __init__(self, error: MucaError, *, may_come_back: bool = True, retry_seconds: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.may_come_back = may_come_back
        self.retry_seconds = retry_seconds
