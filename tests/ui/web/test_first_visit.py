"""A first visit to the page transfers little: what is heavy is loaded when it is first needed."""

import re
from typing import Final

from muca.ui.web import PAGE

PACKED_BYTES_MAX: Final = 200_000


def test_the_first_visit_is_small() -> None:
    index = (PAGE / "index.html").read_text("utf-8")
    named = sorted(set(re.findall(r"assets/[^\"]+\.(?:css|js)", index)))
    assert len(named) > 2, "the page names its parts in another way now"
    sizes = {name: (PAGE / f"{name}.br").stat().st_size for name in named}
    assert sum(sizes.values()) + len(index) <= PACKED_BYTES_MAX, sizes
    assert not [name for name in named if re.search("highlight|math|katex|emoji_picker", name)]


def test_the_demo_does_not_ship() -> None:
    scripts = [path.read_text("utf-8") for path in (PAGE / "assets").glob("*.js")]
    assert any("indexedDB" in script for script in scripts), "these are not the page's scripts"
    assert not [script[:80] for script in scripts if "mary@lab" in script]
