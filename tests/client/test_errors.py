"""The SDK's errors: one small tree, drawn at the top of its module."""

import inspect
import re

import muca.client
from muca.client import ErrorCode, MucaError, Refused, errors


def test_the_drawing_shows_the_whole_tree_and_all_of_it_is_public() -> None:
    drawn = re.findall(r"^[├└]── (\w+)", inspect.getdoc(errors) or "", re.MULTILINE)

    assert [kind.__name__ for kind in MucaError.__subclasses__()] == drawn
    assert {"MucaError", *drawn} <= set(muca.client.__all__)


def test_a_refusal_says_what_and_whether_to_wait() -> None:
    refused = Refused(ErrorCode.STORAGE_UNAVAILABLE, "The disk is full.", 5.0)

    assert (str(refused), refused.code, refused.retry_seconds) == ("The disk is full.", "storage_unavailable", 5.0)
