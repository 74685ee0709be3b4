"""The customers between two churn rates: their sums are the rates, and plain loops over days find the same ones."""

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.contract.errors import UserError
from analytics.contract.metrics import find_metric
from analytics.contract.settings import Settings
from analytics.metrics.churn import CONVENTIONS, churn, count_turns, yearly_churn
from analytics.metrics.question import Question
from analytics.metrics.reconcile import (
    choose_difference,
    choose_last_final,
    choose_step,
    count_unmoved,
    explain_steps,
    reconcile_churn,
)
from tests.metrics.factory import build
from tests.metrics.february import build_february
from tests.metrics.oracle import ONE, Customer, Span, days_back, days_of

FEBRUARY = Question(start="2024-02-01", end="2024-02-29")
FIRST, LAST = dt.date(2024, 1, 20), dt.date(2024, 4, 10)


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    return build_february(tmp_path_factory.mktemp("february"))


def who(rows: pl.DataFrame) -> set[str]:
    return set(rows["customer_id"])


def test_the_worked_example_customer_by_customer(february):
    people = reconcile_churn(february, FEBRUARY)
    # 10 of the 100 and the 40 who joined moved; 90 were simply there
    assert people.height == 50
    assert count_unmoved(february, FEBRUARY)["unmoved"].to_list() == [90]
    groups = {name: who(people.filter(leaving=name)) for name in ("gone", "came_back", "joined_and_left")}
    assert groups["came_back"] == {"old0"} and groups["joined_and_left"] == {"new0", "new1"}
    assert groups["gone"] == {f"old{n}" for n in range(1, 10)}
    told = people.filter(customer_id="new0").row(0, named=True)
    assert (told["came_on"], told["left_on"], told["returned_on"]) == (
        dt.date(2024, 2, 5),
        dt.date(2024, 2, 15),
        None,
    )
    assert [told[name] for name in CONVENTIONS] == [
        "churned",
        None,
        None,
        "churned and base",
        "churned and base",
        "churned and base",
    ]
    back = people.filter(customer_id="old0").row(0, named=True)
    assert back["returned_on"] == dt.date(2024, 2, 20)
    assert (back["start_existing"], back["net_of_returns"]) == ("churned and base", "base")


def test_the_customers_of_the_worked_example_add_up_to_its_rates(february):
    people, unmoved = reconcile_churn(february, FEBRUARY), 90
    rates = {}
    for name in ("start", "start_existing", "net_of_returns", "active_window", "acquired"):
        counted, base = places(people, name)
        rates[name] = counted / (base + (unmoved if name != "acquired" else 0))
        assert rates[name] == pytest.approx(find_metric(f"churn_{name}").answer, abs=1e-6)
    assert [round(rate, 3) for rate in rates.values()] == [0.120, 0.100, 0.090, 0.086, 0.300]
    assert people["daily_rate"].sum() == pytest.approx(10 / 140 + 2 / 130)


def test_the_walk_of_the_worked_example_step_by_step(february):
    net = explain_steps(february, FEBRUARY, "start", "net_of_returns")
    assert net.select("who", "customers", "churned", "base").rows() == [
        ("", None, 12, 100),
        ("joined_and_left", -2, 10, 100),
        ("came_back", -1, 9, 100),
    ]
    assert net["change"].to_list() == [None, pytest.approx(-0.02), pytest.approx(-0.01)]
    window = explain_steps(february, FEBRUARY, "start", "active_window")
    assert window.select("who", "customers", "base").rows() == [("", None, 100), ("acquired", 40, 140)]
    acquired = explain_steps(february, FEBRUARY, "start", "acquired")
    # 100 out of the base, 90 of whom are in no list
    assert acquired.select("who", "customers", "unmoved", "base").rows()[1:] == [
        ("acquired", 40, 0, 140),
        ("active_start", -100, -90, 40),
    ]
    daily = explain_steps(february, FEBRUARY, "start", "daily")
    assert daily["who"].to_list() == ["", "acquired", "mornings"]
    assert daily["rate"][-1] == pytest.approx(10 / 140 + 2 / 130)


def test_two_conventions_list_exactly_the_customers_between_them(february):
    people = reconcile_churn(february, FEBRUARY)
    assert who(choose_difference(people, "start", "start_existing")) == {"new0", "new1"}
    assert who(choose_difference(people, "start_existing", "net_of_returns")) == {"old0"}
    assert who(choose_difference(people, "start", "active_window")) == {f"new{n}" for n in range(40)}
    assert choose_difference(people, "start", "start").is_empty()
    assert who(choose_step(people, "came_back")) == {"old0"}
    assert choose_step(people, "acquired").height == 40 and choose_step(people, "mornings").height == 50


