"""What is left of a deleted message's ID and content."""

import hashlib

from muca.model.limits import Limits
from muca.storage.retries import hidden_content, hidden_id


def test_the_same_send_leaves_the_same_and_any_other_something_else() -> None:
    sends = [
        ("ann", "1", "yes", ()),
        ("ben", "1", "yes", ()),
        ("ann", "2", "yes", ()),
        ("ann", "1", "no", ()),
        ("ann", "1", "yes", ("f-1",)),
        ("ann", "1", "", ("yes",)),
        ("ann1", "", "yes", ()),
    ]
    assert len({hidden_content(*send) for send in sends}) == len(sends)
    assert hidden_content("ann", "1", "yes", ["f-1"]) == hidden_content("ann", "1", "yes", ("f-1",))


def test_an_id_is_hidden_behind_what_no_client_can_send() -> None:
    assert hidden_id("ann", "1") == hidden_id("ann", "1") != hidden_id("ben", "1")
    assert len(hidden_id("ann", "1")) > Limits().announced.request_id_chars_max


def test_who_knows_the_sender_and_the_text_cannot_check_a_guess_without_the_id() -> None:
    """The ID is part of what is hashed, and its own hash is another one."""
    left = hidden_content("ann", "a-random-id", "yes", ()), bytes.fromhex(hidden_id("ann", "a-random-id").split()[1])
    guesses = [hidden_content("ann", id_, "yes", ()) for id_ in ("", "1", hidden_id("ann", "a-random-id"))]
    assert not set(left) & {*guesses, hashlib.sha256(b"yes").digest()}
    assert left[0] != left[1]
