"""Admits in SQLite: a batch of them in a few statements (for the reason see ``append``).

An Admit changes only little that a later one of another UID depends on: nicknames and who has them. These are tracked
in Python during the batch, and written at its end. Rooms are read only for UIDs that may join
(``listings``).
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import Final

import apsw
import msgspec

from muca.model.addresses import is_within
from muca.model.facts import Person
from muca.model.feed import DevicesSignedOut, News
from muca.model.ids import Uid
from muca.model.names import Looks, looks_of, nickname_key
from muca.model.storage import Admit, AdmitFacts, Admitted, Refused, StoreError
from muca.storage.news import person_changed
from muca.storage.sqlite.events import LOBBY_ROW, as_json
from muca.storage.sqlite.facts import PERSON, PersonRow
from muca.storage.sqlite.listings import Listings

_ADMITS_MAX: Final = 100
"""Admits in one batch: each may return hundreds of rooms and thousands of members."""

_LOOK_UP: Final = f"""
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'devices'), 0),
       (SELECT json_group_array(network) FROM address_bans WHERE until_ms > ?2),
       json_group_array(json_array(
    asked.value ->> 0,
    (SELECT {PERSON} FROM people WHERE uid = asked.value ->> 0),
    (SELECT jsonb_group_array(jsonb_array(device, hex(token_hash), used_ms))
     FROM devices WHERE devices.uid = asked.value ->> 0),
    (SELECT jsonb_group_array(other ORDER BY other) FROM ignores WHERE ignores.uid = asked.value ->> 0),
    (SELECT jsonb_group_object(uid, jsonb_array(looks, looks_folded)) FROM (
        SELECT uid, looks, looks_folded FROM people
        WHERE looks IN (SELECT value FROM json_each(asked.value, '$[1]')) AND password_hash IS NOT NULL
        UNION SELECT uid, looks, looks_folded FROM people
        WHERE looks_folded IN (SELECT value FROM json_each(asked.value, '$[1]')) AND password_hash IS NOT NULL)),
    (SELECT jsonb_group_object(uid, jsonb_array(uid_looks, uid_looks_folded, has_password)) FROM (
        SELECT uid, uid_looks, uid_looks_folded, password_hash IS NOT NULL AS has_password FROM people
        WHERE uid_looks IN (SELECT value FROM json_each(asked.value, '$[1]')) AND claimed
        UNION SELECT uid, uid_looks, uid_looks_folded, password_hash IS NOT NULL FROM people
        WHERE uid_looks_folded IN (SELECT value FROM json_each(asked.value, '$[1]')) AND claimed))))
FROM jsonb_each(?1) AS asked
"""
_WRITE_PEOPLE: Final = """
INSERT INTO people (uid, nickname, nickname_key, looks, looks_folded, claimed, last_seen_ms, changes,
                    uid_looks, uid_looks_folded)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
       value ->> 7, value ->> 8, value ->> 9
FROM jsonb_each(?) WHERE true
ON CONFLICT (uid) DO UPDATE SET nickname = excluded.nickname, nickname_key = excluded.nickname_key,
    looks = excluded.looks, looks_folded = excluded.looks_folded,
    claimed = excluded.claimed, last_seen_ms = excluded.last_seen_ms, changes = excluded.changes
"""
_DROP_DEVICES: Final = "DELETE FROM devices WHERE device IN (SELECT value FROM json_each(?))"
_WRITE_DEVICES: Final = """
INSERT INTO devices (device, uid, token_hash, name, created_ms, used_ms)
SELECT value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 4 FROM jsonb_each(?) WHERE true
"""
_USE_DEVICES: Final = """
UPDATE devices SET used_ms = value ->> 1 FROM jsonb_each(?) WHERE device = value ->> 0
"""
RAISE_FLOORS: Final = """
UPDATE members SET (floor_seq, read_seq) = (SELECT last_seq, last_seq FROM rooms WHERE rooms.room = members.room)
WHERE uid IN (SELECT value FROM json_each(?))
  AND room IN (SELECT room FROM rooms WHERE rooms.room = members.room AND kind IN ('direct', 'group'))
