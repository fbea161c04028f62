"""Accounts with a password, made without a browser."""

from muca.server.serve import Server
from tests.wire import Wire

PASSWORD = "correct horse battery"


async def register(wire: Wire, uid: str, nickname: str, **code: str) -> None:
    """Make an account, and join as it."""
    reply = await wire.ask(CMD="REGISTER", UID=uid, UN=nickname, PASSWORD=PASSWORD, ID="register", **code)
    assert reply.get("TYPE") != "FAIL", reply
    await log_in(wire, uid, nickname)


async def log_in(wire: Wire, uid: str, nickname: str, **more: str) -> None:
    """Join as an account."""
    reply = await wire.join(nickname, uid, PASSWORD=PASSWORD, **more)
    assert reply.get("TYPE") != "FAIL", reply


async def register_owner(wire: Wire, server: Server) -> None:
    """Make the account that owns a new server, and join as it."""
    assert server.owner_code is not None
    await register(wire, "owner", "Olga", CODE=server.owner_code)
