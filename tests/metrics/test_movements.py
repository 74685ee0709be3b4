"""The revenue bridge: every kind of change on customers followed by hand, and closed to the cent."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.cents import in_currency
from analytics.metrics.movements import BASES, KINDS, bar_customers, movements, revenue
from analytics.metrics.question import Question
from tests.metrics.factory import build, day


def closes(rows):
    cents = rows.with_columns((pl.col("opening", *KINDS, "closing") * 100).round().cast(pl.Int64))
    return (cents["opening"] + cents.select(pl.sum_horizontal(KINDS)).to_series() == cents["closing"]).all()


def test_each_change_is_booked_on_its_day(five):
    rows = movements(five, Question())
    # January: open 50, mid 30, back 20, up 40. February: back −20, mid −30. March: up +20, late 10.
    # April: back again 20
    assert rows["period"].to_list() == [dt.date(2024, month, 1) for month in (1, 2, 3, 4)]
    assert rows["opening"].to_list() == [0, 140, 90, 120]
    assert rows["new"].to_list() == [140, 0, 10, 0]
    assert rows["churn"].to_list() == [0, -50, 0, 0]
    assert rows["expansion"].to_list() == [0, 0, 20, 0]
    assert rows["reactivation"].to_list() == [0, 0, 0, 20]
    assert rows["closing"].to_list() == [140, 90, 120, 140]
    assert closes(rows)


def test_first_days_compared_see_a_change_when_the_next_period_begins(five):
    rows = movements(five, Question(), basis="snapshot")
    # on 1 January mid, back and up; on 1 February open is new and back gone
    # on 1 March mid is gone and up at 60; on 1 April late is new
    assert rows["new"].to_list() == [90, 50, 0, 10]
    assert rows["churn"].to_list() == [0, -20, -30, 0]
    assert rows["expansion"].to_list() == [0, 0, 20, 0]
    assert rows["closing"].to_list() == [90, 120, 110, 120]
    assert closes(rows)


@pytest.mark.parametrize("basis", ["event", "snapshot"])
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_the_bridge_closes_in_every_group_and_the_groups_sum_to_the_total(five, basis, period):
    total = movements(five, Question(period=period), basis=basis)
    parts = movements(five, Question(period=period, by="size"), basis=basis)
    assert closes(total) and closes(parts)
    sums = parts.group_by("period").agg(pl.col("opening", *KINDS, "closing").sum()).sort("period")
    assert sums.equals(total.select(sums.columns))


@pytest.mark.parametrize("basis", ["event", "snapshot"])
def test_the_detail_adds_up_to_the_bridge(five, basis):
    rows = movements(five, Question(), basis=basis, detail=True)
    assert rows.columns[:6] == ["customer_id", "at", "kind", "before", "after", "change"]
    for cell in movements(five, Question(), basis=basis).iter_rows(named=True):
        for kind in KINDS:
            listed = rows.filter((pl.col("period") == cell["period"]) & (pl.col("kind") == kind))
            assert listed["change"].sum() == cell[kind]


def test_an_upgrade_on_one_day_is_one_expansion(five):
    rows = movements(five, Question(where="size = 'L'"), detail=True).filter(pl.col("customer_id") == "up")
    assert rows.select("at", "kind", "before", "after", "change").rows() == [
        (dt.date(2024, 1, 1), "new", 0, 40, 40),
        (dt.date(2024, 3, 1), "expansion", 40, 60, 20),
    ]


def test_choosing_periods_never_cuts_history(five):
    rows = movements(five, Question(start="2024-04-01"))
    assert rows["opening"].to_list() == [120] and rows["reactivation"].to_list() == [20]


def test_gross_retention_is_capped_per_customer_and_net_is_not(tmp_path):
    # the worked example of the definitions: 100 → 150, 100 → 60, 100 → 0, and a newcomer who counts for neither
    changes = [("a", 150.0), ("b", 60.0), ("c", None), ("d", 80.0)]
    rows = [
        {"customer_id": who, "started_at": day("2024-01-01"), "ended_at": day("2024-02-10"), "mrr": 100.0}
        for who in "abc"
    ]
    rows += [
        {"customer_id": who, "started_at": day("2024-02-10"), "ended_at": None, "mrr": mrr}
        for who, mrr in changes
        if mrr
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    february = revenue(build(tmp_path, {"subscriptions": frame}, Settings(as_of="2024-02-29")), Question()).row(
        1, named=True
    )
    assert february["gross_retention"] == pytest.approx((100 + 60) / 300)
    assert february["net_retention"] == pytest.approx((150 + 60) / 300)
    assert (february["mrr"], february["customers"]) == (290.0, 3) and february["arpa"] == pytest.approx(290 / 3)
    # won 50 + 80, lost 40 + 100
    assert february["quick_ratio"] == pytest.approx(130 / 140)
    assert february["state"] == "final"


def test_a_swing_within_the_period_is_netted_in_gross_retention(tmp_path):
    steps = [("2024-01-01", "2024-02-05", 100.0), ("2024-02-05", "2024-02-20", 40.0), ("2024-02-20", None, 100.0)]
    rows = [
        {"customer_id": "a", "started_at": day(s), "ended_at": day(e) if e else None, "mrr": mrr} for s, e, mrr in steps
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    february = revenue(build(tmp_path, {"subscriptions": frame}, Settings(as_of="2024-02-29")), Question()).row(
        1, named=True
    )
    assert february["gross_retention"] == 1.0 and february["net_retention"] == 1.0


def test_trials_pauses_and_free_plans_bring_nothing(tmp_path):
    rows = [
        {"customer_id": "trial", "started_at": day("2024-01-01"), "mrr": 10.0, "trial_ends_at": day("2024-01-15")},
        {"customer_id": "paused", "started_at": day("2024-01-01"), "mrr": 20.0, "status": "paused"},
        {"customer_id": "free", "started_at": day("2024-01-01"), "mrr": 0.0},
        {"customer_id": "two", "started_at": day("2024-01-02"), "mrr": 0.1, "subscription_id": "1"},
        {"customer_id": "two", "started_at": day("2024-01-02"), "mrr": 0.2, "subscription_id": "2"},
    ]
    dataset = build(
        tmp_path, {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)}, Settings(as_of="2024-01-31")
    )
    detail = movements(dataset, Question(), detail=True)
    assert detail.select("customer_id", "at", "change").rows() == [
        ("two", dt.date(2024, 1, 2), 0.3),
        ("trial", dt.date(2024, 1, 15), 10.0),
    ]
    # 10.1 + .2 is not 10.3 in floating point; cents are whole
    assert movements(dataset, Question())["closing"].to_list() == [10.3]


def test_revenue_without_subscriptions_says_what_to_bring(tmp_path):
    dataset = build(tmp_path, {"events": [{"customer_id": "a", "occurred_at": day("2024-01-01")}]})
    with pytest.raises(UserError, match="subscriptions"):
        movements(dataset, Question())


def test_an_amount_is_exact_in_its_last_digit():
    # as a column of fifty, 267674 / 100 comes out as 2676.7400000000002
    rows = pl.DataFrame({"cents": [267674] * 50})
    assert rows.select(in_currency("cents"))["cents"].unique().to_list() == [2676.74]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Forty customers with up to four random spans each over fourteen months, amounts in odd cents; 7 March 2025."""
    draws = np.random.default_rng(11)
    first, rows = day("2024-01-01"), []
    for n in range(40):
        at = int(draws.integers(0, 200))
        for _ in range(int(draws.integers(1, 5))):
            ends = at + int(draws.integers(1, 120))
            is_last = ends > 400
            ended_at = None if is_last else first + dt.timedelta(days=ends)
            mrr = int(draws.integers(1, 100_000)) / 100
            began = first + dt.timedelta(days=at)
            rows.append({"customer_id": f"c{n:02}", "started_at": began, "ended_at": ended_at, "mrr": mrr})
            at = ends + int(draws.choice([-20, 0, 0, 35]))
    customers = [{"customer_id": f"c{n:02}", "size": "SML"[n % 3]} for n in range(40)]
    tables = {"subscriptions": pl.DataFrame(rows, infer_schema_length=None), "customers": customers}
    return build(tmp_path_factory.mktemp("many"), tables, Settings(as_of="2025-03-07"))


