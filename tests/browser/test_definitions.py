"""The reconciler in a browser: a chosen pair is in the address, and its list of customers can be taken away."""

import re

from playwright.sync_api import expect

from tests.metrics.february import build_february


def test_a_pair_is_chosen_its_customers_downloaded_and_its_link_restored(serve, visitor, tmp_path):
    server = serve(file=build_february(tmp_path).name)
    page = visitor.open(f"{server}/definitions", height=1800)
    # The list opens only by its arrow: a click into the field is for typing.
    page.get_by_test_id("stSelectbox").filter(has_text="with").get_by_role("button").click()
    page.get_by_role("option", name="Net of returns").click()
    page.wait_for_url("**with=Net+of+returns**")
    visitor.settle(page)
    expect(page.get_by_role("heading", name="Start 12.0%, Net of returns 9.0%: −3.0 pp in 2 steps")).to_be_visible()
    page.get_by_role("radio", name="Joined and left").click()
    visitor.settle(page)
    expect(page.get_by_text("2 customers in this step.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").filter(visible=True).first.get_by_role("button").click()
    lines = download.value.path().read_text().splitlines()
    assert [line.split(",")[1] for line in lines] == ["customer_id", "new0", "new1"]
    again = visitor.open(page.url, "dark", width=390, height=844)
    expect(again.get_by_text(re.compile("2 customers in this step"))).to_be_visible()
    main = again.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
