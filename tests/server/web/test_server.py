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
            assert told.json | {"ID": "*"} == {
                "ID": "*",
                "NAME": "Test",
                "VERSION": muca.__version__,
                "POLICY": policy,
                "TLS": {"PORT": server.tls_port, "FINGERPRINT": server.certificates.identity.fingerprint},
                "PAGE": "",
            }
    async with serving(tmp_path) as server:
        assert "TLS" not in (await ask(server.port, "/server")).json
