"""The limit of every queue and every size. Each has a test at the limit and one beyond it."""

import msgspec

from muca.model.wire import Wire


class AnnouncedLimits(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """The limits that JOIN announces to clients."""

    frame_bytes_max: int = 131_072
    """Bytes of one frame."""
    text_chars_max: int = 10_000
    """Characters of one message's text."""
    nickname_chars_max: int = 64
    uid_chars_max: int = 128
    request_id_chars_max: int = 64
    recipients_max: int = 100
    """Recipients of one message, not counting the sender."""
    history_events_max: int = 200
    """Events of one page of HISTORY."""
    hits_max: int = 50
    """Matches of one page of SEARCH."""
    query_chars_max: int = 200
    """Characters of the query of SEARCH."""
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
    """How long TYPING stays valid; clients need not repeat it more often."""
    ping_seconds: int = 20
    """A v2 session that was silent for this long is sent PING; after twice as long it is closed."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All limits of a server. Numbers are counts unless the name says the unit."""

    announced: AnnouncedLimits = AnnouncedLimits()
    frame_depth_max: int = 16
    """Nested objects and arrays of one frame, including the frame itself."""
    join_bytes_max: int = 16_384
    """Bytes of an unfinished frame before JOIN."""
    secret_chars_max: int = 128
    """Characters of a token or of a session's id."""
    history_bytes_max: int = 196_608
    """Approximate bytes of one page of HISTORY, SEARCH, PINS or VERSIONS; a page has at least one event."""
    unread_bytes_max: int = 262_144
    """Bytes that may be queued for one connection; a connection with more is closed."""
    socket_buffer_bytes: int = 131_072
    """Kernel buffer of one connection in each direction, in bytes, without bookkeeping: data that the client has not
    read yet, and data that muca has not. Without this limit Linux buffers up to ``tcp_wmem`` and ``tcp_rmem``, some
    megabytes."""
    file_buffer_bytes: int = 1_048_576
    """The same during a file upload or download, where it limits the data in flight: with a round-trip time of 100 ms
    it allows about 10 MB/s. ``net.core.wmem_max`` and ``rmem_max`` may allow less."""
    requests_in_flight_max: int = 1_024
    """Requests of one connection that wait for the disk; beyond it, the socket is not read."""
    rooms_in_join_max: int = 500
    """Rooms that JOIN returns, the most recently active ones; also of one page of ROOMS with OWN."""
    members_in_join_max: int = 4_000
    """Members of these rooms, counted once per room; rooms and members beyond either limit are not listed."""
    sessions_per_account_max: int = 20
    devices_per_account_max: int = 50
    """Tokens of one account; beyond it, the least recently used device is signed out."""
    rooms_owned_max: int = 50
    """Named rooms that one account may own."""
    rooms_entered_max: int = 400
    """Named rooms that one account may be in."""
    mentions_max: int = 50
    """People that one message can mention."""
    reactions_max: int = 20
    """Distinct reactions to one message."""
    pins_max: int = 100
    """Pinned messages of one room."""
    purged_messages_max: int = 10
    """Messages that one PURGE deletes. All other writes wait for it: ten messages of 100 characters take about 40 ms,
    most of it for overwriting their words in the search index."""
    purged_chars_max: int = 1_000
    """Characters of these messages, together; a single message may have more."""
    ignores_max: int = 500
    reports_max: int = 50
    """Open reports of one account."""
    invitations_max: int = 100
    """Valid invitations of one account."""
    handover_seconds: int = 600
    """How long the code of a HANDOVER can be redeemed."""
    handovers_max: int = 1_000
    """Codes of HANDOVER that can be redeemed, of all accounts; beyond it, the oldest become invalid."""
    seen_by_members_max: int = 20
    """Maximum size of a room in which everyone sees the read markers of the others."""
    search_scan_max: int = 5_000
    """Candidates that one page of SEARCH examines."""
    search_chars_max: int = 500_000
    """Characters of these candidates, counted once per word, after which a page of SEARCH ends early. This limits one
    search to about 100 ms of CPU time."""
    rooms_listed_max: int = 50
    """Rooms of one page of ROOMS without OWN."""
    members_listed_max: int = 200
    """People of one page of MEMBERS."""
    session_cost_burst: int = 2_000
    """Cost of requests that one session may make at once (see the table of costs); beyond it, its socket is read at
    ``session_cost_per_second``."""
    session_cost_per_second: int = 500
    account_cost_burst: int = 4_000
    """The same for all sessions of an account."""
    account_cost_per_second: int = 1_000
    address_cost_burst: int = 50_000
    """The same for all connections of an address."""
    address_cost_per_second: int = 10_000
    logins_per_account: int = 10
    """Wrong passwords and codes for one account from one network at once; then one every ``login_seconds``. From all
    networks together, ten times as many."""
    logins_per_address: int = 50
    """The same for all accounts, from one network: an IPv4 address, or the /64 of an IPv6 address."""
    login_seconds: int = 30
    passwords_waiting_max: int = 64
    """Passwords that may wait to be hashed; beyond it: ``slow_down``."""
    faults_max: int = 100
    """Frames in a row that are not valid requests; then the connection is closed."""
    connections_max: int = 50_000
    connections_per_address_max: int = 20_000
    unjoined_connections_max: int = 256
    """Connections that may stay open without a JOIN; beyond it, the oldest of them are closed."""
    join_seconds: int = 10
    """How long a connection without a JOIN stays open in any case."""
    http_idle_seconds: int = 60
    """How long an HTTP connection may take until its next request has arrived with all headers."""
    http_stall_seconds: int = 30
    """How long an HTTP request or response may make no progress because the client neither sends nor reads."""
    http_line_bytes_max: int = 8_190
    """Bytes of the request line of an HTTP request, and of each header."""
    http_headers_max: int = 64
    """Headers of an HTTP request."""
    http_body_bytes_max: int = 16_384
    """Bytes of the body of an HTTP request that uploads no file."""
    close_seconds: int = 8
    """How long a client may take to read its queued data when its connection is closed."""
    commit_writes_max: int = 2_000
    """Writes of one commit."""
    account_file_bytes_max: int = 1_073_741_824
    """Bytes of all files of one account: 1 GiB."""
    server_file_bytes_max: int = 21_474_836_480
    """Bytes of all files: 20 GiB."""
    uploads_per_session_max: int = 4
    """Concurrent uploads of one session; further ones wait."""
    upload_kept_seconds: int = 86_400
    """How long an upload that is in no message is kept."""
    link_seconds: int = 604_800
    """How long a link to a file that needs no session is valid: a week."""
    image_pixels_max: int = 60_000_000
    """Pixels of an image; half as many for PNG and progressive JPEG and a quarter for WebP, as decoding these takes
    more memory. A larger image is treated like any other file: clients do not display it."""
    thumbnail_side_max: int = 640
    """Pixels of the longer side of a thumbnail; smaller images need no thumbnail."""
    uploads_waiting_max: int = 64
    """Uploads of one session that may wait; beyond it: ``slow_down``."""
    v1_frame_gap_ms: int = 20
    """The pause between two frames to a first-generation client; many of them parse only one frame per read."""
    v1_frames_waiting_max: int = 50
    """Frames that may wait for this pause per first-generation client; beyond it, all are written at once."""
    v1_bytes_waiting_max: int = 65_536
    """Bytes that may wait for this pause; beyond it, all are written at once."""
