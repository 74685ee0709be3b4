"""When the unfinished cells of a retention table will be complete."""

from typing import Any

import polars as pl

from analytics.metrics.instants import ROLLING_HOURS
from analytics.metrics.periods import FINAL
from analytics.metrics.question import Question
from analytics.metrics.retention import retention
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset

_OFFSETS = {"hour": "h", "day": "d", "week": "w", "month": "mo", "quarter": "q", "year": "y"}


def ripening_cells(dataset: Dataset, question: Question, **options: Any) -> pl.DataFrame:
    """The rows of `retention` and `completes_on`: the last day that still counts for a cell, null where it is final.

    In calendar periods, the last day of the period at that age; in rolling windows, the day by which whoever enters
    last has reached that age.
    """
    cells = retention(dataset, question, **options)
    after = _end_of_age(question.period, RetentionRule(**options).window)
    last_day = (after.cast(pl.Datetime("us")) - pl.duration(microseconds=1)).dt.date()
    return cells.with_columns(completes_on=pl.when(pl.col("state") != FINAL).then(last_day))


def _end_of_age(period: str, window: str) -> pl.Expr:
    """The first day, or instant by the hour, after an age; a bracket is named by its last age."""
    n_periods = 1 if window == "rolling" else pl.col("age") + 1
    after = pl.col("cohort").dt.offset_by(pl.format("{}" + _OFFSETS[period], n_periods))
    if window == "rolling":
        return after.cast(pl.Datetime("us")) + pl.duration(hours=(pl.col("age") + 1) * ROLLING_HOURS[period])
    return after
