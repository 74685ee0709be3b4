"""The retention page: the year in the title, cohorts and curve below, and no curve from a file without dates."""

import polars as pl
import pytest

from analytics.metrics.question import Question
from analytics.metrics.retention import retention, retention_average
from analytics.store.dataset import open_dataset
from analytics.store.segments import delete_segment, list_segments, read_segment, save_segment
from tests.metrics.factory import build, day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/marketers/retention.py"


def charts(at) -> list:
    return at.get("plotly_chart")


def test_the_title_counts_those_still_active_at_an_age_that_three_cohorts_have_finished(visit):
    averages = retention_average(open_dataset(company_file()), Question())
    last = averages.filter((pl.col("cohorts") >= 3) & pl.col("age").is_between(1, 12)).row(-1, named=True)
    at = visit(PAGE, company_file())
    assert (
        at.title[0].value
        == f"Of 100 customers who join, {last['rate'] * 100:.0f} are active {last['age']} months later"
    )
    assert f"{last['retained']:,} of {last['eligible']:,} customers" in words(at)


def test_cohorts_curve_and_survival_are_drawn_where_there_are_dates(visit):
    for file in (company_file(), orders_file()):
        assert [chart.key for chart in charts(visit(PAGE, file))] == ["cohort-table", "curve", "survival"]


def test_a_snapshot_draws_no_curve_and_says_why(visit):
    at = visit(PAGE, snapshot_file())
    assert "No retention curve is drawn from this file" in words(at)
    assert [header.value for header in at.header] == ["Share churned by tenure in months"]
    assert len(charts(at)) == 1


def test_groups_are_compared_by_the_attribute_in_the_address(visit):
    at = visit(PAGE, company_file(), by="Plan")
    assert at.selectbox(key="by").value == "plan"
    assert "stays longest" in at.header[1].value or "do not differ beyond chance" in at.header[1].value


def test_periods_of_the_address_are_used(visit):
    at = visit(PAGE, company_file(), period="Quarter", span="All")
    assert "quarter" in at.title[0].value


def test_one_customer_is_shown_without_a_rate_that_nobody_could_trust(visit):
    at = visit(PAGE, orders_file(), where="customer_id = '0001'")
    assert not at.exception and not at.error
    assert at.title[0].value == "No month after the first is over for enough customers"


def test_one_period_is_shown_with_nothing_to_compare(visit, tmp_path):
    events = [{"customer_id": str(number), "occurred_at": day("2024-03-05")} for number in range(30)]
    at = visit(PAGE, build(tmp_path, {"events": events}).name)
    assert not at.exception and not at.error
    assert at.title[0].value == "No month after the first is over for enough customers"
    assert "completes on 31 Mar 2024" in words(at)


RULES = {
    "exact": {},
    "or later, every month anew": {"mode": "On or after", "cohorts": "Recurring"},
    "by then": {"mode": "On or before", "cohorts": "First ever", "period": "Quarter"},
    "streak in rolling weeks": {"mode": "Streak", "window": "Rolling", "period": "Week"},
    "brackets": {"mode": "Bracket", "brackets": "1,3,6", "average": "Simple"},
    "from one event to another": {"start_event": "login", "return_event": "api_call", "min_occurrences": "2"},
    "revenue": {"measure": "Revenue"},
    "days": {"period": "Day", "basis": "Event"},
    "hours": {"period": "Hour", "ages": "5"},
}


@pytest.mark.parametrize("choices", RULES.values(), ids=RULES)
def test_every_way_of_counting_is_taken_from_the_address_and_told_in_a_sentence(visit, choices):
    at = visit(PAGE, company_file(), **choices)
    assert not at.exception and not at.error
    assert len(charts(at)) == 3
    assert "count at an age if they" in words(at)


def test_the_rule_stands_under_the_title(visit):
    at = visit(PAGE, company_file(), mode="Bracket", brackets="2,6", start_event="login", return_event="api_call")
    assert at.title[0].value.startswith("Of 100 customers who have a first login")
    assert at.title[0].value.endswith(" months later")
    assert "had the event api_call in any month of the bracket (0, 1–2, 3–6)" in words(at)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"measure": "Revenue", "window": "Rolling"}, "Revenue is measured at each age, in calendar periods."),
        ({"mode": "Bracket", "brackets": "3,1"}, "(3, 1) does not rise from 1."),
        ({"mode": "Bracket", "brackets": "one"}, "'one' is not a list of ages."),
        ({"basis": "Subscribed", "window": "Rolling"}, "That is counted from events."),
    ],
)
def test_options_that_do_not_go_together_say_so_and_can_be_put_right(visit, choices, sentence):
    at = visit(PAGE, company_file(), **choices)
    assert not at.exception
    assert at.error[0].proto.title == sentence
    at.button(key="count-as-usual").click().run()
    assert not at.exception and not at.error
    assert len(charts(at)) == 3


def test_events_are_offered_where_there_are_events(visit, five_file):
    assert "start_event" in {box.key for box in visit(PAGE, orders_file()).selectbox}
    at = visit(PAGE, five_file)
    assert "start_event" not in {box.key for box in at.selectbox}


@pytest.fixture
def five_file(tmp_path):
    """Subscriptions alone: two customers, one of whom left."""
    rows = [("a", "2024-01-10", None), ("b", "2024-01-01", "2024-02-15")]
    subscriptions = [
        {"customer_id": who, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": 10.0}
        for who, start, end in rows
    ]
    return build(tmp_path, {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None)}).name


def test_a_segment_in_the_address_narrows_every_number_and_can_be_deleted(visit, tmp_path):
    dataset = open_dataset(company_file())
    ids = dataset.fact("attributes")["customer_id"].to_list()[:40]
    save_segment(dataset, "First forty", ids, "The first forty.")
    try:
        at = visit(PAGE, company_file(), segment="First forty", span="All")
        assert not at.exception and not at.error
        assert "saved segment is First forty (40 customers)" in words(at)
        joined = retention(dataset, Question(where=read_segment(dataset, "First forty").condition))
        assert f"{joined.filter(pl.col('age') == 0)['size'].sum()} customers in" in words(at)
        at.button(key="delete-segment").click().run()
        assert not at.exception and list_segments(dataset) == ()
        assert "All customers." in words(at)
    finally:
        if list_segments(dataset):
            delete_segment(dataset, "First forty")


def test_a_segment_that_is_not_there_changes_nothing(visit):
    at = visit(PAGE, company_file(), segment="Gone")
    assert not at.exception and not at.error
    assert "All customers." in words(at)
