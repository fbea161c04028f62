"""The page's words are the wire's: every object in ``words.ts`` has the fields of the struct that is sent."""

import re

import msgspec
import pytest

from muca.core.hub import REQUESTS
from muca.model import events, files, limits, replies, rooms
from muca.model.wire import Wire
from muca.ui.web import PAGE

WORDS = (PAGE.parent / "src" / "wire" / "words.ts").read_text("utf-8")
STRUCTS: dict[str, type[Wire]] = {
    "AuditEntry": replies.AuditEntry,
    "Device": replies.Device,
    "Event": events.Event,
    "FileInfo": files.FileInfo,
    "Hit": replies.Hit,
    "Hits": replies.Hits,
    "Invitation": replies.InvitationInfo,
    "Joined": replies.Joined,
    "Limits": limits.AnnouncedLimits,
    "Member": replies.Member,
    "Message": events.Message,
    "Numbers": replies.Statistics,
    "Page": replies.Page,
    "Peer": rooms.Peer,
    "Reaction": events.Reaction,
    "Report": replies.ReportInfo,
    "Room": rooms.Room,
    "RoomSettings": events.Settings,
    "Sanction": replies.Sanction,
    "Stored": replies.Stored,
}


def fields(interface: str) -> set[str]:
    """Return the names of an interface's fields."""
    body = re.search(rf"^export interface {interface} \{{\n(.*?)^\}}", WORDS, re.DOTALL | re.MULTILINE)
    assert body is not None, interface
    return set(re.findall(r"^\t([A-Z_]+)\??:", body[1], re.MULTILINE))


@pytest.mark.parametrize("interface", STRUCTS)
def test_an_object_has_the_fields_that_are_sent(interface: str) -> None:
    struct = STRUCTS[interface]
    sent = {field.encode_name for field in msgspec.structs.fields(struct)}
    tag = {"CMD"} if struct.__struct_config__.tag_field == "CMD" else set()
    assert fields(interface) == sent | tag


def test_the_page_can_ask_all_that_there_is() -> None:
    asked = fields("Answers")
    known = {str(request.__struct_config__.tag) for request in REQUESTS}
    assert known - asked == {"PING", "PONG"}, "the link says these by itself"
    assert asked <= known
