"""What those who stay had done early on: which event, how often, by which day. A marker, not a cause."""

from typing import Any, Final

import numpy as np
import polars as pl

from analytics.metrics.activation_tests import Landmark, adjust, fewer_left, holm, katz, lowest_by_chance, score
from analytics.metrics.intervals import divide
from analytics.metrics.question import Question, require_table
from analytics.store.dataset import Dataset

TIMES: Final = (1, 2, 3, 5, 10)
DAYS: Final = (1, 3, 7, 14, 30, 60)
MOST_EVENTS: Final = 50  # names tried: those done by most customers
LEAST_SHARE: Final = 0.05  # of the customers must have the mark, and as many not
SAMPLE: Final = 4000  # customers whose outcomes are shuffled: a score does not depend on their number
FOUND: Final = 0.2  # found_p up to which a mark is worth a test on the other customers
LEVEL: Final = 0.05
ANY_EVENT: Final = "any event"  # where events have no names
SCHEMA: Final = {
    "event": pl.String, "times": pl.Int64, "by_day": pl.Int64, "ratio": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "confirmed": pl.Boolean, "customers": pl.Int64, "churn_with": pl.Float64,
    "churn_without": pl.Float64, "precision": pl.Float64, "recall": pl.Float64, "adjusted_p": pl.Float64,
    "found_p": pl.Float64,
}  # fmt: skip
_KEYS = ["event", "times", "by_day"]
_SEARCHED, _CONFIRMING = 0, 1  # weeks of joining, by turns


