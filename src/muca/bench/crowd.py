"""The load of one process: members on one selector, some of whom send."""

import math
import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec

from muca.bench.wires import ANSWERED, BYE, PLACE, REFUSED, BenchError, Target

TIMED_A_SECOND: Final = 50.0
"""Messages a second whose way to the last member is timed."""
QUIET_SECONDS: Final = 20.0
"""How long nothing may arrive until the load gives up."""
PORTION: Final = 64
"""Messages that one member sends before others are read again."""
_TIMED: Final = re.compile(rb"!(\d{10})!")
_TIMED_OF_A_CROWD: Final = 10_000_000
_BUFFER_BYTES: Final = 1 << 20


class Sent(NamedTuple):
    """What a crowd has done in one run."""

    messages: int
    acknowledged: int
    late_seconds: float
    """How far it was behind its schedule at most."""
    busy: float
    """The share of the time for which it used a processor."""


class Settled(NamedTuple):
    """What a crowd has received since it was last asked."""

    deliveries: int
    sent_at: dict[int, float]
    """When timed messages were sent, by their number; in seconds of ``perf_counter``, which processes share."""
    heard_at: dict[int, float]
    """When the last member of this crowd had them."""


class _Member:
    """One connection."""

    __slots__ = (
        "acknowledged",
        "connection",
        "deliveries",
        "is_answered",
        "joined",
        "number",
        "rest",
        "sent",
        "token",
        "uid",
    )

    def __init__(self, number: int, uid: str, connection: socket.socket, deliveries: int) -> None:
        self.number = number
        self.uid = uid
        self.token = ""
        self.connection = connection
        self.deliveries = deliveries
        self.acknowledged = 0
        self.is_answered = True
        self.joined = False
        self.sent = 0
        self.rest = b""
        """The beginning of a frame."""


