"""The two tables of what can go wrong are complete."""

from muca.model.errors import CLOSES, ERRORS, CloseReason, ErrorCode


def test_every_code_has_its_rule() -> None:
    """And every meaning is a sentence."""
    assert set(ERRORS) == set(ErrorCode)
    assert set(CLOSES) == set(CloseReason)
    for rule in (*ERRORS.values(), *CLOSES.values()):
        assert rule.meaning[0].isupper()
        assert rule.meaning.endswith(".")
