"""Who asks, as a connection and a trusted proxy say."""

from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from muca.server.connection import RemoteClient
from muca.server.web.asker import Asker, asker_of
from tests.server.web.http import answer, ask, request
from tests.serving import serving
from tests.wire import Wire

TRUSTED = ("127.0.0.1", "::1", "10.0.0.0/8")
PROXY = RemoteClient("10.0.0.1", over_tls=False)
NODES = st.sampled_from(["192.0.2.7", "10.0.0.2", "127.0.0.1", '"[2001:db8::7]:1"', "unknown", "_x", "", '"', "a b"])


def told(client: RemoteClient = PROXY, /, **headers: str) -> Asker:
    """Tell who asks with these headers; ``_`` stands for ``-``."""
    said = {"Host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return asker_of(make_mocked_request("GET", "/", said), client, TRUSTED)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 192.0.2.7, 10.0.0.2,10.0.0.3", "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("192.0.2.7, unknown", "10.0.0.1"),
        ("192.0.2.7, unknown, 10.0.0.2", "10.0.0.2"),
        ("192.0.2.7, ", "10.0.0.1"),
        ("192.0.2.7, 1.2.3", "10.0.0.1"),
    ],
)
def test_the_first_from_the_right_that_is_no_trusted_proxy(said: str, address: str) -> None:
    """Both headers say it alike."""
    assert told(X_Forwarded_For=said).address == address
    nodes = [node.strip() for node in said.split(",")]
    assert told(Forwarded=", ".join(f'for="{node}"' for node in nodes)).address == address
    assert told(Forwarded=",".join(f'Proto=http;FOR="{node}" ; by=_me' for node in nodes)).address == address


def test_several_headers_are_one_list() -> None:
    """In their order."""
    for name, form in (("X-Forwarded-For", "{}"), ("Forwarded", "for={}")):
        said = [("Host", "localhost"), (name, form.format("127.0.0.1")), (name, form.format("192.0.2.7"))]
        asked = make_mocked_request("GET", "/", said)
        assert asker_of(asked, PROXY, TRUSTED).address == "192.0.2.7"


@pytest.mark.parametrize(
    "name", ["X_Forwarded_For", "Forwarded", "Via", "X_Real_IP", "X_Forwarded_Host", "X_Forwarded_Proto"]
)
def test_of_strangers_nothing_is_believed_but_that_they_pass_something_on(name: str) -> None:
    """Neither of one far away, nor of one on this machine that the operator did not name."""
    said = {name: "for=127.0.0.1;proto=https;host=a" if name == "Forwarded" else "127.0.0.1"}
    far = told(RemoteClient("192.0.2.9", over_tls=False), **said)
    assert far == Asker("192.0.2.9", over_tls=False, is_here=False, host="localhost", authority="localhost")
    near = told(RemoteClient("127.8.8.8", over_tls=False), **said)
    assert near == Asker("127.8.8.8", over_tls=False, is_here=False, host="localhost", authority="localhost")
    assert not near.is_secure


def test_without_such_headers_the_connection_says_it_all() -> None:
    """A trusted address may be a program's as well."""
    assert told(RemoteClient("127.0.0.1", over_tls=False)) == Asker("127.0.0.1", False, True, "localhost", "localhost")
    assert told(RemoteClient("192.0.2.9", over_tls=True)) == Asker("192.0.2.9", True, False, "localhost", "localhost")
    assert told(PROXY) == Asker("10.0.0.1", False, False, "localhost", "localhost")


