"""The list of conversations: all together, everyone, then people and groups, the most recent first."""

import msgspec

from muca.model.events import Reach
from muca.model.ids import RoomId, Uid
from muca.model.rooms import LOBBY, RoomKind
from muca.ui.view.directory import Directory
from muca.ui.view.feed import kind_words
from muca.ui.view.recipients import EVERYONE, Misaddressed, address, is_typeable, resolve
from muca.ui.view.timeline import Conversation, Timeline


class ConversationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation in the list."""

    room: RoomId | None
    """None: all conversations together."""
    reach: Reach | None
    sign: str
    title: str
    unread: int


def conversation_rows(timeline: Timeline, directory: Directory) -> list[ConversationRow]:
    """Return the rows of the list."""
    conversations = timeline.conversations
    lobby = conversations.get(LOBBY)
    rows = [
        ConversationRow(room=None, reach=None, sign="≡", title="All", unread=0),
        ConversationRow(
            room=LOBBY,
            reach=Reach.ALL,
            sign=kind_words(Reach.ALL, None)[0],
            title="Everyone",
            unread=lobby.unread if lobby is not None else 0,
        ),
    ]
    others = [conversation for conversation in conversations.values() if conversation.room != LOBBY]
    others.sort(key=lambda conversation: -conversation.latest_ts_ms)
    return rows + [_row(conversation, directory) for conversation in others]


def title(room: RoomId | None, directory: Directory) -> str:
    """Return the name of a conversation, or of all together."""
    return "All" if room is None else directory.title(room)


def recipients_text(room: RoomId | None, directory: Directory) -> str | None:
    """Return the text of TO for a conversation; None if its recipients are unknown."""
    if room == LOBBY:
        return EVERYONE
    if room is None or room not in directory.rooms:
        return None
    if directory.rooms[room].kind is RoomKind.NAMED:
        title = f"#{directory.rooms[room].title}"
        return title if is_typeable(title) else ""
    others = [peer for peer in directory.rooms[room].members if peer.uid != directory.own.uid]
    to = address([directory.here.get(peer.uid, peer) for peer in others], directory)
    return to or _unreached([peer.uid for peer in others], directory)


def _unreached(uids: list[Uid], directory: Directory) -> str:
    """Return user ids of people who cannot be reached now, so that TO keeps them until they can."""
    to = ", ".join(uids)
    is_clear = not any("," in uid for uid in uids) and is_typeable(to)
    return to if is_clear and isinstance(resolve(to, directory), Misaddressed) else ""


def _row(conversation: Conversation, directory: Directory) -> ConversationRow:
    room = directory.rooms.get(conversation.room)
    name = title(conversation.room, directory)
    sign = kind_words(conversation.reach, len(room.members) if room is not None else None)[0]
    if conversation.reach is Reach.PRIVATE:
        sign = name[:1].upper()
    return ConversationRow(
        room=conversation.room, reach=conversation.reach, sign=sign, title=name, unread=conversation.unread
    )
