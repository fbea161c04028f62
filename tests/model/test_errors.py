"""The two tables of what can go wrong are complete."""

from muca.model.errors import CLOSES, ERRORS, CloseReason, ErrorCode


def test_every_code_has_its_rule() -> None:
    """And every meaning is a sentence."""
    assert set(ERRORS) == set(ErrorCode)
    assert set(CLOSES) == set(CloseReason)
    meanings = [rule.meaning for rule in ERRORS.values()] + [rule.meaning for rule in CLOSES.values()]
    for meaning in meanings:
        assert meaning[0].isupper()
        assert meaning.endswith(".")
