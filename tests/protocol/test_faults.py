"""Developers of clients are told which field is wrong and what is allowed, by the dialect or by the core."""

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import ErrorCode
from muca.model.forms import COMMANDS, FORMS, form_of
from muca.model.mentions import Mention
from muca.model.requests import Request
from muca.model.roles import Role
from muca.protocol.dialect import Fault
from muca.protocol.v2 import V2
from tests.protocol.hearing import checked
from tests.protocol.samples import KINDS, LIMITS, fields, good, samples

FIELDS = [(command, field) for command in KINDS for field in fields(command)]
NEEDED = [
    (command, field.encode_name)
    for command, kind in KINDS.items()
    for field in msgspec.structs.fields(kind)
    if field.required
]


def shown(value: Any) -> str:
    """Name a case."""
    return str(value)[:20]


def receive(**fields: Any) -> Any:
    """Return what one frame says to a connection that has joined."""
    return heard(json.dumps(fields).encode())


def heard(frame: bytes) -> Any:
    """Return the request, or what is wrong with it."""
    v2 = V2(LIMITS)
    v2.joined()
    (said,) = checked(v2.receive(frame + b"\n"))
    return said


@pytest.mark.parametrize("command", KINDS)
def test_good_requests_have_no_fault(command: str) -> None:
    """With all fields, and with those alone that it needs."""
    frame = good(command)
    assert not isinstance(receive(**frame), Fault)
    least: dict[str, dict[str, Any]] = {
        "SEND": {"TO": []},
        "JOIN": {"V": 2, "UN": "Zoë"},
        "SET": {"TOPIC": ""},
        "BAN": {"UID": "a"},
        "UNBAN": {"UID": "a"},
    }
    needed = {field: frame[field] for of, field in NEEDED if of == command}
    assert not isinstance(receive(CMD=command, **needed, **least.get(command, {})), Fault)


@pytest.mark.parametrize(("command", "field"), FIELDS)
def test_a_right_field_is_kept(command: str, field: str) -> None:
    """At the bounds."""
    for value in samples(command, field)[0]:
        frame = good(command, **{field: value})
        assert receive(**frame) == msgspec.convert(frame, KINDS[command])


@pytest.mark.parametrize(("command", "field"), [(command, field) for command, field in FIELDS if field != "ID"])
def test_a_wrong_field_is_named(command: str, field: str) -> None:
    """And what it must be, in a sentence, with the ID of the request."""
    explanation = f"{field} must be {form_of(command, field).words(LIMITS)}."
    for value in (*samples(command, field)[1], *([] if fields(command)[field] else [None])):
        frame = good(command, **{field: value})
        assert receive(**frame) == Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers=frame.get("ID"))


@pytest.mark.parametrize(("command", "field"), NEEDED)
def test_a_missing_field_is_named(command: str, field: str) -> None:
    """And what it must be."""
    frame = good(command)
    del frame[field]
    explanation = f"{field} is missing: it must be {form_of(command, field).words(LIMITS)}."
    assert receive(**frame) == Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers=frame.get("ID"))


def test_a_join_without_v_is_not_of_this_dialect() -> None:
    """Left out, ``V`` means the first generation."""
    fault = receive(CMD="JOIN", UN="Tony", UID="tony@lab")
    assert fault.explanation == "V must be a whole number, 2 or more."


@pytest.mark.parametrize("request_id", ["", "x" * 65, 1, [], {}, True])
@pytest.mark.parametrize("command", [command for command in KINDS if command != "PONG"])
def test_a_wrong_id_is_answered_without_one(command: str, request_id: Any) -> None:
    """There is nothing to repeat."""
    fault = receive(**good(command, ID=request_id))
    assert fault == Fault(code=ErrorCode.BAD_REQUEST, explanation="ID must be a string of 1 to 64 characters.")


@pytest.mark.parametrize("request_id", ["", "x" * 65, 1, []])
def test_a_wrong_id_is_not_repeated_with_another_fault(request_id: Any) -> None:
    """Only an ID that could be one is."""
    fault = receive(CMD="SEND", MSG=1, ID=request_id)
    assert fault.answers is None


