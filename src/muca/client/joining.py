"""From an open connection to a session: sends JOIN, handles the answer, and detects the server's generation.

The ACK of a v2 server has everything. The ACK of a first-generation server is empty, and the LIST that follows says
who is online. A server that asks for another TOKEN than the one presented also sends its id; JOIN is then repeated
once with that server's token, and once more with the password.

A server that was seen over TLS is identified by its key: a server with its id gets its token only if it proves that
key. A plain connection then leads to an offer to continue over TLS. The same happens if the server announces TLS, or
says that plain TCP is not secure enough.

A copy of a server has its id, and perhaps its key, but its own epoch. Clients must not switch to it: the server that
answers over TLS must have the epoch of the one that made the offer, and an address where a server was always reached
over plain TCP stays valid for it, even if a copy has offered TLS elsewhere.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from muca.client.ending import LinkEnded
from muca.client.errors import CannotConnect, CertificateChanged, MucaError, Refused
from muca.client.knowledge import Knowledge
from muca.client.session_v1 import SessionV1
from muca.client.session_v2 import SessionV2, as_refused, explain_bye
from muca.client.tokens import KeyPin, Tokens
from muca.model.errors import ERRORS, ErrorCode
from muca.model.events import Message
from muca.model.pushes import PeerList
from muca.model.replies import Joined, TlsInfo
from muca.model.requests import Join, Request
from muca.model.rooms import Peer
from muca.model.shell import muca_command
from muca.protocol.client_dialect import Ack, FromServer, ReceivedBye, read_data

JOIN_SECONDS: Final = 10.0
"""Time that a server may take to answer JOIN."""
LIST_SECONDS: Final = 2.0
"""Time to wait for the first LIST of a first-generation server after it has accepted JOIN."""


_NOTHING_SAID: Final = (
    "It sent nothing: it may not be a muca server, or this may be its port for TLS. Use its plain port (40452 by "
    'default); or in a program, tls="always".'
)


def explain_end(why: str, *, heard: bool, over_tls: bool) -> str:
    """Explain why a connection ended before JOIN or REGISTER was answered, and what may be wrong."""
    return why if heard or over_tls else f"{why} {_NOTHING_SAID}"


class Instance(NamedTuple):
    """The identity of a server, distinct from its copies."""

    server_id: str
    epoch: str | None


class Channel(NamedTuple):
    """How far a connection can be trusted."""

    pin: KeyPin | None = None
    """The key that the server has shown over TLS; None: plain TCP."""
    is_guarded: bool = False
    """Whether servers with a stored key must prove it."""
    may_move: bool = False
    """Whether the client may switch to TLS."""
    offered_by: "Instance | None" = None
    """The server that has offered this connection."""


PLAIN: Final = Channel()
"""Plain TCP, without switching to TLS."""


class TlsOffer(NamedTuple):
    """An offer to continue over TLS."""

    pin: KeyPin | None
    """The place, and the key that the server must show there; None: unknown."""
    otherwise: MucaError | None
    """The error if TLS cannot be reached. None: continue over plain TCP."""
    by: Instance | None = None
    """The server that must answer there. None: it has not identified itself."""


class Joining:
    """Waits for the answer to JOIN.

    Args:
        known: the state that outlives connections.
        write: writes a request.
        tokens: the tokens that can be presented.
        now: the current time.
        channel: how far the connection can be trusted.
        password: used if no token is accepted.
        device: the name of this device.
    """

    def __init__(
        self,
        known: Knowledge,
        write: Callable[[Request], None],
        tokens: Tokens,
        now: float,
        channel: Channel,
        password: str | None,
        device: str | None,
    ) -> None:
        self._known = known
        self._write = write
        self._tokens = tokens
        self._channel = channel
        self._password = password
        self._device = device
        self._presented: str | None = None
        self._repeated = False
        self._accepted = False
        self._heard = False
        self.session: SessionV1 | SessionV2 | None = None
        """The session, once it is up."""
        self.unheard: Message | None = None
        """A message that came early and belongs to the session."""
        self.token: str | None = None
        """The UID's token on this server."""
        self.offer: TlsOffer | None = None
        """If set, a TLS connection must take over, including the session if there is one already."""
        self.has_strayed = False
        """Whether the server is not the one that has offered this connection."""
        self.wake_at = now + JOIN_SECONDS
        if password is not None and not tokens.is_known:
            self._log_in()
        else:
            owners = [server_id for server_id, token in tokens.by_server.items() if token == tokens.first]
            self._join(tokens.first if all(map(self._may_see_token, owners)) else None)

    def heard(self, now: float) -> None:
        """Note that data has arrived: a long answer may be on its way."""
        self._heard = True
        self.wake_at = now + (LIST_SECONDS if self._accepted else JOIN_SECONDS)

    def hear(self, item: FromServer, now: float) -> None:
        """Process a reply or push. Raises ``LinkEnded``."""
        match item:
            case Ack() if not self._accepted:
                self._hear_ack(item, now)
            case PeerList() if self._accepted:
                self._begin_v1(item.data)
            case Message() if self._accepted:  # rather miss the LIST than the message
                self._begin_v1()
                self.unheard = item
            case ReceivedBye():
                raise LinkEnded(CannotConnect(explain_bye(item)), may_come_back=item.resume)
            case _:
                pass

    def explain_end(self, why: str) -> str:
        """Explain why the connection ended, and what may be wrong."""
        return explain_end(why, heard=self._heard, over_tls=self._channel.pin is not None)

    def tick(self, now: float) -> None:
        """If the server takes too long, continue without the LIST or give up. Raises ``LinkEnded``."""
        if now < self.wake_at:
            return
        if not self._accepted:
            late = f"The server did not answer within {JOIN_SECONDS:g} seconds; it may not be a muca server."
            raise LinkEnded(CannotConnect(late))
        self._begin_v1()

    def _join(self, token: str | None, password: str | None = None) -> None:
        known = self._known
        self._presented = token
        self._write(
            Join(
                nickname=known.nickname,
                uid=known.uid,
                v=2,
                token=token,
                password=password,
                device=self._device,
                session=known.session_id,
            )
        )

    def _log_in(self) -> None:
        password, self._password = self._password, None
        self._join(None, password)

    def _begin_v1(self, peers: tuple[Peer, ...] | None = None) -> None:
        known = self._known
        known.roster.replace(peers if peers is not None else (Peer(uid=known.uid, nickname=known.nickname),))
        self.session = SessionV1(known, self._write)

    def _hear_ack(self, ack: Ack, now: float) -> None:
        if ack.outcome != "OKAY":
            self._hear_fail(ack)
        elif not ack.data:
            self._accepted = True
            self.wake_at = now + LIST_SECONDS
        else:
            joined = read_data(ack, Joined)
            if self._channel.offered_by not in {None, _instance(joined)}:
                self.has_strayed = True
                return
            if joined.uid is not None:
                self._known.speak_for(joined.uid)
            self.token = joined.token or self._presented
            self._known.session_id = joined.session
            self.session = SessionV2(self._known, self._write, joined)
            self._check_key(joined)

    def _check_key(self, joined: Joined) -> None:
        """Check that the server is the one it claims to be, and whether to switch to TLS."""
        channel, server_id = self._channel, joined.server.id
        if channel.pin is None:
            tls = joined.server.tls
            if not self._may_see_token(server_id):
                self._offer_known(tls, _instance(joined))
            elif tls is not None and channel.may_move:
                self.offer = TlsOffer(KeyPin(tls.port, tls.fingerprint), None, _instance(joined))
        elif not self._may_see_token(server_id):
            raise LinkEnded(self._false_server(server_id, channel.pin), may_come_back=False)

    def _may_see_token(self, server_id: str) -> bool:
        tokens, shown = self._tokens, self._channel.pin
        known = tokens.pins.get(server_id)
        if known is None or not self._channel.is_guarded:
            return True
        if shown is None:
            return server_id == tokens.server_id and tokens.pin is None
        if shown.fingerprint == known.fingerprint:
            return True
        # If the system trusts the certificate, now and before at this address, the key may be a new one.
        is_vouched_for = shown.by_system and tokens.pin is not None and tokens.pin.by_system
        return is_vouched_for and tokens.by_server.get(server_id) in {None, tokens.first}

    def _offer_known(self, tls: TlsInfo | None, by: Instance) -> None:
        """Offer TLS at the port that this server announces, with its stored key. Older servers announce no port."""
        unreachable = CannotConnect(
            "This server is known to offer TLS, but its TLS port cannot be reached at this address."
        )
        if not self._channel.may_move or (tls is None and by.epoch is not None):
            raise LinkEnded(unreachable)
        pin = self._tokens.pins[by.server_id]
        port = tls.port if tls is not None else pin.port
        is_told = by.epoch is not None
        self.offer = TlsOffer(KeyPin(port, pin.fingerprint, pin.by_system), unreachable, by if is_told else None)

    def _false_server(self, server_id: str, shown: KeyPin) -> CertificateChanged:
        expected = self._tokens.pins[server_id].fingerprint
        explanation = (
            "This server has the id of one that you know, but shows another key. It is a different server, or was "
            f"reinstalled. Ask its operator whether {shown.fingerprint} is right."
        )
        known_at = self._tokens.addresses.get(server_id)
        if known_at is not None:
            explanation += f" If so, run “{muca_command('forget', known_at)}”."
        return CertificateChanged(explanation, expected, shown.fingerprint)

    def _hear_fail(self, ack: Ack) -> None:
        asks_for_token = ack.code in {ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG}
        by = Instance(ack.server or "", ack.epoch)
        if asks_for_token and self._channel.offered_by not in {None, by}:
            self.has_strayed = True
            return
        if ack.code is None:
            explanation = f"The server did not accept “{self._known.uid}”; someone may be using that user id now."
            raise LinkEnded(Refused(ErrorCode.UID_IN_USE, explanation))
        if asks_for_token and self._try_again(by, ack.tls):
            return
        refused = as_refused(ack)
        if ack.code == ErrorCode.NOT_SECURE and self._channel.may_move:
            self.offer = TlsOffer(None, refused)
            return
        may_come_back = isinstance(refused.code, ErrorCode) and ERRORS[refused.code].may_retry
        raise LinkEnded(
            refused,
            may_come_back=may_come_back or refused.retry_seconds is not None,
            retry_seconds=refused.retry_seconds or 0.0,
        )

    def _try_again(self, by: Instance, tls: TlsInfo | None) -> bool:
        """Retry with the token or password that the server asks for. Returns whether there was one left to try."""
        server_id = by.server_id
        token = self._tokens.by_server.get(server_id)
        if token not in {None, self._presented} and not self._repeated:
            if self._may_see_token(server_id):
                self._repeated = True
                self._join(token)
            elif self._channel.pin is not None:
                raise LinkEnded(self._false_server(server_id, self._channel.pin), may_come_back=False)
            else:
                self._offer_known(tls, by)
            return True
        if self._password is None:
            return False
        self._log_in()
        return True


def _instance(joined: Joined) -> Instance:
    return Instance(joined.server.id, joined.server.epoch)
