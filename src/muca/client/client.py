"""The asyncio client."""

import os
import random
from types import MappingProxyType
from typing import Self

from muca.client.accounts import AccountRequests
from muca.client.checking import check_request
from muca.client.driving import Driver
from muca.client.files import FileRequests
from muca.client.link import Link, LinkState
from muca.client.messages import MessageRequests
from muca.client.moderation import ModerationRequests
from muca.client.registering import Registering
from muca.client.rooms import RoomRequests
from muca.client.tls import Tls, find_place, find_trust
from muca.client.tokens import FileTokenStore, TokenStore
from muca.model.ids import RoomId, Uid
from muca.model.replies import Joined
from muca.model.requests import Join
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room


class Client(Driver, FileRequests, MessageRequests, RoomRequests, ModerationRequests, AccountRequests, Registering):
    """A person (or bot) in the chat of one server, of either generation.

    Args:
        address: ``host``, ``host:port`` or ``[::1]:port``. The default port is 40452, or 40453 with ``tls="always"``.
            Raises ``ValueError``.
        uid: the user id; with ``password`` it may also be the account's nickname, in any case.
        nickname: the name that others see.
        tokens: the store for tokens, which prove who owns a UID, and for keys of servers; None: the user's own file.
        password: the password of a registered account, used if this device has no token yet.
        device: the name of this device in the account's list of devices.
        tls: ``auto`` switches to TLS if the server offers it, and from then on uses only TLS for that address;
            ``always`` uses only TLS, ``never`` only plain TCP. Raises ``ValueError``.
        ca: a PEM file with the certificate of the authority that has signed the server's. Raises ``ValueError``.
        fingerprint: the server's key, ``sha256:…``. Raises ``ValueError``. With ``ca`` or ``fingerprint``, the server
            is verified at the first connection, and TLS is used from the first byte, as with ``always``.
        reconnect: whether to reconnect when the connection is lost.
        connect_seconds: the time limit for opening a connection, including the look-up of the name.

    A client belongs to the event loop in which ``connect()`` was called; in another one its methods raise
    ``RuntimeError``. One task at a time may read its events. A closed client cannot be reused.
    """

    def __init__(
        self,
        address: str = "localhost",
        *,
        uid: Uid,
        nickname: str,
        tokens: TokenStore | None = None,
        password: str | None = None,
        device: str | None = None,
        tls: Tls = "auto",
        ca: "str | os.PathLike[str] | None" = None,
        fingerprint: str | None = None,
        reconnect: bool = True,
        connect_seconds: float = 2.0,
    ) -> None:
        trust = find_trust(ca, fingerprint, tls)
        where = find_place(address, tls if trust is None else "always")
        check_request(Join(nickname=nickname, uid=uid, v=2, password=password, device=device))
        store = tokens if tokens is not None else FileTokenStore()
        link = Link(
            uid=uid,
            nickname=nickname,
            reconnect=reconnect,
            random=random.SystemRandom(),
            password=password,
            device=device,
        )
        super().__init__(link, where, uid, store, tls, trust, connect_seconds)
        self._nickname = nickname

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def address(self) -> str:
        """The server's address, always with its port."""
        return str(self._address)

    @property
    def uid(self) -> Uid:
        """The user id of this client; after a login by nickname, that of the account."""
        return self._link.uid

    @property
    def nickname(self) -> str:
        """The name that others see."""
        return self._nickname

    @property
    def connected(self) -> bool:
        """Whether the session is up."""
        return self._link.state is LinkState.JOINED

    @property
    def v(self) -> int | None:
        """2, or 1 with a first-generation server; None without a session."""
        return self._link.v

    @property
    def peers(self) -> MappingProxyType[Uid, Peer]:
        """The people who are online, including you, in order of joining. A live view; empty without a session."""
        return self._link.peers

    @property
    def rooms(self) -> MappingProxyType[RoomId, Room]:
        """Your rooms in their current state, with unread counts. A live view.

        Empty with a first-generation server, which has none.
        """
        return self._link.rooms

    @property
    def away(self) -> frozenset[Uid]:
        """The peers who are away."""
        return self._link.away

    @property
    def ignores(self) -> frozenset[Uid]:
        """The people you ignore. Their messages still arrive; a user interface should hide them."""
        return self._link.ignores

    @property
    def role(self) -> Role | None:
        """Your role on the server; None without a session, or with a first-generation server."""
        lobby = self._link.rooms.get(LOBBY)
        return lobby.role if lobby is not None else None

    @property
    def joined(self) -> Joined | None:
        """The result of the last JOIN, without the token: limits, the server's name and policy, and so on.

        None with a first-generation server.
        """
        return self._link.joined
