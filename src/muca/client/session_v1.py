"""A session with a first-generation server, which lists peers and passes messages on, but answers nothing."""

from collections.abc import Callable
from typing import Final

import msgspec

from muca.client.errors import MucaError, NotSupported, Refused
from muca.client.knowledge import Knowledge
from muca.client.outbox import Asked
from muca.model.errors import ERRORS, ErrorCode
from muca.model.events import Message, Reach
from muca.model.ids import Uid
from muca.model.pushes import PeerList
from muca.model.requests import History, Request, Send
from muca.model.rooms import LOBBY, conversation_id
from muca.protocol.client_dialect import FromServer

FRAME_GAP_SECONDS: Final = 0.020
"""The pause between two frames, because such servers expect one object per read."""

_MISSED_BREAK: Final = "Messages sent while the connection was down are lost: this server keeps no history."
_MISSED_SLOW: Final = "Messages came in faster than they were read, and some were lost: this server keeps no history."


class SessionV1:
    """Reads pushes, and writes SENDs one by one."""

    v: Final = 1

    def __init__(self, known: Knowledge, write: Callable[[Request], None]) -> None:
        self._known = known
        self._write = write
        self._free_at = 0.0
        """The time at which the next frame may be written."""

    def start(self, now: float, *, again: bool) -> None:
        """Report that the session is up."""
        known = self._known
        known.memberships.replace(())
        known.joined, known.memberships.ignores = None, frozenset()
        known.tell_connected(again=again, v=self.v, server_name=None)
        if again:
            known.tell_missed(_MISSED_BREAK)
        self.tick(now)

    def heard(self, now: float) -> None:
        """Ignore that data has arrived."""

    def hear(self, item: FromServer, now: float) -> None:
        """Process a push; anything that v1 does not have is ignored."""
        match item:
            case PeerList():
                for change in self._known.roster.replace(item.data):
                    self._known.tell(change)
            case Message():
                if not self._known.inbox.offer(self._complete(item)):
                    self._known.tell_missed(_MISSED_SLOW)
            case _:
                pass

    def ask(self, asked: Asked, now: float) -> None:
        """Queue a request."""
        self.tick(now)

    def tick(self, now: float) -> None:
        """Write the next frame once the pause after the last one is over."""
        for asked in self._known.outbox:
            if now < self._free_at:
                return
            if (frame := self._resolve(asked)) is None:
                continue
            self._write(frame)
            self._free_at = now + FRAME_GAP_SECONDS
            self._known.outbox.answer(asked, self._as_message(frame))

    def catch_up(self, now: float) -> None:
        """Do nothing: such a server has no history."""

    @property
    def wake_at(self) -> float | None:
        """The time of the next ``tick``."""
        return self._free_at if len(self._known.outbox) else None

    def _complete(self, message: Message) -> Message:
        """Add the sender's current nickname, which such a server does not send."""
        peer = self._known.roster.peers.get(message.sender)
        return message if peer is None else msgspec.structs.replace(message, nickname=peer.nickname)

    def _resolve(self, asked: Asked) -> Send | None:
        """Check a request as a v2 server would, and return the SEND to write. If it is invalid, answer it."""
        request = asked.request
        if not isinstance(request, Send):
            lacks = "keeps no history" if isinstance(request, History) else f"has no {request.__struct_config__.tag}"
            self._known.outbox.answer(asked, NotSupported(f"This first-generation server {lacks}."))
            return None
        if request.files:
            self._known.outbox.answer(asked, NotSupported("This first-generation server does not support files."))
            return None
        try:
            recipients = self._recipients(request)
        except MucaError as error:
            self._known.outbox.answer(asked, error)
            return None
        return Send(text=request.text, recipients=recipients)

    def _recipients(self, request: Send) -> tuple[Uid, ...]:
        known = self._known
        if request.room is not None and request.room != LOBBY:
            others = [uid for uid in known.roster.peers if conversation_id((known.uid, uid)) == request.room]
            if not others or others == [known.uid]:
                raise Refused(ErrorCode.NO_SUCH_ROOM, ERRORS[ErrorCode.NO_SUCH_ROOM].meaning)
            return tuple(others)
        if not request.recipients:
            return ()
        uids: dict[Uid, None] = {}
        for name in request.recipients:
            meant = [name] if name == known.uid else known.roster.meant_by(name)
            if not meant:
                raise Refused(ErrorCode.UNKNOWN_RECIPIENT, f"Nobody here has the user id or nickname “{name}”.")
            if len(meant) > 1:
                raise Refused(ErrorCode.AMBIGUOUS_RECIPIENT, f"Several people are called “{name}”; use the user id.")
            uids[meant[0]] = None
        uids.pop(known.uid, None)
        if not uids:
            raise Refused(ErrorCode.NO_RECIPIENT, ERRORS[ErrorCode.NO_RECIPIENT].meaning)
        return tuple(uids)

    def _as_message(self, frame: Send) -> Message:
        count = len(frame.recipients or ())
        reach = (Reach.ALL, Reach.PRIVATE)[count] if count < 2 else Reach.GROUP
        sent = Message(reach=reach, sender=self._known.uid, nickname=self._known.nickname, text=frame.text)
        if reach is Reach.PRIVATE and frame.recipients:
            return msgspec.structs.replace(sent, room=conversation_id((self._known.uid, frame.recipients[0])))
        return msgspec.structs.replace(sent, room=LOBBY if reach is Reach.ALL else None)
