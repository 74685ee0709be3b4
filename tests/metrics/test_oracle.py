"""The engine against plain loops, on random data: gaps, overlaps, trials, pauses, free plans, same-day changes."""

import datetime as dt
import itertools
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.contract.settings import Settings
from analytics.metrics.churn import CONVENTIONS, churn
from analytics.metrics.movements import KINDS, movements, revenue
from analytics.metrics.question import PERIODS, Question
from analytics.metrics.retention import retention
from analytics.store.dataset import Dataset
from tests.metrics.factory import build
from tests.metrics.oracle import Customer, Span, bridge, departures, kept_revenue, triangle

FIRST = dt.date(2024, 2, 20)  # a leap year's end of February lies in it
LAST = dt.date(2024, 6, 10)
N_DAYS = (LAST - FIRST).days
# every example builds a data set: a failure is shown as found, without a long search for a smaller one
SOME = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)

days = st.integers(0, N_DAYS).map(lambda n: FIRST + dt.timedelta(days=n))


@st.composite
def spans(draw):
    started_on = draw(days)
    length = draw(st.one_of(st.none(), st.integers(1, 60)))
    trial = draw(st.one_of(st.none(), st.none(), st.integers(0, 20)))
    return Span(
        started_on=started_on,
        ended_on=None if length is None else started_on + dt.timedelta(days=length),
        cents=draw(st.sampled_from([0, 999, 1000, 2500])),
        status=draw(st.sampled_from([None, None, "active", "paused", "trial"])),
        trial_ends_on=None if trial is None else started_on + dt.timedelta(days=trial),
    )


@st.composite
def companies(draw):
    n = draw(st.integers(1, 5))
    return [Customer(draw(st.lists(spans(), max_size=3)), draw(st.lists(days, max_size=5))) for _ in range(n)]


def at(day):
    return None if day is None else dt.datetime.combine(day, dt.time())


def build_company(customers: list[Customer], weekday: str) -> Dataset:
    subscriptions = [
        {
            "customer_id": f"c{n}",
            "started_at": at(span.started_on),
            "ended_at": at(span.ended_on),
            "mrr": span.cents / 100,
            "status": span.status,
            "trial_ends_at": at(span.trial_ends_on),
        }
        for n, customer in enumerate(customers)
        for span in customer.spans
    ]
    # somebody is always there from the first day on, so that there is something to build
    anchor = [{"customer_id": "anchor", "started_at": at(FIRST), "ended_at": None, "mrr": 5.0}]
    events = [
        {"customer_id": f"c{n}", "occurred_at": at(day)}
        for n, customer in enumerate(customers)
        for day in customer.event_days
    ]
    customers_table = [{"customer_id": f"c{n}", "parity": str(n % 2)} for n in range(len(customers))]
    tables = {
        "subscriptions": pl.DataFrame(anchor + subscriptions, infer_schema_length=None),
        "events": pl.DataFrame([*events, {"customer_id": "anchor", "occurred_at": at(FIRST)}]),
        "customers": [*customers_table, {"customer_id": "anchor", "parity": None}],
    }
    folder = Path(tempfile.mkdtemp())
    return build(folder, tables, Settings(as_of=LAST.isoformat(), first_weekday=weekday))


def periods_of(dataset: Dataset, period: str) -> list[tuple[dt.date, dt.date]]:
    rows = dataset.query("periods", grain=period).sort("starts_on")
    return list(rows.select("starts_on", "ends_on").iter_rows())


def is_dense(periods: list[tuple[dt.date, dt.date]]) -> bool:
    joins = all(one[1] == other[0] for one, other in itertools.pairwise(periods))
    return joins and periods[0][0] <= FIRST < periods[0][1] and periods[-1][0] <= LAST < periods[-1][1]


@SOME
@given(customers=companies(), period=st.sampled_from(PERIODS[1:]), weekday=st.sampled_from(["monday", "sunday"]))
def test_the_engine_agrees_with_plain_loops(customers, period, weekday):
    dataset = build_company(customers, weekday)
    everybody = [*customers, Customer([Span(FIRST, None, 500)], [FIRST])]
    calendar = periods_of(dataset, period)
    assert is_dense(calendar)
    check_retention(dataset, everybody, calendar, period)
    check_churn(dataset, everybody, calendar, period)
    check_revenue(dataset, everybody, calendar, period)
    check_groups(dataset, period)


def check_retention(dataset, customers, calendar, period):
    for basis in ("event", "subscribed"):
        cells = retention(dataset, Question(period=period), basis=basis)
        seen = cells.filter((pl.col("state") != "unobserved") & (pl.col("size") > 0))
        ours = {(cohort, age): n for cohort, age, n in seen.select("cohort", "age", "retained").iter_rows()}
        assert ours == triangle(customers, calendar, LAST, basis)


def check_churn(dataset, customers, calendar, period):
    rows = churn(dataset, Question(period=period), convention="all")
    for one in calendar:
        told = departures(customers, one, LAST)
        found = rows.filter(pl.col("period") == one[0])
        ours = dict(found.select("convention", "rate").iter_rows())
        assert ours == pytest.approx({name: told[name] for name in CONVENTIONS})


def check_revenue(dataset, customers, calendar, period):
    rows = movements(dataset, Question(period=period))
    kept = revenue(dataset, Question(period=period))
    for n, one in enumerate(calendar):
        told = bridge(customers, one, LAST)
        row = rows.row(n, named=True)
        assert row["period"] == one[0]
        assert {name: round(row[name] * 100) for name in (*KINDS, "closing")} == told
        assert round((row["opening"] + sum(row[kind] for kind in KINDS) - row["closing"]) * 100) == 0
        ours = kept.row(n, named=True)
        assert (ours["gross_retention"], ours["net_retention"]) == pytest.approx(kept_revenue(customers, one, LAST))
    first = movements(dataset, Question(period=period), basis="snapshot")
    for n, one in enumerate(calendar):
        assert round(first["closing"][n] * 100) == sum(customer.cents(one[0]) for customer in customers)


def check_groups(dataset, period):
    for basis in ("event", "snapshot"):
        total = movements(dataset, Question(period=period), basis=basis)
        parts = movements(dataset, Question(period=period, by="parity"), basis=basis)
        sums = parts.group_by("period").agg(pl.col("opening", *KINDS, "closing").sum()).sort("period")
        for name in ("opening", *KINDS, "closing"):
            assert sums[name].to_list() == pytest.approx(total[name].to_list())
    whole = retention(dataset, Question(period=period))
    split = retention(dataset, Question(period=period, by="parity"))
    sums = (
        split.group_by("cohort", "age")
        .agg(pl.col("size", "eligible").sum(), pl.col("retained").sum())
        .sort("cohort", "age")
    )
    assert sums["size"].to_list() == whole["size"].to_list()
    assert sums["retained"].to_list() == [n or 0 for n in whole["retained"]]
