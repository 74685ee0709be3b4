"""The short form of the study of stage rates: one seed, a small company."""

import pytest

from tests.studies.stage_rates import study_stage_rates, sum_up


@pytest.fixture(scope="module")
def found():
    return study_stage_rates([0], customers=500, months=18)


def test_the_intervals_cover_the_true_rates_of_the_stages(found):
    assert found["stage"].to_list() == ["onboarding", "adoption", "escalation", "renewal"]
    assert found["is_covered"].sum() >= 3  # of 4; over seeds 0 to 19 at least 85 % must be
    assert (found["low"] <= found["rate"]).all() and (found["rate"] <= found["high"]).all()


def test_the_incident_is_looked_for_in_its_own_stage_alone(found):
    assert found.filter("incident")["stage"].to_list() == ["adoption"]
    assert not found.filter(~found["incident"])["is_named"].any() and found["n_others"].sum() == 0


def test_the_summary_counts_intervals_and_incidents(found):
    (row,) = sum_up(found).to_dicts()
    assert (row["intervals"], row["incidents"]) == (4, 1)
    assert row["covered"] == found["is_covered"].mean()
    assert row["named"] == float(found.filter("incident")["is_named"].item())
