"""A server's data with a long history in it, made by the store itself."""

from pathlib import Path

from muca.model.ids import Uid
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import Append
from muca.storage.sqlite.store import SqliteStore

START_MS = 1_600_000_000_000
STEP_MS = 60_000
BATCH = 5_000


def seed_lobby(data: Path, messages: int) -> None:
    """Fill the lobby with “message 1”, “message 2”, …, one a minute, of changing length and by ten people in turns."""
    store = SqliteStore.open(data)
    try:
        for begin in range(1, messages + 1, BATCH):
            store.commit([_message(number) for number in range(begin, min(begin + BATCH, messages + 1))])
    finally:
        store.close()


def seed_conversations(data: Path, uid: Uid, count: int) -> None:
    """Have so many people, “writer 0”, “writer 1”, …, write to somebody, one a minute."""
    store = SqliteStore.open(data)
    try:
        store.commit([_private(f"writer {number}", uid, number) for number in range(count)])
    finally:
        store.close()


def _private(sender: Uid, uid: Uid, number: int) -> Append:
    members = tuple(sorted((sender, uid)))
    return Append(
        room=conversation_id(members),
        kind=RoomKind.DIRECT,
        members=members,
        sender=sender,
        nickname=sender.title(),
        text="hello",
        ts_ms=START_MS + number * STEP_MS,
        request_id="hello",
    )


def _message(number: int) -> Append:
    sender = f"sender{number // 7 % 10}"
    text = f"message {number}" + " and so on, word after word" * (number * 7 % 11)
    return Append(
        room=LOBBY,
        kind=RoomKind.LOBBY,
        sender=sender,
        nickname=sender.title(),
        text=text,
        ts_ms=START_MS + number * STEP_MS,
        request_id=str(number),
    )
