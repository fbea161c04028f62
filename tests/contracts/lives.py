"""Random lives of a server: what is asked of a store, from one seed, much the same things over and over again."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

import msgspec

from muca.core.messages import edited
from muca.core.standing import PUBLIC_READERS
from muca.model.changes import (
    AddAudit,
    AddEvent,
    AddPurge,
    Change,
    CloseReport,
    DropMember,
    DropReaction,
    DropTokens,
    Erase,
    PutAddressBan,
    PutCode,
    PutFile,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutReaction,
    PutReport,
    PutRoom,
    PutToken,
    SetPinned,
    SetText,
    UseCode,
)
from muca.model.errors import ErrorCode
from muca.model.events import EventKind, Settings
from muca.model.facts import FOR_EVER_MS, CodeKind, Draft, Facts, Membership, Wanted
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.queries import PublicReaders, SearchQuery
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from muca.model.storage import Admit, Append, Decide, Decision, Refused, Retention, StoreWrite
from tests.storage.words import TONY_MARY, TOTALS, TRIO, a_file, admit, decide, hash_of, make, say, say_to

STEP_MS: Final = 6 * 60 * 60 * 1_000
"""From one batch to the next: four a day, for retention by days."""

UIDS: Final = ("henry", "mary", "tony", "zoe")
ROOMS: Final = (LOBBY, TONY_MARY, TRIO, "r-a", "r-b")
NAMED: Final = ("r-a", "r-b")
INSIDE: Final = {TONY_MARY: ("mary", "tony"), TRIO: ("henry", "mary", "tony")}
"""The members of conversations: nobody else ever writes there."""
NICKNAMES: Final = ("Al", "AL", "Mary", "Bo")
WORDS: Final = (
    "a",
    "b",
    "ab",
    "abc",
    "é",
    "E\u0301",
    "Ａ",
    "ß",
    "東",
    "京",
    "東京",
    " ",
    "-",
    "@mary",
    "@Room",
    "http://x",
)
EMOJIS: Final = ("👍", "é", "e\u0301")
TOKENS: Final = (None, "key", "other", "wrong")
KEPT: Final = (None, None, None, 0, 3, 8)


@dataclass(frozen=True)
class Rule:
    """Does something, unless its object does not exist."""

    changes: tuple[Change, ...]
    text: str | None
    """The new text of a message."""
    on_message: bool
    blindly: bool

    def __call__(self, facts: Facts) -> Decision | Refused:
        if not self.blindly and (facts.room is None or (self.on_message and facts.message is None)):
            return Refused(code=ErrorCode.NO_SUCH_EVENT)
        if self.text is not None and facts.message is not None:
            return Decision(changes=edited(facts, facts.message, self.text))
        return Decision(changes=self.changes)


class Life:
    """What happens next. The same seed is the same life."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now_ms = 0
        self.files = 0
        """How many files were brought."""

    def beginning(self) -> list[StoreWrite]:
        """Some accounts, rooms and messages to begin with."""
        invitation = PutCode(
            code_hash=hash_of("x"), kind=CodeKind.INVITATION, made_by="zoe", uses=9, until_ms=FOR_EVER_MS
        )
        return [
            *(admit(uid, offer="key") for uid in ("tony", "mary")),
            decide(
                PutPerson(uid="zoe", nickname="Zoe", role=Role.MODERATOR, password_hash="hash"),
                invitation,
            ),
            make("r-a", "mary", "henry"),
            make("r-b", by="mary", private=True),
            *(say("abc 東京", room=room) for room in (LOBBY, "r-a", "r-b")),
            say("@mary ab", to=("mary",)),
            say("é", to=("mary", "henry")),
        ]

    def batch(self) -> list[StoreWrite]:
        """Return what is written together."""
        kinds: list[Callable[[], StoreWrite]] = [
            self.append,
            self.append,
            self.decide,
            self.decide,
            self.decide,
            self.admit,
        ]
        return [self.chance.choice(kinds)() for _ in range(self.chance.randint(1, 8))]

    def rarely(self) -> bool:
        return self.chance.random() < 0.1

    def uid(self) -> Uid:
        return self.chance.choice(UIDS)

    def room(self) -> RoomId:
        return self.chance.choice(ROOMS)

    def seq(self) -> Seq:
        """Return one of the first messages, so that much is done to the same ones, or one of many."""
        return self.chance.choice([1, 1, 2, 3, self.chance.randint(1, 40)])

    def end_ms(self) -> int:
        return self.chance.choice([0, self.now_ms, self.now_ms + 2 * STEP_MS, FOR_EVER_MS])

    def text(self) -> str:
        if self.rarely():
            return self.chance.choice(["\ud800", "a\0b", ""])
        return "".join(self.chance.choices(WORDS, k=self.chance.randint(1, 5)))

    def append(self) -> Append:
        """A SEND: into a room, to some who may not be known, a retry perhaps."""
        by, text, ts_ms = self.uid(), self.text(), self.now_ms
        id = self.chance.choice([None, None, None, None, "1", "2", "3", "4"])
        if id is not None and self.chance.random() < 0.5:
            text = "again"
        to = tuple({self.uid() for _ in range(3)} - {by})
        match self.chance.choice(["room", "room", "room", "to", "names"]):
            case "to" if to:
                return say(text, by=by, to=to, id=id, ts_ms=ts_ms)
            case "names":
                names = [*to[:1], *self.chance.choices(NICKNAMES, k=self.chance.randint(0, 2))]
                return say_to(*names, by=by, text=text, id=id, ts_ms=ts_ms)
            case _:
                reply_to = self.seq() if self.rarely() else None
                files = self.some_files()
                room = self.room()
                by = self.chance.choice(INSIDE.get(room, (by,)))
                sent = say(text, by=by, room=room, id=id, reply_to=reply_to, files=files, ts_ms=ts_ms)
                return msgspec.structs.replace(sent, slow_seconds=STEP_MS // 1_000 + 1 if self.rarely() else 0)

    def some_files(self) -> tuple[FileId, ...]:
        """Return files that were brought lately, mostly none; perhaps another's, or the same twice."""
        count = self.chance.choice([0, 0, 0, 1, 1, 2])
        return tuple(f"f-{max(1, self.files - self.chance.randint(0, 3))}" for _ in range(count))

    def admit(self) -> Admit:
        """A JOIN of any kind."""
        return admit(
            self.uid(),
            nickname=self.chance.choice(NICKNAMES),
            token=self.chance.choice(TOKENS),
            offer=self.chance.choice(TOKENS),
            password=self.chance.choice([None, None, None, "hash", "former"]),
            address=self.chance.choice(["", "10.0.0.1", "::ffff:10.0.0.2", "2001:db8::1"]),
            accounts_only=self.rarely(),
            rooms_max=self.chance.randint(1, 6),
            members_max=self.chance.choice([0, 2, 4, 4_000]),
            devices_max=self.chance.randint(1, 3),
            ts_ms=self.now_ms,
        )

    def decide(self) -> Decide:
        """Anything else."""
        on_message = self.chance.random() < 0.6
        room, seq, emoji = self.room(), self.seq(), self.chance.choice(EMOJIS)
        text = self.text() if on_message and self.chance.random() < 0.2 else None
        if text is not None:
            todo: tuple[Change, ...] = (SetText(room=room, seq=seq, text=text),)
        else:
            todo = self.message_changes(room, seq, emoji) if on_message else (self.change(), self.change())
        wanted = Wanted(
            actor=self.uid(),
            room=room,
            target=self.uid(),
            event=seq,
            draft=Draft(text=text, mentions=None, mentions_max=2) if text is not None else None,
            emoji=emoji,
            author=self.chance.choice([None, *UIDS]),
            messages_max=self.chance.randint(1, 4),
            chars_max=self.chance.randint(1, 20),
            title=self.chance.choice([None, "A", "c"]),
            code_hash=hash_of("x"),
            address="10.0.0.1",
            file=f"f-{self.files}" if self.rarely() else None,
            file_bytes=self.rarely(),
            totals=TOTALS if self.rarely() else (),
            room_after=self.rarely(),
        )
        return Decide(wanted=wanted, rule=Rule(todo, text, on_message, self.rarely()), ts_ms=self.now_ms)

    def message_changes(self, room: RoomId, seq: Seq, emoji: str) -> tuple[Change, ...]:
        """Return what is done to one message, with the event that tells of it."""
        uid = self.uid()
        match self.chance.choice(["erase", "react", "react", "react", "unreact", "pin", "pin", "report"]):
            case "erase":
                return (Erase(room=room, seq=seq), self.told(room, uid))
            case "react":
                return (PutReaction(room=room, seq=seq, uid=uid, emoji=emoji),)
            case "unreact":
                return (DropReaction(room=room, seq=seq, uid=uid, emoji=emoji),)
            case "pin":
                return SetPinned(room=room, seq=seq, pinned=self.chance.random() < 0.7), self.told(room, uid)
            case _:
                return (PutReport(room=room, seq=seq, uid=uid, reason=self.chance.choice(NICKNAMES)),)

    def told(self, room: RoomId, uid: Uid) -> AddEvent:
        """Return an event."""
        return AddEvent(
            room=room,
            kind=self.chance.choice([EventKind.BAN, EventKind.MUTE, EventKind.DELETE, EventKind.ENTER]),
            sender=self.uid(),
            nickname="N",
            uid=uid,
            text=self.chance.choice(["", "why", "because"]),
            settings=self.settings() if self.rarely() else None,
        )

    def settings(self) -> Settings:
        """Return settings of a room."""
        choice = self.chance.choice
        return Settings(
            title=choice([None, None, "a", "Ａ", "b"]),
            topic=choice([None, "", "About É"]),
            private=choice([None, True, False]),
            archived=choice([None, True, False]),
            keep_days=choice(KEPT),
            keep_events=choice(KEPT),
        )

    def change(self) -> Change:
        """Return any change that is not about a message."""
        choice, uid, other = self.chance.choice, self.uid(), self.uid()
        match choice(CHANGES):
            case "marker":
                return PutMarker(room=self.room(), uid=uid, seq=self.seq(), back=choice([True, False]))
            case "member":
                entered = self.chance.random() < 0.7
                member = Membership(
                    uid=uid,
                    entered=entered,
                    role=choice(list(Role)),
                    floor_seq=choice([0, 0, 2]),
                    muted_until_ms=self.end_ms(),
                    banned_until_ms=0 if entered else self.end_ms(),
                    read=choice([0, 1, 5]),
                )
                return PutMember(room=choice(NAMED), member=member)
            case "no member":
                return DropMember(room=choice(NAMED), uid=uid)
            case "room":
                return PutRoom(room=choice([LOBBY, *NAMED]), settings=self.settings())
            case "person":
                return PutPerson(
                    uid=uid,
                    nickname=choice([None, *NICKNAMES]),
                    role=choice([None, None, *Role]),
                    disabled=choice([None, None, True, False, False]),
                    muted_until_ms=choice([None, self.end_ms()]),
                    banned_until_ms=choice([None, None, 0, self.end_ms()]),
                    password_hash=choice([None, None, "hash"]),
                )
            case "token":
                return PutToken(uid=uid, token_hash=hash_of(choice(["key", "other"])), device=choice(NICKNAMES))
            case "no tokens":
                return DropTokens(uid=uid, device=choice([None, *range(9)]), but_device=choice([None, *range(9)]))
            case "ignored":
                return PutIgnored(uid=uid, other=other, ignored=self.chance.random() < 0.7)
            case "code":
                code_hash = self.chance.randbytes(32)
                return PutCode(
                    code_hash=code_hash, kind=choice(list(CodeKind)), made_by=uid, uses=2, until_ms=self.end_ms()
                )
            case "use":
                return UseCode(code=choice([1, 2, 3]), withdraw=self.rarely())
            case "report":
                return CloseReport(report=self.chance.randint(1, 5))
            case "addresses":
                network = choice(["10.0.0.0/24", "2001:db8::/32"])
                return PutAddressBan(network=network, until_ms=self.end_ms(), reason=choice(["", "spam"]))
            case "file":
                self.files += 1
                name = "".join(self.chance.choices(WORDS, k=2))
                return PutFile(file=a_file(f"f-{self.files}", by=uid, name=name, bytes=self.files))
            case "audit":
                return AddAudit(
                    actor=uid, action="ACT", uid=other, room=choice([None, *ROOMS]), detail=choice(NICKNAMES)
                )
            case "purge":
                return AddPurge(actor=uid, uid=other, room=choice(NAMED), messages=self.chance.randint(1, 3))
            case _:
                return self.told(self.room(), uid)

    def search(self) -> SearchQuery:
        """Return something to look for."""
        choice = self.chance.choice
        words = [
            "".join(self.chance.choices(WORDS, k=self.chance.randint(1, 2))) for _ in range(choice([0, 1, 1, 1, 2]))
        ]
        return SearchQuery(
            public=choice([PUBLIC_READERS, PublicReaders()]),
            words=tuple(words),
            senders=choice([(), (), (), ("tony",), ("AL", "mary")]),
            rooms=choice([(), (), (), (LOBBY, "a"), ("r-b", TONY_MARY)]),
            before_ms=choice([None, None, None, self.now_ms // 2]),
            after_ms=choice([None, None, None, self.now_ms // 3]),
            has_link=self.rarely(),
            has_file=self.rarely(),
            hits_max=self.chance.randint(1, 5),
            scan_max=self.chance.randint(1, 50),
        )

    def retention(self) -> Retention:
        """Return the bounds of the server, seldom close ones: nothing lives long where they are."""
        return self.chance.choice(
            [
                Retention(),
                Retention(upload_seconds=9 * 86_400),
                Retention(events=30),
                Retention(days=9, upload_seconds=3 * 86_400),
            ]
        )


CHANGES: Final = (
    "marker",
    "marker",
    "member",
    "member",
    "no member",
    "room",
    "person",
    "person",
    "token",
    "no tokens",
    "ignored",
    "code",
    "use",
    "report",
    "addresses",
    "audit",
    "purge",
    "file",
    "file",
    "file",
    "event",
)
