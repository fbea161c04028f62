"""The limit of every queue and every size. Each has a test at the limit and one beyond it.

``docs/LIMITS.md`` is made from this file: ``python -m tests.model.limits_page`` updates it. A comment begins a group,
whose fields may be in both classes. The first paragraph of a field's docstring says what it limits, and then what
happens at the limit. The second says when to change it and begins with Raise it, Lower it, Change it or Leave it.
"""

import msgspec

from muca.model.wire import Wire


class AnnouncedLimits(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """The limits that JOIN announces to clients."""

    # Messages and names

    text_chars_max: int = 10_000
    """Characters of one message's text. A longer one is refused: ``message_too_long``. If it comes from a
    first-generation client, it is ignored.

    Raise it if people paste long logs or programs. Raise ``frame_bytes_max`` with it, to at least 12 bytes per
    character. The desktop window itself sends at most 10,000 characters."""
    recipients_max: int = 100
    """Recipients of one message, not counting the sender. A message with more is refused: ``too_many_recipients``.

    Lower it to keep people from writing to everyone at once. For larger groups, use a room instead of raising it."""
    files_max: int = 10
    """Files of one message. A message with more is refused: ``bad_request``.

    Leave it: more files fit into a second message."""
    nickname_chars_max: int = 64
    """Characters of a nickname. A longer one is refused: ``bad_name``.

    Lower it if long names are a nuisance. People with a longer nickname must then choose another."""
    uid_chars_max: int = 128
    """Characters of a user id. A longer one is refused: ``bad_name`` in JOIN and REGISTER, ``bad_request`` elsewhere.

    Leave it: if you lower it, accounts with a longer user id can no longer join."""
    title_chars_max: int = 80
    """Characters of a room's title. A longer one is refused: ``bad_request``.

    Change it only if your titles need it: programs show a title on one line. Existing titles stay."""
    topic_chars_max: int = 500
    """Characters of a room's topic. A longer one is refused: ``bad_request``.

    Raise it if your topics need more space. Existing topics stay if you lower it."""
    reason_chars_max: int = 500
    """Characters of the reason of a report, kick, mute or ban. A longer one is refused: ``bad_request``.

    Raise it if moderators must record more than a few sentences."""
    request_id_chars_max: int = 64
    """Characters of the ID of a request. A longer one is refused with ``bad_request``, and the answer has no ID.

    Leave it: programs choose their IDs, and a UUID has 36 characters."""
    emoji_chars_max: int = 32
    """Characters (code points) of a reaction. A longer one is refused: ``bad_request``.

    Leave it: all emoji of Unicode's list are shorter."""
    typing_seconds: int = 5
    """Seconds for which clients show that somebody is typing. Within this time, the server passes on only one TYPING
    per session and room.

    Raise it if TYPING causes too much traffic in large rooms. The notice then disappears later, too."""

    # Accounts

    password_chars_min: int = 8
    """Minimum characters of a new password. A shorter one is refused: ``password_weak``.

    Raise it if your password policy demands it. Existing passwords stay valid."""
    password_chars_max: int = 256
    """Characters of a password. A longer one is refused: ``bad_request``.

    Leave it: if you lower it, people with a longer password can no longer log in."""

    # Files

    file_bytes_max: int = 26_214_400
    """Bytes of one file (the default is 25 MiB). The upload of a larger one is refused: ``file_too_large``.

    Raise it if people share larger files, and ``account_file_bytes_max`` and ``server_file_bytes_max`` with it. Lower
    it if the disk is small."""
    file_name_chars_max: int = 200
    """Characters of a file's name. A longer name is shortened before its extension.

    Leave it: most file systems do not allow much longer names."""

    # Pages

    history_events_max: int = 200
    """Events of one page of HISTORY, and entries of one page of AUDIT. A request for more gets this many, and the
    client asks for the next page.

    Leave it: ``history_bytes_max`` limits the size of a page. Larger pages delay other requests."""
    hits_max: int = 50
    """Matches of one page of SEARCH. A request for more gets this many, and the client asks for the next page.

    Leave it: ``search_scan_max`` and ``search_chars_max`` limit the work of a page."""
    query_chars_max: int = 200
    """Characters of the QUERY of SEARCH and of the MATCH of ROOMS. A longer one is refused: ``bad_request``.

    Leave it: each word of a query makes the search slower."""

    # Connections

    ping_seconds: int = 20
    """Seconds of silence after which a v2 session is sent PING. If nothing arrives for as long again, it is closed:
    ``ping_timeout``.

    Lower it if a firewall or proxy cuts connections that are idle for less than this. Raise it to save the batteries
    of phones. Broken connections are then noticed later."""
    frame_bytes_max: int = 131_072
    """Bytes of one frame. A larger frame is refused with ``bad_request``, or closes the connection:
    ``frame_too_large``. A larger frame from a first-generation client may be ignored.

    Raise it together with ``text_chars_max``. Keep it below ``unread_bytes_max``."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All limits of a server. Numbers are counts unless the name says the unit."""

    announced: AnnouncedLimits = AnnouncedLimits()

    # Messages and names

    mentions_max: int = 50
    """People that one message can mention. A longer list of MENTIONS is refused: ``bad_request``. Without a list, the
    server finds the names in the text, and only the first ones are notified.

    Lower it if people misuse mentions. The desktop window always lists up to 50, so its messages with more mentions
    than this are refused."""
    reactions_max: int = 20
    """Different emoji on one message. A further one is refused: ``too_many``. People can still add reactions with the
    emoji that are already there.

    Raise it if people vote with reactions and run out of them."""
    pins_max: int = 100
    """Pinned messages of one room. A further PIN is refused: ``too_many``.

    Lower it to keep lists of pins short. PINS returns no more than ``history_bytes_max`` bytes, so a much higher limit
    has no effect."""
    purged_messages_max: int = 10
    """Messages that one PURGE deletes. If there are more, the answer says so, and the client repeats the request.

    Leave it: all other writes wait for a PURGE. Ten messages of 100 characters take about 40 ms, most of it for
    overwriting their words in the search index."""
    purged_chars_max: int = 1_000
    """Total characters of the messages that one PURGE deletes. The client repeats the request for the rest. A single
    message may have more.

    Leave it, for the same reason as ``purged_messages_max``."""
    seen_by_members_max: int = 20
    """Members of a direct or group room in which everyone sees the read markers of the others. In a larger one, and in
    every named room, the markers are not sent to others.

    Lower it to 1 if nobody should see what others have read. Raise it for larger groups: each marker is sent to all
    members who are online."""

    # Accounts

    sessions_per_account_max: int = 20
    """Sessions of one account at the same time. A further JOIN is refused: ``too_many``.

    Raise it if many programs share one account."""
    devices_per_account_max: int = 50
    """Devices of one account, each with a token. Beyond it, the least recently used device is signed out.

    Raise it if one account logs in from many machines, and people must log in again too often."""
    rooms_owned_max: int = 50
    """Named rooms that one account may own, not counting archived ones. A further one is refused: ``too_many``.

    Lower it if people create too many rooms. Raise it if one account creates the rooms for everyone."""
    rooms_entered_max: int = 400
    """Named rooms that one account may be in. Creating or entering a further one, or inviting the account to it, is
    refused: ``too_many``.

    Raise it if an account must be in every room, such as that of a bot. Keep it below ``rooms_in_join_max``, so that
    JOIN can list all rooms."""
    ignores_max: int = 500
    """People that one account may ignore. A further IGNORE is refused: ``too_many``.

    Leave it: hardly anyone ignores so many people, and JOIN returns the whole list."""
    reports_max: int = 50
    """Open reports of one account. A further REPORT is refused until moderators have resolved some: ``too_many``.

    Lower it if somebody floods the moderators with reports."""
    invitations_max: int = 100
    """Valid invitations of one account. A further INVITATION is refused: ``too_many``.

    Raise it if you invite many people, each with a code of their own. One invitation can also be for many people."""
    handover_seconds: int = 600
    """Seconds for which the code of a HANDOVER can be redeemed. Then it is refused: ``code_wrong``.

    Raise it if people need more time to switch to the https:// page or to another device. Lower it for better
    security."""
    handovers_max: int = 1_000
    """HANDOVER codes that are valid at the same time, for all accounts together. Beyond it, the oldest become invalid.

    Raise it only if more people than this ask for a code within ``handover_seconds``."""
    logins_per_account: int = 10
    """Wrong passwords and codes that are allowed at once for one account from one network: an IPv4 address, or the /64
    of an IPv6 address. Beyond it, one more is allowed every ``login_seconds``, and tries before that are refused:
    ``slow_down``. From all networks together, ten times as many are allowed, at ten times that rate.

    Lower it if attackers guess passwords. Raise it if people often mistype theirs."""
    logins_per_address: int = 50
    """Wrong passwords and codes that are allowed at once from one network, for all accounts. Beyond it, five more are
    allowed every ``login_seconds`` (this limit divided by ``logins_per_account``), and tries before that are refused:
    ``slow_down``.

    Raise it if many people share an address, such as a school behind one router."""
    login_seconds: int = 30
    """Seconds until one more try is allowed after ``logins_per_account`` wrong ones. An earlier try is refused:
    ``slow_down``.

    Raise it if attackers guess passwords. Lower it if people who mistyped theirs should wait less."""
    secret_chars_max: int = 128
    """Characters of a token, a code or the id of a session. A longer one is refused: ``bad_request``.

    Leave it: if you lower it, programs with a longer token can no longer join."""

    # Files

    account_file_bytes_max: int = 1_073_741_824
    """Bytes of all files of one account (the default is 1 GiB). An upload beyond it is refused: ``too_many``.

    Raise it if people share many files and the disk has space. Lower it if a few people fill
    ``server_file_bytes_max``."""
    server_file_bytes_max: int = 21_474_836_480
    """Bytes of all files (the default is 20 GiB). An upload beyond it is refused: ``too_many``.

    Change it to what the disk has space for. Leave space for the database and for a backup."""
    upload_kept_seconds: int = 86_400
    """Seconds for which an upload is kept if no message uses it (the default is a day). Then it is deleted.

    Lower it if forgotten uploads fill the disk. Leave enough time to finish a message."""
    link_seconds: int = 604_800
    """Seconds for which the links to files are valid that the server adds to messages for first-generation clients (the
    default is a week). Then they no longer work. Other clients can still read the files.

    Lower it if files are confidential, as anyone who has the link can read the file. Raise it if people open links
    later."""
    uploads_per_session_max: int = 4
    """Uploads of one session at the same time. Further ones wait.

    Leave it: more uploads at a time do not finish sooner."""
    uploads_waiting_max: int = 64
    """Uploads of one session that may wait. A further one is refused: ``slow_down``.

    Raise it for a program that uploads hundreds of files at once."""
    image_pixels_max: int = 60_000_000
    """Pixels of an image; half as many for PNG and progressive JPEG, and a quarter for WebP, as decoding these takes
    more memory. A larger image is treated like any other file: it has no thumbnail, and clients do not display it.

    Lower it if the server has little memory: an image takes four bytes per pixel of this limit. Raise it for photos
    of more than 60 megapixels."""
    thumbnail_side_max: int = 640
    """Pixels of the longer side of a thumbnail. A larger image is scaled down to it. A smaller one needs no
    thumbnail.

    Lower it to save traffic. Raise it for sharper pictures in the conversation. Only new uploads are affected."""

    # Pages

    history_bytes_max: int = 196_608
    """Approximate bytes of one page of HISTORY, SEARCH, PINS or VERSIONS. The page ends before an item that would
    exceed this, but has at least one item. HISTORY and SEARCH continue on the next page, but PINS and VERSIONS do not.

    Leave it, unless PINS or VERSIONS should return more. It must be less than ``unread_bytes_max``."""
    search_scan_max: int = 5_000
    """Messages that one page of SEARCH examines. Then the page ends early, and the client asks for the next one.

    Leave it: it keeps a search from delaying other reads. A smaller one means more pages."""
    search_chars_max: int = 500_000
    """Characters that one page of SEARCH examines, counted once per word of the query. Then the page ends early, and
    the client asks for the next one.

    Lower it on a slow machine: at the default, a page takes about 100 ms of CPU time."""
    rooms_listed_max: int = 50
    """Rooms of one page of ROOMS without OWN. A request for more gets this many, and the client asks for the next page.

    Leave it: programs load further pages when needed."""
    members_listed_max: int = 200
    """People of one page of MEMBERS. A request for more gets this many, and the client asks for the next page.

    Leave it: programs load further pages when needed."""
    peers_in_join_max: int = 500
    """People online that JOIN returns, and those of one page of PEERS. The client asks for the others with PEERS.

    Lower it if thousands of people are online and JOIN is slow for people with slow networks. Programs that do not
    know PEERS then see fewer people."""
    rooms_in_join_max: int = 500
    """Rooms that JOIN returns, and those of one page of ROOMS with OWN. JOIN leaves out the least important ones: it
    prefers named rooms, then unread ones, then recent ones. The client can ask for the rest with ROOMS.

    Lower it if JOIN is slow because people have hundreds of conversations. Keep it above ``rooms_entered_max``."""
    members_in_join_max: int = 4_000
    """Total members of all direct and group rooms that JOIN or a page of ROOMS with OWN returns. Rooms beyond it are
    left out. The client can ask for them with ROOMS.

    Lower it if JOIN is slow because people are in many large groups."""

    # Rates and queues

    session_cost_burst: int = 2_000
    """Total cost of the requests that one session may make at once: the size of its token bucket. Beyond it, the
    session is read more slowly, at ``session_cost_per_second``. Nothing is refused.

    Raise it if your own programs make many requests at once and must not wait. Lower it if one client slows down the
    server."""
    session_cost_per_second: int = 500
    """Cost that is added to the budget of a session each second. A session that needs more is read more slowly.

    Change it together with ``session_cost_burst``, which holds four seconds' worth by default."""
    account_cost_burst: int = 4_000
    """Total cost of the requests that all sessions of one account may make at once. Beyond it, they are read more
    slowly, at ``account_cost_per_second``.

    Raise it if many programs share one account. Keep it above ``session_cost_burst``, which otherwise has no effect."""
    account_cost_per_second: int = 1_000
    """Cost that is added to the budget of an account each second. Sessions of an account that needs more are read more
    slowly.

    Change it together with ``account_cost_burst``, which holds four seconds' worth by default."""
    address_cost_burst: int = 50_000
    """Total cost of the requests that all connections from one address may make at once; all IPv6 addresses of a /64
    count as one. Beyond it, they are read more slowly, at ``address_cost_per_second``.

    Raise it if very many people share an address, and their programs become slow when all reconnect. If they come
    through a reverse proxy, set ``trusted_proxies`` instead."""
    address_cost_per_second: int = 10_000
    """Cost that is added to the budget of an address each second. Connections from an address that needs more are read
    more slowly.

    Change it together with ``address_cost_burst``, which holds five seconds' worth by default."""
    passwords_waiting_max: int = 64
    """Passwords that may wait to be hashed, at most a quarter of them from one network. A further one is refused:
    ``slow_down``.

    Raise it if a whole class logs in within the same minute and some are refused. Each then waits longer."""
    requests_in_flight_max: int = 1_024
    """Requests of one connection that wait for the disk. At this number, its socket is not read until half of them are
    answered.

    Leave it: a higher limit would not be faster, because many requests share one commit."""
    presence_interval_ms: int = 250
    """Milliseconds between two writes of joins, departures and other changes of presence to everyone. The first change
    after a quiet time is sent at once. Later ones wait and are sent together, at the latest before the person's next
    message. With more than 1,250 connections they wait longer, in proportion.

    Raise it if the server is slow while thousands of people join. Others then learn later who is online."""
    gather_ms: int = 8
    """Milliseconds between two commits for which messages wait at most, so that several share a commit and the writes
    to their recipients. A message after a quiet time never waits, and one to a few recipients hardly.

    Raise it to serve more people on a weak machine; messages in busy rooms then arrive later. With 0, none waits."""
    commit_writes_max: int = 2_000
    """Writes of one commit. Further ones wait for the next commit.

    Leave it: larger commits delay every answer, and with smaller ones the server waits for the disk more often."""

    # Connections

    connections_max: int = 50_000
    """Open connections, including those of browsers. A further one is closed: ``too_many_connections``.

    Lower it if the server has little memory. To allow more, also raise the number of open files (``ulimit -n``)."""
    connections_per_address_max: int = 20_000
    """Open connections from one address; all IPv6 addresses of a /64 count as one. A further one is closed:
    ``too_many_connections``.

    Lower it if no single machine should be able to take all connections. Behind a reverse proxy, set
    ``trusted_proxies``, or everyone counts as one address."""
    unjoined_connections_max: int = 256
    """Connections that may stay open without a JOIN. Beyond it, the oldest are closed after ``join_seconds``:
    ``join_timeout``. HTTP connections count, too, but are not closed during a request.

    Raise it if many browsers load the page at the same time and connections are closed as ``join_timeout``."""
    join_seconds: int = 10
    """Seconds for which a connection without a JOIN is always left open. After that, it may be closed if there are more
    than ``unjoined_connections_max`` of them: ``join_timeout``. A TLS handshake that takes longer is always aborted.

    Raise it for very slow networks. Lower it if attackers hold connections open."""
    join_bytes_max: int = 16_384
    """Bytes of one frame before JOIN. A larger frame is treated like one that exceeds ``frame_bytes_max``, which
    applies only after JOIN.

    Leave it: a JOIN with the longest names fits, and strangers cannot take up more memory than this."""
    frame_depth_max: int = 16
    """Nested objects and arrays of one frame, including the frame itself. A deeper frame is refused: ``bad_json``.

    Leave it: no request needs more than three levels."""
    faults_max: int = 100
    """Frames in a row that are not valid requests. Then the connection is closed: ``bad_frame``.

    Lower it to get rid of broken programs sooner. Raise it while you test a client by hand."""
    unread_bytes_max: int = 262_144
    """Bytes that may be queued for one connection. A connection with more is closed: ``slow_reader``. A v2 client may
    resume.

    Raise it if clients on slow networks are often closed. Each connection may then take more memory. It must be more
    than ``history_bytes_max`` and ``frame_bytes_max``."""
    socket_buffer_bytes: int = 131_072
    """Kernel buffer of one connection in each direction, in bytes, without the kernel's bookkeeping. Beyond it, data
    waits in muca (``unread_bytes_max``) or at the client.

    Lower it if tens of thousands of connections take too much kernel memory. Without this limit, Linux buffers
    some megabytes (``net.ipv4.tcp_wmem``, ``net.ipv4.tcp_rmem``)."""
    file_buffer_bytes: int = 1_048_576
    """The same as ``socket_buffer_bytes``, but during a file upload or download. It limits the data in flight, and
    therefore the speed: to about 10 MB/s at a round-trip time of 100 ms.

    Raise it for fast transfers over long distances. ``net.core.wmem_max`` and ``net.core.rmem_max`` may allow less."""
    close_seconds: int = 8
    """Seconds that a client has to read its queued data when its connection is closed. HTTP responses have as long to
    finish when the server stops. Then the connection is cut.

    Lower it if the server must stop faster. Raise it for very slow networks, but not beyond the time that your
    service manager allows for stopping."""
    v1_frame_gap_ms: int = 20
    """Milliseconds between two frames to a first-generation client. Further frames wait.

    Raise it if first-generation programs lose messages: many of them parse only one frame per read. Lower it if none
    of yours does."""
    v1_frames_waiting_max: int = 50
    """Frames that may wait because of ``v1_frame_gap_ms``, per first-generation client. Beyond it, all are written at
    once.

    Raise it if first-generation programs lose messages in busy conversations. Messages then arrive later."""
    v1_bytes_waiting_max: int = 65_536
    """Bytes that may wait because of ``v1_frame_gap_ms``, per first-generation client. Beyond it, all are written at
    once.

    Raise it together with ``v1_frames_waiting_max``."""

    # HTTP

    http_idle_seconds: int = 60
    """Seconds within which the next request on an HTTP connection must arrive with all its headers. Then the connection
    is closed.

    Raise it if requests through a reverse proxy fail now and then: it must be longer than the proxy keeps idle
    connections to muca open."""
    http_stall_seconds: int = 30
    """Seconds for which an HTTP request or response may make no progress because the client neither sends nor reads.
    Then the connection is cut.

    Raise it if uploads or downloads over bad mobile networks are cut."""
    http_line_bytes_max: int = 8_190
    """Bytes of the request line of an HTTP request, and of each header. A longer one is refused with status 400, and
    the connection is closed.

    Raise it if browsers send long cookies of other applications under the same host name."""
    http_headers_max: int = 64
    """Headers of an HTTP request. A request with more is refused with status 400, and the connection is closed.

    Raise it if a proxy adds very many headers."""
