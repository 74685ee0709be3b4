"""The dense calendar of a question: every period from the first record to the as-of day, with its maturity."""

import datetime as dt

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.instants import list_hours
from analytics.metrics.question import Question, choose_periods, read_groups
from analytics.store.dataset import Dataset

FINAL, UNFINISHED, UNOBSERVED = "final", "unfinished", "unobserved"


def read_periods(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per period of the question's grain.

    period_index, period (its first day), ends_on (the first day after it),
    observed_until (not after the day following the as-of day), state (final or unfinished)."""
    if question.period == "hour":
        return list_hours(dataset).with_columns(state=pl.lit(FINAL))
    state = pl.when(pl.col("is_final") == 1).then(pl.lit(FINAL)).otherwise(pl.lit(UNFINISHED)).alias("state")
    rows = dataset.query("periods", grain=question.period).with_columns(state)
    return rows.select("period_index", pl.col("starts_on").alias("period"), "ends_on", "observed_until", "state").sort(
        "period_index"
    )


def spread(dataset: Dataset, question: Question, counts: pl.DataFrame) -> pl.DataFrame:
    """Counts by segment and period_index laid over every group and period; what is missing is 0.

    Adds the columns of `read_periods`; sorted by segment and period, so that running sums can follow.
    """
    refuse_hours(question)
    grid = read_groups(dataset, question).select("segment").join(read_periods(dataset, question), how="cross")
    dense = grid.join(counts, on=["segment", "period_index"], how="left", nulls_equal=True)
    names = [name for name in counts.columns if name not in ("segment", "period_index")]
    return dense.with_columns(pl.col(names).fill_null(0)).sort("segment", "period_index")


def read_window(dataset: Dataset, question: Question) -> dict[str, dt.date]:
    """The days the chosen periods cover: from_on (first) and until_on (first day after); all when nothing is chosen.

    UserError when no period is chosen.
    """
    refuse_hours(question)
    chosen = choose_periods(read_periods(dataset, question), question)
    if chosen.is_empty():
        info = dataset.info
        raise UserError(
            f"no {question.period} starts in the time chosen.",
            "--from, --to",
            f"The data reach from {info.first_on} to {info.as_of}.",
        )
    first, last = chosen.row(0, named=True), chosen.row(-1, named=True)
    return {"from_on": first["period"], "until_on": last["observed_until"]}


def refuse_hours(question: Question) -> None:
    """UserError when the question is by the hour: only retention by events can be."""
    if question.period == "hour":
        raise UserError("only retention of events is counted by the hour.", "--period", "Choose day or longer.")
