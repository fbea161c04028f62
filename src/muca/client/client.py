"""The asyncio client: what a person can know and do."""

import os
import random
from types import MappingProxyType
from typing import Self

from muca.client.accounts import Accounts
from muca.client.checking import check_request
from muca.client.driving import Driver
from muca.client.files import Files
from muca.client.link import Link, State
from muca.client.messages import Messages
from muca.client.moderation import Moderation
from muca.client.registering import register
from muca.client.rooms import Rooms
from muca.client.tls import Tls, find_place, find_trust
from muca.client.tokens import FileTokenStore, TokenStore
from muca.model.ids import RoomId, Uid
from muca.model.replies import Joined
from muca.model.requests import Join
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room


class Client(Driver, Files, Messages, Rooms, Moderation, Accounts):
    """A person (or bot) in the chat of one server, of either generation.

    Args:
        address: ``host``, ``host:port`` or ``[::1]:port``; left out, the port is 40452, with ``tls="always"`` 40453.
            Raises ``ValueError``.
        uid: the user id to speak for; with ``password`` the account's nickname will do, in any capitals.
        nickname: what others see.
        tokens: where the secrets are kept that prove who owns a UID, and the keys of servers; None: the person's own
            file.
        password: what a registered account is logged in with where this device has no token yet.
        device: what this device is called in the list of the account's devices.
        tls: ``auto`` goes over to TLS where the server offers it, and from then on reaches the address in no other
            way; ``always`` speaks nothing else, and ``never`` plain TCP alone. Raises ``ValueError``.
        ca: a file with the certificate, in PEM, of the authority that vouches for the server. Raises ``ValueError``.
        fingerprint: the server's key, ``sha256:…``. Either of the two is what the server must show at the first
            connection already, and means TLS from the first byte on, as with ``always``. Raises ``ValueError``.
        reconnect: whether to come back by itself when the connection breaks.
        connect_seconds: how long opening a connection may take, the look-up of the name included.

    A client belongs to the event loop in which ``connect()`` is called; in another one its methods raise
    ``RuntimeError``. One task at a time may read its events. Once closed it stays closed.
    """

    register = staticmethod(register)

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
        """The user id this client speaks for: once logged in, the account's own."""
        return self._link.uid

    @property
    def nickname(self) -> str:
        """What others see."""
        return self._nickname

    @property
    def connected(self) -> bool:
        """Whether the session is up now."""
        return self._link.state is State.JOINED

    @property
    def v(self) -> int | None:
        """2, or 1 with a first-generation server; None without a session."""
        return self._link.v

    @property
    def peers(self) -> MappingProxyType[Uid, Peer]:
        """Who is here now, in order of joining, oneself included. A live view; empty without a session."""
        return self._link.peers

    @property
    def rooms(self) -> MappingProxyType[RoomId, Room]:
        """The own rooms as the server has them now, with what is unread. A live view.

        Empty with a first-generation server, which has none.
        """
        return self._link.rooms

    @property
    def away(self) -> frozenset[Uid]:
        """Who of the peers is away from its devices."""
        return self._link.away

    @property
    def ignores(self) -> frozenset[Uid]:
        """Whom one ignores. What they say comes all the same: a face hides it."""
        return self._link.ignores

    @property
    def role(self) -> Role | None:
        """One's role on the server; None where there is none."""
        lobby = self._link.rooms.get(LOBBY)
        return lobby.role if lobby is not None else None

    @property
    def joined(self) -> Joined | None:
        """What the last JOIN has brought but for the token: limits, the server's name and policy.

        None with a first-generation server.
        """
        return self._link.joined
