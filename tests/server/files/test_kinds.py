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
        (b"\0\0\0\x18ftypxxxx\0\0\0\0yyyyisom", "video/mp4"),
        (b"\0\0\0\x14ftypxxxx\0\0\0\0yyyyisom", UNKNOWN),
        (b"\0\0\0\x18ftypmif1\0\0\0\0miafavif", "image/avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0miafheic", "image/heic"),
        (b"\0\0\0\x14ftypmif1\0\0\0\0miaf", "image/heic"),
        (b"\0\0\0\x18ftypcrx \0\0\0\0crx isom", UNKNOWN),
        (b"\0\0\0\x18ftypM4A \0\0\0\0isommp42", "audio/mp4"),
        (b"\xff\xfb\x50\xc4", "audio/mpeg"),
        (b"\xff\xfa\x50\xc4", "audio/mpeg"),
        (b"\xff\xf3\x40\xc4", "audio/mpeg"),
        (b"\xff\xe3\x20\xc4", "audio/mpeg"),
        (b"\xff\xfb\xf0\xc4", UNKNOWN),
        (b"\xff\xfd\xe0\xc4", UNKNOWN),
        (b"\xff\xf1\x50\x40", "audio/aac"),
        (b"RF64\xff\xff\xff\xffWAVE", "audio/wav"),
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


@pytest.mark.parametrize(
    ("brand", "kind"),
    [
        *((brand, "video/mp4") for brand in ("dash", "M4VH", "M4V ", "isom", "iso5", "avc1", "mp41", "mp71", "F4V ")),
        *((brand, "video/3gpp") for brand in ("3gp5", "3gp4", "3gp6")),
        *((brand, "video/3gpp2") for brand in ("3g2a", "3g2b")),
        ("qt  ", "video/quicktime"),
        *((brand, "audio/mp4") for brand in ("M4A ", "M4B ")),
    ],
)
def test_films_and_sounds_that_browsers_play_are_shown_in_their_place(brand: str, kind: str) -> None:
    """By the brand of ISO/IEC 14496-12 that they name first."""
    assert kind_of(b"\0\0\0\x14ftyp" + brand.encode() + b"\0\0\2\0mp42") == kind
    assert kind in INLINE


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
