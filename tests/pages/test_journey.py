"""The journey: stages in their order, the leak in the title only where it is more than chance."""

import pytest

from analytics.contract.settings import Settings
from analytics.contract.stages import JOURNEY
from analytics.intake.check import check_source
from analytics.metrics.question import Question
from analytics.metrics.stages import stages
from analytics.reports.findings import STAGE_LABELS, say_journey
from analytics.store.build import build_dataset
from analytics.store.dataset import open_dataset
from tests.conftest import ROOT
from tests.metrics.factory import build, day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/executives/journey.py"
LABELS = [STAGE_LABELS[stage] for stage in JOURNEY]


def charts(at) -> list[str]:
    return [chart.key for chart in at.get("plotly_chart")]


def chosen(at, key: str):
    return next(group.value for group in at.get("button_group") if group.key == key)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """One customer of one month."""
    paid = [{"customer_id": "a", "subscription_id": "s", "started_at": day("2024-03-05"), "mrr": 40.0, "plan": "pro"}]
    used = [{"customer_id": "a", "occurred_at": day("2024-03-06"), "name": "login"}]
    folder = tmp_path_factory.mktemp("tiny")
    return build(folder, {"subscriptions": paid, "events": used}, Settings(as_of="2024-03-20")).name


def test_the_stages_stand_in_the_order_of_the_journey_each_with_a_panel(visit):
    at = visit(PAGE, company_file(), ahead="30 days")
    assert [metric.label for metric in at.metric] == LABELS
    assert at.title[0].value == say_journey(stages(open_dataset(company_file()), Question()))
    assert {"map", "stages", "stage-history", "reasons", "stages-ahead", "friction"} <= set(charts(at))
    assert not at.error and "leave per month in" in words(at) and "departures state a reason" in words(at)
    for stage in ("onboarding", "escalation"):
        next(group for group in at.get("button_group") if group.key == "stage").set_value(stage).run()
        assert not at.exception and not at.error
        assert any(f" in {stage} today, in 30 days" in header.value for header in at.header)
        # only those who join have a first value to reach
        assert any("reach first value" in header.value for header in at.header) == (stage == "onboarding")


def test_stages_without_their_tables_are_named_as_not_seen_and_wrong_choices_give_way(visit):
    at = visit(PAGE, orders_file(), stage="nonsense", ahead="nonsense", period="nonsense", span="nonsense")
    assert not at.exception
    assert chosen(at, "stage") in ("onboarding", "adoption") and chosen(at, "ahead") == "90 days"
    assert [metric.label for metric in at.metric] == ["Onboarding", "Adoption"]
    assert "**Escalation**" in at.info[0].value and "no tickets" in at.info[0].value
    assert "**Renewal**" in at.info[0].value and "no subscriptions and no invoices" in at.info[0].value
    assert {"map", "stages"} <= set(charts(at)) and not at.error


def test_a_snapshot_has_no_journey_and_says_so(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This file cannot show a journey"
    assert "no dates" in words(at)


def test_one_customer_of_one_month_is_shown_without_an_error(visit, tiny):
    at = visit(PAGE, tiny)
    assert not at.exception and not at.error
    assert at.title[0].value == "Nobody has left in the chosen time"
    assert "Nobody has left in the chosen time." in words(at) and "No quarter is over yet" in words(at)
    assert "Time to first value: --event: there is no event 'first_value'." in words(at)


def test_ravenstack_goes_through_all_four_stages(visit, shared_data, tmp_path):
    given = ROOT / "tests" / "ravenstack"
    source = check_source(shared_data("ravenstack"), {}, given / "map.toml", tmp_path / "checked")
    at = visit(PAGE, build_dataset(source, tmp_path / "raven.duckdb").name)
    assert not at.exception and not at.error
    assert [metric.label for metric in at.metric] == LABELS
    assert all(metric.value != "–" for metric in at.metric)
