"""The index of SEARCH: which messages may have a word, a sender, a room, a link or a file.

Rules:

1. The index only finds candidates; ``model/matching.py`` decides what matches. So a message is indexed by small pieces
   of its folded text and file names, such that a match for a word has all its pieces: three characters each, and
   for short words also one and two that are not ASCII letters or digits (one Chinese character is a word), and
   the short ASCII words. The two letters of a character that folds to two (``ß``) are a piece, too.
2. Messages are indexed some time after they were stored, in batches and in order of ``n``, by ``Store.tend``: no commit
   waits for it. Messages that are not indexed yet are scanned.
3. A row must be removed with exactly the pieces with which it was added. So code that changes or removes an indexed
   message updates the index in the same transaction (``unindex``, ``index``).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import apsw
import msgspec

from muca.model.files import FileInfo
from muca.model.ids import Uid
from muca.model.matching import double_letters, fold, has_link, is_whole_word
from muca.storage.sqlite.events import SEQ_BITS, as_json

_PIECE_CHARS: Final = 3
_PIECES_MAX: Final = 16
"""Pieces of one word that are searched for; more would not exclude more candidates."""
_CHARS_MAX: Final = 20_000
"""Characters that are indexed in one step; a single message may have more."""
_MERGED_PAGES: Final = 32
"""Pages of the index that are written in one step."""
SEPARATOR: Final = "\x1f"
"""Separates pieces. No folded text contains it."""
_UNKNOWN: Final = str.maketrans(dict.fromkeys([chr(code) for code in range(32)] + ["\x7f"], "\ufffd"))
"""Characters that the tokenizer would treat as separators."""
_SHORT_WORD: Final = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,2}(?![a-z0-9])")
_SIGNS: Final = re.compile(r"[^a-z0-9 ]+")
DAY_MS: Final = 86_400_000

_FIND_NEXT: Final = """
SELECT json_group_array(json_array(n, id, ts_ms, sender, text, json(files), deleted IS NOT NULL)) FROM (
    SELECT *, sum(length(text)) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS chars FROM (
        SELECT n, id, ts_ms, sender, text, files, deleted FROM events
        WHERE n > (SELECT n FROM indexed) ORDER BY n LIMIT ?))
WHERE chars <= ? OR chars = length(text)
"""
_FIND: Final = """
SELECT json_array(n, id, ts_ms, sender, text, json(files), deleted IS NOT NULL) FROM events
WHERE id = ? AND n <= (SELECT n FROM indexed)
"""
_PUT: Final = "INSERT INTO words (rowid, tokens) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)"
_TAKE_OUT: Final = """
INSERT INTO words (words, rowid, tokens) SELECT 'delete', value ->> 0, value ->> 1 FROM jsonb_each(?)
"""
_OVERWRITE: Final = "INSERT INTO words (words, rank) VALUES ('secure-delete', ?)"
_PUT_DAYS: Final = """
INSERT INTO days (day, n_min, n_max)
SELECT value ->> 1, min(value ->> 0), max(value ->> 0) FROM jsonb_each(?) WHERE true GROUP BY value ->> 1
ON CONFLICT (day) DO UPDATE SET n_min = min(n_min, excluded.n_min), n_max = max(n_max, excluded.n_max)
"""


class Indexed(msgspec.Struct, array_like=True, frozen=True):
    """The indexed data of a message."""

    n: int
    id: int
    ts_ms: int
    sender: Uid
    text: str
    files: tuple[FileInfo, ...] | None
    deleted: int

    def pieces(self) -> str:
        """Return the pieces of the message, with separators between them."""
        found = [pieces_of(self.text), sender_piece(self.sender), room_piece(self.id >> SEQ_BITS)]
        if has_link(self.text):
            found.append(LINK_PIECE)
        for file in self.files or ():
            found += pieces_of(file.name), FILE_PIECE
        return SEPARATOR.join(found)


_ROWS: Final = msgspec.json.Decoder(list[Indexed])
_ROW: Final = msgspec.json.Decoder(Indexed)

LINK_PIECE: Final = "link:"
FILE_PIECE: Final = "file:"


def sender_piece(uid: Uid) -> str:
    """Return the piece of all messages of a sender (and of UIDs that differ only in case)."""
    return f"from:{uid.translate(_UNKNOWN)}"


def room_piece(row: int) -> str:
    """Return the piece of all messages of a room."""
    return f"room:{row}"


def pieces_of(written: str) -> str:
    """Return the pieces of a text, with separators between them. A piece may be there several times."""
    text = fold(written)
    if not text.isprintable():
        text = text.translate(_UNKNOWN)
    found = _SHORT_WORD.findall(text)
    if not written.isascii():
        found += double_letters(written)
    for run in _SIGNS.finditer(text):
        begin, end = run.span()
        found += run[0]
        begin -= begin > 0 and text[begin - 1] != " "
        end += end < len(text) and text[end] != " "
        found += [text[at : at + 2] for at in range(begin, end - 1)]
    return _threes(text) + SEPARATOR.join(found)


def _threes(text: str) -> str:
    """Return each three characters in a row, and a separator behind each: ``goose`` is ``goo/oos/ose/``.

    They are put together by slices, in a fifth of the time that a loop takes.
    """
    count = max(0, len(text) - _PIECE_CHARS + 1)
    if text.isascii():
        content = text.encode()
        threes = bytearray(SEPARATOR.encode() * (_PIECE_CHARS + 1) * count)
        for at in range(_PIECE_CHARS):
            threes[at :: _PIECE_CHARS + 1] = content[at : at + count]
        return threes.decode()
    pieces = [SEPARATOR] * (_PIECE_CHARS + 1) * count
    for at in range(_PIECE_CHARS):
        pieces[at :: _PIECE_CHARS + 1] = text[at : at + count]
    return "".join(pieces)


def pieces_of_word(word: str) -> set[str]:
    """Return pieces that every text with this word has, a few of them if there are many; empty: any text may match."""
    folded = fold(word).translate(_UNKNOWN)
    text = folded.strip()
    if len(text) < _PIECE_CHARS:
        return {text} if text and (text == folded or not is_whole_word(text)) else set()
    ends = range(_PIECE_CHARS, len(text) + 1)
    return {text[end - _PIECE_CHARS : end] for end in ends[:: len(ends) // _PIECES_MAX + 1]}


def as_query(alternatives: Iterable[Iterable[str]]) -> str:
    """Return the full-text query that requires one piece of each group."""
    return " AND ".join(
        "(" + " OR ".join('"' + piece.replace('"', '""') + '"' for piece in pieces) + ")" for pieces in alternatives
    )


def begin_anew(connection: apsw.Connection) -> None:
    """Empty the index, so that all messages are indexed again. Raises ``apsw.Error``."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.execute("DELETE FROM days")
    connection.execute("UPDATE indexed SET n = 0")


