"""The OpenAPI document says what there is: every route, field and code. (That the server does so, tests/http shows.)"""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from muca.model.errors import ErrorCode
from muca.model.files import FileInfo
from muca.model.replies import Policy
from muca.server.web.answers import STATUS
from muca.server.web.openapi import DOCUMENT
from muca.server.web.server import Greeting
from tests.serving import serving

SAID: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
SCHEMAS: dict[str, Any] = SAID["components"]["schemas"]
OTHERS = {("GET", "/websocket"), ("GET", "/")}
"""Routes that are no part of it: another protocol, and the page for browsers."""


async def test_every_route_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    routes: list[web.RouteDef] = []
    monkeypatch.setattr(web.Application, "add_routes", lambda _, added: routes.extend(added))
    async with serving(tmp_path):
        there = {(route.method, route.path) for route in routes} - OTHERS
    said = {(method.upper(), path) for path, item in SAID["paths"].items() for method in item.keys() & {"get", "post"}}
    assert there == said


async def test_it_is_served(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http,
        http.get("/openapi.json") as answer,
    ):
        assert (answer.status, await answer.json()) == (200, SAID)


def test_it_has_the_fields_of_what_is_answered() -> None:
    assert SCHEMAS["File"]["properties"].keys() == set(FileInfo.__struct_encode_fields__)
    assert SCHEMAS["Server"]["properties"].keys() == set(Greeting.__struct_encode_fields__)
    assert SCHEMAS["Server"]["properties"]["POLICY"]["enum"] == list(Policy)


def test_it_has_the_codes_and_statuses_of_failures() -> None:
    codes = set(SCHEMAS["Failure"]["properties"]["CODE"]["enum"])
    assert STATUS.keys() <= codes <= set(ErrorCode)
    said = {
        int(status)
        for item in SAID["paths"].values()
        for method in item.keys() & {"get", "post"}
        for status in item[method]["responses"]
    }
    assert said >= {STATUS[ErrorCode.NO_SUCH_FILE], STATUS[ErrorCode.FILE_TOO_LARGE], STATUS[ErrorCode.NOT_JOINED], 507}


def test_every_reference_leads_somewhere() -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                found: Any = SAID
                for step in value["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                check(inner)

    check(SAID)
