"""GIF: what is its own."""

import pytest

from muca.server.files.gif import parse_gif
from muca.server.files.pictures import NotParsed


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    head = b"GIF89a\x01\0\x01\0\0\0\0"
    image = b",\0\0\0\0\x01\0\x01\0\0\x02"
    told = head + image + b"\x01\0" * (parts - 1) + b"\0;"
    if is_picture:
        parse_gif(told)
    else:
        with pytest.raises(NotParsed):
            parse_gif(told)
