"""WebP: what is its own."""

import struct

import pytest

from muca.server.files.pictures import NotParsed
from muca.server.files.webp import parse_webp
from tests.server.files.samples import picture

PLAIN = picture("webp")


def riff(*chunks: bytes) -> bytes:
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    told = riff(b"VP8L\x05\0\0\0\x2f\0\0\0\0\0", b"ICCP\0\0\0\0" * (parts - 1))
    if is_picture:
        parse_webp(told)
    else:
        with pytest.raises(NotParsed):
            parse_webp(told)


def test_a_second_head_is_read_like_the_first() -> None:
    with pytest.raises(NotParsed):
        parse_webp(riff(PLAIN[12:30], b"VP8X\0\0\0\0", PLAIN[30:]))
