"""What is left of a deleted message's ID and content, so that a retry of its SEND is known from another SEND.

The text is gone for good: nothing may be left from which it could be guessed, and a plain hash of a short text can be.
So the ID goes, too. It is hashed, and the content is hashed with it. An ID that was made up at random, as PROTOCOL.md
asks for, cannot be guessed from its hash, and without the ID no guess at the text can be checked.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from muca.model.ids import FileId, Uid


def hidden_id(sender: Uid, request_id: str) -> str:
    """Return what stands for an ID from then on; longer than any ID is."""
    return f"deleted {_hash(b'muca id', sender, request_id).hex()}"


def hidden_content(sender: Uid, request_id: str, text: str, files: Iterable[FileId]) -> bytes:
    """Return what stands for what a SEND brought: 32 bytes."""
    return _hash(b"muca content", sender, request_id, text, *files)


def _hash(person: bytes, *parts: str) -> bytes:
    """Hash with BLAKE2b (RFC 7693); each purpose has hashes of its own."""
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=32, person=person).digest()
