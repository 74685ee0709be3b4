"""Broken down by plan or stage, a cohort's customers count under the one of the day they entered."""

import datetime as dt
import random
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.metrics.periods import read_periods
from analytics.metrics.question import BLANK, Question
from analytics.metrics.retention import cell_customers, retention, retention_average
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset
from tests.metrics.factory import build, day
from tests.metrics.oracle import Span
from tests.metrics.rule_oracle import Clock, Event, ages_of, count_returns, enter, is_retained

AS_OF = dt.date(2024, 6, 30)
BY_PLAN = Question(by="plan")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """a is on basic from 10 January, on pro from 5 March; b on pro from 20 January, with an add-on, leaves 10 April.

    c only visits: in January before anything, and on pro from 1 February. As of 30 April 2024.
    """
    rows = [
        ("a", "basic", "2024-01-10", "2024-03-05", 20.0), ("a", "pro", "2024-03-05", None, 50.0),
        ("b", "pro", "2024-01-20", "2024-04-10", 50.0), ("b", "add-on", "2024-01-20", None, 5.0),
        ("c", "pro", "2024-02-01", None, 50.0),
    ]  # fmt: skip
    spans = [
        {"customer_id": who, "plan": plan, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": mrr}
        for who, plan, start, end, mrr in rows
    ]
    visits = [("a", "2024-01-10"), ("a", "2024-03-20"), ("b", "2024-01-20"), ("c", "2024-01-15"), ("c", "2024-03-01")]
    events = [{"customer_id": who, "occurred_at": day(when), "name": "visit"} for who, when in visits]
    tables = {"subscriptions": pl.DataFrame(spans, infer_schema_length=None), "events": events}
    return build(tmp_path_factory.mktemp("moved"), tables, Settings(as_of="2024-04-30"))


def counted(rows: pl.DataFrame) -> dict[tuple[str, int], list[int]]:
    """Retained by age, by group and month of the cohort, where anybody entered."""
    rows = rows.filter((pl.col("size") > 0) & (pl.col("state") != "unobserved"))
    found: dict[tuple[str, int], list[int]] = {}
    for group, cohort, retained in rows.sort("age").select("group", "cohort", "retained").rows():
        found.setdefault((group, cohort.month), []).append(retained)
    return found


def test_a_customer_who_moves_to_pro_in_march_stays_in_januarys_basic(moved: Dataset) -> None:
    # b is on pro, the dearer of two; on the as-of day nobody is on basic, and b only has the add-on
    assert counted(retention(moved, BY_PLAN, ages=4)) == {
        ("basic", 1): [1, 1, 1, 1], ("pro", 1): [1, 1, 1, 1], ("pro", 2): [1, 1, 1]
    }  # fmt: skip
    assert dict(moved.fact("attributes").select("customer_id", "plan").iter_rows()) == {
        "a": "pro", "b": "add-on", "c": "pro"
    }  # fmt: skip


def test_before_any_plan_the_group_is_blank(moved: Dataset) -> None:
    # by visits: a in January and March, b in January, c in January before any plan and in March
    assert counted(retention(moved, BY_PLAN, basis="event", ages=3)) == {
        ("basic", 1): [1, 0, 1], ("pro", 1): [1, 0, 0], (BLANK, 1): [1, 0, 1]
    }  # fmt: skip


def test_who_enters_every_period_counts_under_the_plan_of_each(moved: Dataset) -> None:
    assert counted(retention(moved, BY_PLAN, basis="event", cohorts="recurring", ages=1)) == {
        ("basic", 1): [1], ("pro", 1): [1], (BLANK, 1): [1], ("pro", 3): [2]
    }  # fmt: skip


def test_a_filter_goes_by_the_as_of_day(moved: Dataset) -> None:
    rows = retention(moved, Question(by="plan", where="plan = 'pro'"), ages=1)  # a and c
    assert counted(rows) == {("basic", 1): [1], ("pro", 2): [1]}


def test_the_stage_is_that_of_the_day_of_entry(moved: Dataset) -> None:
    assert set(moved.fact("attributes")["stage"]) != {"onboarding"}
    rows = retention(moved, Question(by="stage"), ages=2)
    assert counted(rows) == {("onboarding", 1): [2, 2], ("onboarding", 2): [1, 1]}


def test_the_average_goes_by_the_same_groups(moved: Dataset) -> None:
    rows = retention_average(moved, BY_PLAN).filter(pl.col("age") == 1)
    assert rows.select("group", "cohorts", "retained").sort("group").rows() == [("basic", 1, 1), ("pro", 2, 2)]


def test_a_column_of_the_customers_file_is_constant(tmp_path: Path) -> None:
    rows = [
        {"customer_id": "a", "plan": plan, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": 9.0}
        for plan, start, end in (("basic", "2024-01-01", "2024-03-01"), ("pro", "2024-03-01", None))
    ]
    tables = {"subscriptions": rows, "customers": [{"customer_id": "a", "plan": "their own word"}]}
    dataset = build(tmp_path, tables, Settings(as_of="2024-04-30"))
    assert dataset.info.changing == ("stage",)
    assert counted(retention(dataset, BY_PLAN, ages=1)) == {("their own word", 1): [1]}


# --- against plain loops -------------------------------------------------------------------------------------------

PLANS = ("free", "basic", "pro", "team")
People = list[tuple[list[tuple[str, Span]], list[Event]]]


def make_people(seed: int) -> People:
    """Spans that overlap, touch and leave gaps, some without a price; events on any day, also before and after them."""
    rng = random.Random(seed)
    first = dt.date(2024, 1, 1)

    def make_span() -> tuple[str, Span]:
        start = first + dt.timedelta(days=rng.randrange(150))
        end = start + dt.timedelta(days=rng.randrange(1, 90)) if rng.random() < 0.7 else None
        plan = rng.randrange(4)
        return PLANS[plan], Span(start, end, plan * 1000)

    def make_event() -> Event:
        at = dt.datetime(2024, 1, 1) + dt.timedelta(days=rng.randrange(181), minutes=rng.randrange(1440))
        return at, rng.choice(["visit", "buy"])

    people: People = [
        ([make_span() for _ in range(rng.randrange(4))], [make_event() for _ in range(rng.randrange(6))])
        for _ in range(40)
    ]
    return [*people, ([("basic", Span(first, None, 1000))], [(dt.datetime(2024, 1, 1), "visit")])]


def build_people(folder: Path, people: People) -> Dataset:
    spans = [
        {"customer_id": f"c{n:02}", "plan": plan, "started_at": span.started_on, "ended_at": span.ended_on,
         "mrr": span.cents / 100}
        for n, (mine, _) in enumerate(people) for plan, span in mine
    ]  # fmt: skip
    events = [
        {"customer_id": f"c{n:02}", "occurred_at": at, "name": name}
        for n, (_, mine) in enumerate(people)
        for at, name in mine
    ]
    tables = {"subscriptions": pl.DataFrame(spans, infer_schema_length=None), "events": pl.DataFrame(events)}
    return build(folder, tables, Settings(as_of=str(AS_OF)))


def plan_on(spans: list[tuple[str, Span]], on: dt.date) -> str:
    """The dearest plan in force on a day; of several as dear the one begun last, then the one further down the file."""
    here = [
        (span.cents, span.started_on, nth, plan)
        for nth, (plan, span) in enumerate(spans)
        if span.started_on <= on and (span.ended_on is None or on < span.ended_on)
    ]
    return max(here)[-1] if here else BLANK


@pytest.fixture(scope="module")
def people() -> People:
    return make_people(11)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, people: People) -> Dataset:
    return build_people(tmp_path_factory.mktemp("people"), people)


EVENT_RULES: list[tuple[str, dict[str, Any]]] = [
    ("month", {}),
    ("week", {"cohorts": "recurring"}),
    ("week", {"start_event": "buy", "mode": "on_or_after"}),
    ("day", {"return_event": "buy", "mode": "streak"}),
    ("month", {"window": "rolling", "mode": "on_or_before"}),
    ("week", {"window": "rolling", "cohorts": "recurring", "start_event": "visit"}),
    ("week", {"mode": "bracket", "brackets": (1, 3, 7), "cohorts": "recurring"}),
]


@pytest.mark.parametrize("period, options", EVENT_RULES)
def test_plain_loops_over_events_agree(dataset: Dataset, people: People, period: str, options: dict[str, Any]) -> None:
    rule = RetentionRule(basis="event", **options)
    clock = Clock("UTC", "monday", dataset.info.first_on or AS_OF, AS_OF)
    starts = clock.periods(period)
    place = {start: n for n, start in enumerate(starts)}
    expected: Counter[tuple[str, dt.date, int]] = Counter()
    for spans, events in people:
        mine = sorted(events)
        for cohort, entered_at in enter(mine, rule, period, clock, place):
            back, reached = count_returns(mine, rule, period, clock, place, cohort, entered_at)
            group = plan_on(spans, entered_at.date())
            for age, (low, high) in ages_of(rule, len(starts)).items():
                is_seen = high < reached if rule.window == "rolling" else cohort + low < len(starts)
                expected[group, starts[cohort], age] += is_seen and is_retained(rule, back, low, high)
    rows = retention(dataset, Question(by="plan", period=period), basis="event", **options)
    found = {
        (group, cohort, age): n for group, cohort, age, n in rows.select("group", "cohort", "age", "retained").rows()
    }
    assert {cell: n for cell, n in found.items() if n} == +expected
    check_sums(dataset, period, {"basis": "event", **options}, rows)
    check_lists(dataset, period, {"basis": "event", **options}, rows)


@pytest.mark.parametrize("cohorts", ["first_time", "recurring"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_plain_loops_over_subscriptions_agree(dataset: Dataset, people: People, period: str, cohorts: str) -> None:
    question = Question(by="plan", period=period)
    days = read_periods(dataset, question).select("period", "observed_until").rows()
    expected: Counter[tuple[str, dt.date, int]] = Counter()
    for spans, _ in people:
        first_days = {}  # the first day of each period on which one of the spans is paid for
        for nth, (start, until) in enumerate(days):
            on = start
            while on < until and not any(span.pays_on(on) for _, span in spans):
                on += dt.timedelta(days=1)
            if on < until:
                first_days[nth] = on
        for cohort in list(first_days)[: None if cohorts == "recurring" else 1]:
            for nth in first_days:
                if nth >= cohort:
                    expected[plan_on(spans, first_days[cohort]), days[cohort][0], nth - cohort] += 1
    options = {"basis": "subscribed", "cohorts": cohorts}
    rows = retention(dataset, question, **options)
    found = {
        (group, cohort, age): n for group, cohort, age, n in rows.select("group", "cohort", "age", "retained").rows()
    }
    assert {cell: n for cell, n in found.items() if n} == +expected
    check_sums(dataset, period, options, rows)
    check_lists(dataset, period, options, rows)


@pytest.mark.parametrize("by", ["plan", "stage"])
@pytest.mark.parametrize("measure", ["customers", "revenue"])
def test_stage_and_revenue_add_up_to_the_total(dataset: Dataset, by: str, measure: str) -> None:
    options = {"measure": measure, "basis": "subscribed"}
    check_sums(dataset, "month", options, retention(dataset, Question(by=by), **options))


def check_sums(dataset: Dataset, period: str, options: dict[str, Any], rows: pl.DataFrame) -> None:
    """The groups of every cell add up to the cell without groups."""
    sums = rows.group_by("cohort", "age").agg(pl.col("size", "retained", "eligible").sum())
    whole = retention(dataset, Question(period=period), **options)
    both = whole.join(sums, on=["cohort", "age"], how="left", suffix="_summed")
    for name in ("size", "retained", "eligible"):
        # nothing retained yet is null in the whole, and the sum of nulls is 0
        assert both[name].fill_null(0).to_list() == pytest.approx(both[f"{name}_summed"].fill_null(0).to_list()), name


def check_lists(dataset: Dataset, period: str, options: dict[str, Any], rows: pl.DataFrame) -> None:
    """The list behind a cell is as long as the cell says."""
    question = Question(by="plan", period=period)
    for row in rows.filter(pl.col("retained") > 0).sort("retained", "cohort", "age", "group").tail(2).to_dicts():
        listed = cell_customers(dataset, question, row["cohort"], row["age"], group=row["group"], **options)
        assert listed.height == row["retained"] and set(listed["group"]) == {row["group"]}
