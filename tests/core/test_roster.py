"""The roster: what changes of presence make of it, and what clients are told."""

from collections.abc import Iterable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from muca.core.roster import Roster
from muca.model.presence import Offline, Online, OriginLost, PresenceChange
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import Peer


def online(uid: str, origin: str = "a", *, nickname: str = "N", away: bool = False) -> Online:
    return Online(origin=origin, uid=uid, nickname=nickname, away=away)


def changes(roster: Roster, *given: PresenceChange) -> list[tuple[PeerChange, str]]:
    return [(told.change, told.uid) for change in given for told in roster.apply(change)]


def test_somebody_is_online_while_one_origin_says_so() -> None:
    roster = Roster()
    assert changes(roster, online("tony"), online("tony"), online("tony", "b")) == [(PeerChange.JOINED, "tony")]
    assert changes(roster, Offline(origin="a", uid="tony"), Offline(origin="a", uid="tony")) == []
    assert "tony" in roster
    assert changes(roster, Offline(origin="b", uid="tony")) == [(PeerChange.LEFT, "tony")]
    assert "tony" not in roster


def test_somebody_is_away_if_all_origins_say_so() -> None:
    roster = Roster()
    roster.apply(online("tony"))
    assert changes(roster, online("tony", away=True)) == [(PeerChange.AWAY, "tony")]
    assert changes(roster, online("tony", "b")) == [(PeerChange.BACK, "tony")]
    assert changes(roster, Offline(origin="b", uid="tony")) == [(PeerChange.AWAY, "tony")]
    assert changes(roster, online("mary", away=True)) == [(PeerChange.JOINED, "mary"), (PeerChange.AWAY, "mary")]


def test_the_last_nickname_counts_and_can_be_looked_up() -> None:
    roster = Roster()
    roster.apply(online("tony", nickname="Tony"))
    roster.apply(online("mary", nickname="TONY"))
    assert roster.meant_by("tony") == ["mary", "tony"]
    assert roster.meant_by("Tony", exactly=True) == ["tony"]
    told = roster.apply(online("tony", "b", nickname="Anton"))
    assert told == [PeerChanged(change=PeerChange.RENAMED, uid="tony", nickname="Anton")]
    assert (roster.meant_by("Tony"), roster.meant_by("Anton")) == (["mary"], ["tony"])
    assert changes(roster, OriginLost(origin="b")) == [(PeerChange.RENAMED, "tony")]
    assert roster.get("tony") == Peer(uid="tony", nickname="Tony")


def test_who_leaves_and_comes_back_is_at_the_end() -> None:
    roster = Roster()
    for uid in ("tony", "mary", "zoe"):
        roster.apply(online(uid))
    roster.apply(Offline(origin="a", uid="tony"))
    roster.apply(online("tony"))
    assert [peer.uid for peer in roster] == ["mary", "zoe", "tony"]


def test_a_lost_origin_takes_its_people_along_and_no_others() -> None:
    roster = Roster()
    for uid, origin in (("tony", "a"), ("mary", "b"), ("zoe", "a"), ("zoe", "b"), ("henry", "b")):
        roster.apply(online(uid, origin))
    assert changes(roster, OriginLost(origin="b")) == [(PeerChange.LEFT, "mary"), (PeerChange.LEFT, "henry")]
    assert [peer.uid for peer in roster] == ["tony", "zoe"]
    assert changes(roster, OriginLost(origin="b")) == []


def test_pages_follow_each_other_while_people_come_and_go() -> None:
    roster = Roster()
    for uid in "abcde":
        roster.apply(online(uid, away=uid == "b"))
    first = roster.page(0, 2)
    assert ([peer.uid for peer in first.peers], first.away) == (["a", "b"], ("b",))
    for uid in "bc":
        roster.apply(Offline(origin="a", uid=uid))
    roster.apply(online("b"))
    assert first.next is not None
    second = roster.page(first.next, 2)
    assert [peer.uid for peer in second.peers] == ["d", "e"]
    assert second.next is not None
    last = roster.page(second.next, 2)
    assert ([peer.uid for peer in last.peers], last.away, last.next) == (["b"], (), None)
    assert roster.page(1_000, 2).peers == ()


CHANGES = st.one_of(
    st.builds(
        Online,
        origin=st.sampled_from("ab"),
        uid=st.sampled_from("xyz"),
        nickname=st.sampled_from(["N", "n", "M"]),
        away=st.booleans(),
    ),
    st.builds(Offline, origin=st.sampled_from("ab"), uid=st.sampled_from("xyz")),
)


def summed_up(history: Iterable[PresenceChange]) -> dict[str, tuple[str, bool]]:
    """Return who is online after these changes, with nickname and whether away, in the simplest way."""
    reports: list[Online] = []
    for change in history:
        gone = {change.origin} if isinstance(change, OriginLost) else {(change.origin, change.uid)}
        reports = [report for report in reports if not {report.origin, (report.origin, report.uid)} & gone]
        if isinstance(change, Online):
            reports.append(change)
    return {
        report.uid: (report.nickname, all(other.away for other in reports if other.uid == report.uid))
        for report in reports
    }


@given(st.lists(CHANGES, max_size=30), st.lists(CHANGES, max_size=10), st.sampled_from("ab"))
def test_however_the_changes_of_two_origins_mix_and_one_dies_roster_and_pushes_are_right(
    before: list[PresenceChange], after: list[PresenceChange], dying: str
) -> None:
    """What the dying one said last is gone; it may come back. Clients that follow the pushes know the same."""
    history = [*before, OriginLost(origin=dying), *after]
    encoded = msgspec.json.encode(history)
    roster = Roster()
    known: dict[str, tuple[str, bool]] = {}
    for change in msgspec.json.decode(encoded, type=list[PresenceChange]):
        for told in roster.apply(change):
            assert (told.uid in known) is (told.change is not PeerChange.JOINED)
            away = known[told.uid][1] if told.uid in known else False
            if told.change in {PeerChange.AWAY, PeerChange.BACK}:
                assert away is (told.change is PeerChange.BACK)
                away = told.change is PeerChange.AWAY
            known[told.uid] = (told.nickname, away)
            if told.change is PeerChange.LEFT:
                del known[told.uid]
        first, whole = roster.page(0, 1), roster.page(0, 100)
        assert first.peers == whole.peers[:1]
        assert first.away == tuple(uid for uid in whole.away if uid == first.peers[0].uid)
        assert (first.next is not None) is (len(whole.peers) > 1)
    expected = summed_up(history)
    assert known == expected
    page = roster.page(0, 100)
    assert {peer.uid: (peer.nickname, peer.uid in page.away) for peer in page.peers} == expected
    assert list(page.peers) == list(roster)
    for nickname in ("N", "M"):
        meant = [uid for uid, (name, _) in expected.items() if name.upper() == nickname]
        assert roster.meant_by(nickname) == sorted(meant)
