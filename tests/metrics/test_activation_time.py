"""Time to first value: by hand, as a share where nobody is censored, and as what is missing."""

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.activation_time import activation_time
from analytics.metrics.kaplan_meier import estimate_survival, median_time
from analytics.metrics.question import Question
from tests.metrics.factory import build, day
from tests.metrics.journeys import at

SUMMARY = ("customers", "reached", "churned", "waiting", "median_days", "horizon_days")


@pytest.fixture(scope="module")
def five_joiners(tmp_path_factory):
    """As of 31 March 2024, joined on 1 January: early (did it in December), quick (on the 11th), slow (on the 21st),
    gone (left on 16 January, comes back and does it on 1 March), waits. Settings: low_n 1."""
    spans = [(who, "2024-01-01", None) for who in ("early", "quick", "slow", "waits")]
    spans += [("gone", "2024-01-01", "2024-01-16"), ("gone", "2024-02-20", None)]
    done = [("early", "2023-12-05"), ("quick", "2024-01-11"), ("quick", "2024-01-12"), ("slow", "2024-01-21")]
    done += [("gone", "2024-03-01")]
    tables = {
        "subscriptions": pl.DataFrame(
            [
                {"customer_id": who, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": 1.0}
                for who, start, end in spans
            ],
            infer_schema_length=None,
        ),
        "events": [{"customer_id": who, "occurred_at": day(on), "name": "first_value"} for who, on in done],
        "customers": [{"customer_id": who, "size": "S" if who == "gone" else "L"} for who, _, _ in spans[:5]],
    }
    return build(tmp_path_factory.mktemp("value"), tables, Settings(as_of="2024-03-31", low_n=1))


def test_the_two_outcomes_by_hand(five_joiners):
    rows = activation_time(five_joiners, Question())
    reached, left = (rows.filter(outcome=outcome).select("time", "share").rows() for outcome in ("reached", "churned"))
    # one of five at once, one after 10 days, one of the three who still wait after 20; one leaves after 15 without it
    assert reached == [(0, 0.2), (10, 0.4), (15, 0.4), (20, pytest.approx(0.6)), (90, pytest.approx(0.6))]
    assert left == [(0, 0), (10, 0), *((time, pytest.approx(0.2)) for time in (15, 20, 90))]
    (summary,) = activation_time(five_joiners, Question(), summary=True).to_dicts()
    assert [summary[name] for name in SUMMARY] == [5, 3, 1, 1, 20, 90]
    assert (summary["reached_share"], summary["churned_share"]) == pytest.approx((0.6, 0.2))


def test_groups_are_told_apart(five_joiners):
    rows = {row["group"]: row for row in activation_time(five_joiners, Question(by="size"), summary=True).to_dicts()}
    assert [rows["S"][name] for name in SUMMARY] == [1, 0, 1, 0, None, 15]
    assert [rows["L"][name] for name in SUMMARY] == [4, 3, 0, 1, 10, 90]
    assert (rows["S"]["churned_share"], rows["L"]["churned_share"]) == (1, 0)


def test_another_event_may_be_named_and_what_is_missing_is_said(five_joiners, five):
    with pytest.raises(UserError, match="first_valu'") as error:
        activation_time(five_joiners, Question(), event="first_valu")
    assert "first_value" in error.value.remedy
    with pytest.raises(UserError, match="needs the table events"):
        activation_time(five, Question())
    with pytest.raises(UserError, match="became a customer"):
        activation_time(five_joiners, Question(start="2024-03-01"))


def test_where_nobody_leaves_or_is_cut_short_it_is_one_minus_kaplan_meier(tmp_path):
    rng = np.random.default_rng(8)
    joined, waited = rng.integers(0, 60, 80), rng.integers(0, 200, 80)
    names = [f"c{n}" for n in range(80)]
    tables = {
        "subscriptions": [
            {"customer_id": who, "started_at": at(start), "mrr": 1.0} for who, start in zip(names, joined, strict=True)
        ],
        "events": [
            {"customer_id": who, "occurred_at": at(start + wait), "name": "hello"}
            for who, start, wait in zip(names, joined, waited, strict=True)
        ],
    }
    dataset = build(tmp_path, tables, Settings(as_of="2024-05-01"))
    last = 121 - joined  # 1 May is the 122nd day
    has_come = waited <= last
    histogram = pl.DataFrame(
        {
            "group": "all",
            "time": np.where(has_come, waited, last).astype(float),
            "entry": None,
            "events": has_come.astype(float),
            "censored": 1.0 - has_come,
        }
    )
    curve = estimate_survival(histogram)
    rows = activation_time(dataset, Question(), event="hello")
    both = rows.join(curve.select("time", "survival"), on="time")
    assert both.height == rows.height and (both["share"] + both["survival"] - 1).abs().max() < 1e-9
    (summary,) = activation_time(dataset, Question(), event="hello", summary=True).to_dicts()
    assert summary["median_days"] == median_time(curve)
    assert summary["median_low"] <= summary["median_days"] <= summary["median_high"]
    assert (
        (histogram["time"] >= summary["horizon_days"]).sum() >= 10 > (histogram["time"] > summary["horizon_days"]).sum()
    )
    assert (summary["churned_share"], summary["churned_low"], summary["churned_high"]) == (0, 0, None)
