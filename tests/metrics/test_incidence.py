"""Causes that compete for the same customers: two causes by hand, one cause as Kaplan–Meier, a data set."""

import numpy as np
import polars as pl
import pytest
from lifelines import AalenJohansenFitter

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.competing_risks import estimate_incidence
from analytics.metrics.incidence import NOT_STATED, incidence
from analytics.metrics.intervals import Z
from analytics.metrics.kaplan_meier import estimate_survival
from analytics.metrics.question import Question
from analytics.metrics.survival import survival
from tests.metrics.factory import build, day

SCHEMA = {
    "group": pl.String, "time": pl.Float64, "entry": pl.Float64, "cause": pl.String,
    "events": pl.Float64, "censored": pl.Float64,
}  # fmt: skip


def durations(*rows):
    return pl.DataFrame([("all", time, None, *rest) for time, *rest in rows], schema=SCHEMA, orient="row")


def test_two_causes_by_hand():
    # 10 at risk: at 1, two leave over the price and one over the service; two are censored; at 3, one of the
    # remaining five leaves over the price: S goes 1, .7, .56; price .2, then .2 + .7/5 = .34; service .1
    rows = durations((1, "price", 2, 0), (1, "service", 1, 0), (2, None, 0, 2), (3, "price", 1, 0), (4, None, 0, 4))
    found = estimate_incidence(rows)
    price, service = (found.filter(cause=cause) for cause in ("price", "service"))
    assert price["time"].to_list() == [0, 1, 3, 4]
    assert price["incidence"].to_list() == pytest.approx([0, 0.2, 0.34, 0.34])
    assert service["incidence"].to_list() == pytest.approx([0, 0.1, 0.1, 0.1])
    # before anybody is censored an incidence is a share: variance .2 · .8 / 10, F′ = −ln(1 − F) bounds
    spread = 1.959964 * np.sqrt(0.2 * 0.8 / 10) / (0.8 * -np.log(0.8))
    assert price["low"][1] == pytest.approx(1 - 0.8 ** np.exp(-spread), abs=1e-6)
    assert price["high"][1] == pytest.approx(1 - 0.8 ** np.exp(spread), abs=1e-6)


def draw_durations(causes, *, n=400, seed=5):
    rng = np.random.default_rng(seed)
    times, left = rng.integers(1, 60, n).astype(float), rng.random(n) < 0.6
    cause = [str(rng.choice(causes)) if gone else None for gone in left]
    return durations(*zip(times, cause, left.astype(float), 1.0 - left, strict=True))


def test_one_cause_is_one_minus_kaplan_meier_with_its_interval():
    rows = draw_durations(["only"])
    found = estimate_incidence(rows).join(estimate_survival(rows), on=["group", "time"], suffix="_staying")
    for one, other in (("incidence", "survival"), ("low", "high_staying"), ("high", "low_staying")):
        assert (found[one] + found[other] - 1).abs().max() < 1e-9


def test_causes_and_survival_sum_to_one_at_every_time():
    rows = draw_durations(["price", "service", "payment"])
    sums = estimate_incidence(rows).group_by("time").agg(pl.col("incidence").sum())
    both = sums.join(estimate_survival(rows), on="time")
    assert both.height == sums.height and (both["incidence"] + both["survival"] - 1).abs().max() < 1e-12


def test_estimate_and_variance_equal_lifelines_where_nothing_is_tied():
    rng = np.random.default_rng(1)
    times, cause = rng.exponential(10, 300), rng.choice([0, 1, 2], 300)
    rows = durations(
        *[(t, str(c) if c else None, float(c > 0), float(c == 0)) for t, c in zip(times, cause, strict=True)]
    )
    found = estimate_incidence(rows).filter((pl.col("cause") == "1") & (pl.col("incidence") > 0))
    other = AalenJohansenFitter(calculate_variance=True).fit(times, cause, event_of_interest=1)
    nth = np.searchsorted(other.cumulative_density_.index.to_numpy(), found["time"].to_numpy(), side="right") - 1
    expected = other.cumulative_density_.to_numpy().ravel()[nth]
    assert found["incidence"].to_numpy() == pytest.approx(expected, abs=1e-12)
    # the upper bound lies 1.96 standard errors away on ln(−ln(1 − F)), whose slope is 1 ÷ ((1 − F) · −ln(1 − F))
    log = np.log1p(-expected)
    away = np.log(-np.log1p(-found["high"].to_numpy())) - np.log(-log)
    error = away / Z * (1 - expected) * -log
    variance = np.asarray(other.variance_).ravel()[nth]  # theirs is undefined when the last customer leaves
    assert error[:-1] == pytest.approx(np.sqrt(variance[:-1]), rel=1e-6)


