"""A person finds two documented incidents of a real click stream by choosing, and opens the journey on it."""

import re

import pytest
from playwright.sync_api import Page, expect

from analytics.intake.check import check_source
from analytics.store.build import build_dataset


@pytest.fixture
def shop(shared_data, tmp_path, serve) -> str:
    source = check_source(shared_data("ecom_clickstream") / "ecom.csv.gz", {}, None, tmp_path / "checked")
    return serve(file=build_dataset(source, tmp_path / "ecom.duckdb").name)


def choose(visitor, page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    visitor.settle(page)


def press(visitor, page: Page, option: str) -> None:
    page.get_by_role("radio", name=option, exact=True).click()
    visitor.settle(page)


def test_two_incidents_are_found_by_choosing_and_the_journey_opens(shop, visitor):
    page = visitor.open(f"{shop}/activity")
    main = page.get_by_test_id("stMain")
    choose(visitor, page, "Event", "purchase")
    choose(visitor, page, "Per", "payment_details")
    press(visitor, page, "Day")
    # the payment incident of 19 May to 7 June, whose last night ends on the 8th
    expect(main.get_by_role("listitem").first).to_contain_text("purchase per payment_details, 19 May to 8 Jun 2024:")
    choose(visitor, page, "Event", "payment_details")
    choose(visitor, page, "Per", "shipping_details")
    choose(visitor, page, "Compare by", "Platform")
    press(visitor, page, "Week")
    # the checkout bug of 9 April to 9 May, on mobile alone: the weeks that hold it
    expect(main.get_by_role("listitem").first).to_contain_text(
        "payment_details per shipping_details, platform mobile, 8 Apr to 12 May 2024:"
    )
    visitor.photograph(page, "activity-incident")
    page.get_by_role("link", name="Journey", exact=True).click()
    page.wait_for_url(re.compile("/journey"))
    visitor.settle(page)
    expect(main.get_by_text("cannot be shown: this data set has no tickets.")).to_be_visible()
    expect(page.get_by_test_id("stMetricLabel").filter(has_text="Adoption")).to_be_visible()
    assert not page.get_by_test_id("stAlertContentError").count()
