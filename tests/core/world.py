"""A world around one Hub for tests: a store, audiences, and what every connection was told. No clock, no sockets."""

from collections.abc import Sequence
from itertools import count

from muca.core import Hub
from muca.core.effects import (
    AnswerHttp,
    Begin,
    Close,
    Deliver,
    EnterAudience,
    ExitAudience,
    Hash,
    Hashed,
    Note,
    Pause,
    ReadStore,
    Release,
    Reserve,
    Resume,
    Tell,
    WakeAt,
    Write,
)
from muca.core.inputs import (
    Closed,
    Committed,
    Heard,
    Input,
    Instant,
    Opened,
    PasswordHashed,
    Reserved,
    Seen,
    Speaks,
    Woke,
)
from muca.core.reservations import Reservations
from muca.model.errors import CloseReason
from muca.model.events import Message
from muca.model.feed import News
from muca.model.limits import Limits
from muca.model.pushes import Push
from muca.model.replies import Joined, Okay, Policy, Reply, ServerInfo
from muca.model.requests import Join, Register, Request, Send
from muca.model.storage import StoreError, WriteResult, news_of
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from muca.storage.store import Store
from tests.memory_store.store import MemoryStore


class World:
    """Drives a Hub. With ``hold`` set, writes wait until ``commit`` is called."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        policy: Policy = Policy.OPEN,
        secrets_over_plain: bool = False,
        store: Store | None = None,
        follows_others: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        numbers = count(1)
        self.hub = Hub(
            self.limits,
            ServerInfo(id="server", name="World", version="0", policy=policy),
            lambda: f"secret-{next(numbers)}",
            secrets_over_plain=secrets_over_plain,
            follows_others=follows_others,
        )
        self.store = store or MemoryStore()
        self.now_ms = 0
        self.hold = False
        self.failing: StoreError | None = None
        self.writes: list[Write] = []
        self.news: list[News] = []
        """What this server's commits have changed."""
        self.hold_reads = False
        """Whether reads wait until ``release_read`` is called."""
        self.reads: list[ReadStore] = []
        self.told: dict[int, list[Reply | Push]] = {}
        self.dialects: dict[int, type[V1] | type[V2]] = {}
        self.closed: dict[int, CloseReason] = {}
        self.paused: set[int] = set()
        self.turns: list[int] = []
        """Whose HTTP requests may be answered, in order."""
        self.gone: set[int] = set()
        self.audiences: dict[str, set[int]] = {}
        self.uids: dict[int, str] = {}
        self.notes: list[Note] = []
        self.hashes_busy = False
        """Whether passwords cannot be hashed now."""
        self.hold_hashes = False
        """Whether passwords wait until ``release_hashes`` is called."""
        self.hashes: list[Hash] = []
        self.reservations = Reservations()
        self.hold_reservations = False
        """Whether questions for a UID wait in ``reserves``."""
        self.reserves: list[Reserve] = []
        self.wake_at_ms: int | None = None
        self._connections = count(1)
        self._committing = False

    def take(self, happened: Input) -> None:
        """Give the Hub an input and carry out its effects; commits follow at once unless held."""
        for effect in self.hub.handle(happened, Instant(self.now_ms, self.now_ms)):
            match effect:
                case Tell(connection, message):
                    self._tell(connection, message)
                case Deliver(room, push):
                    for connection in sorted(self.audiences.get(room, ())):
                        self._tell(connection, push)
                case EnterAudience(connection, uid, rooms):
                    self.uids[connection] = uid
                    for room in rooms:
                        self.audiences.setdefault(room, set()).add(connection)
                case ExitAudience(connection, room):
                    for audience in self.audiences.values() if room is None else [self.audiences[room]]:
                        audience.discard(connection)
                case Write():
                    self.writes.append(effect)
                case ReadStore() if self.hold_reads:
                    self.reads.append(effect)
                case ReadStore(look=look):
                    self.take(Seen(effect, self.failing or self.store.look(look)))
                case Hash() if self.hold_hashes:
                    self.hashes.append(effect)
                case Hash():
                    self.take(PasswordHashed(effect, self._hashed(effect)))
                case Reserve() if self.hold_reservations:
                    self.reserves.append(effect)
                case Reserve():
                    self._answer_reservations(self.reservations.reserve(effect))
                case Begin(connection):
                    self._answer_reservations(self.reservations.begin(connection))
                case Release(connection):
                    self._answer_reservations(self.reservations.release(connection))
                case Note():
                    self.notes.append(effect)
                case AnswerHttp(connection):
                    self.turns.append(connection)
                case Pause(connection):
                    self.paused.add(connection)
                case Resume(connection):
                    self.paused.remove(connection)
                case Close(connection, reason):
                    self.paused.discard(connection)
                    if connection not in self.gone:
                        self.closed[connection] = reason
                case WakeAt(monotonic_ms):
                    self.wake_at_ms = monotonic_ms
        if not self.hold:
            self.commit()

    def _tell(self, connection: int, message: Reply | Push) -> None:
        """Note what the connection's dialect can say."""
        if self.dialects[connection].encode(message):
            self.told[connection].append(message)

    def _answer_reservations(self, answers: list[tuple[Reserve, bool]]) -> None:
        for asked, granted in answers:
            self.take(Reserved(asked, granted))

    def commit(self) -> None:
        """Make the store do what waits, one batch after the other."""
        if self._committing:
            return
        self._committing = True
        while self.writes:
            batch, self.writes = self.writes, []
            results: Sequence[WriteResult]
            results = [self.failing] * len(batch) if self.failing else self.store.commit([w.write for w in batch])
            for asked, result in zip(batch, results, strict=True):
                self.news += news_of(result)
                self.take(Committed(asked, result))
        self._committing = False

    def release_read(self, place: int = 0) -> None:
        """Answer one of the waiting reads with what the store says now."""
        effect = self.reads.pop(place)
        self.take(Seen(effect, self.store.look(effect.look)))

    def release_hashes(self) -> None:
        """Hash what waits, and from here on at once."""
        self.hold_hashes = False
        waiting, self.hashes = self.hashes, []
        for effect in waiting:
            self.take(PasswordHashed(effect, self._hashed(effect)))

    def _hashed(self, effect: Hash) -> Hashed:
        """Hash as quickly as can be."""
        if self.hashes_busy:
            return Hashed(busy=True)
        if effect.against is None:
            return Hashed(hash=f"hash of {effect.password}")
        return Hashed(matches=effect.against == f"hash of {effect.password}")

    def pass_ms(self, milliseconds: int) -> None:
        """Let time pass, and wake the Hub each time it wants to be."""
        until_ms = self.now_ms + milliseconds
        while self.wake_at_ms is not None and self.wake_at_ms <= until_ms:
            self.now_ms = max(self.now_ms, self.wake_at_ms)
            self.wake_at_ms = None
            self.take(Woke())
        self.now_ms = until_ms

    def open(self, address: str = "10.0.0.1", *, secure: bool = True) -> int:
        """Open a connection."""
        connection = next(self._connections)
        self.told[connection] = []
        self.dialects[connection] = V1
        self.take(Opened(connection, address, V1.abilities, secure))
        return connection

    def ask(self, connection: int, request: Request) -> list[Reply | Push]:
        """Send a request; return everything this connection is told from it."""
        before = len(self.told[connection])
        if isinstance(request, Register) or (isinstance(request, Join) and request.v >= 2):
            self.speak_v2(connection)
        self.take(Heard(connection, request))
        return self.told[connection][before:]

    def speak_v2(self, connection: int) -> None:
        """Change the dialect."""
        self.dialects[connection] = V2
        self.take(Speaks(connection, V2.abilities))

    def join(
        self, uid: str, nickname: str = "", *, v: int = 2, token: str | None = None, session: str | None = None
    ) -> int:
        """Open a connection and join; give its number."""
        connection = self.open()
        self.ask(
            connection,
            Join(uid=uid, nickname=nickname or uid.title(), v=v, token=token, session=session, request_id="j"),
        )
        return connection

    def welcome(self, connection: int) -> Joined:
        """Return what JOIN brought to a connection."""
        for message in self.told[connection]:
            if isinstance(message, Okay) and isinstance(message.data, Joined):
                return message.data
        raise AssertionError(f"connection {connection} was not welcomed: {self.told[connection]}")

    def send(
        self, connection: int, text: str, *to: str, room: str | None = None, request_id: str | None = None
    ) -> list[Reply | Push]:
        """SEND; return everything this connection is told from it."""
        recipients = None if room is not None else to
        return self.ask(connection, Send(text=text, recipients=recipients, room=room, request_id=request_id))

    def texts(self, connection: int) -> list[str]:
        """Return the texts of the messages a connection was told."""
        return [message.text for message in self.told[connection] if isinstance(message, Message)]

    def drop(self, connection: int) -> None:
        """Lose a connection."""
        self.gone.add(connection)
        self.take(Closed(connection))