def activation(dataset: Dataset, question: Question, *, every: bool = False) -> pl.DataFrame:
    """One row per event: the count and day that best mark those who stay, the confirmed ones first. A marker, no cause.
    With `every`, one row per event, count and day tried.

    event, times (at least so often), by_day (in the first so many days after joining, or before), ratio (churn_with
    ÷ churn_without), low, high (95 %, Katz), confirmed, customers (compared), churn_with, churn_without, precision
    (share of the marked who stay), recall (share of those who stay who are marked), adjusted_p, found_p. Landmark
    analysis: customers still there on day `by_day`; departures after it, within the horizon of the settings, by
    customers seen to its end. Customers who joined in every other week are searched: found_p says how often chance
    finds as much among all candidates. All other numbers come from the weeks between, where marks found with at most
    .2 are tested again: adjusted_p (Fisher's exact test of fewer departures, corrected by Holm; null for the others).
    Confirmed: adjusted_p at most .05 and high below 1. Where churn is recognised by inactivity, to leave is to do
    nothing in the horizon after `by_day`. UserError without events.
    """
    require_table(dataset, "events", "customer_id, occurred_at and name", "The activation finder")
    asked: dict[str, Any] = {
        **{f"day_{n}": day for n, day in enumerate(DAYS, 1)},
        "as_of": dataset.info.as_of,
        "horizon_days": dataset.info.settings.churn.horizon_days,
        "recognised": dataset.info.recognised,
    }
    counts = dataset.query("activation_counts", question.chosen, most=max(TIMES), **asked)
    candidates = count_candidates(counts, dataset.info.settings.low_n)
    if candidates.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    watched = counts.filter(pl.col("event").is_null() & (pl.col("half") == _SEARCHED) & (pl.col("by_day") == DAYS[0]))
    step = max(1, -(-int(watched["customers"].sum()) // SAMPLE))
    marks = dataset.query("activation_marks", question.chosen, step=step, **asked)
    lowest = lowest_by_chance(find_landmarks(marks, candidates))
    best = candidates.sort("score", *_KEYS)
    best = best if every else best.unique("event", keep="first", maintain_order=True)
    return _confirm(best.with_columns(found_p=pl.Series(adjust(best["score"], lowest))))


def count_candidates(counts: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """One row per event, times and by_day that can be searched: score, and for each half (`_0` searched, `_1`
    confirming) n_with, left_with, customers, left.

    counts: rows of `activation_counts`. Left out are marks that fewer than `low_n` customers of the searched half
    or fewer than 5 % of them have, or have not.
    """
    cell = ["half", "by_day"]
    gone = pl.col("customers").filter(pl.col("has_left") == 1).sum()
    everybody = counts.filter(pl.col("event").is_null()).group_by(cell)
    totals = everybody.agg(left=gone, customers=pl.col("customers").sum())
    named = counts.filter(pl.col("event").is_not_null())
    reached = named.rename({"times": "n"}).join(pl.DataFrame({"times": TIMES}), how="cross")
    marked = reached.filter(pl.col("n") >= pl.col("times")).group_by(*cell, "event", "times")
    tables = marked.agg(left_with=gone, n_with=pl.col("customers").sum()).join(totals, on=cell)
    searched, confirming = (
        tables.filter(pl.col("half") == half).drop("half").select(*_KEYS, pl.exclude(_KEYS).name.suffix(f"_{half}"))
        for half in (_SEARCHED, _CONFIRMING)
    )
    n_with, customers = pl.col("n_with_0"), pl.col("customers_0")
    least = pl.max_horizontal(pl.lit(low_n), customers * LEAST_SHARE)
    fit = searched.filter(pl.min_horizontal(n_with, customers - n_with) >= least)
    scores = score(*(fit[name].to_numpy() for name in ("left_with_0", "n_with_0", "left_0", "customers_0")))
    fit = fit.with_columns(score=pl.Series(scores, dtype=pl.Float64)).filter(pl.col("score").is_not_nan())
    common = fit.group_by("event").agg(pl.col("n_with_0").max()).sort("n_with_0", "event", descending=[True, False])
    return fit.join(common.head(MOST_EVENTS).select("event"), on="event").join(confirming, on=_KEYS).sort(_KEYS)


def find_landmarks(marks: pl.DataFrame, candidates: pl.DataFrame) -> list[Landmark]:
    """The customers of each landmark with their marks. marks: rows of `activation_marks`."""
    found = []
    for (by_day,), wanted in candidates.partition_by("by_day", as_dict=True, maintain_order=True).items():
        rows = marks.filter(pl.col("by_day") == by_day)
        # in a fixed order: the shuffles are the same for the same data
        people = rows.select("customer_key", "has_left").unique().sort("customer_key").with_row_index("row")
        columns = wanted.select("event", pl.col("times").alias("least")).with_row_index("column")
        hits = rows.join(people.select("row", "customer_key"), on="customer_key").join(columns, on="event")
        hits = hits.filter(pl.col("times") >= pl.col("least"))
        table = np.zeros((people.height, wanted.height), dtype=np.float32)
        table[hits["row"].to_numpy(), hits["column"].to_numpy()] = 1
        found.append(Landmark(marks=table, has_left=people["has_left"].cast(pl.Float32).to_numpy()))
    return found


def _confirm(best: pl.DataFrame) -> pl.DataFrame:
    """The rows of the answer: what was found, measured again on the customers it was not found on."""
    rows = best.rename({f"{name}_1": name for name in ("n_with", "left_with", "customers", "left")})
    n_without, left_without = pl.col("customers") - pl.col("n_with"), pl.col("left") - pl.col("left_with")
    rows = rows.with_columns(n_without=n_without, left_without=left_without)
    rows = rows.with_columns(
        n_stay=pl.col("customers") - pl.col("left"), stay_with=pl.col("n_with") - pl.col("left_with")
    )
    rates = {"churn_with": divide("left_with", "n_with"), "churn_without": divide("left_without", "n_without")}
    rows = rows.with_columns(
        **rates, precision=divide("stay_with", "n_with"), recall=divide("stay_with", "n_stay")
    ).with_columns(ratio=divide("churn_with", "churn_without"))
    cells = [rows[name].to_numpy() for name in ("left_with", "n_with", "left_without", "n_without")]
    low, high = katz(*cells)
    p = np.where(rows["found_p"].to_numpy() <= FOUND, fewer_left(*cells), np.nan)
    tested = {"low": low, "high": high, "adjusted_p": holm(p)}
    rows = rows.with_columns(
        pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in tested.items()
    )
    confirmed = ((pl.col("adjusted_p") <= LEVEL) & (pl.col("high") < 1)).fill_null(False)
    named = pl.col("event").replace("", ANY_EVENT)
    ordered = rows.with_columns(confirmed=confirmed, event=named).sort(
        pl.col("confirmed").not_(), "adjusted_p", "found_p", "score", "event", nulls_last=True
    )
    return ordered.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
