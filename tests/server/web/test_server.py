"""GET /server: what a page may know before it has joined."""

from pathlib import Path

import muca
from muca.model.replies import Policy
from tests.server.web.http import ask
from tests.serving import serving


async def test_it_tells_which_server_this_is(tmp_path: Path) -> None:
    """As JOIN does, and the policy always."""
    for policy in Policy:
        async with serving(tmp_path, tls=True, policy=policy) as server:
            told = await ask(server.port, "/server")
            assert told.headers["cache-control"] == "no-store"
            assert server.certificates is not None
            assert told.json | {"ID": "*", "EPOCH": "*"} == {
                "ID": "*",
                "EPOCH": "*",
                "NAME": "Test",
                "VERSION": muca.__version__,
                "POLICY": policy,
                "TLS": {"PORT": server.tls_port, "FINGERPRINT": server.certificates.identity.fingerprint, "OWN": True},
                "PAGE": "",
                "SECRETS": True,
            }
    async with serving(tmp_path) as server:
        assert "TLS" not in (await ask(server.port, "/server")).json


async def test_where_others_reach_the_page_is_for_its_own_machine_or_a_setting(tmp_path: Path) -> None:
    """Behind a proxy everybody seems to be on this machine."""
    proxied = {"X-Forwarded-For": "192.0.2.7"}
    async with serving(tmp_path, host="0.0.0.0", tls=True) as server:
        urls = (await ask(server.port, "/server")).json["URLS"]
        assert f":{server.tls_port}/" in urls[0]
        assert f":{server.port}/" in urls[1]
        assert not any("127.0.0.1" in url or "localhost" in url for url in urls)
        assert "URLS" not in (await ask(server.port, "/server", **proxied)).json
    async with serving(tmp_path, url="https://chat.example.org") as server:
        assert (await ask(server.port, "/server", **proxied)).json["URLS"] == ["https://chat.example.org/"]