def test_without_a_choice_the_last_final_period_is_taken(february):
    assert reconcile_churn(february, Question())["period"].unique().to_list() == [dt.date(2024, 2, 1)]
    assert choose_last_final(february, Question(period="year")).start == "2024-01-01"  # 2024, though it is not over
    both = reconcile_churn(february, Question(start="2024-01-01", end="2024-02-29"))
    assert both["period"].value_counts().sort("period")["count"].to_list() == [100, 50]


def test_a_month_of_nine_percent_is_no_year_of_108_percent(february):
    rows = yearly_churn(february, FEBRUARY)
    assert rows["convention"].to_list() == ["start_existing", "net_of_returns", "active_window"]
    # 1 − .91^12 = .6775
    net = rows.row(1, named=True)
    assert net["yearly"] == pytest.approx(0.6775, abs=1e-4) and net["multiplied"] == pytest.approx(1.08)
    quarter = yearly_churn(february, Question(period="quarter"))
    assert quarter["rate"].null_count() == 2  # nobody was here on the eve of the only quarter


def test_a_first_period_without_anybody_at_its_start_has_steps_without_a_change(february):
    january = Question(start="2024-01-01", end="2024-01-31")
    steps = explain_steps(february, january, "start", "active_window")
    assert steps["rate"].to_list() == [None, 0.0] and steps["change"].to_list() == [None, None]


def test_a_filter_chooses_the_customers_and_an_attribute_makes_groups(five):
    question = Question(start="2024-02-01", end="2024-02-29", where="size = 'L'")
    assert who(reconcile_churn(five, question)) == {"back"}
    grouped = reconcile_churn(five, Question(start="2024-02-01", end="2024-02-29", by="size"))
    assert dict(grouped.select("customer_id", "group").iter_rows()) == {"mid": "S", "back": "L"}
    # of the two of size L who were here, one left: 1 ÷ 2; of the two of size S, mid
    assert dict(grouped.select("customer_id", "daily_rate").iter_rows()) == {"mid": 0.5, "back": 0.5}
    steps = explain_steps(five, Question(start="2024-02-01", end="2024-02-29", by="size"), "start", "net_of_returns")
    assert set(steps["group"]) == {"S", "M", "L"}


def test_an_unknown_convention_names_the_nearest(february):
    with pytest.raises(UserError, match="acquired"):
        explain_steps(february, FEBRUARY, "start", "aquired")


def test_a_snapshot_and_a_filter_for_nobody_are_refused_in_words(five, tmp_path):
    snapshot = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="needs dates"):
        reconcile_churn(snapshot, Question())
    with pytest.raises(UserError, match="no customer meets"):
        explain_steps(five, Question(where="size = 'XXL'"), "start", "daily")
    with pytest.raises(UserError, match="no customer meets"):
        reconcile_churn(five, Question(where="size = 'XXL'"))


# Short stretches close to each other: returns on the day of leaving, and join, leave, join in one period.
short_spans = st.builds(
    lambda start, length: Span(FIRST + start * ONE, None if length is None else FIRST + (start + length) * ONE, 500),
    st.integers(0, (LAST - FIRST).days),
    st.one_of(st.none(), st.integers(1, 25), st.integers(1, 6)),
)
companies = st.lists(st.lists(short_spans, min_size=1, max_size=5).map(Customer), min_size=6, max_size=12)


@settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(
    customers=companies,
    period=st.sampled_from(["week", "month", "quarter"]),
    one=st.sampled_from(list(CONVENTIONS)),
)
def test_plain_loops_over_days_find_the_same_customers(customers, period, one):
    named = {f"c{n}": customer for n, customer in enumerate(customers)}
    named["anchor"] = Customer([Span(FIRST, None, 500)])
    dataset = build_company(named)
    everything = Question(period=period, start="2024-01-01")
    people = reconcile_churn(dataset, everything)
    calendar = dataset.query("periods", grain=period).sort("starts_on").select("starts_on", "ends_on").rows()
    expected = [row for one in calendar for row in follow(named, one)]
    assert people.select(*expected[0]).sort("period", "customer_id").to_dicts() == [
        {**row, "daily_rate": pytest.approx(row["daily_rate"])} for row in expected
    ]
    check_sums(dataset, everything, people)
    check_walks(dataset, everything, one)


