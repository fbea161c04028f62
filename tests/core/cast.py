"""A server with people in all roles, as the tests of moderation and accounts need it."""

from muca.model.changes import PutRoom
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.limits import Limits
from muca.model.replies import Done, Fail, Okay, Policy, ServerInfo, Stored
from muca.model.requests import Request
from muca.model.roles import Role
from tests.core.granting import change, give_role, put_member
from tests.core.world import World

PUBLIC, PRIVATE = "r-public", "r-private"
ROLES = {"boss": Role.OWNER, "guard": Role.MODERATOR, "own": Role.MEMBER, "mod": Role.MEMBER, "ann": Role.MEMBER}
"""What they are on the server."""
ROOM_ROLES = {"own": Role.OWNER, "mod": Role.MODERATOR, "ann": Role.MEMBER, "bob": Role.MEMBER}
"""What they are in both rooms. The owner and the moderator of the server are in neither."""


class Cast:
    """They are all here."""

    def __init__(self, limits: Limits | None = None, policy: Policy = Policy.OPEN) -> None:
        self.world = world = World(limits)
        world.now_ms = 1_000_000
        for room in (PUBLIC, PRIVATE):
            change(world, PutRoom(room=room, settings=Settings(title=room, private=room == PRIVATE), made_by="own"))
            for uid, role in ROOM_ROLES.items():
                put_member(world, uid, room, role)
        for uid, role in ROLES.items():
            give_role(world, uid, role)
        self.at = {uid: world.join(uid) for uid in ("boss", "guard", *ROOM_ROLES)}
        self.tokens = {uid: world.welcome(connection).token for uid, connection in self.at.items()}
        world.hub.announce(ServerInfo(id="server", name="World", version="0", policy=policy))

    def again(self, uid: str) -> int:
        """Make somebody join on one more connection, with the same device."""
        return self.world.join(uid, token=self.tokens[uid])

    def done(self, uid: str, request: Request) -> bool:
        """Make somebody ask what is OKAY; tell whether it made an event."""
        reply = self._ask(uid, request)
        assert isinstance(reply, Okay), reply
        assert isinstance(reply.data, Stored | Done)
        return isinstance(reply.data, Stored)

    def refused(self, uid: str, request: Request) -> ErrorCode:
        """Make somebody ask what is refused; return the code."""
        reply = self._ask(uid, request)
        assert isinstance(reply, Fail), reply
        return reply.code

    def _ask(self, uid: str, request: Request) -> Okay | Fail:
        (reply,) = (told for told in self.world.ask(self.at[uid], request) if isinstance(told, Okay | Fail))
        return reply
