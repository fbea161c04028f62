"""JOIN in every store."""

import pytest

from muca.model.changes import Change, DropPerson, DropTokens, PutAddressBan, PutIgnored, PutMember, PutPerson, PutToken
from muca.model.errors import ErrorCode
from muca.model.facts import Membership, Person, Wanted
from muca.model.feed import PersonChanged
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id
from muca.model.storage import Admit, Admitted, Refused, StoreError, WriteResult
from muca.storage.store import Store
from tests.storage.words import (
    TONY_MARY,
    TRIO,
    admit,
    an_event,
    codes,
    decide,
    done,
    facts,
    hash_of,
    make,
    nowhere,
    page,
    query,
    say,
    texts,
)


def listed(result: WriteResult) -> dict[str, int]:
    """Return the rooms of an Admitted: id and seq."""
    assert isinstance(result, Admitted)
    return {room.room: room.seq for room in result.rooms}


class TestLetIn:
    """Without writing: where a disk is full, or a database damaged."""

    def test_who_is_known_is_let_in_as_ever(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("hello", to=("mary",))])
        [expected] = store.commit([admit("mary", token="key")])
        assert store.let_in(admit("mary", token="key", offer="another")) == expected

    def test_nothing_is_kept(self, store: Store) -> None:
        store.commit([admit("mary", offer="key")])
        let_in = store.let_in(admit("mary", token="key", nickname="Queen", ts_ms=9_999))
        assert isinstance(let_in, Admitted)
        assert let_in.person.nickname == "Queen"
        person = facts(store, Wanted(actor="mary")).actor
        assert (person.nickname, person.last_seen_ms) == ("Mary", 5_000)
        assert (let_in.person.changes, let_in.news) == (person.changes, ()), (
            "or the next change would be taken for this"
        )

    def test_with_a_password_there_is_no_new_token(self, store: Store) -> None:
        done(store, decide(PutPerson(uid="mary", nickname="Mary", password_hash="hash")))
        let_in = store.let_in(admit("mary", password="hash", offer="key"))
        assert isinstance(let_in, Admitted)
        assert (let_in.offer_taken, let_in.device) == (False, None)
        assert store.let_in(admit("mary", password="wrong")) == Refused(code=ErrorCode.PASSWORD_WRONG)

    def test_refusals_are_the_same(self, store: Store) -> None:
        store.commit([admit("mary", offer="key")])
        assert store.let_in(admit("mary", token="wrong")) == Refused(code=ErrorCode.TOKEN_WRONG)
        done(store, decide(PutPerson(uid="mary", disabled=True)))
        assert store.let_in(admit("mary", token="key")) == Refused(code=ErrorCode.ACCOUNT_DISABLED)

    def test_nobody_is_claimed_but_guests_come_and_go(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.let_in(admit("mary", offer="key"))
        assert isinstance(store.let_in(admit("mary")), Admitted)
        assert isinstance(store.commit([admit("mary", offer="key")])[0], Admitted)


class TestAdmit:
    def test_a_free_uid_is_let_in_and_stays_free(self, store: Store) -> None:
        for ts_ms in (5, 6):
            assert store.commit([admit("tony", ts_ms=ts_ms)]) == [
                Admitted(
                    person=Person(uid="tony", nickname="Tony", last_seen_ms=ts_ms),
                    offer_taken=False,
                    rooms=(Room(room=LOBBY, kind=RoomKind.LOBBY, role=Role.GUEST),),
                )
            ]

    def test_an_offer_claims_a_free_uid(self, store: Store) -> None:
        guest, claim, later = store.commit(
            [admit("tony"), admit("tony", offer="key"), admit("tony", offer="other", token="key")]
        )
        person = Person(uid="tony", nickname="Tony", claimed=True, last_seen_ms=5_000, changes=1)
        lobby = (Room(room=LOBBY, kind=RoomKind.LOBBY, role=Role.MEMBER),)
        assert isinstance(guest, Admitted)
        news = (PersonChanged(person=person),)
        assert claim == Admitted(person=person, offer_taken=True, device=1, rooms=lobby, news=news)
        assert later == Admitted(person=person, offer_taken=False, device=1, rooms=lobby)

    def test_a_token_for_a_free_uid_is_ignored(self, store: Store) -> None:
        first, second = store.commit([admit("tony", token="any"), admit("tony", token="any", offer="key")])
        assert isinstance(first, Admitted)
        assert not first.person.claimed
        assert isinstance(second, Admitted)
        assert second.offer_taken

    @pytest.mark.parametrize("offer", [None, "mine"], ids=["v1", "v2"])
    @pytest.mark.parametrize("together", [True, False])
    def test_a_claimed_uid_needs_its_token(self, store: Store, offer: str | None, together: bool) -> None:
        attempts = [
            admit("tony", offer="key"),
            admit("tony", offer=offer),
            admit("tony", offer=offer, token="wrong"),
            admit("tony", offer=offer, token=""),
            admit("tony", offer=offer, token="key"),
        ]
        results = store.commit(attempts) if together else [store.commit([attempt])[0] for attempt in attempts]
        assert codes(results) == ["Admitted", "token_required", "token_wrong", "token_wrong", "Admitted"]

    def test_the_first_of_two_claims_wins(self, store: Store) -> None:
        first, second = store.commit([admit("tony", offer="a"), admit("tony", offer="b")])
        assert isinstance(first, Admitted)
        assert second == Refused(code=ErrorCode.TOKEN_REQUIRED)

    def test_own_rooms_latest_active_first_the_lobby_before_all(self, store: Store) -> None:
        store.commit(
            [
                say(to=("mary",), ts_ms=30),
                say(to=("henry",), ts_ms=20),
                say(to=("mary", "henry"), ts_ms=40),
                say(by="mary", to=("henry",), ts_ms=90),
                say(ts_ms=10),
                say(room=conversation_id(["tony", "henry"]), ts_ms=50),
            ]
        )
        (result,) = store.commit([admit("tony")])
        assert isinstance(result, Admitted)
        assert list(listed(result).items()) == [
            (LOBBY, 1),
            (conversation_id(["tony", "henry"]), 2),
            (TRIO, 1),
            (TONY_MARY, 1),
        ]
        assert [room.kind for room in result.rooms] == ["lobby", "direct", "group", "direct"]

    def test_activity_counts_by_the_last_event(self, store: Store) -> None:
        """A clock that was set back moves a room down; it does not stay on top forever."""
        store.commit([say(to=("mary",), ts_ms=900), say(to=("henry",), ts_ms=100), say(room=TONY_MARY, ts_ms=50)])
        (result,) = store.commit([admit("tony")])
        assert list(listed(result)) == [LOBBY, conversation_id(["tony", "henry"]), TONY_MARY]

    def test_rooms_equally_active_come_in_order_of_id(self, store: Store) -> None:
        others = [f"friend {number}" for number in range(20)]
        store.commit([say(to=(other,)) for other in others])
        (result,) = store.commit([admit("tony")])
        assert list(listed(result)) == [LOBBY, *sorted(conversation_id(["tony", other]) for other in others)]

    @pytest.mark.parametrize(("rooms_max", "count"), [(1, 1), (2, 2), (4, 4), (5, 5), (6, 5)])
    def test_at_most_so_many_rooms(self, store: Store, rooms_max: int, count: int) -> None:
        store.commit([say(to=(f"friend {number}",), ts_ms=number) for number in range(4)])
        small, large = store.commit([admit("tony", rooms_max=rooms_max), admit("tony")])
        assert list(listed(small)) == list(listed(large))[:count]
        assert isinstance(small, Admitted)
        assert small.more_rooms == (count < 5)

    def test_where_not_all_fit_conversations_with_something_unread_come_before_others(self, store: Store) -> None:
        store.commit([admit("tony"), say(to=("tony",), by="old", ts_ms=1)])
        store.commit([say(to=(f"friend {number}",), ts_ms=number + 2) for number in range(4)])
        (result,) = store.commit([admit("tony", rooms_max=2)])
        assert list(listed(result)) == [LOBBY, conversation_id(["tony", "old"])]

    def test_members_are_shown_by_the_name_they_went_by_last(self, store: Store) -> None:
        store.commit([say(to=("mary", "henry")), admit("mary", nickname="Maria"), admit("tony", nickname="T")])
        before, _, after, itself = store.commit(
            [admit("tony"), admit("mary", nickname="Mia"), admit("tony"), admit("mary", nickname="Mum")]
        )
        members = [result.rooms[1].members for result in (before, after, itself) if isinstance(result, Admitted)]
        henry, tony = Peer(uid="henry", nickname="henry"), Peer(uid="tony", nickname="Tony")
        assert members == [
            (henry, Peer(uid="mary", nickname="Maria"), tony),
            (henry, Peer(uid="mary", nickname="Mia"), tony),
            (henry, Peer(uid="mary", nickname="Mum"), tony),
        ]

    def test_who_was_refused_keeps_its_name(self, store: Store) -> None:
        store.commit([admit("mary", nickname="Mary", offer="key"), say(to=("mary",))])
        store.commit([admit("mary", nickname="Mallory")])
        (result,) = store.commit([admit("tony")])
        assert isinstance(result, Admitted)
        assert Peer(uid="mary", nickname="Mary") in result.rooms[1].members

    def test_many_at_once(self, store: Store) -> None:
        """More than are done together, with the same UID in several parts."""
        names = [f"uid {number % 150}" for number in range(400)]
        results = store.commit([admit(name, offer="key", token="key") for name in names])
        assert [result.offer_taken for result in results if isinstance(result, Admitted)] == [
            number < 150 for number in range(400)
        ]

    def test_what_was_written_before_in_the_same_commit_is_seen(self, store: Store) -> None:
        _, first, _, second = store.commit([say(to=("mary",)), admit("tony"), say(room=TONY_MARY), admit("tony")])
        assert listed(first) == {LOBBY: 0, TONY_MARY: 1}
        assert listed(second) == {LOBBY: 0, TONY_MARY: 2}


class TestFloor:
    """A UID that was claimed sees only what was addressed to it since."""

    def test_rooms_of_the_former_guest_are_not_there(self, store: Store) -> None:
        store.commit([admit("mary"), say("for the guest", to=("mary",)), say("to all")])
        claim, later = store.commit([admit("mary", offer="key"), admit("mary", token="key")])
        assert listed(claim) == listed(later) == {LOBBY: 1}
        assert nowhere(store, TONY_MARY, reader="mary")
        assert texts(store, TONY_MARY) == ["for the guest"]

    def test_a_new_message_opens_the_room_from_there(self, store: Store) -> None:
        store.commit(
            [say("for the guest", to=("mary",)), admit("mary", offer="key"), say("for the owner", to=("mary",))]
        )
        (result,) = store.commit([admit("mary", token="key")])
        assert listed(result) == {LOBBY: 0, TONY_MARY: 2}
        for ask in (
            query(TONY_MARY),
            query(TONY_MARY, after=0),
            query(TONY_MARY, before=3),
            query(TONY_MARY, around=1),
        ):
            read = page(store, ask, reader="mary")
            assert [event.text for event in read.events] == ["for the owner"]
            assert not read.more
        read = page(store, query(TONY_MARY, before=2), reader="mary")
        assert (read.events, read.more) == ((), False)

    def test_the_others_see_all_as_before(self, store: Store) -> None:
        store.commit([say("a", to=("mary",)), admit("mary", offer="key"), say("b", to=("mary",))])
        assert texts(store, TONY_MARY) == ["a", "b"]
        (result,) = store.commit([admit("tony")])
        assert listed(result) == {LOBBY: 0, TONY_MARY: 2}

    def test_the_lobby_has_no_floor(self, store: Store) -> None:
        store.commit([say("a"), admit("mary", offer="key")])
        assert texts(store, reader="mary") == ["a"]

    def test_a_room_made_after_the_claim_is_seen_whole(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("a", to=("mary",))])
        assert texts(store, TONY_MARY, reader="mary") == ["a"]

    def test_only_the_claim_sets_it(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("a", to=("mary",)), admit("mary", offer="new", token="key")])
        assert texts(store, TONY_MARY, reader="mary") == ["a"]

    @pytest.mark.parametrize(
        "claim",
        [
            PutPerson(uid="mary", password_hash="hash"),
            PutToken(uid="mary", token_hash=hash_of("key"), device="first"),
        ],
        ids=["password", "token"],
    )
    def test_every_way_to_claim_sets_it(self, store: Store, claim: Change) -> None:
        store.commit([admit("mary"), say("for the guest", to=("mary",)), decide(claim)])
        assert nowhere(store, TONY_MARY, reader="mary")
        store.commit([say("for the owner", to=("mary",)), decide(claim)])
        read = page(store, query(TONY_MARY), reader="mary")
        assert [event.text for event in read.events] == ["for the owner"]

    def test_what_is_somebodys_stays_so_without_any_device(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("a", to=("mary",)), decide(DropTokens(uid="mary"))])
        assert codes(store.commit([admit("mary", offer="new"), admit("mary", token="key")])) == [
            "token_required",
            "token_wrong",
        ]
        assert facts(store, Wanted(actor="mary")).actor.claimed
        done(store, decide(PutToken(uid="mary", token_hash=hash_of("new"), device="new")))
        (result,) = store.commit([admit("mary", token="new")])
        assert listed(result) == {LOBBY: 0, TONY_MARY: 1}

    def test_named_rooms_have_none(self, store: Store) -> None:
        store.commit([make("r-a", "mary"), say("a", room="r-a"), admit("mary", offer="key")])
        assert texts(store, "r-a", reader="mary") == ["a"]

    def test_what_is_below_is_not_unread(self, store: Store) -> None:
        store.commit([say("@mary", to=("mary",)) for _ in range(3)])
        store.commit([admit("mary", offer="key"), say("@mary", to=("mary",))])
        (result,) = store.commit([admit("mary", token="key")])
        assert isinstance(result, Admitted)
        assert (result.rooms[1].unread, result.rooms[1].mentions) == (1, 1)


