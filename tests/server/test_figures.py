"""What the server counts."""

from muca.server.figures import COMMIT_SECONDS, Figures


def test_a_commit_is_counted_in_the_class_up_to_whose_bound_it_took() -> None:
    """At each bound, past it, and past all."""
    figures = Figures()
    for bound in COMMIT_SECONDS:
        figures.commit(bound)
        figures.commit(bound + 1e-9)
    assert figures.commits == [1, *[2] * (len(COMMIT_SECONDS) - 1), 1]
    assert abs(figures.commit_seconds - 2 * sum(COMMIT_SECONDS)) < 1e-6
