"""SEARCH in every store, of messages that are in its index already and of those that are not yet."""

from collections.abc import Iterator
from itertools import product

import pytest

from muca.core.standing import PUBLIC_READERS
from muca.model.changes import DropMember, Erase, PutMember, PutPerson, PutReaction, PutRoom, SetText
from muca.model.events import Settings
from muca.model.facts import Membership
from muca.model.ids import Uid
from muca.model.queries import SearchQuery
from muca.model.replies import Hit, Hits
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from muca.model.storage import Retention
from muca.storage.store import Store
from tests.storage.words import NOW_MS, TONY_MARY, admit, decide, done, make, page, query, say, seen


def tended(store: Store) -> Store:
    """Do all housekeeping that there is."""
    while store.tend(NOW_MS, Retention()):
        pass
    return store


@pytest.fixture(params=["indexed", "fresh"])
def indexed(request: pytest.FixtureRequest) -> bool:
    """Whether a test's messages are in the index, if the store has one."""
    return bool(request.param == "indexed")


def search(*words: str, hits_max: int = 100, scan_max: int = 1_000, **filters: object) -> SearchQuery:
    bounds = {"hits_max": hits_max, "scan_max": scan_max}
    return SearchQuery(words=words, public=PUBLIC_READERS, **bounds, **filters)  # type: ignore[arg-type]


def hits(store: Store, asked: SearchQuery, *, reader: Uid = "tony") -> Hits:
    found = seen(store, asked, reader=reader)
    assert isinstance(found, Hits)
    return found


def texts(found: Hits) -> list[str]:
    return [hit.message.text for hit in found.hits]


def all_hits(store: Store, *words: str, reader: Uid = "tony", **asked: object) -> list[Hit]:
    """Turn all pages."""
    return [hit for page in all_pages(store, *words, reader=reader, **asked) for hit in page.hits]


def all_pages(store: Store, *words: str, reader: Uid = "tony", **asked: object) -> Iterator[Hits]:
    before: int | None = None
    for _ in range(1_000):
        found = hits(store, search(*words, before=before, **asked), reader=reader)  # type: ignore[arg-type]
        yield found
        before = found.next
        if before is None:
            return
    raise AssertionError("there is no last page")


TEXTS = [
    "Hello world",
    "Say HELLO to the worldwide web",
    "good morning, let us go",
    "ｆｕｌｌ width and Straße",
    "東京に行きました",
    "京都も見た",
    "한국어 검색",
    "Die Äpfel im A\u0308rmel",
    "two  spaces\nand a line",
    "see https://example.org/Page?x=1",
    '100% of foo_bar\'s "quotes" * OR NEAR',
    "👍🏽 ok",
]


FOUND = {
    ("hello",): [1, 0],
    (
        "HELLO",
        "world",
    ): [1, 0],
    ("hello world",): [0],
    ("orldw",): [1],
    (
        "hello",
        "missing",
    ): [],
    ("full",): [3],
    ("ＷＩＤＴＨ",): [3],
    ("strasse",): [3],
    ("go",): [2],
    ("goo",): [2],
    (
        "goo",
        "go",
    ): [2],
    ("東",): [4],
    ("京",): [5, 4],
    ("東京",): [4],
    ("京東",): [],
    ("行きま",): [4],
    (
        "京",
        "見",
    ): [5],
    ("검색",): [6],
    ("äpfel",): [7],
    ("a\u0308rmel",): [7],
    ("Ä",): [8],
    ("line",): [8],
    ("and a",): [8],
    ("spaces and",): [8],
    ("two  spaces",): [8],
    ("a",): [8],
    ("an",): [],
    ("and",): [8, 3],
    ("%",): [10],
    ("_",): [10],
    ("*",): [10],
    ('"',): [10],
    ("foo_bar's",): [10],
    ("OR",): [10],
    ("OR near",): [10],
    ('" *',): [10],
    ("'",): [10],
    ("100",): [10],
    ("👍",): [11],
    ("ok",): [11],
    ("x=1",): [9],
}
"""Words, and the numbers of the texts that have them."""