@pytest.fixture(scope="module")
def leavers(tmp_path_factory):
    """As of 30 June 2024, all began on 1 January 2024 at 10 a month.

    a: left on 1 March, price, stated a day before. b: left on 1 March, its last bill failed and unpaid. c: left
    on 1 April, nothing stated, bill paid. d: left on 1 April over the price; back since 1 May. e: still here.
    """
    ends = {"a": "2024-03-01", "b": "2024-03-01", "c": "2024-04-01", "d": "2024-04-01", "e": None}
    subscriptions = [
        {"customer_id": who, "started_at": day("2024-01-01"), "ended_at": day(end) if end else None, "mrr": 10.0}
        for who, end in ends.items()
    ]
    subscriptions.append({"customer_id": "d", "started_at": day("2024-05-01"), "ended_at": None, "mrr": 10.0})
    said = [("a", "2024-02-29", "price"), ("d", "2024-04-01", "price"), ("e", "2023-06-01", "service")]
    churn_events = [{"customer_id": who, "churned_at": day(at), "reason": reason} for who, at, reason in said]
    bills = [("b", 3, None, "open"), ("c", 0, "2024-03-02", "paid"), ("a", 0, "2024-02-02", "paid")]
    invoices = [
        {
            "customer_id": who,
            "due_at": day("2024-03-01") if who == "c" else day("2024-02-01"),
            "amount": 10.0,
            "failed_attempts": failed,
            "paid_at": day(paid) if paid else None,
            "status": status,
        }
        for who, failed, paid, status in bills
    ]
    tables = {
        "subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None),
        "customers": [{"customer_id": who, "size": "L" if who in "ab" else "S"} for who in ends],
        "churn_events": churn_events,
        "invoices": pl.DataFrame(invoices, infer_schema_length=None),
    }
    return build(tmp_path_factory.mktemp("leavers"), tables, Settings(as_of="2024-06-30"))


def shares(rows):
    return {
        reason: part["incidence"].to_list() for (reason,), part in rows.partition_by("reason", as_dict=True).items()
    }


def test_reasons_are_those_stated_near_the_departure(leavers):
    rows = incidence(leavers, Question())
    assert rows.columns == ["reason", "time", "incidence", "low", "high"]
    days = [0.0, 60.0, 91.0, 181.0]  # 2024 is a leap year: 31 + 29, + 31; e is watched for 181
    assert rows["time"].unique().sort().to_list() == days
    # of five, a and b leave at 60, c and d of the remaining three at 91: .4, then .6 · 1/3 each
    assert shares(rows) == {
        NOT_STATED: pytest.approx([0, 0.2, 0.4, 0.4]),
        "price": pytest.approx([0, 0.2, 0.4, 0.4]),
    }
    stay = survival(leavers, Question()).filter(pl.col("time").is_in(days))["survival"]
    total = rows.group_by("time").agg(pl.col("incidence").sum()).sort("time")["incidence"]
    assert (total + stay).to_list() == pytest.approx([1, 1, 1, 1])


def test_failed_payments_compete_with_choice(leavers):
    rows = incidence(leavers, Question(), causes="kind", unit="weeks")
    assert rows["time"].max() == pytest.approx(181 / 7)
    assert shares(rows) == {
        "payment_failure": pytest.approx([0, 0.2, 0.2, 0.2]),
        "voluntary": pytest.approx([0, 0.2, 0.6, 0.6]),
    }


def test_every_reason_stands_in_every_group(leavers):
    rows = incidence(leavers, Question(by="size"))
    last = {(group, reason): share for reason, _, share, _, _, group in rows.iter_rows()}
    assert last == {
        ("L", "price"): pytest.approx(0.5), ("L", NOT_STATED): pytest.approx(0.5),
        ("S", "price"): pytest.approx(1 / 3), ("S", NOT_STATED): pytest.approx(1 / 3),
    }  # fmt: skip


def test_what_is_missing_is_said(leavers, five, tmp_path):
    with pytest.raises(UserError, match=r"churn_events with customer_id, churned_at and reason"):
        incidence(five, Question())
    with pytest.raises(UserError, match="became a customer"):
        incidence(leavers, Question(start="2024-06-01"))
    with pytest.raises(UserError, match="kind"):
        incidence(leavers, Question(), causes="kinds")
    snapshot = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="needs dates"):
        incidence(snapshot, Question())
