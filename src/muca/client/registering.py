"""REGISTER: creates an account with a password, before a JOIN."""

import asyncio
import os
from functools import partial

import msgspec

from muca.client.checking import check_request
from muca.client.errors import CannotConnect, NotSupported
from muca.client.joining import JOIN_SECONDS, explain_end
from muca.client.session_v2 import as_refused
from muca.client.tls import Tls, choose_way, find_place, find_trust, open_way
from muca.client.tokens import FileTokenStore, TokenStore
from muca.model.ids import Uid
from muca.model.requests import Register
from muca.protocol.client_dialect import Ack, ClientDialect
from muca.protocol.client_v1 import ClientV1
from muca.protocol.dialect import ProtocolError


class Registering:
    """Creates accounts. A method, as mypy takes ``register = …`` in a subclass of ``ABC`` for that of ``ABCMeta``."""

    @staticmethod
    async def register(
        address: str = "localhost",
        *,
        uid: Uid,
        nickname: str,
        password: str,
        code: str | None = None,
        tls: Tls = "auto",
        ca: "str | os.PathLike[str] | None" = None,
        fingerprint: str | None = None,
        tokens: TokenStore | None = None,
        connect_seconds: float = 2.0,
    ) -> None:
        """Create an account with a password; ``code`` is an invitation, if the server requires one.

        If the account exists without a password, and its token is stored here, this sets its password, without
        ``code``. Afterwards ``Client(…, password=…)`` logs in; the other arguments are as there. Raises ``Refused``,
        ``CannotConnect``, ``CertificateChanged``, ``NotSupported`` and ``MucaError`` (the token store cannot be used).
        """
        request = Register(uid=uid, nickname=nickname, password=password, code=code)
        check_request(request)
        trust = find_trust(ca, fingerprint, tls)
        place = find_place(address, tls if trust is None else "always")
        store = tokens if tokens is not None else FileTokenStore()
        known = await asyncio.to_thread(store.prepare, str(place), uid)
        way = choose_way(place, tls, known.pin, says_password=True, trust=trust)
        transport, pin = await open_way(place, way, connect_seconds)
        try:
            request = msgspec.structs.replace(request, token=known.first if known.is_known else None)
            answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
            transport.gone.add_done_callback(partial(_lost, answer, over_tls=pin is not None))
            dialect = ClientV1(uid)
            transport.listen(partial(_hear, dialect, answer))
            transport.write(dialect.encode(request))
            try:
                async with asyncio.timeout(JOIN_SECONDS):
                    ack = await answer
            except TimeoutError as error:
                raise NotSupported("The server did not answer; it may be of the first generation.") from error
            if ack.outcome != "OKAY":
                raise as_refused(ack)
            if pin is not None and pin != known.pin:
                await asyncio.to_thread(store.pin, str(place), pin)
        finally:
            transport.abort()


def _hear(first: ClientV1, answer: "asyncio.Future[Ack]", data: bytes) -> None:
    dialect: ClientDialect | None = first
    try:
        while dialect is not None and not answer.done():
            for said in dialect.receive(data):
                if isinstance(said, Ack) and not answer.done():
                    answer.set_result(said)
            dialect, data = dialect.successor, b""
    except ProtocolError as error:
        if not answer.done():
            answer.set_exception(
                CannotConnect(f"The server sent something that is not this protocol: {error.explanation}")
            )


def _lost(answer: "asyncio.Future[Ack]", gone: "asyncio.Future[str]", *, over_tls: bool) -> None:
    if not answer.done():
        answer.set_exception(CannotConnect(explain_end(gone.result(), heard=False, over_tls=over_tls)))
