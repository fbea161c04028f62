"""Who is here."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from muca.client.roster import PeerRoster
from muca.core.roster import Roster
from muca.model.presence import Offline, Online, PresenceChange
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import Peer


def peers(**nicknames: str) -> list[Peer]:
    return [Peer(uid=uid, nickname=nickname) for uid, nickname in nicknames.items()]


def changed(change: PeerChange, uid: str, nickname: str) -> PeerChanged:
    return PeerChanged(change=change, uid=uid, nickname=nickname)


def test_a_whole_list_becomes_changes() -> None:
    roster = PeerRoster()
    roster.replace(peers(a="Ann", b="Bob", c="Cid"))

    changes = roster.replace(peers(b="Rob", c="Cid", d="Dan"))

    assert changes == [
        changed(PeerChange.LEFT, "a", "Ann"),
        changed(PeerChange.RENAMED, "b", "Rob"),
        changed(PeerChange.JOINED, "d", "Dan"),
    ]
    assert list(roster.peers.values()) == peers(b="Rob", c="Cid", d="Dan")


def test_the_view_stays_the_same_object() -> None:
    roster = PeerRoster()
    view = roster.peers

    roster.replace(peers(a="Ann"))
    roster.apply(changed(PeerChange.JOINED, "b", "Bob"))

    assert list(view) == ["a", "b"]


def test_a_renamed_peer_keeps_its_place_and_one_that_is_unknown_may_leave() -> None:
    roster = PeerRoster()
    roster.replace(peers(a="Ann", b="Bob"))

    roster.apply(changed(PeerChange.RENAMED, "a", "Zoe"))
    roster.apply(changed(PeerChange.LEFT, "nobody", "Nobody"))

    assert list(roster.peers.values()) == peers(a="Zoe", b="Bob")


def test_a_page_follows_those_that_were_listed_and_is_newer_than_what_was_told() -> None:
    roster = PeerRoster()
    roster.replace(peers(a="Ann", me="Me"), ["a"])
    roster.apply(changed(PeerChange.JOINED, "d", "Dan"))
    roster.apply(changed(PeerChange.AWAY, "b", "Bob"))

    roster.add(peers(b="Rob", c="Cid", me="Me", d="Dan"), ["c"])

    assert list(roster.peers.values()) == peers(a="Ann", b="Rob", c="Cid", me="Me", d="Dan")
    assert roster.away == {"a", "c"}


def test_a_name_means_the_uid_before_the_nickname() -> None:
    roster = PeerRoster()
    roster.replace(peers(a="b", b="Bob", c="Bob"))

    assert roster.meant_by("b") == ["b"]
    assert roster.meant_by("Bob") == ["b", "c"]
    assert roster.meant_by("Ann") == []


_LISTS = st.lists(
    st.builds(Peer, uid=st.sampled_from("abcde"), nickname=st.sampled_from("xyz")), unique_by=lambda p: p.uid
)


@given(before=_LISTS, after=_LISTS)
def test_the_changes_lead_from_one_list_to_the_other(before: list[Peer], after: list[Peer]) -> None:
    roster, follower = PeerRoster(), PeerRoster()
    roster.replace(before)
    follower.replace(before)

    for change in roster.replace(after):
        follower.apply(change)

    assert dict(follower.peers) == dict(roster.peers) == {peer.uid: peer for peer in after}


_STEPS = st.lists(
    st.one_of(
        st.builds(
            Online,
            origin=st.just("a"),
            uid=st.sampled_from("uvwxyz"),
            nickname=st.sampled_from(["Ann", "Bob"]),
            away=st.booleans(),
        ),
        st.builds(Offline, origin=st.just("a"), uid=st.sampled_from("uvwxyz")),
        st.just("page"),
        st.just("push"),
    ),
    max_size=40,
)


@given(before=_STEPS, after=_STEPS, page_size=st.integers(1, 3))
def test_pages_and_pushes_together_miss_nobody(
    before: list[PresenceChange | str], after: list[PresenceChange | str], page_size: int
) -> None:
    """Pushes may come late, but in order. A page is made when it is asked for, and overtakes pushes that wait."""
    server, client, pushes = Roster(), PeerRoster(), deque[PeerChanged]()
    for step in before:
        if not isinstance(step, str):
            server.apply(step)
    page = server.page(0, page_size)
    client.replace(page.peers, page.away)
    for step in [*after, *["page"] * 6, *["push"] * 80]:
        if step == "push":
            if pushes:
                client.apply(pushes.popleft())
        elif not isinstance(step, str):
            pushes.extend(server.apply(step))
        elif page.next is not None:
            page = server.page(page.next, page_size)
            client.add(page.peers, page.away)
    assert page.next is None
    assert not pushes
    everyone = server.page(0, 100)
    assert dict(client.peers) == {peer.uid: peer for peer in everyone.peers}
    assert client.away == set(everyone.away)
