"""JOIN in the memory store, and claiming a UID."""

from collections.abc import Iterator

import msgspec

from muca.model.facts import Person
from muca.model.feed import DevicesSignedOut, News
from muca.model.ids import RoomId, Uid
from muca.model.rooms import LOBBY, RoomKind
from muca.model.storage import Admit, AdmitFacts, Admitted, Refused
from muca.storage.news import person_changed
from tests.memory_store.append import put_marker
from tests.memory_store.facts import address_banned, names_taken
from tests.memory_store.tables import CONVERSATIONS, RoomRow, Tables, Token


def admit(tables: Tables, write: Admit) -> Admitted | Refused:
    """Let a UID join."""
    msgspec.json.encode((write.uid, write.nickname, write.device))  # fails for lone surrogates, which cannot be stored
    person = tables.people.get(write.uid) or Person(uid=write.uid, nickname=write.nickname)
    device = tables.device(write.uid, write.token_hash) if write.token_hash is not None else None
    voucher = tables.tokens.get(write.voucher) if write.voucher is not None else None
    facts = AdmitFacts(
        now_ms=write.ts_ms,
        person=person,
        is_new=write.uid not in tables.people,
        device=device,
        vouched=voucher is not None and voucher.uid == write.uid,
        address_banned=address_banned(tables, write.address, write.ts_ms),
        nickname_taken=names_taken(tables, write.uid, write.nickname, protecting=False),
    )
    refused = write.guard(facts)
    if refused is not None:
        return refused
    make_person(tables, write.uid)
    tables.people[write.uid] = msgspec.structs.replace(person, nickname=write.nickname, last_seen_ms=write.ts_ms)
    dropped: list[int] = []
    offer_taken = write.offered_token_hash is not None and device is None
    if write.offered_token_hash is not None and device is None:
        if tables.device(write.uid, write.offered_token_hash) is None:
            dropped = _make_place(tables, write.uid, write.devices_max)
        device = put_token(tables, write.uid, write.offered_token_hash, write.device, write.ts_ms)
    elif device is not None:
        tables.tokens[device] = msgspec.structs.replace(tables.tokens[device], used_ms=write.ts_ms)
    news: list[News] = []
    if not facts.is_new and (person.nickname != write.nickname or tables.claimed(write.uid) is not person.claimed):
        tables.number_change(write.uid)
        news.append(person_changed(tables.people[write.uid]))
    if dropped:
        tables.number_change(write.uid)
        number = tables.people[write.uid].changes
        news.append(DevicesSignedOut(uid=write.uid, number=number, devices=tuple(dropped)))
    return msgspec.structs.replace(_admitted(tables, write, offer_taken, device), news=tuple(news))


def put_token(tables: Tables, uid: Uid, token_hash: bytes, device: str, ts_ms: int) -> int:
    """Add a device with a token, and return its number. If the UID already has the token, return its device."""
    claim(tables, uid)
    known = tables.device(uid, token_hash)
    if known is not None:
        tables.tokens[known] = msgspec.structs.replace(tables.tokens[known], used_ms=ts_ms)
        return known
    token = Token(uid=uid, token_hash=token_hash, device=device, created_ms=ts_ms, used_ms=ts_ms)
    return tables.add(tables.tokens, token)


def claim(tables: Tables, uid: Uid) -> None:
    """Claim a UID: its owner must not read what was written to it before."""
    if tables.claimed(uid):
        return
    tables.people[uid] = msgspec.structs.replace(tables.person(uid), claimed=True)
    for (room, who), member in tables.members.items():
        shown = tables.rooms[room].room
        if who == uid and shown.kind in CONVERSATIONS:
            tables.members[room, who] = msgspec.structs.replace(member, floor_seq=shown.seq, read=shown.seq)
    put_marker(tables, LOBBY, uid, tables.rooms[LOBBY].room.seq)


def make_person(tables: Tables, uid: Uid) -> None:
    """Add a person for a UID, unless there is one. A newcomer has nothing unread in the lobby."""
    if uid not in tables.people:
        tables.people[uid] = tables.person(uid)
        put_marker(tables, LOBBY, uid, tables.rooms[LOBBY].room.seq)


def _make_place(tables: Tables, uid: Uid, devices_max: int) -> list[int]:
    """Sign out the least recently used devices, to make room for another one, and return their numbers."""
    numbers = [number for number, token in tables.tokens.items() if token.uid == uid]
    numbers.sort(key=lambda number: (tables.tokens[number].used_ms, number), reverse=True)
    dropped = numbers[devices_max - 1 :]
    for number in dropped:
        del tables.tokens[number]
    return dropped


def _latest_first(row: RoomRow) -> tuple[int, RoomId]:
    return -row.active_ms, row.room.room


def _chosen(tables: Tables, write: Admit, own: list[RoomRow]) -> Iterator[RoomRow]:
    """Choose the rooms to list."""
    members_left = write.members_max
    read = {row.room.room: tables.members[row.room.room, write.uid].read for row in own}
    own.sort(
        key=lambda row: (
            row.room.kind is not RoomKind.NAMED,
            row.room.seq <= read[row.room.room],
            _latest_first(row),
        )
    )
    for row in own[: write.rooms_max - 1]:
        members = len(tables.entered(row.room.room)) if row.room.kind in CONVERSATIONS else 0
        if members <= members_left:
            members_left -= members
            yield row


def _admitted(tables: Tables, write: Admit, offer_taken: bool, device: int | None) -> Admitted:
    own = [
        row
        for room, row in tables.rooms.items()
        if room != LOBBY and (member := tables.membership(room, write.uid)) is not None and member.entered
    ]
    listed = sorted(_chosen(tables, write, own), key=_latest_first)
    rooms = tuple(tables.listed_room(row.room.room, write.uid) for row in (tables.rooms[LOBBY], *listed))
    muted = {
        room.room: member.muted_until_ms
        for room in rooms[1:]
        if (member := tables.membership(room.room, write.uid)) is not None and member.muted_until_ms > write.ts_ms
    }
    return Admitted(
        person=tables.person(write.uid),
        offer_taken=offer_taken,
        device=device,
        rooms=rooms,
        muted=muted,
        more_rooms=len(listed) < len(own),
        ignores=tuple(sorted(other for uid, other in tables.ignores if uid == write.uid)),
    )
