"""The words of the reconciler: who makes the difference, step by step, and what is said where nobody does."""

import datetime as dt

import polars as pl
import pytest

from analytics.metrics.churn import CONVENTIONS, churn
from analytics.metrics.question import Question
from analytics.metrics.reconcile import choose_difference, explain_steps, reconcile_churn
from analytics.reports.reconcile_findings import (
    describe_conventions,
    describe_people,
    describe_steps,
    describe_worked_example,
    say_conventions,
    say_listed,
    say_moves,
    say_pair,
    say_step,
    say_yearly,
)
from tests.metrics.february import build_february

FEBRUARY = Question(start="2024-02-01", end="2024-02-29")


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    return build_february(tmp_path_factory.mktemp("february"))


@pytest.fixture(scope="module")
def people(february) -> pl.DataFrame:
    return reconcile_churn(february, FEBRUARY)


@pytest.fixture(scope="module")
def rates(february) -> pl.DataFrame:
    return churn(february, FEBRUARY, convention="all")


def same(rate: float | None, names=CONVENTIONS) -> pl.DataFrame:
    rows = [(dt.date(2024, 2, 1), name, 0, 10, rate, "final") for name in names]
    return pl.DataFrame(rows, schema=["period", "convention", "churned", "base", "rate", "state"], orient="row")


def test_the_title_names_the_span_of_the_rates_and_who_makes_it(rates, people):
    assert say_conventions(rates, people, "month") == (
        "One month, six rates: 8.6% to 30.0%; "
        "the 2 who joined and left within it and the 1 who came back make the difference"
    )
    assert say_moves(rates, people, "month") == "Feb 2024: **100 customers** at the start, 40 joined, 12 left."


def test_where_nobody_joined_and_left_those_who_joined_make_the_difference(rates, people):
    without = people.filter(pl.col("leaving").fill_null("stays").is_in(["gone", "stays"]))
    assert say_conventions(rates, without, "month").endswith("the 38 who came for the first time make the difference")


def test_nobody_left_nobody_here_and_one_rate_are_three_things(people):
    nobody = people.with_columns(has_churned=pl.lit(False))
    assert say_conventions(same(0.0), nobody, "month") == "Nobody left in Feb 2024: every convention gives 0.0%"
    assert say_conventions(same(None), people.clear(), "month") == "Nobody was a customer in Feb 2024"
    assert say_conventions(same(0.1), people, "month") == "All conventions give 10.0% for Feb 2024"


def test_a_period_that_is_not_over_says_so(rates, people):
    unfinished = rates.with_columns(state=pl.lit("unfinished"))
    assert say_moves(unfinished, people, "month").startswith("Feb 2024, which is not over:")


def test_a_pair_is_told_with_its_difference(february):
    net = explain_steps(february, FEBRUARY, "start", "net_of_returns")
    assert say_pair("start", "net_of_returns", net) == "Start 12.0%, Net of returns 9.0%: −3.0 pp in 2 steps"
    none = explain_steps(february, FEBRUARY, "start", "start")
    assert say_pair("start", "start", none) == "Start and Start count the same customers"
    january = explain_steps(february, Question(start="2024-01-01", end="2024-01-31"), "start", "acquired")
    assert say_pair("start", "acquired", january).endswith("a rate without a base is not defined")


def test_every_step_is_a_sentence_with_its_number(february):
    def words(one: str, other: str) -> list[str]:
        return [
            say_step(row, "month") for row in explain_steps(february, FEBRUARY, one, other)[1:].iter_rows(named=True)
        ]

    assert words("start", "net_of_returns") == [
        "Do not count the 2 who joined and left within it",
        "Do not count the 1 who came back",
    ]
    assert words("net_of_returns", "start") == [
        "Count the 1 who came back as churned",
        "Count the 2 who joined and left within it as churned",
    ]
    assert words("start", "acquired") == [
        "Add the 40 who came for the first time to the base",
        "Take the 100 who were here at the start out of the base",
    ]
    assert words("active_window", "daily") == ["Divide each departure by those here that morning"]
    assert words("daily", "active_window") == ["Divide by everybody here in the month, not by mornings"]


def test_departures_after_the_first_are_a_step_of_their_own():
    again = {"side": "churned", "who": "again", "customers": 1, "base": 140}
    assert say_step(again, "month") == "Count the 1 further departure too"
    assert say_step({**again, "customers": -3}, "month") == "Do not count the 3 further departures"


def test_the_list_says_how_many_it_holds_and_how_many_did_not_move(february, people):
    steps = explain_steps(february, FEBRUARY, "start", "acquired")
    listed = choose_difference(people, "start", "acquired")
    # the 10 who were here and moved, and the 40 who came; 90 of the 100 never moved
    assert say_listed(listed, steps, "all") == (
        "**50 customers** count otherwise in one than in the other. "
        "Not listed: 90 customers here throughout, who are in one base and not in the other."
    )
    assert say_listed(listed[:1], steps, "acquired") == "**1 customer** in this step."
    assert "not here on every morning" in say_listed(people, steps, "mornings")


def test_a_walk_is_drawn_from_one_rate_to_the_other(february):
    steps = explain_steps(february, FEBRUARY, "start", "net_of_returns")
    drawn = describe_steps(steps, "start", "net_of_returns", "month")
    assert drawn["label"].to_list()[:: drawn.height - 1] == ["Start", "Net of returns"]
    assert drawn["note"].to_list() == ["12 ÷ 100", "10 ÷ 100", "9 ÷ 100", "9 ÷ 100"]
    assert drawn["before"].to_list() == [None, 0.12, 0.1, None]
    daily = describe_steps(explain_steps(february, FEBRUARY, "start", "daily"), "start", "daily", "month")
    assert daily["note"].to_list()[-1] == "12 ÷ mornings"


def test_conventions_carry_their_words_and_people_their_places(rates, people):
    described = describe_conventions(rates)
    assert described["note"].to_list()[3:5] == ["12 ÷ 140", "12 ÷ mornings"]
    assert described.filter(label="Acquired")["formula"].item() == "left ÷ acquired"
    row = describe_people(people.filter(customer_id="new0"), "start", "start_existing").row(0, named=True)
    assert (row["Start"], row["Start existing"]) == ("as churned, outside the base", "not at all")


def test_the_worked_example_is_the_declared_one():
    rows = describe_worked_example()
    assert rows["answer"].to_list() == ["12.0%", "10.0%", "9.0%", "8.6%", "30.0%"]


def test_a_year_is_told_beside_what_multiplying_would_claim():
    row = {"rate": 0.05, "yearly": 0.4596, "multiplied": 0.6}
    assert say_yearly(row, "month") == "5.0% a month is 46.0% a year, not 60.0%"
    assert say_yearly({"rate": None}, "quarter") == "No yearly churn: nobody was here at the start of the quarter"
