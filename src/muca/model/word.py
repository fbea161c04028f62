"""The base of the words in which ``core`` and ``storage`` meet. Times in them are UTC milliseconds."""

import msgspec


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the conversation between core and store."""
