"""What changed: parts that add up, on numbers worked out by hand and on random companies."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.metrics.changes import change_of_churn, change_of_mrr
from analytics.metrics.churn import churn
from analytics.metrics.estimates import difference
from analytics.metrics.movements import movements
from analytics.metrics.question import Question
from analytics.reports.changes import say_changes
from tests.metrics.factory import build, day

BY_PLAN = Question(by="size", end="2024-03-31")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """February begins with 60 S and 40 L, March with 50 S and 50 L.

    In February 10 S leave and 10 L join; in March 5 S and 5 L leave: .10, 10/60 and 0; then .10, .10 and .10.
    """
    groups = [("S", 10, None, "2024-02-10"), ("S", 5, None, "2024-03-10"), ("S", 45, None, None)]
    groups += [("L", 5, None, "2024-03-10"), ("L", 35, None, None), ("L", 10, "2024-02-05", None)]
    subscriptions, customers = [], []
    for size, n, start, end in groups:
        for _ in range(n):
            name = f"{size}{len(customers):03}"
            left = day(end) if end else None
            began = day(start or "2024-01-05")
            subscriptions.append({"customer_id": name, "started_at": began, "ended_at": left, "mrr": 10.0})
            customers.append({"customer_id": name, "size": size})
    tables = {"subscriptions": subscriptions, "customers": customers}
    return build(tmp_path_factory.mktemp("changes"), tables, Settings(as_of="2024-04-15"))


def test_mix_and_rate_by_hand(company):
    rows = {row["group"]: row for row in change_of_churn(company, BY_PLAN).iter_rows(named=True)}
    small, large = rows["S"], rows["L"]
    assert (small["share_before"], small["share"]) == (0.6, 0.5)
    assert (small["rate_before"], small["rate"]) == pytest.approx((10 / 60, 0.10))
    assert (large["rate_before"], large["rate"]) == pytest.approx((0.0, 0.10))
    # overall .10 both times: mix S (.5 − .6)(.13333 − .10) = −.003333, L (.5 − .4)(.05 − .10) = −.005
    assert (small["mix"], large["mix"]) == pytest.approx((-0.0033333, -0.005), abs=1e-6)
    # within: S −.066667 × .55 = −.036667, L .10 × .45 = .045; all four add up to no change
    assert (small["within"], large["within"]) == pytest.approx((-0.0366667, 0.045), abs=1e-6)
    assert sum(row["contribution"] for row in rows.values()) == pytest.approx(0, abs=1e-15)


def test_a_group_that_is_new_counts_as_mix_alone(tmp_path):
    rows = [{"customer_id": f"a{n}", "started_at": day("2024-01-05"), "ended_at": None, "mrr": 1.0} for n in range(4)]
    rows += [
        {
            "customer_id": f"b{n}",
            "started_at": day("2024-02-05"),
            "ended_at": day("2024-03-05") if n else None,
            "mrr": 1.0,
        }
        for n in range(4)
    ]
    customers = [{"customer_id": row["customer_id"], "size": row["customer_id"][0]} for row in rows]
    dataset = build(tmp_path, {"subscriptions": rows, "customers": customers}, Settings(as_of="2024-03-31"))
    found = {row["group"]: row for row in change_of_churn(dataset, Question(by="size")).iter_rows(named=True)}
    # churn went from 0 of 4 to 3 of 8: b has half the customers and lost three quarters, a nobody
    assert found["b"]["rate_before"] is None and found["b"]["within"] == 0
    assert sum(row["contribution"] for row in found.values()) == pytest.approx(3 / 8)


def test_the_parts_sum_to_the_change_on_random_companies(tmp_path):
    draws = np.random.default_rng(11)
    first_on = dt.datetime(2024, 1, 1)
    rows, customers = [], []
    for number in range(150):
        start, length = int(draws.integers(0, 150)), int(draws.integers(5, 200))
        began = first_on + dt.timedelta(days=start)
        rows.append({"customer_id": f"c{number}", "started_at": began, "ended_at": began + dt.timedelta(days=length)})
        rows[-1]["mrr"] = float(draws.integers(1, 50))
        customers.append({"customer_id": f"c{number}", "size": str(draws.choice(["S", "M", "L"]))})
    dataset = build(tmp_path, {"subscriptions": rows, "customers": customers}, Settings(as_of="2024-07-20"))
    for end in ("2024-04-01", "2024-05-01", "2024-06-01"):
        rates = churn(dataset, Question(end=end), convention="start_existing")["rate"]
        parts = change_of_churn(dataset, Question(by="size", end=end))
        assert parts["contribution"].sum() == pytest.approx(rates[-1] - rates[-2], abs=1e-12)
        kinds, bridge = change_of_mrr(dataset, Question(end=end)), movements(dataset, Question(end=end))
        assert kinds["amount"].sum() == pytest.approx(bridge["closing"][-1] - bridge["opening"][-1], abs=1e-9)


def test_revenue_by_kind_of_movement(company):
    rows = {row["kind"]: row for row in change_of_mrr(company, Question()).iter_rows(named=True)}
    # March: 1,000 a month at the start, ten customers at 10 lost; February won and lost 100
    assert (rows["churn"]["amount"], rows["churn"]["share"]) == (-100.0, -0.1)
    assert (rows["new"]["amount"], rows["new"]["amount_before"]) == (0.0, 100.0)
    assert (rows["new"]["opening"], rows["new"]["closing"]) == (1000.0, 900.0)


def test_two_final_periods_with_customers_are_needed(company):
    assert change_of_churn(company, Question(end="2024-02-01")).is_empty()  # nobody was here before January
    assert change_of_churn(company, Question(start="2030-01-01")).is_empty()


def test_newcombes_interval_of_a_difference():
    # his table II, method 10: 56/70 − 48/80 = .2, from .0524 to .3339
    low, high = difference(56, 70, 48, 80)
    assert (float(low), float(high)) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))


def test_the_sentences_name_parts_that_add_up():
    parts = pl.DataFrame(
        {
            "period_before": [dt.date(2024, 2, 1)] * 2,
            "period": [dt.date(2024, 3, 1)] * 2,
            "group": ["S", "L"],
            "rate_before": [0.05, 0.02],
            "rate": [0.08, 0.02],
            "base_before": [500, 500],
            "base": [600, 400],
            "mix": [0.0020, 0.0014],
            "within": [0.0164, 0.0],
            "contribution": [0.0184, 0.0014],
        }
    )
    nothing = pl.DataFrame()
    told = say_changes(parts, nothing, "plan", "month", "€")
    # 1.98 pp is shown as 2.0 and .34 of mix as .3: the 1.64 within become 1.7, so that what is shown adds up
    assert told[0] == (
        "Customer churn rose by 2.0 pp from Feb 2024 to Mar 2024: +0.3 pp from the mix of plan, +1.7 pp from the rates "
        "within it; S contributes most (+1.8 pp)."
    )
    assert told[1].startswith("Chance alone does not explain")
    assert say_changes(parts.clear(), nothing, "plan", "month", "€") == []


def test_revenue_is_told_with_its_kinds(company):
    told = say_changes(pl.DataFrame(), change_of_mrr(company, Question()), "", "month", "€")
    assert told == ["Recurring revenue fell by €100 to €900 in Mar 2024: churn −€100."]
