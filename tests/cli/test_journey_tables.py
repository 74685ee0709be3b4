"""The tables of the journey have the columns they promise, and their options reach them."""

import pytest

from tests.cli.conftest import Run
from tests.metrics.journeys import wander

PROMISED = {
    "flows": "from_stage to_stage customers mrr probability",
    "lifecycle": "period new returning resurrecting dormant",
    "thresholds": "threshold value alternative customer_days_moved",
    "activation_time": "outcome time share low high",
    "stages": "stage entered still_in moved_on churned customer_months churn_rate low high excess_churned mrr_lost",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return wander(tmp_path_factory.mktemp("journey")).name


def ask(run: Run, company, *options):
    outcome = run("show", *options, "--file", company, "--format", "json")
    assert outcome.status == 0, outcome.err
    return outcome.json


@pytest.mark.parametrize("table", PROMISED)
def test_a_table_begins_with_the_columns_it_promises(run: Run, company, table: str) -> None:
    columns = PROMISED[table].split()
    assert list(ask(run, company, table)[0])[: len(columns)] == columns


def test_options_reach_their_table(run: Run, company) -> None:
    assert {row["days"] for row in ask(run, company, "flows", "--days", "30")} == {30}
    everything, steps = (ask(run, company, "lifecycle", *more) for more in ((), ("--event", "onboarding_step")))
    assert everything != steps
    (summary,) = ask(run, company, "activation_time", "--event", "onboarding_step", "--summary")
    assert summary["event"] == "onboarding_step"
    last = ask(run, company, "changes", "--of", "stages", "--period", "quarter")
    assert {row["period"] for row in last} == {"2024-10-01"} and len(last) == 4
    assert len(ask(run, company, "changes", "--of", "stages_by_period", "--period", "quarter")) == 16


def test_days_that_cannot_be_looked_ahead_are_refused(run: Run, company) -> None:
    outcome = run("show", "flows", "--file", company, "--days", "0")
    assert outcome.status == 2 and "--days" in outcome.err and not outcome.out