class TestVoucher:
    """A device of the account that has created a code for another one."""

    def test_it_lets_in_and_makes_the_device_that_is_offered(self, store: Store) -> None:
        [tony, mary] = store.commit([admit("tony", offer="a"), admit("mary", offer="m")])
        assert isinstance(tony, Admitted)
        assert isinstance(mary, Admitted)
        results = store.commit(
            [
                admit("tony", voucher=mary.device, offer="b"),
                admit("tony", voucher=tony.device, token="b", offer="b"),
                admit("tony", token="b"),
                admit("tony", voucher=tony.device, token="b", offer="c"),
                admit("bob", voucher=tony.device, offer="d"),
            ]
        )
        first, *others = results
        assert first == Refused(code=ErrorCode.TOKEN_REQUIRED)
        assert [each.offer_taken for each in others if isinstance(each, Admitted)] == [True, False, False, True]
        made = [each.device for each in others if isinstance(each, Admitted)]
        assert made[0] == made[1] == made[2] != tony.device

    def test_it_is_worth_nothing_once_it_is_signed_out(self, store: Store) -> None:
        [tony] = store.commit([admit("tony", offer="a")])
        assert isinstance(tony, Admitted)
        done(store, decide(DropTokens(uid="tony")))
        [result] = store.commit([admit("tony", voucher=tony.device, token="b", offer="b")])
        assert result == Refused(code=ErrorCode.TOKEN_WRONG)

    def test_it_is_no_password_where_one_is_needed(self, store: Store) -> None:
        [tony] = store.commit([admit("tony", offer="a")])
        assert isinstance(tony, Admitted)
        [result] = store.commit([admit("tony", voucher=tony.device, offer="b", accounts_only=True)])
        assert result == Refused(code=ErrorCode.PASSWORD_REQUIRED)


