"""The SDK: ``Client`` for asyncio, ``BlockingClient`` for threads, and the words that both speak."""

from muca.client.blocking import BlockingClient
from muca.client.client import Client
from muca.client.errors import CannotConnect, MucaError, NotConnected, NotSupported, Refused
from muca.client.events import Connected, Disconnected, Event, Missed
from muca.client.tokens import FileTokenStore, MemoryTokenStore, Tokens, TokenStore
from muca.model.errors import ErrorCode
from muca.model.pushes import Message, PeerChange, PeerChanged, Reach, RoomOpened
from muca.model.replies import Page
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id

__all__ = [
    "LOBBY",
    "BlockingClient",
    "CannotConnect",
    "Client",
    "Connected",
    "Disconnected",
    "ErrorCode",
    "Event",
    "FileTokenStore",
    "MemoryTokenStore",
    "Message",
    "Missed",
    "MucaError",
    "NotConnected",
    "NotSupported",
    "Page",
    "Peer",
    "PeerChange",
    "PeerChanged",
    "Reach",
    "Refused",
    "Room",
    "RoomKind",
    "RoomOpened",
    "TokenStore",
    "Tokens",
    "conversation_id",
]
