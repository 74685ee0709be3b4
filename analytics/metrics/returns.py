"""Who entered which cohort and at which ages they came back, under a retention rule."""

from collections.abc import Callable

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.cells import Counts
from analytics.metrics.cents import in_currency
from analytics.metrics.frozen import freeze
from analytics.metrics.instants import read_hours, read_rolling
from analytics.metrics.periods import read_periods
from analytics.metrics.question import Question
from analytics.metrics.rule import RetentionRule
from analytics.store.calendars import GRAINS
from analytics.store.dataset import Dataset

_ENTRY = ("segment", "customer_key", "cohort_index")


def read_marks(
    dataset: Dataset, question: Question, rule: RetentionRule, basis: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(entries, marks). Entries: one row per customer and cohort they enter (segment, as of entry; customer_key,
    cohort_index; n_ages, how many ages have been seen to their end, where ages are personal). Marks: one row per entry
    and age at which it counts as retained (the same columns, age, amount)."""
    for name in (rule.start_event, rule.return_event):
        _check_event(dataset, name)
    if rule.window == "rolling":
        entries, returns = read_rolling(dataset, question, rule)
    else:
        starts = read_activity(dataset, question, basis, rule.start_event)
        entries = _enter(starts, rule)
        same = rule.start_event == rule.return_event
        back = starts if same else read_activity(dataset, question, basis, rule.return_event)
        back = back.filter(pl.col("n") >= rule.min_occurrences).drop("segment", "n")
        returns = entries.join(back, on="customer_key").filter(pl.col("period_index") >= pl.col("cohort_index"))
        returns = returns.with_columns(age=pl.col("period_index") - pl.col("cohort_index")).drop("period_index")
    marks = mark_ages(returns, rule, _longest(dataset, question, entries))
    if rule.window == "rolling":
        reached = entries.select("customer_key", "cohort_index", "n_ages")
        marks = marks.join(reached, on=["customer_key", "cohort_index"]).filter(pl.col("age") < pl.col("n_ages"))
    return freeze(dataset, question, rule, basis, entries, marks)


def count_marks(entries: pl.DataFrame, marks: pl.DataFrame) -> Counts:
    """Customers by segment, cohort and age."""
    sizes = entries.group_by("segment", "cohort_index").agg(size=pl.len().cast(pl.Int64))
    retained = marks.group_by("segment", "cohort_index", "age").agg(retained=pl.len().cast(pl.Int64))
    if "n_ages" not in entries.columns:
        return Counts(sizes, retained)
    ages = entries.with_columns(age=pl.int_ranges(0, "n_ages")).explode("age").drop_nulls("age")
    eligible = ages.group_by("segment", "cohort_index", "age").agg(eligible=pl.len().cast(pl.Int64))
    return Counts(sizes, retained, eligible)


def sum_marks(dataset: Dataset, question: Question, entries: pl.DataFrame, marks: pl.DataFrame, basis: str) -> Counts:
    """Revenue by segment, cohort and age: amounts of the events, or MRR at the end of the period; base is age 0."""
    if basis == "subscribed":
        retained = _sum_mrr(dataset, question, entries)
    else:
        retained = marks.group_by("segment", "cohort_index", "age").agg(retained=pl.col("amount").sum())
    base = retained.filter(pl.col("age") == 0).select("segment", "cohort_index", pl.col("retained").alias("base"))
    sizes = entries.group_by("segment", "cohort_index").agg(size=pl.len().cast(pl.Int64))
    return Counts(sizes.join(base, on=["segment", "cohort_index"], how="left", nulls_equal=True), retained)


def _sum_mrr(dataset: Dataset, question: Question, entries: pl.DataFrame) -> pl.DataFrame:
    """Per segment, cohort and age: what the cohort pays a month at the end of that period, in currency units."""
    changes = dataset.query("subscribed_revenue", question.chosen, grain=question.period)
    joined = entries.join(changes, on="customer_key").with_columns(age=pl.col("period_index") - pl.col("cohort_index"))
    # what changed before a customer entered is in force at age 0
    booked = joined.with_columns(pl.col("age").clip(0)).group_by("segment", "cohort_index", "age")
    ages = pl.DataFrame({"age": range(read_periods(dataset, question).height)}, schema={"age": pl.Int64})
    grid = entries.select("segment", "cohort_index").unique().join(ages, how="cross")
    dense = grid.join(
        booked.agg(pl.col("change_cents").sum()), on=["segment", "cohort_index", "age"], how="left", nulls_equal=True
    )
    level = pl.col("change_cents").fill_null(0).cum_sum().over("segment", "cohort_index", order_by="age")
    return dense.select("segment", "cohort_index", "age", in_currency(level).alias("retained"))


def read_activity(dataset: Dataset, question: Question, basis: str, event: str = "") -> pl.DataFrame:
    """One row per customer and period with activity: segment, customer_key, period_index, n (events), amount."""
    index = pl.col("period_index").cast(pl.Int64)
    if question.period == "hour":
        return read_hours(dataset, question, event)
    if basis == "event":
        rows = dataset.query("event_activity", question.chosen, event=event, grain=question.period)
        return rows.with_columns(index)
    if question.period in GRAINS:
        rows = dataset.query("activity", question.chosen, basis=basis, grain=question.period)
    else:
        rows = dataset.query("subscribed_activity", question.chosen, grain=question.period)
    return rows.with_columns(index, n=pl.lit(1, pl.Int64), amount=pl.lit(0.0))


def _check_event(dataset: Dataset, name: str) -> None:
    if name:
        names = dataset.query("event_names")["name"].to_list()
        if name not in names:
            raise UserError(f"there is no event {name!r}.", "--start-event, --return-event", suggest(name, names))


def _enter(starts: pl.DataFrame, rule: RetentionRule) -> pl.DataFrame:
    if rule.cohorts == "recurring":
        return starts.select("segment", "customer_key", pl.col("period_index").alias("cohort_index"))
    return starts.group_by("segment", "customer_key").agg(cohort_index=pl.col("period_index").min())


def _longest(dataset: Dataset, question: Question, entries: pl.DataFrame) -> int:
    """How many ages anybody can have reached."""
    if "n_ages" in entries.columns:
        return int(entries["n_ages"].to_numpy().max()) if entries.height else 0
    return read_periods(dataset, question).height


def mark_ages(returns: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    """One row per entry and age (below n_ages) at which it counts, from rows of (entry, age of coming back)."""
    return _MODES[rule.mode](returns, rule, n_ages)


def _keep(seen: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    return seen


def _mark_on_or_after(seen: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    last = seen.group_by(_ENTRY).agg(last=pl.col("age").max())
    return last.with_columns(age=pl.int_ranges(0, pl.col("last") + 1)).explode("age")


def _mark_on_or_before(seen: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    # where everybody is there at age 0, having come back means at a later one
    counted = seen.filter(pl.col("age") >= (1 if rule.is_same_event else 0))
    first = counted.group_by(_ENTRY).agg(first=pl.col("age").min())
    later = first.with_columns(age=pl.int_ranges(pl.col("first"), n_ages))
    at_entry = seen.filter(pl.col("age") == 0).select(*_ENTRY, "age")
    return pl.concat([at_entry, later.explode("age").select(*_ENTRY, "age")]).unique()


def _mark_streak(seen: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    ordered = seen.sort("age").with_columns(nth=pl.int_range(pl.len(), dtype=pl.Int64).over(_ENTRY))
    return ordered.filter(pl.col("age") == pl.col("nth"))


def _mark_brackets(seen: pl.DataFrame, rule: RetentionRule, n_ages: int) -> pl.DataFrame:
    ends = pl.DataFrame({"bracket": [0, *rule.brackets]}, schema={"bracket": pl.Int64})
    placed = seen.sort("age").join_asof(ends, left_on="age", right_on="bracket", strategy="forward")
    inside = placed.drop_nulls("bracket").with_columns(age=pl.col("bracket"))
    return inside.unique([*_ENTRY, "age"])


_MODES: dict[str, Callable[[pl.DataFrame, RetentionRule, int], pl.DataFrame]] = {
    "exact": _keep,
    "on_or_after": _mark_on_or_after,
    "on_or_before": _mark_on_or_before,
    "streak": _mark_streak,
    "bracket": _mark_brackets,
}
