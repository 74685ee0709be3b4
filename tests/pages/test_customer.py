"""One customer's page: found by a piece of anything, told in a sentence, and useful on any kind of data."""

import pytest

from analytics.reports.customer_findings import list_noteworthy
from analytics.store.dataset import open_dataset
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/marketers/customer.py"


@pytest.fixture
def riskiest():
    return list_noteworthy(open_dataset(company_file())).row(0, named=True)


def test_nobody_chosen_offers_some_to_begin_with_and_a_click_opens_one(visit):
    at = visit(PAGE, company_file())
    assert at.title[0].value == "Whose story do you want to see?" and len(at.button) >= 3
    assert "% risk of leaving" in at.button[0].label
    opened = at.button[0].label.split(" · ")[0]
    at.button[0].click().run()
    assert not at.exception and at.text_input(key="customer").value == opened
    assert "Everything on record, on one axis of time." in words(at)


def test_a_customer_is_told_in_a_sentence_with_money_stage_and_risk(visit, riskiest):
    at = visit(PAGE, company_file(), customer=riskiest["customer_id"])
    title = at.title[0].value
    assert title.startswith(riskiest["name"]) and "a month" in title
    assert [metric.label for metric in at.metric][:3] == ["Stage", "MRR", "Tenure"]
    assert "The risk of leaving is" in words(at) and "over refits of the model" in words(at)


def test_one_who_is_found_by_name_needs_no_id(visit, riskiest):
    everybody = visit(PAGE, company_file(), customer=riskiest["name"].upper())
    assert riskiest["customer_id"] in [b.label.split(" · ")[0] for b in everybody.button] or everybody.metric


def test_what_fits_several_lists_them(visit):
    at = visit(PAGE, company_file(), customer="organic")
    assert at.title[0].value == "The first 12 customers who have “organic”"
    assert all("organic" in button.label for button in at.button if button.key.startswith("open-"))


def test_an_unknown_id_says_so_and_offers_others(visit):
    at = visit(PAGE, company_file(), customer="nobody-at-all")
    assert "No customer has “nobody-at-all”" in at.title[0].value and at.button


def test_lanes_chosen_in_the_address_choose_the_rows(visit, riskiest):
    at = visit(PAGE, company_file(), customer=riskiest["customer_id"], lanes=["Invoices"])
    assert set(at.table[0].value["Lane"]) == {"Invoices"}


def test_orders_alone_have_a_story_without_money_a_month(visit):
    at = visit(PAGE, orders_file(), customer="0007")
    assert not at.exception and at.title[0].value.startswith("0007 ")
    assert "MRR" not in [metric.label for metric in at.metric]


def test_a_snapshot_shows_its_row_and_says_what_a_timeline_needs(visit):
    at = visit(PAGE, snapshot_file(), customer="S0001")
    assert "**A timeline** cannot be shown: this data set has no dates" in words(at)
    assert any("contract" in str(frame.value).lower() for frame in at.dataframe)
