"""Retention by the hour and in rolling windows: both read events by their instant."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.question import Question
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset

HOUR = 3600
# a rolling period, in hours: days of 24 hours, not of the calendar
ROLLING_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 30 * 24, "quarter": 91 * 24, "year": 365 * 24}


def midnight(dataset: Dataset, day: dt.date) -> dt.datetime:
    """The instant a local day begins, in UTC without zone."""
    zone = ZoneInfo(dataset.info.settings.timezone)
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)


def observed_span(dataset: Dataset) -> tuple[dt.datetime, dt.datetime]:
    """The first observed instant and the first after the as-of day, in UTC; UserError for a snapshot."""
    first_on, as_of = dataset.info.first_on, dataset.info.as_of
    if first_on is None or as_of is None:
        raise UserError("a snapshot has no instants.", dataset.name.name, "Bring events with occurred_at.")
    return midnight(dataset, first_on), midnight(dataset, as_of + dt.timedelta(days=1))


def list_hours(dataset: Dataset) -> pl.DataFrame:
    """Every hour of the data: period_index, period (local wall clock; an hour a clock change repeats occurs twice)."""
    return _list_starts(dataset).select("period_index", "period")


def _list_starts(dataset: Dataset) -> pl.DataFrame:
    """Every hour of the data: period_index, period (local), starts_at (the instant, in UTC).

    An hour begins where the local clock shows a full one: after a clock change by half an hour, half an hour later.
    """
    first, after = observed_span(dataset)
    instants = pl.datetime_range(first, after, "15m", closed="left", time_unit="us", eager=True)
    local = instants.dt.replace_time_zone("UTC").dt.convert_time_zone(dataset.info.settings.timezone)
    rows = pl.DataFrame({"period": local.dt.replace_time_zone(None), "starts_at": instants})
    # the first one begins the data, whatever the clock shows where midnight was skipped
    is_start = (pl.col("period").dt.minute() == 0) | (pl.col("starts_at") == first)
    return rows.filter(is_start).with_row_index("period_index").cast({"period_index": pl.Int64})


def read_hours(dataset: Dataset, question: Question, event: str) -> pl.DataFrame:
    """One row per customer and hour with events: segment, customer_key, period_index, n, amount."""
    events = _place(dataset, question, dataset.query("event_instants", question.chosen, event=event))
    by = ["segment", "customer_key", "period_index"]
    return events.group_by(by).agg(n=pl.len().cast(pl.Int64), amount=pl.col("amount").sum())


def read_rolling(dataset: Dataset, question: Question, rule: RetentionRule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(entries, returns) in windows that run from each customer's own first instant.

    Entries: segment, customer_key, cohort_index, n_ages (windows seen to their end). Returns: the entry and age.
    """
    length = ROLLING_HOURS[question.period] * HOUR
    starts = _place(dataset, question, dataset.query("event_instants", question.chosen, event=rule.start_event))
    by = ["segment", "customer_key", *(["period_index"] if rule.cohorts == "recurring" else [])]
    first = starts.sort("occurred_at", "source_row").group_by(by, maintain_order=True).first()
    _, after = observed_span(dataset)
    n_ages = (pl.lit(after) - pl.col("entered_at")).dt.total_seconds() // length
    first = first.rename({"period_index": "cohort_index", "occurred_at": "entered_at"}).with_columns(n_ages=n_ages)
    entries = first.select("segment", "customer_key", "cohort_index", "entered_at", "n_ages")
    events = dataset.query("event_instants", question.chosen, event=rule.return_event)
    events = events.select("customer_key", "occurred_at")
    since = (pl.col("occurred_at") - pl.col("entered_at")).dt.total_seconds()
    back = entries.join(events, on="customer_key").filter(pl.col("occurred_at") >= pl.col("entered_at"))
    back = back.with_columns(age=since // length).filter(pl.col("age") < pl.col("n_ages"))
    counted = back.group_by("segment", "customer_key", "cohort_index", "age").len("n")
    returns = counted.filter(pl.col("n") >= rule.min_occurrences).drop("n").with_columns(amount=pl.lit(0.0))
    return entries.drop("entered_at"), returns


def _place(dataset: Dataset, question: Question, events: pl.DataFrame) -> pl.DataFrame:
    """The events with the period they lie in."""
    if question.period == "hour":
        hours = _list_starts(dataset).select("starts_at", "period_index")
        return events.sort("occurred_at").join_asof(
            hours, left_on="occurred_at", right_on="starts_at", strategy="backward"
        )
    periods = dataset.query("periods", grain=question.period).sort("starts_on")
    starts = periods.select("starts_on", pl.col("period_index").cast(pl.Int64))
    return events.sort("occurred_on").join_asof(
        starts, left_on="occurred_on", right_on="starts_on", strategy="backward"
    )
