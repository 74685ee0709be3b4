"""Every page by deep link on a fresh server process: real content, no error, in light and dark, on desk and phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from pages.parts.menu import entries
from tests.browser.server import serve as serve_app
from tests.browser.visit import SCHEMES
from tests.pages.companies import company_file, orders_file, snapshot_file

PAGES = {entry.address: entry for entry in entries()}


@pytest.fixture(scope="module")
def company_server() -> Iterator[str]:
    """One server for the tests that need none of their own."""
    with serve_app(file=company_file()) as address:
        yield address


def test_the_first_address_on_a_fresh_server_opens_its_page(serve, visitor):
    page = visitor.open(f"{serve(file=company_file())}/revenue")
    expect(page.get_by_role("link", name="Revenue", exact=True)).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_drawn_in_light_and_dark(company_server, visitor, scheme):
    page = visitor.open(company_server, scheme)
    for address in PAGES:
        visitor.go(page, f"{company_server}/{address}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("link", name=PAGES[address].title, exact=True)).to_be_visible()
        expect(page.get_by_text("Definitions")).not_to_have_count(0)
        assert not page.get_by_test_id("stAlertContentError").count()
        visitor.photograph(page, f"{address}-{scheme}")


@pytest.mark.parametrize(("kind", "addresses"), [("orders", ("journey",)), ("snapshot", ("retention", "risk"))])
def test_other_kinds_of_data_are_drawn_without_an_error(serve, visitor, kind, addresses):
    server = serve(file={"orders": orders_file, "snapshot": snapshot_file}[kind]())
    page = visitor.open(server)
    for address in addresses:
        visitor.go(page, f"{server}/{address}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        visitor.photograph(page, f"{address}-{kind}")


def test_every_page_fits_a_phone(company_server, visitor):
    page = visitor.open(company_server, width=390, height=844)
    for address in PAGES:
        visitor.go(page, f"{company_server}/{address}")
        visitor.photograph(page, f"{address}-phone")
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), f"{address} is wider than the phone"


def test_a_click_on_a_cohort_cell_lists_exactly_its_customers(company_server, visitor):
    page = visitor.open(f"{company_server}/retention")
    # The second point of the second row; the invisible marker lies over the coloured cell.
    page.get_by_test_id("stPlotlyChart").first.locator(".scatterlayer .points path").nth(20).click(force=True)
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(re.compile(r"[\d,]+ customers"))).to_be_visible()
    told = drawer.get_by_text(re.compile(r"[\d,]+ customers")).inner_text()
    with page.expect_download() as download:
        drawer.get_by_test_id("stDownloadButton").get_by_role("button").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) - 1 == int(told.split()[0].replace(",", ""))


def test_a_choice_is_in_the_address_and_follows_to_the_next_page(company_server, visitor):
    page = visitor.open(f"{company_server}/scorecard?only_plan=pro")
    expect(page.get_by_text("plan is pro").first).to_be_visible()
    page.get_by_role("link", name="Journey", exact=True).click()
    page.wait_for_url("**/journey?only_plan=pro")
    visitor.settle(page)
    expect(page.get_by_text("plan is pro").first).to_be_visible()


def test_the_root_leads_to_the_first_page(company_server, visitor):
    page = visitor.open(company_server)
    page.wait_for_url("**/scorecard")
    visitor.settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of customers left in")
