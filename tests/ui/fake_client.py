"""A client with the face of ``muca.client.BlockingClient``, whose server is the test."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

from muca.client.errors import MucaError
from muca.client.events import AnyEvent, Connected, Disconnected
from muca.model.errors import ErrorCode
from muca.model.events import Message, Reach
from muca.model.mentions import Mention
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.replies import Member, MemberPage, Page
from muca.model.roles import Role
from muca.model.rooms import Peer, Room
from tests.ui.people import TONY


class FakeClient:
    """Answers when it is told to."""

    def __init__(self, password: str | None = None) -> None:
        self.password = password
        self.uid = TONY.uid
        self.connecting: Future[None] = Future()
        self.retries = 0
        self.ignores: frozenset[str] = frozenset()
        self.closing: Future[None] | None = None
        self.sends: list[tuple[str, tuple[str, ...], str | None, Future[Message]]] = []
        self.mentions: list[Sequence[Mention] | None] = []
        self.ids: list[str | None] = []
        """Of each of ``sends``, as ``mentions``."""
        self.listings: list[tuple[str, str | None, Future[MemberPage]]] = []
        self.histories: list[tuple[str, int, Future[Page]]] = []
        self.callback: Callable[[AnyEvent], None] = lambda event: None

    # The face of the SDK

    def subscribe(self, callback: Callable[[AnyEvent], None]) -> None:
        self.callback = callback

    def post_connect(self) -> "Future[None]":
        return self.connecting

    def post_close(self) -> "Future[None]":
        self.closing = Future()
        self.closing.set_result(None)
        return self.closing

    def retry_now(self) -> None:
        self.retries += 1

    def post_send(
        self,
        text: str,
        to: Sequence[str] = (),
        room: str | None = None,
        mentions: Sequence[Mention] | None = None,
        request_id: str | None = None,
    ) -> "Future[Message]":
        future: Future[Message] = Future()
        self.ids.append(request_id)
        self.mentions.append(mentions)
        self.sends.append((text, tuple(to), room, future))
        return future

    def post_members(self, room: str, *, after: str | None = None, limit: int = 100) -> "Future[MemberPage]":
        future: Future[MemberPage] = Future()
        self.listings.append((room, after, future))
        return future

    def post_history(self, room: str, *, limit: int = 50) -> "Future[Page]":
        future: Future[Page] = Future()
        self.histories.append((room, limit, future))
        return future

    # What the test makes the server do

    def accept(self, peers: Iterable[Peer], rooms: Iterable[Room] = (), *, v: int = 2, again: bool = False) -> None:
        """Let the client in."""
        if not self.connecting.done():
            self.connecting.set_result(None)
        self.tell(Connected(again=again, v=v, server_name="test", peers=tuple(peers), rooms=tuple(rooms)))

    def refuse(self, error: MucaError) -> None:
        """Do not let the client in."""
        self.connecting.set_exception(error)

    def break_off(
        self,
        explanation: str = "The connection broke.",
        retry_seconds: float | None = 2.0,
        code: ErrorCode | None = None,
    ) -> None:
        """Lose the connection."""
        self.tell(Disconnected(explanation=explanation, retry_seconds=retry_seconds, code=code))

    def tell(self, event: AnyEvent) -> None:
        """Tell an event."""
        self.callback(event)

    def change(self, change: PeerChange, peer: Peer) -> None:
        """Tell that a peer came, went or changed name."""
        self.tell(PeerChanged(change=change, uid=peer.uid, nickname=peer.nickname))

    def store(
        self, which: int, *, room: str, seq: int | None, ts_ms: int | None, reach: Reach, sender: Peer
    ) -> Message:
        """Acknowledge a SEND. Gives the stored message."""
        text, _, _, future = self.sends[which]
        message = Message(
            room=room, seq=seq, ts_ms=ts_ms, reach=reach, sender=sender.uid, nickname=sender.nickname, text=text
        )
        future.set_result(message)
        return message

    def list_members(self, *peers: Peer, more: bool = False) -> None:
        """Answer the last MEMBERS."""
        members = [
            Member(uid=peer.uid, nickname=peer.nickname, role=Role.MEMBER, last_seen_ms=0)
            for peer in sorted(peers, key=lambda peer: peer.uid)
        ]
        self.listings[-1][2].set_result(MemberPage(members=tuple(members), more=more))


class Registers:
    """Takes passwords of accounts, or refuses them when it is told to."""

    def __init__(self) -> None:
        self.passwords: list[str] = []
        self.error: MucaError | None = None

    def __call__(self, *, password: str) -> None:
        if self.error is not None:
            raise self.error
        self.passwords.append(password)