@pytest.mark.parametrize("command", ["", "send", "DANCE", "MSG", "x - at `$.TO`", "A" * 10_000])
def test_an_unknown_command_is_told_the_known_ones(command: str) -> None:
    """What the client wrote is not repeated."""
    known = ", ".join(sorted(KINDS))
    explanation = f"This server does not know that CMD: it must be one of {known}."
    fault = Fault(code=ErrorCode.UNKNOWN_COMMAND, explanation=explanation, answers="1")
    assert receive(CMD=command, ID="1") == fault


@pytest.mark.parametrize("command", [None, 1, [], {}, ["SEND"]])
def test_a_cmd_that_is_no_string(command: Any) -> None:
    """A field like any other."""
    fault = receive(CMD=command, ID="1")
    assert (fault.code, fault.answers) == (ErrorCode.BAD_REQUEST, "1")
    assert fault.explanation.startswith("CMD must be one of ")


def test_no_cmd() -> None:
    """Missing like any other."""
    fault = receive(ID="1")
    assert (fault.code, fault.answers) == (ErrorCode.BAD_REQUEST, "1")
    assert fault.explanation.startswith("CMD is missing: it must be one of ")


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        (b"hello", None),
        (b'{"CMD":"PING","ID":"1"', "1"),
        (b'{"CMD":"SEND","TO":[],"MSG":"l","ID":"e6"', "e6"),
        (b'{"CMD":"PING","ID":"1', None),
        (rb'{"CMD":"PING","ID":"1\"', None),
        (b'{"CMD":"PING","ID":"1","ID":"2', None),
        (b'{"CMD":"PING","ID":"n18"\x00}', "n18"),
        (b'{"CMD":"PING","ID":"1" "X":5}', "1"),
        (b'{"CMD":"SEND","TO":[] "ID" : "1"}', "1"),
        (b'{"CMD":"PING","X":],"ID":"1"}', "1"),
        (b'{"CMD":"PING","ID"::"1"}', None),
        (b'{"ID":"n9","CMD":"PING"}{"ID":"n10","CMD":"PING"}', "n9"),
        (b'{"CMD":"PING","ID":"1"} {"CMD":"PING","X":{"ID":"2"}}', "1"),
        (b'{"CMD":"PING"}{"CMD":"PING","ID":"2"}{"CMD":"PING","ID":"3"}', "2"),
        (b'{"CMD":"PING","ID":"1"} x', "1"),
        (b'{"CMD":"PING","ID":"1"]', "1"),
        (b'{"CMD":"SEND","MSG":5,oops}', None),
        (b'{"CMD":"SEND","MSG":oops,"ID":"1"}', "1"),
        (rb'{"CMD":"SEND","TO":[],"MSG":"\ud83d","ID":"1"}', "1"),
        (rb'{"ID":"1","CMD":"SEND","TO":[],"MSG":"\ude00\ud83d"}', "1"),
        (rb'{"CMD":"PING","ID":"\ud83d"}', None),
        (b'{"CMD":"PING","ID":"1","X":NaN}', "1"),
        (b'{"CMD":"PING","ID":"1","ID":"2","X":-Infinity}', "2"),
        (b'{"X":{"ID":"2"},"Y":["ID",":","2"],"ID":"1","Z":{]}', "1"),
        (b'{"CMD":"PING","ID":1,"X":NaN}', None),
        (b'{"CMD":"PING","ID":"%b","X":NaN}' % (b"x" * 65), None),
        (b"\xff", None),
    ],
)
def test_malformed(line: bytes, answers: str | None) -> None:
    """The decoder says where; the ID is read if it can be."""
    (fault,) = V2(LIMITS).receive(line + b"\n")
    assert isinstance(fault, Fault)
    assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, answers)
    assert fault.explanation.startswith("The frame is not well-formed JSON: ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'\xef\xbb\xbf{"CMD":"PING","ID":"1"}', "byte order mark"),
        (b'{"CMD":"SEND","TO":[],"MSG":"\xff","ID":"1"}', "not UTF-8"),
        (rb'{"CMD":"SEND","TO":[],"MSG":"\ud83d","ID":"1"}', "needs its other half"),
        (b'{"CMD":"PING","ID":"1","X":%b}' % (b"[" * 50), "nested deeper"),
    ],
)
def test_what_is_wrong_with_the_bytes_is_said(line: bytes, words: str) -> None:
    (fault,) = V2(LIMITS).receive(line + b"\n")
    assert isinstance(fault, Fault)
    assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, "1")
    assert words in fault.explanation


