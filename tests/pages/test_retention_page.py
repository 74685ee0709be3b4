"""The retention page: the year in the title, cohorts and curve below, and no curve from a file without dates."""

import polars as pl

from analytics.metrics.question import Question
from analytics.metrics.retention import retention_average
from analytics.store.dataset import open_dataset
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/marketers/retention.py"


def charts(at) -> list:
    return at.get("plotly_chart")


def test_the_title_counts_those_still_active_at_an_age_that_three_cohorts_have_finished(visit):
    averages = retention_average(open_dataset(company_file()), Question())
    last = averages.filter((pl.col("cohorts") >= 3) & pl.col("age").is_between(1, 12)).row(-1, named=True)
    at = visit(PAGE, company_file())
    assert (
        at.title[0].value
        == f"Of 100 customers who join, {last['rate'] * 100:.0f} are active {last['age']} months later"
    )
    assert f"{last['retained']:,} of {last['eligible']:,} customers" in words(at)


def test_cohorts_and_curve_are_drawn_where_there_are_dates(visit):
    assert len(charts(visit(PAGE, company_file()))) == 2
    assert len(charts(visit(PAGE, orders_file()))) == 2


def test_a_snapshot_draws_no_curve_and_says_why(visit):
    at = visit(PAGE, snapshot_file())
    assert "No retention curve is drawn from this file" in words(at)
    assert [header.value for header in at.header] == ["Share churned by tenure in months"]
    assert len(charts(at)) == 1


def test_groups_are_compared_by_the_attribute_in_the_address(visit):
    at = visit(PAGE, company_file(), by="Plan")
    assert at.selectbox(key="by").value == "plan"
    assert "stays longest" in at.header[1].value or "do not differ beyond chance" in at.header[1].value


def test_periods_of_the_address_are_used(visit):
    at = visit(PAGE, company_file(), period="Quarter", span="All")
    assert "quarter" in at.title[0].value


def test_one_customer_is_shown_without_a_rate_that_nobody_could_trust(visit):
    at = visit(PAGE, orders_file(), where="customer_id = '0001'")
    assert not at.exception and not at.error
    assert at.title[0].value == "No month after the first is over for enough customers"
