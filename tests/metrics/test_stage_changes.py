"""What changed by stage: parts that add up, periods that equal the table of stages, a rule that names the odd one."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest, poisson

from analytics.contract.settings import Settings
from analytics.metrics.estimates import rate_difference
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.question import Question
from analytics.metrics.stage_changes import change_of_stages, stage_history
from analytics.metrics.stages import stages
from tests.metrics.factory import build, day
from tests.metrics.journeys import wander

QUARTERS = Question(period="quarter")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return wander(tmp_path_factory.mktemp("changes"))


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """400 customers since 1 January 2023, onboarding of 90 days; 10 leave on the 15th of every month from May on, 40 in
    October 2023; as of 30 June 2024."""
    rows, number = [], 0
    for month in range(5, 19):
        left_on = dt.datetime(2023 + (month - 1) // 12, (month - 1) % 12 + 1, 15)
        for _ in range(40 if month == 10 else 10):
            rows.append((f"c{number:03}", left_on))
            number += 1
    rows += [(f"c{n:03}", None) for n in range(number, 400)]
    subscriptions = [
        {"customer_id": who, "started_at": day("2023-01-01"), "ended_at": end, "mrr": 10.0} for who, end in rows
    ]
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None)}
    return build(tmp_path_factory.mktemp("steady"), tables, Settings(as_of="2024-06-30"))


@pytest.mark.parametrize("by", ["", "size"])
def test_the_parts_sum_to_the_change_of_the_overall_rate(company, by):
    keys = ["group"] if by else []
    for end in ("2024-06-01", "2024-09-01", "2024-10-01"):
        parts = change_of_stages(company, Question(period="quarter", end=end, by=by))
        assert parts.height == (8 if by else 4)
        for part in parts.partition_by(keys) if by else [parts]:
            now = part["churned"].sum() / part["customer_months"].sum()
            before = part["churned_before"].sum() / part["customer_months_before"].sum()
            assert part["contribution"].sum() == pytest.approx(now - before, abs=1e-12)
            assert (part["mix"].sum() + part["within"].sum()) == pytest.approx(now - before, abs=1e-12)
            assert part["share"].sum() == pytest.approx(1) and part["share_before"].sum() == pytest.approx(1)


def test_every_period_is_the_table_of_stages_for_that_period(company):
    history = stage_history(company, QUARTERS)
    assert history["period"].n_unique() == 4
    for (period,), part in history.partition_by("period", as_dict=True).items():
        own = stages(company, Question(period="quarter", start=str(period), end=str(period)))
        assert part["stage"].to_list() == own["stage"].to_list()
        for name in ("churned", "customer_months", "churn_rate", "low", "high"):
            assert part[name].to_list() == pytest.approx(own[name].to_list(), abs=1e-9), name


def test_the_last_change_is_the_last_row_of_the_history(company):
    last = change_of_stages(company, QUARTERS)
    history = stage_history(company, QUARTERS).filter(pl.col("period") == dt.date(2024, 10, 1))
    for name in ("mix", "within", "contribution", "verdict", "share"):
        assert last[name].to_list() == history[name].to_list()
    assert set(last["period_before"]) == {dt.date(2024, 7, 1)}
    assert last["rate"].to_list() == history["churn_rate"].to_list()


def test_mix_and_rate_by_hand(steady):
    # adoption alone has customers since April 2023: no mix, and the overall rate is its own
    rows = change_of_stages(steady, Question(period="quarter", end="2023-10-01")).filter(pl.col("customer_months") > 0)
    (row,) = rows.to_dicts()
    month = 365.25 / 12
    # July to September: 380 at first, 10 fewer on each 15th (78, 47 and 16 days before the end); then 350 at first,
    # 40 fewer on 15 October (78 days before the end), 10 fewer 47 and 17 days before it
    before, now = (380 * 92 - 10 * (78 + 47 + 16)) / month, (350 * 92 - 40 * 78 - 10 * (47 + 17)) / month
    assert (row["customer_months_before"], row["customer_months"]) == pytest.approx((before, now))
    assert (row["rate_before"], row["rate"]) == pytest.approx((30 / before, 60 / now))
    assert row["within"] == pytest.approx(60 / now - 30 / before) and row["mix"] == pytest.approx(0, abs=1e-15)
    # scipy: the exact bounds of a count, put together as a difference
    (low, high), (low0, high0) = ((poisson_bounds(d, e)) for d, e in ((60, now), (30, before)))
    change = 60 / now - 30 / before
    assert row["low"] == pytest.approx(change - np.hypot(60 / now - low, high0 - 30 / before))
    assert row["high"] == pytest.approx(change + np.hypot(high - 60 / now, 30 / before - low0))


def poisson_bounds(count, exposure):
    """The rates at which so many or more, so many or fewer, have a probability of .025, found by bisection."""

    def solve(tail, lower, upper):
        for _ in range(200):
            middle = (lower + upper) / 2
            lower, upper = (middle, upper) if tail(middle) < 0 else (lower, middle)
        return lower / exposure

    return (
        solve(lambda mean: poisson.sf(count - 1, mean) - 0.025, 0, count),
        solve(lambda mean: 0.025 - poisson.cdf(count, mean), count, 4 * count + 10),
    )


def test_a_difference_of_equal_rates_holds_zero():
    low, high = rate_difference([10, 0], [100, 50], [10, 0], [100, 0])
    assert low[0] < 0 < high[0]
    assert np.isnan(low[1]) and np.isnan(high[1])  # nothing without time


def test_the_odd_month_is_named_and_no_other(steady):
    everything = stage_history(steady, Question())
    rows = everything.filter((pl.col("stage") == "adoption") & (pl.col("customer_months") > 0))
    named = rows.filter(pl.col("verdict").is_in(["rose", "fell"]))
    assert named.select("period", "verdict").rows() == [(dt.date(2023, 10, 1), "rose")]
    times, left = rows["customer_months"].to_numpy(), rows["churned"].to_numpy()
    nth = rows["period"].to_list().index(dt.date(2023, 10, 1))
    assert rows["usual_rate"][nth] == pytest.approx((left.sum() - 40) / (times.sum() - times[nth]))
    # dividing the counts by their scatter makes the test less sure than the plain binomial one, and still very sure
    smaller = min(tail_of(left, times, nth, side) for side in ("less", "greater"))
    assert 2 * smaller < rows["adjusted_p"][nth] < 1e-5


def tail_of(left, times, nth, side):
    return binomtest(int(left[nth]), int(left.sum()), times[nth] / times.sum(), alternative=side).pvalue


def test_the_time_chosen_shows_fewer_periods_and_judges_them_as_before(steady):
    everything, shown = stage_history(steady, Question()), stage_history(steady, Question(start="2023-10-01"))
    assert shown.equals(everything.filter(pl.col("period") >= dt.date(2023, 10, 1)))
    assert change_of_stages(steady, Question(start=str(everything["period"].max()))).height


def test_without_enough_other_periods_nothing_is_named(steady):
    rows = stage_history(steady, Question(period="year"))
    assert set(rows["verdict"]) == {"unknown"} and rows["adjusted_p"].null_count() == rows.height


def test_periods_that_scatter_more_than_chance_name_less(tmp_path):
    # 2 and 30 leave by turns: any month is far from the mean, and none stands out
    rows, number = [], 0
    for month in range(4, 16):
        left_on = dt.datetime(2023 + (month - 1) // 12, (month - 1) % 12 + 1, 15)
        for _ in range(30 if month % 2 else 2):
            rows.append({"customer_id": f"c{number}", "started_at": day("2023-01-01"), "ended_at": left_on, "mrr": 1.0})
            number += 1
    rows += [
        {"customer_id": f"c{n}", "started_at": day("2023-01-01"), "ended_at": None, "mrr": 1.0}
        for n in range(number, 1500)
    ]
    dataset = build(
        tmp_path, {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)}, Settings(as_of="2024-03-31")
    )
    history = stage_history(dataset, Question(start="2023-04-01")).filter(pl.col("stage") == "adoption")
    assert set(history["verdict"]) == {"usual"}
    left, time = history["churned"].to_numpy(), history["customer_months"].to_numpy()
    plain = [2 * min(tail_of(left, time, nth, side) for side in ("less", "greater")) for nth in range(len(left))]
    assert (adjust_p_values(np.minimum(plain, 1)) < 0.05).sum() > 6


def test_one_period_alone_has_no_change(company):
    assert change_of_stages(company, Question(period="quarter", end="2024-01-01")).is_empty()
    assert change_of_stages(company, Question(start="2030-01-01")).is_empty()
    assert stage_history(company, Question(start="2030-01-01")).is_empty()
