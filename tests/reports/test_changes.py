"""Is a change news? Against the metric's usual moves, and against its interval."""

import datetime as dt

import polars as pl
import pytest

from analytics.reports.changes import judge_changes


def months(n: int) -> list[dt.date]:
    return [dt.date(2024 + month // 12, month % 12 + 1, 1) for month in range(n)]


def history(values: list[float], metric: str = "customers") -> pl.DataFrame:
    rows = {
        "metric": metric,
        "period": months(len(values)),
        "value": values,
        "low": None,
        "high": None,
        "state": "final",
    }
    types = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows).cast(types)


def score(values: list[float], low: float | None = None, high: float | None = None, metric: str = "customers"):
    row = {"metric": metric, "value": values[-1], "previous": values[-2] if len(values) > 1 else None}
    row |= {"low": low, "high": high}
    return pl.DataFrame(
        [row], schema={"metric": pl.String, **dict.fromkeys(("value", "previous", "low", "high"), pl.Float64)}
    )


# Changes +10 +12 +10 +12 +10 +12: mean 11, moving ranges all 2, so usual is 11 ± 2.66 × 2 = 5.68 to 16.32.
STEADY = [100.0, 110, 122, 132, 144, 154, 166]


def verdict(values: list[float], **options) -> str:
    judged = judge_changes(score(values, **options), history(values, options.get("metric", "customers")))
    return judged["verdict"][0]


def test_usual_moves_are_the_mean_change_and_its_moving_range():
    judged = judge_changes(score([*STEADY, 176]), history([*STEADY, 176]))
    assert judged["usual_low"][0] == pytest.approx(11 - 2.66 * 2)
    assert judged["usual_high"][0] == pytest.approx(11 + 2.66 * 2)
    assert judged["change"][0] == 10


@pytest.mark.parametrize(("last", "expected"), [(177, "usual"), (190, "better"), (166, "worse")])
def test_a_change_is_news_only_outside_the_usual_moves(last, expected):
    assert verdict([*STEADY, last]) == expected


def test_a_rising_churn_is_worse():
    values = [0.03, 0.031, 0.03, 0.031, 0.03, 0.031, 0.03, 0.09]
    assert verdict(values, low=0.07, high=0.11, metric="churn_start_existing") == "worse"


def test_an_unusual_change_inside_the_interval_is_no_news():
    values = [0.03, 0.031, 0.03, 0.031, 0.03, 0.031, 0.03, 0.09]
    assert verdict(values, low=0.02, high=0.3, metric="churn_start_existing") == "usual"


def test_with_little_history_the_interval_alone_decides():
    assert verdict([0.03, 0.09], low=0.07, high=0.11, metric="churn_start_existing") == "worse"
    assert verdict([0.03, 0.09], low=0.02, high=0.11, metric="churn_start_existing") == "usual"


def test_with_little_history_and_no_interval_nothing_is_said():
    assert verdict([100.0, 50.0]) == "unknown"


def test_without_a_period_before_nothing_is_said():
    assert verdict([100.0]) == "unknown"


def test_unfinished_periods_do_not_count_as_history():
    rows = history([*STEADY, 176, 20]).with_columns(
        state=pl.when(pl.col("value") == 20).then(pl.lit("unfinished")).otherwise(pl.col("state"))
    )
    assert judge_changes(score([*STEADY, 176]), rows)["usual_low"][0] == pytest.approx(11 - 2.66 * 2)
