"""The revenue page: the bridge with its check, the rates, and a sentence where something cannot be shown."""

import re

import pytest

from analytics.charts.wording import say_period
from analytics.metrics.movements import KINDS, movements
from analytics.metrics.question import Question
from analytics.store.dataset import open_dataset
from pages.parts.bridge import MEANINGS
from tests.pages.companies import orders_file, snapshot_file
from tests.pages.conftest import words
from tests.pages.revenues import free_file, one_customer_file, open_month_file, sample_file

PAGE = "pages/executives/revenue.py"


def charts(at) -> list:
    return at.get("plotly_chart")


def test_the_sample_company_has_every_chart_under_its_finding(visit):
    last = movements(open_dataset(sample_file()), Question()).filter(state="final").row(-1, named=True)
    verb = "rose" if last["closing"] > last["opening"] else "fell"
    at = visit(PAGE, sample_file(), by="Plan")
    assert not at.exception and not at.error
    assert at.title[0].value.startswith(f"Monthly revenue {verb} by €")
    assert at.title[0].value.endswith(f"in {say_period(last['period'], 'month')}")
    assert at.selectbox(key="by").value == "plan"
    assert "gross margin 80%, discounted at 10% a year; nothing after month 24" in words(at)
    # bridge, course, kept, quick ratio, revenue per account, two of departures, value: each with table, file and query
    assert len(charts(at)) == len(at.dataframe) == len(at.get("download_button")) == 8
    assert len(at.code) >= 8 and all("select" in code.value for code in at.code)


@pytest.mark.parametrize("basis", ["Event", "Snapshot"])
def test_the_bridge_is_added_up_to_the_cent_on_the_page(visit, basis):
    at = visit(PAGE, open_month_file(), basis=basis)
    told = words(at)
    sums = re.search(r"closing: (.*?) = (.*?)\. The bridge closes to the cent, in (\d+) of (\d+) periods", told)
    steps = [float(part.replace("€", "").replace(",", "")) for part in re.split(r" [+−] ", sums[1])]
    signs = [1, *(-1 if sign == "−" else 1 for sign in re.findall(r" ([+−]) ", sums[1]))]
    total = sum(sign * step for sign, step in zip(signs, steps, strict=True))
    assert len(steps) == 1 + len(KINDS)
    assert round(total, 2) == float(sums[2].replace("€", "").replace(",", ""))
    assert sums[3] == sums[4] == "6"
    assert MEANINGS[basis.lower()] in told


def test_a_period_can_be_chosen_and_the_choice_survives_another_grain(visit):
    rows = movements(open_dataset(open_month_file()), Question())
    at = visit(PAGE, open_month_file(), month=say_period(rows["period"][1], "month"))
    assert "in Feb 2024" in at.title[0].value
    at.session_state["period"] = "quarter"
    at.run()
    assert not at.exception and "in Q1 2024" in at.title[0].value


def test_a_month_that_is_not_over_says_when_it_completes(visit):
    at = visit(PAGE, open_month_file(), month="Jun 2024")
    assert "so far in Jun 2024, which is not over" in at.title[0].value
    assert "Jun 2024 is not over; it is complete on 1 Jul 2024" in words(at)


def test_a_company_without_bills_and_reasons_is_told_what_to_bring(visit):
    at = visit(PAGE, open_month_file())
    assert not at.error
    assert "no invoices" in at.info[0].value
    # the departures are missing; the value of customers is still there
    assert len(charts(at)) == 6
    assert any("worth" in header.value for header in at.header)


def test_one_customer_in_one_month_leaves_the_page_usable(visit):
    at = visit(PAGE, one_customer_file())
    assert not at.exception
    assert at.title[0].value == "Monthly revenue rose by €12 to €12 so far in Jun 2024, which is not over"
    assert "No month is over yet" in words(at) and "1 customer pays." in words(at)
    assert len(charts(at)) == 3  # bridge, course and value; no rate of one customer is drawn
    assert "Too few have left to say what a customer is worth" in [header.value for header in at.header]


def test_subscriptions_that_bring_nothing_are_said_to_move_nothing(visit):
    at = visit(PAGE, free_file())
    assert not at.exception
    assert at.title[0].value.startswith("Monthly revenue stayed at €0")
    assert "Nothing moved" in [header.value for header in at.header]


def test_a_filter_that_matches_nobody_is_said_once(visit):
    at = visit(PAGE, open_month_file(), where="customer_id = 'nobody'")
    assert not at.exception
    assert len(at.title) == 1
    assert len(at.error) + len(at.info) == 1


def test_orders_alone_name_the_missing_table_and_still_show_value(visit):
    at = visit(PAGE, orders_file())
    assert not at.exception and not at.error
    assert at.title[0].value == "This data set has no recurring revenue"
    assert "no subscriptions" in words(at)
    assert any("A customer is worth €" in header.value for header in at.header)
    assert len(charts(at)) == 1


def test_a_snapshot_says_so_and_leads_to_what_works(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This file cannot show revenue over time"
    assert "one row per customer and no dates" in words(at)
    assert not charts(at)
    assert [link.proto.page for link in at.get("page_link")] == ["retention", "risk"]
