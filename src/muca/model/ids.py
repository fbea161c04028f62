"""Ids: who and where. Aliases, so that a signature says which string it means."""

from typing import TypeAlias

Uid: TypeAlias = str
"""A user id, compared exactly, 1 to ``uid_chars_max`` characters."""

RoomId: TypeAlias = str
"""A room id as on the wire: ``lobby``, ``d-…`` (direct), ``g-…`` (group) or ``r-…`` (named)."""

Seq: TypeAlias = int
"""The place of an event in its room: 1, 2, 3, … without gaps."""

FileId: TypeAlias = str
"""An uploaded file: ``f-`` and 128 random bits in hexadecimal. Knowing it does not give access to the file."""

NodeId: TypeAlias = str
"""A server process."""

ConnectionId: TypeAlias = int
"""The number of an open connection, never reused while the server runs."""
