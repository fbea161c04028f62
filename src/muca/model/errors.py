"""Two tables that are public API: error codes of replies, and reasons for closing a connection.

A code never changes its meaning. ``docs/PROTOCOL.md`` lists both tables; a test keeps it true.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class ErrorCode(StrEnum):
    """Why a request was not carried out."""

    BAD_JSON = "bad_json"
    BAD_REQUEST = "bad_request"
    UNKNOWN_COMMAND = "unknown_command"
    NOT_JOINED = "not_joined"
    ALREADY_JOINED = "already_joined"
    BAD_NAME = "bad_name"
    UID_IN_USE = "uid_in_use"
    TOKEN_REQUIRED = "token_required"
    TOKEN_WRONG = "token_wrong"
    NO_RECIPIENT = "no_recipient"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    AMBIGUOUS_RECIPIENT = "ambiguous_recipient"
    TOO_MANY_RECIPIENTS = "too_many_recipients"
    MESSAGE_TOO_LONG = "message_too_long"
    ID_REUSED = "id_reused"
    NO_SUCH_ROOM = "no_such_room"
    NO_SUCH_EVENT = "no_such_event"
    NO_SUCH_PERSON = "no_such_person"
    NO_SUCH_FILE = "no_such_file"
    FILE_TOO_LARGE = "file_too_large"
    NOT_ALLOWED = "not_allowed"
    MUTED = "muted"
    ROOM_READ_ONLY = "room_read_only"
    ROOM_ARCHIVED = "room_archived"
    TITLE_TAKEN = "title_taken"
    TOO_MANY = "too_many"
    SLOW_DOWN = "slow_down"
    BANNED = "banned"
    ACCOUNT_REQUIRED = "account_required"
    PASSWORD_REQUIRED = "password_required"
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_DELETED = "account_deleted"
    NICKNAME_TAKEN = "nickname_taken"
    PASSWORD_WRONG = "password_wrong"
    PASSWORD_WEAK = "password_weak"
    CODE_WRONG = "code_wrong"
    NOT_SECURE = "not_secure"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    STORAGE_UNREADABLE = "storage_unreadable"
    STORAGE_DAMAGED = "storage_damaged"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"


class ErrorRule(NamedTuple):
    """What an error code means and whether the same request may be sent again unchanged."""

    meaning: str
    may_retry: bool


ERRORS: Final = {
    ErrorCode.BAD_JSON: ErrorRule(
        "The frame is not one well-formed UTF-8 JSON object, or is nested too deeply.", False
    ),
    ErrorCode.BAD_REQUEST: ErrorRule("A field is missing, has the wrong type or is out of bounds.", False),
    ErrorCode.UNKNOWN_COMMAND: ErrorRule("This server does not know that CMD.", False),
    ErrorCode.NOT_JOINED: ErrorRule("The request needs a JOIN first.", False),
    ErrorCode.ALREADY_JOINED: ErrorRule("This connection has joined already.", False),
    ErrorCode.BAD_NAME: ErrorRule(
        "The nickname or UID is empty, too long, reserved or has characters a name cannot have.", False
    ),
    ErrorCode.UID_IN_USE: ErrorRule("The UID is in use on another connection now.", True),
    ErrorCode.TOKEN_REQUIRED: ErrorRule("The UID is claimed; JOIN needs the TOKEN its owner was given.", False),
    ErrorCode.TOKEN_WRONG: ErrorRule("The UID is claimed, and this is not its TOKEN.", False),
    ErrorCode.NO_RECIPIENT: ErrorRule("The message has no recipient other than its sender.", False),
    ErrorCode.UNKNOWN_RECIPIENT: ErrorRule("No one has the UID or nickname given as a recipient.", True),
    ErrorCode.AMBIGUOUS_RECIPIENT: ErrorRule("Several joined peers have that nickname; use the UID.", False),
    ErrorCode.TOO_MANY_RECIPIENTS: ErrorRule("More recipients than the limit allows.", False),
    ErrorCode.MESSAGE_TOO_LONG: ErrorRule("The text is longer than the limit allows.", False),
    ErrorCode.ID_REUSED: ErrorRule("The same ID was used before for another message or room.", False),
    ErrorCode.NO_SUCH_ROOM: ErrorRule("There is no such room, or you may not see it.", False),
    ErrorCode.NO_SUCH_EVENT: ErrorRule("There is no such message in that room, or it was deleted.", False),
    ErrorCode.NO_SUCH_PERSON: ErrorRule("No one with that user id is known here.", False),
    ErrorCode.NO_SUCH_FILE: ErrorRule("There is no such file, or you may not see or send it.", False),
    ErrorCode.FILE_TOO_LARGE: ErrorRule("The file is larger than the limit allows.", False),
    ErrorCode.NOT_ALLOWED: ErrorRule("Your role does not allow this here.", False),
    ErrorCode.MUTED: ErrorRule("You are muted here at the moment.", True),
    ErrorCode.ROOM_READ_ONLY: ErrorRule("Only moderators can write in this room.", False),
    ErrorCode.ROOM_ARCHIVED: ErrorRule("The room is archived and accepts no changes.", False),
    ErrorCode.TITLE_TAKEN: ErrorRule("Another room has that title, or one that looks like it.", False),
    ErrorCode.TOO_MANY: ErrorRule("A quota is used up; TEXT says which.", False),
    ErrorCode.SLOW_DOWN: ErrorRule("Too many requests in too short a time; RETRY says when to continue.", True),
    ErrorCode.BANNED: ErrorRule("This account or address is banned from the server.", False),
    ErrorCode.ACCOUNT_REQUIRED: ErrorRule("This server is for registered accounts only; REGISTER first.", False),
    ErrorCode.PASSWORD_REQUIRED: ErrorRule(
        "This server requires a password, and the account has none; REGISTER with its TOKEN sets one.", False
    ),
    ErrorCode.ACCOUNT_EXISTS: ErrorRule("There is already an account with that UID.", False),
    ErrorCode.ACCOUNT_DISABLED: ErrorRule("The account was disabled by the operator.", False),
    ErrorCode.ACCOUNT_DELETED: ErrorRule("The account was deleted; nobody can use its user id again.", False),
    ErrorCode.NICKNAME_TAKEN: ErrorRule("An account has that name, or one that looks like it. Choose another.", False),
    ErrorCode.PASSWORD_WRONG: ErrorRule("No account has that name and password.", False),
    ErrorCode.PASSWORD_WEAK: ErrorRule("The password is too short, too long or too easy to guess.", False),
    ErrorCode.CODE_WRONG: ErrorRule("The code is wrong, used up or expired.", False),
    ErrorCode.NOT_SECURE: ErrorRule("This server accepts secrets only over TLS.", False),
    ErrorCode.STORAGE_UNAVAILABLE: ErrorRule("The server cannot write to its disk now; nothing was stored.", True),
    ErrorCode.STORAGE_UNREADABLE: ErrorRule("The server cannot read this from its disk now.", True),
    ErrorCode.STORAGE_DAMAGED: ErrorRule(
        "The server's database is damaged and accepts no more changes. Tell its operator. Reading may still work.",
        False,
    ),
    ErrorCode.NOT_FOUND: ErrorRule("Over HTTP: there is nothing at that address, or you may not see it.", False),
    ErrorCode.SERVER_ERROR: ErrorRule("Over HTTP: the server failed to answer; this is a bug in muca.", True),
}


class CloseReason(StrEnum):
    """Why the server closes a connection."""

    LEFT = "left"
    REPLACED = "replaced"
    SERVER_STOPPING = "server_stopping"
    SLOW_READER = "slow_reader"
    PING_TIMEOUT = "ping_timeout"
    JOIN_TIMEOUT = "join_timeout"
    BAD_FRAME = "bad_frame"
    FRAME_TOO_LARGE = "frame_too_large"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    KICKED = "kicked"
    BANNED = "banned"
    SIGNED_OUT = "signed_out"
    ACCOUNT_DELETED = "account_deleted"
    SERVER_ERROR = "server_error"


class CloseRule(NamedTuple):
    """What a close reason means, and whether the client may reconnect automatically and resume."""

    meaning: str
    may_resume: bool


CLOSES: Final = {
    CloseReason.LEFT: CloseRule("The client left.", False),
    CloseReason.REPLACED: CloseRule("The same client reconnected on another connection.", False),
    CloseReason.SERVER_STOPPING: CloseRule("The server is stopping or restarting.", True),
    CloseReason.SLOW_READER: CloseRule("The client read too slowly, and too much was waiting for it.", True),
    CloseReason.PING_TIMEOUT: CloseRule("The client sent nothing for too long.", True),
    CloseReason.JOIN_TIMEOUT: CloseRule("The client sent no JOIN, and its place was needed for others.", True),
    CloseReason.BAD_FRAME: CloseRule(
        "The data received is not this protocol, and the end of the frame cannot be found.", False
    ),
    CloseReason.FRAME_TOO_LARGE: CloseRule("A frame was larger than the limit allows.", False),
    CloseReason.TOO_MANY_CONNECTIONS: CloseRule("Too many connections are open.", True),
    CloseReason.KICKED: CloseRule("A moderator ended the session; joining again is allowed.", False),
    CloseReason.BANNED: CloseRule("The account or address is banned from the server.", False),
    CloseReason.SIGNED_OUT: CloseRule("The device's token was revoked, or the account was disabled.", False),
    CloseReason.ACCOUNT_DELETED: CloseRule("The account was deleted by its owner.", False),
    CloseReason.SERVER_ERROR: CloseRule("The server failed to handle a request; this is a bug in muca.", True),
}
