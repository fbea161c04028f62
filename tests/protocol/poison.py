"""The poison corpus: what must cost no more than the frame, or the connection that sent it.

``WHOLE``: bytes whose end is known in both dialects (in v2 with a newline behind them): a good frame after them counts.
``BROKEN``: bytes that are neither objects nor anything that may stand between objects: v1 cannot go on after them.
``endless()``: streams that never end a frame, made while they are read, so that they take no memory themselves.
"""

from collections.abc import Iterator
from itertools import repeat
from typing import Final, NamedTuple


class Poison(NamedTuple):
    """Bad bytes and what to call them."""

    name: str
    data: bytes


def nested(depth: int) -> bytes:
    """Return a SEND with a field that makes it this deep, the frame itself counted."""
    return b'{"CMD":"SEND","MSG":"deep","TO":[],"X":%b%b}' % (b"[" * (depth - 1), b"]" * (depth - 1))


def _join(fields: bytes) -> bytes:
    return b'{"CMD":"JOIN",%b}' % fields


def _send(fields: bytes) -> bytes:
    return b'{"CMD":"SEND",%b}' % fields


_DIGITS = b"9" * 100_000

WHOLE: Final = [
    # JSON, but no frame
    Poison("empty object", b"{}"),
    Poison("no CMD", b'{"UN":"a","UID":"b"}'),
    Poison("array", b'[{"CMD":"SEND","MSG":"x","TO":[]}]'),
    Poison("empty array", b"[]"),
    Poison("string", b'"{\\"CMD\\":\\"SEND\\"}"'),
    Poison("scalars", b"1 -2.5e+3 true false null NaN -Infinity"),
    Poison("100,000 scalars", b"1 " * 100_000),
    Poison("a number of 100,000 digits", _DIGITS),
    Poison("probe before an object", b'1{"CMD":"NONE"}'),
    Poison("CMD inside", b'{"CMD":{"CMD":"SEND","MSG":"x","TO":[]}}'),
    Poison("CMD in an array", b'{"CMD":["SEND"],"MSG":"x","TO":[]}'),
    Poison("CMD null", b'{"CMD":null}'),
    Poison("CMD number", b'{"CMD":1}'),
    Poison("CMD empty", b'{"CMD":""}'),
    Poison("CMD lower-case", b'{"CMD":"send","MSG":"x","TO":[]}'),
    Poison("CMD in lower-case letters", b'{"cmd":"SEND","MSG":"x","TO":[]}'),
    Poison("CMD of the server", b'{"CMD":"MSG","TYPE":"ALL","MSG":"x","FROM":"a"}'),
    Poison("CMD of 100,000 characters", b'{"CMD":"%b"}' % (b"A" * 100_000)),
    Poison("CMD named like a complaint", b'{"CMD":"x - at `$.TO`"}'),
    Poison("CMD three times", b'{"CMD":"SEND","CMD":"` - at `$.EVIL`","CMD":"SEND"}'),
    Poison("only CMD", b'{"CMD":"SEND"}'),
    Poison("keys with NUL", b'{"CMD\\u0000":"SEND","\\u0000":1,"CMD":"NONE"}'),
    # broken JSON with matching brackets
    Poison("no quotes", b"{CMD:SEND}"),
    Poison("single quotes", b"{'CMD':'SEND'}"),
    Poison("trailing comma", b'{"CMD":"SEND","MSG":"x","TO":[],}'),
    Poison("comment", b'{"CMD":"SEND",/* "MSG":"x", */"TO":[]}'),
    Poison("bracket of another kind", b'{"CMD":"SEND","MSG":"x","TO":[}}'),
    Poison("backslashes outside of strings", b'{\\ "CMD" \\:\\ "SEND" \\}'),
    Poison("unknown escape", _send(b'"MSG":"\\x41","TO":[]')),
    Poison("short escape", _send(b'"MSG":"\\u12","TO":[]')),
    Poison("quotes and backslashes", _send(rb'"MSG":"\\\"\\\\\"","TO":"\\"')),
    # depth and size
    Poison("objects 200 deep", b'{"a":' * 200 + b"{}" + b"}" * 200),
    Poison("100,000 deep", nested(100_000)),
    Poison("100,000 brackets in a string", _send(b'"MSG":"%b","TO":0' % (b"}" * 100_000))),
    Poison("100,000 keys", b"{%b}" % b",".join(b'"%d":0' % n for n in range(100_000))),
    Poison("100,000 names in TO", _send(b'"MSG":"","TO":[%b0]' % (b'"a",' * 100_000))),
    # numbers
    Poison("NaN", _send(b'"MSG":NaN,"TO":[]')),
    Poison("Infinity", _send(b'"MSG":"x","TO":[-Infinity]')),
    Poison("number too large for a float", _send(b'"MSG":1e999999,"TO":[]')),
    Poison("long integer", _send(b'"MSG":%b,"TO":[]' % _DIGITS)),
    Poison("long integer in SEQ", b'{"CMD":"HISTORY","ROOM":"lobby","AFTER":%b}' % _DIGITS),
    Poison("leading zeros", _send(b'"MSG":0001,"TO":[]')),
    # characters
    Poison("NUL raw", _send(b'"MSG":"a\0b","TO":[]')),
    Poison("NUL escaped", _send(b'"MSG":"a\\u0000b","TO":[]')),
    Poison("control characters raw", _send(b'"MSG":"a\tb\x1b[2J","TO":[]')),
    Poison("high surrogate alone", _send(b'"MSG":"\\ud83d","TO":[]')),
    Poison("high surrogate before a letter", _send(b'"MSG":"\\ud83dabcdefgh","TO":[]')),
    Poison("high surrogate before an escape", _send(b'"MSG":"\\ud83d\\u0041","TO":[]')),
    Poison("low surrogate alone", _send(b'"MSG":"\\ude00 abcdefgh","TO":[]')),
    Poison("surrogates reversed", _send(b'"MSG":"\\ude00\\ud83d abcdefgh","TO":[]')),
    Poison("surrogate in a name", _send(b'"MSG":"x","TO":["\\udfff"]')),
    Poison("surrogates as UTF-8", _send(b'"MSG":"\xed\xa0\xbd\xed\xb8\x80","TO":[]')),
    Poison("invalid UTF-8", _send(b'"MSG":"\xff\xfe","TO":[]')),
    Poison("Latin-1", _send(b'"MSG":"gr\xfc\xdfe","TO":[]')),
    Poison("UTF-8 cut short", _send(b'"MSG":"\xf0\x9f\x98","TO":[]')),
    Poison("overlong UTF-8", _send(b'"MSG":"\xc0\xaf\xe0\x80\xaf","TO":[]')),
    Poison("beyond Unicode", _send(b'"MSG":"\xf4\x90\x80\x80","TO":[]')),
    Poison("invalid UTF-8 in CMD", b'{"CMD":"\xff"}'),
    # wrong types, field by field
    *(
        Poison(f"MSG {value}", _send(b'"MSG":%b,"TO":[]' % value.encode()))
        for value in ("null", "1", "[]", "{}", "true")
    ),
    Poison("MSG missing", _send(b'"TO":[]')),
    *(
        Poison(f"TO {value}", _send(b'"MSG":"x","TO":%b' % value.encode()))
        for value in ('"a"', "1", "{}", '{"a":"b"}', "[[]]", '[["a"]]', "[null]", "[1]", '["a",null]', "true")
    ),
    *(
        Poison(f"ROOM {value}", _send(b'"MSG":"x","ROOM":%b' % value.encode()))
        for value in ("1", "[]", "{}", "null", "false")
    ),
    # values that other requests cannot have
    *(
        Poison(f"{cmd} with {name}", b'{"CMD":"%b","ROOM":"lobby","SEQ":1,%b}' % (cmd.encode(), fields))
        for cmd, name, fields in (
            ("SEND", "a long integer in REPLY_TO", b'"MSG":"x","REPLY_TO":%b' % _DIGITS),
            ("EDIT", "half a surrogate pair", b'"MSG":"\\ud83d"'),
            ("DELETE", "SEQ twice", b'"SEQ":"\\u0000"'),
            ("REACT", "half an emoji", b'"EMOJI":"\\ude00"'),
            ("REACT", "100,000 emoji", '"EMOJI":"{}"'.format("😀" * 25_000).encode()),
            ("UNREACT", "an escape sequence", b'"EMOJI":"\\u001b[2J"'),
            ("READ", "a place that is none", b'"SEQ":1e999999'),
            ("HISTORY", "a time before time", b'"AT":-1'),
            ("SEARCH", "half a query", b'"QUERY":"\xf0\x9f\x98"'),
            ("SEARCH", "100,000 quotes", b'"QUERY":"%b"' % (b'\\"' * 50_000)),
            ("CREATE", "NUL in the title", b'"TITLE":"a\\u0000b"'),
            ("SET", "a title of another type", b'"TITLE":{"TITLE":"x"}'),
            ("SET", "a number for a switch", b'"READ_ONLY":1'),
            ("SET", "a pause without end", b'"SLOW_SECONDS":%b' % _DIGITS),
            ("ROLE", "a role like a complaint", b'"UID":"a","ROLE":"x - at `$.UID`"'),
            ("MUTE", "negative seconds", b'"UID":"a","SECONDS":-%b' % _DIGITS),
            ("BAN", "an address of brackets", b'"ADDRESS":"%b"' % (b"[" * 100_000)),
            ("KICK", "lines in the reason", b'"UID":"a","REASON":"x\\r\\nroot"'),
            ("PASSWORD", "100,000 characters", b'"NEW":"%b"' % (b"x" * 100_000)),
            ("REVOKE", "a device by its name", b'"DEVICE":"phone"'),
            ("INVITATION", "no uses", b'"USES":0'),
            ("CLAIM", "a code of no string", b'"CODE":[1]'),
        )
    ),
]
"""None of these is a request in either dialect, and none of them is a JOIN."""

