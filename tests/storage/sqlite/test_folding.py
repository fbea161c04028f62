"""Data made by folding is recomputed if the rules have changed."""

from pathlib import Path

import pytest

from muca.model.changes import PutReaction
from muca.model.characters import FOLDING
from muca.model.events import Message
from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.rooms import LOBBY
from muca.storage.sqlite import folding
from muca.storage.sqlite.store import SqliteStore
from tests.storage.sqlite.test_tend import check, indexed, tend_all
from tests.storage.words import admit, decide, done, page, query, say, seen


def found(store: SqliteStore, word: str) -> int:
    """Count what a search finds."""
    page = seen(store, SearchQuery(words=(word,), hits_max=10, scan_max=100), reader="mary")
    assert isinstance(page, Hits)
    return len(page.hits)


def test_keys_and_index_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore.open(tmp_path)
    store.commit([admit("mary"), say(text="Größe"), say(text="two")])
    tend_all(store)
    store._writer.execute("UPDATE people SET nickname_key = 'stale'")
    store.close()

    monkeypatch.setattr(folding, "FOLDING", "another")
    store = SqliteStore.open(tmp_path)
    assert store._writer.execute("SELECT DISTINCT nickname_key = 'stale' FROM people").fetchall() == [(0,)]
    assert indexed(store) == 0
    assert found(store, "grosse") == 1, "what is not indexed yet is looked at"
    tend_all(store)
    assert indexed(store) == 2
    assert found(store, "grosse") == 1
    check(store)
    store.close()


def test_what_is_folded_by_these_rules_stays(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path)
    store.commit([admit("mary"), say(text="one")])
    tend_all(store)
    store._writer.execute("UPDATE people SET nickname_key = 'kept'")
    store.close()
    store = SqliteStore.open(tmp_path)
    assert store._writer.execute("SELECT value FROM meta WHERE key = 'folding'").get == FOLDING
    assert store._writer.execute("SELECT nickname_key FROM people").get == "kept"
    assert indexed(store) == 1
    store.close()


def test_reactions_are_brought_to_one_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And counted once for each person; what is no emoji stays, to be taken back."""
    store = SqliteStore.open(tmp_path)
    store.commit([admit("mary"), say(text="one"), say(text="two")])
    for uid, emoji in (("mary", "\u2800"), ("mary", "👍\ufe0f"), ("tony", "👍"), ("mary", "👍"), ("zoe", "👍\ufe0f")):
        done(store, decide(PutReaction(room=LOBBY, seq=1, uid=uid, emoji=emoji)))
    done(store, decide(PutReaction(room=LOBBY, seq=2, uid="mary", emoji="👍")))
    store.close()

    monkeypatch.setattr(folding, "FOLDING", "another")
    store = SqliteStore.open(tmp_path)
    first, second = (event.reactions for event in page(store, query()).events if isinstance(event, Message))
    assert [(each.emoji, each.count, set(each.uids)) for each in first] == [
        ("\u2800", 1, {"mary"}),
        ("👍", 3, {"mary", "tony", "zoe"}),
    ]
    assert [(each.emoji, each.count) for each in second] == [("👍", 1)]
    store.close()