class TestWords:
    @pytest.fixture
    def talk(self, store: Store, indexed: bool) -> Store:
        store.commit([say(text, ts_ms=number) for number, text in enumerate(TEXTS)])
        return tended(store) if indexed else store

    def test_are_found_in_any_script_the_newest_first(self, talk: Store) -> None:
        found = {words: [hit.message.ts_ms for hit in hits(talk, search(*words)).hits] for words in FOUND}
        assert found == FOUND

    def test_are_marked_in_the_text_as_it_was_written(self, talk: Store) -> None:
        (hit,) = hits(talk, search("strasse", "dth", "width")).hits
        assert [hit.message.text[begin : begin + length] for begin, length in hit.marks] == ["width", "Straße"]
        (hit,) = hits(talk, search("ärmel")).hits
        assert [hit.message.text[begin : begin + length] for begin, length in hit.marks] == ["A\u0308rmel"]

    def test_a_hit_is_the_message_as_it_is_now(self, talk: Store) -> None:
        done(talk, decide(PutReaction(room=LOBBY, seq=1, uid="mary", emoji="👍")))
        (hit,) = hits(talk, search("Hello world")).hits
        assert hit == Hit(message=page(talk, query()).events[0], marks=((0, 11),))  # type: ignore[arg-type]

    def test_without_words_everything_is_found_and_nothing_marked(self, talk: Store) -> None:
        found = hits(talk, search(senders=("tony",)))
        assert texts(found) == TEXTS[::-1]
        assert all(hit.marks == () for hit in found.hits)


