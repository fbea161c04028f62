"""The base class of the values that ``core`` and ``storage`` exchange. Times in them are UTC milliseconds."""

import msgspec


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A value exchanged between core and store."""
