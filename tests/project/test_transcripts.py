"""Every word of the protocol is shown at work: in a transcript that is played against a real server."""

import re
from collections.abc import Iterable
from typing import Any, get_args

import pytest

from muca.model.errors import ErrorCode
from muca.model.events import EventKind
from muca.model.limits import Limits
from muca.model.pushes import PeerList, Push
from muca.model.requests import Pong, Request
from muca.protocol.dialect import Fault
from muca.protocol.v2 import V2
from tests.golden.plays import NAMES, frames
from tests.project.files import ROOT, page

SHOWN_ELSEWHERE = {
    ErrorCode.STORAGE_UNAVAILABLE: ("tests/core/test_sending.py", "disks do not fail on demand"),
    ErrorCode.STORAGE_UNREADABLE: ("tests/core/test_reading.py", "disks do not fail on demand"),
    ErrorCode.STORAGE_DAMAGED: ("tests/server/web/test_health.py", "databases are not damaged on demand"),
    ErrorCode.FILE_TOO_LARGE: ("tests/server/files/test_uploads.py", "only HTTP answers so"),
    ErrorCode.NOT_SECURE: ("tests/core/test_codes.py", "the plays come from this machine, which is always secure"),
    ErrorCode.NOT_FOUND: ("tests/server/web/test_pages.py", "HTTP has it, and transcripts have none"),
    ErrorCode.SERVER_ERROR: ("tests/server/web/test_app.py", "defects are not there on demand"),
    ErrorCode.PASSWORD_REQUIRED: ("tests/core/test_accounts.py", "the policy changes between two starts"),
    ErrorCode.ACCOUNT_DISABLED: ("tests/cli/test_account.py", "the operator does so, on the server's machine"),
}
"""Codes that no transcript can show: the test that does, and why."""


def tags(words: Any) -> set[str]:
    """Name the CMDs of a union of frames."""
    return {str(word.__struct_config__.tag) for word in get_args(words)}


def found_in(value: Any, cmd: str, field: str) -> Iterable[str]:
    """Return a field of every frame with this CMD that stands anywhere in a value."""
    if isinstance(value, dict):
        if value.get("CMD") == cmd and field in value:
            yield value[field]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from found_in(inner, cmd, field)


def test_every_request_is_carried_out_in_some_transcript() -> None:
    """Asked with an ID, and answered OKAY or PONG."""
    okay = {(who, got["RE"]) for who, got in frames("<") if "RE" in got and got.get("TYPE", "OKAY") == "OKAY"}
    shown = {sent.get("CMD") for who, sent in frames(">") if (who, sent.get("ID")) in okay}
    assert sorted(tags(Request) - shown - {Pong.__struct_config__.tag}) == []


def test_every_error_code_has_its_transcript() -> None:
    shown = {got["CODE"] for _, got in frames("<") if got.get("TYPE") == "FAIL"}
    assert sorted(set(ErrorCode) - shown - SHOWN_ELSEWHERE.keys()) == []
    assert sorted(shown & SHOWN_ELSEWHERE.keys()) == [], "these are shown by a transcript: take them off the list"


@pytest.mark.parametrize("error", SHOWN_ELSEWHERE)
def test_other_codes_are_shown_by_the_test_that_is_named(error: ErrorCode) -> None:
    text = (ROOT / SHOWN_ELSEWHERE[error][0]).read_text("utf-8")
    assert error.value in text or f"ErrorCode.{error.name}" in text


def test_every_push_has_its_transcript() -> None:
    shown = {got["CMD"] for _, got in frames("<")}
    assert sorted(tags(Push) - shown - {PeerList.__struct_config__.tag, "PING", "NOTICE"}) == [], (
        "PING takes its time, and disks do not fail on demand"
    )


def test_every_kind_of_event_has_its_transcript() -> None:
    shown = {kind for _, got in frames("<") for kind in found_in(got, "EVENT", "KIND")}
    assert sorted(set(EventKind) - shown) == []


def test_the_protocol_names_every_transcript() -> None:
    text = page("docs/PROTOCOL.md")
    assert [name for name in NAMES if f"tests/golden/{name}.txt" not in text] == []


def test_the_protocol_shows_a_good_line_of_every_request() -> None:
    v2 = V2(Limits())
    fenced = "\n".join(re.findall(r"^```\n(.*?)^```$", page("docs/PROTOCOL.md"), re.MULTILINE | re.DOTALL))
    requests = [line for line in fenced.splitlines() if line.startswith('{"CMD":') and '{"CMD":"ACK"' not in line]
    said = [v2.read(line.encode()) for line in requests]
    assert [fault for fault in said if isinstance(fault, Fault)] == []
    assert sorted(tags(Request) - {str(request.__struct_config__.tag) for request in said}) == []