JOINS: Final = [
    *(
        Poison(f"UN {value}", _join(b'"UN":%b,"UID":"b"' % value.encode()))
        for value in ("null", "1", "[]", "{}", "true")
    ),
    *(Poison(f"UID {value}", _join(b'"UN":"a","UID":%b' % value.encode())) for value in ("null", "1", "[]", "{}")),
    Poison("UN missing", _join(b'"UID":"b"')),
    Poison("UID missing", _join(b'"UN":"a"')),
    Poison("only CMD", b'{"CMD":"JOIN"}'),
    Poison("invalid UTF-8", _join(b'"UN":"\xff","UID":"b"')),
    Poison("UID a long integer", _join(b'"UN":"a","UID":%b' % (b"9" * 10_000))),
]
"""JOINs that are broken: answered, in both dialects."""

VERSIONS: Final = [b'"2"', b"2.0", b"2e0", b"null", b"true", b"[2]", b"{}", b"-2", b"0", b"1", b"NaN", b"9" * 100_000]
"""Values of ``V`` that do not ask for v2."""

BROKEN: Final = [
    Poison("HTTP request", b"GET / HTTP/1.1\r\nHost: localhost:40452\r\nUser-Agent: curl/8.0\r\nAccept: */*\r\n\r\n"),
    Poison("TLS ClientHello", bytes.fromhex("16030100a5010000a10303") + bytes(range(256))),
    Poison("SSH", b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    Poison("byte order mark", b'\xef\xbb\xbf{"CMD":"SEND","MSG":"x","TO":[]}'),
    Poison("UTF-16", '{"CMD":"SEND","MSG":"x","TO":[]}'.encode("utf-16")),
    Poison("NUL", b"\0\0\0\0"),
    Poison("closing bracket", b"}"),
    Poison("comma", b","),
    Poison("name without quotes", b"CMD"),
]


def endless() -> Iterator[tuple[Poison, Iterator[bytes]]]:
    """Return beginnings and the 10 MB that follow, in pieces."""
    for name, start, piece in (
        ("spaces", b"", b" " * 65_536),
        ("digits", b"1", b"9" * 65_536),
        ("string between objects", b'"', b"x" * 65_536),
        ("array between objects", b"[", b"1," * 32_768),
        ("string in an object", b'{"CMD":"SEND","MSG":"', b"}{" * 32_768),
        ("escapes", b'{"CMD":"SEND","MSG":"', b"\\" * 65_535),
        ("TO", b'{"CMD":"SEND","MSG":"x","TO":[', b'"a",' * 16_384),
        ("depth", b"", b'{"a":' * 13_107),
        ("an HTTP body", b"POST / HTTP/1.1\r\n\r\n", b"\0" * 65_536),
    ):
        yield Poison(name, start), repeat(piece, 10_000_000 // len(piece))
