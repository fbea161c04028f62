"""A client whose server gives the one answer that the test has ready."""

from typing import TypeVar

import msgspec

from muca.client.accounts import AccountRequests
from muca.client.messages import MessageRequests
from muca.client.moderation import ModerationRequests
from muca.client.rooms import RoomRequests
from muca.model.replies import Data
from muca.model.requests import Request
from muca.model.wire import Wire

_D = TypeVar("_D", bound=Wire)


class Asker(MessageRequests, RoomRequests, ModerationRequests, AccountRequests):
    """Has all methods that ask something."""

    def __init__(self, answer: Data) -> None:
        self.asked: list[Request] = []
        self._answer = answer

    async def _ask(self, request: Request, kind: type[_D]) -> _D:
        self.asked.append(request)
        return msgspec.json.decode(msgspec.json.encode(self._answer), type=kind)
