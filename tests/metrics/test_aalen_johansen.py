"""The multi-state estimate: by hand, by exact fractions, with two states as Kaplan–Meier, with causes as incidence."""

from fractions import Fraction

import lifelines
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_waltons

from analytics.metrics.aalen_johansen import count_present, estimate_probabilities
from analytics.metrics.competing_risks import estimate_incidence
from analytics.metrics.kaplan_meier import estimate_survival


def test_a_table_worked_out_by_hand():
    # 10 in the first of three states, 5 in the second. Day 1: 2 go 1 → 2, 1 goes 1 → 3. Day 2: of the 7 and 7 there
    # now, 1 goes 2 → 1 and 1 goes 2 → 3. From 1: .7 stay after day 1, .2 are in 2, of whom 1/7 return, 1/7 leave
    moved = np.zeros((2, 3, 3))
    moved[0, 0, 1], moved[0, 0, 2], moved[1, 1, 0], moved[1, 1, 2] = 2, 1, 1, 1
    came = np.array([[10.0, 5.0, 0.0], [0, 0, 0], [0, 0, 0]])
    present = count_present(came, moved)
    assert present.tolist() == [[10, 5, 0], [7, 7, 1]]
    shares = estimate_probabilities(present, moved)
    assert shares[0] == pytest.approx([0.7 + 0.2 / 7, 0.2 * 5 / 7, 0.1 + 0.2 / 7])
    assert shares[1] == pytest.approx([1 / 7, 5 / 7, 1 / 7])
    assert shares[2] == pytest.approx([0, 0, 1])


def test_who_comes_counts_from_the_day_after():
    # one there on the eve; one more comes on day 1 and can move on day 2 only
    came = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    moved = np.zeros((2, 2, 2))
    moved[1, 0, 1] = 1
    assert count_present(came, moved)[:, 0].tolist() == [1, 2]
    assert estimate_probabilities(count_present(came, moved), moved)[0].tolist() == [0.5, 0.5]


@st.composite
def tables(draw):
    """(days, states) present and (days, states, states) moved, never more moves than customers."""
    n_states, n_days = draw(st.integers(2, 5)), draw(st.integers(1, 8))
    present = np.zeros((n_days, n_states), dtype=int)
    moved = np.zeros((n_days, n_states, n_states), dtype=int)
    for day in range(n_days):
        for one in range(n_states):
            left = present[day, one] = draw(st.integers(0, 9))
            for other in range(n_states):
                moved[day, one, other] = draw(st.integers(0, left)) if other != one else 0
                left -= moved[day, one, other]
    return present, moved


def multiply_exactly(present, moved):
    """The product integral by plain loops over exact fractions."""
    n_states = present.shape[1]
    product = [[Fraction(int(i == j)) for j in range(n_states)] for i in range(n_states)]
    for at_risk, moves in zip(present.tolist(), moved.tolist(), strict=True):
        step = [[Fraction(0)] * n_states for _ in range(n_states)]
        for h in range(n_states):
            for j in range(n_states):
                if h != j and at_risk[h]:
                    step[h][j] = Fraction(moves[h][j], at_risk[h])
            step[h][h] = 1 - sum(step[h])
        product = [
            [sum(product[i][h] * step[h][j] for h in range(n_states)) for j in range(n_states)] for i in range(n_states)
        ]
    return np.array(product, dtype=float)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_it_is_the_exact_product_and_rows_sum_to_one(table):
    present, moved = (part.astype(float) for part in table)
    shares = estimate_probabilities(present, moved)
    assert np.abs(shares - multiply_exactly(*table)).max() < 1e-12
    assert np.abs(shares.sum(axis=1) - 1).max() < 1e-9
    twice = estimate_probabilities(np.stack([present, present]), np.stack([moved, moved]))
    assert np.array_equal(twice[1], shares)  # resamples are taken together


def count_as_moves(times, events, causes=1):
    """present and moved of durations, one step per distinct time; the states are being here, then each cause."""
    steps = np.unique(times)
    present = np.zeros((len(steps), 1 + causes))
    moved = np.zeros((len(steps), 1 + causes, 1 + causes))
    for nth, time in enumerate(steps):
        present[nth, 0] = (times >= time).sum()
        for cause in range(1, causes + 1):
            moved[nth, 0, cause] = ((times == time) & (events == cause)).sum()
    return steps, present, moved


def test_two_states_are_kaplan_meier_ties_included():
    rows = load_waltons()
    times, events = rows["T"].to_numpy(), rows["E"].to_numpy()
    steps, present, moved = count_as_moves(times, events)
    histogram = pl.DataFrame({"group": "all", "time": times, "entry": None, "events": events, "censored": 1 - events})
    curve = dict(estimate_survival(histogram).select("time", "survival").iter_rows())
    theirs = lifelines.KaplanMeierFitter().fit(times, events).survival_function_.iloc[:, 0]
    for nth, time in enumerate(steps):
        here = estimate_probabilities(present[: nth + 1], moved[: nth + 1])[0, 0]
        assert here == pytest.approx(curve[time], abs=1e-9)
        assert here == pytest.approx(theirs.loc[time], abs=1e-9)


def test_causes_that_end_it_are_cumulative_incidence_ties_included():
    rng = np.random.default_rng(4)
    times, causes = rng.integers(1, 15, 300), rng.integers(0, 3, 300)
    _, present, moved = count_as_moves(times, causes, causes=2)
    histogram = pl.DataFrame(
        {
            "group": "all",
            "time": times.astype(float),
            "entry": None,
            "cause": [None if cause == 0 else str(cause) for cause in causes],
            "events": (causes > 0).astype(float),
            "censored": (causes == 0).astype(float),
        }
    )
    found = estimate_incidence(histogram).filter(pl.col("time") == pl.col("time").max())
    last = dict(found.select("cause", "incidence").iter_rows())
    shares = estimate_probabilities(present, moved)
    assert shares[0, 1:] == pytest.approx([last["1"], last["2"]], abs=1e-9)
