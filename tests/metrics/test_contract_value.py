"""Renewals of contracts: published constants, sums by hand, and the count of renewals."""

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.contract_value import fit_renewals, renewal_rate, residual_terms
from analytics.metrics.staying import DAYS_PER_MONTH
from analytics.metrics.value_fits import count_renewals

# survivors of 1,000 after years 1-7, and what Fader & Hardie fit to them
HIGH_END = ([1000, 869, 743, 653, 593, 551, 517, 491], 0.668, 3.806, -1611.2)
REGULAR = ([1000, 631, 468, 382, 326, 289, 262, 241], 0.704, 1.182, -1680.3)


@pytest.mark.parametrize("survivors, alpha, beta, log_likelihood", [HIGH_END, REGULAR])
def test_the_published_constants_are_met(survivors, alpha, beta, log_likelihood):
    kept = [0] * (len(survivors) - 2) + survivors[-1:]
    fit = fit_renewals(-np.diff(survivors), kept)
    assert fit.parameters == pytest.approx((alpha, beta), abs=5e-4) and fit.is_held
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.05)


def test_the_residual_lifetime_is_its_series():
    alpha, beta, discount = 0.668, 3.806, 0.1
    assert residual_terms([1, 2, 5], discount, alpha, beta) == pytest.approx([5.4149, 5.9018, 6.8971], abs=5e-5)
    # Σ S(t) ÷ S(n − 1) ÷ (1 + d)^(t − n) over t ≥ n, S(t) ÷ S(n − 1) being the renewal rates multiplied; its tail
    # beyond 600 terms is below 1e-20
    t = np.arange(2, 600)
    series = renewal_rate(t, alpha, beta).cumprod() / (1 + discount) ** (t - 2)
    assert residual_terms(2, discount, alpha, beta) == pytest.approx(series.sum(), abs=1e-9)


def test_who_stays_is_who_renews_most():
    # α 1, β 3: 3/4 renew the first time, 4/5 of those the second
    assert renewal_rate([1, 2], 1.0, 3.0) == pytest.approx([0.75, 0.8])


def test_renewals_need_both_outcomes():
    with pytest.raises(UserError, match="who left and customers who renewed"):
        fit_renewals([0, 0], [5, 5])
    with pytest.raises(UserError, match="who left and customers who renewed"):
        fit_renewals([7], [0])


def test_a_renewal_that_lies_ahead_is_faced_by_nobody():
    months = round(DAYS_PER_MONTH * 12)
    lengths = pl.DataFrame(
        [
            (12, months, 2 * months + 40, 1, 3),  # left at the end of the first term
            (12, months + 100, 2 * months + 40, 1, 2),  # left within the second term: lost at the second renewal
            (12, 2 * months + 40, 2 * months + 40, 0, 4),  # two renewals behind them
            (12, 100, 200, 1, 9),  # left before a first renewal that is still ahead
            (12, 200, 200, 0, 5),
            (12, months + 100, months + 200, 1, 1),  # renewed once; the second renewal is still ahead
        ],
        schema=["term_months", "duration_days", "watched_days", "has_churned", "customers"],
        orient="row",
    )
    assert count_renewals(lengths).rows() == [(12, 1, 3, 1), (12, 2, 2, 4)]
