"""The survival page: medians, groups and causes; a snapshot's tenure only under its warning."""

import polars as pl

from analytics.intake.check import check_source
from analytics.metrics.question import Question
from analytics.metrics.survival import survival
from analytics.store.build import build_dataset
from analytics.store.dataset import open_dataset
from tests.metrics.factory import build, day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/analysts/survival.py"


def charts(at) -> list[str]:
    return [chart.key for chart in at.get("plotly_chart")]


def medians(at) -> dict[str, str]:
    """The table of groups."""
    (table,) = [frame.value for frame in at.dataframe if "95 % interval" in frame.value.columns]
    return dict(zip(table["group"], table["median"], strict=True))


def test_the_page_tells_medians_and_draws_survival_and_causes(visit):
    at = visit(PAGE, company_file())
    row = survival(open_dataset(company_file()), Question(), unit="months", summary=True).row(0, named=True)
    assert not at.exception and not at.error
    assert charts(at) == ["survival", "causes-chart"]
    assert f"{row['events']:,.0f} of {row['customers']:,.0f} have left" in words(at)
    assert "takes most" in at.header[1].value


def test_groups_of_the_address_are_tested_and_listed(visit):
    at = visit(PAGE, company_file(), by="Plan", unit="Weeks", causes="Kind")
    assert not at.exception and not at.error
    assert "Log-rank test of equal curves: they" in words(at)
    assert set(medians(at)) == {"basic", "pro", "enterprise"}
    assert at.header[1].value.startswith("Voluntary takes most")


def test_data_without_reasons_keeps_the_curve_and_says_what_to_bring(visit):
    at = visit(PAGE, orders_file())
    assert not at.exception
    assert charts(at) == ["survival"]
    assert "Bring churn_events" in at.error[0].value


def test_a_snapshot_is_drawn_under_the_sentence_on_its_tenure(visit):
    at = visit(PAGE, snapshot_file(), by="Contract")
    assert not at.exception and not at.error
    assert charts(at) == ["survival"]
    assert "**This file has no dates: tenure (months, unconverted) is read as the time since joining." in words(at)


def test_one_customer_is_a_curve_of_one(visit):
    at = visit(PAGE, orders_file(), where="customer_id = '0001'")
    assert not at.exception
    assert charts(at) == ["survival"]
    assert "of 1 have left" in words(at)


def test_one_day_of_data_is_a_curve_without_a_step(visit, tmp_path):
    events = [{"customer_id": str(number), "occurred_at": day("2024-03-05")} for number in range(30)]
    at = visit(PAGE, build(tmp_path, {"events": events}).name)
    assert not at.exception
    assert at.title[0].value == "Nobody has left yet"
    assert charts(at) == ["survival"]


def test_a_snapshot_without_tenure_says_what_is_missing(visit, tmp_path):
    rows = pl.DataFrame({"customer_id": ["a", "b"], "churned": [True, False]})
    at = visit(PAGE, build(tmp_path, {"snapshot": rows}).name)
    assert not at.exception
    assert at.error[0].proto.title.startswith("Survival needs tenure and churned")


def test_nobody_matching_leaves_the_page_usable(visit):
    at = visit(PAGE, company_file(), where="plan = 'no such plan'")
    assert not at.exception and at.error
    at.text_input(key="where").set_value("").run()
    assert not at.exception and not at.error and charts(at) == ["survival", "causes-chart"]


def test_telco_by_contract_reaches_its_median_month_to_month_only(visit, shared_data, tmp_path):
    source = shared_data("telco_ibm") / "Telco-Customer-Churn.csv"
    name = build_dataset(check_source(source, {}, None, tmp_path / "checked"), tmp_path / "telco.duckdb").name
    at = visit(PAGE, name, by="Contract")
    assert not at.exception and not at.error
    # published: lifelines on the same file, tenure as the duration
    assert medians(at) == {"Month-to-month": "35", "One year": "not reached", "Two year": "not reached"}
    assert "tenure (months, unconverted) is read as the time since joining" in words(at)
    assert (
        at.header[0].value
        == "Two year stays longest, Month-to-month leaves soonest: median not reached against 35 months"
    )
