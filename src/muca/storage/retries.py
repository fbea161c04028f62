"""What is kept of a deleted message's ID and content, to distinguish a retry of its SEND from another SEND.

The text is permanently deleted: nothing may remain from which it could be guessed, as is possible with the hash of a
short text. So the ID is deleted, too. Only its hash is kept, and a hash of the content together with the ID. A random
ID, as PROTOCOL.md requires, cannot be guessed from its hash, and without the ID no guess of the text can be checked.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from muca.model.ids import FileId, Uid


def hidden_id(sender: Uid, request_id: str) -> str:
    """Return what replaces the ID; it is longer than any ID."""
    return f"deleted {_hash(b'muca id', sender, request_id).hex()}"


def hidden_content(sender: Uid, request_id: str, text: str, files: Iterable[FileId]) -> bytes:
    """Return the hash that replaces the content of a SEND: 32 bytes."""
    return _hash(b"muca content", sender, request_id, text, *files)


def _hash(person: bytes, *parts: str) -> bytes:
    """Hash with BLAKE2b (RFC 7693), personalized for each purpose."""
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=32, person=person).digest()
