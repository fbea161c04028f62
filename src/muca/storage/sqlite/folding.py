"""Recomputes what is derived from names and texts if Unicode's data or our rules have changed (``FOLDING``).

The keys of names and titles and the forms of reactions are recomputed when the store is opened; they are few. The
index of SEARCH is emptied and refilled by ``Store.tend``; until then, a search scans messages that are not indexed.
"""

from collections.abc import Callable
from typing import Final

import apsw

from muca.model.characters import FOLDING
from muca.model.matching import fold
from muca.model.names import looks_of, nickname_key
from muca.model.reactions import emoji_form
from muca.storage.sqlite.index import begin_anew
from muca.storage.sqlite.messages import sum_up_anew

_FIND: Final = "SELECT value FROM meta WHERE key = 'folding'"
_NOTE: Final = (
    "INSERT INTO meta (key, value) VALUES ('folding', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_PEOPLE: Final = """
UPDATE people SET nickname_key = nickname_key(nickname), looks = looks(nickname), looks_folded = looks_folded(nickname),
                  uid_looks = looks(uid), uid_looks_folded = looks_folded(uid),
                  login_key = CASE WHEN login_key IS NOT NULL THEN nickname_key(uid) END
"""
_FIND_REACTED: Final = "SELECT DISTINCT event FROM reactions WHERE emoji <> emoji_form(emoji)"
_REACTIONS: Final = """
UPDATE OR IGNORE reactions SET emoji = emoji_form(emoji) WHERE emoji <> emoji_form(emoji);
DELETE FROM reactions WHERE emoji <> emoji_form(emoji);
"""
_ROOMS: Final = """
UPDATE rooms SET title_key = nickname_key(title), looks = looks(title), looks_folded = looks_folded(title),
                 listed_as = fold(title) || char(10) || fold(topic)
WHERE title IS NOT NULL
"""


def is_folded(connection: apsw.Connection) -> bool:
    """Return whether stored data was derived by this version's rules. Raises ``apsw.Error``."""
    return bool(connection.execute(_FIND).get == FOLDING)


def fold_anew(connection: apsw.Connection) -> None:
    """Recompute stored data by this version's rules, in one transaction, if needed.

    Raises ``apsw.Error``.
    """
    if is_folded(connection):
        return
    functions: dict[str, Callable[..., str]] = {
        "nickname_key": nickname_key,
        "looks": lambda name: looks_of(name).written,
        "looks_folded": lambda name: looks_of(name).folded,
        "fold": fold,
        "emoji_form": lambda emoji: emoji_form(emoji) or emoji,
    }
    for name, function in functions.items():
        connection.create_scalar_function(name, function, 1, deterministic=True)
    with connection:
        connection.execute(_PEOPLE)
        connection.execute(_ROOMS)
        reacted = [event for (event,) in connection.execute(_FIND_REACTED)]
        connection.execute(_REACTIONS).fetchall()
        sum_up_anew(connection, reacted)
        begin_anew(connection)
        connection.execute(_NOTE, (FOLDING,))
