"""Survival of customers in a data set: dated stretches, and a snapshot's tenure."""

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.question import Question
from analytics.metrics.survival import say_duration, survival
from tests.metrics.factory import build


def test_the_first_stretch_counts_and_who_is_still_here_is_censored(five):
    rows = survival(five, Question())
    # as of 20 April: back left after 31 days, mid after 45; late seen 48, open 101, up 110 days
    assert rows.select("time", "at_risk", "events", "censored").rows() == [
        (0, 5, 0, 0), (31, 5, 1, 0), (45, 4, 1, 0), (48, 3, 0, 1), (101, 2, 0, 1), (110, 1, 0, 1)
    ]  # fmt: skip
    assert rows["survival"].to_list() == pytest.approx([1, 0.8, 0.6, 0.6, 0.6, 0.6])
    assert rows["group"].unique().to_list() == ["all"] and rows["at_risk"].dtype == pl.Int64


def test_a_median_that_is_not_reached_is_null(five):
    row = survival(five, Question(), summary=True).row(0, named=True)
    assert row["median"] is None and (row["customers"], row["events"]) == (5, 2)
    # area: 31 + 14 · .8 + (110 − 45) · .6
    assert row["restricted_mean"] == pytest.approx(31 + 14 * 0.8 + 65 * 0.6) and row["horizon"] == 110


def test_weeks_are_days_over_seven(five):
    assert survival(five, Question(), unit="weeks")["time"].to_list()[1] == pytest.approx(31 / 7)


def test_groups_are_compared_up_to_the_longest_time_all_were_watched(five):
    rows = survival(five, Question(by="size"), summary=True)
    assert rows["group"].to_list() == ["L", "M", "S"]
    assert rows["horizon"].unique().to_list() == [48]  # late alone is M


def test_periods_choose_customers_by_the_day_they_began(five):
    assert survival(five, Question(start="2024-03-01"), summary=True)["customers"].to_list() == [1]
    with pytest.raises(UserError, match="no month starts in the time chosen"):
        survival(five, Question(start="2025-01-01"))


def test_a_log_rank_test_needs_groups(five):
    with pytest.raises(UserError, match="--by"):
        survival(five, Question(), test=True)


def test_a_snapshots_tenure_is_read_as_the_duration_with_a_warning(tmp_path):
    tenures = [
        (2.0, True, None, 1.0),
        (2.0, True, None, 1.0),
        (3.0, False, None, 1.0),
        (4.0, True, 2.0, 3.0),
        (None, True, None, 1.0),
    ]
    rows = [
        {"customer_id": str(n), "tenure": tenure, "churned": churned, "tenure_at_entry": entry, "weight": weight}
        for n, (tenure, churned, entry, weight) in enumerate(tenures)
    ]
    dataset = build(tmp_path, {"snapshot": pl.DataFrame(rows, infer_schema_length=None)}, unit="months")
    curve = survival(dataset, Question(), unit="weeks")  # the unit does not convert a tenure
    # the last customer stands for three and is watched from 2 on: not at risk at 2 itself
    assert curve.select("time", "at_risk", "events").rows() == [(0, 3, 0), (2, 3, 2), (3, 4, 0), (4, 3, 3)]
    assert "unconverted" in say_duration(dataset) and "months" in say_duration(dataset)


def test_a_snapshot_without_tenure_says_what_is_missing(tmp_path):
    dataset = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="tenure and churned"):
        survival(dataset, Question())
