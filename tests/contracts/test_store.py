"""What every store does, whatever is behind it: how it is asked. What it keeps is in the files beside this one."""

import pytest

from muca.model.changes import AddAudit, Change, Erase, PutMarker, PutMember, PutPerson, PutRoom, SetPinned, SetText
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.facts import Facts, Membership, Person, Wanted
from muca.model.queries import PinsQuery, VersionsQuery
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.model.storage import Decide, Decided, Decision, Look, Refused, StoreError
from muca.storage.store import Store
from tests.storage.words import Placed, an_event, decide, done, facts, page, query, say, seen, texts


def test_the_id_is_32_hexadecimal_digits(store: Store) -> None:
    assert len(bytes.fromhex(store.server_id)) == 16


def test_nobody_else_has_changed_anything(store: Store) -> None:
    store.commit([say()])
    assert store.take_outside() == ()


class TestDecide:
    """The mechanism; what the changes do is in the other files."""

    def test_a_refusal_of_the_rule_is_the_answer_and_nothing_changes(self, store: Store) -> None:
        refused = Refused(code=ErrorCode.NOT_ALLOWED, detail="why")
        write = Decide(wanted=Wanted(actor="tony"), rule=lambda facts: refused, ts_ms=1)
        assert store.commit([write, say("a")]) == [refused, Placed(room=LOBBY, seq=1, ts_ms=1_000)]

    def test_a_rule_that_breaks_fails_alone(self, store: Store) -> None:
        def broken(facts: Facts) -> Decision:
            raise ZeroDivisionError(facts.now_ms)

        write = Decide(wanted=Wanted(actor="tony"), rule=broken, ts_ms=1)
        first, failed, last = store.commit([say("a"), write, say("b")])
        assert isinstance(failed, StoreError)
        assert [first, last] == [Placed(room=LOBBY, seq=seq, ts_ms=1_000) for seq in (1, 2)]

    def test_the_decision_comes_back_with_the_facts_before(self, store: Store) -> None:
        decision = Decision(changes=(PutPerson(uid="tony", nickname="T"),))
        result = done(store, Decide(wanted=Wanted(actor="tony"), rule=lambda facts: decision, ts_ms=7))
        assert result.decision is decision
        assert result.facts == Facts(now_ms=7, actor=Person(uid="tony", nickname="tony"))
        assert facts(store, Wanted(actor="tony")).actor.nickname == "T"

    def test_no_changes_are_no_changes(self, store: Store) -> None:
        result = done(store, decide(room=LOBBY))
        assert (result.events, result.made) == ((), ())
        assert result.room == Room(room=LOBBY, kind=RoomKind.LOBBY, role=Role.GUEST)

    @pytest.mark.parametrize(
        "broken",
        [
            PutPerson(uid="tony", nickname="\ud800"),
            SetText(room=LOBBY, seq=1, text="\udfff"),
            AddAudit(actor="tony", action="\udfff"),
            PutMember(room="r-none", member=Membership(uid="tony")),
            PutMarker(room="r-none", uid="tony", seq=1),
            an_event("r-none"),
            SetText(room=LOBBY, seq=2, text="no message"),
            Erase(room=LOBBY, seq=2),
            SetPinned(room=LOBBY, seq=3, pinned=True),
            PutRoom(room="r-none", settings=Settings(topic="old")),
            PutRoom(room=LOBBY, settings=Settings(topic="new"), made_by="tony"),
        ],
        ids=repr,
    )
    def test_what_cannot_be_done_undoes_all_of_it_and_nothing_else(self, store: Store, broken: Change) -> None:
        done(store, decide(AddAudit(actor="x", action="X")))
        changes = (an_event(LOBBY), PutPerson(uid="mary", nickname="Mary"), broken, an_event(LOBBY))
        first, failed, last = store.commit([say("a"), decide(*changes), say("b")])
        assert isinstance(failed, StoreError)
        assert [first, last] == [Placed(room=LOBBY, seq=seq, ts_ms=1_000) for seq in (1, 2)]
        assert texts(store) == ["a", "b"]
        assert facts(store, Wanted(actor="tony", target="mary")).target is None

    def test_each_sees_what_was_decided_before_it_in_the_same_commit(self, store: Store) -> None:
        seen: list[str] = []

        def rule(facts: Facts) -> Decision:
            seen.append(facts.actor.nickname)
            return Decision(changes=(PutPerson(uid="tony", nickname=facts.actor.nickname + "!"),))

        store.commit([Decide(wanted=Wanted(actor="tony"), rule=rule, ts_ms=1) for _ in range(3)])
        assert seen == ["tony", "tony!", "tony!!"]

    def test_events_take_their_places_between_messages(self, store: Store) -> None:
        _, decided, _ = store.commit([say("a"), decide(an_event(LOBBY), an_event(LOBBY), ts_ms=77), say("b")])
        assert isinstance(decided, Decided)
        assert [(event.seq, event.ts_ms) for event in decided.events] == [(2, 77), (3, 77)]
        assert page(store, query(after=1)).events[:2] == decided.events
        assert texts(store) == ["a", "", "", "b"]


class TestLook:
    def test_a_guard_that_refuses_is_the_answer(self, store: Store) -> None:
        refused = Refused(code=ErrorCode.NO_SUCH_ROOM)
        assert store.look(Look(wanted=Wanted(actor="tony"), guard=lambda _: refused, query=query(), ts_ms=1)) == refused

    def test_the_guard_is_told_the_facts(self, store: Store) -> None:
        told: list[Facts] = []
        wanted = Wanted(actor="tony", room=LOBBY)
        store.look(Look(wanted=wanted, guard=lambda facts: told.append(facts), query=query(), ts_ms=8))
        assert told == [facts(store, wanted, ts_ms=8)]

    def test_a_room_that_is_not_there_is_refused(self, store: Store) -> None:
        for asked in (query("r-none"), VersionsQuery(room="r-none", seq=1), PinsQuery(room="r-none")):
            assert seen(store, asked) == Refused(code=ErrorCode.NO_SUCH_ROOM)

    def test_a_guard_that_breaks_is_an_error(self, store: Store) -> None:
        def broken(facts: Facts) -> None:
            raise ZeroDivisionError(facts.now_ms)

        with pytest.raises(StoreError):
            store.look(Look(wanted=Wanted(actor="tony"), guard=broken, query=query(), ts_ms=1))
        assert texts(store) == []