class TestPages:
    @pytest.fixture
    def many(self, store: Store, indexed: bool) -> Store:
        """Sixty messages in three rooms, every third of them with a needle; the last ones are never indexed."""
        store.commit([make("r-a"), admit("mary")])
        rooms = (LOBBY, "r-a", TONY_MARY)
        for number in range(60):
            if number == 50 and indexed:
                tended(store)
            text = f"needle {number}" if number % 3 == 0 else f"straw {number}"
            room = rooms[number // 4 % 3]
            store.commit([say(text, room=room, to=("mary",) if room == TONY_MARY else (), ts_ms=number)])
        return store

    def test_turned_one_after_the_other_they_bring_all_once(self, many: Store) -> None:
        for hits_max, scan_max in product((1, 3, 7, 20, 100), (1, 4, 1_000)):
            pages = list(all_pages(many, "needle", hits_max=hits_max, scan_max=scan_max))
            found = [text for page in pages for text in texts(page)]
            assert found == [f"needle {number}" for number in range(57, -1, -3)]
            assert all(len(page.hits) <= hits_max for page in pages)

    def test_the_first_page_is_full_when_that_needs_no_long_look(self, many: Store) -> None:
        found = hits(many, search("needle", hits_max=3))
        assert texts(found) == ["needle 57", "needle 54", "needle 51"]
        assert found.next is not None

    def test_new_messages_do_not_move_the_next_page(self, many: Store) -> None:
        first = hits(many, search("needle", hits_max=4))
        many.commit([say("needle new", ts_ms=100), decide(Erase(room=LOBBY, seq=1))])
        tended(many)
        second = hits(many, search("needle", hits_max=2, before=first.next))
        assert texts(second) == ["needle 45", "needle 42"]

    def test_nothing_found_is_one_empty_page(self, many: Store) -> None:
        assert hits(many, search("haystack")) == Hits(hits=())


class TestFilters:
    @pytest.fixture
    def talk(self, store: Store, indexed: bool) -> Store:
        store.commit([admit("mary", nickname="Maria"), admit("henry", nickname="MARIA"), make("r-a"), make("r-b")])
        store.commit(
            [
                say("one", ts_ms=10),
                say("two http://a.example", by="mary", ts_ms=20),
                say("three", by="henry", room="r-a", ts_ms=30),
                say("four HTTPS://b.example", room="r-a", ts_ms=40),
                say("five http:/nothing", room="r-b", ts_ms=50),
            ]
        )
        done(store, decide(PutRoom(room="r-a", settings=Settings(title="Physics Lab"))))
        done(store, decide(*(PutMember(room=room, member=Membership(uid="tony")) for room in ("r-a", "r-b"))))
        return tended(store) if indexed else store

    def test_alone_and_together(self, talk: Store) -> None:
        cases: list[tuple[dict[str, object], list[str]]] = [
            ({"senders": ("tony",)}, ["five", "four", "one"]),
            ({"senders": ("mary",)}, ["two"]),
            ({"senders": ("maria",)}, ["three", "two"]),
            ({"senders": ("tony", "ＭＡＲＩＡ")}, ["five", "four", "three", "two", "one"]),
            ({"senders": ("nobody",)}, []),
            ({"rooms": (LOBBY,)}, ["two", "one"]),
            ({"rooms": ("physics LAB",)}, ["four", "three"]),
            ({"rooms": ("r-a", "r-b")}, ["five", "four", "three"]),
            ({"rooms": ("nowhere",)}, []),
            ({"before_ms": 30}, ["two", "one"]),
            ({"after_ms": 30}, ["five", "four", "three"]),
            ({"after_ms": 20, "before_ms": 21}, ["two"]),
            ({"has_link": True}, ["four", "two"]),
            ({"has_link": True, "senders": ("tony",)}, ["four"]),
            ({"rooms": (LOBBY,), "senders": ("tony",), "before_ms": 99}, ["one"]),
        ]
        for filters, expected in cases:
            found = texts(hits(talk, search(**filters)))  # type: ignore[arg-type]
            assert [text.partition(" ")[0] for text in found] == expected, filters

    def test_with_words(self, talk: Store) -> None:
        assert texts(hits(talk, search("example", senders=("mary",)))) == ["two http://a.example"]
        assert texts(hits(talk, search("example", rooms=("r-b",)))) == []

    def test_pages_with_filters_bring_all_once(self, talk: Store) -> None:
        for scan_max in (1, 2, 100):
            found = all_hits(talk, senders=("tony",), hits_max=1, scan_max=scan_max)
            assert [hit.message.ts_ms for hit in found] == [50, 40, 10]


class TestChanges:
    """Whatever was in the index before."""

    @pytest.fixture
    def talk(self, store: Store, indexed: bool) -> Store:
        store.commit([say("old words"), say("東京")])
        return tended(store) if indexed else store

    @pytest.mark.parametrize("later", [True, False])
    def test_after_an_edit_the_new_text_is_found_where_the_message_was(self, talk: Store, later: bool) -> None:
        done(talk, decide(SetText(room=LOBBY, seq=1, text="new 京都")))
        if later:
            tended(talk)
        assert texts(hits(talk, search("new"))) == ["new 京都"]
        assert hits(talk, search("old")) == hits(talk, search("words")) == Hits(hits=())
        assert texts(hits(talk, search("京"))) == ["東京", "new 京都"]
        assert texts(hits(talk, search("都"))) == ["new 京都"]
        assert texts(hits(talk, search(senders=("tony",)))) == ["東京", "new 京都"]

    @pytest.mark.parametrize("later", [True, False])
    def test_deleted_text_is_never_found(self, talk: Store, later: bool) -> None:
        done(talk, decide(SetText(room=LOBBY, seq=2, text="other"), Erase(room=LOBBY, seq=2), Erase(room=LOBBY, seq=1)))
        if later:
            tended(talk)
        for words in (("old",), ("words",), ("東",), ("東京",), ("other",), ("",), ()):
            assert hits(talk, search(*words, after_ms=0)) == Hits(hits=())

    def test_an_edit_of_an_edit(self, talk: Store) -> None:
        for text in ("first", "second", "third"):
            done(talk, decide(SetText(room=LOBBY, seq=1, text=text)))
            tended(talk)
        assert [texts(hits(talk, search(word))) for word in ("first", "second", "third")] == [[], [], ["third"]]


class TestWhoFindsWhat:
    @pytest.fixture
    def talk(self, store: Store, indexed: bool) -> Store:
        """The same word everywhere. Otto is the server's owner, Guest a guest."""
        store.commit([admit(uid, offer=uid) for uid in ("tony", "mary", "henry", "otto")])
        store.commit([admit("guest"), say("x for a former guest", by="mary", to=("tony",))])
        store.commit([make("r-open", by="mary"), make("r-secret", by="mary", private=True)])
        store.commit(
            [
                say("x lobby"),
                say("x direct", to=("mary",)),
                say("x open", by="mary", room="r-open"),
                say("x secret", by="mary", room="r-secret"),
            ]
        )
        done(store, decide(PutPerson(uid="otto", role=Role.OWNER)))
        return tended(store) if indexed else store

    def test_what_one_may_read(self, talk: Store) -> None:
        for reader, expected in {
            "mary": ["secret", "open", "direct", "lobby", "for a former guest"],
            "tony": ["open", "direct", "lobby", "for a former guest"],
            "henry": ["open", "lobby"],
            "otto": ["open", "lobby"],
            "guest": ["lobby"],
            "nobody": ["lobby"],
        }.items():
            found = [f"x {text}" for text in expected]
            assert texts(hits(talk, search("x"), reader=reader)) == found
            assert texts(hits(talk, search(after_ms=0), reader=reader)) == found

    def test_a_filter_opens_no_room(self, talk: Store) -> None:
        assert hits(talk, search("x", rooms=("r-secret", TONY_MARY)), reader="henry") == Hits(hits=())

    def test_from_the_floor_on(self, talk: Store) -> None:
        talk.commit([say("x later", by="mary", room="r-secret")])
        done(talk, decide(PutMember(room="r-secret", member=Membership(uid="henry", floor_seq=1))))
        assert texts(hits(talk, search("x"), reader="henry")) == ["x later", "x open", "x lobby"]

    def test_not_what_was_written_to_a_former_guest(self, store: Store, indexed: bool) -> None:
        store.commit([say("x old", to=("mary",)), admit("mary", offer="m"), say("x new", to=("mary",))])
        if indexed:
            tended(store)
        assert texts(hits(store, search("x"), reader="mary")) == ["x new"]
        assert texts(hits(store, search("x"))) == ["x new", "x old"]

    def test_rights_that_end(self, talk: Store) -> None:
        banned = Membership(uid="henry", entered=False, banned_until_ms=9_001)
        done(talk, decide(DropMember(room="r-secret", uid="mary"), PutMember(room="r-open", member=banned)))
        assert texts(hits(talk, search("x"), reader="henry")) == ["x lobby"]
        assert "x secret" not in texts(hits(talk, search("x"), reader="mary"))
        assert "x open" in texts(hits(talk, search("x"), reader="mary"))

    def test_a_ban_that_is_over_and_one_of_the_servers_owner(self, talk: Store) -> None:
        for uid, until_ms in (("henry", 9_000), ("otto", 9_001)):
            banned = Membership(uid=uid, entered=False, banned_until_ms=until_ms)
            done(talk, decide(PutMember(room="r-open", member=banned)))
            assert texts(hits(talk, search("x"), reader=uid)) == ["x open", "x lobby"]

    def test_a_room_that_is_private_now(self, talk: Store) -> None:
        done(talk, decide(PutRoom(room="r-open", settings=Settings(private=True))))
        assert texts(hits(talk, search("x"), reader="henry")) == ["x lobby"]