def build_company(named: dict[str, Customer]):
    def at(day):
        return None if day is None else dt.datetime.combine(day, dt.time())

    rows = [
        {"customer_id": name, "started_at": at(span.started_on), "ended_at": at(span.ended_on), "mrr": 5.0}
        for name, customer in named.items()
        for span in customer.spans
    ]
    tables = {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)}
    return build(Path(tempfile.mkdtemp()), tables, Settings(as_of=LAST.isoformat()))


def follow(named: dict[str, Customer], period: tuple[dt.date, dt.date]) -> list[dict[str, object]]:
    """Everybody who came or left in a period, day by day, in the order of their names."""
    eve, days = period[0] - ONE, list(days_of(period, LAST))
    rows = []
    for name in sorted(named):
        customer = named[name]
        left = [day for day in days if customer.is_active(day - ONE) and not customer.is_active(day)]
        came = [day for day in days if customer.is_active(day) and not customer.is_active(day - ONE)]
        was_here = customer.is_active(eve)
        is_new = bool(came) and not any(customer.is_active(day) for day in days_back(customer, period[0]))
        is_gone = was_here and not customer.is_active(days[-1])
        if not left and not came:
            continue
        here = {day: sum(1 for other in named.values() if other.is_active(day - ONE)) for day in left}
        rows.append(
            {
                "period": period[0],
                "customer_id": name,
                "was_here": was_here,
                "is_here": customer.is_active(days[-1]),
                "has_joined": not was_here,
                "is_acquired": is_new,
                "has_churned": bool(left),
                "has_returned": bool(left) and any(day > left[0] for day in came),
                "times_left": len(left),
                "came_on": came[0] if came else None,
                "left_on": left[0] if left else None,
                "daily_rate": sum(1 / n for n in here.values()) if left else None,
                "start": place(bool(left), was_here),
                "start_existing": place(bool(left) and was_here, was_here),
                "net_of_returns": place(is_gone, was_here),
                "active_window": place(bool(left), True),
                "daily": place(bool(left), True),
                "acquired": place(bool(left), is_new),
            }
        )
    return rows


def place(is_counted: bool, is_base: bool) -> str | None:
    return {(1, 1): "churned and base", (1, 0): "churned", (0, 1): "base"}.get((is_counted, is_base))


def places(people: pl.DataFrame, name: str) -> tuple[int, int]:
    """How many a convention counts, and how many it has in its base."""
    told = people[name].drop_nulls()
    return told.str.contains("churned").sum(), told.str.contains("base").sum()


def check_sums(dataset, question, people):
    """The listed and those who did not move give churned and base of every convention."""
    unmoved = dict(count_unmoved(dataset, question).select("period", "unmoved").iter_rows())
    for row in churn(dataset, question, convention="all").iter_rows(named=True):
        those = people.filter(period=row["period"])
        counted, base = places(those, row["convention"])
        if row["convention"] == "daily":
            assert (row["churned"], row["rate"] or 0.0) == (
                those["times_left"].sum(),
                pytest.approx(those["daily_rate"].sum()),
            )
            continue
        there = 0 if row["convention"] == "acquired" else unmoved[row["period"]]
        assert (row["churned"], row["base"]) == (counted, base + there)


def check_walks(dataset, question, one):
    """A walk begins and ends at the two rates, and its steps add up to their difference."""
    rows = churn(dataset, question, convention="all")
    rates = {(row["period"], row["convention"]): row["rate"] for row in rows.iter_rows(named=True)}
    for other in CONVENTIONS:
        steps = explain_steps(dataset, question, one, other)
        for (period,), walk in steps.group_by("period"):
            first, last = rates[period, one], rates[period, other]
            assert (walk["rate"][0], walk["rate"][-1]) == (pytest.approx(first), pytest.approx(last))
            if first is not None and last is not None:
                assert walk["change"].sum() == pytest.approx(last - first)


def test_the_groups_of_the_counts_add_up(five):
    counts = count_turns(five, Question())
    left = counts.select(pl.sum_horizontal("gone", "came_back", "joined_and_left"))
    assert left.to_series().to_list() == counts["churned"].to_list()
    assert (counts["acquired"] + counts["rejoined"]).to_list() == counts["joined"].to_list()