def test_the_way_to_the_proxy_decides_what_is_secure() -> None:
    """Not the way from there."""
    assert told(X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https").is_secure
    assert told(X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="HTTPS").is_secure
    assert told(Forwarded="for=192.0.2.7;proto=https").is_secure
    assert told(X_Forwarded_For="127.0.0.1").is_secure
    inside = RemoteClient("10.0.0.1", over_tls=True)
    assert not told(inside, X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="http").is_secure
    assert not told(inside, X_Forwarded_For="192.0.2.7").is_secure
    assert not told(inside, Via="1.1 proxy").is_secure
    assert not told(RemoteClient("127.0.0.1", over_tls=False), Via="1.1 proxy").is_here
    assert not told(RemoteClient("127.0.0.1", over_tls=False), X_Forwarded_For="unknown").is_here


def test_what_the_client_claims_stands_left() -> None:
    """Of protocol and host, too."""
    said = told(X_Forwarded_For="127.0.0.1, 192.0.2.7", X_Forwarded_Proto="https, http", X_Forwarded_Host="a, b")
    assert said == Asker("192.0.2.7", over_tls=False, is_here=False, host="localhost", authority="b")
    said = told(Forwarded="for=127.0.0.1;proto=https;host=a, for=192.0.2.7;proto=http;host=b")
    assert said == Asker("192.0.2.7", over_tls=False, is_here=False, host="localhost", authority="b")


def test_the_outermost_proxy_says_protocol_and_host() -> None:
    said = told(X_Forwarded_For="192.0.2.7, 10.0.0.2", X_Forwarded_Proto="https, http", X_Forwarded_Host="a, b")
    assert said == Asker("192.0.2.7", over_tls=True, is_here=False, host="localhost", authority="a")
    said = told(Forwarded="for=192.0.2.7;proto=https;host=a:8443, for=10.0.0.2;proto=http;host=b")
    assert said == Asker("192.0.2.7", over_tls=True, is_here=False, host="localhost", authority="a:8443")


def test_chains_of_proxies_are_bounded() -> None:
    """At the bound and one past it."""
    assert told(X_Forwarded_For=", ".join(["192.0.2.7", *["10.0.0.2"] * 31])).address == "192.0.2.7"
    assert told(X_Forwarded_For=", ".join(["192.0.2.7", *["10.0.0.2"] * 32])).address == "10.0.0.2"


@pytest.mark.parametrize(
    "forwarded", ["for=127.0.0.1", "for=192.0.2.7;proto=https", "for=192.0.2.7;host=evil.example", 'for="', "nonsense"]
)
def test_a_client_gains_nothing_by_the_header_that_its_proxy_does_not_set(forwarded: str) -> None:
    said = {"X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "localhost"}
    refused = told(**said, Forwarded=forwarded)
    assert refused.fault is not None
    assert not refused.is_secure
    assert told(**said, Forwarded="for=192.0.2.7;proto=http").fault is None


@given(st.lists(NODES), st.lists(NODES), st.lists(st.sampled_from(["https", "http", ""])), st.text())
def test_the_client_cannot_choose_what_is_read(
    claimed: list[str], hops: list[str], protos: list[str], junk: str
) -> None:
    """Whatever it sends, the trusted proxy adds the address at the right end, and that is it."""
    said = {"X_Forwarded_For": ", ".join([*claimed, *hops, "192.0.2.7"])}
    asker = told(**said, X_Forwarded_Proto=", ".join([*protos, "http"]))
    assert asker == Asker("192.0.2.7", over_tls=False, is_here=False, host="localhost", authority="localhost")
    mixed = told(Forwarded=", ".join([*(f"for={node}" for node in claimed), "for=192.0.2.7;proto=http"]))
    assert (mixed.address, mixed.is_secure) == ("192.0.2.7", False) or mixed.fault is not None
    junky = told(Forwarded=f"{junk!a}, for=192.0.2.7")
    assert junky.fault is not None or junky.address == "192.0.2.7"


async def test_each_request_on_a_connection_speaks_for_its_own_client(tmp_path: Path) -> None:
    """As with proxies that keep connections open for the next client."""
    async with serving(tmp_path, trusted_proxies=("127.0.0.1",)) as server, Wire(server.port) as wire:
        for said, secrets in (
            ({"X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "https"}, True),
            ({"X_Forwarded_For": "192.0.2.8", "X_Forwarded_Proto": "http"}, False),
            ({"X_Forwarded_For": "127.0.0.1"}, True),
            ({}, True),
        ):
            wire.send(request("/server", **said))
            assert (await answer(wire)).json.get("SECRETS") is secrets
        told = await ask(server.port, "/server", X_Forwarded_For="192.0.2.7", Forwarded="for=127.0.0.1")
        assert (told.status, told.json["CODE"]) == (400, "bad_request")


async def test_the_operator_hears_once_of_a_proxy_that_is_not_listed(tmp_path: Path) -> None:
    """Of one on this machine; that others send such headers means nothing."""
    with structlog.testing.capture_logs() as logs:
        async with serving(tmp_path, trusted_proxies=("127.0.0.2",)) as server:
            await ask(server.port, "/server")
            for said in ("192.0.2.7", "192.0.2.8"):
                await ask(server.port, "/server", X_Forwarded_For=said)
        async with serving(tmp_path, trusted_proxies=("127.0.0.1",)) as server:
            await ask(server.port, "/server", X_Forwarded_For="192.0.2.7")
            await ask(server.port, "/server", Via="1.1 proxy")
    (told_of,) = [entry for entry in logs if entry["event"] == "proxy_not_trusted"]
    assert "trusted_proxies = ['127.0.0.1']" in told_of["advice"]