class TestPassword:
    """The core finds out whether a password fits the hash; the store, whether the hash is still the account's."""

    @pytest.fixture
    def registered(self, store: Store) -> Store:
        done(store, decide(PutPerson(uid="tony", nickname="Tony", password_hash="right")))
        return store

    def test_it_lets_in_and_makes_the_device_that_is_offered(self, registered: Store) -> None:
        results = registered.commit(
            [
                admit("tony"),
                admit("tony", password="former", offer="a"),
                admit("tony", password="right"),
                admit("tony", password="right", offer="a"),
                admit("tony", token="a"),
            ]
        )
        assert codes(results) == ["token_required", "password_wrong", "Admitted", "Admitted", "Admitted"]
        made = [(result.offer_taken, result.device) for result in results if isinstance(result, Admitted)]
        assert made == [(False, None), (True, 1), (False, 1)]

    def test_a_token_that_is_right_makes_it_needless(self, registered: Store) -> None:
        (_, result, refused) = registered.commit(
            [
                admit("tony", password="right", offer="a"),
                admit("tony", password="former", token="a", offer="b"),
                admit("tony", password="former", token="b"),
            ]
        )
        assert isinstance(result, Admitted)
        assert (result.offer_taken, result.device) == (False, 1)
        assert refused == Refused(code=ErrorCode.PASSWORD_WRONG)

    def test_logging_in_again_with_the_same_offer_is_the_same_device(self, registered: Store) -> None:
        """The answer to the first JOIN may have been lost."""
        results = registered.commit([admit("tony", password="right", offer="a", ts_ms=ts_ms) for ts_ms in (1, 2)])
        assert [(result.offer_taken, result.device) for result in results if isinstance(result, Admitted)] == [
            (True, 1),
            (True, 1),
        ]

    def test_it_claims_nothing_that_is_free(self, store: Store) -> None:
        """Nobody's UID has no password; what is offered with one claims it, as without."""
        (result,) = store.commit([admit("tony", password="any", offer="a")])
        assert isinstance(result, Admitted)
        assert result.offer_taken

    def test_past_the_most_devices_the_one_used_longest_ago_is_signed_out(self, registered: Store) -> None:
        def log_in(offer: str, ts_ms: int) -> Admit:
            return admit("tony", password="right", offer=offer, devices_max=3, ts_ms=ts_ms)

        registered.commit([log_in("a", 1), log_in("b", 2), log_in("c", 3), admit("tony", token="a", ts_ms=4)])
        (fourth,) = registered.commit([log_in("d", 5)])
        assert isinstance(fourth, Admitted)
        assert fourth.device == 4
        attempts = registered.commit([admit("tony", token=token) for token in "abcd"])
        assert codes(attempts) == ["Admitted", "token_wrong", "Admitted", "Admitted"]