@pytest.mark.parametrize("basis", ["event", "snapshot"])
@pytest.mark.parametrize("question", [Question(), Question(where="size = 'S'", period="quarter", start="2024-04-01")])
def test_the_customers_of_a_bar_sum_to_it_to_the_cent_for_every_bar(many, question, basis):
    bars = movements(many, question, basis=basis)
    listed = movements(many, question, basis=basis, detail=True)
    seen = 0
    for bar in bars.iter_rows(named=True):
        for kind in KINDS:
            people = bar_customers(many, question, bar["period"], kind, basis)
            assert round(people["change"].sum() * 100) == round(bar[kind] * 100)
            assert ((people["after"] - people["before"]).round(2) == people["change"]).all()
            seen += people.height
    assert seen == listed.height > 20


def test_the_customers_of_a_bar_come_with_the_greatest_change_first(five):
    people = bar_customers(five, Question(), dt.date(2024, 2, 1), "churn")
    assert people.rows() == [
        ("mid", dt.date(2024, 2, 15), 30.0, 0.0, -30.0),
        ("back", dt.date(2024, 2, 1), 20.0, 0.0, -20.0),
    ]
    grouped = bar_customers(five, Question(by="size", where="size = 'S'"), dt.date(2024, 2, 1), "churn")
    assert grouped.select("customer_id", "group").rows() == [("mid", "S")]


def test_a_bar_that_does_not_exist_is_refused(five):
    with pytest.raises(UserError, match="'churned'"):
        bar_customers(five, Question(), dt.date(2024, 2, 1), "churned")
    with pytest.raises(UserError, match="'events'"):
        bar_customers(five, Question(), dt.date(2024, 2, 1), "churn", "events")


def test_day_by_day_both_bases_name_the_same_changes(many):
    # every day is a first day: what is in force on it differs from the day before exactly where something happened
    event, snapshot = (movements(many, Question(period="day"), basis=basis, detail=True) for basis in BASES)
    assert event.equals(snapshot) and set(event["kind"]) == set(KINDS)
