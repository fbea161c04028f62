"""How a client comes to TLS, stays with it, and what it tells to whom. The simulated server, on real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from muca.client import (
    CannotConnect,
    CertificateChanged,
    Client,
    Connected,
    Disconnected,
    ErrorCode,
    FileTokenStore,
    KeyPin,
    MemoryTokenStore,
    Message,
    NotConnected,
    Refused,
    Tls,
)
from muca.model.replies import TlsInfo
from muca.model.requests import Join, Typing
from muca.model.rooms import LOBBY
from muca.model.shell import muca_command
from tests.client.certificates import Shown, a_certificate
from tests.client.simulated_server import SimulatedServer
from tests.client.socket_server import SocketServer, next_event, until
from tests.wire import DEADLINE_SECONDS


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """What the server shows."""
    return a_certificate(tmp_path)


@pytest.fixture
def tokens() -> MemoryTokenStore:
    """The person's tokens."""
    return MemoryTokenStore()


@asynccontextmanager
async def two_doors(
    shown: Shown, *, side_by_side: bool = False, simulated: SimulatedServer | None = None
) -> AsyncIterator[tuple[SocketServer, SocketServer]]:
    """Return a server on plain TCP that says where it speaks TLS, and its door there."""
    simulated = simulated or SimulatedServer()
    plain, over_tls = SocketServer(simulated), SocketServer(simulated, shown.context)
    while side_by_side:
        with socket.create_server(("127.0.0.1", 0)) as free:
            plain.port = free.getsockname()[1]
        with suppress(OSError), socket.create_server(("127.0.0.1", plain.port + 1)):
            over_tls.port = plain.port + 1
            break
    async with plain, over_tls:
        simulated.tls = TlsInfo(port=over_tls.port, fingerprint=shown.fingerprint)
        yield plain, over_tls


def a_client(address: str, tokens: MemoryTokenStore, *, tls: Tls = "auto", password: str | None = None) -> Client:
    return Client(address, uid="me", nickname="Me", tokens=tokens, tls=tls, password=password)


def joins_of(server: SocketServer) -> list[Join]:
    return server.simulated.joins