class TestRefusals:
    @pytest.fixture
    def known(self, store: Store) -> Store:
        """Tony with a password and a device, Mary with a device only."""
        store.commit(
            [
                decide(PutPerson(uid="tony", nickname="Tony", password_hash="right")),
                admit("tony", password="right", offer="t"),
                admit("mary", offer="m"),
            ]
        )
        return store

    def test_a_disabled_account(self, known: Store) -> None:
        done(known, decide(PutPerson(uid="tony", disabled=True)))
        attempts = [admit("tony", token="t"), admit("tony", password="right"), admit("tony", token="wrong")]
        assert codes(known.commit(attempts)) == ["account_disabled", "account_disabled", "token_wrong"]
        done(known, decide(PutPerson(uid="tony", disabled=False)))
        assert codes(known.commit([admit("tony", token="t")])) == ["Admitted"]

    def test_a_ban_holds_until_it_ends(self, known: Store) -> None:
        done(known, decide(PutPerson(uid="tony", banned_until_ms=100), PutPerson(uid="guest", banned_until_ms=100)))
        attempts = [
            admit("tony", token="t", ts_ms=99),
            admit("tony", token="t", ts_ms=100),
            admit("guest", offer="g", ts_ms=99),
            admit("guest", offer="g", ts_ms=100),
            admit("tony", token="x", ts_ms=99),
        ]
        assert codes(known.commit(attempts)) == ["banned", "Admitted", "banned", "Admitted", "token_wrong"]

    def test_an_address_that_is_banned(self, known: Store) -> None:
        for network, address, banned in (
            ("192.0.2.7/32", "192.0.2.7", True),
            ("192.0.2.7/32", "192.0.2.8", False),
            ("192.0.2.0/24", "192.0.2.255", True),
            ("192.0.2.0/24", "::ffff:192.0.2.9", True),
            ("192.0.2.0/24", "192.0.3.0", False),
            ("0.0.0.0/0", "10.1.2.3", True),
            ("0.0.0.0/0", "2001:db8::1", False),
            ("2001:db8::/32", "2001:db8:ffff::1", True),
            ("2001:db8::/32", "2001:db9::1", False),
            ("fe80::/10", "fe80::1%eth0", True),
            ("192.0.2.0/24", "", False),
            ("192.0.2.0/24", "a pipe", False),
        ):
            done(known, decide(PutAddressBan(network=network, until_ms=100)))
            wanted = Wanted(actor="boss", address=address)
            assert [facts(known, wanted, ts_ms).address_banned for ts_ms in (99, 100)] == [banned, False]
            attempts = [admit("mary", token="m", address=address, ts_ms=ts_ms) for ts_ms in (99, 100)]
            assert codes(known.commit(attempts)) == ["banned" if banned else "Admitted", "Admitted"], (network, address)
            done(known, decide(PutAddressBan(network=network, until_ms=0)))

    def test_an_address_counts_after_the_token_and_not_for_those_with_power(self, known: Store) -> None:
        done(known, decide(PutAddressBan(network="10.0.0.0/8", until_ms=9_999)))
        attempts = [
            admit("mary", token="wrong", address="10.0.0.1"),
            admit("mary", token="m", address="10.0.0.1"),
            admit("guest", address="10.0.0.1"),
        ]
        assert codes(known.commit(attempts)) == ["token_wrong", "banned", "banned"]
        for role, expected in (
            (Role.MODERATOR, "Admitted"),
            (Role.OWNER, "Admitted"),
            (Role.MEMBER, "banned"),
            (Role.GUEST, "banned"),
        ):
            done(known, decide(PutPerson(uid="mary", role=role)))
            assert codes(known.commit([admit("mary", token="m", address="10.0.0.1")])) == [expected]

    def test_a_ban_of_addresses_is_lifted(self, known: Store) -> None:
        for until_ms in (9_999, 0):
            done(known, decide(PutAddressBan(network="10.0.0.0/8", until_ms=until_ms)))
        assert codes(known.commit([admit("tony", token="t", address="10.0.0.1")])) == ["Admitted"]

    def test_accounts_only(self, known: Store) -> None:
        attempts = [
            admit("tony", token="t", accounts_only=True),
            admit("mary", token="m", accounts_only=True),
            admit("mary", token="wrong", accounts_only=True),
            admit("guest", offer="g", accounts_only=True),
            admit("guest"),
        ]
        assert codes(known.commit(attempts)) == [
            "Admitted",
            "password_required",
            "token_wrong",
            "account_required",
            "Admitted",
        ]

    def test_a_name_with_a_fault_is_kept_by_who_has_it(self, known: Store) -> None:
        fault = "UID has a space at an end."
        known.commit([admit("old ", nickname="Old\u3164")])
        attempts = [
            admit("old ", nickname="Old\u3164", uid_fault=fault, nickname_fault="…"),
            admit("old ", nickname="New\u3164", uid_fault=fault, nickname_fault="…"),
            admit("old ", nickname="New", uid_fault=fault),
            admit("new ", nickname="New", uid_fault=fault),
        ]
        results = known.commit(attempts)
        assert codes(results) == ["Admitted", "bad_name", "Admitted", "bad_name"]
        assert isinstance(results[3], Refused)
        assert results[3].detail == fault

    @pytest.mark.parametrize("nickname", ["Tony", "TONY", "Ｔony", "To ny", "Tony\u3164", "T\u043eny"])
    def test_the_nickname_of_an_account_with_a_password_is_its_own(self, known: Store, nickname: str) -> None:
        attempts = [
            admit("mary", token="m", nickname=nickname),
            admit("guest", nickname=nickname),
            admit("tony", token="t", nickname=nickname),
            admit("guest", nickname=nickname + "1"),
        ]
        assert codes(known.commit(attempts)) == ["nickname_taken", "nickname_taken", "Admitted", "Admitted"]

    def test_no_newcomer_gets_a_uid_that_looks_like_such_a_nickname(self, known: Store) -> None:
        """With a token or without, even if the account has just taken it. Existing users of the UID keep it."""
        attempts = [
            admit("TONY", nickname="A"),
            admit("Tony", nickname="B", offer="b"),
            admit("tony", token="t", nickname="Marty"),
            admit("Marty", nickname="D"),
            admit("Tony", nickname="E"),
            admit("mary", token="m", nickname="F"),
        ]
        assert codes(known.commit(attempts)) == [
            "nickname_taken",
            "nickname_taken",
            "Admitted",
            "nickname_taken",
            "nickname_taken",  # it looks like the UID
            "Admitted",
        ]

    def test_a_nickname_that_was_given_up_is_free(self, known: Store) -> None:
        done(known, decide(PutPerson(uid="e", nickname="Eve", password_hash="eve's")))
        attempts = [admit("e", password="eve's", nickname="Anthony"), admit("guest", nickname="eve")]
        assert codes(known.commit(attempts)) == ["Admitted", "Admitted"]

    @pytest.mark.parametrize("nickname", ["zoe@lab", "ZOE@LAB", "zoe @lab", "z\u043ee@lab"])
    def test_nobody_takes_a_nickname_that_looks_like_the_uid_of_an_account(self, known: Store, nickname: str) -> None:
        """Also of one just claimed or deleted. Its owner may, and people who already have it keep it."""
        attempts = [
            admit("before", nickname=nickname),
            admit("zoe@lab", nickname="Zoe", offer="z"),
            admit("impostor", nickname=nickname),
            admit("before", nickname=nickname),
            admit("zoe@lab", token="z", nickname=nickname),
        ]
        expected = ["Admitted", "Admitted", "nickname_taken", "Admitted", "Admitted"]
        assert codes(known.commit(attempts)) == expected
        assert codes(known.commit(attempts[2:3])) == expected[2:3]
        done(known, decide(DropPerson(uid="zoe@lab")))
        assert codes(known.commit(attempts[2:4])) == expected[2:4]

    def test_an_account_with_a_password_keeps_its_nickname(self, known: Store) -> None:
        """Even if another account has the same nickname. Without a password, a nickname is not protected."""
        done(known, decide(PutPerson(uid="eve", nickname="TONY", password_hash="eve's")))
        done(known, decide(PutPerson(uid="mary", nickname="Tony")))
        attempts = [
            admit("tony", token="t", nickname="tony"),
            admit("eve", password="eve's", nickname="Tony"),
            admit("mary", token="m", nickname="Tony"),
            admit("tony", token="t", nickname="Anthony"),
            admit("tony", token="t", nickname="Tony"),
        ]
        expected = ["Admitted", "Admitted", "nickname_taken", "Admitted", "nickname_taken"]
        assert codes(known.commit(attempts)) == expected

    def test_whoever_is_refused_leaves_no_trace(self, known: Store) -> None:
        before = facts(known, Wanted(actor="mary"))
        known.commit([admit("mary", token="m", nickname="Tony", ts_ms=8_000), admit("new", nickname="Tony", offer="n")])
        assert facts(known, Wanted(actor="mary")) == before
        assert facts(known, Wanted(actor="tony", target="new")).target is None

    def test_a_name_that_cannot_be_written_fails_alone(self, known: Store) -> None:
        results = known.commit([admit("guest"), admit("mary", token="m", nickname="\ud800"), admit("tony", token="t")])
        assert codes(results) == ["Admitted", "StoreError", "Admitted"]
        assert facts(known, Wanted(actor="mary")).actor.nickname == "Mary"