"""
"""The new owner of a UID must not see what was written before it was claimed."""
_ARRIVE: Final = f"""
INSERT INTO members (uid, room, floor_seq, read_seq)
SELECT value, room, 0, last_seq FROM json_each(?) CROSS JOIN rooms WHERE room = {LOBBY_ROW}
ON CONFLICT (uid, room) DO UPDATE SET read_seq = excluded.read_seq
"""


class _Device(msgspec.Struct, array_like=True):
    """A device that has a token."""

    number: int
    token_hash: str
    """In hexadecimal."""
    used_ms: int


class _Asked(msgspec.Struct, array_like=True):
    """A UID that wants to join, with the changes of this batch."""

    uid: Uid
    person: PersonRow | None
    devices: list[_Device]
    ignores: tuple[Uid, ...]
    namesakes: dict[Uid, Looks]
    """Accounts with a password whose nickname looks like the requested one, or like the UID."""
    uids: dict[Uid, tuple[str, str, int]]
    """Accounts whose UID looks like it: what theirs looks like, and whether they have a password."""


_FOUND_PEOPLE: Final = msgspec.json.Decoder(list[_Asked])
_NETWORKS: Final = msgspec.json.Decoder(list[str])


def admit_all(connection: apsw.Connection, admits: Sequence[Admit]) -> list[Admitted | Refused]:
    """Do all Admits inside the open transaction, or raise and leave it to be rolled back."""
    results: list[Admitted | Refused] = []
    for part in _parts(admits):
        run = _Run(connection, part)
        decided = [run.admit(write) for write in part]
        run.let_newcomers_begin(connection)
        listings = Listings(connection, run.let_in, run.claimed)
        results += [listings.complete(one) if isinstance(one, Admitted) else one for one in decided]
        run.write(connection)
    return results


def let_in(connection: apsw.Connection, write: Admit) -> Admitted | Refused:
    """Answer an Admit inside an open transaction without writing anything. Raises ``apsw.Error``.

    Nobody receives a token, and the nickname applies only to this session. Raises ``StoreError`` if the UID would have
    to be claimed.
    """
    run = _Run(connection, [write])
    person = run.asked[write.uid].person
    if write.offered_token_hash is not None and (person is None or not person.as_person().claimed):
        raise StoreError(f"{write.uid} cannot be claimed now")
    decided = run.admit(msgspec.structs.replace(write, offered_token_hash=None))
    if isinstance(decided, Refused):
        return decided
    unchanged = msgspec.structs.replace(decided.person, changes=person.as_person().changes if person is not None else 0)
    decided = msgspec.structs.replace(decided, person=unchanged, news=())
    return Listings(connection, run.let_in, run.claimed).complete(decided)


def arrive(connection: apsw.Connection, uids: Sequence[Uid]) -> None:
    """Set the read marker of newcomers in the lobby, so that they begin with nothing unread.

    Newcomers are new UIDs, and those that were just claimed. Raises ``apsw.Error``.
    """
    connection.execute(_ARRIVE, (as_json(uids),))


def _parts(admits: Sequence[Admit]) -> Iterator[list[Admit]]:
    """Split the Admits into batches of limited size in which no UID occurs twice."""
    part: dict[Uid, Admit] = {}
    for write in admits:
        if write.uid in part or len(part) == _ADMITS_MAX:
            yield list(part.values())
            part = {}
        part[write.uid] = write
    yield list(part.values())


class _Run:
    """The state of a batch of Admits, each of another UID: what it has read, and what it will write."""

    def __init__(self, connection: apsw.Connection, admits: Sequence[Admit]) -> None:
        asked = [(write.uid, (*looks_of(write.nickname), *looks_of(write.uid))) for write in admits]
        found = connection.execute(_LOOK_UP, (as_json(asked), admits[0].ts_ms)).get
        self.last_device: int = found[0]
        self.banned = _NETWORKS.decode(found[1])
        self.asked = {asked.uid: asked for asked in _FOUND_PEOPLE.decode(found[2])}
        self.let_in: dict[Uid, Admit] = {}
        self.protected: dict[Uid, Looks] = {}
        """What the nicknames of those with a password look like."""
        self.claimed: list[Uid] = []
        self.dropped_devices: list[int] = []
        self.new_devices: list[tuple[int, Uid, str, str, int]] = []
        self.used_devices: list[tuple[int, int]] = []
        self.new_people: list[tuple[Uid, str, str, str, str, bool, int, int, str, str]] = []

    def admit(self, write: Admit) -> Admitted | Refused:
        """Decide on one UID."""
        asked = self.asked[write.uid]
        person = asked.person.as_person() if asked.person else Person(uid=write.uid, nickname=write.nickname)
        device = _presented(asked, write)
        facts = AdmitFacts(
            now_ms=write.ts_ms,
            person=person,
            is_new=asked.person is None,
            device=device,
            vouched=any(known.number == write.voucher for known in asked.devices),
            address_banned=is_within(write.address, self.banned),
            nickname_taken=self._is_taken(asked, person, write),
        )
        refused = write.guard(facts)
        if refused is not None:
            return refused
        offer_taken = write.offered_token_hash is not None and device is None
        news: list[News] = []
        dropped: list[int] = []
        if offer_taken:
            device, dropped = self._take_offer(asked, person, write)
        elif device is not None:
            self.used_devices.append((device, write.ts_ms))
        before = person
        person = msgspec.structs.replace(
            person, nickname=write.nickname, claimed=person.claimed or offer_taken, last_seen_ms=write.ts_ms
        )
        if asked.person is not None and (person.nickname, person.claimed) != (before.nickname, before.claimed):
            person = msgspec.structs.replace(person, changes=person.changes + 1)
            news.append(person_changed(person))
        if dropped:
            person = msgspec.structs.replace(person, changes=person.changes + 1)
            news.append(DevicesSignedOut(uid=write.uid, number=person.changes, devices=tuple(dropped)))
        key, looks = nickname_key(write.nickname), looks_of(write.nickname)
        self.new_people.append(
            (
                *(write.uid, write.nickname, key, *looks, person.claimed, write.ts_ms, person.changes),
                *looks_of(write.uid),
            )
        )
        self.let_in[write.uid] = write
        if person.password_hash is not None:
            self.protected[write.uid] = looks
        return Admitted(
            person=person, offer_taken=offer_taken, device=device, rooms=(), news=tuple(news), ignores=asked.ignores
        )

    def let_newcomers_begin(self, connection: apsw.Connection) -> None:
        """Set the read markers of new UIDs. Raises ``apsw.Error``."""
        newcomers = [uid for uid in self.let_in if self.asked[uid].person is None or uid in self.claimed]
        if newcomers:
            arrive(connection, newcomers)

    def write(self, connection: apsw.Connection) -> None:
        """Write everything. Raises ``apsw.Error``."""
        connection.execute(_WRITE_PEOPLE, (as_json(self.new_people),))
        if self.claimed:
            connection.execute(RAISE_FLOORS, (as_json(self.claimed),))
        if self.dropped_devices:
            connection.execute(_DROP_DEVICES, (as_json(self.dropped_devices),))
        if self.new_devices:
            connection.execute(_WRITE_DEVICES, (as_json(self.new_devices),))
        if self.used_devices:
            connection.execute(_USE_DEVICES, (as_json(self.used_devices),))

    def _is_taken(self, asked: _Asked, person: Person, write: Admit) -> bool:
        """Return whether the names look like those of somebody else's account, counting this run's changes."""
        nickname, uid = set(looks_of(write.nickname)), set(() if person.claimed else looks_of(write.uid))
        is_new = asked.person is None or person.nickname != write.nickname
        nicknames = {**asked.namesakes, **self.protected}
        if any(other != asked.uid and not (nickname | uid).isdisjoint(looks) for other, looks in nicknames.items()):
            return True
        accounts = {**{other: (*looks_of(other), 0) for other in self.claimed}, **asked.uids}
        return any(
            other != asked.uid
            and ((is_new and not nickname.isdisjoint(looks)) or (has_password and not uid.isdisjoint(looks)))
            for other, (*looks, has_password) in accounts.items()
        )

    def _take_offer(self, asked: _Asked, person: Person, write: Admit) -> tuple[int, list[int]]:
        """Add a device with the offered token. Returns its number, and those of the devices signed out for it."""
        assert write.offered_token_hash is not None
        token_hash = write.offered_token_hash.hex().upper()
        if not person.claimed:
            self.claimed.append(write.uid)
        for known in asked.devices:
            if known.token_hash == token_hash:
                self.used_devices.append((known.number, write.ts_ms))
                return known.number, []
        latest = sorted(asked.devices, key=lambda device: (device.used_ms, device.number), reverse=True)
        dropped = [device.number for device in latest[write.devices_max - 1 :]]
        self.dropped_devices += dropped
        self.last_device += 1
        self.new_devices.append((self.last_device, write.uid, token_hash, write.device, write.ts_ms))
        return self.last_device, dropped


def _presented(asked: _Asked, write: Admit) -> int | None:
    """Return the device whose token was presented."""
    for device in asked.devices:
        if write.token_hash is not None and hmac.compare_digest(bytes.fromhex(device.token_hash), write.token_hash):
            return device.number
    return None
