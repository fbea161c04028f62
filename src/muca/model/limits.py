"""The bound of every queue and every size. Each has a test at the bound and one past it."""

import msgspec

from muca.model.wire import Wire


class AnnouncedLimits(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """The limits that a client should know, as JOIN announces them."""

    frame_bytes_max: int = 131_072
    """Bytes of one frame."""
    text_chars_max: int = 10_000
    """Characters of one message's text."""
    nickname_chars_max: int = 64
    uid_chars_max: int = 128
    request_id_chars_max: int = 64
    recipients_max: int = 100
    """Recipients of one message, the sender not counted."""
    history_events_max: int = 200
    """Events of one page of HISTORY."""
    ping_seconds: int = 20
    """A v2 session that was silent for this long is asked PING; after twice as long it is closed."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All limits of a server. Numbers are counts unless the name says the unit."""

    announced: AnnouncedLimits = AnnouncedLimits()
    frame_depth_max: int = 16
    """Nested objects and arrays of one frame, the frame itself counted."""
    join_bytes_max: int = 16_384
    """Bytes of an unfinished frame before JOIN."""
    secret_chars_max: int = 128
    """Characters of a token or of a session's id."""
    history_bytes_max: int = 196_608
    """Bytes of text in one page of HISTORY; a page has at least one event."""
    unread_bytes_max: int = 262_144
    """Bytes that may wait for one connection; a reader with more waiting is closed."""
    requests_in_flight_max: int = 1_024
    """Requests of one connection that wait for the disk; past it, its socket is not read."""
    rooms_in_join_max: int = 500
    """Rooms that JOIN brings, the latest active ones."""
    members_in_join_max: int = 4_000
    """Members of these rooms, counted in each; what is beyond either bound is not listed."""
    faults_max: int = 100
    """Frames in a row that are no requests; then the connection is closed."""
    connections_max: int = 50_000
    connections_per_address_max: int = 20_000
    unjoined_connections_max: int = 256
    """Connections that may stay open without a JOIN; past it the oldest of them are closed."""
    join_seconds: int = 10
    """How long a connection without a JOIN is left alone in any case."""
    close_seconds: int = 8
    """How long a closing connection has to read what is waiting for it."""
    commit_writes_max: int = 2_000
    """Writes of one commit."""
    v1_frame_gap_ms: int = 20
    """The pause between two frames to a first-generation client, many of which parse one frame a read."""
    v1_frames_waiting_max: int = 50
    """Frames that may wait so for one first-generation client; past it all are written at once."""
    v1_bytes_waiting_max: int = 65_536
    """Bytes that may wait so; past it all are written at once."""
