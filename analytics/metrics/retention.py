"""Who is still active, by when they first were: the cohort triangle, its average curve, and the people in a cell."""

import datetime as dt
from typing import Any

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.cells import Counts, lay_out
from analytics.metrics.cents import in_currency
from analytics.metrics.frozen import is_frozen
from analytics.metrics.intervals import divide, with_wilson
from analytics.metrics.periods import FINAL, read_periods
from analytics.metrics.question import BLANK, Question, name_groups, require_dates
from analytics.metrics.returns import count_marks, read_marks, sum_marks
from analytics.metrics.rule import AVERAGES, BASES, COHORTS, MEASURES, MODES, WINDOWS, RetentionRule
from analytics.store.calendars import GRAINS
from analytics.store.dataset import Dataset

__all__ = ["AVERAGES", "BASES", "COHORTS", "MEASURES", "MODES", "WINDOWS", "RetentionRule", "cell_customers",
           "choose_basis", "retention", "retention_average"]  # fmt: skip


def choose_basis(dataset: Dataset, basis: str = "", rule: RetentionRule | None = None, period: str = "month") -> str:
    """What being active means: `subscribed` (a customer under the churn definition in force) or `event`.

    Empty: event where the rule or the hour asks for events; else subscribed where the source has subscriptions, event
    where it has events alone, else subscribed. UserError when the basis does not exist or the source lacks events.
    """
    require_dates(dataset, "Retention")
    rule = rule or RetentionRule(basis=basis)
    has_events = dataset.info.has("events")
    if rule.needs_events or period == "hour":
        if not has_events or rule.basis == "subscribed":
            raise UserError(
                "that is counted from events.", "retention", "Bring events with occurred_at; leave --activity out."
            )
        return "event"
    return rule.basis or ("event" if has_events and not dataset.info.has("subscriptions") else "subscribed")


def retention(dataset: Dataset, question: Question, **options: Any) -> pl.DataFrame:
    """The cohort triangle: one row per cohort and age. Options are the fields of `RetentionRule`.

    cohort (local first day of its period; local wall clock for hours), size, age (0 = the cohort's own period),
    retained (customers active at all in the period at that age, or their revenue; null where it is not observed),
    eligible (customers who can have been seen by then; revenue at age 0), rate, low, high (95 % Wilson; null for
    revenue), state (final; unfinished: that period, or the cohort's own, is not over on the as-of day; unobserved: it
    has not begun), group where the question breaks down.
    """
    rule = RetentionRule(**options)
    basis = choose_basis(dataset, rule=rule, period=question.period)
    counts = _count(dataset, question, rule, basis)
    return name_groups(lay_out(dataset, question, rule, counts, read_periods(dataset, question)), question)


def _is_plain(dataset: Dataset, question: Question, rule: RetentionRule) -> bool:
    """Whether the stored activity answers it in one query."""
    usual = rule.cohorts != "recurring" and rule.mode == "exact" and rule.measure == "customers"
    return (
        usual
        and rule.window == "calendar"
        and rule.is_same_event
        and not rule.start_event
        and question.period in GRAINS
        and not is_frozen(dataset, question)
    )


def _count(dataset: Dataset, question: Question, rule: RetentionRule, basis: str) -> Counts:
    if _is_plain(dataset, question, rule):
        rows = dataset.query("retention_exact", question.chosen, basis=basis, grain=question.period)
        rows = rows.with_columns(pl.col("cohort_index", "age").cast(pl.Int64))
        size = pl.col("retained").alias("size")
        return Counts(rows.filter(pl.col("age") == 0).select("segment", "cohort_index", size), rows)
    entries, marks = read_marks(dataset, question, rule, basis)
    if rule.measure == "revenue":
        return sum_marks(dataset, question, entries, marks, basis)
    return count_marks(entries, marks)


def retention_average(dataset: Dataset, question: Question, *, average: str = "pooled", **options: Any) -> pl.DataFrame:
    """The average curve over final cells: one row per age.

    age, cohorts (how many stand behind the point), eligible, retained, rate, low, high, group. `pooled`: all
    customers of those cohorts together, with a Wilson interval; `simple`: the mean of the cohorts' rates, without.
    """
    if average not in AVERAGES:
        raise UserError(f"there is no average {average!r}.", "--average", suggest(average, AVERAGES))
    cells = retention(dataset, question, **options).filter((pl.col("state") == FINAL) & (pl.col("size") > 0))
    by = ["group", "age"] if question.by else ["age"]
    sums = cells.group_by(by).agg(
        cohorts=pl.len().cast(pl.Int64),
        mean=pl.col("rate").mean(),
        eligible=pl.col("eligible").sum(),
        retained=pl.col("retained").sum(),
    )
    is_share = average == "pooled" and RetentionRule(**options).measure == "customers"
    rows = with_wilson(sums, "retained", "eligible").sort(by)
    if not is_share:
        none = pl.lit(None, dtype=pl.Float64)
        rate = pl.col("mean") if average == "simple" else divide("retained", "eligible")
        rows = rows.with_columns(rate=rate, low=none, high=none)
    return rows.select("age", "cohorts", "eligible", "retained", "rate", "low", "high", *by[:-1])


def cell_customers(
    dataset: Dataset,
    question: Question,
    cohort: dt.date,
    age: int,
    *,
    group: str = "",
    lost: bool = False,
    **options: Any,
) -> pl.DataFrame:
    """The customers of one retention cell, as many as it counts: customer_id, mrr (a month, on the as-of day), group.

    `lost` gives those of the cohort who do not count at that age instead; in rolling windows only those who have
    reached it. UserError when no cohort starts on that day.
    """
    rule = RetentionRule(**options)
    basis = choose_basis(dataset, rule=rule, period=question.period)
    starts = dict(read_periods(dataset, question).select("period", "period_index").iter_rows())
    if cohort not in starts:
        raise UserError(f"no {question.period} starts on {cohort}.", "the cell", f"The first starts on {min(starts)}.")
    values = {"basis": basis, "grain": question.period, "cohort_index": starts[cohort], "age": age}
    if _is_plain(dataset, question, rule):
        rows = dataset.query("cell_customers", question.chosen, **values).filter(pl.col("is_retained") == int(not lost))
    else:
        rows = _list_marked(dataset, question, rule, basis, starts[cohort], age, lost)
    if group:
        rows = rows.filter(pl.col("segment").fill_null(BLANK) == group)
    rows = rows.select("customer_id", in_currency("mrr_cents").alias("mrr"), "segment").sort("customer_id")
    return name_groups(rows, question)


def _list_marked(
    dataset: Dataset, question: Question, rule: RetentionRule, basis: str, cohort_index: int, age: int, lost: bool
) -> pl.DataFrame:
    """customer_id, segment, mrr_cents of the entries of a cohort that count at an age, or that do not."""
    entries, marks = read_marks(dataset, question, rule, basis)
    members = entries.filter(pl.col("cohort_index") == cohort_index)
    if "n_ages" in members.columns:
        members = members.filter(pl.col("n_ages") > age)
    kept = marks.filter((pl.col("cohort_index") == cohort_index) & (pl.col("age") == age)).select("customer_key")
    listed = members.select("customer_key", "segment").join(kept, on="customer_key", how="anti" if lost else "semi")
    return listed.join(dataset.query("paid_now", question.chosen).drop("segment"), on="customer_key")
