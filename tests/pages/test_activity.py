"""Activity: every choice of event, quotient and breakdown answers with a sentence, on whatever data there is."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.settings import Settings
from tests.metrics.factory import build, day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/marketers/activity.py"


def charts(at) -> list[str]:
    return [chart.key for chart in at.get("plotly_chart")]


@pytest.fixture(scope="module")
def collapse(tmp_path_factory):
    """20 carts a week in north and south; 60 % become purchases, but none in the tenth to the twelfth week."""
    events, start = [], day("2024-01-01")
    for week in range(20):
        for number in range(20):
            at = start + dt.timedelta(weeks=week, days=number % 7, hours=number)
            base = {"customer_id": f"c{week}-{number}", "region": "north" if number % 2 else "south"}
            base["session"] = f"s{week}-{number}"
            events.append(base | {"occurred_at": at, "name": "cart"})
            if number % 5 < 3 and not 9 <= week < 12:
                events.append(base | {"occurred_at": at + dt.timedelta(hours=1), "name": "purchase"})
    folder = tmp_path_factory.mktemp("collapse")
    return build(folder, {"events": pl.DataFrame(events)}, Settings(as_of="2024-05-19")).name


def test_the_page_names_the_collapse_in_its_title_and_its_list(visit, collapse):
    at = visit(PAGE, collapse, event="purchase", per="cart")
    assert not at.exception and not at.error
    assert at.title[0].value == "Purchase per cart: 0.00 times the usual, 4 Mar to 24 Mar 2024"
    assert "**purchase per cart**, 4 Mar to 24 Mar 2024: 0 where 36 were to be expected (0.00 times)." in words(at)
    assert charts(at) == ["activity", "lifecycle"]


def test_nothing_unusual_and_too_few_periods_to_tell_are_told_apart(visit, collapse):
    at = visit(PAGE, collapse, event="cart")
    assert at.title[0].value == "Cart has no unusual stretch"
    assert list(at.selectbox(key="per").options) == ["Count", "purchase"]  # not per itself
    next(group for group in at.get("button_group") if group.key == "period").set_value("month").run()
    assert not at.exception and not at.error
    assert at.title[0].value == "Cart: too few finished periods to tell what is unusual"
    assert "complete periods are too few" in words(at) and charts(at) == ["activity", "lifecycle"]


def test_a_breakdown_compares_the_groups_and_offers_only_what_has_few_values(visit, collapse):
    at = visit(PAGE, collapse, event="purchase", per="cart", split_by="Region")
    assert not at.exception and not at.error
    # ten of 20 carts a week each: 6 and 6 become purchases, the groups are alike
    assert "No region departs from the others by more than chance" in words(at)
    assert list(at.selectbox(key="split_by").options) == ["Nothing", "Region"]  # 400 sessions are no breakdown


def test_the_company_is_compared_by_an_attribute_of_its_customers(visit):
    at = visit(PAGE, company_file(), event="login", split_by="Plan")
    assert not at.exception and not at.error
    assert charts(at) == ["activity", "lifecycle"]


def test_choices_that_do_not_exist_give_way_to_the_usual_ones(visit):
    at = visit(PAGE, company_file(), event="nonsense", per="nonsense", split_by="nonsense", period="hour")
    assert not at.exception and not at.error
    assert at.selectbox(key="event").value == "" and at.selectbox(key="split_by").value == ""
    assert "Drawn: 6 of " in words(at)


def test_orders_without_names_are_one_line(visit):
    at = visit(PAGE, orders_file())
    assert not at.exception and not at.error
    assert list(at.selectbox(key="event").options) == ["Every event"]


def test_a_snapshot_says_what_to_bring(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This data set has no activity" and "Bring events" in words(at)


def test_one_event_of_one_customer_is_drawn(visit, tmp_path):
    events = [{"customer_id": "a", "occurred_at": day("2024-03-05"), "name": "login"}]
    at = visit(PAGE, build(tmp_path, {"events": events}, Settings(as_of="2024-03-06")).name)
    assert not at.exception and not at.error
    assert at.title[0].value == "Activity: too few finished periods to tell what is unusual"
    assert "No week is over yet" in words(at)
