"""Wire names and what is left out."""

import msgspec

from muca.model.wire import Frame, always, wire_name


class Word(Frame, frozen=True, kw_only=True, tag="WORD"):
    """A frame of the test."""

    outcome: str = always("OKAY")
    nickname: str | None = None
    anything_else: int = 0


def test_names_on_the_wire_are_the_first_generations() -> None:
    """By the table, else upper-case."""
    assert wire_name("sender") == "FROM"
    assert wire_name("anything_else") == "ANYTHING_ELSE"


def test_defaults_are_left_out_unless_always_written() -> None:
    """And unknown fields are ignored."""
    assert msgspec.json.encode(Word()) == b'{"CMD":"WORD","TYPE":"OKAY"}'
    assert msgspec.json.decode(b'{"CMD":"WORD","TYPE":"X","UN":"n","NEW":1}', type=Word) == Word(
        outcome="X", nickname="n"
    )
