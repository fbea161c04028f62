"""Two processes on one database: each sees what the other does, and the server learns of it."""

from pathlib import Path

from muca.model.changes import PutPerson
from muca.model.feed import Logged
from muca.model.rooms import LOBBY
from muca.model.storage import Retention, news_of
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import NOW_MS, Placed, decide, say, texts


def test_each_sees_what_the_other_does(tmp_path: Path) -> None:
    server = SqliteStore.open(tmp_path)
    server.commit([say("a")])
    assert server.take_outside() == ()
    other = SqliteStore.open(tmp_path, share=True)
    assert other.server_id == server.server_id
    results = other.commit([say("b"), decide(PutPerson(uid="mary", disabled=True)), say("c")])
    assert results[0] == Placed(room=LOBBY, seq=2, ts_ms=1_000)
    assert server.take_outside() == tuple(news for result in results for news in news_of(result))
    assert server.take_outside() == ()
    other.commit([say("d")])
    other.close()
    server.commit([say("e")])
    server.tend(NOW_MS, Retention())  # removes what was read
    assert [news.entry.seq for news in server.take_outside() if isinstance(news, Logged)] == [4]
    assert server.take_outside() == ()
    assert texts(server) == ["a", "b", "c", "d", "e"]
    server.close()


def test_a_server_that_starts_follows_nothing_from_before(tmp_path: Path) -> None:
    SqliteStore.open(tmp_path).close()
    other = SqliteStore.open(tmp_path, share=True)
    other.commit([say("a")])
    server = SqliteStore.open(tmp_path)
    other.commit([say("b")])
    (news,) = server.take_outside()
    assert isinstance(news, Logged)
    assert news.entry.seq == 2
    other.close()
    server.close()
