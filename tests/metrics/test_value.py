"""Value of subscribers: hand-made curves, identities over groups, and refusals."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.staying import estimate_staying, look_ahead
from analytics.metrics.subscription_value import bound_months
from analytics.metrics.value import say_convention, value
from tests.metrics.factory import build, day


def stays(*rows):
    schema = {"time": pl.Int64, "entry": pl.Float64, "events": pl.Float64, "censored": pl.Float64}
    return pl.DataFrame([(time, None, *rest) for time, *rest in rows], schema=schema, orient="row")


# 100 begin; 10 of 100 leave at day 20, 9 of 90 at day 50; the others are seen to day 400
CURVE = stays((20, 10, 0), (50, 9, 0), (400, 0, 81))


def test_the_months_ahead_are_the_curve_from_ones_own_age():
    staying = estimate_staying(CURVE, at_least=10)
    ahead = look_ahead(staying, np.array([0, 30]), 3, discount_rate=0.0)
    # months end on days 30, 61, 91. New: .9 + .81 + .81; here for 30 days: S(60), S(91), S(121) over .9 = .9 each
    assert ahead.months.tolist() == pytest.approx([0.9 + 0.81 + 0.81, 0.9 * 3]) and ahead.most == 3
    discounted = look_ahead(staying, np.array([0]), 3, discount_rate=0.1).months[0]
    assert discounted == pytest.approx(0.9 * 1.1 ** (-1 / 12) + 0.81 * 1.1 ** (-2 / 12) + 0.81 * 1.1 ** (-3 / 12))


def test_after_the_last_day_watched_the_last_years_rate_goes_on():
    staying = estimate_staying(CURVE, at_least=10)
    # of the last 365 days (36-400): 9 leave; 90 are at risk up to day 50, 81 afterwards
    rate = 9 / (15 * 90 + 350 * 81)
    assert staying.last_day == 400 and staying.tail_rate == pytest.approx(rate)
    ahead = look_ahead(staying, np.array([390]), 2, discount_rate=0.0)
    assert ahead.months[0] == pytest.approx(np.exp(-20 * rate) + np.exp(-51 * rate))


def test_too_few_departures_teach_nothing():
    assert estimate_staying(CURVE, at_least=20) is None


def test_the_variance_of_a_month_is_greenwoods():
    staying = estimate_staying(CURVE, at_least=10)
    ahead = look_ahead(staying, np.array([0]), 1, discount_rate=0.0)
    assert ahead.variance()[0] == pytest.approx(0.9 * 0.1 / 100)  # one step: a binomial share of 100
    low, high = bound_months(ahead.months, ahead.variance(), ahead.most)
    assert 0.8 < low[0] < 0.9 < high[0] < 1


def test_a_sum_over_one_age_varies_as_that_age():
    staying = estimate_staying(CURVE, at_least=10)
    for age in (0, 30, 380, 450):
        ahead = look_ahead(staying, np.array([age]), 12, discount_rate=0.1)
        assert ahead.variance_of_sum(np.array([1.0])) == pytest.approx(ahead.variance()[0])


def test_the_interval_holds_in_repeated_samples():
    # constant hazard of .003 a day, all watched for a year: new customers' 6 months, 120 samples of 300
    rng, truth = np.random.default_rng(8), sum(np.exp(-0.003 * round(k * 365.25 / 12)) for k in range(1, 7))
    hits = 0
    for _ in range(120):
        times = np.ceil(rng.exponential(1 / 0.003, 300)).clip(max=366).astype(int)
        counts = [(int(t), float((times == t).sum()), 0.0) for t in np.unique(times) if t <= 365]
        sample = stays(*counts, (365, 0.0, float((times == 366).sum())))
        ahead = look_ahead(estimate_staying(sample, at_least=10), np.array([0]), 6, discount_rate=0.0)
        low, high = bound_months(ahead.months, ahead.variance(), ahead.most)
        hits += int(low[0] <= truth <= high[0])
    assert hits / 120 > 0.9


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """As of 31 December 2024: 60 began on 1 January 2024 at 100 a month (big) or 20 (small), every third left.

    The n-th leaves after 10 + 5 n days, so that 20 of 60 are gone.
    """
    first = day("2024-01-01")
    rows, customers = [], []
    for n in range(60):
        ended = first + dt.timedelta(days=10 + 5 * n) if n % 3 == 0 else None
        pay = 100.0 if n % 2 else 20.0
        rows.append({"customer_id": f"c{n:02}", "started_at": first, "ended_at": ended, "mrr": pay})
        customers.append({"customer_id": f"c{n:02}", "size": "big" if n % 2 else "small", "tiny": str(n)})
    tables = {"subscriptions": pl.DataFrame(rows, infer_schema_length=None), "customers": customers}
    settings = Settings(as_of="2024-12-31", gross_margin=0.5, discount_rate=0.0)
    return build(tmp_path_factory.mktemp("company"), tables, settings)


def test_a_customers_value_is_margin_times_months(company):
    rows = value(company, Question(), horizon=12)
    assert rows.height == 40 and rows["horizon_months"].to_list() == [12] * 40
    # all are 365 days old and the last day watched is that one: 20 left in 365 days of exposure, for the year ahead
    exposure = sum(10 + 5 * n for n in range(0, 60, 3)) + 40 * 365
    months = sum(np.exp(-20 / exposure * round(k * 365.25 / 12)) for k in range(1, 13))
    assert rows["lifetime_value"].max() == pytest.approx(100 * 0.5 * months)
    assert rows["lifetime_value"].min() == pytest.approx(20 * 0.5 * months)
    assert (rows["low"] < rows["lifetime_value"]).all() and (rows["high"] < 12 * 50).all()


def test_a_longer_horizon_is_worth_more_but_never_more_than_the_margin(company):
    worth = [value(company, Question(), horizon=n, summary=True)["lifetime_value"][0] for n in (1, 12, 24, 120)]
    assert worth == sorted(worth) and worth[0] < 60 * 0.5 and worth[3] < 60 * 0.5 * 120


def test_the_mean_of_all_is_the_group_all(company):
    everybody, whole = value(company, Question()), value(company, Question(), summary=True)
    assert whole["group"].to_list() == ["all"] and whole["customers"].to_list() == [40]
    assert whole["lifetime_value"][0] == pytest.approx(everybody["lifetime_value"].mean())
    assert whole["horizon_months"].to_list() == [24]


def test_a_group_that_hardly_anybody_left_has_no_value(company):
    sizes = value(company, Question(by="size"))
    assert sizes["group"].to_list() == ["big", "small"] and sizes["lifetime_value"].null_count() == 0
    singles = value(company, Question(by="tiny"))
    assert singles["lifetime_value"].null_count() == singles.height == 40


def test_the_convention_is_said(company, five):
    assert "gross margin 50%" in say_convention(company, 12) and "nothing after month 12" in say_convention(company, 12)
    assert "still being here at its end" in say_convention(five)


def test_what_cannot_be_valued_says_why(company, five, tmp_path):
    with pytest.raises(UserError, match="needs 10 departures"):
        value(five, Question())
    with pytest.raises(UserError, match="who pay on 2024-12-31"):
        value(company, Question(where="customer_id = 'c00'"))
    snapshot = build(tmp_path / "s", {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="needs dates"):
        value(snapshot, Question())
    labels = build(tmp_path / "l", {"customers": [{"customer_id": "a", "churned_at": day("2024-01-01")}]})
    with pytest.raises(UserError, match="events with an amount"):
        value(labels, Question())
