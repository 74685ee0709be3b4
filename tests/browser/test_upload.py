"""A visitor brings a file: sees the proposal and the rejects, then every page on it, and nobody else does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.parts.menu import entries
from tests.browser.server import serve
from tests.pages.companies import company_file

COLUMNS = "user;when;what;amount"
BADGE = "Your upload: visits.csv"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """One dashboard for the whole file: what a session uploads must not show in the next one anyway."""
    with serve(file=company_file()) as running:
        yield running


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """Six months of visits whose dates could be day/month or month/day, and two rows that break a rule."""
    rows = [
        f"u{n % 40:02};{1 + n % 12:02}/{1 + n % 6:02}/2024;{'login' if n % 3 else 'order'};{n % 50},50"
        for n in range(360)
    ]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join([COLUMNS, *rows, "u01;31/31/2024;login;1,00", ";01/02/2024;login;1,00"]) + "\n")
    return path


def bring(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=f"{file.name} reads well")).to_be_visible(timeout=30_000)


def build(page: Page) -> None:
    page.get_by_role("button", name="Build and look at it").click()
    expect(page.get_by_role("heading", name="Every page now runs on")).to_be_visible(timeout=60_000)


def test_an_upload_is_proposed_for_checked_built_and_seen_by_its_own_session_only(address, visitor, visits):
    page = visitor.open(f"{address}/bring")
    bring(page, visits)
    expect(page.get_by_text("semicolon")).to_be_visible()
    expect(page.get_by_text("once every question above has an answer")).to_be_visible()
    page.get_by_text("day first", exact=True).click()
    expect(page.get_by_role("heading", name="2 rows break a rule and are set aside")).to_be_visible(timeout=30_000)
    visitor.settle(page)
    visitor.photograph(page, "bring-proposal")
    build(page)
    visitor.settle(page)
    visitor.photograph(page, "bring-built")

    for entry in entries():
        page.get_by_role("link", name=entry.title, exact=True).first.click()
        expect(page).to_have_url(re.compile(rf"/({entry.address})?(\?.*)?$"))
        visitor.settle(page)
        expect(page.get_by_text(BADGE)).to_be_visible(timeout=30_000)

    other = visitor.open(f"{address}/retention")
    expect(other.get_by_text("The company's data").filter(visible=True).first).to_be_visible()
    expect(other.get_by_text(BADGE)).to_have_count(0)

    page.get_by_role("button", name="Back to the company's data").click()
    expect(page.get_by_text(BADGE)).to_have_count(0)
    expect(page.get_by_text("The company's data").filter(visible=True).first).to_be_visible()


def test_a_file_nobody_can_read_is_refused_and_the_page_stays(address, visitor, tmp_path):
    page = visitor.open(f"{address}/bring")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(bytes(range(256)) * 40)
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("This is a binary file")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("nobody else sees it")).to_be_visible()


def test_a_slider_moved_changes_the_finding_and_the_address(address, visitor):
    page = visitor.open(f"{address}/whatif")
    title = page.get_by_role("heading", level=1)
    before = title.inner_text()
    page.get_by_role("slider").first.press("ArrowLeft")
    expect(title).not_to_have_text(before, timeout=30_000)
    expect(page).to_have_url(re.compile("lever_"))
    visitor.settle(page)


def test_a_customer_clicked_in_the_list_is_explained_and_stands_in_the_address(address, visitor):
    page = visitor.open(f"{address}/risk")
    visitor.settle(page)
    before = page.get_by_role("heading", level=2).last.inner_text()
    table = page.get_by_test_id("stDataFrame").filter(visible=True).first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 20, "y": 34 + 32 * 3 + 16})  # the box that picks the fourth row
    expect(page.get_by_role("heading", level=2).last).not_to_have_text(before, timeout=30_000)
    assert "customer=" in page.url
    visitor.settle(page)
