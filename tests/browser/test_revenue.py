"""The revenue page in a browser: a click on a bar lists the customers behind it, to the cent."""

import re

import polars as pl
from playwright.sync_api import Page, expect

from analytics.charts.movements import MOVEMENTS
from analytics.metrics.movements import movements
from analytics.metrics.question import Question
from analytics.store.dataset import open_dataset
from tests.pages.revenues import sample_file

# The middle of the n-th bar of a chart's trace, on the screen.
MIDDLE = """([chart, trace, n]) => {
  const bar = document.querySelector(`.st-key-${chart} .barlayer`).querySelectorAll('.trace')[trace]
    .querySelectorAll('.point path')[n];
  bar.scrollIntoView({block: 'center', inline: 'center'});
  const box = bar.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def click_bar(page: Page, chart: str, trace: int, n: int) -> None:
    """Move the mouse to a bar and press it there, as a person does."""
    page.evaluate(MIDDLE, [chart, trace, n])
    page.wait_for_timeout(200)
    x, y = page.evaluate(MIDDLE, [chart, trace, n])
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)
    page.mouse.click(x + 1, y)


def take_away(page: Page) -> pl.DataFrame:
    """What the drawer says, and the rows of the file it hands out."""
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(re.compile(r"[\d,]+ customers?"))).to_be_visible()
    with page.expect_download() as download:
        drawer.get_by_test_id("stDownloadButton").get_by_role("button").click()
    return pl.read_csv(download.value.path(), schema_overrides={"customer_id": pl.String})


def told_amount(page: Page) -> float:
    """The amount the drawer states, signed."""
    told = page.get_by_role("dialog").get_by_test_id("stMarkdown").first.inner_text()
    sign, amount = re.search(r"of ([+−])€([\d,]+\.\d\d)", told).groups()
    return float(amount.replace(",", "")) * (-1 if sign == "−" else 1)


def test_a_click_on_a_bar_lists_exactly_the_customers_behind_it(serve, visitor):
    dataset = open_dataset(sample_file())
    rows, detail = movements(dataset, Question()), movements(dataset, Question(), detail=True)
    nth = rows.height - 2
    row = rows.row(nth, named=True)
    page = visitor.open(f"{serve(file=sample_file())}/revenue")
    click_bar(page, "movements", MOVEMENTS.index("churn"), nth)
    people = take_away(page)
    behind = detail.filter((pl.col("period") == row["period"]) & (pl.col("kind") == "churn"))
    assert people.height == behind.height > 0
    assert sorted(people["customer_id"]) == sorted(behind["customer_id"])
    assert round(people["change"].sum() * 100) == round(row["churn"] * 100) == round(told_amount(page) * 100)

    # a step of the bridge is such a bar, too
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    last = rows.filter(state="final").row(-1, named=True)
    click_bar(page, "bridge", 0, MOVEMENTS.index("new"))
    people = take_away(page)
    assert round(people["change"].sum() * 100) == round(last["new"] * 100) == round(told_amount(page) * 100)

    # the drawer is closed, and another choice on the page does not open it again
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_role("radio", name="Quarter").click()
    page.wait_for_url("**period=Quarter**")
    visitor.settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
