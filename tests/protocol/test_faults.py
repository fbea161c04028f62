"""Whoever writes a client is told which field is wrong and what is right."""

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.requests import Request
from muca.protocol.dialect import Fault
from muca.protocol.faults import COMMANDS, FIELD_FORMS, SEQ_MAX
from muca.protocol.v2 import V2

LIMITS = Limits()
GOOD: dict[str, dict[str, Any]] = {
    "JOIN": {"UN": "Tony", "UID": "tony@lab", "V": 2, "TOKEN": "t", "SESSION": "s", "ID": "1"},
    "SEND": {"MSG": "x", "TO": [], "ID": "1"},
    "HISTORY": {"ROOM": "lobby", "AFTER": 0, "LIMIT": 50, "ID": "1"},
    "PING": {"ID": "1"},
    "PONG": {"RE": "1"},
    "LEAVE": {"ID": "1"},
}
WRONG: dict[str, list[Any]] = {
    "UN": [None, 1, True, [], {}],
    "UID": [None, 1, 1.5, ["a"], {}],
    "V": [None, "2", 2.5, True, [2], 1, 0, -2],
    "TOKEN": [1, [], {}, "", "x" * 129],
    "SESSION": [1, [], {}, "", "x" * 129],
    "MSG": [None, 1, [], {}, "", "a\0b"],
    "TO": ["a", 1, {}, [1], ["a", None], [["a"]]],
    "ROOM": [None, 1, [], {}],
    "AFTER": ["1", 1.5, [], -1, SEQ_MAX + 1, 10**100],
    "BEFORE": ["1", 1.5, {}, -1, SEQ_MAX + 1],
    "LIMIT": [None, "1", 1.5, [], 0, -1],
    "RE": [1, [], {}],
}
CASES = [
    (command, field, value)
    for command, fields in GOOD.items()
    for field in (*fields, *(["BEFORE"] if command == "HISTORY" else []))
    for value in WRONG.get(field, [])
]


def receive(**fields: Any) -> Any:
    """Give what one frame says to a connection that has joined."""
    v2 = V2(LIMITS)
    v2.joined()
    (said,) = v2.receive(json.dumps(fields).encode() + b"\n")
    return said


@pytest.mark.parametrize("command", GOOD)
def test_good_requests_have_no_fault(command: str) -> None:
    """The examples that the faults below are made from."""
    assert not isinstance(receive(CMD=command, **GOOD[command]), Fault)


@pytest.mark.parametrize(("command", "field", "value"), CASES, ids=str)
def test_a_wrong_field_is_named(command: str, field: str, value: Any) -> None:
    """And what it must be, in a sentence, with the ID of the request."""
    fields = GOOD[command] | {field: value}
    if field == "BEFORE":
        del fields["AFTER"]
    fault = receive(CMD=command, **fields)
    form = FIELD_FORMS[field].format(limits=LIMITS)
    assert fault == Fault(code=ErrorCode.BAD_REQUEST, explanation=f"{field} must be {form}.", answers=fields.get("ID"))


@pytest.mark.parametrize(
    ("command", "field"), [("JOIN", "UN"), ("JOIN", "UID"), ("SEND", "MSG"), ("HISTORY", "ROOM")], ids=str
)
def test_a_missing_field_is_named(command: str, field: str) -> None:
    """And what it must be."""
    fields = GOOD[command].copy()
    del fields[field]
    fault = receive(CMD=command, **fields)
    explanation = f"{field} is missing: it must be {FIELD_FORMS[field].format(limits=LIMITS)}."
    assert fault == Fault(code=ErrorCode.BAD_REQUEST, explanation=explanation, answers="1")


def test_a_join_without_v_is_not_of_this_dialect() -> None:
    """Left out, ``V`` means the first generation."""
    fault = receive(CMD="JOIN", UN="Tony", UID="tony@lab")
    assert fault.explanation == "V must be a whole number, 2 or more."


@pytest.mark.parametrize("request_id", ["", "x" * 65, 1, [], {}, True])
@pytest.mark.parametrize("command", [command for command in GOOD if command != "PONG"])
def test_a_wrong_id_is_answered_without_one(command: str, request_id: Any) -> None:
    """There is nothing to repeat."""
    fault = receive(CMD=command, **(GOOD[command] | {"ID": request_id}))
    assert fault == Fault(code=ErrorCode.BAD_REQUEST, explanation="ID must be a string of 1 to 64 characters.")


@pytest.mark.parametrize("request_id", ["", "x" * 65, 1, []])
def test_a_wrong_id_is_not_repeated_with_another_fault(request_id: Any) -> None:
    """Only an ID that could be one is."""
    fault = receive(CMD="SEND", MSG=1, ID=request_id)
    assert fault.answers is None


