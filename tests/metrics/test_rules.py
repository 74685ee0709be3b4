"""Every way of counting retention: by hand, and against plain loops over clock changes and weeks of both kinds."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.retention import cell_customers, retention, retention_average
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset
from tests.metrics.factory import build, day
from tests.metrics.rule_oracle import Clock, Event, count_cells

JANUARY = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Dataset:
    """As of 31 May 2024. a signs up in January and buys in January, February, and twice in April.

    b signs up in January and buys in May; c signs up in February and never buys.
    """
    rows = [
        ("a", "2024-01-05", "sign_up", None), ("a", "2024-01-06", "buy", 10.0), ("a", "2024-02-10", "buy", 20.0),
        ("a", "2024-04-01", "buy", 5.0), ("a", "2024-04-30", "buy", 7.0), ("b", "2024-01-31", "sign_up", None),
        ("b", "2024-05-31", "buy", 1.0), ("c", "2024-02-29", "sign_up", None),
    ]  # fmt: skip
    names = ("customer_id", "occurred_at", "name", "amount")
    events = [dict(zip(names, (who, day(when), what, amount), strict=True)) for who, when, what, amount in rows]
    return build(tmp_path_factory.mktemp("shop"), {"events": pl.DataFrame(events, infer_schema_length=None)})


def january(rows: pl.DataFrame) -> list[float | None]:
    return rows.filter(pl.col("cohort") == JANUARY)["retained"].to_list()


BUYERS = {"start_event": "sign_up", "return_event": "buy"}


@pytest.mark.parametrize(
    "mode, expected",
    [
        ("exact", [1, 1, 0, 1, 1]),  # a; a; nobody; a; b
        ("on_or_after", [2, 2, 2, 2, 1]),  # b buys in May, a last in April
        ("on_or_before", [1, 1, 1, 1, 2]),  # a from January on, b by May
        ("streak", [1, 1, 0, 0, 0]),  # a in January and February, not in March
    ],
)
def test_buying_after_signing_up_in_january(shop, mode, expected):
    assert january(retention(shop, Question(), mode=mode, **BUYERS)) == expected


def test_brackets_are_named_by_their_last_age(shop):
    rows = retention(shop, Question(), mode="bracket", brackets=(1, 3, 6), **BUYERS)
    ours = rows.filter(pl.col("cohort") == JANUARY)
    # 0: a; 1: a; 2–3: a in April; 4–6: b in May, and June and July are still to come
    assert ours.select("age", "retained", "state").rows() == [
        (0, 1, "final"), (1, 1, "final"), (3, 1, "final"), (6, 1, "unfinished")
    ]  # fmt: skip


def test_coming_back_can_take_more_than_once(shop):
    assert january(retention(shop, Question(), min_occurrences=2, **BUYERS)) == [0, 0, 0, 1, 0]


def test_where_entering_is_returning_having_come_back_means_later(shop):
    rows = retention(shop, Question(), mode="on_or_before")
    assert january(rows) == [2, 1, 1, 1, 2]


def test_revenue_is_measured_against_that_of_age_0(shop):
    rows = retention(shop, Question(), measure="revenue", **BUYERS).filter(pl.col("cohort") == JANUARY)
    assert rows["retained"].to_list() == [10, 20, 0, 12, 1] and rows["rate"].to_list() == [1.0, 2.0, 0.0, 1.2, 0.1]
    assert rows["low"].to_list() == [None] * 5 and rows["size"].to_list() == [2] * 5


def test_recurring_revenue_is_what_is_in_force_at_the_periods_end(five):
    rows = retention(five, Question(), measure="revenue").filter(pl.col("cohort") == JANUARY)
    # January's customers: open 50, mid 30, back 20, up 40; then 50 + 40; then up at 60; back again in April
    assert rows["retained"].to_list() == [140, 90, 110, 130]
    assert retention_average(five, Question(), measure="revenue")["rate"].to_list()[1] == pytest.approx(90 / 140)


def test_so_many_ages_as_are_asked_for(shop):
    rows = retention(shop, Question(), ages=2)
    assert rows["age"].to_list() == [0, 1] * 5
    assert set(retention(shop, Question(), ages=7)["state"]) == {"final", "unobserved"}


def test_days_are_periods_too(five):
    rows = retention(five, Question(period="day", start="2024-03-03", end="2024-03-03"))
    assert rows.filter(pl.col("age") <= 2)["retained"].to_list() == [1, 1, 1]
    assert rows["state"].to_list().count("final") == 49  # to 20 April, which is over when it ends


def test_a_rolling_window_runs_from_the_customers_own_instant(tmp_path):
    instants = [
        ("a", "2024-01-01T23:00"),
        ("a", "2024-01-02T22:59"),
        ("a", "2024-01-03T23:00"),
        ("b", "2024-01-03T12:00"),
    ]
    dataset = build(tmp_path, {"events": [{"customer_id": who, "occurred_at": day(at)} for who, at in instants]})
    calendar = retention(dataset, Question(period="day"))
    rolling = retention(dataset, Question(period="day"), window="rolling")
    assert calendar.filter(pl.col("cohort") == JANUARY)["retained"].to_list() == [1, 1, 1]
    # 22:59 the next day is still within the first 24 hours; the second ends at 23:00 on the 3rd; a third is not over
    first = rolling.filter(pl.col("cohort") == JANUARY)
    assert first.select("age", "retained", "eligible", "state").rows() == [(0, 1, 1, "final"), (1, 0, 1, "final")]
    # b has been seen for twelve hours only
    assert rolling.filter(pl.col("cohort") == dt.date(2024, 1, 3))["state"].to_list() == ["unobserved", "unobserved"]


def test_an_hour_that_the_clock_repeats_is_two_hours(tmp_path):
    # New York, 3 November 2024: 01:30 comes twice, at 05:30 and 06:30 UTC
    rows = [{"customer_id": "a", "occurred_at": day(f"2024-11-03T{at}")} for at in ("05:30", "06:30")]
    dataset = build(tmp_path, {"events": rows}, Settings(timezone="America/New_York"))
    cells = retention(dataset, Question(period="hour"), ages=2)
    first = cells.filter(pl.col("size") == 1)
    assert first["cohort"].to_list() == [dt.datetime(2024, 11, 3, 1)] * 2 and first["retained"].to_list() == [1, 1]
    assert cells["cohort"].len() / 2 == 24  # from the first of the two on: 25 hours that day, one before them


@pytest.mark.parametrize(
    "options, words",
    [
        ({"mode": "exactly"}, "exact"),
        ({"mode": "bracket"}, "1,3,7"),
        ({"mode": "bracket", "brackets": (3, 1)}, "rise"),
        ({"return_event": "bye"}, "buy"),
        ({"min_occurrences": 0}, "1 or more"),
        ({"basis": "subscribed", "start_event": "buy"}, "counted from events"),
        ({"measure": "revenue", "mode": "streak"}, "each age"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_remedy(shop, options, words):
    with pytest.raises(UserError, match=words):
        retention(shop, Question(), **options)


def test_only_retention_counts_by_the_hour(five):
    from analytics.metrics.churn import churn

    with pytest.raises(UserError, match="day or longer"):
        churn(five, Question(period="hour"))


FIRST, LAST = dt.date(2024, 3, 1), dt.date(2024, 3, 24)  # New York's clocks change on 10 March
PLACES = ("UTC", "America/New_York", "Asia/Kolkata")
NAMES = ("open", "buy")
instants = st.integers(0, 22 * 24 * 2).map(lambda n: dt.datetime(2024, 3, 2) + dt.timedelta(minutes=30 * n))
people = st.lists(st.lists(st.tuples(instants, st.sampled_from(NAMES)), max_size=8), min_size=1, max_size=4)


@st.composite
def rules(draw) -> RetentionRule:
    mode = draw(st.sampled_from(["exact", "on_or_after", "on_or_before", "streak", "bracket"]))
    return RetentionRule(
        basis="event",
        cohorts=draw(st.sampled_from(["first_time", "recurring", "first_ever"])),
        start_event=draw(st.sampled_from(["", "open"])),
        return_event=draw(st.sampled_from(["", "open", "buy"])),
        mode=mode,
        brackets=(1, 3, 7) if mode == "bracket" else (),
        window=draw(st.sampled_from(["calendar", "rolling"])),
        min_occurrences=draw(st.sampled_from([1, 1, 2])),
    )


def build_people(crowd: list[list[Event]], zone: str, weekday: str) -> Dataset:
    rows = [(f"c{n}", at, name) for n, mine in enumerate(crowd) for at, name in mine]
    events = pl.DataFrame(rows, schema=["customer_id", "occurred_at", "name"], orient="row")
    options = Settings(as_of=LAST.isoformat(), timezone=zone, first_weekday=weekday)
    return build(Path(tempfile.mkdtemp()), {"events": events}, options)


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(crowd=people, zone=st.sampled_from(PLACES), weekday=st.sampled_from(["monday", "sunday"]), asked=st.data())
def test_every_rule_agrees_with_plain_loops(crowd, zone, weekday, asked):
    clock = Clock(zone, weekday, FIRST, LAST)
    # somebody does everything as the first day begins, so that every name and the first period exist
    crowd = [*crowd, [(clock.midnight(FIRST), name) for name in NAMES]]
    dataset = build_people(crowd, zone, weekday)
    for _ in range(8):  # one data set answers many questions
        rule, period = asked.draw(rules()), asked.draw(st.sampled_from(["hour", "day", "week", "month"]))
        check_rule(dataset, crowd, replace(rule, ages=20 if period == "hour" else 0), period, clock)


def check_rule(dataset: Dataset, crowd: list[list[Event]], rule: RetentionRule, period: str, clock: Clock) -> None:
    options = {name: getattr(rule, name) for name in rule.__dataclass_fields__}
    cells = retention(dataset, Question(period=period), **options)
    n_ages = cells["age"].n_unique()
    places = cells.with_columns(place=pl.int_range(pl.len()) // n_ages)
    seen = places.filter((pl.col("size") > 0) & (pl.col("eligible") > 0))
    ours = {(place, age): n for place, age, n in seen.select("place", "age", "retained").iter_rows()}
    told = count_cells(crowd, rule, period, clock)
    ages = set(cells["age"])
    assert {key: n for key, n in told.items() if key[1] in ages} == ours
    for row in seen.sample(min(3, seen.height), seed=1).iter_rows(named=True):
        listed = cell_customers(dataset, Question(period=period), row["cohort"], row["age"], **options)
        lost = cell_customers(dataset, Question(period=period), row["cohort"], row["age"], lost=True, **options)
        assert (listed.height, listed.height + lost.height) == (row["retained"], row["eligible"])
