"""Random numbers of the sample company: addressed, even, and with the right moments."""

import numpy as np

from analytics.intake.sample.draws import Draws, to_choice, to_poisson


def test_a_customer_draws_the_same_whoever_else_is_drawn() -> None:
    everyone = Draws.of(1, np.arange(100))
    some = Draws.of(1, np.arange(40, 60))
    assert (everyone.uniform("leaves", 7)[40:60] == some.uniform("leaves", 7)).all()
    rows = np.array([3, 3, 50])
    assert (everyone.uniform("use", 2, rows)[:2] == everyone.uniform("use", 2)[3]).all()


def test_draws_differ_by_seed_name_week_slot_and_future() -> None:
    draws, numbers = Draws.of(1, np.arange(50)), np.arange(50)
    base = draws.uniform("leaves", 7)
    others = [
        Draws.of(2, numbers).uniform("leaves", 7),
        draws.uniform("joins", 7),
        draws.uniform("leaves", 8),
        draws.uniform("leaves", 7, numbers, np.ones(50, np.int64)),
        draws.take(numbers, replicate=1).uniform("leaves", 7),
    ]
    assert all((other != base).all() for other in others)


def test_draws_are_even_and_unrelated_from_week_to_week() -> None:
    """Mean 1/2 and variance 1/12 of 100,000 numbers, and no correlation of two weeks, each within 4 standard errors."""
    draws = Draws.of(1, np.arange(100_000))
    first, second = draws.uniform("leaves", 1), draws.uniform("leaves", 2)
    assert abs(first.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 1e5)
    assert abs(first.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / 1e5)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(1e5)


def test_poisson_counts_have_the_mean_of_their_rate() -> None:
    uniforms = Draws.of(1, np.arange(200_000)).uniform("things")
    for rate in (0.02, 0.4, 3.0, 20.0):
        counts = to_poisson(uniforms, np.full(len(uniforms), rate))
        assert abs(counts.mean() / rate - 1) < 0.03 + 4 / np.sqrt(rate * len(uniforms))


def test_choices_follow_their_weights_row_by_row() -> None:
    weights = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0]])
    assert to_choice(np.array([0.9, 0.1, 0.76]), weights).tolist() == [0, 1, 1]
