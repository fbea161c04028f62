"""Methods about messages: what each asks, and what it gives."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from muca.client import Mention, NotSupported, places_of
from muca.model import requests
from muca.model.events import Message, Reach
from muca.model.replies import Data, Done, Hit, Hits, MessageList, Page, Purged, Stored, Version, VersionList
from muca.model.requests import Request
from tests.client.asker import Asker

STORED = Stored(room="r-1", seq=9, ts_ms=5)
MESSAGE = Message(room="r-1", seq=3, reach=Reach.ROOM, sender="tony", text="red shift")
PAGE = Page(room="r-1", events=(MESSAGE,), more=False)
HITS = Hits(hits=(Hit(message=MESSAGE, marks=((0, 3),)),), next=7)
VERSIONS = (Version(ts_ms=5, text="read shift"),)

CALLS: list[tuple[Callable[[Asker], Awaitable[Any]], Request, Data | Message, Any]] = [
    (lambda chat: chat.edit("r-1", 3, "x"), requests.Edit(room="r-1", seq=3, text="x"), STORED, STORED),
    (lambda chat: chat.delete("r-1", 3), requests.Delete(room="r-1", seq=3), STORED, STORED),
    (
        lambda chat: chat.purge("r-1", "zoe"),
        requests.Purge(room="r-1", uid="zoe"),
        Purged(deleted=3, more=False),
        3,
    ),
    (lambda chat: chat.react("r-1", 3, "👍"), requests.React(room="r-1", seq=3, emoji="👍"), STORED, STORED),
    (lambda chat: chat.unreact("r-1", 3, "👍"), requests.Unreact(room="r-1", seq=3, emoji="👍"), Done(), None),
    (lambda chat: chat.pin("r-1", 3), requests.Pin(room="r-1", seq=3), STORED, STORED),
    (lambda chat: chat.unpin("r-1", 3), requests.Unpin(room="r-1", seq=3), Done(), None),
    (lambda chat: chat.mark_read("r-1", 3), requests.Read(room="r-1", seq=3), Done(), None),
    (lambda chat: chat.mark_unread("r-1", 3), requests.Read(room="r-1", seq=2, back=True), Done(), None),
    (lambda chat: chat.typing("r-1"), requests.Typing(room="r-1"), Done(), None),
    (
        lambda chat: chat.history("r-1", around=3, limit=9),
        requests.History(room="r-1", around=3, limit=9),
        PAGE,
        PAGE,
    ),
    (lambda chat: chat.history("r-1", at_ms=5), requests.History(room="r-1", at_ms=5), PAGE, PAGE),
    (lambda chat: chat.history("r-1", after=5), requests.History(room="r-1", after=5), PAGE, PAGE),
    (lambda chat: chat.history("r-1", before=5), requests.History(room="r-1", before=5), PAGE, PAGE),
    (
        lambda chat: chat.search("red", before=9, limit=3, zone="+02:00"),
        requests.Search(query="red", before=9, limit=3, zone="+02:00"),
        HITS,
        HITS,
    ),
    (
        lambda chat: chat.versions("r-1", 3),
        requests.Versions(room="r-1", seq=3),
        VersionList(versions=VERSIONS),
        VERSIONS,
    ),
    (lambda chat: chat.pins("r-1"), requests.Pins(room="r-1"), MessageList(messages=(MESSAGE,)), (MESSAGE,)),
    (
        lambda chat: chat.report("r-1", 3, "spam"),
        requests.Report(room="r-1", seq=3, reason="spam"),
        Done(),
        None,
    ),
    (
        lambda chat: chat.send("hi", room="r-1", reply_to=3),
        requests.Send(text="hi", room="r-1", reply_to=3),
        MESSAGE,
        MESSAGE,
    ),
    (
        lambda chat: chat.send("@Mary", room="r-1", mentions=places_of("@Mary", {"mary": "mary@lab"})),
        requests.Send(text="@Mary", room="r-1", mentions=(Mention(uid="mary@lab", begin=0, length=5),)),
        MESSAGE,
        MESSAGE,
    ),
    (
        lambda chat: chat.edit("r-1", 3, "@Mary", mentions=()),
        requests.Edit(room="r-1", seq=3, text="@Mary", mentions=()),
        Done(),
        None,
    ),
]


NUMBERLESS: list[Callable[[Asker, Message], Awaitable[Any]]] = [
    lambda chat, message: chat.edit(message.room, message.seq, "x"),
    lambda chat, message: chat.delete(message.room, message.seq),
    lambda chat, message: chat.react(message.room, message.seq, "👍"),
    lambda chat, message: chat.unreact(message.room, message.seq, "👍"),
    lambda chat, message: chat.pin(message.room, message.seq),
    lambda chat, message: chat.unpin(message.room, message.seq),
    lambda chat, message: chat.mark_read(message.room, message.seq),
    lambda chat, message: chat.versions(message.room, message.seq),
    lambda chat, message: chat.report(message.room, message.seq),
]
IN_NO_ROOM: list[Callable[[Asker, Message], Awaitable[Any]]] = [
    lambda chat, message: chat.typing(message.room),
    lambda chat, message: chat.history(message.room),
    lambda chat, message: chat.pins(message.room),
]


@pytest.mark.parametrize(("call", "request_", "answer", "given"), CALLS, ids=lambda value: type(value).__name__)
async def test_each_method_asks_its_request_and_gives_what_is_in_the_reply(
    call: Callable[[Asker], Awaitable[Any]], request_: Request, answer: Data, given: Any
) -> None:
    chat = Asker(answer)

    assert await call(chat) == given
    assert chat.asked == [request_]


@pytest.mark.parametrize(
    ("call", "room"),
    [*((call, "r-1") for call in NUMBERLESS), *((call, None) for call in NUMBERLESS + IN_NO_ROOM)],
)
async def test_a_message_of_a_first_generation_server_has_no_number_and_perhaps_no_room(
    call: Callable[[Asker, Message], Awaitable[Any]], room: str | None
) -> None:
    chat = Asker(Done())
    with pytest.raises(NotSupported, match="does not number"):
        await call(chat, Message(room=room, reach=Reach.GROUP, sender="tony", text="hi"))
    assert chat.asked == []
