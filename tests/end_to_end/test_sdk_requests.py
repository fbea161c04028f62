"""Every method of the SDK on the real server, over TLS: messages, rooms, moderation, accounts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from muca.client import (
    LOBBY,
    Client,
    Connected,
    Disconnected,
    ErrorCode,
    Event,
    EventKind,
    KeyPin,
    MemoryTokenStore,
    Message,
    PeerChange,
    PeerChanged,
    Refused,
    Role,
    RoomOpened,
    TypingNow,
)
from muca.server.serve import Server
from tests.client.socket_server import a_client, next_event
from tests.serving import serving


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server that speaks TLS."""
    async with serving(tmp_path, tls=True) as running:
        yield running


@pytest_asyncio.fixture
async def tony(server: Server) -> AsyncIterator[Client]:
    """The server's owner."""
    async with a_client(at(server), uid="tony") as client:
        assert server.owner_code is not None
        assert await client.claim_server(server.owner_code) is Role.OWNER
        yield client


@pytest_asyncio.fixture
async def mary(server: Server) -> AsyncIterator[Client]:
    """Somebody else."""
    async with a_client(at(server), uid="mary") as client:
        yield client


def at(server: Server) -> str:
    return f"127.0.0.1:{server.port}"


async def refused(awaited: object) -> ErrorCode | str:
    """Return why something was refused."""
    with pytest.raises(Refused) as caught:
        await awaited  # type: ignore[misc]
    return caught.value.code


async def test_the_session_moves_to_tls_and_stays_there(server: Server) -> None:
    tokens = MemoryTokenStore()
    for _ in range(2):
        async with a_client(at(server), uid="tony", tokens=tokens) as client:
            assert client._transport is not None
            assert client._transport.certificate
    assert client.joined is not None
    tls = client.joined.server.tls
    assert tls is not None
    assert (
        tokens.prepare(at(server), "tony").pin
        == KeyPin(tls.port, tls.fingerprint)
        == KeyPin(server.tls_port or 0, tls.fingerprint)
    )


async def test_what_happens_to_a_message(tony: Client, mary: Client) -> None:
    sent = await tony.send("@Mary, red shiift")
    seq = sent.seq or 0
    assert (await next_event(mary, Message)).mentions == ("mary",)  # type: ignore[union-attr]
    assert (mary.rooms[LOBBY].unread, mary.rooms[LOBBY].mentions) == (1, 1)
    answer = await mary.send("Where?", room=LOBBY, reply_to=seq)
    assert (answer.reply_to, mary.rooms[LOBBY].unread) == (seq, 0)

    assert await tony.edit(LOBBY, seq, "@Mary, red shift") is not None
    assert await tony.edit(LOBBY, seq, "@Mary, red shift") is None
    assert await mary.react(LOBBY, seq, "👍") is not None
    assert await tony.pin(LOBBY, seq) is not None
    assert [version.text for version in await mary.versions(LOBBY, seq)] == ["@Mary, red shiift", "@Mary, red shift"]
    (pinned,) = await mary.pins(LOBBY)
    assert (pinned.text, pinned.reactions[0].uids) == ("@Mary, red shift", ("mary",))
    (hit,) = (await mary.search('from:tony "red shift"')).hits
    assert hit.message.text[hit.marks[0][0] :][: hit.marks[0][1]] == "red shift"
    page = await mary.history(LOBBY, around=seq, limit=3)
    assert seq in {event.seq for event in page.events}
    assert (await mary.history(LOBBY, at_ms=sent.ts_ms, limit=1)).events[0].seq == seq

    assert await mary.unreact(LOBBY, seq, "👍") is not None
    assert await tony.unpin(LOBBY, seq) is not None
    await mary.report(LOBBY, seq, "too red")
    (report,) = await tony.reports()
    assert (report.uid, report.reason) == ("mary", "too red")
    await tony.resolve(report.report)
    assert await tony.reports() == ()
    await mary.typing(LOBBY)
    await next_event(tony, TypingNow, uid="mary")
    assert await tony.delete(LOBBY, seq) is not None
    assert (await mary.search("shift")).hits == ()
    kinds = [(await next_event(mary, Event)).kind for _ in range(6)]  # type: ignore[union-attr]
    assert kinds == ["edit", "react", "pin", "unreact", "unpin", "delete"]


async def test_a_purge_goes_on_until_nothing_is_left(tony: Client, mary: Client) -> None:
    for number in range(12):
        await mary.send(f"spam {number}")
    assert await tony.purge(LOBBY, "mary") == 12
    page = await tony.history(LOBBY, limit=100)
    assert [event.deleted for event in page.events if isinstance(event, Message)] == [True] * 12
    assert mary.rooms[LOBBY].seq == tony.rooms[LOBBY].seq
    assert await tony.purge(LOBBY, "mary") == 0
    assert await refused(mary.purge(LOBBY, "tony")) == ErrorCode.NOT_ALLOWED
    assert await refused(tony.ban("mary", with_address=True)) == ErrorCode.BAD_REQUEST  # all are on this machine


