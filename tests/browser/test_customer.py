"""One customer's story in a browser: found, filtered, drawn on a phone, and printed without the menu."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from analytics.reports.customer_findings import list_noteworthy
from analytics.store.dataset import open_dataset
from tests.browser.server import serve as serve_app
from tests.pages.companies import company_file


@pytest.fixture(scope="module")
def company_server() -> Iterator[str]:
    with serve_app(file=company_file()) as address:
        yield address


def test_a_customer_is_found_filtered_and_printed(company_server, visitor):
    customer = list_noteworthy(open_dataset(company_file()))["customer_id"][0]
    page = visitor.open(f"{company_server}/customer")
    page.get_by_role("textbox", name="Customer").fill(customer)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customer?customer={customer}")
    visitor.settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer)
    visitor.photograph(page, "customer-story")
    page.get_by_role("button", name="Invoices", exact=True).click()
    page.wait_for_url(re.compile("lanes=Invoices"))
    visitor.settle(page)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Customer")).to_be_hidden()
    paper = page.locator(".st-key-printed")
    expect(paper.get_by_text("Paid", exact=False).first).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    assert page.pdf().count(b"/Type /Page\n") >= 1


def test_the_printed_story_is_not_cut_at_the_window(company_server, visitor):
    customer = list_noteworthy(open_dataset(company_file()))["customer_id"][0]
    page = visitor.open(f"{company_server}/customer?customer={customer}", height=700)
    page.emulate_media(media="print")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.clientHeight >= main.scrollHeight"), "the rest would not be printed"