async def test_where_the_server_offers_tls_the_session_goes_there_and_nobody_notices(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with two_doors(shown) as (plain, over_tls), a_client(plain.address, tokens) as chat:
        assert (plain.connections, over_tls.connections) == (1, 1)
        assert [join.session for join in joins_of(plain)] == [None, "session-1"]
        await chat.send("hello")
        assert [type(await anext(chat.events())) for _ in range(2)] == [Connected, Message]
        await until(lambda: plain._writer is not None and plain._writer.is_closing())


async def test_an_address_that_has_shown_its_key_is_reached_over_tls_alone(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with two_doors(shown) as (plain, over_tls):
        async with a_client(plain.address, tokens):
            pass
        async with a_client(plain.address, tokens) as chat:
            over_tls.cut()
            await next_event(chat, Connected, again=True)

        assert (plain.connections, over_tls.connections) == (1, 3)
        await over_tls.stop()
        joins = len(joins_of(plain))
        with pytest.raises(CannotConnect, match=r"no longer offers TLS.*forget"):
            await a_client(plain.address, tokens).connect()
        assert len(joins_of(plain)) == joins


async def test_the_key_is_remembered_by_the_next_process(shown: Shown, tmp_path: Path) -> None:
    async with two_doors(shown) as (plain, over_tls):
        for _ in range(2):
            store = FileTokenStore(tmp_path / "tokens.json")
            async with Client(plain.address, uid="me", nickname="Me", tokens=store):
                pass

        assert plain.connections == 1
        assert store.prepare(plain.address, "me").pin == KeyPin(over_tls.port, shown.fingerprint)


async def test_another_key_is_told_loudly_and_nothing_is_said_to_it(
    shown: Shown, tokens: MemoryTokenStore, tmp_path: Path
) -> None:
    other = a_certificate(tmp_path, "other")
    async with two_doors(shown) as (plain, over_tls):
        async with a_client(plain.address, tokens):
            pass
        await over_tls.stop()
        over_tls.tls = other.context
        await over_tls.listen()
        joins = len(joins_of(plain))
        with pytest.raises(CertificateChanged) as caught:
            await a_client(plain.address, tokens).connect()

        assert (caught.value.expected, caught.value.shown) == (shown.fingerprint, other.fingerprint)
        assert str(caught.value).endswith(f"run “{muca_command('forget', plain.address)}”.")
        assert (len(joins_of(plain)), plain.connections) == (joins, 1)
        tokens.forget(plain.address)
        over_tls.simulated.tls = TlsInfo(port=over_tls.port, fingerprint=other.fingerprint)
        async with a_client(plain.address, tokens) as chat:
            assert chat.connected


async def test_a_key_that_changes_during_a_break_ends_the_client(
    shown: Shown, tokens: MemoryTokenStore, tmp_path: Path
) -> None:
    async with two_doors(shown) as (plain, over_tls), a_client(plain.address, tokens) as chat:
        await over_tls.stop()
        over_tls.tls = a_certificate(tmp_path, "other").context
        await over_tls.listen()

        events = [event async for event in chat.events()]

        last = events[-1]
        assert isinstance(last, Disconnected)
        assert last.retry_seconds is None
        assert "shows another key" in last.explanation
        with pytest.raises(NotConnected):
            await chat.send("x")


async def test_the_key_that_was_announced_must_be_the_one_that_is_shown(shown: Shown, tokens: MemoryTokenStore) -> None:
    async with two_doors(shown) as (plain, over_tls):
        plain.simulated.tls = TlsInfo(port=over_tls.port, fingerprint="sha256:00")
        with pytest.raises(CertificateChanged):
            await a_client(plain.address, tokens).connect()


async def test_where_tls_cannot_be_reached_at_first_the_session_stays_plain(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with two_doors(shown) as (plain, over_tls):
        await over_tls.stop()
        async with a_client(plain.address, tokens) as chat:
            assert chat.connected
            plain.cut()
            await next_event(chat, Connected, again=True)
        assert (plain.connections, tokens.prepare(plain.address, "me").pin) == (3, None)
        assert tokens.prepare(plain.address, "me").first == joins_of(plain)[-1].token

        await over_tls.listen()
        async with a_client(plain.address, tokens):
            assert over_tls.connections == 1


async def test_never_is_never_and_always_is_always(shown: Shown, tokens: MemoryTokenStore) -> None:
    async with two_doors(shown) as (plain, over_tls):
        async with a_client(plain.address, tokens, tls="never"):
            assert (plain.connections, over_tls.connections) == (1, 0)
        async with a_client(over_tls.address, tokens, tls="always"):
            assert (plain.connections, over_tls.connections) == (1, 1)
        assert tokens.prepare(over_tls.address, "me").pin == KeyPin(over_tls.port, shown.fingerprint)
        with pytest.raises(CannotConnect, match="answers, but does not speak TLS"):
            await a_client(plain.address, tokens, tls="always").connect()


async def test_a_certificate_that_the_system_trusts_may_change_its_key_and_no_other_may(
    shown: Shown, tokens: MemoryTokenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed = a_certificate(tmp_path, "renewed")
    async with two_doors(shown) as (plain, over_tls):
        monkeypatch.setenv("SSL_CERT_FILE", str(shown.path))
        async with a_client(plain.address, tokens):
            pass
        assert tokens.prepare(plain.address, "me").pin == KeyPin(over_tls.port, shown.fingerprint, by_system=True)
        await over_tls.stop()
        over_tls.tls = renewed.context
        await over_tls.listen()
        with pytest.raises(CertificateChanged):
            await a_client(plain.address, tokens).connect()

        monkeypatch.setenv("SSL_CERT_FILE", str(renewed.path))
        async with a_client(plain.address, tokens):
            pass
        assert tokens.prepare(plain.address, "me").pin == KeyPin(over_tls.port, renewed.fingerprint, by_system=True)


async def test_a_token_is_shown_to_its_own_server_at_whatever_address_over_tls(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with two_doors(shown) as (plain, over_tls):
        async with a_client(plain.address, tokens):
            secret = joins_of(plain)[-1].token
        elsewhere = f"localhost:{plain.port}"
        async with a_client(elsewhere, tokens) as chat:
            assert chat.connected
        assert [join.token == secret for join in joins_of(plain)[2:]] == [False, False, True]
        assert (plain.connections, over_tls.connections) == (2, 2)
        assert tokens.prepare(elsewhere, "me").pin == KeyPin(over_tls.port, shown.fingerprint)


async def test_a_token_is_not_shown_to_who_merely_calls_itself_by_its_servers_id(
    shown: Shown, tokens: MemoryTokenStore, tmp_path: Path
) -> None:
    async with two_doors(shown) as (plain, _), a_client(plain.address, tokens):
        secret, known_at = joins_of(plain)[-1].token, plain.address
    false = a_certificate(tmp_path, "false")
    async with two_doors(false) as (plain, over_tls):
        plain.simulated.tokens["me"] = "guessed"
        with pytest.raises(CertificateChanged):
            await a_client(f"localhost:{over_tls.port}", tokens, tls="always").connect()
        plain.simulated.tls = None
        with pytest.raises((CannotConnect, CertificateChanged)):
            await a_client(f"localhost:{plain.port}", tokens).connect()
        plain.simulated.tokens.clear()
        with pytest.raises(CertificateChanged, match="has the id of one that you know") as caught:
            await a_client(f"localhost:{over_tls.port}", tokens, tls="always").connect()
        assert str(caught.value).endswith(f"run “{muca_command('forget', known_at)}”.")

        assert secret not in {join.token for join in joins_of(plain)}
    assert tokens.prepare("elsewhere:1", "me").by_server == {"server-1": secret}


def a_copy(original: SimulatedServer) -> SimulatedServer:
    """Return a server that began with a copy of another one's data folder."""
    copy = SimulatedServer(original.server_id)
    copy.tokens = dict(original.tokens)
    copy.restore(original.back_up())
    return copy


async def test_a_copy_that_speaks_tls_elsewhere_does_not_draw_clients_from_the_plain_original(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with SocketServer() as original:
        async with a_client(original.address, tokens):
            pass
        async with two_doors(shown, simulated=a_copy(original.simulated)) as (plain, over_tls):
            async with a_client(plain.address, tokens):
                assert over_tls.connections == 1
            async with a_client(original.address, tokens) as chat:
                original.cut()
                await next_event(chat, Connected, again=True)
                await chat.send("to the original")
                assert over_tls.connections == 1
        async with a_client(original.address, tokens) as chat:
            assert chat.connected
        assert tokens.prepare(original.address, "me").pin is None
    assert [entry.text for entry in original.simulated.logs[LOBBY] if isinstance(entry, Message)] == ["to the original"]


async def test_who_asks_for_a_copy_gets_the_copy_and_not_the_original(shown: Shown, tokens: MemoryTokenStore) -> None:
    """Its id and key are the original's; where it speaks TLS it says itself, also when it asks for the token."""
    async with two_doors(shown) as (original, original_tls):
        async with a_client(original.address, tokens):
            pass
        copied = a_copy(original.simulated)
        async with two_doors(shown, simulated=copied) as (plain, over_tls), a_client(plain.address, tokens) as chat:
            assert (plain.connections, over_tls.connections, original_tls.connections) == (1, 1, 1)
            assert chat.joined is not None
            assert chat.joined.server.epoch == copied.epoch
            assert tokens.prepare(plain.address, "me").pin == KeyPin(over_tls.port, shown.fingerprint)
        copied.tls = None
        async with SocketServer(copied) as plain:
            with pytest.raises(CannotConnect, match="known to offer TLS"):
                await a_client(plain.address, tokens).connect()
        async with a_client(original.address, tokens) as chat:
            assert original_tls.connections == 2


async def test_a_copy_that_answers_where_the_original_offers_tls_is_left_again(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    """As where ports are mapped, and the announced one leads elsewhere."""
    async with (
        SocketServer() as original,
        SocketServer(a_copy(original.simulated), shown.context) as copy,
    ):
        original.simulated.tls = TlsInfo(port=copy.port, fingerprint=shown.fingerprint)
        for _ in range(2):
            async with a_client(original.address, tokens) as chat:
                await chat.send("to the original")
                assert chat.joined is not None
                assert chat.joined.server.epoch == original.simulated.epoch
        assert copy.connections == 2
        assert tokens.prepare(original.address, "me").pin is None
        assert copy.simulated.logs[LOBBY] == []


async def test_a_server_that_wants_tls_for_secrets_is_found_one_port_above(
    shown: Shown, tokens: MemoryTokenStore
) -> None:
    async with two_doors(shown, side_by_side=True) as (plain, over_tls):
        plain.simulated.needs_tls = True
        async with a_client(plain.address, tokens) as chat:
            assert chat.connected
        assert tokens.prepare(plain.address, "me").pin == KeyPin(over_tls.port, shown.fingerprint)
        await over_tls.stop()
        with pytest.raises(Refused) as caught:
            await a_client(plain.address, MemoryTokenStore()).connect()
        assert caught.value.code is ErrorCode.NOT_SECURE


async def test_a_password_logs_in_once_and_a_token_does_from_then_on(shown: Shown, tokens: MemoryTokenStore) -> None:
    async with two_doors(shown) as (plain, _):
        plain.simulated.tokens["me"] = "of another device"
        plain.simulated.passwords["me"] = "correct horse"
        async with a_client(plain.address, tokens, password="correct horse"):
            pass
        async with a_client(plain.address, tokens, password="correct horse"):
            pass

        said = [(join.password, join.token) for join in joins_of(plain)]
        assert said == [
            ("correct horse", None),
            (None, "token of server-1"),
            (None, "token of server-1"),
        ]
        plain.simulated.tokens["me"] = "revoked"
        async with a_client(plain.address, tokens, password="correct horse") as chat:
            assert chat.connected
        with pytest.raises(Refused) as caught:
            await a_client(plain.address, MemoryTokenStore(), password="wrong").connect()
        assert caught.value.code is ErrorCode.PASSWORD_WRONG


@pytest.mark.parametrize("how", ["ca", "fingerprint"])
async def test_a_machine_that_starts_fresh_each_time_need_not_trust_whoever_comes_first(
    shown: Shown, tmp_path: Path, how: str
) -> None:
    """It says how to verify the server, and uses TLS from the first byte."""
    given = {"ca": {"ca": str(shown.path)}, "fingerprint": {"fingerprint": shown.fingerprint}}[how]
    other = a_certificate(tmp_path, "other")
    options: dict[str, dict[str, Any]] = {"ca": {"ca": other.path}, "fingerprint": {"fingerprint": other.fingerprint}}
    false = options[how]
    async with SocketServer(tls=shown.context) as server:

        def client(tokens: MemoryTokenStore, options: dict[str, Any]) -> Client:
            return Client(server.address, uid="me", nickname="Me", tokens=tokens, **options)

        remembers_another = MemoryTokenStore()
        remembers_another.pin(server.address, KeyPin(server.port, other.fingerprint))
        remembers_another.keep(server.address, "server-1", "me", "x" * 40, KeyPin(server.port, other.fingerprint))
        for tokens in (MemoryTokenStore(), remembers_another):
            server.simulated.tokens.clear()
            async with client(tokens, given) as chat:
                server.cut()
                await next_event(chat, Connected, again=True)
                await chat.send("x")
            assert tokens.prepare(server.address, "me").pin == KeyPin(server.port, shown.fingerprint)
        joins = len(joins_of(server))
        with pytest.raises((CannotConnect, CertificateChanged)) as caught:
            await client(MemoryTokenStore(), false).connect()
        assert "cannot be verified with" in str(caught.value) or "not the one given as fingerprint" in str(caught.value)
        assert len(joins_of(server)) == joins


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fingerprint": "sha256:00"}, "64 hexadecimal digits"),
        ({"fingerprint": b"sha256:" + b"0" * 64}, "64 hexadecimal digits"),
        ({"fingerprint": "sha256:" + "0" * 64, "tls": "never"}, "rules out"),
        ({"fingerprint": "sha256:" + "0" * 64, "ca": "ca.pem"}, "not both"),
        ({"ca": "/nowhere/ca.pem"}, "No such file"),
        ({"ca": __file__}, "no PEM certificate"),
        ({"ca": 5.0}, "cannot be used"),
    ],
)
def test_what_a_server_has_to_show_is_checked_where_it_is_given(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Client("localhost", uid="me", nickname="Me", tokens=MemoryTokenStore(), **options)


def test_with_a_fingerprint_the_port_that_is_left_out_is_the_one_for_tls() -> None:
    chat = Client("localhost", uid="me", nickname="Me", tokens=MemoryTokenStore(), fingerprint="sha256:" + "0" * 64)
    assert chat.address == "localhost:40453"


async def test_closing_while_the_session_moves_ends_it(shown: Shown, tokens: MemoryTokenStore) -> None:
    async with two_doors(shown) as (plain, over_tls):
        over_tls.mute = True
        over_tls.simulated.tokens.clear()
        chat = a_client(plain.address, tokens)
        await over_tls.stop()
        accepted = asyncio.Event()
        let_go = asyncio.Event()

        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set()
            await let_go.wait()
            writer.close()

        holding = await asyncio.start_server(hold, "127.0.0.1", over_tls.port)
        connecting = asyncio.ensure_future(chat.connect())
        async with asyncio.timeout(DEADLINE_SECONDS):
            await accepted.wait()
            await chat.close()
            let_go.set()
            with pytest.raises(NotConnected):
                await connecting
        holding.close()
        await holding.wait_closed()
        assert not chat.connected


async def test_what_must_not_be_asked_twice_ends_with_the_connection(tokens: MemoryTokenStore) -> None:
    async with SocketServer() as server, a_client(server.address, tokens) as chat:
        typing = asyncio.ensure_future(chat.typing(LOBBY))
        await until(lambda: any(isinstance(request, Typing) for request in server.simulated.asked))
        server.cut()
        with pytest.raises(NotConnected, match="it may have carried the request out"):
            await typing
