"""The scorecard: a finding in the title, changes judged, what cannot be shown named."""

import datetime as dt
import re

import polars as pl
import pytest

from analytics.metrics.question import Question
from analytics.metrics.scorecard import scorecard
from analytics.store.dataset import open_dataset
from pages.parts.choices import find_first_day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/executives/scorecard.py"


def test_the_title_states_the_churn_of_the_last_finished_month(visit):
    rows = scorecard(open_dataset(company_file()), Question())
    churn = rows.row(by_predicate=pl.col("metric") == "churn_start_existing", named=True)
    title = visit(PAGE, company_file()).title[0].value
    assert title.startswith(f"{churn['value']:.1%} of customers left in {churn['period']:%b %Y}")


def test_every_metric_has_a_card_with_its_definition(visit):
    at = visit(PAGE, company_file())
    assert [metric.label for metric in at.metric][:3] == ["Customers", "New customers", "Customer churn"]
    assert len(at.metric) == scorecard(open_dataset(company_file()), Question()).height
    assert all(metric.help for metric in at.metric)


@pytest.mark.parametrize(
    "as_of, years, first",
    [
        ("2025-12-31", 1, "2025-01-01"),
        ("2025-12-31", 2, "2024-01-01"),
        ("2024-02-29", 1, "2023-03-01"),
        ("2025-11-30", 1, "2024-12-01"),
    ],
)
def test_a_span_has_twelve_months_a_year_and_ends_with_the_as_of_month(as_of, years, first):
    assert find_first_day(dt.date.fromisoformat(as_of), years) == dt.date.fromisoformat(first)


@pytest.mark.parametrize("period", ["Month", "Quarter", "Year"])
def test_the_span_does_not_change_what_the_cards_say(visit, period):
    everything, some = (visit(PAGE, orders_file(), period=period, span=span) for span in ("All", "12M"))
    cards = [[(card.label, card.value, card.delta) for card in at.metric] for at in (everything, some)]
    assert cards[0] == cards[1]


def test_orders_alone_show_no_revenue_and_name_the_missing_table(visit):
    at = visit(PAGE, orders_file())
    assert "no subscriptions" in at.info[0].value
    assert not any("revenue" in metric.label.lower() for metric in at.metric)


def test_the_unfinished_month_is_named_with_the_day_it_completes(visit):
    assert "Oct 2024 is not over; it is complete on 1 Nov 2024" in words(visit(PAGE, orders_file()))


def test_a_snapshot_shows_the_share_churned_and_its_tenure_bands(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value.endswith("of the customers in this file have left")
    assert any("by tenure" in header.value for header in at.header)


def test_a_choice_of_customers_changes_the_numbers_and_stands_on_the_page(visit):
    everybody, some = visit(PAGE, company_file()), visit(PAGE, company_file(), only_plan=["pro"])
    assert everybody.metric[0].value != some.metric[0].value
    assert "Customers whose plan is pro." in words(some)


def test_an_unreadable_condition_is_explained_and_left_out(visit):
    at = visit(PAGE, company_file(), where="plam = 'pro'")
    assert "plan" in at.error[0].value
    assert at.metric[0].value == visit(PAGE, company_file()).metric[0].value


def test_the_cards_stand_under_what_they_are_about(visit):
    assert [header.value for header in visit(PAGE, company_file()).subheader] == [
        "Customers",
        "Money",
        "Service",
        "Voice",
    ]
    assert not visit(PAGE, snapshot_file()).subheader


def test_what_changed_is_told_in_parts_that_add_up(visit):
    at = visit(PAGE, company_file(), split="Country")
    told = next(text.value for text in at.markdown if text.value.startswith("- Customer churn"))
    whole, mix, within = (float(number) for number in re.findall(r"([\d.]+) pp", told)[:3])
    signs = re.findall(r"([+−])[\d.]+ pp from", told)
    parts = [value if sign == "+" else -value for sign, value in zip(signs, (mix, within), strict=True)]
    assert "mix of country" in told
    assert sum(parts) == pytest.approx(whole if "rose" in told else -whole, abs=1e-9)


def test_a_point_of_retention_has_its_worth_and_its_working(visit):
    at = visit(PAGE, company_file())
    assert any(header.value.startswith("One point of monthly retention is worth €") for header in at.header)
    assert any("month by month" in expander.label for expander in at.expander)