@pytest.mark.parametrize("line", [b'["CMD","PING"]', b"7", b'"PING"', b"null"])
def test_no_object(line: bytes) -> None:
    """JSON, but not a frame."""
    assert V2(LIMITS).receive(line + b"\n") == [
        Fault(code=ErrorCode.BAD_JSON, explanation="The frame is not a JSON object.")
    ]


@pytest.mark.parametrize(
    ("line", "answers"),
    [(b'{"CMD":"SEND","MSG":"\xff","TO":[],"ID":"1"}', "1"), (b'{"CMD":"PING","ID":"\xff"}', None)],
)
def test_not_utf_8(line: bytes, answers: str | None) -> None:
    """The ID is repeated if it can be read."""
    assert V2(LIMITS).receive(line + b"\n") == [
        Fault(code=ErrorCode.BAD_JSON, explanation="The frame is not UTF-8.", answers=answers)
    ]


@pytest.mark.parametrize("command", ["SEND", "EDIT"])
def test_a_text_that_is_too_long_has_a_code_of_its_own(command: str) -> None:
    """``text_chars_max`` characters are the bound, not bytes."""
    fault = receive(**good(command, MSG="é" * 10_001, ID="1"))
    explanation = "The message has 10001 characters; at most 10000 are allowed."
    assert fault == Fault(code=ErrorCode.MESSAGE_TOO_LONG, explanation=explanation, answers="1")


@pytest.mark.parametrize(
    ("frame", "explanation"),
    [
        *(
            ({"CMD": "SEND", "MSG": "x", **fields}, "SEND needs either TO or ROOM, not both.")
            for fields in ({}, {"TO": ["a"], "ROOM": "lobby"}, {"TO": [], "ROOM": "lobby"}, {"TO": None})
        ),
        *(
            (
                {"CMD": "HISTORY", "ROOM": "lobby", first: 1, second: 5},
                "HISTORY takes at most one of AFTER, BEFORE, AROUND and AT.",
            )
            for first, second in (("AFTER", "BEFORE"), ("BEFORE", "AROUND"), ("AROUND", "AT"), ("AT", "AFTER"))
        ),
        (
            {"CMD": "JOIN", "UN": "a", "UID": "a", "V": 2, "TOKEN": "t", "PASSWORD": "p"},
            "JOIN takes TOKEN or PASSWORD, not both.",
        ),
        *(
            (
                {"CMD": command, **fields},
                f"{command} needs either UID or ADDRESS, and ADDRESS is for the server, without ROOM.",
            )
            for command in ("BAN", "UNBAN")
            for fields in (
                {},
                {"ROOM": "r-x"},
                {"UID": "a", "ADDRESS": "192.0.2.7"},
                {"ADDRESS": "192.0.2.7", "ROOM": "r-x"},
            )
        ),
        *(
            (
                {"CMD": "BAN", "WITH_ADDRESS": True, **fields},
                "WITH_ADDRESS goes with the UID of someone banned from the server, without ROOM or ADDRESS.",
            )
            for fields in ({"UID": "a", "ROOM": "r-x"}, {"ADDRESS": "192.0.2.7"})
        ),
        *(
            (
                {"CMD": "SEND", "TO": [], "MSG": "hi @Bob", "MENTIONS": [mention]},
                explanation,
            )
            for mention, explanation in (
                ({"BEGIN": 3, "LENGTH": 4}, "MENTIONS needs either UID or ROOM true in each object, not both."),
                (
                    {"UID": "bob", "BEGIN": 4, "LENGTH": 4},
                    "MENTIONS has a BEGIN of 4 and a LENGTH of 4: they must be within the 7 characters of MSG, and "
                    "LENGTH 2 or more.",
                ),
                (
                    {"UID": "bob", "BEGIN": 0, "LENGTH": 4},
                    "MENTIONS must begin at an @ in MSG; the character at 0 is not one.",
                ),
            )
        ),
        *(
            (
                {"CMD": "SET", "ROOM": "r-x", **fields},
                "SET needs at least one of TITLE, TOPIC, READ_ONLY, SLOW_SECONDS, PRIVATE, ARCHIVED, KEEP_DAYS, "
                "KEEP_EVENTS.",
            )
            for fields in ({}, {"TITLE": None})
        ),
    ],
    ids=shown,
)
def test_fields_that_do_not_go_together(frame: dict[str, Any], explanation: str) -> None:
    """The rule is told."""
    assert receive(**frame, ID="1") == Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers="1")


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return any values of a field's type."""
    if type(None) in get_args(kind):
        return st.one_of(st.none(), *(values_of(inner) for inner in get_args(kind) if inner is not type(None)))
    return {
        tuple[Mention, ...]: st.lists(
            st.builds(Mention, uid=st.none() | st.just("mary"), begin=st.integers(0, 3), length=st.integers(1, 3))
        ).map(tuple),
        str: st.text(st.characters(exclude_categories=["Cs"])),
        int: st.integers(),
        bool: st.booleans(),
        Role: st.sampled_from(list(Role)),
        tuple[str, ...]: st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    }[kind]


