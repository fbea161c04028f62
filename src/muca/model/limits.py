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
    hits_max: int = 50
    """Matches of one page of SEARCH."""
    query_chars_max: int = 200
    """Characters of what SEARCH looks for."""
    title_chars_max: int = 80
    topic_chars_max: int = 500
    reason_chars_max: int = 500
    """Characters of the reason of a report, kick, mute or ban."""
    file_bytes_max: int = 26_214_400
    """Bytes of one file: 25 MiB."""
    files_max: int = 10
    """Files of one message."""
    file_name_chars_max: int = 200
    emoji_chars_max: int = 32
    """Characters (code points) of a reaction."""
    password_chars_min: int = 8
    password_chars_max: int = 256
    typing_seconds: int = 5
    """How long TYPING holds; more often it need not be said."""
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
    """Bytes of one page of HISTORY or SEARCH, of PINS and VERSIONS, about; it has at least one event."""
    unread_bytes_max: int = 262_144
    """Bytes that may wait for one connection; a reader with more waiting is closed."""
    socket_buffer_bytes: int = 131_072
    """Bytes that the kernel may keep for one connection in each direction, its bookkeeping not counted: what the other
    side has not read yet, and what muca has not. Without this bound Linux keeps up to ``tcp_wmem`` and ``tcp_rmem``,
    some megabytes."""
    file_buffer_bytes: int = 1_048_576
    """The same while a file is uploaded or downloaded, as this is the most that is on its way at once: so a link with a
    round trip of 100 ms carries some 10 MB/s. ``net.core.wmem_max`` and ``rmem_max`` may allow less."""
    requests_in_flight_max: int = 1_024
    """Requests of one connection that wait for the disk; past it, its socket is not read."""
    rooms_in_join_max: int = 500
    """Rooms that JOIN brings, the latest active ones."""
    members_in_join_max: int = 4_000
    """Members of these rooms, counted in each; what is beyond either bound is not listed."""
    sessions_per_account_max: int = 20
    devices_per_account_max: int = 50
    """Tokens of one account; past it the device that was used longest ago is signed out."""
    rooms_owned_max: int = 50
    """Named rooms that one account may own."""
    rooms_entered_max: int = 400
    """Named rooms that one account may be in."""
    mentions_max: int = 50
    """People whom one message can mention."""
    reactions_max: int = 20
    """Different emoji at one message."""
    pins_max: int = 100
    """Pinned messages of one room."""
    ignores_max: int = 500
    reports_max: int = 50
    """Open reports of one account."""
    invitations_max: int = 100
    """Good invitations of one account."""
    seen_by_members_max: int = 20
    """In rooms with at most so many members everyone is told how far the others have read."""
    search_scan_max: int = 5_000
    """Candidates that one page of SEARCH looks at."""
    search_chars_max: int = 500_000
    """Characters of these candidates, counted once for each word, after which a page of SEARCH ends early. It bounds
    how long one search keeps the processor from others: about 100 ms."""
    rooms_listed_max: int = 50
    """Rooms of one page of ROOMS."""
    members_listed_max: int = 200
    """People of one page of MEMBERS."""
    session_cost_burst: int = 2_000
    """How much one session may ask at once (see the table of costs); past it, its socket is read more slowly."""
    session_cost_per_second: int = 500
    account_cost_burst: int = 4_000
    """The same for all sessions of an account."""
    account_cost_per_second: int = 1_000
    address_cost_burst: int = 50_000
    """The same for all connections of an address."""
    address_cost_per_second: int = 10_000
    logins_per_account: int = 10
    """Wrong passwords and codes for one account from one network at once; then one each ``login_seconds``. Ten times as
    many from everywhere."""
    logins_per_address: int = 50
    """The same for all accounts, from one network: an IPv4 address, or the /64 of an IPv6 address."""
    login_seconds: int = 30
    passwords_waiting_max: int = 64
    """Passwords that may wait for being hashed; past it: ``slow_down``."""
    faults_max: int = 100
    """Frames in a row that are no requests; then the connection is closed."""
    connections_max: int = 50_000
    connections_per_address_max: int = 20_000
    unjoined_connections_max: int = 256
    """Connections that may stay open without a JOIN; past it the oldest of them are closed."""
    join_seconds: int = 10
    """How long a connection without a JOIN is left alone in any case."""
    http_idle_seconds: int = 60
    """How long a connection that speaks HTTP has until its next request is there, all its headers included."""
    http_stall_seconds: int = 30
    """How long an HTTP request or its answer may stand still because the other side neither sends nor reads."""
    http_line_bytes_max: int = 8_190
    """Bytes of the first line of an HTTP request, and of each of its headers."""
    http_headers_max: int = 64
    """Headers of an HTTP request."""
    http_body_bytes_max: int = 16_384
    """Bytes of the body of an HTTP request that brings no file."""
    close_seconds: int = 8
    """How long a closing connection has to read what is waiting for it."""
    commit_writes_max: int = 2_000
    """Writes of one commit."""
    account_file_bytes_max: int = 1_073_741_824
    """Bytes of all files of one account: 1 GiB."""
    server_file_bytes_max: int = 21_474_836_480
    """Bytes of all files: 20 GiB."""
    uploads_per_session_max: int = 4
    """Uploads of one session under way at once; others wait for their turn."""
    upload_kept_seconds: int = 86_400
    """How long an upload is kept that no message has."""
    link_seconds: int = 604_800
    """How long the link to a file is good that people without a session are given: a week."""
    image_pixels_max: int = 60_000_000
    """Pixels of an image; of a PNG or progressive JPEG half of them and of a WebP a quarter, as decoding these takes
    more memory. What has more is a file like any other, shown by nobody unasked."""
    thumbnail_side_max: int = 640
    """Pixels of the longer side of a thumbnail; an image that is no larger needs none."""
    uploads_waiting_max: int = 64
    """Uploads of one session that may wait for their turn; past it: ``slow_down``."""
    v1_frame_gap_ms: int = 20
    """The pause between two frames to a first-generation client, many of which parse one frame a read."""
    v1_frames_waiting_max: int = 50
    """Frames that may wait so for one first-generation client; past it all are written at once."""
    v1_bytes_waiting_max: int = 65_536
    """Bytes that may wait so; past it all are written at once."""
