"""What customers do over time: how often, how many of them, and one event per another."""

import polars as pl

from analytics.metrics.intervals import Z, divide
from analytics.metrics.question import Question, choose_periods, name_groups
from analytics.metrics.series import read_series
from analytics.store.dataset import Dataset

_RATIO = ("n_per", "ratio", "low", "high")


def activity(dataset: Dataset, question: Question, *, event: str = "", per: str = "") -> pl.DataFrame:
    """Events over time: one row per event, group and period of the calendar, those without any included.

    period (local start), event, n (how often), customers (different ones in the period), state (final,
    unfinished), group. With `per`, a second event, also n_per (how often that one), ratio (n ÷ n_per, null where
    there is none), low, high (95 %: the events of one customer hang together, so the variance is that of the
    customers' sums, Σ (n − ratio × n_per)² ÷ n_per²; W. G. Cochran, Sampling Techniques, 6.4; null below two
    customers). event: empty for every event, `(blank)` for the one without a name. `by` is an attribute of
    customers, else of events. UserError for a name that does not exist.
    """
    rows = read_series(dataset, question, event, per)
    if per:
        rows = with_ratio(rows)
    columns = ("period", "event", "n", "customers", *(_RATIO if per else ()), "state", "segment")
    return choose_periods(name_groups(rows.select(columns), question), question)


def with_ratio(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `read_series` with ratio, low and high of n ÷ n_per."""
    ratio = pl.col("ratio")
    variance = pl.col("squares") - 2 * ratio * pl.col("crossed") + ratio**2 * pl.col("squares_per")
    half = Z * variance.clip(lower_bound=0).sqrt() / pl.col("n_per")
    is_known = (pl.col("customers") > 1) & (pl.col("n_per") > 0)
    bounds = {
        "low": pl.when(is_known).then((ratio - half).clip(lower_bound=0)),
        "high": pl.when(is_known).then(ratio + half),
    }
    return rows.with_columns(ratio=divide("n", "n_per")).with_columns(**bounds)
