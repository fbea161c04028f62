"""People in every store: accounts, devices, codes, and what moderators do."""

import msgspec
import pytest

from muca.model.changes import (
    AddAudit,
    AddEvent,
    AddPurge,
    CloseReport,
    DropPerson,
    DropTokens,
    Erase,
    PutAddressBan,
    PutCode,
    PutIgnored,
    PutMember,
    PutPerson,
    PutReport,
    PutRoom,
    PutToken,
    SetText,
    UseCode,
)
from muca.model.errors import ErrorCode
from muca.model.events import EventKind, Message, Settings
from muca.model.facts import FOR_EVER_MS, CodeFacts, CodeKind, Membership, Person, Wanted
from muca.model.ids import RoomId, Seq, Uid
from muca.model.names import DELETED
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    FoundInvitations,
    InvitationsQuery,
    MembersQuery,
    ReportsQuery,
    SanctionsQuery,
)
from muca.model.replies import (
    AuditEntry,
    AuditPage,
    Device,
    DeviceList,
    MemberPage,
    ReportList,
    Sanction,
    Sanctions,
    Version,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, conversation_id
from muca.model.storage import Admitted, Refused, Retention
from muca.storage.store import Store
from tests.storage.words import (
    NOW_MS,
    TONY_MARY,
    a_file,
    admit,
    bring,
    codes,
    decide,
    done,
    facts,
    hash_of,
    make,
    page,
    query,
    say,
    say_to,
    seen,
)


def person(store: Store, uid: Uid) -> Person | None:
    return facts(store, Wanted(actor="anyone", target=uid)).target


class TestPersons:
    def test_what_is_given_is_put_and_the_rest_is_as_it_was(self, store: Store) -> None:
        done(store, decide(PutPerson(uid="tony", nickname="Tony", role=Role.OWNER, muted_until_ms=5)))
        done(store, decide(PutPerson(uid="tony", banned_until_ms=FOR_EVER_MS, disabled=True, password_hash="hash")))
        done(store, decide(PutPerson(uid="tony", muted_until_ms=0)))
        assert person(store, "tony") == Person(
            uid="tony",
            nickname="Tony",
            role=Role.OWNER,
            claimed=True,
            password_hash="hash",
            disabled=True,
            banned_until_ms=FOR_EVER_MS,
            changes=3,
        )

    def test_a_person_that_is_made_is_called_by_its_uid(self, store: Store) -> None:
        assert person(store, "tony") is None
        done(store, decide(PutPerson(uid="tony")))
        assert person(store, "tony") == Person(uid="tony", nickname="tony")

    def test_being_let_in_keeps_what_was_put(self, store: Store) -> None:
        done(store, decide(PutPerson(uid="tony", role=Role.MODERATOR, muted_until_ms=77)))
        store.commit([admit("tony", offer="t")])
        assert person(store, "tony") == Person(
            uid="tony",
            nickname="Tony",
            role=Role.MODERATOR,
            claimed=True,
            muted_until_ms=77,
            last_seen_ms=5_000,
            changes=2,
        )

    def test_whether_another_one_with_a_password_goes_by_a_nickname(self, store: Store) -> None:
        def taken(uid: Uid, nickname: str | None) -> bool:
            return facts(store, Wanted(actor=uid, nickname=nickname)).nickname_taken

        done(store, decide(PutPerson(uid="mary", nickname="TONY")))
        assert not taken("tony", "Tony")
        done(store, decide(PutPerson(uid="tony", nickname="Tony", password_hash="hash")))
        assert [taken("mary", nickname) for nickname in ("tony", "Ｔony ", "Tony2")] == [True, True, False]
        assert not taken("mary", None)
        assert not taken("tony", "Tony")  # its own
        assert taken("TONY", "Zed")  # a UID that nobody has claimed
        done(store, decide(PutToken(uid="TONY", token_hash=hash_of("x"), device="")))
        assert not taken("TONY", "Zed")

    def test_whether_ones_own_nickname_is_anothers(self, store: Store) -> None:
        done(store, decide(PutPerson(uid="tony", nickname="Mary"), PutPerson(uid="mary", password_hash="hash")))
        taken = [facts(store, Wanted(actor=uid, nickname="")).nickname_taken for uid in ("tony", "mary", "MARY")]
        assert taken == [True, False, True]  # whom nobody knows goes by its UID

    def test_whom_it_ignores_is_counted(self, store: Store) -> None:
        others = [PutIgnored(uid="tony", other=other, ignored=True) for other in ("a", "b", "a")]
        done(store, decide(*others, PutIgnored(uid="mary", other="a", ignored=True)))
        assert facts(store, Wanted(actor="tony", totals=("ignores",))).ignores == 2


def devices(store: Store, uid: Uid = "tony", current: int | None = None) -> tuple[Device, ...]:
    found = seen(store, DevicesQuery(current=current), reader=uid)
    assert isinstance(found, DeviceList)
    return found.devices


class TestDevices:
    @pytest.fixture
    def three(self, store: Store) -> Store:
        """Tony has devices 1, 3 and 4, Mary has 2."""
        store.commit(
            [
                decide(PutPerson(uid="tony", password_hash="hash")),
                admit("tony", password="hash", offer="a", ts_ms=10),
                admit("mary", offer="m", ts_ms=20),
                admit("tony", password="hash", offer="b", ts_ms=30),
                decide(PutToken(uid="tony", token_hash=hash_of("c"), device="made"), ts_ms=30),
            ]
        )
        return store

    def test_the_latest_used_first(self, three: Store) -> None:
        three.commit([admit("tony", token="a", ts_ms=40)])
        assert devices(three, current=3) == (
            Device(device=1, name="tony's a", created_ms=10, used_ms=40),
            Device(device=4, name="made", created_ms=30, used_ms=30),
            Device(device=3, name="tony's b", created_ms=30, used_ms=30, current=True),
        )
        assert [device.device for device in devices(three, "mary")] == [2]
        assert devices(three, "nobody") == ()

    def test_a_token_that_was_put_lets_in(self, three: Store) -> None:
        assert codes(three.commit([admit("tony", token="c"), admit("mary", token="c")])) == ["Admitted", "token_wrong"]

    @pytest.mark.parametrize(
        ("change", "left"),
        [
            (DropTokens(uid="tony", device=3), [1, 4]),
            (DropTokens(uid="tony", device=2), [1, 3, 4]),
            (DropTokens(uid="tony"), []),
            (DropTokens(uid="tony", but_device=3), [3]),
            (DropTokens(uid="tony", but_device=2), []),
        ],
    )
    def test_signing_out(self, three: Store, change: DropTokens, left: list[int]) -> None:
        done(three, decide(change))
        assert sorted(device.device for device in devices(three)) == left
        assert codes(three.commit([admit("mary", token="m")])) == ["Admitted"]
        still = [
            number
            for number, token in ((1, "a"), (3, "b"), (4, "c"))
            if codes(three.commit([admit("tony", token=token)])) == ["Admitted"]
        ]
        assert still == left

    def test_no_number_is_used_again(self, three: Store) -> None:
        result = done(
            three,
            decide(
                DropTokens(uid="tony", device=4),
                PutToken(uid="tony", token_hash=hash_of("d"), device="d"),
                PutToken(uid="mary", token_hash=hash_of("e"), device="e"),
            ),
        )
        assert result.made == (5, 6)


def code(
    secret: str, *, kind: CodeKind = CodeKind.INVITATION, by: Uid = "tony", uses: int = 2, until_ms: int = 9_001
) -> PutCode:
    return PutCode(code_hash=hash_of(secret), kind=kind, made_by=by, uses=uses, until_ms=until_ms)


def found(store: Store, secret: str, ts_ms: int = 9_000) -> CodeFacts | None:
    return facts(store, Wanted(actor="anyone", code_hash=hash_of(secret)), ts_ms).code


class TestCodes:
    @pytest.fixture(autouse=True)
    def powerful(self, store: Store) -> None:
        """Two who may make invitations."""
        store.commit([admit("tony", offer="t"), admit("mary", offer="m")])
        store.commit([decide(PutPerson(uid="tony", role=Role.OWNER), PutPerson(uid="mary", role=Role.MODERATOR))])

    def test_a_code_is_good_until_it_is_used_up_or_its_time_is_over(self, store: Store) -> None:
        result = done(store, decide(code("a"), code("b", kind=CodeKind.OWNER, uses=1, until_ms=FOR_EVER_MS)))
        assert result.made == (1, 2)
        tony = person(store, "tony")
        assert tony is not None
        invitation = CodeFacts(code=1, kind=CodeKind.INVITATION, maker=tony, created_ms=9_000, uses=2, until_ms=9_001)
        owners = CodeFacts(code=2, kind=CodeKind.OWNER, maker=tony, created_ms=9_000, uses=1, until_ms=FOR_EVER_MS)
        assert (found(store, "a"), found(store, "b")) == (invitation, owners)
        assert found(store, "c") is None
        assert found(store, "a", ts_ms=9_001) is None
        assert facts(store, Wanted(actor="anyone", code=1)).code == found(store, "a")
        assert facts(store, Wanted(actor="anyone", code=3)).code is None
        done(store, decide(UseCode(code=1), UseCode(code=2)))
        assert found(store, "a") == msgspec.structs.replace(invitation, uses=1)
        assert found(store, "b") is None
        done(store, decide(UseCode(code=1)))
        assert found(store, "a") is None

    def test_good_invitations_are_listed_and_counted(self, store: Store) -> None:
        done(
            store,
            decide(
                code("a"),
                code("b", until_ms=9_000),
                code("c", kind=CodeKind.OWNER),
                code("d", by="mary", uses=9),
                code("e"),
                code("f", uses=1),
                UseCode(code=5, withdraw=True),
                UseCode(code=6),
                ts_ms=50,
            ),
        )
        listed = seen(store, InvitationsQuery())
        assert isinstance(listed, FoundInvitations)
        assert [(each.code, each.maker.uid, each.created_ms, each.uses, each.until_ms) for each in listed.codes] == [
            (1, "tony", 50, 2, 9_001),
            (4, "mary", 50, 9, 9_001),
        ]
        counted = [
            facts(store, Wanted(actor=uid, totals=("invitations",))).invitations for uid in ("tony", "mary", "henry")
        ]
        assert counted == [1, 1, 0]

    @pytest.mark.parametrize(
        "change",
        [
            PutPerson(uid="mary", role=Role.MEMBER),
            PutPerson(uid="mary", disabled=True),
            PutPerson(uid="mary", banned_until_ms=9_001),
            PutPerson(uid="mary", nickname="Em"),
        ],
    )
    def test_a_code_comes_with_its_maker_as_they_are_now(self, store: Store, change: PutPerson) -> None:
        done(store, decide(code("a", by="mary"), code("b", by="ghost")))
        done(store, decide(change))
        listed = seen(store, InvitationsQuery())
        assert isinstance(listed, FoundInvitations)
        mary, ghost = person(store, "mary"), Person(uid="ghost", nickname="ghost")
        assert [each.maker for each in listed.codes] == [mary, ghost]
        for secret, maker in (("a", mary), ("b", ghost)):
            told = found(store, secret)
            assert told is not None
            assert told.maker == maker


class TestSanctions:
    def test_of_the_server_those_that_hold_in_order(self, store: Store) -> None:
        done(
            store,
            decide(
                PutPerson(uid="tony", muted_until_ms=9_001),
                PutPerson(uid="mary", muted_until_ms=FOR_EVER_MS, banned_until_ms=10_000),
                PutPerson(uid="henry", muted_until_ms=9_000, banned_until_ms=8_000),
                PutAddressBan(network="2001:db8::/32", until_ms=FOR_EVER_MS, reason="spam"),
                PutAddressBan(network="10.0.0.0/8", until_ms=1),
                PutAddressBan(network="10.0.0.0/8", until_ms=9_999),
                PutAddressBan(network="11.0.0.0/8", until_ms=9_000),
                PutAddressBan(network="12.0.0.0/8", until_ms=9_999),
                PutAddressBan(network="12.0.0.0/8", until_ms=0),
            ),
        )
        assert seen(store, SanctionsQuery(room=None)) == Sanctions(
            sanctions=(
                Sanction(sanction="ban", uid="mary", until_ms=10_000),
                Sanction(sanction="mute", uid="mary"),
                Sanction(sanction="mute", uid="tony", until_ms=9_001),
                Sanction(sanction="ban", address="10.0.0.0/8", until_ms=9_999),
                Sanction(sanction="ban", address="2001:db8::/32", reason="spam"),
            )
        )

    def test_of_a_room(self, store: Store) -> None:
        store.commit([make("r-a"), make("r-b")])
        done(
            store,
            decide(
                PutMember(room="r-a", member=Membership(uid="mary", muted_until_ms=FOR_EVER_MS)),
                PutMember(room="r-a", member=Membership(uid="henry", entered=False, banned_until_ms=9_001)),
                PutMember(room="r-a", member=Membership(uid="jo", entered=False, banned_until_ms=9_000)),
                PutMember(room="r-b", member=Membership(uid="kim", muted_until_ms=9_001)),
                PutPerson(uid="tony", muted_until_ms=9_001),
            ),
        )
        assert seen(store, SanctionsQuery(room="r-a")) == Sanctions(
            sanctions=(
                Sanction(sanction="ban", uid="henry", until_ms=9_001),
                Sanction(sanction="mute", uid="mary"),
            )
        )


def test_the_reason_of_a_sanction_is_what_its_latest_event_says(store: Store) -> None:
    def told(kind: EventKind, reason: str, room: RoomId = LOBBY) -> AddEvent:
        return AddEvent(room=room, kind=kind, sender="tony", nickname="Tony", uid="mary", text=reason)

    done(store, make("r-a"))
    done(store, decide(PutPerson(uid="mary", muted_until_ms=FOR_EVER_MS, banned_until_ms=FOR_EVER_MS)))
    done(store, decide(PutMember(room="r-a", member=Membership(uid="mary", muted_until_ms=FOR_EVER_MS))))
    reasons = [told(EventKind.BAN, "first"), told(EventKind.MUTE, "loud"), told(EventKind.BAN, "last")]
    done(store, decide(*reasons, told(EventKind.UNBAN, "no"), told(EventKind.MUTE, "here", "r-a")))
    assert seen(store, SanctionsQuery(room=None)) == Sanctions(
        sanctions=(
            Sanction(sanction="ban", uid="mary", reason="last"),
            Sanction(sanction="mute", uid="mary", reason="loud"),
        )
    )
    assert seen(store, SanctionsQuery(room="r-a")) == Sanctions(
        sanctions=(Sanction(sanction="mute", uid="mary", reason="here"),)
    )


def report(seq: Seq = 1, *, room: RoomId = LOBBY, by: Uid = "mary", reason: str = "") -> PutReport:
    return PutReport(room=room, seq=seq, uid=by, reason=reason)


def reports(
    store: Store, room: RoomId | None = None, most: int = 100, *, with_private: bool = True
) -> list[tuple[int, Uid, str, str | None]]:
    """Return number, who reported, why, and the text that was reported."""
    found = seen(store, ReportsQuery(room=room, reports_max=most, with_private=with_private))
    assert isinstance(found, ReportList)
    return [(each.report, each.uid, each.reason, each.message.text if each.message else None) for each in found.reports]


class TestReports:
    """Direct and group rooms have no moderators of their own."""

    def test_a_report_shows_the_message_as_it_was(self, store: Store) -> None:
        store.commit(
            [say("bad"), decide(report(reason="rude"), ts_ms=33), decide(SetText(room=LOBBY, seq=1, text="good"))]
        )
        found = seen(store, ReportsQuery(room=LOBBY))
        assert isinstance(found, ReportList)
        (info,) = found.reports
        assert (info.report, info.room, info.seq, info.uid, info.ts_ms, info.reason) == (
            1,
            LOBBY,
            1,
            "mary",
            33,
            "rude",
        )
        message = page(store, query()).events[0]
        assert isinstance(message, Message)
        assert info.message == Message(
            room=LOBBY, seq=1, ts_ms=1_000, reach=message.reach, sender="tony", nickname="Tony", text="bad"
        )

    def test_a_deleted_message_is_left_to_those_who_see_to_the_report(self, store: Store) -> None:
        store.commit([say("bad"), decide(report())])
        for deleted in (False, True):
            found = seen(store, ReportsQuery(room=LOBBY))
            assert isinstance(found, ReportList)
            assert [each.deleted for each in found.reports] == [deleted]
            assert reports(store) == [(1, "mary", "", "bad")]
            if not deleted:
                done(store, decide(Erase(room=LOBBY, seq=1)))
        done(store, decide(CloseReport(report=1)))
        assert reports(store) == []

    def test_what_was_edited_away_before_is_kept_with_it(self, store: Store) -> None:
        """Editing and deleting an abusive message does not remove what people have read."""
        store.commit([say("vile abuse"), decide(SetText(room=LOBBY, seq=1, text="nice words"), ts_ms=2_000)])
        done(store, decide(report()))
        done(store, decide(SetText(room=LOBBY, seq=1, text="later")))
        done(store, decide(Erase(room=LOBBY, seq=1)))
        found = seen(store, ReportsQuery(room=LOBBY))
        assert isinstance(found, ReportList)
        (info,) = found.reports
        assert info.versions == (Version(ts_ms=1_000, text="vile abuse"), Version(ts_ms=2_000, text="nice words"))

    def test_only_the_latest_texts_are_kept_that_fit(self, store: Store) -> None:
        texts = [f"{number:05}" * 2_000 for number in range(10)]
        store.commit([say(texts[0]), *(decide(SetText(room=LOBBY, seq=1, text=text)) for text in texts[1:])])
        done(store, decide(report()))
        found = seen(store, ReportsQuery(room=LOBBY))
        assert isinstance(found, ReportList)
        assert [version.text for version in found.reports[0].versions] == texts[-6:]

    def test_the_same_one_twice_is_one_while_it_is_open(self, store: Store) -> None:
        store.commit([say("a"), say("b")])
        result = done(
            store, decide(report(reason="1"), report(reason="2"), report(by="henry"), report(2), report(reason="3"))
        )
        assert result.made == (1, 1, 2, 3, 1)
        assert reports(store) == [(1, "mary", "1", "a"), (2, "henry", "", "a"), (3, "mary", "", "b")]
        assert facts(store, Wanted(actor="mary", totals=("reports",))).reports == 2
        assert done(store, decide(CloseReport(report=1), report(reason="again"))).made == (4,)
        assert reports(store) == [(2, "henry", "", "a"), (3, "mary", "", "b"), (4, "mary", "again", "a")]
        assert reports(store, most=2) == [(2, "henry", "", "a"), (3, "mary", "", "b")]

    def test_a_rule_is_told_of_the_room_that_it_is_about(self, store: Store) -> None:
        store.commit([make("r-a", by="mary"), say(room="r-a"), decide(report(room="r-a"))])
        told = facts(store, Wanted(actor="mary", report=1))
        assert told.room is not None
        assert told.room.room == "r-a"
        assert told.membership == Membership(uid="mary", role=Role.OWNER)
        for wanted in (Wanted(actor="mary", report=2), Wanted(actor="mary", room=LOBBY, report=2)):
            told = facts(store, wanted)
            assert (told.room, told.membership) == (None, None)

    def test_of_one_room_of_all_or_of_all_but_private_ones(self, store: Store) -> None:
        store.commit([make("r-open"), make("r-secret", private=True), say("d", to=("mary",))])
        store.commit([say(room, room=room) for room in (LOBBY, "r-open", "r-secret")])
        rooms = ("r-secret", TONY_MARY, "r-open", LOBBY)
        done(store, decide(*(report(room=room) for room in rooms)))
        assert [text for *_, text in reports(store)] == ["r-secret", "d", "r-open", LOBBY]
        assert [text for *_, text in reports(store, with_private=False)] == ["d", "r-open", LOBBY]
        assert [text for *_, text in reports(store, "r-secret")] == ["r-secret"]
        done(store, decide(PutRoom(room="r-open", settings=Settings(private=True))))
        assert [text for *_, text in reports(store, with_private=False)] == ["d", LOBBY]


class TestAudit:
    def test_of_a_purge_in_several_steps_there_is_one_entry(self, store: Store) -> None:
        """As long as nothing else happens in the room, nor a minute passes."""

        def purge(messages: int, ts_ms: int, uid: Uid = "mary", actor: Uid = "tony", room: RoomId = LOBBY) -> None:
            done(store, decide(AddPurge(actor=actor, uid=uid, room=room, messages=messages), ts_ms=ts_ms))

        def entries(room: RoomId = LOBBY) -> list[tuple[int, Uid, str]]:
            page = seen(store, AuditQuery(room=room, before=None, entries_max=9))
            assert isinstance(page, AuditPage)
            return [(entry.ts_ms, entry.actor, entry.detail) for entry in page.entries]

        done(store, make("r-a"))
        purge(1, 10)
        assert entries() == [(10, "tony", "1 message")]
        purge(10, 60_010)
        purge(4, 2, room="r-a")
        purge(3, 120_010)
        assert entries() == [(120_010, "tony", "14 messages")]
        assert entries("r-a") == [(2, "tony", "4 messages")]
        purge(1, 180_011)
        purge(1, 180_012, uid="henry")
        purge(1, 180_013, uid="henry", actor="zoe")
        done(store, decide(AddAudit(actor="zoe", action="PIN", uid="henry", room=LOBBY), ts_ms=180_014))
        purge(2, 180_015, uid="henry", actor="zoe")
        assert [detail for _, _, detail in entries()] == ["2 messages", "", *["1 message"] * 3, "14 messages"]

    def test_the_newest_first_of_the_server_or_a_room(self, store: Store) -> None:
        done(store, make("r-a"))
        done(store, decide(AddAudit(actor="tony", action="BAN", uid="mary", room="r-a", detail="why"), ts_ms=5))
        done(store, decide(AddAudit(actor="-", action="ROLE"), AddAudit(actor="tony", action="KICK"), ts_ms=6))
        assert seen(store, AuditQuery(room="r-a", before=None, entries_max=9)) == AuditPage(
            entries=(AuditEntry(ts_ms=5, actor="tony", action="BAN", uid="mary", room="r-a", detail="why"),)
        )
        assert seen(store, AuditQuery(room=None, before=None, entries_max=9)) == AuditPage(
            entries=(AuditEntry(ts_ms=6, actor="tony", action="KICK"), AuditEntry(ts_ms=6, actor="-", action="ROLE"))
        )

    def test_pages(self, store: Store) -> None:
        done(store, make("r-a"))
        for number in range(10):
            room = "r-a" if number % 2 else None
            done(store, decide(AddAudit(actor="tony", action=str(number), room=room)))
        found = []
        before = None
        for _ in range(3):
            read = seen(store, AuditQuery(room="r-a", before=before, entries_max=2))
            assert isinstance(read, AuditPage)
            found += [entry.action for entry in read.entries]
            before = read.next
        assert found == ["9", "7", "5", "3", "1"]
        assert before is None


class TestLogin:
    """Whom somebody means who logs in."""

    @pytest.fixture
    def named(self, store: Store) -> Store:
        """Several whose names look alike; not all of them have a password."""
        people = [
            PutPerson(uid="mary@lab", nickname="Mary", password_hash="-"),
            PutPerson(uid="ann", nickname="Ann", password_hash="-"),
            PutPerson(uid="ANN", nickname="Other", password_hash="-"),
            PutPerson(uid="tony", nickname="mary@lab", password_hash="-"),
            PutPerson(uid="MARY", nickname="Zed"),
            PutPerson(uid="zoe", nickname="Z1", password_hash="-"),
            PutPerson(uid="ZOE", nickname="Z2", password_hash="-"),
        ]
        done(store, decide(*people))
        return store

    @pytest.mark.parametrize(
        ("name", "uid"),
        [
            ("mary@lab", "mary@lab"),  # exactly, whatever others go by
            ("Mary@Lab", "mary@lab"),  # a UID that looks alike before a nickname that does
            ("mary", "mary@lab"),
            ("MARY", "mary@lab"),  # a UID without a password is no account to log in to
            ("ann", "ann"),
            ("ANN", "ANN"),
            ("Ann", "ann"),  # two UIDs look alike, but one nickname
            ("Zoe", "Zoe"),  # two UIDs, and no nickname
            ("nobody", "nobody"),
        ],
    )
    def test_by_user_id_and_nickname(self, named: Store, name: str, uid: str) -> None:
        found = facts(named, Wanted(actor=name, login=True)).actor
        assert found.uid == uid
        assert facts(named, Wanted(actor=name)).actor.uid == name

    def test_by_the_names_that_hold_now(self, named: Store) -> None:
        done(named, decide(PutPerson(uid="ann", nickname="Anna")))
        assert facts(named, Wanted(actor="ANNA", login=True)).actor.uid == "ann"

    def test_whose_token_it_is(self, store: Store) -> None:
        first = done(store, decide(PutToken(uid="ann", token_hash=hash_of("a"), device=""))).made[0]
        done(store, decide(PutToken(uid="mary", token_hash=hash_of("m"), device="")))
        shown = [facts(store, Wanted(actor="ann", token_hash=hash_of(token))).device for token in ("a", "m", "x")]
        assert shown == [first, None, None]
        assert facts(store, Wanted(actor="ann")).device is None


class TestDeletedAccount:
    """One whose owner has deleted it."""

    @pytest.fixture
    def left(self, store: Store) -> Store:
        """Ann was here: in rooms, in a conversation, with messages, a password, a token and an upload."""
        store.commit([admit("ann", offer="a", nickname="Ann"), admit("mary", offer="m")])
        store.commit([make("r-a", "ann", "mary"), bring(a_file("f-1", by="ann"))])
        ann = PutPerson(uid="ann", password_hash="-", role=Role.MODERATOR)
        ignores = [PutIgnored(uid=uid, other=other, ignored=True) for uid, other in (("ann", "mary"), ("mary", "ann"))]
        done(store, decide(ann, *ignores))
        for room in (LOBBY, "r-a"):
            store.commit([say("hello", room=room, by="ann")])
        store.commit([say_to("mary", text="psst", by="ann")])
        done(store, decide(DropPerson(uid="ann")))
        return store

    def test_nobody_comes_in_as_it_again(self, left: Store) -> None:
        """Neither with its token, nor its password, nor as somebody new."""
        attempts = [admit("ann", token="a"), admit("ann", password="-"), admit("ann", offer="b"), admit("ann")]
        assert codes(left.commit(attempts)) == ["account_deleted"] * 4
        assert facts(left, Wanted(actor="Ann", login=True)).actor.uid == "Ann"
        assert codes(left.commit([admit("eve", offer="e", nickname="Ann")])) == ["nickname_taken"]

    def test_it_is_nobody_to_write_to_or_to_act_on(self, left: Store) -> None:
        assert facts(left, Wanted(actor="mary", target="ann")).target is None
        assert facts(left, Wanted(actor="ann")).actor.deleted
        assert codes(left.commit([say_to("ann", by="mary"), say_to("Ann", by="mary")])) == ["unknown_recipient"] * 2
        private = conversation_id(("ann", "mary"))
        for write in say("late", by="mary", room=private), say("late", by="mary", to=("ann",)):
            [refused] = left.commit([write])
            assert refused == Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail="“ann”")
        assert len(page(left, query(private), reader="mary").events) == 1
        for room, uids in ((LOBBY, ["mary"]), ("r-a", ["mary", "tony"])):
            found = seen(left, MembersQuery(room=room, after=None, members_max=9))
            assert isinstance(found, MemberPage)
            assert [member.uid for member in found.members] == uids
        assert left.gone_files(9) == ["f-1"]
        [admitted] = left.commit([admit("mary", token="m")])
        assert isinstance(admitted, Admitted)
        assert admitted.ignores == ("ann",)  # or what it wrote would count again
        assert [(room.room, room.unread) for room in admitted.rooms if room.unread] == []

    def test_what_it_wrote_stays_without_its_name(self, left: Store) -> None:
        while left.tend(NOW_MS, Retention()):
            pass
        for room in (LOBBY, "r-a", conversation_id(("ann", "mary"))):
            (entry,) = page(left, query(room), reader="mary").events
            assert isinstance(entry, Message)
            assert (entry.sender, entry.nickname) == ("ann", DELETED)
            assert entry.text in {"hello", "psst"}

    def test_which_rooms_somebody_has_to_see_to_first(self, store: Store) -> None:
        """Those that would have no owner, archived ones too: nobody could take them back or delete them."""
        store.commit([admit("ann", offer="a"), admit("mary", offer="m")])
        store.commit([make(room, "mary", by="ann") for room in ("r-sole", "r-shared", "r-archived")])
        store.commit([make("r-other", "ann")])
        shared = PutMember(room="r-shared", member=Membership(uid="mary", role=Role.OWNER))
        done(store, decide(shared, PutRoom(room="r-archived", settings=Settings(archived=True))))
        told = facts(store, Wanted(actor="ann", named_rooms=True))
        assert (told.named_rooms, told.sole_owned) == (
            ("r-archived", "r-other", "r-shared", "r-sole"),
            ("r-archived", "r-sole"),
        )
        assert facts(store, Wanted(actor="ann")).named_rooms == ()
