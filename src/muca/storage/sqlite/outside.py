"""News from other processes, such as ``muca account``: written with what they commit, and read by the server.

They stay in the database until the server removes them. A server that starts follows nothing from before.
"""

from collections.abc import Iterable
from typing import Any, Final

import apsw
import msgspec

from muca.model.feed import News

_READ: Final = "SELECT number, news FROM outside WHERE number > ? ORDER BY number"
_NEWS: Final[msgspec.json.Decoder[News]] = msgspec.json.Decoder(News)


def put_news(connection: apsw.Connection, news: Iterable[News]) -> None:
    """Write news for the server, inside the transaction that they are about. Raises ``apsw.Error``."""
    rows = [(msgspec.json.encode(each).decode(),) for each in news]
    connection.executemany("INSERT INTO outside (news) VALUES (?)", rows)


class Outside:
    """Reads the news of other processes, each once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._data_version = connection.pragma("data_version")
        self._read = 0
        """The number of the last news read."""

    def take(self) -> tuple[News, ...]:
        """Return news that came since the last call. Raises ``apsw.Error``."""
        data_version = self._connection.pragma("data_version")
        if data_version == self._data_version:
            return ()
        found: list[Any] = self._connection.execute(_READ, (self._read,)).fetchall()
        news = [decoded for _, text in found if (decoded := _decoded(text)) is not None]
        self._data_version = data_version
        self._read = max((number for number, _ in found), default=self._read)
        return tuple(news)

    def forget(self) -> None:
        """Remove what was read. Raises ``apsw.Error``."""
        self._connection.execute("DELETE FROM outside WHERE number <= ?", (self._read,))


def _decoded(text: str) -> News | None:
    """Decode news; None: they are of a kind that this version does not know."""
    try:
        return _NEWS.decode(text)
    except msgspec.DecodeError:
        return None


def forget_all(connection: apsw.Connection) -> None:
    """Remove everything: no process follows it yet. Raises ``apsw.Error``."""
    connection.execute("DELETE FROM outside")