def index_next(connection: apsw.Connection, messages_max: int) -> int:
    """Index the next messages, at most ``messages_max``, and return how many. Raises ``apsw.Error``.

    After ``_CHARS_MAX`` characters, the rest waits for the next call, as writes must wait for this.
    """
    rows = _ROWS.decode(connection.execute(_FIND_NEXT, (messages_max, _CHARS_MAX)).get)
    if rows:
        put(connection, rows)
        connection.execute(_PUT_DAYS, (as_json([(row.n, row.ts_ms // DAY_MS) for row in rows]),))
        connection.execute("UPDATE indexed SET n = ?", (rows[-1].n,))
    return len(rows)


def find_indexed(connection: apsw.Connection, id_: int) -> list[Indexed]:
    """Return the indexed data of a message: one row or, if it is not indexed yet, none. Raises ``apsw.Error``."""
    found = connection.execute(_FIND, (id_,)).get
    return [_ROW.decode(found)] if found is not None else []


def put(connection: apsw.Connection, rows: Sequence[Indexed]) -> None:
    """Add messages to the index, except deleted ones. Raises ``apsw.Error``."""
    _execute(connection, _PUT, rows)


def take_out(connection: apsw.Connection, rows: Sequence[Indexed]) -> None:
    """Remove these messages from the index. Raises ``apsw.Error``."""
    _execute(connection, _TAKE_OUT, rows)


def strike_out(connection: apsw.Connection, rows: Sequence[Indexed]) -> None:
    """Exclude these messages from searches; the next compaction removes their pieces. For very many messages.

    Overwriting every piece at once (``take_out``) takes twenty times as long. Raises ``apsw.Error``.
    """
    connection.execute(_OVERWRITE, (False,))
    take_out(connection, rows)
    connection.execute(_OVERWRITE, (True,))


def compact_some(connection: apsw.Connection, *, begin: bool) -> bool:
    """Rewrite a part of the index without removed pieces. Returns whether there is more. Raises ``apsw.Error``."""
    before = connection.total_changes()
    connection.execute(
        "INSERT INTO words (words, rank) VALUES ('merge', ?)", (-_MERGED_PAGES if begin else _MERGED_PAGES,)
    )
    return connection.total_changes() - before >= 2  # as FTS5 documents it


def _execute(connection: apsw.Connection, sql: str, rows: Sequence[Indexed]) -> None:
    values = [(row.n, row.pieces()) for row in rows if not row.deleted]
    if values:
        connection.execute(sql, (as_json(values),))
