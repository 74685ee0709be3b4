"""Share churned by tenure band, and the scorecard of a snapshot."""

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.question import Question
from analytics.metrics.scorecard import scorecard
from analytics.metrics.tenure import tenure_bands
from tests.metrics.factory import build


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    rows = [
        {"customer_id": str(n), "tenure": tenure, "churned": churned, "plan": plan}
        for n, (tenure, churned, plan) in enumerate(
            [
                (0.0, True, "a"),
                (11.0, False, "a"),
                (12.0, True, "b"),
                (72.0, False, "b"),
                (None, True, "b"),
                (5.0, None, "a"),
            ]
        )
    ]
    return build(
        tmp_path_factory.mktemp("snapshot"), {"snapshot": pl.DataFrame(rows, infer_schema_length=None)}, unit="months"
    )


def test_bands_of_months_are_years_and_unknown_tenures_stay_apart(snapshot):
    rows = tenure_bands(snapshot, Question())
    assert rows.select("band", "customers", "churned", "share").rows() == [
        ("0–11", 2, 1, 0.5), ("12–23", 1, 1, 1.0), ("72–83", 1, 0, 0.0), ("unknown", 1, 1, 1.0)
    ]  # fmt: skip
    # one of two: Wilson's low limit is .0945
    assert rows["low"][0] == pytest.approx(0.0945, abs=1e-4)


def test_bands_break_down(snapshot):
    rows = tenure_bands(snapshot, Question(by="plan"))
    assert rows.filter(pl.col("group") == "a").select("band", "customers").rows() == [("0–11", 2)]


def test_a_snapshots_scorecard_has_no_period(snapshot):
    rows = scorecard(snapshot, Question())
    # the customer without an outcome is not counted
    assert rows.select("metric", "period", "value").rows() == [("customers", None, 5.0), ("churned_share", None, 0.6)]


def test_dated_data_have_no_tenure_bands(five):
    with pytest.raises(UserError, match="survival"):
        tenure_bands(five, Question())
