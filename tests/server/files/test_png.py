"""PNG: what is its own."""

import pytest

from muca.server.files.pictures import NotParsed
from muca.server.files.png import parse_png
from tests.server.files.samples import chunk, picture

PLAIN = picture("png")


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    first, last = PLAIN[:33], PLAIN[-12:]
    told = first + chunk(b"IDAT", b"") * (parts - 2) + last
    if is_picture:
        parse_png(told)
    else:
        with pytest.raises(NotParsed):
            parse_png(told)
