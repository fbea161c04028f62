"""Frames are found in any cut, at bounded cost, within bounds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import CloseReason
from muca.protocol import frames
from muca.protocol.dialect import ProtocolError
from muca.protocol.frames import LineSplitter, ObjectSplitter, is_too_deep
from tests.protocol.cuts import any_cuts, every_cut
from tests.protocol.poison import BROKEN, nested

OBJECTS = [
    b"{}",
    b'{"a":1}',
    b'{ "a" : [ 1, 2 ] ,\r\n\t"b" : { } }',
    b'{"a":{"b":[{"c":[[]]}]}}',
    b'{"text":"}{ ][ \\" \\\\","more":"\\\\\\""}',
    b'{"\xc3\xbc":"\xf0\x9f\x98\x80 \\ud83d\\ude00"}',
    b'{"bad":[} \\ }',
]
BETWEEN = [
    b"",
    b" ",
    b"1",
    b"\r\n-1.5e+10 ",
    b"true false null NaN -Infinity",
    b'"}{ \\" {"',
    b"[1,[2],{}]",
    b"[]" * 20,
]
LONG_STREAMS = [
    b'{"a":"%b"}' % (b"}" * 5_000),
    b'{"a":"%b"}' % (b'\\"' * 2_500),
    b'{"a":"%b"}' % (b"\\\\" * 2_500),
    b'{"a":[%b0]}' % (b'["b",' * 800 + b"0" + b"]," * 800),
    b'{"a":[%b0]}' % (b'"b",' * 1_200),
    b"[" * 2_500 + b"]" * 2_500 + b"{}",
    b"1" * 5_000 + b"{}",
    b"{}" * 2_500,
    b'"%b"{}' % (b"x" * 5_000),
]
json_values = st.recursive(
    st.sampled_from([b"0", b"-1.5", b"true", b'"x"', b'"\\""', b'"{["', b'"\\\\"', b'"}]"']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: b"[%b]" % b", ".join(items)),
        st.lists(inner, max_size=3).map(lambda items: b"{%b}" % b",".join(b'"k\\\\" : %b' % item for item in items)),
    ),
    max_leaves=12,
)


def split_objects(chunks: list[bytes], bytes_max: int = 1_000) -> list[bytes]:
    """Return all objects of a stream."""
    splitter = ObjectSplitter(bytes_max)
    found = []
    for chunk in chunks:
        splitter.feed(chunk)
        while (frame := splitter.next_object()) is not None:
            found.append(frame)
    return found


def split_lines(chunks: list[bytes], bytes_max: int = 1_000) -> list[bytes]:
    """Return all lines of a stream."""
    splitter = LineSplitter(bytes_max)
    return [line for chunk in chunks for line in splitter.split(chunk)]


class TestObjects:
    """Objects without delimiter."""

    @pytest.mark.parametrize("between", BETWEEN)
    def test_every_cut_gives_the_same_objects(self, between: bytes) -> None:
        """What stands between objects is skipped, wherever the stream is cut."""
        stream = between.join([b"", *OBJECTS, b""])
        for chunks in every_cut(stream):
            assert split_objects(chunks) == OBJECTS

    @given(st.data(), st.lists(json_values))
    def test_any_values_in_any_cut(self, data: st.DataObject, values: list[bytes]) -> None:
        """Of any stream of JSON values the objects come out, exactly."""
        chunks = data.draw(any_cuts(b" ".join(values)))
        assert split_objects(chunks) == [value for value in values if value.startswith(b"{")]

    @given(st.lists(st.binary(max_size=30)), st.lists(st.sampled_from(b'{}[]"\\ 1'), max_size=200).map(bytes))
    def test_any_bytes_in_any_cut(self, chunks: list[bytes], structure: bytes) -> None:
        """No bytes do more than raise ProtocolError, and cuts make no difference to what is found before it."""

        def found(chunks: list[bytes]) -> tuple[list[bytes], CloseReason | None]:
            splitter, objects = ObjectSplitter(10_000), []
            try:
                for chunk in chunks:
                    splitter.feed(chunk)
                    while (frame := splitter.next_object()) is not None:
                        objects.append(frame)
            except ProtocolError as error:
                return objects, error.reason
            return objects, None

        for stream in (b"".join(chunks), structure):
            assert found([stream]) == found([stream[at : at + 1] for at in range(len(stream))])

    @pytest.mark.parametrize("poison", BROKEN, ids=lambda poison: poison.name)
    def test_anything_else_between_objects_is_a_bad_frame(self, poison: tuple[str, bytes]) -> None:
        """Objects before it are returned, then every call raises the error."""
        splitter = ObjectSplitter(1_000)
        splitter.feed(b'{"a":1} 1' + poison[1])
        assert splitter.next_object() == b'{"a":1}'
        for _ in range(2):
            with pytest.raises(ProtocolError) as caught:
                splitter.next_object()
            assert caught.value.reason is CloseReason.BAD_FRAME
            splitter.feed(b"{}")

    def test_bound_of_an_unfinished_object(self) -> None:
        """As many bytes as the bound may wait; one more is too much."""
        splitter = ObjectSplitter(20)
        splitter.feed(b'{}{"a":"' + b"x" * 14)
        assert splitter.next_object() == b"{}"
        assert splitter.next_object() is None
        splitter.feed(b"x")
        for ask in (splitter.next_object, lambda: splitter.feed(b"")):
            with pytest.raises(ProtocolError) as caught:
                ask()
            assert caught.value.reason is CloseReason.FRAME_TOO_LARGE

    def test_bound_of_a_whole_object(self) -> None:
        """An object that comes whole may be larger: it is the dialect that judges it."""
        larger = b'{"a":"%b"}' % (b"x" * 13)
        assert len(larger) == 21
        assert split_objects([b"{}" + larger + b"[]{}"], bytes_max=20) == [b"{}", larger, b"{}"]

    def test_what_has_come_of_an_object_can_be_looked_at(self) -> None:
        """Also after the error; of what is no object, nothing."""
        for data, begun in ((b'{}{"a', b'{"a'), (b"{}", b""), (b'"a', b""), (b'[{"a', b"")):
            splitter = ObjectSplitter(20)
            splitter.feed(data)
            while splitter.next_object() is not None:
                pass
            assert splitter.unfinished == begun
        splitter = ObjectSplitter(20)
        splitter.feed(b'{"a":"' + b"x" * 20)
        with pytest.raises(ProtocolError):
            splitter.next_object()
        assert splitter.unfinished == b'{"a":"' + b"x" * 20

    def test_bound_of_what_is_skipped(self) -> None:
        """A string or array between objects is skipped, but has an end within the bound; scalars need none."""
        assert split_objects([b"1" * 1_000, b" " * 1_000, b"{}"], bytes_max=20) == [b"{}"]
        for start in (b'"', b"["):
            splitter = ObjectSplitter(20)
            splitter.feed(start + b"1" * 19)
            assert splitter.next_object() is None
            splitter.feed(b"1")
            with pytest.raises(ProtocolError):
                splitter.next_object()

    def test_bound_can_grow(self) -> None:
        """A larger limit applies from the next bytes on, also to an incomplete frame."""
        splitter = ObjectSplitter(20)
        splitter.feed(b'{"a":"' + b"x" * 14)
        assert splitter.next_object() is None
        splitter.bytes_max = 21
        splitter.feed(b"x")
        assert splitter.next_object() is None

    def test_rest_is_what_comes_after_the_last_object(self) -> None:
        """Whole and unfinished objects, scalars and garbage: all of it, unread."""
        for rest in (b"", b"\n", b'{"b":2}{"c', b"GET /"):
            splitter = ObjectSplitter(1_000)
            splitter.feed(b'{"a"')
            assert splitter.next_object() is None
            splitter.feed(b":1}" + rest)
            assert splitter.next_object() == b'{"a":1}'
            assert splitter.take_rest() == rest
            assert splitter.take_rest() == b""

    @pytest.mark.parametrize("stream", LONG_STREAMS, ids=lambda stream: stream[:9].decode())
    @pytest.mark.parametrize("step", [1, 2, 7])
    def test_cost_of_a_trickle_is_linear(self, stream: bytes, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """However slowly a stream comes, nothing is looked at again and again."""
        seen = 0

        def count(pattern: re.Pattern[bytes], buffer: bytes | bytearray, at: int) -> int:
            nonlocal seen
            seen += len(buffer) - at  # the most that a pattern can have looked at
            return end_of(pattern, buffer, at)

        end_of = frames._end
        monkeypatch.setattr(frames, "_end", count)
        assert split_objects([stream[at : at + step] for at in range(0, len(stream), step)], bytes_max=10_000)
        assert seen <= 8 * len(stream)

    @pytest.mark.parametrize("stream", LONG_STREAMS, ids=lambda stream: stream[:9].decode())
    def test_cost_of_a_large_piece_is_linear(self, stream: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """What one match has passed, the next does not pass again, and each has passed something."""
        passed = calls = 0

        def count(pattern: re.Pattern[bytes], buffer: bytes | bytearray, at: int) -> int:
            nonlocal passed, calls
            end = end_of(pattern, buffer, at)
            passed, calls = passed + end - at, calls + 1
            return end

        end_of = frames._end
        monkeypatch.setattr(frames, "_end", count)
        assert split_objects([stream], bytes_max=10_000)
        assert passed <= len(stream)
        assert calls <= len(stream) + 1

    def test_a_trickle_is_gathered_in_place(self) -> None:
        """What has come is not copied again with every piece."""
        splitter = ObjectSplitter(1_000)
        for data in (b'{}{"a"', b":["):
            splitter.feed(data)
            splitter.next_object()
        splitter.next_object()
        gathered = splitter._buffer
        for _ in range(10):
            splitter.feed(b"1,")
            assert splitter.next_object() is None
        assert splitter._buffer is gathered


class TestLines:
    """One frame a line."""

    def test_every_cut_gives_the_same_lines(self) -> None:
        """Lines come out exactly, blank ones do not."""
        stream = b'{"a":1}\n\n \r\n{"b":2}\r\n\t\nno JSON\n{"c":"\xc3\xbc"}\n'
        for chunks in every_cut(stream):
            assert split_lines(chunks) == [b'{"a":1}', b'{"b":2}\r', b"no JSON", b'{"c":"\xc3\xbc"}']

    @given(st.lists(st.sampled_from([b"", b"a", b" ", b"\n", b"{}", b"\r"])))
    def test_lines_are_those_of_the_whole_stream(self, chunks: list[bytes]) -> None:
        """Whatever the cut, the lines are those between newlines."""
        lines = b"".join(chunks).split(b"\n")[:-1]
        assert split_lines(chunks) == [line for line in lines if line.strip()]

    def test_bound_of_an_unfinished_line(self) -> None:
        """Exactly the limit may wait; with one byte more, every call raises the error."""
        splitter = LineSplitter(20)
        assert splitter.split(b"x" * 20) == []
        for data in (b"x", b"", b"\n"):
            with pytest.raises(ProtocolError) as caught:
                splitter.split(data)
            assert caught.value.reason is CloseReason.FRAME_TOO_LARGE

    def test_lines_before_the_error_are_given_first(self) -> None:
        """The error comes with the next call."""
        splitter = LineSplitter(20)
        assert splitter.split(b"a\nb\n" + b"x" * 21) == [b"a", b"b"]
        with pytest.raises(ProtocolError):
            splitter.split(b"\n")

    def test_bound_can_grow(self) -> None:
        """A larger bound counts from the next bytes on."""
        splitter = LineSplitter(20)
        assert splitter.split(b"a\n" + b"x" * 21) == [b"a"]
        splitter.bytes_max = 22
        assert splitter.split(b"x\n") == [b"x" * 22]

    def test_a_whole_line_may_be_longer(self) -> None:
        """It is the dialect that answers it."""
        assert split_lines([b"x" * 100 + b"\na\n"], bytes_max=20) == [b"x" * 100, b"a"]


class TestDepth:
    """How deep a frame may be nested."""

    @pytest.mark.parametrize("depth_max", [2, 3, 16])
    def test_bound(self, depth_max: int) -> None:
        """The frame itself counts as one level."""
        assert not is_too_deep(nested(depth_max), depth_max)
        assert is_too_deep(nested(depth_max + 1), depth_max)

    def test_brackets_in_strings_do_not_count(self) -> None:
        """Neither do escaped quotes end a string."""
        assert not is_too_deep(b'{"a":"%b \\" %b \\\\"}' % (b"[" * 100, b"{" * 100), 2)

    def test_brackets_side_by_side_do_not_count(self) -> None:
        """Depth, not number."""
        assert not is_too_deep(b"[%b{}]" % (b"[[],{}]," * 1_000), 3)
        assert is_too_deep(b"[%b[[{}]]]" % (b"[[],{}]," * 1_000), 3)

    def test_brackets_that_do_not_match_count_as_too_deep(self) -> None:
        """No decoder would take them."""
        assert is_too_deep(b"[" * 10, 9)
        assert is_too_deep(b"[{" * 10 + b"]]" * 10, 19)

    @given(json_values, st.integers(1, 6))
    def test_agrees_with_counting(self, value: bytes, depth_max: int) -> None:
        """The depth is the largest number of brackets that are open at once."""
        depth = deepest = 0
        for byte in re.sub(rb'"(\\.|[^"\\])*"', b"", value):
            depth += (byte in b"[{") - (byte in b"]}")
            deepest = max(deepest, depth)
        assert is_too_deep(value, depth_max) == (deepest > depth_max)