class Crowd:
    """Members of a chat in this process.

    Args:
        target: the server.
        name: distinguishes the user ids of this load from those of others on the same server.
        index: the number of this crowd, which distinguishes its members and messages from those of other crowds.
    """

    def __init__(self, target: Target, name: str, index: int) -> None:
        self._target = target
        self._language = target.language
        self._name = name
        self._index = index
        self._selector = selectors.DefaultSelector()
        self._buffer = bytearray(_BUFFER_BYTES)
        self._members: list[_Member] = []
        self._joins = 0
        self._sent = 0
        self._acknowledged = 0
        self._expected = 0
        """Deliveries that each member must have had."""
        self._timed = index * _TIMED_OF_A_CROWD
        self._alive_at = time.monotonic()
        self._counted = 0
        """Deliveries since the last run has settled."""
        self._arrived = 0
        """People of whose JOIN the first member was told."""
        self._is_timing = False
        self._sent_at: dict[int, float] = {}
        self._heard_at: dict[int, float] = {}

    # Joining and leaving

    def join(self, count: int, at_once: bool = False) -> list[float]:
        """Let more members join, each after the previous one or all at once.

        Returns the seconds from each beginning until the member had joined. Raises ``BenchError``.
        """
        seconds = []
        begun = []
        for _ in range(count):
            uid = f"bench-{self._name}-{self._index}-{self._joins}"
            self._joins += 1
            begun.append(self._begin(uid))
            if at_once:
                self.read(0)
            else:
                seconds += self._finish(begun)
                begun.clear()
        return seconds + self._finish(begun)

    def come_back(self) -> list[float]:
        """Cut all connections, and let everyone join again at once. Returns as ``join`` does."""
        gone = [(member.uid, member.token) for member in self._members]
        self.leave()
        begun = []
        for uid, token in gone:
            begun.append(self._begin(uid, token))
            self.read(0)
        return self._finish(begun)

    def _begin(self, uid: str, token: str = "") -> tuple[_Member, float]:
        start, target = time.perf_counter(), self._target
        try:
            connection = target.carrier.connect(target.host, target.port)
            connection.sendall(target.carrier.frame(self._language.join(uid, f"Member {uid[-12:]}", token)))
        except OSError as error:
            raise BenchError(f"{uid} cannot reach {target.host}, port {target.port}: {error}.") from error
        connection.setblocking(False)
        member = _Member(len(self._members), uid, connection, self._expected)
        member.token = token
        self._members.append(member)
        self._selector.register(connection, selectors.EVENT_READ, member)
        return member, start

    def _finish(self, begun: Sequence[tuple[_Member, float]]) -> list[float]:
        seconds = []
        for member, start in begun:
            self._read_until(partial(_has_joined, member), f"Member {member.number} could not join.")
            seconds.append(time.perf_counter() - start)
        return seconds

    def hear_of(self, people: int) -> None:
        """Wait until the first member has been told of so many JOINs of others."""
        self._read_until(lambda: self._arrived >= people, "The first member was not told of everyone.")

    def leave(self) -> None:
        """Let everyone leave."""
        while self._members:
            member = self._members.pop()
            self._selector.unregister(member.connection)
            member.connection.close()

    def visit(self, seconds: float, rate: float) -> list[float]:
        """Let so many people a second come, each of whom leaves at once. Returns as ``join`` does."""
        joining = []
        for number in range(math.ceil(seconds * rate)):
            joining += self.join(1)
            self.leave()
            time.sleep(max(0.0, (number + 1) / rate - sum(joining)))
        return joining

    # Sending

    def _send(self, member: _Member, texts: Sequence[bytes], count: int, timed: bool = False) -> None:
        """Send messages to everyone. Raises ``BenchError``."""
        frames = []
        member.sent += count
        for _ in range(count):
            self._sent += 1
            text = texts[self._sent % len(texts)]
            if timed:
                self._timed += 1
                self._sent_at[self._timed] = time.perf_counter()
                text = b"!%010d!%b" % (self._timed, text[PLACE:])
            frames.append(self._target.carrier.frame(self._language.send(text, b"%d-%d" % (self._index, self._sent))))
        self._write(member, b"".join(frames))

    def _write(self, member: _Member, content: bytes) -> None:
        connection = member.connection
        connection.settimeout(QUIET_SECONDS)
        try:
            connection.sendall(content)
        except TimeoutError:
            raise BenchError("The server does not read: its limits for one client are lower than this load.") from None
        except OSError as error:
            raise BenchError(f"The server closed the connection of member {member.number}: {error}.") from error
        connection.setblocking(False)

    def run_at_rate(self, senders: int, seconds: float, texts: Sequence[bytes], rate: float) -> Sent:
        """Send at this rate, however late the deliveries are."""
        self._is_timing = True
        before, cpu_before, start = self._sent, time.process_time(), time.perf_counter()
        end, due, late_seconds = start + seconds, start if senders else math.inf, 0.0
        next_timed = start
        while (now := time.perf_counter()) < end:
            while due <= now:
                late_seconds = max(late_seconds, now - due)
                timed = now >= next_timed
                if timed:
                    next_timed = now + 1 / TIMED_A_SECOND
                self._send(self._members[(self._sent - before) % senders], texts, 1, timed)
                due += 1 / rate
            self.read(max(0.0, min(due, end) - time.perf_counter()))
        elapsed = time.perf_counter() - start
        return Sent(self._sent - before, 0, late_seconds, (time.process_time() - cpu_before) / elapsed)

    def run_at_full_load(self, senders: int, seconds: float, texts: Sequence[bytes], window: int, share: float) -> Sent:
        """Keep so many messages a sender under way until a member who reads has them.

        ``share``: the part of all messages that this crowd sends.
        """
        watching = self._members[-1]
        before, received, cpu_before, start = self._sent, watching.deliveries, time.process_time(), time.perf_counter()
        end = start + seconds
        while senders and time.perf_counter() < end:
            under_way = self._sent - before - (watching.deliveries - received) * share
            missing = int((window * senders - under_way) / senders)
            if missing >= max(1, window // 16):
                for member in self._members[:senders]:
                    self._send(member, texts, min(missing, PORTION))
                    self.read(0)
            else:
                self.read(0.05)
        while time.perf_counter() < end:
            self.read(0.05)
        elapsed = time.perf_counter() - start
        return Sent(self._sent - before, 0, 0.0, (time.process_time() - cpu_before) / elapsed)

    def run_acknowledged(self, senders: int, seconds: float, texts: Sequence[bytes], window: int) -> Sent:
        """Keep so many messages a sender under way until they are acknowledged: each ACK lets its sender continue."""
        sending = self._members[:senders]
        done = [member.acknowledged for member in sending]
        before, acknowledged, cpu_before = self._sent, self._acknowledged, time.process_time()
        start = time.perf_counter()
        for member in sending:
            self._send(member, texts, window)
        end = start + seconds
        while time.perf_counter() < end:
            for member in self.read(0.05):
                if member.number < senders and (new := member.acknowledged - done[member.number]):
                    done[member.number] += new
                    self._send(member, texts, new)
        elapsed = time.perf_counter() - start
        busy = (time.process_time() - cpu_before) / elapsed
        return Sent(self._sent - before, self._acknowledged - acknowledged, 0.0, busy)

    def ask(self, requests: Sequence[bytes], seconds: float = 0.0) -> list[float]:
        """Let one member send these requests, with the ID ``a``, each after the answer to the previous one.

        ``seconds``: over how long they are spread. Returns how long each took, in seconds.
        """
        [member, *_] = self._members
        taken = []
        start = time.perf_counter()
        for number, request in enumerate(requests):
            while (early := start + seconds * number / len(requests) - time.perf_counter()) > 0:
                self.read(early)
            member.is_answered, asked = False, time.perf_counter()
            self._write(member, self._target.carrier.frame(request))
            self._read_until(partial(_is_answered, member), "A request was not answered.")
            taken.append(time.perf_counter() - asked)
        return taken

    # Receiving

    def settle(self, messages: int) -> Settled:
        """Wait until each member has so many more messages, sent by all crowds.

        Raises ``BenchError`` if a delivery or an acknowledgement is missing, or came twice.
        """
        self._expected += messages
        due = {member: self._expected - (0 if self._language.echoes else member.sent) for member in self._members}
        all_of_them = self._counted + sum(due.values()) - sum(member.deliveries for member in self._members)
        self._read_until(lambda: self._counted >= all_of_them, "Deliveries are missing.")
        if self._language.acknowledged:
            self._read_until(lambda: self._acknowledged >= self._sent, "Some messages were not acknowledged.")
        for member, count in due.items():
            if member.deliveries != count:
                raise BenchError(f"Member {member.number} got {member.deliveries} messages instead of {count}.")
        settled = Settled(self._counted, self._sent_at, self._heard_at)
        self._counted, self._sent_at, self._heard_at, self._is_timing = 0, {}, {}, False
        return settled

    def read(self, seconds: float) -> list[_Member]:
        """Wait at most so long for something to read, and read it. Returns the members who got something."""
        if not self._members:
            time.sleep(min(seconds, 0.02))  # Windows cannot select from nothing
            return []
        self._stay_alive()
        heard = []
        for key, _ in self._selector.select(seconds):
            member: _Member = key.data
            while self._receive(member) and isinstance(member.connection, ssl.SSLSocket):
                pass  # what is decrypted already does not wake the selector
            heard.append(member)
        return heard

    def _receive(self, member: _Member) -> bool:
        """Read once. Returns whether there was anything."""
        buffer, kept = self._buffer, len(member.rest)
        buffer[:kept] = member.rest
        try:
            size = member.connection.recv_into(memoryview(buffer)[kept:])
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError as error:
            raise BenchError(f"The server closed the connection of member {member.number}: {error}.") from error
        if not size:
            raise BenchError(f"The server closed the connection of member {member.number}.")
        end = kept + size
        cut = buffer.rfind(self._language.end, 0, end) + 1
        member.rest = bytes(buffer[cut:end])
        deliveries = buffer.count(self._language.delivery, 0, cut)
        member.deliveries += deliveries
        self._counted += deliveries
        if not member.joined or member.sent or not member.is_answered:  # most members only read
            self._take_answers(member, cut)
        if buffer.rfind(BYE, max(0, cut - 1_000), cut) >= 0:
            raise BenchError(f"The server said goodbye to member {member.number}. {_reason(buffer[:cut])}")
        if member.number == 0 and self._language.arrived:
            self._arrived += buffer.count(self._language.arrived, 0, cut)
        if self._is_timing:
            now = time.perf_counter()
            for number in _TIMED.findall(buffer, 0, cut):
                self._heard_at[int(number)] = now
        return True

    def _take_answers(self, member: _Member, cut: int) -> None:
        """Look for answers in what was read. Raises ``BenchError`` if one is a refusal."""
        buffer, language = self._buffer, self._language
        member.joined = member.joined or buffer.find(language.joined, 0, cut) >= 0
        member.is_answered = member.is_answered or buffer.find(ANSWERED, 0, cut) >= 0
        if language.token is not None and not member.token:
            found = language.token.search(buffer, 0, cut)
            member.token = found[1].decode() if found else ""
        if language.acknowledged:
            acknowledged = buffer.count(language.acknowledged, 0, cut)
            member.acknowledged += acknowledged
            self._acknowledged += acknowledged
        if buffer.find(REFUSED, 0, cut) >= 0:
            raise BenchError(f"The server refused what member {member.number} asked. {_reason(buffer[:cut])}")

    def _stay_alive(self) -> None:
        period = self._target.alive_seconds
        if period is not None and time.monotonic() > self._alive_at + period:
            self._alive_at = time.monotonic()
            for member in self._members:
                if member.joined:
                    self._write(member, self._target.carrier.frame(self._language.alive))

    def _read_until(self, is_done: Callable[[], bool], otherwise: str) -> None:
        last = time.monotonic()
        while not is_done():
            if self.read(0.05):
                last = time.monotonic()
            elif time.monotonic() > last + QUIET_SECONDS:
                raise BenchError(f"{otherwise} Nothing has arrived for {QUIET_SECONDS:.0f} seconds.")


def _has_joined(member: _Member) -> bool:
    return member.joined


def _is_answered(member: _Member) -> bool:
    return member.is_answered


def _reason(frames: bytearray) -> str:
    """Return what the server's last sentence for people says."""
    texts = re.findall(rb'"TEXT":"((?:[^"\\]|\\.)*)"', frames)
    return msgspec.json.decode(b'"%b"' % texts[-1], type=str) if texts else ""
