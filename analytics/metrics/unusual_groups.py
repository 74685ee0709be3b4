"""Groups in which one event follows another more or less often than in the others."""

from dataclasses import replace

import numpy as np
import polars as pl
from scipy.special import ndtr

from analytics.contract.errors import UserError
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.intervals import Z
from analytics.metrics.question import BLANK, Question, choose_periods
from analytics.metrics.series import read_series
from analytics.store.dataset import Dataset

_SUMS = ("n", "n_per", "squares", "crossed", "squares_per")
_LEAST = 20  # of the second event, in the group and outside: below, a ratio says nothing


def unusual_groups(dataset: Dataset, question: Question, *, event: str, per: str) -> pl.DataFrame:
    """How often `event` comes per `per` in each group, against all other groups together; largest departure first.

    One row per group: event, group, n, n_per, ratio (n ÷ n_per), others (the same of the other groups), difference,
    low, high (95 %), adjusted_p (Benjamini and Hochberg over the groups), said (a sentence). All periods of the
    calendar are put together (`start` and `end` choose them), customers counted by the year: a customer's events hang
    together, so the variance is Σ (n − ratio × n_per)² ÷ n_per². Null with fewer than 20 of `per` on either side.
    UserError without `by`, `event` and `per`.
    """
    if not (question.by and event and per):
        raise UserError(
            "groups are compared by how often one event comes per another.",
            "--by, --event, --per",
            "Name an attribute and two events, such as --by platform --event purchase --per cart.",
        )
    grain = question.period if question.start or question.end else "year"
    yearly = replace(question, period=grain)
    cells = choose_periods(read_series(dataset, yearly, event, per), yearly)
    groups = cells.group_by("segment").agg(pl.col(name).sum().cast(pl.Float64) for name in _SUMS).sort("segment")
    everything = groups.select(pl.col(name).sum() for name in _SUMS).row(0, named=True)
    rest = groups.with_columns((everything[name] - pl.col(name)).alias(name) for name in _SUMS)
    own, other = _rate(groups), _rate(rest)
    difference, error = own[0] - other[0], np.sqrt(own[1] + other[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * ndtr(-np.abs(difference) / error)
    columns = {
        "ratio": own[0],
        "others": other[0],
        "difference": difference,
        "low": difference - Z * error,
        "high": difference + Z * error,
        "adjusted_p": adjust_p_values(p),
    }
    rows = groups.select(
        pl.lit(event).alias("event"),
        pl.col("segment").fill_null(BLANK).alias("group"),
        pl.col("n", "n_per").cast(pl.Int64),
        *(pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in columns.items()),
    )
    said = [_say(row, question.by, per) for row in rows.iter_rows(named=True)]
    return rows.with_columns(said=pl.Series(said, dtype=pl.String)).sort("adjusted_p", "group", nulls_last=True)


def _rate(sums: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Ratio and its variance; NaN where too little is known."""
    n, per, squares, crossed, squares_per = (sums[name].to_numpy() for name in _SUMS)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(per >= _LEAST, n / per, np.nan)
        variance = (squares - 2 * ratio * crossed + ratio**2 * squares_per) / per**2
    return ratio, variance


def _say(row: dict[str, object], by: str, per: str) -> str | None:
    if row["adjusted_p"] is None:
        return None
    values = (
        f"{row['event']} per {per} is {row['ratio']:.2f} where {by} is {row['group']}, {row['others']:.2f} elsewhere"
    )
    return f"{values}." if float(str(row["adjusted_p"])) <= 0.05 else f"{values}: no more than chance would give."