async def test_what_happens_to_a_room(tony: Client, mary: Client) -> None:
    public = await tony.create_room("Optics", topic="Light")
    private = await tony.create_room("Dark matter", private=True)
    assert [room.title for room in (await mary.list_rooms()).rooms] == ["Optics"]
    assert await refused(mary.enter(private.room)) is ErrorCode.NO_SUCH_ROOM
    entered = await mary.enter(public.room)
    assert (entered.title, mary.rooms[public.room].role) == ("Optics", Role.MEMBER)
    assert await tony.invite(private.room, "mary") is not None
    await next_event(mary, RoomOpened, room=private.room)

    assert await tony.set_room(public.room, title="Waves", read_only=True) is not None
    await next_event(mary, Event, kind=EventKind.SET)
    assert (mary.rooms[public.room].title, mary.rooms[public.room].read_only) == ("Waves", True)
    assert await refused(mary.send("x", room=public.room)) is ErrorCode.ROOM_READ_ONLY
    assert await tony.give_role("mary", Role.MODERATOR, public.room) is not None
    assert (await mary.send("x", room=public.room)).room == public.room
    assert mary.rooms[public.room].role is Role.MODERATOR
    assert {member.uid: member.role for member in (await mary.members(public.room)).members} == {
        "mary": Role.MODERATOR,
        "tony": Role.OWNER,
    }
    assert await mary.exit(public.room) is not None
    await next_event(mary, Event, kind=EventKind.EXIT)
    assert public.room not in mary.rooms
    assert await tony.kick("mary", private.room, reason="Enough.") is not None
    kick = await next_event(mary, Event, kind=EventKind.KICK)
    assert (getattr(kick, "text", None), private.room in mary.rooms) == ("Enough.", False)


async def test_what_moderators_do(server: Server, tony: Client, mary: Client) -> None:
    assert await refused(mary.mute("tony")) is ErrorCode.NOT_ALLOWED
    assert await tony.mute("mary", seconds=600, reason="Shh") is not None
    assert await refused(mary.send("x")) is ErrorCode.MUTED
    assert [sanction.sanction for sanction in await tony.bans()] == ["mute"]
    assert await tony.unmute("mary") is not None
    assert await tony.ban(address="192.0.2.0/24") is None
    assert await tony.unban(address="192.0.2.0/24") is None
    assert await tony.ban("mary", reason="Out") is not None
    gone = await next_event(mary, Disconnected)
    assert getattr(gone, "retry_seconds", 0) is None
    assert await refused(a_client(at(server), uid="mary", tokens=mary._tokens).connect()) is ErrorCode.BANNED
    assert await tony.unban("mary") is not None
    assert [entry.action for entry in (await tony.audit(limit=3)).entries] == ["UNBAN", "BAN", "UNBAN"]


async def test_an_account_and_its_devices(server: Server, tony: Client) -> None:
    made = await tony.create_invitation(uses=2)
    assert [invitation.uses for invitation in await tony.invitations()] == [2]
    store = MemoryTokenStore()
    await Client.register(
        at(server), uid="ann", nickname="Ann", password="correct horse battery", code=made.code, tokens=store
    )
    await tony.withdraw(made.invitation)
    assert await tony.invitations() == ()

    def device(name: str, tokens: MemoryTokenStore) -> Client:
        return Client(
            at(server), uid="ann", nickname="Ann", password="correct horse battery", device=name, tokens=tokens
        )

    async with device("desk", store) as desk, device("phone", MemoryTokenStore()) as phone:
        assert desk.joined is not None
        assert desk.joined.registered
        assert {each.name: each.current for each in await desk.devices()} == {"desk": True, "phone": False}
        await desk.set_away()
        await phone.set_away()
        await next_event(tony, PeerChanged, change=PeerChange.AWAY, uid="ann")
        assert tony.away == {"ann"}
        await phone.set_away(False)
        await next_event(tony, PeerChanged, change=PeerChange.BACK, uid="ann")
        assert await refused(desk.set_password("short")) is ErrorCode.PASSWORD_WEAK
        await desk.set_password("battery staple horse", old="correct horse battery")
        gone = await next_event(phone, Disconnected)
        assert getattr(gone, "retry_seconds", 0) is None
    async with Client(at(server), uid="ann", nickname="Ann", tokens=store) as again:
        assert await next_event(again, Connected)
        (only,) = await again.devices()
        await again.revoke(only.device)
        await next_event(again, Disconnected)


async def test_an_account_without_a_password_outlives_a_change_of_the_policy(tmp_path: Path) -> None:
    """The SDK shows the token that it keeps; then the password will do, with the nickname as well."""
    tokens = MemoryTokenStore()
    async with serving(tmp_path) as open_server, a_client(at(open_server), uid="ann", tokens=tokens):
        port = open_server.port
    async with serving(tmp_path, port=port, policy="invite") as server:
        assert await refused(a_client(at(server), uid="ann", tokens=tokens).connect()) is ErrorCode.PASSWORD_REQUIRED
        secret = "correct horse battery"
        await Client.register(at(server), uid="ann", nickname="Ann Lee", password=secret, tokens=tokens)
        async with Client(at(server), uid="ann", nickname="Ann Lee", tokens=tokens) as ann:
            assert ann.joined is not None
            assert ann.joined.registered
        elsewhere = MemoryTokenStore()
        async with Client(
            at(server), uid="ann lee", nickname="Ann Lee", password=secret, tokens=elsewhere
        ) as by_nickname:
            assert by_nickname.uid == "ann"
            assert list(by_nickname.peers) == ["ann"]
        async with Client(at(server), uid="ann", nickname="Ann Lee", tokens=elsewhere) as again:
            assert again.connected
