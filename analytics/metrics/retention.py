"""Who is still active, by when they first were: the cohort triangle, its average curve, and the people in a cell."""

import datetime as dt

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.intervals import with_wilson
from analytics.metrics.periods import FINAL, UNFINISHED, UNOBSERVED, read_periods
from analytics.metrics.question import BLANK, Question, choose_periods, name_groups, read_groups, require_dates
from analytics.store.dataset import Dataset

BASES = ("event", "subscribed")
COHORTS = ("first_time", "recurring", "first_ever")
AVERAGES = ("pooled", "simple")
_KEY = ("segment", "cohort_index", "age")
_COLUMNS = ("cohort", "size", "age", "retained", "eligible", "rate", "low", "high", "state", "segment")


def choose_basis(dataset: Dataset, basis: str = "") -> str:
    """What being active means: `subscribed` (a customer under the churn definition in force) or `event`.

    Empty: subscribed where the source has subscriptions, else event where it has events, else subscribed.
    UserError when the basis does not exist or the source has no events for it.
    """
    require_dates(dataset, "Retention")
    if not basis:
        return "event" if dataset.info.has("events") and not dataset.info.has("subscriptions") else "subscribed"
    if basis not in BASES:
        raise UserError(f"there is no basis {basis!r}.", "--basis", suggest(basis, BASES))
    if basis == "event" and not dataset.info.has("events"):
        raise UserError(
            "retention by events needs the table events.", dataset.name.name, "Bring events with occurred_at."
        )
    return basis


def retention(dataset: Dataset, question: Question, *, cohorts: str = "first_time", basis: str = "") -> pl.DataFrame:
    """The cohort triangle: one row per cohort and age, up to the last age of the first cohort.

    cohort (local first day of its period), size, age (0 = the cohort's own period), retained (customers
    active at all in the period at that age; null where it is not observed), eligible (customers who can have
    been seen by then), rate, low, high (95 % Wilson), state (final; unfinished: that period, or the cohort's
    own, is not over on the as-of day; unobserved: it has not begun), group where the question breaks down.
    Cohorts: `first_time` (a customer belongs to the period of their first activity in all history),
    `first_ever` (the same, as no event is named), `recurring` (to every period in which they are active).
    """
    if cohorts not in COHORTS:
        raise UserError(f"there are no cohorts {cohorts!r}.", "--cohorts", suggest(cohorts, COHORTS))
    chosen_basis = choose_basis(dataset, basis)
    text = "retention_recurring" if cohorts == "recurring" else "retention_exact"
    counts = dataset.query(text, question.chosen, basis=chosen_basis, grain=question.period)
    cells = _lay_out(counts, read_periods(dataset, question), read_groups(dataset, question))
    cells = with_wilson(cells, "retained", "eligible").select(_COLUMNS)
    return choose_periods(name_groups(cells, question), question, "cohort")


def _lay_out(counts: pl.DataFrame, periods: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Every group × cohort × age with its size and state, whether or not anybody was active in it."""
    sizes = counts.filter(pl.col("age") == 0).select("segment", "cohort_index", pl.col("retained").alias("size"))
    grid = groups.select("segment").join(_triangle(periods, _first(counts)), how="cross")
    cells = grid.join(counts, on=_KEY, how="left", nulls_equal=True)
    cells = cells.join(sizes, on=_KEY[:2], how="left", nulls_equal=True).with_columns(pl.col("size").fill_null(0))
    is_seen = pl.col("state") != UNOBSERVED
    return cells.with_columns(
        retained=pl.when(is_seen).then(pl.col("retained").fill_null(0)),
        eligible=pl.when(is_seen).then(pl.col("size")).otherwise(0),
    ).sort("segment", "cohort", "age")


def _first(counts: pl.DataFrame) -> int | None:
    return None if counts.is_empty() else int(counts["cohort_index"].to_numpy().min())


def _triangle(periods: pl.DataFrame, first: int | None) -> pl.DataFrame:
    """cohort_index, cohort, age, state of every cell from the first cohort on; none when there is no cohort."""
    indexed = periods.with_columns(pl.col("period_index").cast(pl.Int32))
    own = indexed.filter(pl.col("period_index") >= (first if first is not None else indexed.height + 1))
    own = own.select(
        pl.col("period_index").alias("cohort_index"),
        pl.col("period").alias("cohort"),
        pl.col("state").alias("own_state"),
    )
    ages = pl.DataFrame({"age": range(own.height)}, schema={"age": pl.Int32})
    cells = own.join(ages, how="cross").with_columns(period_index=pl.col("cohort_index") + pl.col("age"))
    cells = cells.join(indexed.select("period_index", "state"), on="period_index", how="left")
    both = pl.when(pl.col("own_state") == FINAL).then(pl.col("state")).otherwise(pl.lit(UNFINISHED))
    state = pl.when(pl.col("state").is_null()).then(pl.lit(UNOBSERVED)).otherwise(both)
    return cells.select("cohort_index", "cohort", "age", state.alias("state"))


def retention_average(
    dataset: Dataset, question: Question, *, average: str = "pooled", cohorts: str = "first_time", basis: str = ""
) -> pl.DataFrame:
    """The average curve over final cells: one row per age.

    age, cohorts (how many stand behind the point), eligible, retained, rate, low, high, group. `pooled`: all
    customers of those cohorts together, with a Wilson interval; `simple`: the mean of the cohorts' rates,
    without an interval.
    """
    if average not in AVERAGES:
        raise UserError(f"there is no average {average!r}.", "--average", suggest(average, AVERAGES))
    cells = retention(dataset, question, cohorts=cohorts, basis=basis).filter(
        (pl.col("state") == FINAL) & (pl.col("size") > 0)
    )
    by = ["group", "age"] if question.by else ["age"]
    sums = cells.group_by(by).agg(
        cohorts=pl.len().cast(pl.Int64),
        eligible=pl.col("eligible").sum(),
        retained=pl.col("retained").sum(),
        mean=pl.col("rate").mean(),
    )
    rows = with_wilson(sums, "retained", "eligible").sort(by)
    if average == "simple":
        none = pl.lit(None, dtype=pl.Float64)
        rows = rows.with_columns(rate=pl.col("mean"), low=none, high=none)
    return rows.select("age", "cohorts", "eligible", "retained", "rate", "low", "high", *by[:-1])


def cell_customers(
    dataset: Dataset, question: Question, cohort: dt.date, age: int, *, cohorts: str = "first_time", basis: str = "", group: str = "",
    lost: bool = False,
) -> pl.DataFrame:  # fmt: skip
    """The customers of one retention cell, as many as the cell counts: customer_id, mrr (currency a month on the as-of day), group.

    `lost` gives those of the cohort who were not active at that age instead. UserError when no cohort starts
    on that day.
    """
    chosen_basis = choose_basis(dataset, basis)
    starts = dict(read_periods(dataset, question).select("period", "period_index").iter_rows())
    if cohort not in starts:
        raise UserError(
            f"no {question.period} starts on {cohort}.", "the cell", f"The first one starts on {min(starts)}."
        )
    text = "recurring_cell_customers" if cohorts == "recurring" else "cell_customers"
    values = {"basis": chosen_basis, "grain": question.period, "cohort_index": starts[cohort], "age": age}
    rows = dataset.query(text, question.chosen, **values).filter(pl.col("is_retained") == int(not lost))
    if group:
        rows = rows.filter(pl.col("segment").fill_null(BLANK) == group)
    rows = rows.select("customer_id", (pl.col("mrr_cents") / 100).alias("mrr"), "segment").sort("customer_id")
    return name_groups(rows, question)
