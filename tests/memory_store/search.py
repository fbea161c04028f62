"""SEARCH in the memory store: it examines every message."""

from muca.model.events import Message
from muca.model.ids import RoomId, Uid
from muca.model.matching import find_marks, has_link
from muca.model.names import nickname_key
from muca.model.queries import SearchQuery
from muca.model.replies import Hit, Hits
from muca.storage.pages import fitting
from tests.memory_store.tables import Tables


def search(tables: Tables, query: SearchQuery, reader: Uid, now_ms: int) -> Hits:
    """Return a page of matches, the newest first."""
    rooms = {
        room
        for room in tables.rooms
        if tables.may_read(room, reader, query.public, now_ms) and _is_meant(tables, room, query)
    }
    hits: list[Hit] = []
    looked_at = chars = 0
    last = 0
    for number, (room, seq) in reversed(tables.messages.items()):
        if room not in rooms or (query.before is not None and number >= query.before):
            continue
        if looked_at == query.scan_max or chars >= query.chars_max or len(hits) == query.hits_max:
            return Hits(hits=tuple(hits), next=last)
        looked_at, last = looked_at + 1, number
        message = tables.message(room, seq, reader)
        if message is not None and _fits(tables, query, message):
            chars += len(message.text) * max(len(query.words), 1)
            marks = find_marks(message.text, query.words, [file.name for file in message.files])
            if marks is not None:
                hits.append(Hit(message=message, marks=marks))
                if len(fitting(hits, query.bytes_max)) < len(hits):
                    return Hits(hits=tuple(hits[:-1]), next=number + 1)
    return Hits(hits=tuple(hits))


def _is_meant(tables: Tables, room: RoomId, query: SearchQuery) -> bool:
    title = tables.rooms[room].room.title
    titles = {nickname_key(title)} if title is not None else set()
    return not query.rooms or room in query.rooms or not titles.isdisjoint(map(nickname_key, query.rooms))


def _fits(tables: Tables, query: SearchQuery, message: Message) -> bool:
    called = nickname_key(tables.person(message.sender).nickname)
    ts_ms = message.ts_ms or 0
    return (
        (not query.senders or message.sender in query.senders or called in map(nickname_key, query.senders))
        and (query.before_ms is None or ts_ms < query.before_ms)
        and (query.after_ms is None or ts_ms >= query.after_ms)
        and (not query.has_link or has_link(message.text))
        and (not query.has_file or bool(message.files))
    )
