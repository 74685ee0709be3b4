"""A person at the retention table: a click lists a cell's customers, who can be kept and chosen again by the link."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from analytics.store.dataset import open_dataset
from analytics.store.segments import delete_segment, list_segments, read_segment
from tests.browser.server import serve
from tests.pages.companies import company_file

COUNT = re.compile(r"^[\d,]+ customers?")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serve(file=company_file()) as address:
        yield address


@pytest.fixture
def clean() -> Iterator[None]:
    """No segment stays behind: other tests share the data set."""
    yield
    dataset = open_dataset(company_file())
    for name in list_segments(dataset):
        delete_segment(dataset, name)


def click_cell(page: Page, nth: int) -> tuple[int, int]:
    """Clicks the nth observed cell; gives what its hover says is retained, and what the drawer says it lists."""
    marker = page.get_by_test_id("stPlotlyChart").first.locator(".scatterlayer .points path").nth(nth)
    marker.hover(force=True)
    hovered = page.locator(".hoverlayer .hovertext").first
    expect(hovered).to_contain_text(" of ")
    said = re.search(r"%\)?\s*([\d,]+) of ", hovered.text_content())
    marker.click(force=True)
    told = page.get_by_role("dialog").get_by_text(COUNT).first
    expect(told).to_be_visible()
    return tuple(int(text.replace(",", "")) for text in (said[1], told.inner_text().split()[0]))


def test_a_clicked_cell_lists_as_many_customers_as_it_counts_under_another_rule(server, visitor):
    page = visitor.open(f"{server}/retention?mode=On+or+after&cohorts=Recurring&window=Rolling&period=Quarter")
    retained, listed = click_cell(page, 5)  # the first row holds the averages of four ages
    assert retained == listed > 0
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_test_id("stDownloadButton").get_by_role("button").click()
    assert len(download.value.path().read_text().splitlines()) - 1 == listed


def test_a_cell_is_saved_as_a_segment_and_a_link_shows_that_many_customers(server, visitor, clean):
    page = visitor.open(f"{server}/retention")
    _, listed = click_cell(page, 20)
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name of a segment of them").fill("Second month")
    drawer.get_by_role("button", name="Save as segment").click()
    expect(drawer).to_have_count(0)
    visitor.settle(page)
    assert len(read_segment(open_dataset(company_file()), "Second month").customers) == listed
    again = visitor.open(f"{server}/retention?segment=Second+month")
    noun = "customer" if listed == 1 else "customers"
    expect(again.get_by_text(f"saved segment is Second month ({listed} {noun})").first).to_be_visible()
    expect(again.get_by_text(re.compile(rf"{listed} customers in \d+ cohorts"))).to_be_visible()
    again.get_by_role("link", name="Scorecard", exact=True).click()
    again.wait_for_url("**/scorecard?segment=Second+month")
    visitor.settle(again)
    expect(again.get_by_text("saved segment is Second month").first).to_be_visible()
    again.get_by_role("button", name="Customers", exact=True).click()
    again.get_by_role("button", name="Delete this segment").click()
    expect(again.get_by_text("saved segment is Second month")).to_have_count(0)
    assert list_segments(open_dataset(company_file())) == ()


def test_the_way_of_counting_is_chosen_in_the_popover_and_stands_in_the_link(server, visitor):
    page = visitor.open(f"{server}/retention")
    page.get_by_role("button", name="How to count").click()
    page.get_by_role("combobox", name=re.compile("Counts as back")).click()
    page.get_by_role("option", name="Streak").click()
    page.wait_for_url("**mode=Streak**")
    visitor.settle(page)
    expect(page.get_by_text("in every month up to that age").first).to_be_visible()
    page.get_by_role("button", name="The usual way").click()
    expect(page.get_by_text("in the month of that age").first).to_be_visible()
    assert "mode=" not in page.url
