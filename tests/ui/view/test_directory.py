"""Who is who."""

from muca.model.pushes import PeerChange, PeerChanged
from muca.model.rooms import Peer
from muca.ui.view.directory import Directory
from tests.ui.people import HENRY, LOBBY_ROOM, MARY, OPTICS, TONY, WITH_MARY, WITH_MARY_AND_HENRY, directory_of, message

OTHER_MARY = Peer(uid="mary2@muca.example", nickname="Mary")


def changed(change: PeerChange, peer: Peer) -> PeerChanged:
    return PeerChanged(change=change, uid=peer.uid, nickname=peer.nickname)


def test_peers_come_go_and_change_their_name() -> None:
    directory = directory_of(TONY)
    directory.change(changed(PeerChange.JOINED, MARY))
    directory.change(changed(PeerChange.JOINED, HENRY))
    assert list(directory.here) == [TONY.uid, MARY.uid, HENRY.uid]
    directory.change(changed(PeerChange.RENAMED, Peer(uid=MARY.uid, nickname="Maria")))
    assert directory.name(MARY.uid) == "Maria"
    directory.change(changed(PeerChange.LEFT, HENRY))
    directory.change(changed(PeerChange.LEFT, HENRY))
    assert [peer.uid for peer in directory.others_here()] == [MARY.uid]


def test_a_name_that_two_share_comes_with_the_uid() -> None:
    directory = directory_of(TONY, MARY)
    assert directory.name(MARY.uid) == "Mary"
    directory.change(changed(PeerChange.JOINED, OTHER_MARY))
    assert directory.name(MARY.uid) == "Mary (mary@muca.example)"
    assert directory.name(OTHER_MARY.uid) == "Mary (mary2@muca.example)"
    directory.change(changed(PeerChange.RENAMED, Peer(uid=OTHER_MARY.uid, nickname="Marie")))
    assert directory.name(MARY.uid) == "Mary"


def test_names_that_look_alike_without_their_invisible_characters_are_shared() -> None:
    directory = directory_of(TONY, MARY, Peer(uid="thief", nickname="Ma\u200bry"))
    assert directory.name("thief") == "Mary (thief)"


def test_an_unknown_uid_is_shown_itself() -> None:
    assert Directory(TONY).name("who\x07ever") == "whoever"


def test_the_sender_of_a_message_is_called_as_the_message_says_where_nothing_is_known() -> None:
    directory = directory_of(TONY)
    assert directory.name_of_sender(message(MARY, "", seq=1)) == "Mary"
    renamed = message(Peer(uid=MARY.uid, nickname="Old name"), "", seq=2)
    assert directory.name_of_sender(renamed) == "Mary"


def test_people_of_rooms_who_are_not_here_are_away() -> None:
    directory = directory_of(TONY, HENRY, rooms=(LOBBY_ROOM, WITH_MARY_AND_HENRY))
    assert directory.away() == {MARY.uid: MARY}
    directory.empty()
    assert set(directory.away()) == {MARY.uid, HENRY.uid}


def test_titles_name_the_others() -> None:
    directory = directory_of(rooms=(LOBBY_ROOM, WITH_MARY, WITH_MARY_AND_HENRY))
    assert directory.title(LOBBY_ROOM.room) == "Everyone"
    assert directory.title(WITH_MARY.room) == "Mary"
    assert directory.title(WITH_MARY_AND_HENRY.room) == "Henry, Mary, you"


def test_rooms_that_a_later_session_does_not_list_stay_known() -> None:
    directory = directory_of(rooms=(LOBBY_ROOM, WITH_MARY))
    directory.connected((TONY,), (LOBBY_ROOM,), keeps_rooms=True)
    assert directory.title(WITH_MARY.room) == "Mary"


def test_named_rooms_are_found_by_title_until_they_are_closed() -> None:
    directory = directory_of(rooms=(LOBBY_ROOM, OPTICS))
    assert directory.named("#Optics, and light") == OPTICS.room
    assert directory.named("Optics, and light") is None
    directory.retitle(OPTICS.room, "Waves")
    directory.retitle("r-unknown", "Waves")
    assert (directory.named("#Waves"), directory.title(OPTICS.room)) == (OPTICS.room, "Waves")
    directory.close(OPTICS.room)
    directory.close(OPTICS.room)
    assert directory.named("#Waves") is None


def test_members_of_a_named_room_are_called_as_the_room_says_unless_they_are_here() -> None:
    directory = directory_of(TONY, MARY, rooms=(LOBBY_ROOM, OPTICS))
    directory.members.begin(OPTICS.room)
    directory.meet(OPTICS.room, [HENRY, Peer(uid=MARY.uid, nickname="Old name")])
    assert directory.members.of(OPTICS.room) == {HENRY.uid, MARY.uid}
    assert (directory.peer(HENRY.uid), directory.peer(MARY.uid)) == (HENRY, MARY)
    assert directory.peer("unknown") == Peer(uid="unknown", nickname="unknown")
    directory.close(OPTICS.room)
    assert directory.members.of(OPTICS.room) == set()


def test_members_are_read_again_after_a_break() -> None:
    directory = directory_of(TONY, rooms=(LOBBY_ROOM, OPTICS))
    directory.members.begin(OPTICS.room)
    directory.connected((TONY,), (LOBBY_ROOM, OPTICS), keeps_rooms=True)
    assert directory.members.begin(OPTICS.room)
