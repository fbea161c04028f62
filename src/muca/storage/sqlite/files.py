"""Files in SQLite: records of uploads, the messages that have them, and files whose bytes can be removed.

The server keeps the bytes. When a file's record is deleted, its id is added to ``gone_files`` in the same
transaction, so that its bytes are removed eventually, even if the process is killed before.
"""

from collections.abc import Collection, Sequence
from typing import Final

import apsw
import msgspec

from muca.model.changes import PutFile
from muca.model.files import FileInfo, StoredFile
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.storage import Append
from muca.storage.sqlite.events import SEQ_BITS, SEQ_MASK, as_json

_OLD_MAX: Final = 50
"""Unused uploads that are deleted in one step."""

_PUT: Final = "INSERT INTO files (file, uid, ts_ms, bytes, sha256, info) VALUES (?, ?, ?, ?, ?, ?)"
_FIND_UPLOADS: Final = """
SELECT json_group_array(json_array(file, uid, json(info))) FROM files
WHERE file IN (SELECT value FROM json_each(?)) AND event IS NULL
"""
_ATTACH: Final = "UPDATE files SET event = value ->> 1 FROM jsonb_each(?) WHERE file = value ->> 0"
_READ: Final = f"""
SELECT json_array(json(info), uid, sha256, rooms.id, event & {SEQ_MASK})
FROM files LEFT JOIN rooms ON rooms.room = event >> {SEQ_BITS} AND NOT dropped WHERE file = ?
"""
_SUM: Final = """
SELECT coalesce(sum(bytes) FILTER (WHERE uid = ?), 0), coalesce(sum(bytes), 0) FROM files INDEXED BY files_by_uid
"""
_DROP: Final = """
INSERT INTO gone_files (file) SELECT file FROM files
WHERE event IN (SELECT value FROM json_each(?1)) AND event NOT IN (SELECT event FROM reports);
DELETE FROM files WHERE event IN (SELECT value FROM json_each(?1)) AND event NOT IN (SELECT event FROM reports);
"""
_IS_REPORTED: Final = "SELECT EXISTS (SELECT 1 FROM files JOIN reports USING (event) WHERE file = ?)"
_FIND_OLD: Final = f"""
SELECT json_group_array(file) FROM (
    SELECT file FROM files INDEXED BY files_waiting WHERE event IS NULL AND ts_ms < ? ORDER BY ts_ms LIMIT {_OLD_MAX})
"""
_DROP_OLD: Final = """
INSERT INTO gone_files (file) SELECT value FROM json_each(?1);
DELETE FROM files WHERE file IN (SELECT value FROM json_each(?1));
"""
_FIND_GONE: Final = "SELECT json_group_array(file) FROM (SELECT file FROM gone_files LIMIT ?)"
_FORGET_GONE: Final = "DELETE FROM gone_files WHERE file IN (SELECT value FROM json_each(?))"
_FIND_KNOWN: Final = "SELECT json_group_array(file) FROM files WHERE file IN (SELECT value FROM json_each(?))"

_UPLOADS: Final = msgspec.json.Decoder(list[tuple[FileId, Uid, FileInfo]])
_ROW: Final = msgspec.json.Decoder(tuple[FileInfo, Uid, str, RoomId | None, Seq | None])
_IDS: Final = msgspec.json.Decoder(list[FileId])


def put_file(connection: apsw.Connection, change: PutFile, ts_ms: int) -> None:
    """Record an upload. Raises ``apsw.Error``."""
    file = change.file
    row = file.info.file, file.uid, ts_ms, file.info.bytes, file.sha256, as_json(file.info)
    connection.execute(_PUT, row)


def find_uploads(connection: apsw.Connection, appends: Sequence[Append]) -> dict[tuple[FileId, Uid], FileInfo]:
    """Find the requested files that are in no message yet, by file and owner. Raises ``apsw.Error``."""
    wanted = [file for write in appends for file in write.files]
    if not wanted:
        return {}
    found = _UPLOADS.decode(connection.execute(_FIND_UPLOADS, (as_json(wanted),)).get)
    return {(file, uid): info for file, uid, info in found}


def attach(connection: apsw.Connection, files: Sequence[tuple[FileId, int]]) -> None:
    """Attach files to messages. Raises ``apsw.Error``."""
    connection.execute(_ATTACH, (as_json(files),))


def read_file(connection: apsw.Connection, file: FileId) -> StoredFile | None:
    """Read the record of a file. Raises ``apsw.Error``."""
    found = connection.execute(_READ, (file,)).get
    if found is None:
        return None
    info, uid, sha256, room, seq = _ROW.decode(found)
    return StoredFile(info=info, uid=uid, sha256=sha256, room=room, seq=seq)


def is_reported(connection: apsw.Connection, file: FileId) -> bool:
    """Return whether an open report is about the message of a file. Raises ``apsw.Error``."""
    return bool(connection.execute(_IS_REPORTED, (file,)).get)


def sum_up(connection: apsw.Connection, uid: Uid) -> tuple[int, int]:
    """Return the total size of somebody's files, and of all files. Raises ``apsw.Error``."""
    of_one, of_all = connection.execute(_SUM, (uid,)).get
    return of_one, of_all


def drop_files(connection: apsw.Connection, events: Sequence[int]) -> None:
    """Delete the files of these messages, except those of reported messages. Raises ``apsw.Error``."""
    connection.execute(_DROP, (as_json(events),) * 2).fetchall()


def drop_old_uploads(connection: apsw.Connection, before_ms: int) -> int:
    """Delete some uploads from before this time that are in no message; return how many. Raises ``apsw.Error``."""
    found = connection.execute(_FIND_OLD, (before_ms,)).get
    connection.execute(_DROP_OLD, (found,) * 2).fetchall()
    return len(_IDS.decode(found))


def find_gone(connection: apsw.Connection, files_max: int) -> list[FileId]:
    """Return files whose bytes must be removed. Raises ``apsw.Error``."""
    return _IDS.decode(connection.execute(_FIND_GONE, (files_max,)).get)


def forget_gone(connection: apsw.Connection, files: Collection[FileId]) -> None:
    """Record that the bytes of these files were removed. Raises ``apsw.Error``."""
    connection.execute(_FORGET_GONE, (as_json(files),))


def find_known(connection: apsw.Connection, files: Collection[FileId]) -> set[FileId]:
    """Return those of these files that exist. Raises ``apsw.Error``."""
    return set(_IDS.decode(connection.execute(_FIND_KNOWN, (as_json(files),)).get))
