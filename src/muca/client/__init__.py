"""The SDK: ``Client`` for asyncio, ``BlockingClient`` for threads, and the types that both use."""

from muca.client.blocking import BlockingClient
from muca.client.client import Client
from muca.client.errors import (
    BadArgument,
    CannotConnect,
    CertificateChanged,
    MucaError,
    NotConnected,
    NotSupported,
    Refused,
)
from muca.client.events import AnyEvent, Connected, Disconnected, Missed, Resynchronised
from muca.client.messages import places_of
from muca.client.tls import Tls
from muca.client.tokens import FileTokenStore, KeyPin, MemoryTokenStore, Tokens, TokenStore
from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind, Message, Reach, Reaction, Settings
from muca.model.files import FileInfo
from muca.model.limits import AnnouncedLimits
from muca.model.mentions import Mention
from muca.model.pushes import Ignoring, MarkerMoved, PeerChange, PeerChanged, RoomOpened, ServerNotice, TypingNow
from muca.model.replies import (
    AuditEntry,
    AuditPage,
    Device,
    Hit,
    Hits,
    InvitationInfo,
    Joined,
    MadeInvitation,
    Member,
    MemberPage,
    Page,
    Policy,
    ReportInfo,
    RoomPage,
    Sanction,
    ServerInfo,
    Statistics,
    Stored,
    Version,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Last, Peer, Room, RoomKind, conversation_id

__all__ = [
    "LOBBY",
    "AnnouncedLimits",
    "AnyEvent",
    "AuditEntry",
    "AuditPage",
    "BadArgument",
    "BlockingClient",
    "CannotConnect",
    "CertificateChanged",
    "Client",
    "Connected",
    "Device",
    "Disconnected",
    "ErrorCode",
    "Event",
    "EventKind",
    "FileInfo",
    "FileTokenStore",
    "Hit",
    "Hits",
    "Ignoring",
    "InvitationInfo",
    "Joined",
    "KeyPin",
    "Last",
    "MadeInvitation",
    "MarkerMoved",
    "Member",
    "MemberPage",
    "MemoryTokenStore",
    "Mention",
    "Message",
    "Missed",
    "MucaError",
    "NotConnected",
    "NotSupported",
    "Page",
    "Peer",
    "PeerChange",
    "PeerChanged",
    "Policy",
    "Reach",
    "Reaction",
    "Refused",
    "ReportInfo",
    "Resynchronised",
    "Role",
    "Room",
    "RoomKind",
    "RoomOpened",
    "RoomPage",
    "Sanction",
    "ServerInfo",
    "ServerNotice",
    "Settings",
    "Statistics",
    "Stored",
    "Tls",
    "TokenStore",
    "Tokens",
    "TypingNow",
    "Version",
    "conversation_id",
    "places_of",
]
