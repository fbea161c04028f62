"""What a file is, by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server.files.kinds import HEAD_BYTES, INLINE, UNKNOWN, kind_of
from tests.server.files.samples import FORMATS, picture


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures(kind: str) -> None:
    assert kind_of(picture(kind)[:HEAD_BYTES]) == f"image/{kind}"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", UNKNOWN),
        (b"ID3\x04", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"RIFF\0\0\0\0AVI ", UNKNOWN),
        (b"OggS\0\2", "audio/ogg"),
        (b"OggS\0\2....\x80theora", "video/ogg"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\0\0\0\x20ftypxxxx", UNKNOWN),
        (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9f\x42\x82\x88matroska", UNKNOWN),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        ("Grüße\n\t".encode(), "text/plain"),
        (b"a\0b", UNKNOWN),
        (b"\xff\xfe", UNKNOWN),
        (b"MZ\x90\0", UNKNOWN),
    ],
)
def test_others(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


def test_a_character_may_be_cut_off_at_the_end_of_the_head_alone() -> None:
    whole = ("x" + "ü" * HEAD_BYTES).encode()
    assert kind_of(whole[:HEAD_BYTES]) == "text/plain"
    assert kind_of(whole[: HEAD_BYTES - 2]) == UNKNOWN


def test_what_can_carry_scripts_is_never_shown_in_its_place() -> None:
    for kind in (
        "text/plain",
        "text/html",
        "image/svg+xml",
        "application/pdf",
        "application/xml",
        "image/avif",
        UNKNOWN,
    ):
        assert kind not in INLINE


@given(st.binary(max_size=80))
def test_anything_is_of_some_kind(head: bytes) -> None:
    assert "/" in kind_of(head)