@pytest.mark.parametrize("command", ["", "send", "DANCE", "MSG", "x - at `$.TO`", "A" * 10_000])
def test_an_unknown_command_is_told_the_known_ones(command: str) -> None:
    """What the client wrote is not repeated."""
    assert receive(CMD=command, ID="1") == Fault(
        code=ErrorCode.UNKNOWN_COMMAND,
        explanation="This server does not know that CMD: it must be one of HISTORY, JOIN, LEAVE, PING, PONG, SEND.",
        answers="1",
    )


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
    "line", [b"hello", b'{"CMD":"PING","ID":"1"', b'{"CMD":"PING","ID":"1"} x', b'{"CMD":"SEND","MSG":5,oops}', b"\xff"]
)
def test_malformed(line: bytes) -> None:
    """The decoder says where."""
    (fault,) = V2(LIMITS).receive(line + b"\n")
    assert isinstance(fault, Fault)
    assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, None)
    assert fault.explanation.startswith("The frame is not well-formed JSON: ")


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


class TestBounds:
    """At the bound, and one past it; the rest is in ``WRONG`` above."""

    def test_text(self) -> None:
        """``text_chars_max`` characters."""
        longest = "é" * LIMITS.announced.text_chars_max
        assert receive(CMD="SEND", TO=[], MSG=longest).text == longest
        fault = receive(CMD="SEND", TO=[], MSG=longest + "é", ID="1")
        assert fault == Fault(
            code=ErrorCode.MESSAGE_TOO_LONG,
            explanation="The message has 10001 characters; at most 10000 are allowed.",
            answers="1",
        )

    def test_id(self) -> None:
        """``request_id_chars_max`` characters; one more is wrong, as above."""
        assert receive(CMD="PING", ID="é" * 64).request_id == "é" * 64

    @pytest.mark.parametrize("field", ["TOKEN", "SESSION"])
    def test_secrets(self, field: str) -> None:
        """``secret_chars_max`` characters; one more is wrong, as above."""
        assert not isinstance(receive(CMD="JOIN", **(GOOD["JOIN"] | {field: "x" * 128})), Fault)

    @pytest.mark.parametrize("field", ["AFTER", "BEFORE"])
    def test_seq(self, field: str) -> None:
        """From 0 to what a store can count to."""
        for seq in (0, SEQ_MAX):
            assert not isinstance(receive(CMD="HISTORY", ROOM="lobby", **{field: seq}), Fault)

    def test_limit_has_no_upper_bound_here(self) -> None:
        """The core lowers it."""
        assert receive(CMD="HISTORY", ROOM="lobby", LIMIT=10**30).limit == 10**30


@pytest.mark.parametrize("fields", [{}, {"TO": ["a"], "ROOM": "lobby"}, {"TO": [], "ROOM": "lobby"}, {"TO": None}])
def test_send_needs_one_address(fields: dict[str, Any]) -> None:
    """TO or ROOM."""
    fault = receive(CMD="SEND", MSG="x", ID="1", **fields)
    assert fault == Fault(
        code=ErrorCode.BAD_REQUEST, explanation="SEND needs either TO or ROOM, and not both.", answers="1"
    )


def test_history_goes_one_way() -> None:
    """AFTER or BEFORE."""
    fault = receive(CMD="HISTORY", ROOM="lobby", AFTER=1, BEFORE=5, ID="1")
    assert fault == Fault(
        code=ErrorCode.BAD_REQUEST, explanation="HISTORY takes AFTER or BEFORE, not both.", answers="1"
    )


def test_every_field_of_every_request_has_its_form() -> None:
    """A new field needs a line in the table, a removed one leaves none behind."""
    fields = {field.encode_name for kind in get_args(Request) for field in msgspec.structs.fields(kind)}
    assert FIELD_FORMS.keys() == fields | {"CMD"}
    assert set(COMMANDS) == GOOD.keys()


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.sampled_from(COMMANDS)
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
raw_fields = st.tuples(st.sampled_from([*FIELD_FORMS, "X", "`$.X`", ""]), values)


@given(st.lists(raw_fields), st.sampled_from(COMMANDS), st.booleans())
def test_any_fields_in_any_order_and_number_are_answered(
    fields: list[tuple[str, Any]], command: str, command_first: bool
) -> None:
    """Repeated fields too; every answer is a request or a fault in words of ours."""
    pairs = [("CMD", command), *fields] if command_first else [*fields, ("CMD", command)]
    line = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs)
    (said,) = V2(LIMITS).receive(b"{%b}\n" % line.encode())
    if isinstance(said, Fault):
        assert "`" not in said.explanation
        assert said.explanation.endswith(".")
    else:
        assert isinstance(said, get_args(Request))


@given(st.sampled_from([json.dumps({"CMD": c, **f}) for c, f in GOOD.items()]), st.data())
def test_damaged_requests_are_answered(good: str, data: st.DataObject) -> None:
    """Bytes changed, put in or taken out."""
    line = bytearray(good.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(line)))
        line[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2)).replace(b"\n", b"")
    received = V2(LIMITS).receive(bytes(line) + b"\n")
    assert len(received) == 1 or not line.strip()