any_request = st.sampled_from(list(KINDS.values())).flatmap(
    lambda kind: st.builds(kind, **{field.name: values_of(field.type) for field in msgspec.structs.fields(kind)})
)


@given(any_request)
def test_any_request_is_read_as_it_was_written_or_told_what_is_wrong(request: Any) -> None:
    """Its types are right; its values may be anything, and the fault names a field of it, or the request."""
    said = heard(msgspec.json.encode(request))
    if isinstance(said, Fault):
        command = request.__struct_config__.tag
        assert said.explanation.split()[0] in {*fields(command), command, "The"}
        assert said.answers in {None, getattr(request, "request_id", None)}
    else:
        assert said == request


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.sampled_from(COMMANDS)
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
raw_fields = st.tuples(st.sampled_from([*FORMS, "X", "`$.X`", ""]), values)


@given(st.lists(raw_fields), st.sampled_from(COMMANDS), st.booleans())
def test_any_fields_in_any_order_and_number_are_answered(
    fields: list[tuple[str, Any]], command: str, command_first: bool
) -> None:
    """Repeated fields too; every answer is a request or a fault in words of ours."""
    pairs = [("CMD", command), *fields] if command_first else [*fields, ("CMD", command)]
    line = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs)
    said = heard(b"{%b}" % line.encode())
    if isinstance(said, Fault):
        assert "`" not in said.explanation
        assert said.explanation.endswith(".")
    else:
        assert isinstance(said, get_args(Request))


@given(
    st.sampled_from(
        [json.dumps(good(command, MSG="x") if command in {"SEND", "EDIT"} else good(command)) for command in KINDS]
    ),
    st.data(),
)
def test_damaged_requests_are_answered(good: str, data: st.DataObject) -> None:
    """Bytes changed, put in or taken out."""
    line = bytearray(good.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(line)))
        line[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2)).replace(b"\n", b"")
    received = V2(LIMITS).receive(bytes(line) + b"\n")
    assert len(received) == 1 or not line.strip()


BLANK = ["\u0301", "\u200b", "\u3164", " ", "\n", "\u2800 \ufe0f", "\u202e\u00ad"]


@pytest.mark.parametrize("text", ["", *BLANK])
def test_a_message_in_which_nothing_is_seen_is_not_sent(text: str) -> None:
    """A picture needs no words."""
    said = receive(CMD="SEND", MSG=text, TO=[])
    assert isinstance(said, Fault)
    assert said.explanation == "SEND needs a MSG with visible text, or FILES."
    assert not isinstance(receive(CMD="SEND", MSG=text, TO=[], FILES=["f-1"]), Fault)


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "  ", "\u0301", "\U000e0041"])
def test_a_device_in_whose_name_nothing_is_seen_has_no_name(name: str) -> None:
    said = receive(CMD="JOIN", UN="Tony", UID="tony", V=2, DEVICE=name)
    assert isinstance(said, Fault)
    assert said.explanation == "JOIN needs a DEVICE with visible text, or none."


@pytest.mark.parametrize("text", BLANK)
def test_nor_does_a_message_become_one(text: str) -> None:
    said = receive(CMD="EDIT", ROOM="lobby", SEQ=1, MSG=text)
    assert isinstance(said, Fault)
    assert "visible text" in said.explanation


@pytest.mark.parametrize("text", [".", "\u200b.", "👍", "ा"])
def test_what_is_seen_is_sent_with_what_is_not(text: str) -> None:
    said = receive(CMD="SEND", MSG=text, TO=[])
    assert not isinstance(said, Fault)
    assert said.text == text
