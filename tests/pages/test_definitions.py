"""The definitions page: six rates of one period, the customers between two of them, and every metric in words."""

import pytest

from analytics.contract.metrics import METRICS
from analytics.contract.settings import Settings
from tests.metrics.factory import build, day
from tests.metrics.february import build_february
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/analysts/definitions.py"


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    return build_february(tmp_path_factory.mktemp("february")).name


def charts(at) -> list:
    return at.get("plotly_chart")


def headers(at) -> list[str]:
    return [header.value for header in at.header]


def test_the_worked_example_as_a_data_set_is_the_title(visit, february):
    at = visit(PAGE, february)
    assert at.title[0].value == (
        "One month, six rates: 8.6% to 30.0%; "
        "the 2 who joined and left within it and the 1 who came back make the difference"
    )
    assert at.selectbox(key="of").value == "2024-02-01"
    assert headers(at)[1] == "Start 12.0%, Active window 8.6%: −3.4 pp in 1 step"
    assert len(charts(at)) == 2
    for line in ("12 / 100 = 12.0%", "(12 - 2 - 1) / 100 = 9.0%", "12 / 40 = 30.0%"):
        assert line in words(at)


def test_two_conventions_and_a_step_of_the_address_list_their_customers(visit, february):
    at = visit(PAGE, february, **{"compare": "Start", "with": "Net of returns"})
    assert headers(at)[1] == "Start 12.0%, Net of returns 9.0%: −3.0 pp in 2 steps"
    assert "**3 customers** count otherwise" in words(at)
    assert listed(at) == {"new0", "new1", "old0"}
    at.segmented_control(key="step").set_value("came_back").run()
    assert not at.exception and "**1 customer** in this step." in words(at)
    assert listed(at) == {"old0"}


def listed(at) -> set[str]:
    return next(set(frame.value["Customer"]) for frame in at.dataframe if "Customer" in frame.value.columns)


def test_a_convention_against_itself_lists_nobody(visit, february):
    at = visit(PAGE, february, **{"compare": "Daily", "with": "Daily"})
    assert "Daily and Daily count the same customers" in headers(at)
    assert len(charts(at)) == 1 and not at.exception


def test_a_year_is_never_twelve_times_a_month(visit, february):
    at = visit(PAGE, february)
    # 10 of 100: 1 − .9^12 = .7176
    assert "10.0% a month is 71.8% a year, not 120.0%" in headers(at)
    at = visit(PAGE, february, period="Year")
    assert not [header for header in headers(at) if "a year, not" in header]
    assert "which is not over" in words(at)


def test_the_recognition_in_force_is_told_among_the_others(visit, february):
    at = visit(PAGE, february)
    assert "A customer counts as gone on the day the last paid period ends" in headers(at)
    assert "**In force:** `contract_end`" in words(at)
    assert "`inactivity` A customer counts as gone after 60 days without any event." in words(at)
    assert "**In force:** `inactivity`" in words(visit(PAGE, orders_file()))


def test_the_glossary_is_searched_by_every_word(visit):
    at = visit(PAGE, company_file(), find="churn acquired")
    assert "of " + str(len(METRICS)) + " metrics speak of “churn acquired”" in words(at)
    assert "`churn_acquired`" in words(at) and "`mrr`" not in words(at)
    at.text_input(key="find").set_value("no such word").run()
    assert "No metric speaks of “no such word”" in words(at)


def test_an_area_shows_its_metrics_with_their_values_here(visit):
    at = visit(PAGE, company_file(), area="Money")
    text = words(at)
    assert "`mrr` **Now €" in text and "`churn_start`" not in text


def test_a_snapshot_says_why_no_churn_is_shown_and_has_the_glossary(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This file cannot show churn by period"
    assert "has no dates" in words(at) and "`churned_share` **Now" in words(at)
    assert not charts(at) and not at.error


def test_no_data_at_all_leaves_the_glossary(visit, tmp_path):
    at = visit(PAGE, tmp_path / "missing.duckdb")
    assert "holdfast build" in at.error[0].value
    assert "`retention`" in words(at)


def test_a_filter_for_nobody_says_so_and_leaves_the_glossary(visit):
    at = visit(PAGE, company_file(), where="plan = 'no such plan'")
    assert "No customer meets the condition" in at.error[0].proto.title
    assert "`retention`" in words(at) and len(at.title) == 1
    at.text_input(key="where").set_value("").run()
    assert not at.error and len(charts(at)) == 2


def test_one_customer_in_one_period_is_told_in_words(visit, tmp_path):
    rows = [{"customer_id": "only", "started_at": day("2024-01-03"), "ended_at": None, "mrr": 1.0}]
    only = build(tmp_path, {"subscriptions": rows}, Settings(as_of="2024-01-20")).name
    at = visit(PAGE, only)
    assert at.title[0].value == "Nobody left in Jan 2024: every convention gives 0.0%"
    assert "which is not over" in words(at) and "0 customers** at the start" in words(at)
    assert not at.exception and not at.error