class TestWhatItBrings:
    def test_named_rooms_even_when_nothing_was_said_there(self, store: Store) -> None:
        store.commit([make("r-b", "mary", ts_ms=20), make("r-a", ts_ms=30), make("r-c", "mary", ts_ms=10)])
        (result,) = store.commit([admit("mary", offer="m")])
        assert listed(result) == {LOBBY: 0, "r-b": 0, "r-c": 0}
        assert isinstance(result, Admitted)
        assert result.rooms[1] == Room(room="r-b", kind=RoomKind.NAMED, title="r-b")

    def test_not_those_it_is_banned_from(self, store: Store) -> None:
        banned = Membership(uid="mary", entered=False, banned_until_ms=9_999_999)
        store.commit([make("r-a", "mary"), decide(PutMember(room="r-a", member=banned))])
        (result,) = store.commit([admit("mary")])
        assert listed(result) == {LOBBY: 0}

    def test_named_rooms_before_those_that_strangers_make(self, store: Store) -> None:
        """Which ones are listed; in what order is another matter."""
        store.commit([make("r-a", "mary", ts_ms=1), make("r-b", "mary", ts_ms=2)])
        store.commit([say(by=f"stranger {number}", to=("mary",), ts_ms=10 + number) for number in range(5)])
        latest = conversation_id(["mary", "stranger 4"])
        for rooms_max, rooms in ((2, ["r-b"]), (3, ["r-b", "r-a"]), (4, [latest, "r-b", "r-a"])):
            (result,) = store.commit([admit("mary", rooms_max=rooms_max)])
            assert list(listed(result)) == [LOBBY, *rooms]
            assert isinstance(result, Admitted)
            assert result.more_rooms

    def test_rooms_whose_members_do_not_fit_are_left_out(self, store: Store) -> None:
        """Those after them may fit; named rooms tell no members and always do."""
        store.commit([make("r-a", "mary", "henry", "jo", ts_ms=1)])
        rooms = [("jo",), ("tony",), ("tony", "henry", "jo"), ("henry",), ("tony", "henry")]
        store.commit([say(by="mary", to=others, ts_ms=10 + place) for place, others in enumerate(rooms)])
        ids = [conversation_id(["mary", *others]) for others in rooms]
        for members_max, places in ((13, [4, 3, 2, 1, 0]), (9, [4, 3, 2]), (7, [4, 3, 1]), (2, [3]), (1, [])):
            small, large = store.commit([admit("mary", members_max=members_max), admit("mary")])
            assert list(listed(small)) == [LOBBY, *(ids[place] for place in places), "r-a"], members_max
            assert isinstance(small, Admitted)
            assert isinstance(large, Admitted)
            assert (small.more_rooms, large.more_rooms) == (len(places) < len(rooms), False)

    def test_where_it_is_muted(self, store: Store) -> None:
        ends = {"r-a": 5_000, "r-b": 5_001, "r-c": 0}
        store.commit([make(room) for room in ends])
        muted = [
            PutMember(room=room, member=Membership(uid="mary", muted_until_ms=until_ms))
            for room, until_ms in ends.items()
        ]
        store.commit([decide(*muted, PutPerson(uid="mary", muted_until_ms=7_000))])
        (result,) = store.commit([admit("mary", ts_ms=5_000)])
        assert isinstance(result, Admitted)
        assert (result.muted, result.person.muted_until_ms) == ({"r-b": 5_001}, 7_000)

    def test_whom_it_ignores(self, store: Store) -> None:
        ignored = [PutIgnored(uid="mary", other=other, ignored=True) for other in ("tony", "henry", "jo", "tony")]
        store.commit([decide(*ignored, PutIgnored(uid="mary", other="jo", ignored=False))])
        (result, other) = store.commit([admit("mary"), admit("tony")])
        assert isinstance(result, Admitted)
        assert isinstance(other, Admitted)
        assert (result.ignores, other.ignores) == (("henry", "tony"), ())

    def test_what_is_unread_and_who_mentions_it(self, store: Store) -> None:
        store.commit(
            [admit("mary"), say("@mary @room", to=("mary",)), say("a"), say("@room"), say(by="mary", to=("tony",))]
        )
        store.commit([say("@mary", to=("mary",)), say("@henry", to=("mary",)), decide(an_event(LOBBY))])
        (result,) = store.commit([admit("mary")])
        assert isinstance(result, Admitted)
        rooms = {room.room: (room.read, room.unread, room.mentions) for room in result.rooms}
        assert rooms == {LOBBY: (0, 2, 1), TONY_MARY: (2, 2, 1)}
