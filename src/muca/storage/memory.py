"""The store that forgets: for tests and simulations, and the plain statement of what every store does."""

import hmac
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import REACH, Message
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.model.storage import (
    Admit,
    Admitted,
    Append,
    Appended,
    HistoryPage,
    HistoryQuery,
    Refused,
    StoreError,
    Write,
    WriteResult,
)


@dataclass
class _Person:
    nickname: str
    token_hash: bytes | None


@dataclass
class _Log:
    kind: RoomKind
    floors: dict[Uid, Seq] = field(default_factory=dict)
    events: list[Message] = field(default_factory=list)
    last_ts_ms: int = 0

    def floor(self, reader: Uid) -> Seq | None:
        """Give the seq up to which nothing is for the reader, or None where nothing is at all."""
        if self.kind == RoomKind.LOBBY:
            return 0
        floor = self.floors.get(reader)
        return floor if floor is not None and floor < len(self.events) else None


class MemoryStore:
    """Keeps everything in dictionaries, for as long as it lives."""

    def __init__(self) -> None:
        self.server_id = uuid.uuid4().hex
        self._logs: dict[RoomId, _Log] = {LOBBY: _Log(RoomKind.LOBBY)}
        self._people: dict[Uid, _Person] = {}
        self._requests: dict[tuple[Uid, str], tuple[Appended, str]] = {}
        self._lock = threading.Lock()

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes, in order, and give a result for each."""
        with self._lock:
            return [self._write(write) for write in writes]

    def history(self, query: HistoryQuery) -> HistoryPage | None:
        """Read a page of a room's log, or None when there is no such room for the reader."""
        with self._lock:
            log = self._logs.get(query.room)
            floor = log.floor(query.reader) if log else None
            if log is None or floor is None:
                return None
            forwards = query.after is not None
            events = [
                event
                for seq, event in enumerate(log.events, 1)
                if seq > max(floor, query.after or 0) and (query.before is None or seq < query.before)
            ]
            page: list[Message] = []
            bytes_left = query.bytes_max
            for event in events if forwards else reversed(events):
                bytes_left -= len(event.text.encode())
                if len(page) == query.events_max or (page and bytes_left < 0):
                    break
                page.append(event)
            return HistoryPage(events=tuple(page if forwards else reversed(page)), more=len(page) < len(events))

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def _write(self, write: Write) -> WriteResult:
        try:
            return self._admit(write) if isinstance(write, Admit) else self._append(write)
        except (StoreError, UnicodeEncodeError) as error:
            return error if isinstance(error, StoreError) else StoreError(str(error))

    def _append(self, write: Append) -> Appended | Refused:
        if write.request_id is not None and (write.sender, write.request_id) in self._requests:
            first, text = self._requests[write.sender, write.request_id]
            if text != write.text or write.room not in {None, first.room}:
                return Refused(code=ErrorCode.ID_REUSED)
            return Appended(room=first.room, seq=first.seq, ts_ms=first.ts_ms, retried=True)
        if write.room is None:
            return Refused(code=ErrorCode.UNKNOWN_RECIPIENT)
        write.text.encode()  # fails for what no disk can keep: lone surrogates
        log = self._logs.get(write.room)
        if log is None:
            if write.members is None:
                raise StoreError(f"there is no room {write.room}, and its members were not given")
            log = self._logs[write.room] = _Log(write.kind, dict.fromkeys(write.members, 0))
        event = Message(
            room=write.room,
            seq=len(log.events) + 1,
            ts_ms=write.ts_ms,
            reach=REACH[log.kind],
            sender=write.sender,
            nickname=write.nickname,
            text=write.text,
        )
        log.events.append(event)
        log.last_ts_ms = write.ts_ms
        appended = Appended(room=write.room, seq=len(log.events), ts_ms=write.ts_ms)
        if write.request_id is not None:
            self._requests[write.sender, write.request_id] = appended, write.text
        return appended

    def _admit(self, write: Admit) -> Admitted | Refused:
        person = self._people.setdefault(write.uid, _Person(write.nickname, None))
        claims = person.token_hash is None and write.offered_token_hash is not None
        if claims:
            person.token_hash = write.offered_token_hash
            for log in self._logs.values():
                if write.uid in log.floors:
                    log.floors[write.uid] = len(log.events)
        elif person.token_hash is not None:
            if write.token_hash is None:
                return Refused(code=ErrorCode.TOKEN_REQUIRED)
            if not hmac.compare_digest(person.token_hash, write.token_hash):
                return Refused(code=ErrorCode.TOKEN_WRONG)
        person.nickname = write.nickname
        return Admitted(claimed=claims, rooms=self._rooms(write.uid)[: write.rooms_max])

    def _rooms(self, uid: Uid) -> tuple[Room, ...]:
        logs = sorted(self._logs.items(), key=lambda item: (item[0] != LOBBY, -item[1].last_ts_ms, item[0]))
        return tuple(
            Room(room=room, kind=log.kind, members=tuple(map(self._peer, sorted(log.floors))), seq=len(log.events))
            for room, log in logs
            if log.floor(uid) is not None
        )

    def _peer(self, uid: Uid) -> Peer:
        person = self._people.get(uid)
        return Peer(uid=uid, nickname=person.nickname if person else uid)
