"""Who is here."""

from hypothesis import given
from hypothesis import strategies as st

from muca.client.roster import Roster
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import Peer


def peers(**nicknames: str) -> list[Peer]:
    return [Peer(uid=uid, nickname=nickname) for uid, nickname in nicknames.items()]


def changed(change: PeerChange, uid: str, nickname: str) -> PeerChanged:
    return PeerChanged(change=change, uid=uid, nickname=nickname)


def test_a_whole_list_becomes_changes() -> None:
    roster = Roster()
    roster.replace(peers(a="Ann", b="Bob", c="Cid"))

    changes = roster.replace(peers(b="Rob", c="Cid", d="Dan"))

    assert changes == [
        changed(PeerChange.LEFT, "a", "Ann"),
        changed(PeerChange.RENAMED, "b", "Rob"),
        changed(PeerChange.JOINED, "d", "Dan"),
    ]
    assert list(roster.peers.values()) == peers(b="Rob", c="Cid", d="Dan")


def test_the_view_stays_the_same_object() -> None:
    roster = Roster()
    view = roster.peers

    roster.replace(peers(a="Ann"))
    roster.apply(changed(PeerChange.JOINED, "b", "Bob"))

    assert list(view) == ["a", "b"]


def test_a_renamed_peer_keeps_its_place_and_one_that_is_unknown_may_leave() -> None:
    roster = Roster()
    roster.replace(peers(a="Ann", b="Bob"))

    roster.apply(changed(PeerChange.RENAMED, "a", "Zoe"))
    roster.apply(changed(PeerChange.LEFT, "nobody", "Nobody"))

    assert list(roster.peers.values()) == peers(a="Zoe", b="Bob")


def test_a_page_follows_those_that_were_listed_and_is_newer_than_what_was_told() -> None:
    roster = Roster()
    roster.replace(peers(a="Ann", me="Me"), ["a"])
    roster.apply(changed(PeerChange.JOINED, "d", "Dan"))
    roster.apply(changed(PeerChange.AWAY, "b", "Bob"))

    roster.add(peers(b="Rob", c="Cid", me="Me", d="Dan"), ["c"])

    assert list(roster.peers.values()) == peers(a="Ann", b="Rob", c="Cid", me="Me", d="Dan")
    assert roster.away == {"a", "c"}


def test_a_name_means_the_uid_before_the_nickname() -> None:
    roster = Roster()
    roster.replace(peers(a="b", b="Bob", c="Bob"))

    assert roster.meant_by("b") == ["b"]
    assert roster.meant_by("Bob") == ["b", "c"]
    assert roster.meant_by("Ann") == []


_LISTS = st.lists(
    st.builds(Peer, uid=st.sampled_from("abcde"), nickname=st.sampled_from("xyz")), unique_by=lambda p: p.uid
)


@given(before=_LISTS, after=_LISTS)
def test_the_changes_lead_from_one_list_to_the_other(before: list[Peer], after: list[Peer]) -> None:
    roster, follower = Roster(), Roster()
    roster.replace(before)
    follower.replace(before)

    for change in roster.replace(after):
        follower.apply(change)

    assert dict(follower.peers) == dict(roster.peers) == {peer.uid: peer for peer in after}
